"""Statuses are a key of the index of sequences: a page of one, filtered by them, is read in one go.

As a column that the index merely includes, PostgreSQL compares them only after it has fetched the contact.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME, KEYS = "contact_sequence", ["team_id", "sequence_id", "id"]


def upgrade() -> None:
    op.drop_index(NAME, "contact")
    op.create_index(NAME, "contact", [*KEYS, "statuses"])


def downgrade() -> None:
    op.drop_index(NAME, "contact")
    op.create_index(NAME, "contact", KEYS, postgresql_include=["statuses"])
