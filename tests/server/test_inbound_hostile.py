"""Hostile and oversized mail over HTTP: bounded, answered with an error or a reading; nothing breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from inbound.message import MAX_MESSAGE
from inbound.reading import Kind
from server.errors import RefusedError
from server.reader import Reader
from tests.inbound import letters
from tests.inbound.test_hostile import HOSTILE
from tests.server.test_inbound import post

if TYPE_CHECKING:
    from tests.world import World

OVER_HTTP = (
    "five thousand levels",
    "messages in messages",
    "a million parts",
    "ten thousand fields",
    "brackets",
    "a compressing codec",
    "punycode",
    "words of failure",
)


@pytest.mark.parametrize("name", OVER_HTTP)
async def test_a_hostile_message_is_read_as_something_and_the_server_goes_on(world: World, name: str) -> None:
    home = await world.team()
    answer = await post(world, home.system.key, HOSTILE[name][:MAX_MESSAGE])
    assert answer["kind"] in {Kind.REPLY.name, Kind.BOUNCE.name}
    assert answer["fate"] == "no contact"
    assert (await world.client.get("/livez")).status_code == 200


@pytest.mark.parametrize("charset", ["utf-7", "no-such-charset", "unicode_escape", "x" * 2_000, "\x00"])
async def test_a_charset_that_is_none_is_no_trouble(world: World, charset: str) -> None:
    home = await world.team()
    fields = (
        f"From: a@theirs.example\nSubject: =?utf-7?q?+2AA-?=\nContent-Type: text/plain; charset={charset}"
    )
    raw = fields + "\n\n+2AA-\0"
    assert (await post(world, home.system.key, raw))["kind"] == "REPLY"


@pytest.mark.parametrize("declared", [True, False])
async def test_more_than_25_megabytes_are_refused_whether_the_length_says_so_or_not(
    world: World, *, declared: bool
) -> None:
    home = await world.team()
    raw = letters.BOUNCES[0].raw.encode() + b"x" * (26 * 1024 * 1024)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), 1_000_000):
            yield raw[start : start + 1_000_000]

    headers = {"Content-Type": "message/rfc822", "Authorization": f"Bearer {home.system.key}"}
    content = raw if declared else pieces()
    response = await world.client.post("/inbound/mail", content=content, headers=headers)
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")
    whole = raw[:MAX_MESSAGE]
    assert (await post(world, home.system.key, whole))["kind"] == "BOUNCE"


async def test_a_message_that_takes_too_long_to_read_is_given_up_and_the_next_one_is_read() -> None:
    with pytest.raises(RefusedError) as refused:
        await Reader(seconds=0.000_001).read(letters.BOUNCES[0].raw.encode())
    assert (refused.value.status, refused.value.code) == (422, "TOO_HARD")
    reading, name = await Reader().read(letters.BOUNCES[0].raw.encode())
    assert (reading.kind, name) == (Kind.BOUNCE, "answer@theirs.example")
