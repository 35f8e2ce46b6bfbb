"""Contacts on their way out: page after page by id, so that no reader, however slow, holds a connection."""

from collections.abc import AsyncIterator
from typing import Any, Final

from models.engine import Database
from models.pool import Row

PAGE: Final = 1_000

_CONTACTS: Final = """
    select c.id, c.email, c.first_name, c.last_name, c.company, c.phone, c.variables, m.email as owner,
        q.id as sequence_id, q.name as sequence, c.statuses, c.replied_by, e.emails_received, e.sms_sent,
        (select count(*) from step s where s.team_id = c.team_id and s.sequence_id = c.sequence_id
            and s.id = any(e.completed)) as steps_completed
    from contact c
    join member m on m.team_id = c.team_id and m.id = c.owner_id
    left join enrolment e on e.team_id = c.team_id and e.id = c.enrolment_id
    left join sequence q on q.team_id = c.team_id and q.id = c.sequence_id
    where c.team_id = $1 and c.id > $2 and ($3::bigint is null or c.sequence_id = $3)
        and ($4::bigint is null or coalesce(q.owner_id, c.owner_id) = $4)
    order by c.id limit $5
"""

_NAMES: Final = """
    with page as (
        select id, variables from contact where team_id = $1 and id > $2
            and ($3::bigint is null or sequence_id = $3)
        order by id limit $4
    )
    select (select max(id) from page) as last,
        array(select distinct name from page, jsonb_object_keys(variables) as name) as names
"""


async def pages(
    database: Database, team_id: int, *, sequence_id: int | None = None, only_of: int | None = None
) -> AsyncIterator[list[Row]]:
    """Yield the team's contacts in the order of their ids: those there when their page is read, each once."""
    last = 0
    while True:
        values: tuple[Any, ...] = (team_id, last, sequence_id, only_of, PAGE)
        rows = await database.reader.read(team_id, _CONTACTS, *values)
        if rows:
            yield rows
            last = rows[-1]["id"]
        if len(rows) < PAGE:
            return


async def variable_names(
    database: Database, team_id: int, sequence_id: int | None, *, most: int
) -> list[str] | None:
    """Return the names of all variables of these contacts, sorted; None if there are more than `most`."""
    names: set[str] = set()
    last: int | None = 0
    while last is not None:
        [row] = await database.reader.read(team_id, _NAMES, team_id, last, sequence_id, PAGE * 5)
        names.update(row["names"])
        if len(names) > most:
            return None
        last = row["last"]
    return sorted(names)
