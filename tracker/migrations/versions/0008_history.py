"""history: what years of it need to stay quick"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")
_WHOLE = (
    ("ix_registration_due", "registration", ["due_on", "id"]),
    ("ix_loss_line_registration", "loss_line", ["registration_id"]),
    ("ix_shipment_from_site", "shipment", ["from_site_id", "status"]),
    ("ix_shipment_status", "shipment", ["status", "dispatched_at"]),
    ("ix_shipment_line_registration", "shipment_line", ["registration_id", "shipment_id"]),
)
_OF_THE_OPEN = (
    ("ix_registration_open", ["status", "site_id", "due_on", "since_at", "closed_at"]),
    ("ix_registration_open_site", ["site_id", "status", "due_on", "since_at", "closed_at"]),
)
_SAID = sa.text("code IS NOT NULL")
_REFUSED = (
    ("ix_scan_refused", "scan", ["code", "arrived_at"]),
    ("ix_handling_scan_refused", "handling_scan", ["code", "at"]),
)


def upgrade() -> None:
    for name, table, columns in _REFUSED:
        op.create_index(name, table, columns, sqlite_where=_SAID, postgresql_where=_SAID)
    for name, table, columns in _WHOLE:
        op.create_index(name, table, columns)
    for name, columns in _OF_THE_OPEN:
        op.create_index(name, "registration", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    for name, table, _columns in _REFUSED:
        op.drop_index(name, table)
    for name, _columns in _OF_THE_OPEN:
        op.drop_index(name, "registration")
    for name, table, _columns in reversed(_WHOLE):
        op.drop_index(name, table)
