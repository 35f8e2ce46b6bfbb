"""Bulk changes over the API: previewed, started once, followed, read contact by contact."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from models.tables import Visibility
from resolvers import bulk_slices
from resolvers.bulk_progress import LOOK
from schema.ids import number_of, to_id
from tests.resolvers.making import a_sequence, enrolled, the_contacts
from tests.server.streaming import over_events, over_socket
from tests.world import Person, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PREVIEW = """query ($input: PreviewBulkChangeInput!) { previewBulkChange(input: $input) {
  ... on PreviewBulkChangeSuccess { preview {
    total changed refused token becomes { statuses count } reasons { code count } } }
  ... on PreviewBulkChangeFailure { reasons { code ... on InvalidInput { field } } } } }"""
START = """mutation ($input: StartBulkChangeInput!) { startBulkChange(input: $input) {
  ... on StartBulkChangeSuccess { bulkChange { id state total done } }
  ... on StartBulkChangeFailure { reasons { code ... on SelectionChanged { expected actual } } } } }"""
CANCEL = """mutation ($input: CancelBulkChangeInput!) { cancelBulkChange(input: $input) {
  ... on CancelBulkChangeSuccess { bulkChange { id state } }
  ... on CancelBulkChangeFailure { reasons { code } } } }"""
RESULTS = """query ($id: ID!, $outcome: BulkOutcome, $code: ReasonCode, $first: Int, $after: String) {
  bulkChange(id: $id) { state changed refused reasons { code count } by { id }
    results(outcome: $outcome, code: $code, first: $first, after: $after) { totalCount
      pageInfo { hasNextPage endCursor }
      nodes { outcome contact { id statuses } activity { before after note }
        reasons { code message ... on NotTheOwner { owner { id } } } } } } }"""
FOLLOW = "subscription ($id: ID!) { bulkChangeProgress(id: $id) { state done total } }"


async def previewed(world: World, who: Person, **asked: Any) -> dict[str, Any]:
    found = await world.ask(who, PREVIEW, input={"filter": {}} | asked)
    preview: dict[str, Any] = found["previewBulkChange"]["preview"]
    return preview


async def started(world: World, who: Person, **asked: Any) -> str:
    token = (await previewed(world, who, **asked))["token"]
    found = (await world.ask(who, START, input={"token": token}))["startBulkChange"]
    assert found["bulkChange"]["state"] == "WAITING"
    return str(found["bulkChange"]["id"])


async def make(who: Person, id_: str) -> None:
    await bulk_slices.make(who.context, number_of("BulkChange", id_) or 0)


async def test_results_are_read_by_outcome_and_reason_page_by_page(world: World) -> None:
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 3)
    loose = await the_contacts(home.mate.context, 2, "loose")
    preview = await previewed(world, home.owner, add=["PAUSED"], note="Holidays")
    assert {**preview, "token": ""} == {
        "total": 5,
        "changed": 3,
        "refused": 2,
        "token": "",
        "becomes": [{"statuses": ["PAUSED"], "count": 3}],
        "reasons": [{"code": "NOT_IN_SEQUENCE", "count": 2}, {"code": "NOT_THE_OWNER", "count": 2}],
    }
    id_ = await started(world, home.owner, add=["PAUSED"], note="Holidays")
    await make(home.owner, id_)
    found = (await world.ask(home.owner, RESULTS, id=id_, code="NOT_THE_OWNER", first=1))["bulkChange"]
    assert (found["state"], found["changed"], found["refused"]) == ("DONE", 3, 2)
    assert found["by"] == {"id": home.owner.id}
    page = found["results"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    [node] = page["nodes"]
    assert node["contact"] == {"id": to_id("Contact", loose[0]), "statuses": []}
    assert [each["code"] for each in node["reasons"]] == ["NOT_THE_OWNER", "NOT_IN_SEQUENCE"]
    assert node["reasons"][0]["owner"] == {"id": home.mate.id}
    after = page["pageInfo"]["endCursor"]
    rest = (await world.ask(home.owner, RESULTS, id=id_, code="NOT_THE_OWNER", after=after))["bulkChange"]
    assert [each["contact"]["id"] for each in rest["results"]["nodes"]] == [to_id("Contact", loose[1])]
    done = (await world.ask(home.owner, RESULTS, id=id_, outcome="CHANGED"))["bulkChange"]["results"]
    assert [each["contact"]["id"] for each in done["nodes"]] == [to_id("Contact", each) for each in ids]
    assert done["nodes"][0]["activity"] == {"before": ["ACTIVE"], "after": ["PAUSED"], "note": "Holidays"}


async def test_refusals_say_why(world: World) -> None:
    home = await world.team()
    nothing = await world.ask(home.owner, PREVIEW, input={"filter": {}})
    assert nothing["previewBulkChange"]["reasons"] == [{"code": "INVALID_INPUT", "field": "add"}]
    await the_contacts(home.owner.context, 1)
    token = (await previewed(world, home.owner, add=["OPTED_OUT"]))["token"]
    await the_contacts(home.owner.context, 1, "new")
    [reason] = (await world.ask(home.owner, START, input={"token": token}))["startBulkChange"]["reasons"]
    assert (reason["code"], reason["expected"], reason["actual"]) == ("SELECTION_CHANGED", 1, 2)
    id_ = await started(world, home.owner, add=["OPTED_OUT"])
    mates = (await world.ask(home.mate, CANCEL, input={"bulkChangeId": id_}))["cancelBulkChange"]
    assert mates == {"reasons": [{"code": "NOT_THE_OWNER"}]}
    await make(home.owner, id_)
    late = (await world.ask(home.owner, CANCEL, input={"bulkChangeId": id_}))["cancelBulkChange"]
    assert late == {"reasons": [{"code": "BULK_CHANGE_ENDED"}]}


async def test_a_start_is_repeated_by_its_key(world: World) -> None:
    home = await world.team()
    await the_contacts(home.owner.context, 1)
    given = {"token": (await previewed(world, home.owner, add=["OPTED_OUT"]))["token"], "idempotencyKey": "k"}
    first = await world.ask(home.owner, START, input=given)
    await make(home.owner, first["startBulkChange"]["bulkChange"]["id"])
    assert await world.ask(home.owner, START, input=given) == first


@pytest.mark.parametrize("over", [over_socket, over_events])
async def test_progress_is_told_until_the_end(world: World, over: Callable[..., AsyncIterator[Any]]) -> None:
    home = await world.team()
    await the_contacts(home.owner.context, 3)
    id_ = await started(world, home.owner, add=["OPTED_OUT"])
    seen: list[dict[str, Any]] = []
    begun = asyncio.Event()

    async def follow() -> None:
        async for event in over(world.url, home.owner.key, FOLLOW, id=id_):
            seen.append(event["data"]["bulkChangeProgress"])
            begun.set()

    following = asyncio.create_task(follow())
    await begun.wait()
    await make(home.owner, id_)
    await asyncio.wait_for(following, 60 * LOOK)
    assert seen[0] == {"state": "WAITING", "done": 0, "total": 3}
    assert seen[-1] == {"state": "DONE", "done": 3, "total": 3}


async def test_in_private_mode_it_is_ones_own(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    await the_contacts(home.owner.context, 2)
    assert (await previewed(world, home.mate, add=["OPTED_OUT"]))["total"] == 0
    id_ = await started(world, home.owner, add=["OPTED_OUT"])
    assert await world.ask(home.mate, RESULTS, id=id_) == {"bulkChange": None}
    listed = "{ bulkChanges { totalCount nodes { id } } }"
    assert await world.ask(home.mate, listed) == {"bulkChanges": {"totalCount": 0, "nodes": []}}
    mine = await world.ask(home.owner, listed)
    assert mine == {"bulkChanges": {"totalCount": 1, "nodes": [{"id": id_}]}}
