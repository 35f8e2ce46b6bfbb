"""An import tells PostgreSQL how large its tables have become; requests' role may not analyze them itself."""

from __future__ import annotations

from alembic import op

from models.connection import ROLE

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FUNCTION = "analyze_imported()"


def upgrade() -> None:
    op.execute(f"""
        create function {FUNCTION} returns void language plpgsql security definer
        set search_path = public, pg_temp as $$ begin
            analyze contact, enrolment, activity;
        end $$
    """)
    op.execute(f"revoke execute on function {FUNCTION} from public")
    op.execute(f"grant execute on function {FUNCTION} to {ROLE}")


def downgrade() -> None:
    op.execute(f"drop function {FUNCTION}")
