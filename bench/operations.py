"""What is asked for: operations of our API, each with a list of variables that are taken in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
import orjson

from models.connection import Address
from schema.ids import to_id
from schema.paging import cursor

CONTACT: Final = """
  id email firstName lastName statuses version updatedAt
  sequence { id name archived owner { id name email } }
"""

PAGE: Final = f"""query Page($after: String) {{
  contacts(first: 50, after: $after, filter: {{ inSequence: true }}) {{
    nodes {{ {CONTACT} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

ONE: Final = f"query One($id: ID!) {{ contact(id: $id) {{ {CONTACT} }} }}"

SET_STATUS: Final = """mutation Set($input: SetStatusInput!) {
  setStatus(input: $input) {
    ... on SetStatusSuccess { before after contact { id statuses } activity { kind rules } }
    ... on SetStatusFailure { reasons { code message } }
  }
}"""

FILTERED: Final = f"""query Filtered($sequence: ID!, $all: [Status!], $none: [Status!], $after: String) {{
  contacts(
    first: 50, after: $after, filter: {{ sequenceId: $sequence, statuses: {{ all: $all, none: $none }} }}
  ) {{
    nodes {{ {CONTACT} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

TRANSITIONS: Final = """query Transitions($after: String) {
  contacts(first: 50, after: $after, filter: { inSequence: true }) {
    nodes {
      id
      transitions { change { kind status } allowed becomes reasons { code } wayOut { kind status } }
    }
  }
}"""

HOW_MANY: Final = 200
"""Different variables for each operation; more would not be warmer or colder for anyone."""

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of our API, with the variables that its requests take in turn."""

    name: str
    document: str
    variables: Sequence[Variables]
    word: str = '"nodes":'
    """What every good answer contains."""

    def bodies(self) -> list[bytes]:
        """Return the bodies of its requests."""
        return [orjson.dumps({"query": self.document, "variables": each}) for each in self.variables]


async def page(url: str, team_id: int, document: str = PAGE, name: str = "page") -> Operation:
    """Ask for pages anywhere in the list of a team: exactly 755 fields each."""
    after = await _places(url, team_id)
    return Operation(name, document, [{"after": _cursor(place)} for place in after])


async def one(url: str, team_id: int) -> Operation:
    """Ask for contacts anywhere in a team, by id."""
    return Operation(
        "contact",
        ONE,
        [{"id": to_id("Contact", place + 1)} for place in await _places(url, team_id)],
        '"email":',
    )


async def set_status(url: str, team_id: int) -> tuple[Operation, list[int]]:
    """Ask for Paused for each of 1,000 contacts, then for Active for each; return also their ids."""
    ids = [
        row["id"]
        for row in await _fetch(
            url,
            """
            select c.id from contact c join enrolment e on e.team_id = c.team_id and e.id = c.enrolment_id
            where c.team_id = $1 and c.statuses & 127 = 1 and steps_left > 0 and missing_variables = '{}'
            order by md5(c.id::text) limit 1000
            """,
            team_id,
        )
    ]
    asked = [
        {"input": {"contactId": to_id("Contact", contact_id), "add": [status]}}
        for status in ("PAUSED", "ACTIVE")
        for contact_id in ids
    ]
    return Operation("set-status", SET_STATUS, asked, '"before":'), ids


async def make_active(url: str, ids: Sequence[int]) -> None:
    """Put the contacts of `set_status` back to where its first request finds them."""
    connection = await asyncpg.connect(Address.parse(url).dsn)
    try:
        query = "update contact set statuses = statuses & ~127 | 1 where id = any($1) and statuses & 127 = 2"
        await connection.execute(query, list(ids))
    finally:
        await connection.close()


async def filtered(url: str, team_id: int, *, at: float, rare: bool = False) -> Operation:
    """Ask for pages of one sequence and a set of statuses, from this share of the sequence on."""
    found = await _fetch(
        url,
        """
        select sequence_id, percentile_disc($2) within group (order by id) as place from contact
        where team_id = $1 and sequence_id is not null group by sequence_id order by sequence_id limit 40
        """,
        team_id,
        at,
    )
    wanted = (
        {"all": ["REPLIED"], "none": ["OPTED_OUT"]} if rare else {"all": ["CONTACTED"], "none": ["REPLIED"]}
    )
    asked = [
        {"sequence": to_id("Sequence", row["sequence_id"]), "after": _cursor(row["place"]) if at else None}
        | wanted
        for row in found
    ]
    return Operation(f"{'rare' if rare else 'filtered'} at {at:.0%}", FILTERED, asked)


def _cursor(place: int) -> str:
    return cursor("contacts:CREATED_AT:ASC", (place,))


async def _places(url: str, team_id: int) -> list[int]:
    """Find places in the list of a team after which fifty contacts in a row are in a sequence."""
    found = await _fetch(
        url,
        """
        with tried as (
          select id, count(sequence_id) over fifty as inside, count(*) over fifty as there
          from contact where team_id = $1 and mod(id, $3) < 5000
          window fifty as (order by id rows between 1 following and 51 following)
        )
        select id from tried where inside = 51 and there = 51 order by md5(id::text) limit $2
        """,
        team_id,
        HOW_MANY,
        await _spread(url, team_id),
    )
    return [row["id"] for row in found]


async def _spread(url: str, team_id: int) -> int:
    """Return of how many contacts in a row the first 5,000 are looked at, so that 100,000 are in all."""
    (row,) = await _fetch(
        url, "select max(id) - min(id) + 1 as span from contact where team_id = $1", team_id
    )
    return max(5_000, int(row["span"]) // 20)


async def _fetch(url: str, query: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(Address.parse(url).dsn)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()
