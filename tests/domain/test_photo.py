"""Which photos a record carries, and who may take one away again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tracker.domain.account import Actor, Role, effective_roles
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.photo import (
    KINDS,
    Kind,
    Limits,
    Removal,
    Subject,
    check_kind,
    kinds_for,
    limits_of,
    removal,
)
from tracker.domain.policy import DEFAULTS

LIMITS = limits_of({policy.name: policy for policy in DEFAULTS})
AUTHOR, SITE = 7, 1


def actor(role: Role, account_id: int = 8, site_id: int = SITE) -> Actor:
    return Actor(account_id, "x", "x", effective_roles(role), site_id, "S001")


def test_the_limits_are_the_policies() -> None:
    assert (
        Limits(12, 1500 * 1024, 1600, 40_000_000, 2048 * 1024 * 1024, timedelta(minutes=15))
        == LIMITS
    )


def test_every_noun_has_its_kinds() -> None:
    assert set(KINDS) == set(Subject)


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.STORE_STAFF, Kind.FAULT), (Role.STORE_MANAGER, Kind.FAULT),
        (Role.CLERK, Kind.INTAKE), (Role.ASSESSOR, Kind.INTAKE), (Role.REPAIRER, Kind.INTAKE),
        (Role.SUPERVISOR, Kind.INTAKE), (Role.QA, Kind.CHECK),
    ],
)  # fmt: skip
def test_a_garments_kinds_begin_with_what_the_role_usually_takes(role: Role, first: Kind) -> None:
    kinds = kinds_for(Subject.REGISTRATION, effective_roles(role), "registered")
    assert kinds[0] is first
    assert set(kinds) == set(KINDS[Subject.REGISTRATION])


def test_a_box_that_is_open_has_no_photo_of_the_sealed_box() -> None:
    assert kinds_for(Subject.SHIPMENT, frozenset(), "open") == (Kind.EVIDENCE, Kind.OTHER)
    assert kinds_for(Subject.SHIPMENT, frozenset(), "sealed")[0] is Kind.BOX
    check_kind(Subject.SHIPMENT, Kind.BOX, "sealed")
    with pytest.raises(RuleViolation) as refusal:
        check_kind(Subject.SHIPMENT, Kind.BOX, "open")
    assert refusal.value.code == "not_sealed"


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("kind", Kind)
def test_a_kind_of_another_noun_is_refused(subject: Subject, kind: Kind) -> None:
    if kind in KINDS[subject]:
        check_kind(subject, kind, "sealed")
        return
    with pytest.raises(InvalidInput) as refusal:
        check_kind(subject, kind, "sealed")
    assert (refusal.value.code, refusal.value.field) == ("wrong_kind", "kind")


@pytest.mark.parametrize(
    ("role", "account_id", "site_id", "minutes", "may"),
    [
        (Role.STORE_STAFF, AUTHOR, SITE, 15, Removal.FREE),
        (Role.STORE_STAFF, AUTHOR, SITE, 16, Removal.NEVER),
        (Role.STORE_STAFF, 8, SITE, 1, Removal.NEVER),
        (Role.STORE_MANAGER, 8, SITE, 1, Removal.WITH_REASON),
        (Role.STORE_MANAGER, 8, 2, 1, Removal.NEVER),
        (Role.STORE_MANAGER, AUTHOR, SITE, 60, Removal.WITH_REASON),
        (Role.CLERK, 8, 2, 1, Removal.NEVER),
        (Role.SUPERVISOR, 8, 2, 9999, Removal.WITH_REASON),
        (Role.SUPERVISOR, AUTHOR, SITE, 15, Removal.FREE),
        (Role.AUDITOR, 8, 2, 1, Removal.NEVER),
    ],
)
def test_who_may_remove_a_photo(
    role: Role, account_id: int, site_id: int, minutes: int, may: Removal
) -> None:
    found = removal(
        actor(role, account_id, site_id), AUTHOR, SITE, timedelta(minutes=minutes), LIMITS
    )
    assert found is may
