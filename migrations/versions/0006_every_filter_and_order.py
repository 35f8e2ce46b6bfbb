"""Every filter and every order of contacts has its index, at ten million contacts in a team.

Row level security lets an index look up only what cannot leak: comparisons of columns, not `lower` or `like`.
So what is searched is stored in lower case, and compares byte by byte: a prefix is then a range.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = {
    "email_key": "lower(email)",
    "first_name_key": "lower(first_name)",
    "last_name_key": "coalesce(lower(last_name), '')",
    "company_key": "lower(company)",
}


def upgrade() -> None:
    op.drop_column("contact", "email_key")  # and with it its index
    for name, expression in KEYS.items():
        computed = sa.Computed(expression, persisted=True)
        required = name in {"email_key", "last_name_key"}
        op.add_column("contact", sa.Column(name, sa.Text(collation="C"), computed, nullable=not required))
    op.create_index("contact_email", "contact", ["team_id", "email_key"], unique=True)
    op.create_index("contact_last_name", "contact", ["team_id", "last_name_key", "id"])
    for name in ("first_name", "company"):
        where = sa.text(f"{name}_key is not null")
        op.create_index(f"contact_{name}", "contact", ["team_id", f"{name}_key"], postgresql_where=where)
    op.drop_index("contact_sequence", "contact")
    op.create_index(
        "contact_sequence", "contact", ["team_id", "sequence_id", "id"], postgresql_include=["statuses"]
    )
    op.create_index("contact_statuses", "contact", ["team_id", "statuses", "id"])
    where = sa.text("replied_by is not null")
    op.create_index("contact_replied_by", "contact", ["team_id", "replied_by", "id"], postgresql_where=where)


def downgrade() -> None:
    for name in ("replied_by", "statuses", "sequence"):
        op.drop_index(f"contact_{name}", "contact")
    op.create_index("contact_sequence", "contact", ["team_id", "sequence_id", "id"])
    for name in KEYS:
        op.drop_column("contact", name)
    op.add_column(
        "contact",
        sa.Column("email_key", sa.Text(), sa.Computed("lower(email)", persisted=True), nullable=False),
    )
    op.create_index("contact_email", "contact", ["team_id", "email_key"], unique=True)
