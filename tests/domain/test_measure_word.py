"""What a refusal calls a record: each noun with the measure word that a clerk would say."""

from __future__ import annotations

import pytest

from tracker.domain import discrepancy, job, ledger, loss, registration, shipment, statement
from tracker.domain.machine import Machine


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        (registration.MACHINE, "张登记单"),
        (shipment.MACHINE, "张装箱单"),
        (discrepancy.MACHINE, "份收货差异"),
        (loss.MACHINE, "张报损单"),
        (loss.DESTRUCTION, "份销毁记录"),
        (ledger.MACHINE, "个结账月"),
        (statement.MACHINE, "张扣款对账单"),
        (job.MACHINE, "个后台任务"),
    ],
)
def test_a_record_is_counted_as_people_count_it(machine: Machine, said: str) -> None:
    assert machine.zh_measure + machine.zh == said
