"""The nature of a loss: proposed by defect and cause, decided by finance, and the VAT of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.domain.loss import Share, Verdict
from tracker.domain.loss_nature import LossNature, propose_nature
from tracker.models.ledger import LedgerEntry
from tracker.queries import loss as queries
from tracker.services.verify import verify

N = LossNature


@pytest.mark.parametrize(
    ("defect", "cause", "nature"),
    [
        (Defect.MOULD_ODOUR, Cause.STORAGE, N.POOR_MANAGEMENT),
        (Defect.MOULD_ODOUR, Cause.UNKNOWN, N.POOR_MANAGEMENT),
        (Defect.HOLE_SNAG, Cause.STORAGE, N.POOR_MANAGEMENT),
        (Defect.STAIN, Cause.TRY_ON, N.POOR_MANAGEMENT),
        (Defect.STAIN, Cause.MATERIAL, N.QUALITY_DEFECT),
        (Defect.FADE_BLEED, Cause.DYEING_FINISHING, N.QUALITY_DEFECT),
        (Defect.FADE_BLEED, Cause.DISPLAY, N.QUALITY_DEFECT),
        (Defect.STAIN, Cause.TRANSPORT, N.TRANSPORT),
    ],
)
def test_the_nature_follows_defect_and_cause(
    defect: Defect, cause: Cause, nature: LossNature
) -> None:
    assert propose_nature(defect, cause) is nature


def test_what_was_lost_is_poor_management() -> None:
    assert propose_nature(Defect.SEAM_OPEN, Cause.TRANSPORT, is_lost=True) is N.POOR_MANAGEMENT


def _split_mould(story: Story) -> tuple[str, list[str]]:
    """A mouldy jacket (cost ¥168.00), one third the store's; returns it and its forms."""
    no = story.received(defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    shares = [Share(LiableKind.STORE, 33, "S001"), Share(LiableKind.HEAD_OFFICE, 67)]
    story.scrap(no, *shares, note="各担一部分")
    return no, story.list_on_forms(no)


def _vat(story: Story, no: str) -> list[tuple[str, int, int]]:
    lines = queries.live_lines_of(story.session, story.registration(no).id)
    return [(line.nature, line.vat_percent, line.vat_fen) for line in lines]


def _posted(story: Story) -> list[int]:
    story.session.rollback()
    vat = select(LedgerEntry.amount_fen).where(LedgerEntry.account == "vat_transfer_out")
    return list(story.session.scalars(vat.order_by(LedgerEntry.id)))


def _classify(story: Story, form: str, no: str, nature: LossNature, note: str | None = "核实"):
    return story.do(
        "finance", "loss_form", form, "classify",
        version=story.form(form).version, note=note, registration=no, nature=nature,
    )  # fmt: skip


def test_the_vat_of_a_garment_is_split_over_its_lines_and_posted_with_them(story: Story) -> None:
    no, forms = _split_mould(story)
    cost_fen = story.registration(no).piece.sku.style.cost_price_fen
    assert cost_fen * 13 % 100 == 0
    whole = cost_fen * 13 // 100
    third = (whole * 33 + 50) // 100
    assert _vat(story, no) == [
        ("poor_management", 13, third),
        ("poor_management", 13, whole - third),
    ]
    for form in forms:
        story.sign_off(form)
    assert sorted(_posted(story), reverse=True) == [-third, third - whole]
    assert [finding for finding in verify(story.session) if finding.faults] == []


def test_a_quality_defect_transfers_nothing(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    assert _vat(story, no) == [("quality_defect", 13, 0)]
    assert _posted(story) == []


def test_finance_decides_a_line_and_what_is_approved_is_what_was_shown(story: Story) -> None:
    no, [store, _head_office] = _split_mould(story)
    story.do("clerk", "loss_form", store, "submit")
    shown = story.form(store).version
    assert _classify(story, store, no, N.QUALITY_DEFECT) == "submitted"
    assert _vat(story, no)[0] == ("quality_defect", 13, 0)
    assert _vat(story, no)[1][0] == "poor_management"
    refused = story.refused("manager1", "loss_form", store, "sign", version=shown)
    assert refused == "stale_version"


def test_a_decision_stands_when_the_prices_freeze(story: Story) -> None:
    no, [store, _head_office] = _split_mould(story)
    _classify(story, store, no, N.DISASTER)
    story.do("clerk", "loss_form", store, "submit")
    assert _vat(story, no)[0] == ("disaster", 13, 0)


def test_after_the_approval_only_a_reversal_corrects(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    more = {"note": "核实", "registration": no, "nature": N.POOR_MANAGEMENT}
    version = story.form(form).version
    refused = story.refused("finance", "loss_form", form, "classify", version=version, **more)
    assert refused == "wrong_status"


@pytest.mark.parametrize("login", ["clerk", "supervisor", "vp", "business"])
def test_only_finance_decides(story: Story, login: str) -> None:
    no = story.scrapped(**SUPPLIER_FAULT)
    [form] = story.list_on_forms(no)
    with pytest.raises(Forbidden):
        story.take(
            login, "loss_form", form, "classify",
            note="核实", registration=no, nature=N.POOR_MANAGEMENT,
        )  # fmt: skip


def test_a_decision_needs_its_reason_and_a_line_of_the_form(story: Story) -> None:
    no, other = story.scrapped(), story.register(piece="another")
    [form] = story.list_on_forms(no)
    for registration, note, code in ((no, " ", "missing_field"), (other, "核实", "not_on_form")):
        with pytest.raises(InvalidInput) as refusal:
            story.take(
                "finance", "loss_form", form, "classify",
                note=note, registration=registration, nature=N.DISASTER,
            )  # fmt: skip
        assert refusal.value.code == code


def test_a_decision_goes_with_the_garment_to_its_next_form(story: Story) -> None:
    no, [store, _head_office] = _split_mould(story)
    _classify(story, store, no, N.DISASTER)
    story.do("clerk", "registration", no, "unlist")
    story.list_on_forms(no)
    lines = queries.live_lines_of(story.session, story.registration(no).id)
    assert [(line.nature, line.nature_why) for line in lines] == [
        ("disaster", "核实"), ("poor_management", None),
    ]  # fmt: skip


def test_a_new_party_takes_over_what_finance_decided(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    _classify(story, form, no, N.DISASTER)
    story.do("clerk", "loss_form", form, "submit")
    story.do("supplier1", "loss_form", form, "dispute", reason="仓库进水所致")
    changed = {"answer": Verdict.CHANGED, "reason": "属实"}
    shares = [Share(LiableKind.HEAD_OFFICE, 100)]
    story.do("supervisor", "loss_form", form, "answer", **changed, liabilities=shares)
    assert _vat(story, no) == [("disaster", 13, 0)]
