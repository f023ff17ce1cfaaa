"""Records that live through their machines, and the row of history that each step leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from tracker.domain.account import Actor
from tracker.domain.machine import Machine
from tracker.domain.named import NamedEnum
from tracker.services.simulate.writing import Row, Writer


class Present(Protocol):
    """What a step needs to know: when it is, and where its rows go."""

    writer: Writer
    now: datetime


class Life:
    """A record of which the machine's table, with the actor's roles and real facts, is the law."""

    __slots__ = ("id", "machine", "row", "status", "steps")

    def __init__(self, machine: Machine, identity: int, row: Row) -> None:
        self.machine = machine
        self.id = identity
        self.row = row
        self.status: NamedEnum = machine.initial
        self.steps = 0

    def begin(self, world: Present, actor: Actor, action: str, document: str | None = None) -> None:
        """Give the record its first row of history."""
        self._record(world, actor, action, None, None, document, None)

    def move(
        self,
        world: Present,
        actor: Actor,
        action: NamedEnum,
        facts: object = None,
        *,
        reason: str | None = None,
        document: str | None = None,
        details: Row | None = None,
    ) -> None:
        """Take ``action``. Raises what ``Machine.target`` raises: then the story is impossible."""
        before = self.status
        self.status = self.machine.target(before, action, actor.roles, facts)
        self._record(world, actor, action.value, before.value, reason, document, details)

    @property
    def is_over(self) -> bool:
        """Whether the record has reached a final status."""
        return self.status in self.machine.final

    def _record(
        self,
        world: Present,
        actor: Actor,
        action: str,
        before: str | None,
        reason: str | None,
        document: str | None,
        details: Any,
    ) -> None:
        self.steps += 1
        writer = world.writer
        writer.add(
            "event",
            {
                "id": writer.next_id("event"),
                "noun": self.machine.noun,
                "subject_id": self.id,
                "at": world.now,
                "device_at": None,
                "actor_id": actor.account_id,
                "site_id": actor.site_id,
                "action": action,
                "from_status": before,
                "to_status": self.status.value,
                "reason": reason,
                "document": document,
                "details": details,
            },
        )


class Written(Life):
    """A record whose row, and the rows that belong to it, are written once its story is over."""

    __slots__ = ("belongings", "table")

    def __init__(self, table: str, machine: Machine, identity: int, row: Row) -> None:
        super().__init__(machine, identity, row)
        self.table = table
        self.belongings: list[tuple[str, Row]] = []

    def keep(self, world: Present, table: str, row: Row) -> Row:
        """Give the record a row of another table, numbered now and written with it."""
        row["id"] = world.writer.next_id(table)
        self.belongings.append((table, row))
        return row

    def write(self, world: Present) -> None:
        """Hand the rows over to be written, the record's own first."""
        self.row["id"] = self.id
        self.row["status"] = self.status.value
        self.row["version"] = self.steps
        world.writer.add(self.table, self.row)
        for table, row in self.belongings:
            world.writer.add(table, row)
        self.belongings = []
