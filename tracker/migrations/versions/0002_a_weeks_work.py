"""cartons, carriers, outside repair, papers relayed, claims, endings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("status = 'open'")
_AWAY = sa.text("returned_at IS NULL")


def _fen(table: str, name: str) -> tuple[sa.Column, sa.CheckConstraint]:
    check = sa.CheckConstraint(
        f"{name} = CAST({name} AS BIGINT)", name=op.f(f"ck_{table}_{name}_whole")
    )
    return sa.Column(name, tracker.db.FenType(), nullable=True), check


def _add_fen(batch: object, table: str, name: str) -> None:
    batch.add_column(sa.Column(name, tracker.db.FenType(), nullable=True))
    batch.create_check_constraint(
        op.f(f"ck_{table}_{name}_whole"), f"{name} = CAST({name} AS BIGINT)"
    )


def upgrade() -> None:
    op.create_table(
        "carrier",
        sa.Column("id", tracker.db.Key, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint("name", name=op.f("uq_carrier_name")),
    )
    op.create_table(
        "carton",
        sa.Column("id", tracker.db.Key, nullable=False),
        sa.Column("shipment_id", tracker.db.Key, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("seal_no", sa.String(40), nullable=True),
        sa.Column("arrived_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("ordinal BETWEEN 1 AND 99", name=op.f("ck_carton_ordinal")),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipment.id"], name=op.f("fk_carton_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carton")),
        sa.UniqueConstraint("shipment_id", "ordinal", name=op.f("uq_carton_shipment_id_ordinal")),
    )
    cost, cost_check = _fen("outside_job", "cost_fen")
    op.create_table(
        "outside_job",
        sa.Column("id", tracker.db.Key, nullable=False),
        sa.Column("registration_id", tracker.db.Key, nullable=False),
        sa.Column("site_id", tracker.db.Key, nullable=False),
        sa.Column("sent_at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("sent_by_id", tracker.db.Key, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("carrier", sa.String(40), nullable=True),
        sa.Column("tracking_no", sa.String(40), nullable=True),
        sa.Column("returned_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.Column("is_repaired", sa.Boolean(), nullable=True),
        cost,
        cost_check,
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_outside_job_registration_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_outside_job_site_id")),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["account.id"], name=op.f("fk_outside_job_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_job")),
    )
    op.create_index(op.f("ix_outside_job_registration_id"), "outside_job", ["registration_id"])
    op.create_index("ix_outside_job_site", "outside_job", ["site_id", "returned_at"])
    op.create_index(
        "uq_outside_job_one_open",
        "outside_job",
        ["registration_id"],
        unique=True,
        sqlite_where=_AWAY,
        postgresql_where=_AWAY,
    )
    with op.batch_alter_table("assessment") as batch:
        batch.add_column(sa.Column("route", sa.String(16), nullable=True))
    with op.batch_alter_table("registration") as batch:
        batch.add_column(sa.Column("since_at", tracker.db.Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column("ending", sa.String(16), nullable=True))
        _add_fen(batch, "registration", "quote_fen")
        _add_fen(batch, "registration", "markdown_fen")
    op.execute(
        "UPDATE registration SET since_at = (SELECT MAX(e.at) FROM event e "
        "WHERE e.noun = 'registration' AND e.subject_id = registration.id "
        "AND (e.from_status IS NULL OR e.from_status <> e.to_status))"
    )
    with op.batch_alter_table("registration") as batch:
        batch.alter_column(
            "since_at", existing_type=tracker.db.Instant(timezone=True), nullable=False
        )
    _shipments()
    _discrepancies()


def _shipments() -> None:
    op.drop_index("uq_shipment_one_open", "shipment")
    with op.batch_alter_table("shipment") as batch:
        batch.add_column(
            sa.Column("is_urgent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("relayed_at", tracker.db.Instant(timezone=True), nullable=True))
        batch.add_column(sa.Column("relayed_by_id", tracker.db.Key, nullable=True))
        batch.create_foreign_key(
            op.f("fk_shipment_relayed_by_id"), "account", ["relayed_by_id"], ["id"]
        )
    op.create_index(
        "uq_shipment_one_open",
        "shipment",
        ["from_site_id", "to_site_id", "kind"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    with op.batch_alter_table("shipment_line") as batch:
        batch.add_column(sa.Column("carton", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("receipt") as batch:
        batch.add_column(sa.Column("carton", sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO carton (shipment_id, ordinal, arrived_at) "
        "SELECT id, 1, arrived_at FROM shipment WHERE id IN (SELECT shipment_id FROM shipment_line)"
    )


def _discrepancies() -> None:
    with op.batch_alter_table("discrepancy") as batch:
        batch.alter_column("registration_id", existing_type=tracker.db.Key, nullable=True)
        batch.add_column(sa.Column("counted_site_id", tracker.db.Key, nullable=True))
        batch.add_column(sa.Column("claim_no", sa.String(40), nullable=True))
        batch.add_column(sa.Column("claimed_at", tracker.db.Instant(timezone=True), nullable=True))
        _add_fen(batch, "discrepancy", "claimed_fen")
        _add_fen(batch, "discrepancy", "compensation_fen")
    op.execute(
        "UPDATE discrepancy SET counted_site_id = "
        "(SELECT to_site_id FROM shipment s WHERE s.id = discrepancy.shipment_id)"
    )
    with op.batch_alter_table("discrepancy") as batch:
        batch.alter_column("counted_site_id", existing_type=tracker.db.Key, nullable=False)
        batch.create_foreign_key(
            op.f("fk_discrepancy_counted_site_id"), "site", ["counted_site_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("discrepancy") as batch:
        batch.drop_constraint(op.f("fk_discrepancy_counted_site_id"), type_="foreignkey")
        for name in ("claimed_fen", "compensation_fen"):
            batch.drop_constraint(op.f(f"ck_discrepancy_{name}_whole"), type_="check")
        for name in (
            "compensation_fen", "claimed_fen", "claimed_at", "claim_no", "counted_site_id",
        ):  # fmt: skip
            batch.drop_column(name)
    with op.batch_alter_table("receipt") as batch:
        batch.drop_column("carton")
    with op.batch_alter_table("shipment_line") as batch:
        batch.drop_column("carton")
    op.drop_index("uq_shipment_one_open", "shipment")
    with op.batch_alter_table("shipment") as batch:
        batch.drop_constraint(op.f("fk_shipment_relayed_by_id"), type_="foreignkey")
        for name in ("relayed_by_id", "relayed_at", "is_urgent"):
            batch.drop_column(name)
    op.create_index(
        "uq_shipment_one_open",
        "shipment",
        ["from_site_id", "to_site_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    with op.batch_alter_table("registration") as batch:
        for name in ("quote_fen", "markdown_fen"):
            batch.drop_constraint(op.f(f"ck_registration_{name}_whole"), type_="check")
        for name in ("markdown_fen", "quote_fen", "ending", "since_at"):
            batch.drop_column(name)
    with op.batch_alter_table("assessment") as batch:
        batch.drop_column("route")
    op.drop_table("outside_job")
    op.drop_table("carton")
    op.drop_table("carrier")
