"""The table of liability rules: seeded once, then kept by the after-sales supervisor.

No version is ever overwritten: to change, to move or to retire a rule writes another one, in force
from a day on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.dated import check_from, check_last
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.liability import Rule
from tracker.domain.liability_rules import DEFAULTS, KEEPERS, check_rule, check_table
from tracker.models.liability_rule import LiabilityRule
from tracker.queries import liability_rule as queries
from tracker.queries.lock import hold_table
from tracker.services import dated
from tracker.services.act import Act
from tracker.services.fields import required
from tracker.services.keeping import code_of


def seed(session: Session) -> int:
    """Add the shipped rules to an empty table; returns how many were added."""
    if session.scalar(select(LiabilityRule.id).limit(1)) is not None:
        return 0
    session.add_all(_row(rule) for rule in DEFAULTS)
    session.flush()
    return len(DEFAULTS)


def _row(rule: Rule) -> LiabilityRule:
    return LiabilityRule(
        code=rule.code,
        place=rule.place,
        conditions=rule.conditions.to_json(),
        supplier=rule.supplier,
        store=rule.store,
        head_office=rule.head_office,
        rules=rule.rules,
        zh=rule.zh,
        en=rule.en,
        effective_from=rule.effective_from,
        is_retired=rule.is_retired,
    )


def add(act: Act, rule: Rule, *, reason: str) -> LiabilityRule:
    """Add a rule under a code that the table never had.

    Raises ``RuleViolation`` ``code_taken`` and what ``change`` raises.
    """
    _held(act)
    rule = replace(rule, code=code_of(rule.code))
    if queries.rows(act.session, rule.code):
        raise RuleViolation(
            "code_taken",
            "编号 {rule} 已经用过（含停用的规则），请换一个编号。",
            "The code {rule} was used already, by a retired rule perhaps: choose another.",
            rule=rule.code,
        )
    return _write(act, rule, reason)


def change(act: Act, rule: Rule, *, reason: str) -> LiabilityRule:
    """Write another version of a rule, in force from its day; cases of before keep the old one.

    Raises ``NotFound``, ``Forbidden``, ``InvalidInput`` ``missing_field``, ``in_the_past``,
    ``shares_not_100`` or ``bad_conditions``, ``RuleViolation`` ``no_catch_all`` or
    ``later_version``.
    """
    _held(act)
    queries.of_code(act.session, rule.code)
    return _write(act, rule, reason)


def retire(act: Act, code: str, *, effective_from: date, reason: str) -> LiabilityRule:
    """Take a rule out of the table from a day on. Raises what ``change`` raises."""
    _held(act)
    last = queries.rule_of(queries.of_code(act.session, code)[-1])
    retired = replace(last, effective_from=effective_from, is_retired=True)
    return _write(act, retired, reason)


def _held(act: Act) -> None:
    check_keeper(act)
    hold_table(act.session, LiabilityRule)


def check_keeper(act: Act) -> None:
    """Raise ``Forbidden`` for anybody but the after-sales supervisor."""
    if not act.actor.is_any(KEEPERS):
        raise Forbidden(
            "wrong_role",
            "责任规则由售后主管维护，请联系主管。",
            "The liability rules are kept by the after-sales supervisor. Ask there.",
        )


def _write(act: Act, rule: Rule, reason: str) -> LiabilityRule:
    today = shanghai_date(act.now)
    check_from(rule.effective_from, today, "已经判定的不追溯。", "what was judged stands.")
    check_rule(rule)
    rule = replace(
        rule,
        rules=required(rule.rules, "rules", "请填写依据的规则编号。", "Name its rule numbers."),
        zh=required(rule.zh, "zh", "请填写中文说明。", "Write the sentence in Chinese."),
        en=required(rule.en, "en", "请填写英文说明。", "Write the sentence in English."),
    )
    check_table([*queries.versions(act.session), rule], today)
    days = [row.effective_from for row in queries.rows(act.session, rule.code)]
    check_last(rule.effective_from, days, f"规则 {rule.code} ", f"Rule {rule.code}")
    return dated.keep(act, _row(rule), reason)
