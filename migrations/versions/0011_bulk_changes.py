"""Bulk changes: of many contacts, made by a worker, with what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLE = "contact_status"
TABLES = ("bulk_change", "bulk_item")
NOW = sa.text("statement_timestamp()")


def upgrade() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("team_id", sa.BigInteger(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("adds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("removes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        sa.CheckConstraint("state in ('WAITING', 'RUNNING', 'DONE', 'CANCELLED')", name="bulk_state"),
        sa.CheckConstraint(
            "changed >= 0 and refused >= 0 and changed + refused <= total", name="bulk_counts"
        ),
        sa.CheckConstraint("(ended_at is not null) = (state in ('DONE', 'CANCELLED'))", name="bulk_ended"),
    )
    op.create_index("bulk_change_age", "bulk_change", ["team_id", "created_at", "id"])
    op.create_table(
        "bulk_item",
        sa.Column("team_id", sa.BigInteger(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("bulk_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("contact_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("outcome", sa.String(32), server_default=sa.text("'WAITING'"), nullable=False),
        sa.Column("activity_id", sa.BigInteger()),
        sa.Column("codes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reasons", postgresql.JSONB()),
        sa.ForeignKeyConstraint(
            ["team_id", "bulk_id"], ["bulk_change.team_id", "bulk_change.id"], name="bulk_item_of"
        ),
        sa.CheckConstraint("outcome in ('WAITING', 'CHANGED', 'REFUSED')", name="bulk_outcome"),
        sa.CheckConstraint("(outcome = 'REFUSED') = (codes <> '{}')", name="bulk_item_reasons"),
        sa.CheckConstraint("(outcome = 'CHANGED') = (activity_id is not null)", name="bulk_item_line"),
    )
    refused = sa.text("outcome = 'REFUSED'")
    columns = ["team_id", "bulk_id", "contact_id"]
    op.create_index("bulk_item_refused", "bulk_item", columns, postgresql_where=refused)
    mine = "team_id = nullif(current_setting('app.team', true), '')::bigint"
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy team on {table} using ({mine}) with check ({mine})")
        op.execute(f"grant select, insert, update, delete on {table} to {ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
