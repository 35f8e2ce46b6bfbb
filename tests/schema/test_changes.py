"""The feed over HTTP: whole from the beginning, filtered, page by page, and of one's own contacts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from models.tables import Visibility
from resolvers import enrolments, statuses
from rules.events import Event
from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.following import shown
from tests.resolvers.making import a_sequence, enrolled, happens
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import Person, World

CHANGES = """query ($first: Int, $after: String, $filter: ChangeFilter) {
  changes(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id } }
    nodes { id kind before after version contact { id version statuses } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"""


async def page(world: World, person: Person, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await world.ask(person, CHANGES, **asked))["changes"]
    return found


async def history(world: World) -> tuple[Home, list[int], list[int]]:
    """Make a team with two sequences and a contact in each, that some things happen to."""
    home = await world.team()
    context = home.owner.context
    sequences = [await a_sequence(context, "A", "B"), await a_sequence(context, "A", "B")]
    ids = [(await enrolled(context, each))[0] for each in sequences]
    made(await statuses.set_status(context, ids[0], add=[Status.PAUSED]))
    await happens(home.system.context, ids[1], Event.EMAIL_SENT)
    await happens(home.system.context, ids[1], Event.EMAIL_OPENED)
    made(await statuses.set_status(context, ids[1], add=[Status.OPTED_OUT]))
    made(await enrolments.remove(context, ids[1:]))
    await shown(context)
    return home, sequences, ids


async def test_it_tells_everything_that_happened_to_sets_in_order(world: World) -> None:
    home, _, ids = await history(world)
    found = await page(world, home.owner)
    first, second = (to_id("Contact", each) for each in ids)
    assert [(node["kind"], node["contact"]["id"], node["after"]) for node in found["nodes"]] == [
        ("ENROLLED", first, ["ACTIVE"]),
        ("ENROLLED", second, ["ACTIVE"]),
        ("STATUSES_CHANGED", first, ["PAUSED"]),
        ("STATUSES_CHANGED", second, ["ACTIVE", "CONTACTED"]),
        ("STATUSES_CHANGED", second, ["ACTIVE", "CONTACTED", "OPENED"]),
        ("STATUSES_CHANGED", second, ["OPTED_OUT", "CONTACTED", "OPENED"]),
        ("REMOVED", second, ["OPTED_OUT"]),
    ]
    assert found["totalCount"] == 7
    assert found["nodes"][0]["contact"]["statuses"] == ["PAUSED"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_pages_of_any_size_make_the_same_feed(world: World, size: int) -> None:
    home, _, _ = await history(world)
    whole, found, after = await page(world, home.owner), [], None
    while True:
        part = await page(world, home.owner, first=size, after=after)
        assert part["totalCount"] == 7
        assert part["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += part["edges"]
        after = part["pageInfo"]["endCursor"]
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert found == whole["edges"]
    # The last cursor is where to go on when more has happened.
    assert (await page(world, home.owner, after=after))["nodes"] == []
    [contact_id] = await enrolled(home.owner.context, await a_sequence(home.owner.context, "C"))
    made(await statuses.set_status(home.owner.context, contact_id, add=[Status.PAUSED]))
    await shown(home.owner.context)
    more = await page(world, home.owner, after=after)
    assert [node["kind"] for node in more["nodes"]] == ["ENROLLED", "STATUSES_CHANGED"]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6]),
        ({"contactId": "second"}, [1, 3, 4, 5, 6]),
        ({"sequenceId": "first"}, [0, 2]),
        ({"kinds": ["ENROLLED", "REMOVED"]}, [0, 1, 6]),
        ({"kinds": ["CREATED"]}, []),
        ({"kinds": []}, []),
        ({"statuses": ["ACTIVE"]}, [0, 1, 2, 5]),
        ({"statuses": ["OPENED", "PAUSED"]}, [2, 4, 6]),
        ({"statuses": []}, []),
        ({"statuses": ["OPENED"], "kinds": ["STATUSES_CHANGED"], "contactId": "second"}, [4]),
        ({"contactId": "no id"}, []),
        ({"sequenceId": "no id"}, []),
    ],
)
async def test_all_parts_of_a_filter_must_hold(
    world: World, wanted: dict[str, Any], places: list[int]
) -> None:
    home, sequences, ids = await history(world)
    named = {
        "first": to_id("Sequence", sequences[0]),
        "second": to_id("Contact", ids[1]),
    }
    asked = {
        key: named.get(value, value) if isinstance(value, str) else value for key, value in wanted.items()
    }
    whole, found = await page(world, home.owner), await page(world, home.owner, filter=asked)
    assert found["edges"] == [whole["edges"][place] for place in places]
    assert found["totalCount"] == len(places)


async def test_in_private_mode_a_teammate_does_not_see_what_happens_to_others_contacts(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    for person in (home.owner, home.mate):
        await enrolled(person.context, await a_sequence(person.context, "A"))
    await shown(home.owner.context)
    pages = [await page(world, person) for person in (home.owner, home.mate)]
    assert [found["totalCount"] for found in pages] == [1, 1]
    assert pages[0]["nodes"][0]["id"] != pages[1]["nodes"][0]["id"]


@pytest.mark.parametrize("first", [-1, 101])
async def test_a_page_has_a_size(world: World, first: int) -> None:
    home = await world.team()
    answer = (await world.post(CHANGES, {"first": first}, key=home.owner.key)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_a_cursor_of_another_list_is_none_of_the_feed(world: World) -> None:
    home = await world.team()
    await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
    contacts = await world.ask(home.owner, "{ contacts { pageInfo { endCursor } } }")
    given = {"after": contacts["contacts"]["pageInfo"]["endCursor"]}
    answer = (await world.post(CHANGES, given, key=home.owner.key)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
