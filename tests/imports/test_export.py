"""What is exported, imported into another team, gives equal sets and profiles; no cell is a formula."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.tables import Contact
from resolvers.exports import export
from resolvers.imports.files import Format
from rules.reach import standings
from rules.statuses import Status, in_order
from tests.imports.importing import bad, contacts_of, imported, summary
from tests.resolvers.making import a_sequence
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
HARD = st.sampled_from(
    ["=1+1", "'=x", "''@", "+49 151 1", "-", "@SUM", 'a"b', "a,b\r\nc", "\t", "ÄÖ", "'", ""]
)
PROFILE = st.fixed_dictionaries({"first_name": TEXT | HARD, "company": TEXT | HARD, "variable": TEXT | HARD})
STANDINGS = sorted(
    (each for each in standings() if each.shape.steps_left and not each.shape.lacking),
    key=lambda each: (in_order(each.statuses), each.shape),
)


def what(contact: Contact) -> tuple[Any, ...]:
    texts = (contact.first_name or None, contact.company or None)
    variables = {name: value for name, value in contact.variables.items() if value}
    return contact.statuses, contact.replied_by, contact.sequence_id is None, *texts, variables


async def exported(home: Home, form: Format) -> bytes:
    return b"".join([piece async for piece in export(home.owner.context, form)])


@pytest.mark.parametrize("form", list(Format))
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(STANDINGS), PROFILE), min_size=1, max_size=12))
async def test_in_and_out_and_in_again(world: World, form: Format, rows: list[Any]) -> None:
    first, second = await world.team(), await world.team()
    for home in (first, second):
        await a_sequence(home.owner.context, "Hi", "Again")
    lines = []
    for number, ((statuses, shape), profile) in enumerate(rows):
        words = [status.name for status in in_order(statuses)]
        by_sms = Status.REPLIED in statuses and not shape.emails
        variables = {"status": profile["variable"], "Plan": profile["variable"]}
        lines.append(
            {"email": f"c{number}@example.com", "sequence": "Launch", "statuses": words}
            | {"emailsReceived": int(shape.emails), "smsSent": int(shape.sms), "stepsCompleted": 1}
            | {"repliedBy": "SMS" if by_sms else None, "variables": variables}
            | {"firstName": profile["first_name"], "company": profile["company"]}
        )
    lines.append({"email": "out@example.com", "statuses": ["OPTED_OUT"]})
    messages = await imported(first, _ndjson(lines), form=Format.NDJSON)
    assert not bad(messages), bad(messages)
    file = await exported(first, form)
    # The owner is named by an address that the other team's owner does not have.
    file = file.replace(f"@team{first.team_id}.".encode(), f"@team{second.team_id}.".encode())
    again = await imported(second, file, form=form)
    assert not bad(again), (bad(again), file)
    assert summary(again).created == len(lines)
    one, other = await contacts_of(first), await contacts_of(second)
    assert {email: what(each) for email, each in one.items()} == {e: what(each) for e, each in other.items()}
    await assert_sound(world.database, second.team_id)


def _ndjson(lines: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


async def test_no_cell_begins_a_formula(world: World) -> None:
    home = await world.team()
    await imported(home, "email,company,phone,Plan\na@example.com,=1+1,+49 151 1,@x\nb@example.com,-2,,'=y\n")
    lines = (await exported(home, Format.CSV)).decode().splitlines()
    assert "'=1+1" in lines[1]
    assert ",+49 151 1," in lines[1]
    assert lines[1].endswith("'@x")
    assert ",-2," in lines[2]
