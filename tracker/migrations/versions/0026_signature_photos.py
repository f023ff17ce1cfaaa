"""signature photos: a scan that stands on a form already may show a party's signature too"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = ["noun", "subject_id", "sha256"]
LIVE = "removed_at IS NULL"
PICTURES = f"{LIVE} AND kind <> 'signature'"


def upgrade() -> None:
    _one_of(PICTURES)


def downgrade() -> None:
    _one_of(LIVE)


def _one_of(standing: str) -> None:
    """Let one photo of a content stand on a record, of those under the condition."""
    op.drop_index("uq_photo_live", table_name="photo")
    where = sa.text(standing)
    op.create_index(
        "uq_photo_live", "photo", COLUMNS, unique=True, sqlite_where=where, postgresql_where=where
    )
