"""Two suppliers, each with documents of its own, and the links that lead to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.kept import kept
from tests.photos import picture
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.access_link import Noun
from tracker.domain.account import Role
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Share
from tracker.domain.photo import Kind, Subject
from tracker.extensions import db
from tracker.queries import catalog
from tracker.services import access_link, account, demo, photo

WHY = {"SUP01": "一号厂的异议暗号", "SUP02": "二号厂的异议暗号"}


@dataclass(frozen=True)
class Party:
    """What one supplier has: its log-in, its numbers, and the words that nobody else may read."""

    code: str
    login: str
    name: str
    form: str
    disputed: str
    statement: str
    photo: int
    registrations: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def canaries(self) -> set[str]:
        """The strings that betray this supplier."""
        numbers = {self.form, self.disputed, self.statement, *self.registrations, *self.pieces}
        return {self.name, WHY[self.code], *numbers}


def link(story: Story, no: str, noun: Noun = Noun.LOSS_FORM) -> str:
    """Make a link as the business department; return its secret."""
    act = story.act("business")
    return str(story.write(lambda: access_link.make(act, noun, no)[1]))


def fault_photo(story: Story, folder: Any, no: str, left: str) -> int:
    """Add a photo of the defect to a registration, as the store took it; return its number."""
    act, kind = story.act("store1"), Kind.FAULT
    shrunk = photo.keep(act, folder, Subject.REGISTRATION, no, kind, picture(left=left))
    found = story.write(
        lambda: photo.add(act, Subject.REGISTRATION, no, kind=kind, shrunk=shrunk)[0].id
    )
    return int(found)


@kept
def suppliers(story: Story, folder: Any) -> dict[str, Party]:
    """Give two suppliers a form to sign, one they dispute, and a statement of a closed month.

    The second one gets a log-in too. Garments cross over: each billed one is shared by both.
    """
    password = account.hash_password(demo.PASSWORD)
    story.write(
        lambda: account.add_account(
            db.session(), login="supplier2", name="二号厂 周经理", role=Role.SUPPLIER, site="HQ",
            password_hash=password, supplier="SUP02",
        )
    )  # fmt: skip
    logins = {"SUP01": "supplier1", "SUP02": "supplier2"}
    billed = story.received(**SUPPLIER_FAULT)
    both = [
        Share(LiableKind.SUPPLIER, percent, code)
        for percent, code in ((60, "SUP01"), (40, "SUP02"))
    ]
    story.scrap(billed, *both, note="两厂协商")
    for form in story.list_on_forms(billed):
        story.sign_off(form)
    story.close_month()
    statements = {story.statement(no).party: no for no in story.statements()}
    for code in logins:
        story.do("finance", "statement", statements[code], "issue")
    story.wait(days=30)
    found = {}
    for code, login in logins.items():
        open_one, disputed = (story.register(**SUPPLIER_FAULT) for _ in range(2))
        number = fault_photo(story, folder, open_one, "red" if code == "SUP01" else "blue")
        story.at_after_sales(open_one, disputed)
        for no in (open_one, disputed):
            story.scrap(no, Share(LiableKind.SUPPLIER, 100, code), note="按检验记录")
        forms = []
        for no in (disputed, open_one):
            [form] = story.list_on_forms(no)
            story.do("clerk", "loss_form", form, "submit")
            forms.append(form)
        story.do(login, "loss_form", forms[0], "dispute", reason=WHY[code])
        supplier = catalog.supplier(story.session, code)
        assert supplier is not None
        found[code] = Party(
            code, login, supplier.name, forms[1], forms[0], statements[code], number,
            (open_one, disputed), (story.piece_no(open_one), story.piece_no(disputed)),
        )  # fmt: skip
    return found


def posted(browser: Any, secret: str, action: str, **fields: Any) -> Any:
    """Post an answer with the version that the page shows."""
    page = browser.get(f"/l/{secret}").text
    version = page.split('name="if_version" type="hidden" value="', 1)[1].split('"', 1)[0]
    told = {"action_id": str(uuid4()), "if_version": version, "signer": "周经理", **fields}
    return browser.post(f"/l/{secret}/actions/{action}", data=told)
