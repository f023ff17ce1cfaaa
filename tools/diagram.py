"""Draw every status machine into docs/journey.md from the tables that the product runs on.

``python tools/diagram.py`` writes the page; a test compares it with the tables.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tracker.domain import (  # noqa: E402
    delivery,
    discrepancy,
    job,
    ledger,
    loss,
    registration,
    shipment,
    statement,
)
from tracker.domain.machine import Machine  # noqa: E402

PAGE = ROOT / "docs" / "journey.md"
MACHINES = (
    registration.MACHINE,
    shipment.MACHINE,
    delivery.MACHINE,
    discrepancy.MACHINE,
    loss.MACHINE,
    loss.DESTRUCTION,
    ledger.MACHINE,
    statement.MACHINE,
    job.MACHINE,
)


def drawn(machine: Machine) -> str:
    """Return one machine as a Mermaid state diagram and a table of its actions."""
    lines = [f"## {machine.zh} `{machine.noun}`", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"  {status.value} : {status.value} {status.zh}" for status in machine.statuses]
    lines.append(f"  [*] --> {machine.initial.value}")
    for (status, action), move in machine.transitions.items():
        if action in machine.inner and move.to == (status,):
            continue
        lines += [f"  {status.value} --> {to.value} : {action.value}" for to in move.to]
    lines += [f"  {status.value} --> [*]" for status in machine.statuses if status in machine.final]
    lines += ["```", "", "| action | 中文 | from | to | guard | who |", "|---|---|---|---|---|---|"]
    for (status, action), move in machine.transitions.items():
        who = ", ".join(sorted(role.value for role in machine.who[action]))
        to = ", ".join(f"`{target.value}`" for target in move.to)
        guard = f"`{move.guard.__name__}`" if move.guard else ""
        lines.append(
            f"| `{action.value}` | {action.zh} | `{status.value}` | {to} | {guard} | {who} |"
        )
    return "\n".join(lines)


def page() -> str:
    """Return the whole page."""
    head = (
        "# The journey, drawn from its tables\n\n"
        "Written by `tools/diagram.py` from `tracker/domain/`; a test keeps it true.\n"
    )
    return head + "\n" + "\n\n".join(drawn(machine) for machine in MACHINES) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
