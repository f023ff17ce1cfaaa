"""Return notes on paper: what goes back to which supplier, at which price, on which form."""

from __future__ import annotations

import re

import pytest

from tests.kept import kept
from tests.paper import (
    Login,
    assert_says,
    on_sqlite,
    page_texts,
    pages_are_numbered,
    print_pdf,
    scanned_codes,
)
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Share
from tracker.domain.shipment import Kind

PRINTED = re.compile(r"打印时间[-0-9]{10}[:0-9]{5}")
COPIES = ("第一联存根联", "第二联对方联", "第三联财务联")


@kept
def _approved(story: Story) -> tuple[str, str]:
    """A jacket that its supplier bears at 60 %; return its number and the supplier's form."""
    no = story.received(**SUPPLIER_FAULT)
    shares = [Share(LiableKind.SUPPLIER, 60, "SUP01"), Share(LiableKind.HEAD_OFFICE, 40)]
    story.scrap(no, *shares, note="协商")
    forms = story.list_on_forms(no)
    for form in forms:
        story.sign_off(form)
    return no, next(form for form in forms if story.form(form).party == "SUP01")


@on_sqlite
def test_a_box_to_a_supplier_has_its_return_note_in_three_copies(
    story: Story, login: Login
) -> None:
    no, form = _approved(story)
    box = story.box("clerk", no, to="SUP01", kind=Kind.TO_SUPPLIER)
    browser, path = login("clerk"), f"/shipments/{box}/return-note.pdf"
    assert "退货单（草稿）" in page_texts(print_pdf(browser, path))[0]
    story.dispatch("clerk", box)
    assert f'href="{path}"' in browser.get(f"/shipments/{box}").text
    pdf = print_pdf(browser, path)
    pages = page_texts(pdf)
    assert pages_are_numbered(pages, copies=3)
    assert scanned_codes(pdf) == [{box}] * 3
    for page, copy in zip(pages, COPIES, strict=True):
        assert "草稿" not in page
        assert_says(
            page,
            copy,
            f"退货对方SUP01广州锦程服饰有限公司退货类型质量退货退货时间{story.now:%Y-%m-%d}",
            f"退货方式装箱单{box}·1箱·顺丰速运·运单号SF-{box}",
            f"1{story.piece_no(no)}{no}2613M04012",
            f"12026SUP01广州锦程服饰有限公司（推定）褪色/掉色/沾色/串色{form}60%189.84",
            "合计1件（大写：壹件）189.84",
            "大写金额人民币壹佰捌拾玖元捌角肆分小写合计¥189.84",
            "本单不重复扣款",
            "供应商签收",
            "数据链第",
        )
    again = page_texts(print_pdf(browser, f"/registrations/{no}/return-note.pdf"))
    assert [PRINTED.sub("", page) for page in again] == [PRINTED.sub("", page) for page in pages]


@on_sqlite
def test_a_garment_that_went_back_by_itself_has_its_own_note(story: Story, login: Login) -> None:
    no, form = _approved(story)
    browser, path = login("finance"), f"/registrations/{no}/return-note.pdf"
    assert browser.get(path).status_code == 404
    story.do("clerk", "registration", no, "return_to_supplier")
    assert f'href="{path}"' in browser.get(f"/registrations/{no}").text
    [page, *_copies] = page_texts(print_pdf(browser, path))
    assert_says(page, f"单号{no}", "退货方式单件交还", form, "小写合计¥189.84")


@on_sqlite
def test_it_goes_to_the_supplier_who_bears_the_most_and_names_the_other(
    story: Story, login: Login
) -> None:
    no = story.received(**SUPPLIER_FAULT)
    shares = [Share(LiableKind.SUPPLIER, 40, "SUP01"), Share(LiableKind.SUPPLIER, 60, "SUP02")]
    story.scrap(no, *shares, note="协商")
    forms = story.list_on_forms(no)
    for form in forms:
        story.sign_off(form)
    story.do("clerk", "registration", no, "return_to_supplier")
    names = {story.form(form).party: (form, story.form(form).party_name) for form in forms}
    [page, *_copies] = page_texts(
        print_pdf(login("finance"), f"/registrations/{no}/return-note.pdf")
    )
    (minor, less), (major, more) = names["SUP01"], names["SUP02"]
    assert_says(
        page, f"退货对方SUP02{more}退货类型", f"{major}60%", f"备注SUP01{less}另担40%（{minor}）"
    )


@pytest.mark.parametrize(("name", "status"), [("store1", 403), ("warehouse", 403), ("clerk", 404)])
def test_prices_are_for_those_who_see_cost_and_other_boxes_have_no_note(
    story: Story, login: Login, name: str, status: int
) -> None:
    box = story.send(story.register())
    assert login(name).get(f"/shipments/{box}/return-note.pdf").status_code == status
