"""The README and the pages of docs hold: operations answer what is shown, and every setting is listed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from models.tables import StepKind
from resolvers import contacts, enrolments, events, sequences
from rules.events import Event
from schema.ids import to_id
from server.settings import Settings
from tests import pages
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLE_ID = to_id("Contact", 42)


async def bounced(home: Home) -> str:
    """A contact that received an email, which bounced."""
    context = home.owner.context
    sequence = made(await sequences.create(context, "Launch", {}))
    steps = [
        made(
            await sequences.add_step(context, sequence.id, kind=StepKind.EMAIL, subject="Hi", body="Hi")
        ).step
        for _ in range(2)
    ]
    [written] = made(await contacts.upsert(context, [contacts.Profile("ada@example.com")]))
    contact_id = written.record.contact.id
    made(await enrolments.enroll(context, sequence.id, [contact_id]))
    happened = [
        events.Happened(Event.EMAIL_SENT, contact_id, step_id=steps[0].id),
        events.Happened(Event.EMAIL_BOUNCED, contact_id),
    ]
    await events.record(home.system.context, happened)
    return to_id("Contact", contact_id)


async def test_its_operations_answer_what_it_shows(world: World) -> None:
    home = await world.team()
    assert len(pages.BLOCK.findall(README)) >= 3
    await pages.assert_holds(world, home, README, {EXAMPLE_ID: await bounced(home)})


async def test_the_page_of_a_contacts_life_holds(world: World) -> None:
    page = (ROOT / "docs/a-contacts-life.md").read_text()
    operations = pages.BLOCK.findall(page)
    assert len(operations) > 15
    assert all(shown for _, shown in operations)
    await pages.assert_holds(world, await world.team(), page, {})


def test_it_lists_every_setting_with_its_meaning() -> None:
    for name, setting in Settings.model_fields.items():
        assert re.search(
            rf"\| `{name.upper()}` \| .* \| {re.escape(setting.description or '')} \|", README
        ), name
