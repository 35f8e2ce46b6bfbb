"""Contacts and their status sets: the first tables, their row level security and their privileges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "contact_status"
TABLES = ("team", "member", "api_key", "sequence", "step", "contact", "enrolment", "activity")


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("team_edition", sa.Boolean(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "PUBLIC", "PRIVATE", name="visibility", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "member",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    op.create_index("member_email", "member", ["team_id", sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "api_key",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id", "member_id"],
            ["member.team_id", "member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
        sa.UniqueConstraint("team_id", "prefix"),
    )
    op.create_table(
        "contact",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), sa.Computed("lower(email)", persisted=True), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("variables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence_id", sa.BigInteger(), nullable=True),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=True),
        sa.Column("statuses", sa.SmallInteger(), nullable=False),
        sa.Column(
            "replied_by",
            sa.Enum("EMAIL", "SMS", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("(enrolment_id is null) = (sequence_id is null)", name="contact_enrolled_whole"),
        sa.CheckConstraint(
            "case when sequence_id is null then statuses in (0, 64)"
            " else statuses between 1 and 16383 and statuses & 127 in (1, 2, 4, 8, 16, 32, 64) end",
            name="contact_one_stage",
        ),
        sa.CheckConstraint("replied_by is null or statuses & 1024 <> 0", name="contact_replied_by"),
        sa.ForeignKeyConstraint(
            ["team_id", "owner_id"],
            ["member.team_id", "member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    op.create_index("contact_email", "contact", ["team_id", "email_key"], unique=True)
    op.create_index("contact_owner", "contact", ["team_id", "owner_id", "id"], unique=False)
    op.create_index("contact_sequence", "contact", ["team_id", "sequence_id", "id"], unique=False)
    op.create_index("contact_updated", "contact", ["team_id", "updated_at", "id"], unique=False)
    op.create_table(
        "sequence",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "replies_handling",
            sa.Enum(
                "FINISH",
                "CONTINUE",
                name="replies_handling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("track_opens", sa.Boolean(), nullable=False),
        sa.Column("track_clicks", sa.Boolean(), nullable=False),
        sa.Column("text_opt_out", sa.Boolean(), nullable=False),
        sa.Column(
            "out_of_office",
            sa.Enum(
                "MANUAL",
                "AUTOMATIC",
                name="out_of_office_processing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "owner_id"],
            ["member.team_id", "member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    op.create_index("sequence_owner", "sequence", ["team_id", "owner_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "CREATED",
                "PROFILE_CHANGED",
                "ENROLLED",
                "MOVED",
                "REMOVED",
                "STATUSES_CHANGED",
                "EVENT_COUNTED",
                name="activity_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "cause",
            sa.Enum(
                "EMAIL_SENT",
                "EMAIL_BOUNCED",
                "EMAIL_OPENED",
                "LINK_CLICKED",
                "REPLY_RECEIVED",
                "AUTO_REPLY_RECEIVED",
                "OUT_OF_OFFICE_RECEIVED",
                "OPT_OUT_CLICKED",
                "COMPLAINT_RECEIVED",
                "DO_NOT_CONTACT_SET",
                "SMS_SENT",
                "STEP_REACHED",
                "STEP_COMPLETED",
                "CALL_MADE",
                "VARIABLE_MISSING",
                "STEPS_CHANGED",
                "OUT_OF_OFFICE_OVER",
                name="event",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "channel",
            sa.Enum("EMAIL", "SMS", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("before", sa.SmallInteger(), nullable=False),
        sa.Column("after", sa.SmallInteger(), nullable=False),
        sa.Column("rules", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column(
            "happened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "contact_id"],
            ["contact.team_id", "contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "member_id"],
            ["member.team_id", "member.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "sequence_id"],
            ["sequence.team_id", "sequence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
    )
    op.create_index("activity_contact", "activity", ["team_id", "contact_id", "id"], unique=False)
    op.create_index(
        "activity_version",
        "activity",
        ["team_id", "contact_id", "version"],
        unique=True,
        postgresql_where=sa.text("version is not null"),
    )
    op.create_table(
        "enrolment",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("statement_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emails_received", sa.Integer(), nullable=False),
        sa.Column("sms_sent", sa.Integer(), nullable=False),
        sa.Column("completed", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("steps_left", sa.Integer(), nullable=False),
        sa.Column("missing_variables", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("final_statuses", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("(ended_at is null) = (final_statuses is null)", name="enrolment_final"),
        sa.CheckConstraint(
            "emails_received >= 0 and sms_sent >= 0 and steps_left >= 0", name="enrolment_counts"
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "contact_id"],
            ["contact.team_id", "contact.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "sequence_id"],
            ["sequence.team_id", "sequence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
        sa.UniqueConstraint("team_id", "id", "contact_id", "sequence_id", name="enrolment_whole"),
    )
    op.create_index(
        "enrolment_current",
        "enrolment",
        ["team_id", "contact_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("enrolment_sequence", "enrolment", ["team_id", "sequence_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sequence_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "EMAIL", "CALL", "SMS", name="step_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("position > 0", name="step_position"),
        sa.ForeignKeyConstraint(
            ["team_id", "sequence_id"],
            ["sequence.team_id", "sequence.id"],
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
        ),
        sa.PrimaryKeyConstraint("team_id", "id"),
        sa.UniqueConstraint("team_id", "sequence_id", "position", deferrable=True, initially="DEFERRED"),
    )
    op.create_foreign_key(
        "contact_enrolment",
        "contact",
        "enrolment",
        ["team_id", "enrolment_id", "id", "sequence_id"],
        ["team_id", "id", "contact_id", "sequence_id"],
    )
    for table in TABLES:
        isolate(table)
    op.execute(f"grant usage on sequence team_id_seq to {ROLE}")  # a team's first row names the team itself
    append_only("activity")


def isolate(table: str) -> None:
    """Show and take rows of the transaction's team only; with no team there are none."""
    team = "id" if table == "team" else "team_id"
    # An unset setting reads as null, one set for an earlier transaction as the empty string.
    mine = f"{team} = nullif(current_setting('app.team', true), '')::bigint"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy team on {table} using ({mine}) with check ({mine})")
    op.execute(f"grant select, insert, update, delete on {table} to {ROLE}")


def append_only(table: str) -> None:
    """Refuse to change or to delete a line, also for whoever owns the table."""
    op.execute(f"revoke update, delete on {table} from {ROLE}")
    op.execute(f"""
        create function {table}_is_append_only() returns trigger language plpgsql as $$
        begin
            raise exception '{table} is append-only: add a line that corrects the earlier one';
        end $$
    """)
    op.execute(f"""
        create trigger append_only before update or delete or truncate on {table}
        for each statement execute function {table}_is_append_only()
    """)


def downgrade() -> None:
    op.drop_constraint("contact_enrolment", "contact")
    for table in ("activity", "enrolment", "contact", "step", "sequence", "api_key", "member", "team"):
        op.drop_table(table)
    op.execute("drop function activity_is_append_only()")
