"""What PostGraphile is asked, in the schema that it makes of our tables, and its answers read as ours.

It knows no filter by bits and no keyset: two SQL functions offer those, as its documentation advises.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, Final

import orjson

from bench.operations import Operation, Variables
from models.columns import to_bits, to_set
from rules.statuses import Status, in_order
from schema.ids import number_of, to_id
from schema.paging import cursor

FUNCTIONS: Final = """
create or replace function bench_page(team bigint, beyond bigint)
returns setof contact language sql stable as $$
  select * from contact where team_id = team and id > beyond and sequence_id is not null order by id
$$;
create or replace function bench_filtered(
  team bigint, of_sequence bigint, having_all smallint, having_none smallint, beyond bigint
) returns setof contact language sql stable as $$
  select * from contact
  where team_id = team and sequence_id = of_sequence and id > beyond
    and statuses & having_all = having_all and statuses & having_none = 0
  order by id
$$;
"""

_CONTACT: Final = """
  rowId email firstName lastName statuses version updatedAt
  enrolmentByTeamIdAndEnrolmentIdAndRowIdAndSequenceId {
    sequenceByTeamIdAndSequenceId {
      rowId name archived memberByTeamIdAndOwnerId { rowId name email }
    }
  }
"""
_NODES: Final = f"first: 50) {{ nodes {{ {_CONTACT} }} pageInfo {{ hasNextPage }} }}"

_DOCUMENTS: Final = {
    "page": "query ($team: BigInt!, $beyond: BigInt!) {"
    f" found: benchPage(team: $team, beyond: $beyond, {_NODES} }}",
    "contact": "query ($team: BigInt!, $id: BigInt!) {"
    f" found: contactByTeamIdAndRowId(teamId: $team, rowId: $id) {{ {_CONTACT} }} }}",
    "filtered": "query ($team: BigInt!, $sequence: BigInt!, $all: Int!, $none: Int!, $beyond: BigInt!) {"
    " found: benchFiltered(team: $team, ofSequence: $sequence, havingAll: $all, havingNone: $none,"
    f" beyond: $beyond, {_NODES} }}",
}


def bodies(operation: Operation, team_id: int) -> list[bytes]:
    """Return the bodies of an operation's requests in PostGraphile's schema."""
    kind = _kind(operation)
    return [
        orjson.dumps(
            {"query": _DOCUMENTS[kind], "variables": {"team": str(team_id), **_variables(kind, each)}}
        )
        for each in operation.variables
    ]


def read(operation: Operation, data: Any) -> Any:
    """Return an answer as our API shapes it."""
    found = data["found"]
    if _kind(operation) == "contact":
        return {"contact": _contact(found)}
    last = cursor("contacts:CREATED_AT:ASC", (int(found["nodes"][-1]["rowId"]),)) if found["nodes"] else None
    return {
        "contacts": {
            "nodes": [_contact(each) for each in found["nodes"]],
            "pageInfo": {"hasNextPage": found["pageInfo"]["hasNextPage"], "endCursor": last},
        }
    }


def _kind(operation: Operation) -> str:
    return operation.name if operation.name in _DOCUMENTS else "filtered"


def _variables(kind: str, ours: Variables) -> Variables:
    if kind == "contact":
        return {"id": str(number_of("Contact", ours["id"]))}
    beyond = {"beyond": str(_place(ours["after"]))}
    if kind == "page":
        return beyond
    bits = {name: to_bits(frozenset(Status[each] for each in ours[name])) for name in ("all", "none")}
    return beyond | {"sequence": str(number_of("Sequence", ours["sequence"]))} | bits


def _place(after: str | None) -> int:
    return int(json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))[1]) if after else 0


def _contact(found: Any) -> dict[str, Any]:
    stay = found["enrolmentByTeamIdAndEnrolmentIdAndRowIdAndSequenceId"]
    sequence = stay and stay["sequenceByTeamIdAndSequenceId"]
    return {
        "id": to_id("Contact", int(found["rowId"])),
        **{name: found[name] for name in ("email", "firstName", "lastName")},
        "statuses": [status.name for status in in_order(to_set(found["statuses"]))],
        "version": found["version"],
        "updatedAt": datetime.fromisoformat(found["updatedAt"]).isoformat(),
        "sequence": sequence
        and {
            "id": to_id("Sequence", int(sequence["rowId"])),
            "name": sequence["name"],
            "archived": sequence["archived"],
            "owner": _owner(sequence["memberByTeamIdAndOwnerId"]),
        },
    }


def _owner(found: Any) -> dict[str, Any]:
    return {"id": to_id("Member", int(found["rowId"])), "name": found["name"], "email": found["email"]}
