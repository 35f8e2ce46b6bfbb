"""Imports: how far each has come; ids of contacts and stays are taken before the rows are written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.connection import ROLE

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEQUENCES = "sequence contact_id_seq, enrolment_id_seq"


def upgrade() -> None:
    begun = sa.text("statement_timestamp()")
    op.create_table(
        "import_run",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("done_line", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("merged", sa.BigInteger(), nullable=False),
        sa.Column("opted_out", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=begun, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"]),
        sa.PrimaryKeyConstraint("team_id", "key"),
    )
    mine = "team_id = nullif(current_setting('app.team', true), '')::bigint"
    op.execute("alter table import_run enable row level security")
    op.execute("alter table import_run force row level security")
    op.execute(f"create policy team on import_run using ({mine}) with check ({mine})")
    op.execute(f"grant select, insert, update, delete on import_run to {ROLE}")
    op.execute(f"grant usage on {SEQUENCES} to {ROLE}")


def downgrade() -> None:
    op.execute(f"revoke usage on {SEQUENCES} from {ROLE}")
    op.drop_table("import_run")
