"""The partner's guide holds: its programs print what it shows, with the client that is committed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outbound.signing import headers, new_secret
from resolvers import contacts, enrolments, statuses
from rules.statuses import Status
from tests.examples import BLOCK, printed, served_by_node
from tests.resolvers.following import shown
from tests.resolvers.making import a_sequence
from tests.world import made

if TYPE_CHECKING:
    import pytest

    from tests.world import Home, World

GUIDE = (Path(__file__).parent.parent / "docs/partners.md").read_text()


BODY = b'{"type":"contact.statuses_changed","data":{"contactId":"Q29udGFjdDo0Mg","version":5}}'


def signed(secret: str, *, minutes: int = 0) -> tuple[dict[str, str], bytes]:
    """A message as it is sent, so many minutes ago."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    return {name.lower(): value for name, value in headers("msg", at, BODY, [secret]).items()}, BODY


async def three_contacts(home: Home) -> None:
    """Ada and Bob are Active; Cyd asked not to be written to."""
    context = home.owner.context
    sequence_id = await a_sequence(context, "Hello", "Bye")
    profiles = [contacts.Profile(f"{name}@example.com") for name in ("ada", "bob", "cyd")]
    ids = [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]
    made(await enrolments.enroll(context, sequence_id, ids))
    made(await statuses.set_status(context, ids[2], add=[Status.OPTED_OUT]))
    await shown(context)


async def test_its_programs_print_what_it_shows(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await world.team()
    await three_contacts(home)
    environment = {"CONTACT_STATUS_URL": f"{world.url}/graphql", "CONTACT_STATUS_KEY": home.owner.key}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run, names, before = 0, dict[str, Any](), asyncio.all_tasks()
    async for out, expected in printed(GUIDE, tmp_path, environment, names):
        assert out == expected
        await shown(home.owner.context)
        run += 1
    await names["http"].aclose()
    good, forged = signed(names["secret"]), signed(new_secret())
    assert [names["receive"](*each) for each in (good, good, forged)] == [204, 204, 401]
    assert list(names["inbox"].values()) == [json.loads(BODY)["data"]]
    program = next(code for language, code, _ in BLOCK.findall(GUIDE) if "createServer" in code)
    async with served_by_node(program, tmp_path, {"SECRET": names["secret"], "PORT": "0"}) as url:
        answers = [
            await world.client.post(url, headers=headers, content=body)
            for headers, body in (good, (good[0], BODY + b" "), forged, signed(names["secret"], minutes=6))
        ]
    assert [answer.status_code for answer in answers] == [204, 401, 401, 401]
    # The stream that was left closes its websocket in a task of its own.
    await asyncio.wait_for(asyncio.gather(*(asyncio.all_tasks() - before)), 30)
    assert run >= 7
