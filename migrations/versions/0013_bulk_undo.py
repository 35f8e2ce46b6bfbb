"""A bulk change that undoes another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulk_change", sa.Column("undoes", sa.BigInteger()))
    op.create_foreign_key(None, "bulk_change", "bulk_change", ["team_id", "undoes"], ["team_id", "id"])


def downgrade() -> None:
    op.drop_column("bulk_change", "undoes")
