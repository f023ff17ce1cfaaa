"""boxes not relayed: a region finds them without reading every box that it ever sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = ["from_site_id", "kind", "status", "dispatched_at"]


def upgrade() -> None:
    where = sa.text("relayed_at IS NULL")
    op.create_index(
        "ix_shipment_unrelayed", "shipment", COLUMNS, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    op.drop_index("ix_shipment_unrelayed", table_name="shipment")
