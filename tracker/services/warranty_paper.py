"""The calculator's answer as a sheet for the customer; nothing about him stands on it."""

from __future__ import annotations

from labels.fonts import Fonts
from labels.form import Head
from labels.warranty_sheet import WarrantySheet, warranty_sheet_pdf
from tracker.domain.calendar import shanghai_date
from tracker.domain.entitlement import Claim, Owed
from tracker.queries import site as sites
from tracker.services import demo
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper
from tracker.services.promise_words import step_words


def answer(act: Act, claim: Claim, rule: str, owed: Owed, fonts: Fonts) -> Paper:
    """Print what a customer may ask for, with how it follows; ``rule`` is the verdict's."""
    site = sites.get(act.session, act.actor.site_id)
    sheet = WarrantySheet(
        head=Head(
            number="",
            issued_on=shanghai_date(act.now),
            issued_by=act.actor.name,
            site_code=site.code,
            site_name=site.name,
            printed_at=act.now,
            demo=demo.is_demonstration(act.session),
        ),
        category=claim.category.zh,
        channel=claim.channel.zh,
        complaint=f"{claim.ground.zh}（{rule}）",
        purchased_on=claim.purchased_on,
        paid_fen=claim.paid_fen,
        answer=owed.entitlement.zh + ("（折旧须主管确认）" if owed.needs_approval else ""),
        charge_fen=owed.charge_fen,
        refund_fen=owed.refund_fen,
        freight=owed.freight.zh if owed.freight else "",
        done_by=owed.done_by,
        steps=[(step.step.zh, step_words(step, "zh"), step.rule) for step in owed.steps],
    )
    return Paper("warranty.pdf", PDF, warranty_sheet_pdf(sheet, fonts))
