"""Stamps: numbers that put the lines of the log into an order that never changes behind a reader.

A line's stamp is at least that of its own transaction, `stamp_of(pg_current_xact_id())`; why that is enough
is said in `models.feed`. The cluster numbers transactions, so a dump that is restored into another one meets
numbers that begin anew, below those its lines carry. Hence the offset: `settle`, which every `migrate` runs,
remembers the cluster's identifier, and where it finds another it puts all later stamps above all earlier
ones. Cursors handed out before stay good. Three functions hold this, not a table: a dump carries them like a
table, and PostgreSQL writes them into each statement as the numbers they are.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Function, event, func, text
from sqlmodel import SQLModel

ROOM: Final = 2**44
"""Stamps of one cluster: more transactions than it makes in its life, and half a million clusters fit."""

_SQL: Final = "language sql immutable as"

FUNCTIONS: Final = (
    f"create or replace function stamp_offset() returns bigint {_SQL} $$ select {{offset}} $$",
    f"create or replace function stamp_cluster() returns text {_SQL} $$ select '{{cluster}}' $$",
    (
        f"create or replace function stamp_of(number xid8) returns bigint {_SQL}"
        " $$ select number::text::bigint + stamp_offset() $$"
    ),
)

OWN: Final = "stamp_of(pg_current_xact_id())"
"""The stamp of the transaction that runs, as the default of a column."""


def own() -> Function[int]:
    """Return the stamp of the transaction that runs."""
    return func.stamp_of(func.pg_current_xact_id(), type_=BigInteger())


def horizon() -> Function[int]:
    """Return the stamp below which every line is there for good, and visible to this statement."""
    return func.stamp_of(func.pg_snapshot_xmin(func.pg_current_snapshot()), type_=BigInteger())


SETTLED: Final = """(
    select prosrc like '%' || quote_literal(system_identifier::text) || '%'
    from pg_proc, pg_control_system() where oid = to_regproc('stamp_cluster')
)"""
"""Whether the data is still in the cluster whose transactions its stamps count; null if it has no stamps."""


def settle(connection: Connection) -> None:
    """Notice that the data has come to another cluster, and raise the offset of stamps there."""
    if connection.execute(text(f"select {SETTLED}")).scalar() is not False:
        return
    found = "select stamp_cluster(), stamp_offset(), system_identifier::text from pg_control_system()"
    known, offset, cluster = connection.execute(text(found)).one()
    for statement in FUNCTIONS[:2]:
        raised = offset + ROOM if known else offset
        connection.execute(text(statement.format(offset=raised, cluster=cluster)))


@event.listens_for(SQLModel.metadata, "before_create")
def _create(_target: Any, connection: Connection, **_: Any) -> None:
    """Make the functions where tables are made without migrations: defaults call them."""
    for statement in FUNCTIONS:
        connection.execute(text(statement.format(offset=0, cluster="")))
