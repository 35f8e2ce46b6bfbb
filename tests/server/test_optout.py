"""The opt-out link over HTTP: asked by GET, done by POST, for ever, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from inbound import optout
from models import accounts
from models.engine import Database
from models.tables import ActivityKind
from resolvers import enrolments, statuses
from rules.events import Event
from rules.statuses import Status
from schema.ids import to_id
from server.app import create_app
from server.settings import BadSettings, Settings, load
from tests.resolvers.making import a_sequence, enrolled, log_of, one, statuses_of, the_contacts
from tests.server.endpoint import served
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World

OPTED_OUT = frozenset({Status.OPTED_OUT})
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OF_A_CONTACT = "query ($id: ID!) { contact(id: $id) { optOutUrl } }"
OF_ALL = """query ($id: ID!) { contacts(first: 50) { nodes { id optOutUrl } }
  sendable(sequenceId: $id) { nodes { contact { id optOutUrl } } } }"""


async def link_of(world: World, home: Home, contact_id: int) -> str:
    answer = await world.ask(home.mate, OF_A_CONTACT, id=to_id("Contact", contact_id))
    return str(answer["contact"]["optOutUrl"])


async def clicks(home: Home, contact_id: int) -> list[ActivityKind]:
    lines = await log_of(home.owner.context, contact_id)
    return [line.kind for line in lines if line.cause is Event.OPT_OUT_CLICKED]


async def test_looking_changes_nothing_and_the_button_opts_out(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "Hi")
    url = await link_of(world, home, contact_id)
    assert url.startswith(f"{world.url}/o/")
    for looked in (await world.client.get(url), await world.client.head(url)):
        assert looked.status_code == 200
        assert looked.headers["cache-control"] == "no-store"
        assert "noindex" in looked.headers["x-robots-tag"]
        assert looked.headers["referrer-policy"] == "no-referrer"
        assert looked.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    page = (await world.client.get(url)).text
    assert page.count("<button") == 1
    assert 'method="post"' in page
    assert "<script" not in page
    assert await clicks(home, contact_id) == []

    pressed = await world.client.post(url, data=ONE_CLICK)
    assert (pressed.status_code, pressed.history) == (200, [])
    assert "set-cookie" not in pressed.headers
    assert await statuses_of(home.owner.context, [contact_id]) == [OPTED_OUT]
    [line] = [line for line in await log_of(home.owner.context, contact_id) if line.cause]
    assert (line.source, line.member_id, line.cause) == ("link", None, Event.OPT_OUT_CLICKED)


@pytest.mark.parametrize(
    "body", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}, {}]
)
async def test_a_mail_programs_own_button_works_in_each_form(world: World, body: dict[str, object]) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    async with httpx.AsyncClient() as stranger:
        answer = await stranger.post(await link_of(world, home, contact_id), **body)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert await statuses_of(home.owner.context, [contact_id]) == [OPTED_OUT]


async def test_many_presses_at_once_and_later_count_once(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "Hi")
    url = await link_of(world, home, contact_id)
    await asyncio.gather(*(world.client.post(url) for _ in range(8)))
    for _ in range(3):
        assert (await world.client.post(url)).status_code == 200
    # The second says that nothing was to change; all others are repeats of it.
    assert await clicks(home, contact_id) == [ActivityKind.STATUSES_CHANGED, ActivityKind.EVENT_IGNORED]


async def test_who_was_taken_off_can_opt_out_again_by_the_same_link(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "Hi")
    url = await link_of(world, home, contact_id)
    await world.client.post(url)
    made(await statuses.set_status(home.owner.context, contact_id, remove=[Status.OPTED_OUT]))
    assert await statuses_of(home.owner.context, [contact_id]) == [frozenset({Status.PAUSED})]
    await world.client.post(url)
    assert await statuses_of(home.owner.context, [contact_id]) == [OPTED_OUT]


async def test_works_when_the_contact_left_the_sequence(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "Hi")
    url = await link_of(world, home, contact_id)
    made(await enrolments.remove(home.owner.context, [contact_id]))
    assert await statuses_of(home.owner.context, [contact_id]) == [frozenset()]
    await world.client.post(url)
    assert await statuses_of(home.owner.context, [contact_id]) == [OPTED_OUT]


async def test_a_link_that_nobody_signed_finds_a_friendly_page(world: World) -> None:
    home, other = await world.team(), await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    url = await link_of(world, home, contact_id)
    async with world.database.read(other.team_id) as session:
        theirs = made(await accounts.team(session, other.team_id)).link_secret
    wrong = [
        optout.token(theirs, home.team_id, contact_id),
        optout.token("another secret of links", home.team_id, contact_id),
        optout.token("another secret of links", 2**62, contact_id),
        url.rpartition("/")[2][:-1],
        "x" * 24,
        "%00" * 10,
        "x" * 5_000,
    ]
    for token in wrong:
        for method in ("GET", "POST"):
            answer = await world.client.request(method, f"/o/{token}")
            assert answer.status_code == 404
            assert "This link is not complete" in answer.text
    assert await statuses_of(home.owner.context, [contact_id]) == [frozenset()]


async def test_a_form_that_is_too_large_is_not_read(world: World) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    answer = await world.client.post(await link_of(world, home, contact_id), content=b"x" * 10_001)
    assert answer.status_code == 413
    assert await clicks(home, contact_id) == []


async def test_the_teams_name_is_text(world: World) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    async with world.database.write(home.team_id) as session:
        made(await accounts.team(session, home.team_id)).name = "<b>Smith & Sons</b>"
    page = (await world.client.get(await link_of(world, home, contact_id))).text
    assert "<bdi>&lt;b&gt;Smith &amp; Sons&lt;/b&gt;</bdi>" in page


async def test_a_sender_gets_a_link_for_each_contact_of_a_page(world: World) -> None:
    home = await world.team()
    context = home.owner.context
    sequence_id = await a_sequence(context, "Hi")
    ids = await enrolled(context, sequence_id, 3)
    async with context.read() as session:
        team = made(await accounts.team(session, home.team_id))
    expected = {
        to_id("Contact", each): f"{world.url}/o/{optout.token(team.link_secret, home.team_id, each)}"
        for each in ids
    }
    answer = await world.ask(home.owner, OF_ALL, id=to_id("Sequence", sequence_id))
    assert {each["id"]: each["optOutUrl"] for each in answer["contacts"]["nodes"]} == expected
    sent = [each["contact"] for each in answer["sendable"]["nodes"]]
    assert {each["id"]: each["optOutUrl"] for each in sent} == expected


async def test_the_link_begins_with_the_public_url(world: World, database_url: str) -> None:
    home = await world.team()
    [contact_id] = await the_contacts(home.owner.context, 1)
    settings = Settings(database_url=database_url, public_url="https://status.example.com/cs/")
    with served(create_app(settings, Database(database_url))) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.post(
                "/graphql",
                json={"query": OF_A_CONTACT, "variables": {"id": to_id("Contact", contact_id)}},
                headers={"Authorization": f"Bearer {home.owner.key}"},
            )
    assert answer.json()["data"]["contact"]["optOutUrl"].startswith("https://status.example.com/cs/o/")


@pytest.mark.parametrize(
    "value", ["status.example.com", "ftp://status.example.com", "https://", "https://a?b"]
)
def test_a_public_url_that_no_link_can_begin_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", value)
    with pytest.raises(BadSettings, match="PUBLIC_URL"):
        load()
