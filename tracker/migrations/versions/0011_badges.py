"""badges: a card and a PIN change the user of a shared browser; the last scans of a site"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LAST = (
    ("ix_scan_site_arrived", "scan", ["site_id", "arrived_at"]),
    ("ix_handling_scan_site_at", "handling_scan", ["site_id", "at"]),
)


def upgrade() -> None:
    op.add_column("account", sa.Column("badge_sha256", sa.String(64), nullable=True))
    op.add_column("account", sa.Column("pin_hash", sa.String(200), nullable=True))
    op.create_index("uq_account_badge_sha256", "account", ["badge_sha256"], unique=True)
    kind = sa.Column("kind", sa.String(8), nullable=False, server_default="password")
    op.add_column("login_session", kind)
    at = sa.Column("password_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("login_session", at)
    for name, table, columns in _LAST:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _columns in _LAST:
        op.drop_index(name, table)
    for column in ("password_at", "kind"):
        op.drop_column("login_session", column)
    op.drop_index("uq_account_badge_sha256", "account")
    for column in ("pin_hash", "badge_sha256"):
        op.drop_column("account", column)
