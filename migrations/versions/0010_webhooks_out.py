"""Webhooks that go out: whom to tell of changes, each delivery, and when a team's are looked at next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.connection import ROLE
from models.jobs import SCHEMA

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ["WAITING", "SENDING", "DELIVERED", "FAILED"]
OPEN = "state in ('WAITING', 'SENDING')"


def _time(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("statement_timestamp()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def _number(name: str, *, required: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def upgrade() -> None:
    op.create_table(
        "webhook",
        _number("team_id"),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _number("member_id"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.Text())),
        _number("sequence_id", required=False),
        sa.Column("statuses", sa.SmallInteger()),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text()),
        _time("previous_until"),
        _number("stamp"),
        _number("line_id"),
        _time("disabled_at"),
        sa.Column("disabled_because", sa.Text()),
        _time("failing_since"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _time("created_at", now=True),
        sa.CheckConstraint(
            "(disabled_at is null) = (disabled_because is null)", name="webhook_disabled_whole"
        ),
        sa.CheckConstraint(
            "(previous_secret is null) = (previous_until is null)", name="webhook_previous_whole"
        ),
        sa.ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        sa.ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    op.create_table(
        "webhook_delivery",
        _number("team_id"),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _number("webhook_id"),
        _number("activity_id", required=False),
        _number("contact_id", required=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="delivery_state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _time("first_at"),
        _time("next_at", now=True),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.Text()),
        _time("created_at", now=True),
        _time("finished_at"),
        sa.CheckConstraint("(activity_id is null) = (contact_id is null)", name="webhook_delivery_whole"),
        sa.CheckConstraint(f"({OPEN}) = (finished_at is null)", name="webhook_delivery_finished"),
        sa.ForeignKeyConstraint(
            ["team_id", "webhook_id"], ["webhook.team_id", "webhook.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id", "activity_id"], ["activity.team_id", "activity.id"]),
        sa.ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    for name, columns, where in (
        ("list", ["webhook_id", "id"], None),
        ("state", ["webhook_id", "state", "id"], None),
        ("due", ["webhook_id", "next_at"], OPEN),
        ("order", ["webhook_id", "contact_id", "id"], OPEN),
        ("old", ["finished_at"], "finished_at is not null"),
    ):
        op.create_index(
            f"webhook_delivery_{name}",
            "webhook_delivery",
            ["team_id", *columns],
            postgresql_where=sa.text(where) if where else None,
        )
    for table in ("webhook", "webhook_delivery"):
        isolate(table)
    # Which teams have webhooks, and when to look at them next: a team's number and a time, as all in `jobs`.
    op.execute(
        f"create table {SCHEMA}.webhook_team (team_id bigint primary key, look_at timestamptz not null"
        " default now()) with (fillfactor = 50)"
    )
    op.execute(f"grant select, insert, update, delete on {SCHEMA}.webhook_team to {ROLE}")


def isolate(table: str) -> None:
    """Show and take rows of the transaction's team only; with no team there are none (as in 0001)."""
    mine = "team_id = nullif(current_setting('app.team', true), '')::bigint"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy team on {table} using ({mine}) with check ({mine})")
    op.execute(f"grant select, insert, update, delete on {table} to {ROLE}")


def downgrade() -> None:
    op.execute(f"drop table {SCHEMA}.webhook_team")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
