"""unique codes: a maker's tag that names one garment names its piece for ever"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KNOWN = sa.text("unique_code IS NOT NULL")


def upgrade() -> None:
    op.add_column("piece", sa.Column("unique_code", sa.String(100), nullable=True))
    op.create_index(
        "uq_piece_unique_code",
        "piece",
        ["unique_code"],
        unique=True,
        sqlite_where=_KNOWN,
        postgresql_where=_KNOWN,
    )


def downgrade() -> None:
    op.drop_index("uq_piece_unique_code", "piece")
    op.drop_column("piece", "unique_code")
