"""Sequences made and changed by their owner; what is refused changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers import reading, sequences
from rules.facts import OutOfOfficeProcessing, RepliesHandling, Settings
from tests.resolvers.making import a_sequence, refused, the_sequence
from tests.world import World, made

SETTINGS: dict[str, Any] = {
    "replies_handling": RepliesHandling.CONTINUE,
    "track_opens": False,
    "track_clicks": False,
    "text_opt_out": False,
    "out_of_office": OutOfOfficeProcessing.AUTOMATIC,
}


async def test_a_sequence_is_its_makers_with_the_settings_the_rules_take_for_granted(world: World) -> None:
    home = await world.team()
    sequence = made(await sequences.create(home.owner.context, "Launch", {}))
    assert (sequence.name, sequence.owner_id, sequence.archived) == ("Launch", home.owner.member_id, False)
    assert sequence.settings() == Settings()
    assert sequence.created_at.tzinfo is not None


async def test_a_sequence_may_be_made_for_another_member_with_settings_of_its_own(world: World) -> None:
    home = await world.team()
    given = {**SETTINGS, "owner_id": home.mate.member_id}
    sequence = made(await sequences.create(home.owner.context, "Launch", given))
    stored = await the_sequence(home.mate.context, sequence.id)
    assert stored.owner_id == home.mate.member_id
    assert stored.settings() == Settings(**SETTINGS)


@pytest.mark.parametrize("name", ["", " \t", "x" * 201, "a\x00b", "\ud83d"])
async def test_a_name_that_cannot_be_is_refused_and_nothing_is_made(world: World, name: str) -> None:
    context = (await world.team()).owner.context
    assert refused(await sequences.create(context, name, {})) == ["INVALID_INPUT"]
    assert await reading.sequence_count(context) == 0


async def test_an_owner_must_be_a_member_of_the_team(world: World) -> None:
    home, other = await world.team(), await world.team()
    context = home.owner.context
    for nobody in (None, 0, other.owner.member_id):
        outcome = await sequences.create(context, "Launch", {"owner_id": nobody})
        assert refused(outcome) == ["MEMBER_NOT_FOUND"]
    assert refused(await sequences.create(home.system.context, "Launch", {})) == ["MEMBER_NOT_FOUND"]
    outcome = await sequences.create(context, "", {"owner_id": other.owner.member_id})
    assert refused(outcome) == ["INVALID_INPUT", "MEMBER_NOT_FOUND"]
    assert await reading.sequence_count(context) == 0


async def test_what_is_given_changes_and_the_rest_stays(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, **SETTINGS)
    given: list[dict[str, Any]] = [{"name": "Second"}, {"track_opens": True}, {"archived": True}, {}]
    for values in given:
        made(await sequences.update(context, sequence_id, values))
    stored = await the_sequence(context, sequence_id)
    assert (stored.name, stored.archived) == ("Second", True)
    assert stored.settings() == Settings(**SETTINGS | {"track_opens": True})


async def test_whoever_gives_a_sequence_away_cannot_take_it_back(world: World) -> None:
    home = await world.team(team_edition=True)
    sequence_id = await a_sequence(home.owner.context)
    given = {"owner_id": home.mate.member_id}
    assert (
        made(await sequences.update(home.owner.context, sequence_id, given)).owner_id == home.mate.member_id
    )
    back = {"owner_id": home.owner.member_id}
    outcome = await sequences.update(home.owner.context, sequence_id, back)
    assert refused(outcome) == ["NOT_THE_OWNER"]
    assert [problem.owner_id for problem in getattr(outcome, "reasons", ())] == [home.mate.member_id]
    made(await sequences.update(home.mate.context, sequence_id, back))


async def test_with_team_edition_off_everyone_is_the_owner(world: World) -> None:
    home = await world.team(team_edition=False)
    sequence_id = await a_sequence(home.owner.context)
    assert made(await sequences.update(home.mate.context, sequence_id, {"name": "Ours"})).name == "Ours"


async def test_a_change_refused_for_one_value_makes_none_of_the_others(world: World) -> None:
    home, other = await world.team(), await world.team()
    sequence_id = await a_sequence(home.owner.context)
    given = {"archived": True, "track_opens": False, "name": " ", "owner_id": other.owner.member_id}
    outcome = await sequences.update(home.owner.context, sequence_id, given)
    assert refused(outcome) == ["INVALID_INPUT", "MEMBER_NOT_FOUND"]
    assert refused(await sequences.update(home.mate.context, sequence_id, given)) == ["NOT_THE_OWNER"]
    stored = await the_sequence(home.owner.context, sequence_id)
    assert (stored.name, stored.archived, stored.track_opens) == ("Launch", False, True)


async def test_a_sequence_of_another_team_is_not_found(world: World) -> None:
    home, other = await world.team(), await world.team()
    sequence_id = await a_sequence(other.owner.context)
    for unknown in (None, 0, sequence_id):
        outcome = await sequences.update(home.owner.context, unknown, {"name": "Mine"})
        assert refused(outcome) == ["SEQUENCE_NOT_FOUND"]
