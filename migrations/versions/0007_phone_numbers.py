"""A contact is found by its phone number, however that is written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    digits = r"regexp_replace(regexp_replace(phone, '\(0\)|[^0-9]', '', 'g'), '^00', '')"
    op.add_column("contact", sa.Column("phone_key", sa.Text(), sa.Computed(digits, persisted=True)))
    op.create_index(
        "contact_phone",
        "contact",
        ["team_id", "phone_key"],
        postgresql_where=sa.text("phone_key is not null"),
    )


def downgrade() -> None:
    op.drop_index("contact_phone", "contact")
    op.drop_column("contact", "phone_key")
