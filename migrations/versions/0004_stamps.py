"""Stamps: the order of the feed, which needs the number of each line's transaction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OWN = "stamp_of(pg_current_xact_id())"
IN_FEED = "activity.before <> activity.after or activity.kind in ('ENROLLED', 'MOVED', 'REMOVED')"


def upgrade() -> None:
    sql = "language sql immutable as"
    op.execute(f"create function stamp_offset() returns bigint {sql} $$ select 0 $$")
    op.execute(f"create function stamp_cluster() returns text {sql} $$ select '' $$")
    op.execute(
        f"create function stamp_of(number xid8) returns bigint {sql}"
        " $$ select number::text::bigint + stamp_offset() $$"
    )
    for table in ("contact", "activity"):
        # Rows that are there get 0 without being rewritten; only new ones call the function.
        op.add_column(table, sa.Column("stamp", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        op.alter_column(table, "stamp", server_default=sa.text(OWN))
    op.create_index(
        "activity_feed", "activity", ["team_id", "stamp", "id"], postgresql_where=sa.text(IN_FEED)
    )


def downgrade() -> None:
    op.drop_index("activity_feed", "activity")
    for table in ("activity", "contact"):
        op.drop_column(table, "stamp")
    for function in ("stamp_of(xid8)", "stamp_cluster()", "stamp_offset()"):
        op.execute(f"drop function {function}")
