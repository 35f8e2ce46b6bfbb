"""Contacts written by their address: created, changed, left as they are."""

from __future__ import annotations

from models.tables import ActivityKind
from resolvers.contacts import Profile, Upserted, upsert
from resolvers.context import Context
from tests.resolvers.making import log_of, the_record
from tests.resolvers.soundness import assert_sound
from tests.world import World, made


async def write(context: Context, email: str, **more: object) -> Upserted:
    [answer] = made(await upsert(context, [Profile(email, **more)]))  # type: ignore[arg-type]
    assert isinstance(answer, Upserted), answer
    return answer


async def test_an_unknown_address_makes_a_contact(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    fields = {"first_name": "Ada", "last_name": "Lund", "company": "Fjord", "phone": "+47 1"}
    answer = await write(context, "Ada@Example.com", fields=fields, variables=[("City", "Oslo")])
    assert (answer.created, answer.changed) == (True, False)
    contact = (await the_record(context, answer.record.contact.id)).contact
    assert contact.email == "Ada@Example.com"
    assert (contact.first_name, contact.last_name) == ("Ada", "Lund")
    assert (contact.company, contact.phone) == ("Fjord", "+47 1")
    assert contact.variables == {"City": "Oslo"}
    assert (contact.owner_id, contact.statuses, contact.version) == (home.owner.member_id, frozenset(), 1)
    [line] = await log_of(context, contact.id)
    assert (line.kind, line.version, line.member_id) == (ActivityKind.CREATED, 1, home.owner.member_id)
    await assert_sound(world.database, home.team_id)


async def test_a_known_address_whatever_its_case_changes_the_contact(world: World) -> None:
    home = await world.team(team_edition=True)
    first = await write(home.owner.context, "Ada@example.com", fields={"first_name": "Ada"})
    # A contact's profile is the team's to keep right: S52 is about statuses.
    second = await write(home.mate.context, "aDA@EXAMPLE.com", fields={"first_name": "Aida"})
    assert (second.created, second.changed) == (False, True)
    assert second.record.contact.id == first.record.contact.id
    contact = (await the_record(home.owner.context, first.record.contact.id)).contact
    assert (contact.email, contact.first_name, contact.version) == ("Ada@example.com", "Aida", 2)
    assert contact.owner_id == home.owner.member_id
    assert contact.updated_at > contact.created_at
    _, line = await log_of(home.owner.context, contact.id)
    assert (line.kind, line.version) == (ActivityKind.PROFILE_CHANGED, 2)
    assert line.member_id == home.mate.member_id
    await assert_sound(world.database, home.team_id)


async def test_what_is_already_so_leaves_no_trace(world: World) -> None:
    home = await world.team()
    given = {"fields": {"first_name": "Ada"}, "variables": [("City", "Oslo")]}
    first = await write(home.owner.context, "ada@example.com", **given)
    same = await write(home.owner.context, "ADA@example.com", **given)
    none = await write(home.owner.context, "ada@example.com")
    gone = await write(home.owner.context, "ada@example.com", variables=[("Never", None)])
    for answer in (same, none, gone):
        assert (answer.created, answer.changed) == (False, False)
    stored = await the_record(home.owner.context, first.record.contact.id)
    assert (stored.contact.version, stored.contact.updated_at) == (1, stored.contact.created_at)
    assert len(await log_of(home.owner.context, stored.contact.id)) == 1


async def test_fields_left_out_stay_and_none_empties(world: World) -> None:
    context = (await world.team()).owner.context
    fields = {"first_name": "Ada", "company": "Fjord", "phone": "+47"}
    await write(context, "ada@example.com", fields=fields)
    changed = await write(context, "ada@example.com", fields={"company": None, "phone": ""})
    contact = (await the_record(context, changed.record.contact.id)).contact
    assert (contact.first_name, contact.company, contact.phone) == ("Ada", None, "")


async def test_variables_are_merged_and_none_removes_one(world: World) -> None:
    context = (await world.team()).owner.context
    await write(context, "ada@example.com", variables=[("City", "Oslo"), ("Role", "CTO")])
    given = [("Role", None), ("Team", "Blue"), ("City", "Rome"), ("City", "Bergen")]
    changed = await write(context, "ada@example.com", variables=given)
    contact = (await the_record(context, changed.record.contact.id)).contact
    assert contact.variables == {"City": "Bergen", "Team": "Blue"}


async def test_an_address_is_corrected(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    first = await write(context, "ada@exmaple.com")
    changed = await write(context, "ADA@exmaple.com", new_email="ada@example.com")
    assert (changed.created, changed.changed) == (False, True)
    assert (await the_record(context, first.record.contact.id)).contact.email == "ada@example.com"
    another = await write(context, "ada@exmaple.com")  # the old address is free again
    assert another.created
    await assert_sound(world.database, home.team_id)


async def test_an_address_may_change_in_case_alone(world: World) -> None:
    context = (await world.team()).owner.context
    first = await write(context, "ada@example.com")
    changed = await write(context, "ada@example.com", new_email="Ada@Example.com")
    assert changed.changed
    assert (await the_record(context, first.record.contact.id)).contact.email == "Ada@Example.com"
    assert not (await write(context, "ada@example.com", new_email="Ada@Example.com")).changed


async def test_the_owner_of_a_new_contact_may_be_named_and_of_a_known_one_stays(world: World) -> None:
    home = await world.team()
    made_for = await write(home.owner.context, "ada@example.com", owner_id=home.mate.member_id)
    assert made_for.record.contact.owner_id == home.mate.member_id
    again = await write(home.owner.context, "ada@example.com", owner_id=home.owner.member_id)
    assert (again.changed, again.record.contact.owner_id) == (False, home.mate.member_id)


async def test_the_system_makes_contacts_for_a_named_owner(world: World) -> None:
    home = await world.team()
    answer = await write(home.system.context, "ada@example.com", owner_id=home.mate.member_id)
    assert answer.created
    [line] = await log_of(home.owner.context, answer.record.contact.id)
    assert line.member_id is None


async def test_the_same_address_is_another_contact_in_another_team(world: World) -> None:
    one, other = await world.team(), await world.team()
    assert (await write(one.owner.context, "ada@example.com")).created
    assert (await write(other.owner.context, "ada@example.com")).created


async def test_a_thousand_in_a_call_are_answered_in_their_order(world: World) -> None:
    home = await world.team()
    emails = [f"p{number * 7_919 % 1_000}@example.com" for number in range(1_000)]
    for created in (True, False):
        fields = {"first_name": "Ada" if created else "Aida"}
        answers = made(await upsert(home.owner.context, [Profile(email, fields) for email in emails]))
        assert [each.record.contact.email for each in answers] == emails
        assert all((each.created, each.changed) == (created, not created) for each in answers)
    await assert_sound(world.database, home.team_id)
