"""A team's revision: each change of one of its sequences or members raises it.

What was made of these is kept between requests, and is as good as read anew while the revision stands
(`models/directory.py`). The trigger raises it in the transaction of the change, whoever makes it: nobody
sees the one without the other. A new one needs no new revision: nothing was made of it yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("sequence", "member")


def upgrade() -> None:
    op.execute("""
        create function raise_revision_of_team() returns trigger language plpgsql as $$
        begin
            update team set revision = revision + 1 where id = new.team_id;
            return null;
        end $$
    """)
    # At the end of the change's transaction: those of one team wait for each other no longer than that.
    for table in TABLES:
        op.execute(f"""
            create constraint trigger raise_revision_of_team after update on {table}
            deferrable initially deferred
            for each row when (old.* is distinct from new.*) execute function raise_revision_of_team()
        """)
    # Last: whoever waits for the others' end must not hold what everything refers to.
    op.add_column("team", sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"drop trigger raise_revision_of_team on {table}")
    op.execute("drop function raise_revision_of_team()")
    op.drop_column("team", "revision")
