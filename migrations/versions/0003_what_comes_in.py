"""What comes in: which mail was whose, whom to believe, replies' categories, and absences that end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.connection import ROLE

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ["CREATED", "PROFILE_CHANGED", "ENROLLED", "MOVED", "REMOVED", "STATUSES_CHANGED", "EVENT_COUNTED"]
KINDS += ["EVENT_IGNORED"]
CATEGORIES = ["INTERESTED", "NOT_INTERESTED", "NOT_NOW", "DO_NOT_CONTACT", "OTHER"]
TABLES = ("sent_message", "webhook_account", "webhook_receipt")


def upgrade() -> None:
    op.add_column("team", sa.Column("link_secret", sa.Text()))
    op.execute("update team set link_secret = gen_random_uuid()::text || gen_random_uuid()::text")
    op.alter_column("team", "link_secret", nullable=False)
    op.add_column(
        "sequence", sa.Column("days_away", sa.Integer(), nullable=False, server_default=sa.text("7"))
    )
    op.create_check_constraint("sequence_days_away", "sequence", "days_away between 1 and 365")
    op.add_column("enrolment", sa.Column("away_until", sa.DateTime(timezone=True)))
    op.create_index(
        "enrolment_away",
        "enrolment",
        ["team_id", "away_until"],
        postgresql_where=sa.text("away_until is not null"),
    )
    category = sa.Enum(*CATEGORIES, name="category", native_enum=False, length=32)
    op.add_column("activity", sa.Column("category", category))
    words = ", ".join(f"'{word}'" for word in CATEGORIES)
    op.create_check_constraint("category", "activity", f"category in ({words})")
    op.add_column("activity", sa.Column("reply_id", sa.BigInteger()))
    op.add_column("activity", sa.Column("why", sa.Text()))
    op.create_foreign_key(None, "activity", "activity", ["team_id", "reply_id"], ["team_id", "id"])
    op.create_index(
        "activity_reply",
        "activity",
        ["team_id", "reply_id", "id"],
        postgresql_where=sa.text("reply_id is not null"),
    )
    _kinds([*KINDS, "REPLY_CATEGORIZED"])
    _tables()


def _tables() -> None:
    op.create_table(
        "sent_message",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        sa.ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "message_id"),
    )
    op.create_table(
        "webhook_account",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("secrets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "provider"),
    )
    op.create_table(
        "webhook_receipt",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "provider", "once"),
    )
    op.create_index("webhook_receipt_age", "webhook_receipt", ["team_id", "received_at"])
    for table in TABLES:
        isolate(table)


def isolate(table: str) -> None:
    """Show and take rows of the transaction's team only; with no team there are none (as in 0001)."""
    mine = "team_id = nullif(current_setting('app.team', true), '')::bigint"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy team on {table} using ({mine}) with check ({mine})")
    op.execute(f"grant select, insert, update, delete on {table} to {ROLE}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    _kinds(KINDS)
    op.drop_index("activity_reply", "activity")
    for table, column in (
        ("activity", "why"),
        ("activity", "reply_id"),
        ("activity", "category"),
        ("enrolment", "away_until"),
        ("sequence", "days_away"),
        ("team", "link_secret"),
    ):
        op.drop_column(table, column)


def _kinds(words: list[str]) -> None:
    named = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint("activity_kind", "activity")
    op.create_check_constraint("activity_kind", "activity", f"kind in ({named})")
