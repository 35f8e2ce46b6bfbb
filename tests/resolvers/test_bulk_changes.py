"""Bulk changes: previewed, pinned, made in slices, each contact once, with what became of it."""

from __future__ import annotations

import pytest

from models.tables import BulkOutcome, BulkState
from resolvers import bulk_changes, bulk_slices
from resolvers.problems import Failure
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.away import rows_of
from tests.resolvers.bulk import as_stored, asked, finished, items_of, previewed, started
from tests.resolvers.making import (
    a_sequence,
    enrolled,
    happens,
    log_of,
    refused,
    statuses_of,
    the_contacts,
)
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World

ACTIVE, PAUSED, OPTED_OUT = Status.ACTIVE, Status.PAUSED, Status.OPTED_OUT


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_slices, "SLICE", 4)


async def mixed(home: Home) -> list[int]:
    """Make nine contacts: six that can be paused, two that are already, one in no sequence."""
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A", "B"), 8)
    for contact_id in ids[:2]:
        await happens(context, contact_id, Event.OPT_OUT_CLICKED)
    return [*ids, *await the_contacts(context, 1)]


async def test_what_was_previewed_is_what_comes_to_be(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await mixed(home)
    what = asked(add=[PAUSED], note="A break")
    preview = await previewed(context, what)
    assert (preview.total, preview.changed) == (9, 6)
    assert preview.becomes == {frozenset({PAUSED}): 6}
    assert preview.reasons == {"INCOMPATIBLE": 2, "NOT_IN_SEQUENCE": 1}
    change = await finished(context, what)
    assert (change.state, change.changed, change.refused) == (BulkState.DONE, 6, 3)
    assert change.reasons == preview.reasons
    assert await statuses_of(context, ids) == [{OPTED_OUT}] * 2 + [{PAUSED}] * 6 + [set()]
    outcomes = {item.contact_id: item.outcome for item in await items_of(context, change)}
    assert [outcomes[id_] for id_ in ids] == [
        *[BulkOutcome.REFUSED] * 2,
        *[BulkOutcome.CHANGED] * 6,
        BulkOutcome.REFUSED,
    ]
    line = (await log_of(context, ids[2]))[-1]
    assert (line.member_id, line.note) == (home.owner.member_id, "A break")
    await assert_sound(world.database, home.team_id)


async def test_a_selection_that_has_changed_is_refused_with_both_counts(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 3)
    preview = await previewed(context, asked(add=[PAUSED]))
    await the_contacts(context, 2, "late")
    outcome = await bulk_changes.start(context, preview.token)
    assert refused(outcome) == ["SELECTION_CHANGED"]
    assert isinstance(outcome, Failure)
    assert [(each.expected, each.actual) for each in outcome.reasons] == [(3, 5)]  # type: ignore[union-attr]
    assert await rows_of(world.database, "select 1 from bulk_item where contact_id = $1", ids[0]) == []
    assert await bulk_changes.count(context) == 0


async def test_a_selection_of_the_same_size_is_another_if_a_contact_changed(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 3)
    preview = await previewed(context, asked(add=[PAUSED]))
    await happens(context, ids[0], Event.OPT_OUT_CLICKED)
    assert refused(await bulk_changes.start(context, preview.token)) == ["SELECTION_CHANGED"]


async def test_a_token_starts_one_bulk_change(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    await enrolled(context, await a_sequence(context, "A"), 3)
    token = (await previewed(context, asked(add=[PAUSED]))).token
    first, second = await bulk_changes.start(context, token), await bulk_changes.start(context, token)
    assert not isinstance(first, Failure)
    assert not isinstance(second, Failure)
    assert first.id == second.id
    assert len(await items_of(context, first)) == 3
    assert refused(await bulk_changes.start(home.mate.context, token)) == ["INVALID_INPUT"]
    assert refused(await bulk_changes.start(context, token[:-3] + "abc")) == ["INVALID_INPUT"]


async def test_what_is_cancelled_stays_as_far_as_it_came(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 6)
    change = await started(context, asked(add=[PAUSED]))
    await bulk_slices._slice(context, change.id)
    cancelled = await bulk_changes.cancel(context, change.id)
    assert not isinstance(cancelled, Failure)
    await bulk_slices.make(context, change.id)
    change = await as_stored(context, change)
    assert (change.state, change.changed, change.total) == (BulkState.CANCELLED, 4, 6)
    assert await statuses_of(context, ids) == [{PAUSED}] * 4 + [{ACTIVE}] * 2
    assert len(await items_of(context, change, outcome=BulkOutcome.WAITING)) == 2


async def test_it_acts_as_whoever_started_it(world: World) -> None:
    home = await world.team()
    ids = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), 2)
    change = await finished(home.mate.context, asked(add=[PAUSED]))
    assert change.reasons == {"NOT_THE_OWNER": 2}
    assert await statuses_of(home.owner.context, ids) == [{ACTIVE}] * 2
    opted_out = await finished(home.mate.context, asked(add=[OPTED_OUT]))
    assert (opted_out.changed, opted_out.refused) == (2, 0)
    assert (await log_of(home.owner.context, ids[0]))[-1].member_id == home.mate.member_id


async def test_its_undo_restores_every_set(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    ids = await mixed(home)
    before = await statuses_of(context, ids)
    change = await finished(context, asked(add=[PAUSED]))
    await happens(context, ids[-2], Event.OPT_OUT_CLICKED)
    undo = await bulk_changes.undo(context, change.id, "A mistake")
    assert not isinstance(undo, Failure)
    await bulk_slices.make(context, undo.id)
    undo = await as_stored(context, undo)
    assert (undo.state, undo.total, undo.changed, undo.refused) == (BulkState.DONE, 6, 5, 1)
    assert await statuses_of(context, ids) == [*before[:-2], {OPTED_OUT}, before[-1]]
    assert {item.contact_id for item in await items_of(context, undo, outcome=BulkOutcome.REFUSED)} == {
        ids[-2]
    }
    await assert_sound(world.database, home.team_id)
