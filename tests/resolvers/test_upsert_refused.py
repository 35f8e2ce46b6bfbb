"""What cannot be written of a contact: each has its own reasons, and the others of the list are written."""

from __future__ import annotations

from typing import Any

import pytest

from models.contact_lists import ContactFilter
from models.parts import Parts
from models.tables import Visibility
from resolvers import contacts, reading
from resolvers.contacts import MOST_VARIABLES, NotUpserted, Profile, Upserted
from resolvers.context import Context
from tests.resolvers.making import codes, refused, the_record
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

BAD_ADDRESSES = (
    "", "ada", "ada@example", "@example.com", "ada@", "a b@example.com", "ada@@example.com", "ada@example.",
    "<ada@example.com>", "ada@example.com,eva@example.com", "ada@example.com\n", "a" * 250 + "@b.example",
    "a\x00@example.com", "ada@exa\x00mple.com", "\ud800@example.com", "Ä@example.com", "ada@EXAMPLÉ.com",
)  # fmt: skip


async def not_written(context: Context, email: str, **more: Any) -> list[tuple[str, str | None]]:
    """Ask for something that cannot be; return each reason's code and field."""
    [answer] = made(await contacts.upsert(context, [Profile(email, **more)]))
    assert isinstance(answer, NotUpserted), answer
    for reason in answer.reasons:
        reason.message.encode()  # what was refused may be quoted, and must be sendable
    return [(reason.code.name, reason.field) for reason in answer.reasons]


@pytest.mark.parametrize("email", BAD_ADDRESSES)
async def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    context = (await world.team()).owner.context
    assert await not_written(context, email) == [("INVALID_INPUT", "contacts.0.email")]
    made(await contacts.upsert(context, [Profile("ada@example.com")]))
    problems = await not_written(context, "ada@example.com", new_email=email)
    assert problems == [("INVALID_INPUT", "contacts.0.newEmail")]


@pytest.mark.parametrize(
    "email", ["a@b.co", "a+b@x.example", "o'neil@x.example", "ä@ö.example", "ß@x.example"]
)
async def test_what_is_an_address_is_found_again_by_it(world: World, email: str) -> None:
    context = (await world.team()).owner.context
    for created in (True, False):
        [answer] = made(await contacts.upsert(context, [Profile(email)]))
        assert answer.created is created
    assert await reading.contact_by_email(context, email, Parts(("id",)))


async def test_a_known_address_is_no_new_one(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    made(await contacts.upsert(context, [Profile("ada@example.com"), Profile("eva@example.com")]))
    taken = await not_written(context, "ada@example.com", new_email="EVA@example.com")
    assert taken == [("EMAIL_TAKEN", None)]
    unknown = await not_written(context, "no@example.com", new_email="new@example.com")
    assert unknown == [("CONTACT_NOT_FOUND", None)]
    assert await reading.contact_count(context, ContactFilter()) == 2
    await assert_sound(world.database, home.team_id)


async def test_two_of_a_list_cannot_get_the_same_new_address(world: World) -> None:
    home = await world.team()
    made(await contacts.upsert(home.owner.context, [Profile("ada@example.com"), Profile("eva@example.com")]))
    both = [Profile(f"{name}@example.com", new_email="New@example.com") for name in ("ada", "eva")]
    first, second = made(await contacts.upsert(home.owner.context, both))
    assert isinstance(first, Upserted)
    assert codes(second) == ["EMAIL_TAKEN"]
    await assert_sound(world.database, home.team_id)


async def test_an_address_that_this_list_creates_is_taken(world: World) -> None:
    home = await world.team()
    made(await contacts.upsert(home.owner.context, [Profile("ada@example.com")]))
    both = [Profile("ada@example.com", new_email="new@example.com"), Profile("new@example.com")]
    first, second = made(await contacts.upsert(home.owner.context, both))
    assert codes(first) == ["EMAIL_TAKEN"]
    assert isinstance(second, Upserted)
    await assert_sound(world.database, home.team_id)


async def test_an_address_stands_once_in_a_list(world: World) -> None:
    home = await world.team()
    given = [
        Profile("ada@example.com", {"first_name": "Ada"}),
        Profile("ADA@example.com"),
        Profile("eva@x.example"),
    ]
    first, twice, other = made(await contacts.upsert(home.owner.context, given))
    assert isinstance(first, Upserted)
    assert isinstance(other, Upserted)
    assert codes(twice) == ["INVALID_INPUT"]
    assert twice.index == 1
    await assert_sound(world.database, home.team_id)


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"fields": {"first_name": "x" * 201}}, ["firstName"]),
    ({"fields": {"company": "a\x00b", "phone": "\udfff"}}, ["company", "phone"]),
    ({"variables": [("First Name", "x")]}, ["variables"]),
    ({"variables": [("1st", "x"), ("", "x"), ("a\x00", "x"), ("x" * 81, "x")]}, ["variables"] * 4),
    ({"variables": [("FirstName", "x"), ("Email", None)]}, ["variables", "variables"]),
    ({"variables": [("City", "x" * 2_001), ("Town", "\x00")]}, ["variables.City", "variables.Town"]),
    ({"variables": [(f"V{number}", "") for number in range(MOST_VARIABLES + 1)]}, ["variables"]),
]


@pytest.mark.parametrize(("values", "fields"), REFUSED)
async def test_a_profile_that_cannot_be_is_refused_whole(
    world: World, values: dict[str, Any], fields: list[str]
) -> None:
    context = (await world.team()).owner.context
    problems = await not_written(context, "ada@example.com", **values)
    assert {code for code, _ in problems} == {"INVALID_INPUT"}
    assert [field for _, field in problems] == [f"contacts.0.{field}" for field in fields]
    assert await reading.contact_count(context, ContactFilter()) == 0


async def test_a_contact_has_at_most_a_hundred_variables_however_often_it_is_written(world: World) -> None:
    context = (await world.team()).owner.context
    full = [(f"V{number}", "x") for number in range(MOST_VARIABLES)]
    [written] = made(await contacts.upsert(context, [Profile("ada@example.com", variables=full)]))
    problems = await not_written(context, "ada@example.com", variables=[("More", "x")])
    assert problems == [("INVALID_INPUT", "contacts.0.variables")]
    swapped = [("V0", None), ("More", "x")]
    made(await contacts.upsert(context, [Profile("ada@example.com", variables=swapped)]))
    assert len((await the_record(context, written.record.contact.id)).contact.variables) == MOST_VARIABLES


async def test_the_owner_must_be_a_member_and_the_system_names_one(world: World) -> None:
    home, other = await world.team(), await world.team()
    outcome = await not_written(home.owner.context, "ada@example.com", owner_id=other.owner.member_id)
    assert outcome == [("MEMBER_NOT_FOUND", None)]
    outcome = await not_written(home.system.context, "ada@example.com")
    assert outcome == [("INVALID_INPUT", "contacts.0.ownerId")]


async def test_in_private_mode_an_address_that_a_teammate_has_is_taken(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    [written] = made(await contacts.upsert(home.owner.context, [Profile("ada@example.com")]))
    given = {"fields": {"first_name": "Mine"}}
    assert await not_written(home.mate.context, "ADA@example.com", **given) == [("EMAIL_TAKEN", None)]
    made(await contacts.upsert(home.mate.context, [Profile("eva@example.com")]))
    taken = await not_written(home.mate.context, "eva@example.com", new_email="ada@example.com")
    assert taken == [("EMAIL_TAKEN", None)]
    assert (await the_record(home.owner.context, written.record.contact.id)).contact.version == 1


@pytest.mark.parametrize("count", [0, 1_001])
async def test_a_list_has_one_to_a_thousand(world: World, count: int) -> None:
    context = (await world.team()).owner.context
    profiles = [Profile(f"c{number}@example.com") for number in range(count)]
    assert refused(await contacts.upsert(context, profiles)) == ["INVALID_INPUT"]
    assert await reading.contact_count(context, ContactFilter()) == 0
