"""A queue of work for later, in a schema of its own: of a team it holds the number, and no data."""

from __future__ import annotations

from alembic import op
from pgqueuer.adapters.persistence import schema_ddl

from models.connection import ROLE
from models.jobs import SCHEMA, SETTINGS

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"create schema {SCHEMA}")
    # Several statements, one a function's body: too much for the protocol SQLAlchemy speaks.
    script = schema_ddl.render_install(SETTINGS, create_schema=False)
    op.get_bind().connection.run_async(lambda driver: driver.execute(script))
    op.execute(f"grant usage on schema {SCHEMA} to {ROLE}")
    op.execute(f"grant select, insert, update, delete on all tables in schema {SCHEMA} to {ROLE}")
    op.execute(f"grant usage, select on all sequences in schema {SCHEMA} to {ROLE}")


def downgrade() -> None:
    op.execute(f"drop schema {SCHEMA} cascade")
