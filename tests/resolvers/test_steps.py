"""Steps added, moved, changed and removed: positions stay 1, 2, 3 …, and a refusal leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest

from models.tables import StepKind
from resolvers import sequences
from resolvers.context import Context
from resolvers.sequences import MOST_STEPS
from tests.resolvers.making import CALL, EMAIL, SMS, a_sequence, refused, steps_of
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made


async def bodies(context: Context, sequence_id: int) -> str:
    steps = await steps_of(context, sequence_id)
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    return "".join(step.body for step in steps)


@pytest.mark.parametrize(
    ("position", "expected"), [(None, "ABCX"), (1, "XABC"), (2, "AXBC"), (3, "ABXC"), (4, "ABCX")]
)
async def test_a_step_is_added_at_a_position_and_the_later_ones_move_back(
    world: World, position: int | None, expected: str
) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *"ABC")
    added = made(await sequences.add_step(context, sequence_id, kind=CALL, body="X", position=position))
    assert (added.sequence.id, added.step.kind, added.step.subject) == (sequence_id, CALL, None)
    assert await bodies(context, sequence_id) == expected


@pytest.mark.parametrize("place", range(1, 5))
@pytest.mark.parametrize("start", range(1, 5))
async def test_a_step_moves_to_any_position(world: World, start: int, place: int) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *"ABCD")
    moving = (await steps_of(context, sequence_id))[start - 1]
    changed = made(await sequences.update_step(context, moving.id, {"position": place}))
    assert changed.step.position == place
    expected = [letter for letter in "ABCD" if letter != moving.body]
    expected.insert(place - 1, moving.body)
    assert await bodies(context, sequence_id) == "".join(expected)


@pytest.mark.parametrize(("place", "expected"), [(1, "BCD"), (2, "ACD"), (4, "ABC")])
async def test_a_step_is_removed_and_the_later_ones_move_up(world: World, place: int, expected: str) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *"ABCD")
    step = (await steps_of(context, sequence_id))[place - 1]
    removed = made(await sequences.remove_step(context, step.id))
    assert (removed.step.id, removed.sequence.id) == (step.id, sequence_id)
    assert await bodies(context, sequence_id) == expected
    assert refused(await sequences.remove_step(context, step.id)) == ["STEP_NOT_FOUND"]


async def test_texts_change_and_what_is_not_given_stays(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, "A", "B")
    first, _ = await steps_of(context, sequence_id)
    made(await sequences.update_step(context, first.id, {"subject": "New"}))
    made(await sequences.update_step(context, first.id, {"body": "Z"}))
    first, _ = await steps_of(context, sequence_id)
    assert (first.subject, first.body, first.position) == ("New", "Z", 1)


ADDED: list[tuple[StepKind, dict[str, Any], list[str]]] = [
    (EMAIL, {"body": "x"}, ["subject"]),
    (EMAIL, {"body": "x", "subject": " \n"}, ["subject"]),
    (CALL, {"body": "x", "subject": "x"}, ["subject"]),
    (SMS, {"body": "x", "subject": ""}, ["subject"]),
    (EMAIL, {"body": " ", "subject": "x" * 501}, ["subject", "body"]),
    (CALL, {"body": "x" * 50_001}, ["body"]),
    (CALL, {"body": "a\x00b"}, ["body"]),
    (CALL, {"body": "a\ud800b"}, ["body"]),
    (CALL, {"body": "x", "position": 0}, ["position"]),
    (CALL, {"body": "x", "position": -1}, ["position"]),
    (CALL, {"body": "x", "position": 4}, ["position"]),
    (CALL, {"body": "", "position": 9}, ["body", "position"]),
]


@pytest.mark.parametrize(("kind", "values", "fields"), ADDED)
async def test_a_step_that_cannot_be_is_refused_and_nothing_moves(
    world: World, kind: StepKind, values: dict[str, Any], fields: list[str]
) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *"AB")
    outcome = await sequences.add_step(context, sequence_id, kind=kind, **values)
    assert [problem.field for problem in getattr(outcome, "reasons", ())] == fields
    assert await bodies(context, sequence_id) == "AB"


CHANGED: list[tuple[dict[str, Any], list[str]]] = [
    ({"subject": None}, ["subject"]),
    ({"subject": ""}, ["subject"]),
    ({"body": ""}, ["body"]),
    ({"position": 0}, ["position"]),
    ({"position": 4}, ["position"]),
    ({"position": 3, "body": "new", "subject": ""}, ["subject"]),
]


@pytest.mark.parametrize(("values", "fields"), CHANGED)
async def test_a_change_of_a_step_that_cannot_be_is_refused_whole(
    world: World, values: dict[str, Any], fields: list[str]
) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *"ABC")
    first = (await steps_of(context, sequence_id))[0]
    outcome = await sequences.update_step(context, first.id, values)
    assert [problem.field for problem in getattr(outcome, "reasons", ())] == fields
    assert await bodies(context, sequence_id) == "ABC"


async def test_a_sequence_has_at_most_a_hundred_steps(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, *["x"] * MOST_STEPS)
    outcome = await sequences.add_step(context, sequence_id, kind=CALL, body="x")
    assert refused(outcome) == ["INVALID_INPUT"]
    first = (await steps_of(context, sequence_id))[0]
    made(await sequences.update_step(context, first.id, {"position": MOST_STEPS}))


async def test_with_team_edition_on_only_the_owner_touches_the_steps(world: World) -> None:
    home = await world.team(team_edition=True)
    sequence_id = await a_sequence(home.owner.context, *"AB")
    assert [await _each(home, sequence_id)] == [[["NOT_THE_OWNER"]] * 3]
    assert await bodies(home.mate.context, sequence_id) == "AB"


async def test_with_team_edition_off_everyone_is_the_owner(world: World) -> None:
    home = await world.team(team_edition=False)
    sequence_id = await a_sequence(home.owner.context, *"AB")
    assert await _each(home, sequence_id) == [[], [], []]
    assert await bodies(home.mate.context, sequence_id) == "ZX"
    await assert_sound(world.database, home.team_id)


async def _each(home: Home, sequence_id: int) -> list[list[str]]:
    """Let the teammate add a step, change the first and remove the second; return why each was refused."""
    context = home.mate.context
    first, second = await steps_of(context, sequence_id)
    outcomes = [
        await sequences.add_step(context, sequence_id, kind=CALL, body="X"),
        await sequences.update_step(context, first.id, {"body": "Z"}),
        await sequences.remove_step(context, second.id),
    ]
    return [[each.code.name for each in getattr(outcome, "reasons", ())] for outcome in outcomes]


async def test_ids_that_name_nothing_of_the_team_are_not_found(world: World) -> None:
    context, other = [(await world.team()).owner.context for _ in range(2)]
    theirs = await a_sequence(other, "A")
    [their_step] = await steps_of(other, theirs)
    for sequence_id in (None, 0, theirs):
        outcome = await sequences.add_step(context, sequence_id, kind=CALL, body="x")
        assert refused(outcome) == ["SEQUENCE_NOT_FOUND"]
    for step_id in (None, 0, their_step.id):
        assert refused(await sequences.update_step(context, step_id, {"body": "x"})) == ["STEP_NOT_FOUND"]
        assert refused(await sequences.remove_step(context, step_id)) == ["STEP_NOT_FOUND"]
    assert await bodies(other, theirs) == "A"
