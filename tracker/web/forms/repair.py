"""Forms of the bench: work, check."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from tracker.domain.codes import Grade
from tracker.domain.pause import Pause
from tracker.domain.registration import Action
from tracker.web.forms.action import ActionForm
from tracker.web.forms.bench import WorkForm
from tracker.web.forms.fields import CodeField
from tracker.web.forms.registration import CHOOSE


class PassCheckForm(ActionForm):
    grade = CodeField(_("Grade"), Grade, [InputRequired(CHOOSE)])


class PauseForm(ActionForm):
    """What the work waits for; the due day stays."""

    reason = CodeField(_("It waits for"), Pause, [InputRequired(CHOOSE)])


FORMS: dict[Action, type[ActionForm]] = {
    Action.WORK: WorkForm,
    Action.PASS_CHECK: PassCheckForm,
    Action.PAUSE: PauseForm,
}
