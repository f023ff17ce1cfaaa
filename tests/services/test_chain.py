"""The hash chain: what makes its links, that it never forks, and what it says of its beginning."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.services.test_races import _at_once
from tests.story import DOWN_COAT, Story
from tracker.db import write
from tracker.domain.chain import Kind, boundary, content, mac
from tracker.domain.errors import RuleViolation
from tracker.extensions import db
from tracker.models.chain import ChainLink, PrintedHead
from tracker.queries import chain as queries
from tracker.queries.verify_chain import chain_is_unbroken
from tracker.services import chain, schema
from tracker.services.verify import verify

KEY = b"k" * 32


def _links(story: Story) -> list[tuple[str, str]]:
    story.session.rollback()
    rows = story.session.execute(select(ChainLink.kind, ChainLink.ref).order_by(ChainLink.seq))
    return [(kind, ref) for kind, ref in rows]


def _approved(story: Story, *garments: str) -> list[str]:
    forms = story.list_on_forms(*garments)
    for form in forms:
        story.sign_off(form)
    return forms


def test_a_mac_depends_on_every_part_of_its_link(story: Story) -> None:
    link: dict[str, Any] = {
        "seq": 2, "at": story.now, "kind": "entry", "ref": "a/1", "sha256": "00", "previous": "ff",
    }  # fmt: skip
    others = [
        {**link, name: value}
        for name, value in (
            ("seq", 3), ("kind", "void"), ("ref", "a/2"), ("sha256", "01"), ("previous", "fe"),
            ("at", story.now.replace(second=1)),
        )
    ]  # fmt: skip
    macs = {mac(KEY, **each) for each in (link, *others)} | {mac(b"l" * 32, **link)}
    assert len(macs) == 8


def test_content_tells_nothing_from_an_empty_text_and_one_from_the_word_one() -> None:
    rows = ([(None,)], [("",)], [("None",)], [(1,)], [("1",)], [(True,)], [("a", "b")], [("a,b",)])
    assert len({content(each) for each in rows}) == len(rows)


def test_what_is_no_boundary_covers_nothing() -> None:
    assert [boundary(ref) for ref in ("12/34", "12", "", "a/b", "-1/2")] == [
        (12, 34), (0, 0), (0, 0), (0, 0), (0, 0),
    ]  # fmt: skip


def test_every_step_of_money_and_custody_is_a_link_in_its_order(story: Story) -> None:
    plain, dropped = story.scrapped(), story.scrapped(DOWN_COAT)
    first, second = story.list_on_forms(plain, dropped)
    story.do("supervisor", "loss_form", second, "void", reason="开错了")
    story.sign_off(first)
    record = story.destroy(plain)
    story.submit_month()
    story.do("finance", "month", "2026-11", "reopen", note="缺一张单")
    story.close_month()
    links = _links(story)
    assert [kind for kind, _ in links] == [
        "genesis", "entry", "void", "paper", "paper", "entry", "approval", "paper", "paper",
        "entry", "destruction", "month_submit", "month_submit", "month_close",
    ]  # fmt: skip
    line = story.form(first).lines[0].id
    assert links[1][1].endswith("/freight-1")
    documents = [ref for kind, ref in links[2:11] if kind != "paper"]
    assert documents == [second, f"{first}/{line}", first, record, record]
    copies = [ref.rpartition("/")[0] for kind, ref in links if kind == "paper"]
    assert copies == [f"{form}/{copy}" for form in (second, first) for copy in ("house", "party")]
    assert links[-1] == ("month_close", "2026-11")
    assert chain_is_unbroken(story.session) == []


def test_a_refused_step_leaves_no_link(story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    before = _links(story)
    assert story.refused("vp", "loss_form", form, "approve", version=story.form(form).version)
    assert _links(story) == before


def test_approvals_at_one_moment_follow_each_other(app: Flask, story: Story) -> None:
    garments = [story.scrapped(), story.scrapped(DOWN_COAT)]
    forms = []
    for no in garments:
        forms += story.list_on_forms(no)
    for form in forms:
        story.do("clerk", "loss_form", form, "submit")
        signer = "supplier1" if story.form(form).party == "SUP01" else "business"
        more = {"on_paper": True} if signer == "business" else {}
        version = story.form(form).version
        story.do(signer, "loss_form", form, "sign", version=version, **more)
        story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    shown = {form: story.form(form).version for form in forms}
    story.session.rollback()

    def approve(form: str) -> Any:
        return lambda mine: (
            mine.take("vp", "loss_form", form, "approve", version=shown[form]).status
        )

    assert _at_once(app, *(approve(form) for form in forms)) == [200, 200]
    assert chain_is_unbroken(story.session) == []
    assert [kind for kind, _ in _links(story)].count("approval") == 2


def test_links_at_one_moment_never_share_their_place(app: Flask, story: Story) -> None:
    refs = [_approved(story, story.scrapped())[0] for _ in range(2)]
    story.session.rollback()

    def again(number: int) -> Any:
        def job(mine: Story) -> int:
            def work() -> int:
                found = next(queries.records(mine.session, Kind.APPROVAL, [refs[number % 2]]))
                fresh = queries.Record(Kind.VOID, f"x{number}", mine.now, found.sha256, 0, None, "")
                return chain._append(mine.session, [(fresh, mine.now)]).seq

            return int(write(mine.session, work))

        return job

    head = queries.head(db.session())
    db.session().rollback()
    assert head is not None
    taken = _at_once(app, *(again(number) for number in range(6)))
    assert sorted(taken) == list(range(head.seq + 1, head.seq + 7))
    gone = [f"link {seq}: void x" for seq in sorted(taken)]
    found = chain_is_unbroken(story.session)
    assert [fault[: len(told)] for fault, told in zip(found, gone, strict=True)] == gone


def test_all_is_asked_of_one_moment_while_work_goes_on(app: Flask, story: Story) -> None:
    _approved(story, story.scrapped())
    story.session.rollback()
    findings = verify(story.session)
    assert next(findings).code == "I2"
    with Session(db.engine) as other:
        other.execute(text("UPDATE loss_line SET amount_fen = amount_fen + 1"))
        other.commit()
    assert [finding.code for finding in findings if not finding.holds] == []
    found = [finding.code for finding in verify(story.session) if not finding.holds]
    assert found == ["I8", "I12", "I13", "I18"]


@pytest.mark.parametrize("is_cut", [True, False])
def test_an_end_that_was_verified_cannot_be_cut_off_or_made_anew(
    story: Story, is_cut: bool
) -> None:
    _approved(story, story.scrapped())
    session = story.session
    session.rollback()
    head = queries.head(session)
    assert head is not None
    story.write(lambda: chain.keep_check(story.act("finance"), head, []))
    assert chain_is_unbroken(session) == []
    for table, event in (("chain_link", "delete"), ("chain_link", "update")):
        session.execute(text(f"DROP TRIGGER {table}_no_{event}" + _on(session, table)))
    last = {"last": head.seq}
    if is_cut:
        session.execute(text("DELETE FROM chain_link WHERE seq = :last"), last)
        session.execute(text("UPDATE counter SET last = last - 1 WHERE series = 'chain'"))
    else:
        session.execute(text("UPDATE chain_link SET mac = 'made anew' WHERE seq = :last"), last)
    told = f"link {head.seq} is not the head that was verified at 2026-11-05"
    assert [told in fault for fault in chain_is_unbroken(session)].count(True) == 1
    session.rollback()


def test_what_stood_before_the_chain_is_covered_by_its_beginning(story: Story) -> None:
    _approved(story, story.scrapped())
    session = story.session
    session.rollback()
    session.execute(text("DROP TRIGGER chain_link_no_delete" + _on(session, "chain_link")))
    session.execute(text("DELETE FROM chain_link"))
    session.execute(text("DELETE FROM counter WHERE series = 'chain'"))
    assert chain_is_unbroken(session)[0] == "link 1 is missing, the counter says 0"
    session.commit()
    story.write(lambda: schema.prepare(session))
    assert [kind for kind, _ in _links(story)] == ["genesis"]
    _approved(story, story.scrapped())
    assert [kind for kind, _ in _links(story)] == [
        "genesis", "entry", "entry", "approval", "paper", "paper",
    ]  # fmt: skip
    assert chain_is_unbroken(session) == []
    session.execute(text("DROP TRIGGER ledger_entry_no_update" + _on(session, "ledger_entry")))
    session.execute(text("UPDATE ledger_entry SET amount_fen = amount_fen + 1 WHERE id = 1"))
    told = "link 1: what stood before the chain began was changed"
    assert chain_is_unbroken(session) == [told]
    session.rollback()


def _on(session: Any, table: str) -> str:
    return "" if session.get_bind().dialect.name == "sqlite" else f" ON {table}"


def test_another_key_makes_another_chain(app: Flask, story: Story) -> None:
    _approved(story, story.scrapped())
    story.session.rollback()
    engine = db.engine
    kept = engine.get_execution_options()["chain_key"]
    engine.update_execution_options(chain_key=b"another key of thirty-two letters")
    try:
        found = chain_is_unbroken(story.session)
    finally:
        engine.update_execution_options(chain_key=kept)
    assert found[0].endswith("was changed, or another key made it")
    assert len(found) == 5


def test_without_its_beginning_no_money_is_written(story: Story) -> None:
    session = story.session
    session.execute(text("DROP TRIGGER chain_link_no_delete" + _on(session, "chain_link")))
    session.execute(text("DELETE FROM chain_link"))
    with pytest.raises(RuleViolation) as refusal:
        chain._append(session, [])
    assert refusal.value.code == "not_prepared"
    session.rollback()


def test_a_paper_is_kept_with_its_head_once_for_each_head(story: Story, login: Any) -> None:
    [form] = _approved(story, story.scrapped())
    browser = login("finance")
    for _ in range(2):
        assert browser.get(f"/loss-forms/{form}.pdf").status_code == 200
    story.session.rollback()
    [head] = story.session.scalars(select(ChainLink).where(ChainLink.kind == Kind.APPROVAL)).all()
    printed = story.session.execute(select(PrintedHead.document, PrintedHead.seq, PrintedHead.mac))
    assert [tuple(row) for row in printed] == [(form, head.seq, head.mac)]
