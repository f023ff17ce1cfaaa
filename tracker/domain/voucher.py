"""Vouchers (凭证) for the chain's accounting system, made of the ledger of a closed month.

One voucher a document, debits before credits; what takes an entry back stands in red on the side
of what it takes back (红字), as accountants and their importers want it (conventions 6.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import groupby

from tracker.domain.codes import LiableKind
from tracker.domain.errors import RuleViolation
from tracker.domain.ledger import CUSTOMER_BEARS, Account
from tracker.domain.named import NamedEnum
from tracker.domain.site import Ownership


class Word(NamedEnum):
    """The word before a voucher's number (凭证字)."""

    TRANSFER = "transfer", "转", "Transfer"
    GENERAL = "general", "记", "General"


class Correction(NamedEnum):
    """Whether a line takes something back, or lets it stand again."""

    NONE = "none", "", ""
    REVERSED = "reversed", "冲销", "Reversed"
    RESTORED = "restored", "恢复", "Restored"


CUSTOMER: str = CUSTOMER_BEARS["liable_kind"]


class Bearer(NamedEnum):
    """Who bears an entry, as its account code may ask; ``ANY`` is whoever no finer row names."""

    ANY = "", "不限", "any"
    SUPPLIER = LiableKind.SUPPLIER.value, LiableKind.SUPPLIER.zh, LiableKind.SUPPLIER.en
    STORE = LiableKind.STORE.value, LiableKind.STORE.zh, LiableKind.STORE.en
    HEAD_OFFICE = LiableKind.HEAD_OFFICE.value, LiableKind.HEAD_OFFICE.zh, LiableKind.HEAD_OFFICE.en
    CUSTOMER = CUSTOMER, "顾客", "Customer"


BOOKED = tuple(account for account in Account if account is not Account.OPENING)
"""Accounts that become vouchers; opening balances stand in the accounting system already."""

Key = tuple[str, str, str]
"""An account of ours, who bears it, whose the store is; an empty part means any."""


@dataclass(frozen=True)
class Code:
    """An account of the chain's books: its number and its name."""

    code: str
    name: str


_A = Account
_STORE = LiableKind.STORE.value
DEFAULTS: Mapping[Key, Code] = {
    (_A.CHARGE, LiableKind.SUPPLIER, ""): Code("220201", "应付账款—供应商"),
    (_A.CHARGE, _STORE, Ownership.FRANCHISE): Code("112201", "应收账款—加盟店"),
    (_A.CHARGE, _STORE, ""): Code("122101", "其他应收款—店铺"),
    (_A.CHARGE, LiableKind.HEAD_OFFICE, ""): Code("660201", "管理费用—存货报损"),
    (_A.OWNER_CREDIT, "", ""): Code("224101", "其他应付款—货主"),
    (_A.CUSTOMER_CHARGE, "", ""): Code("122102", "其他应收款—顾客"),
    (_A.REPAIR_CHARGE, "", ""): Code("122102", "其他应收款—顾客"),
    (_A.DEPRECIATION, "", ""): Code("122102", "其他应收款—顾客"),
    (_A.SALVAGE, "", ""): Code("122103", "其他应收款—残料款"),
    (_A.MARKDOWN, "", ""): Code("660202", "管理费用—处理品降价"),
    (_A.VAT_TRANSFER_OUT, "", ""): Code("22210107", "应交税费—应交增值税（进项税额转出）"),
    (_A.FREIGHT, _STORE, Ownership.FRANCHISE): Code("112201", "应收账款—加盟店"),
    (_A.FREIGHT, _STORE, ""): Code("122101", "其他应收款—店铺"),
    (_A.FREIGHT, "", ""): Code("660101", "销售费用—运费"),
    (_A.FREIGHT_PAYABLE, "", ""): Code("224102", "其他应付款—运费"),
    (_A.CLEARING, CUSTOMER, ""): Code("605101", "其他业务收入—维修服务"),
    (_A.CLEARING, "", ""): Code("190101", "待处理财产损溢—待处理流动资产损溢"),
}
"""The shipped codes (conventions 6.4); they seed the table once, which finance then keeps."""


@dataclass(frozen=True)
class Store:
    """What an account code asks of a store: whose it is, and its name."""

    ownership: str
    name: str


@dataclass(frozen=True)
class Basis:
    """By what a month's vouchers are made: word, codes, stores as they stood then."""

    word: Word
    codes: Mapping[Key, Code]
    stores: Mapping[str, Store]


@dataclass(frozen=True)
class Sum:
    """Legs of one document that make one line, summed in fen, in the order of the ledger.

    ``kind``, ``party`` and ``name`` say whom the line is about, ``bearer`` is the store that bears
    it, where one does: whose that store is may decide the account code.
    """

    document: str
    account: Account
    liable_kind: str
    kind: str
    party: str
    name: str
    bearer: str
    production_year: int
    correction: Correction
    pieces: int
    amount_fen: int


@dataclass(frozen=True)
class Line:
    """One line of a voucher; one of the two amounts (fen) is zero, in red it is negative."""

    on: str
    word: str
    number: int
    line: int
    summary: str
    code: str
    name: str
    debit_fen: int
    credit_fen: int
    auxiliary: str
    auxiliary_code: str
    auxiliary_name: str


def code_for(codes: Mapping[Key, Code], account: str, kind: str, ownership: str) -> Code:
    """Return the account code of an entry: the finest row that names it.

    Raises ``RuleViolation`` ``no_account_code`` where none does.
    """
    for key in ((account, kind, ownership), (account, kind, ""), (account, "", "")):
        if key in codes:
            return codes[key]
    raise RuleViolation(
        "no_account_code",
        "「{account}」还没有会计科目，不能生成凭证。请先在「会计科目」里补上。",
        "“{account}” has no account code: set it on the page of the account codes first.",
        account=Account(account).zh,
    )


def heir(codes: Mapping[Key, Code], key: Key) -> Code | None:
    """Return the coarser code that takes over when a row goes; ``None`` where nothing would."""
    account, kind, _ownership = key
    coarser = ((account, kind, ""), (account, "", ""))
    return next((codes[one] for one in coarser if one != key and one in codes), None)


def lines(sums: Sequence[Sum], on: str, basis: Basis) -> list[Line]:
    """Return the lines of a month's vouchers, dated ``on``, numbered from 1.

    ``sums`` come document by document. Raises ``RuleViolation`` ``no_account_code``, and
    ``unbalanced_voucher`` where debits and credits of one differ.
    """
    found: list[Line] = []
    documents = groupby(sums, key=lambda one: one.document)
    for number, (document, parts) in enumerate(documents, start=1):
        made = [_line(one, basis) for one in parts]
        made.sort(key=lambda line: (line.debit_fen == 0, line.code))
        _check_balanced(document, made)
        found += [
            replace(line, on=on, word=basis.word.zh, number=number, line=index)
            for index, line in enumerate(made, start=1)
        ]
    return found


def _check_balanced(document: str, made: Sequence[Line]) -> None:
    over = sum(line.debit_fen - line.credit_fen for line in made)
    if over:
        raise RuleViolation(
            "unbalanced_voucher",
            "{document} 的凭证借贷不平，差额 {over} 分，没有生成。请联系系统管理员。",
            "The voucher of {document} is {over} fen out of balance: nothing was made.",
            document=document,
            over=over,
        )


def _line(one: Sum, basis: Basis) -> Line:
    bearer = basis.stores.get(one.bearer) if one.liable_kind == _STORE else None
    code = code_for(basis.codes, one.account, one.liable_kind, bearer.ownership if bearer else "")
    store = basis.stores.get(one.party) if one.kind == _STORE else None
    is_debit = (one.amount_fen > 0) != (one.correction is Correction.REVERSED)
    kind = LiableKind(one.kind) if one.party else None
    return Line(
        "", "", 0, 0,
        summary=_summary(one),
        code=code.code,
        name=code.name,
        debit_fen=one.amount_fen if is_debit else 0,
        credit_fen=0 if is_debit else -one.amount_fen,
        auxiliary=kind.zh if kind else "",
        auxiliary_code=one.party,
        auxiliary_name=one.name or (store.name if store else ""),
    )  # fmt: skip


def _summary(one: Sum) -> str:
    words = [f"{one.correction.zh}{one.account.zh}", one.document]
    if one.production_year:
        words += [f"生产年份{one.production_year}", f"{one.pieces}件"]
    return " ".join(words)


def digest(found: Sequence[Line]) -> str:
    """Return the SHA-256 over every cell of a month's vouchers."""
    seal = hashlib.sha256()
    for line in found:
        seal.update(("\x1f".join(str(cell) for cell in astuple(line)) + "\n").encode())
    return seal.hexdigest()
