"""A simulated garment: its registration and all that is kept of it."""

from __future__ import annotations

from typing import Any

from tracker.domain.account import Actor
from tracker.domain.codes import Cause
from tracker.domain.delivery import Report
from tracker.domain.named import NamedEnum
from tracker.domain.registration import MACHINE, Owner
from tracker.services.simulate.cast import Goods, Store
from tracker.services.simulate.chance import Kind
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row


class Garment(Written):
    """One registration, from its scan to its end; ``row`` is its row as it stands."""

    __slots__ = (
        "came_by", "cases", "cause", "failed_checks", "forced", "goods", "is_lost", "is_quoted",
        "job", "kind", "last_scan", "lines", "marks", "minutes_by", "piece_id", "piece_no",
        "report", "returns", "shares", "spent_fen", "store", "way",
    )  # fmt: skip

    def __init__(
        self, identity: int, row: Row, store: Store, goods: Goods, kind: Kind, piece_no: str
    ) -> None:
        super().__init__("registration", MACHINE, identity, row)
        self.store = store
        self.goods = goods
        self.kind = kind
        self.piece_id: int = row["piece_id"]
        self.piece_no = piece_no
        self.cause = Cause(row["cause"])
        self.forced: str | None = None
        """A verdict that what happened before leaves no choice about."""
        self.is_quoted = False
        self.returns = False
        """Its loss is the supplier's, and so is the garment: it goes back there."""
        self.job: Row | None = None
        self.spent_fen = 0
        self.minutes_by: dict[int, int] = {}
        self.failed_checks = 0
        self.shares: list[Row] = []
        self.lines: list[Any] = []
        self.is_lost = False
        self.cases: list[Written] = []
        self.came_by: Any = None
        """The delivery by which it came; nothing for a customer's or an older piece."""
        self.report = Report.UNKNOWN
        self.way: Row | None = None
        """The line of the packing list on which it travels or travelled last."""
        self.marks: Row = {}
        self.last_scan: tuple[Any, ...] = ()

    @property
    def no(self) -> str:
        """The registration's number."""
        return str(self.row["no"])

    @property
    def repairer_id(self) -> int | None:
        """Who repaired it longest."""
        minutes = self.minutes_by
        return min(minutes, key=lambda who: (-minutes[who], who)) if minutes else None

    @property
    def owner(self) -> Owner:
        """Whose it is now."""
        return Owner(self.row["owner"])

    def act(
        self, world: World, actor: Actor, action: NamedEnum, facts: object = None, **kept: Any
    ) -> None:
        """Take an action on the garment; its status stands since then, its last hand is known."""
        before = self.status
        self.move(world, actor, action, facts, **kept)
        if self.status is not before:
            self.row["since_at"] = world.now
        self.last_scan = (actor.account_id, actor.site_id, world.now)

    def end(self, world: World) -> None:
        """The story is over: its closing is kept, its rows are written."""
        self.row["closed_at"] = world.now
        if self.came_by is not None and not self.came_by.is_over:
            self.came_by.waiting.append(self)
        else:
            world.close(self)
        self.lines = []

    def start_clock(self, world: World, clock: str) -> None:
        """Start a clock today by the policy in force."""
        self.row["clock"] = clock
        self.row["due_on"] = world.due(clock)

    def stop_clock(self) -> None:
        """No clock runs any more."""
        self.row["clock"] = self.row["due_on"] = None

    def handled(
        self, world: World, actor: Actor, action: str, document: str, code: str | None = None
    ) -> None:
        """Keep a scan of its repair tag into or out of a box, or at the shredder."""
        self.keep(
            world,
            "handling_scan",
            {
                "at": world.now,
                "account_id": actor.account_id,
                "site_id": actor.site_id,
                "action": action,
                "document": document,
                "raw_code": self.piece_no,
                "outcome": "done",
                "code": code,
                "registration_id": self.id,
            },
        )

    def write(self, world: Any) -> None:
        """Hand its rows over, those of its discrepancies and its round trip too."""
        super().write(world)
        for case in self.cases:
            case.write(world)
