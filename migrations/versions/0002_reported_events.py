"""Reported events: known by source and id, ignored with reasons, and older than what a person decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = ["CREATED", "PROFILE_CHANGED", "ENROLLED", "MOVED", "REMOVED", "STATUSES_CHANGED", "EVENT_COUNTED"]


def upgrade() -> None:
    op.add_column("contact", sa.Column("decided_at", sa.DateTime(timezone=True)))
    op.add_column("enrolment", sa.Column("returns_on", sa.Date()))
    op.add_column("activity", sa.Column("source", sa.Text()))
    op.add_column("activity", sa.Column("source_id", sa.Text()))
    op.add_column(
        "activity", sa.Column("reasons", sa.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.create_check_constraint("activity_source_whole", "activity", "(source is null) = (source_id is null)")
    op.create_index(
        "activity_source",
        "activity",
        ["team_id", "source", "source_id"],
        unique=True,
        postgresql_where=sa.text("source is not null"),
    )
    _kinds([*KINDS, "EVENT_IGNORED"])


def downgrade() -> None:
    _kinds(KINDS)
    op.drop_index("activity_source", "activity")
    op.drop_constraint("activity_source_whole", "activity")
    for table, column in (
        ("activity", "reasons"),
        ("activity", "source_id"),
        ("activity", "source"),
        ("enrolment", "returns_on"),
        ("contact", "decided_at"),
    ):
        op.drop_column(table, column)


def _kinds(words: list[str]) -> None:
    named = ", ".join(f"'{word}'" for word in words)
    op.drop_constraint("activity_kind", "activity")
    op.create_check_constraint("activity_kind", "activity", f"kind in ({named})")
