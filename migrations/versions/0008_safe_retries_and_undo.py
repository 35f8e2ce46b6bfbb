"""Answers are kept, so that a request sent again does nothing twice; lines know what they undo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLE = "contact_status"
KINDS = ["CREATED", "PROFILE_CHANGED", "ENROLLED", "MOVED", "REMOVED", "STATUSES_CHANGED", "EVENT_COUNTED"]
KINDS += ["EVENT_IGNORED", "REPLY_CATEGORIZED"]


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("team_id", sa.BigInteger(), sa.ForeignKey("team.id"), primary_key=True),
        sa.Column("caller_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
    )
    op.create_index("kept_answer_age", "kept_answer", ["team_id", "created_at"])
    mine = "team_id = nullif(current_setting('app.team', true), '')::bigint"
    op.execute("alter table kept_answer enable row level security")
    op.execute("alter table kept_answer force row level security")
    op.execute(f"create policy team on kept_answer using ({mine}) with check ({mine})")
    op.execute(f"grant select, insert, update, delete on kept_answer to {ROLE}")
    op.add_column("activity", sa.Column("bulk_id", sa.BigInteger()))
    op.add_column("activity", sa.Column("undoes", sa.BigInteger()))
    op.create_foreign_key(None, "activity", "activity", ["team_id", "undoes"], ["team_id", "id"])
    where = sa.text("bulk_id is not null")
    op.create_index("activity_bulk", "activity", ["team_id", "bulk_id", "id"], postgresql_where=where)
    _kinds([*KINDS, "UNDONE"])


def downgrade() -> None:
    _kinds(KINDS)
    for column in ("undoes", "bulk_id"):
        op.drop_column("activity", column)
    op.drop_table("kept_answer")


def _kinds(words: list[str]) -> None:
    named = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint("activity_kind", "activity")
    op.create_check_constraint("activity_kind", "activity", f"kind in ({named})")
