"""Pauses: what the work on a garment waits for. Shown, and never taken off the 15 days."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.domain.errors import RuleViolation
from tracker.domain.pause import Pause
from tracker.domain.registration import MACHINE, Action
from tracker.models.registration import Registration
from tracker.services.act import Act
from tracker.services.transition import apply


def pause(act: Act, registration: Registration, *, reason: Pause) -> None:
    """Say what the work waits for; the due day stays (rule 1.34). Another step ends it too.

    Raises ``RuleViolation`` ``already_paused``.
    """
    _check_may(act, registration, Action.PAUSE)
    if registration.pause is not None:
        raise RuleViolation(
            "already_paused",
            "这件已经暂停（{waits}）。要换原因，请先恢复。",
            "It is paused already ({waits}). Resume it to give another reason.",
            waits=Pause(registration.pause).zh,
        )
    apply(act, registration, MACHINE, Action.PAUSE, details={"pause": reason.value})
    registration.pause = reason.value
    act.session.flush()


def resume(act: Act, registration: Registration) -> None:
    """The work goes on. Raises ``RuleViolation`` ``not_paused``."""
    _check_may(act, registration, Action.RESUME)
    if registration.pause is None:
        raise RuleViolation(
            "not_paused",
            "这件没有暂停，不用恢复。",
            "It is not paused.",
        )
    details = {"pause": registration.pause}
    registration.pause = None
    apply(act, registration, MACHINE, Action.RESUME, details=details)


def _check_may(act: Act, registration: Registration, action: Action) -> None:
    """Whoever may not act is told so, and not how the garment stands."""
    MACHINE.target(MACHINE.statuses(registration.status), action, act.actor.roles, None)


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.PAUSE: pause, Action.RESUME: resume}
