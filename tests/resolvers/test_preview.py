"""Each step as it would go out to one contact, `{VariableName}` where one is missing (S15)."""

from __future__ import annotations

from models.tables import Visibility
from resolvers import contacts, sequences
from tests.resolvers.making import CALL, a_sequence
from tests.world import World, made

BODY = "{FirstName} of {Company}, {City}, {Email} {Not a name} {firstname}"


async def test_what_is_there_is_filled_in_and_what_is_missing_stays(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, BODY)
    made(await sequences.add_step(context, sequence_id, kind=CALL, body="Ask {FirstName} about {City}."))
    fields, variables = {"first_name": " Ada ", "company": " "}, [("City", "Oslo")]
    profile = contacts.Profile("ada@example.com", fields, variables)
    [written] = made(await contacts.upsert(context, [profile]))
    previewed = await sequences.preview(context, sequence_id, written.record.contact.id)
    assert previewed is not None
    email, call = previewed
    assert email.body == "Ada of {Company}, Oslo, ada@example.com {Not a name} {firstname}"
    assert email.missing == ("Company", "firstname")
    assert email.subject == "Hello"
    assert (call.subject, call.body, call.missing) == (None, "Ask Ada about Oslo.", ())


async def test_a_value_that_looks_like_a_variable_is_not_filled_in_again(world: World) -> None:
    context = (await world.team()).owner.context
    sequence_id = await a_sequence(context, "{FirstName}")
    profile = contacts.Profile("ada@example.com", {"first_name": "{Email}"})
    [written] = made(await contacts.upsert(context, [profile]))
    previewed = await sequences.preview(context, sequence_id, written.record.contact.id)
    assert [each.body for each in previewed or ()] == ["{Email}"]
    assert [each.missing for each in previewed or ()] == [()]


async def test_there_is_no_preview_for_a_contact_one_cannot_see(world: World) -> None:
    home, other = await world.team(visibility=Visibility.PRIVATE), await world.team()
    sequence_id = await a_sequence(home.owner.context, BODY)
    [written] = made(await contacts.upsert(home.owner.context, [contacts.Profile("ada@example.com")]))
    contact_id = written.record.contact.id
    assert await sequences.preview(home.owner.context, sequence_id, contact_id) is not None
    assert await sequences.preview(home.mate.context, sequence_id, contact_id) is None
    assert await sequences.preview(other.owner.context, sequence_id, contact_id) is None
    assert await sequences.preview(home.owner.context, sequence_id, None) is None


async def test_a_sequence_of_another_team_shows_no_step(world: World) -> None:
    home, other = await world.team(), await world.team()
    sequence_id = await a_sequence(other.owner.context, BODY)
    [written] = made(await contacts.upsert(home.owner.context, [contacts.Profile("ada@example.com")]))
    assert await sequences.preview(home.owner.context, sequence_id, written.record.contact.id) == []
