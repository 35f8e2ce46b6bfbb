"""A crowd around one feed: writers at one server, and at another a reader and followers who come and go."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from schema.ids import to_id
from tests.server.streaming import over_events, over_socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from tests.world import Person

    Over = Callable[..., AsyncIterator[Any]]

SET = """mutation ($input: SetStatusInput!) { setStatus(input: $input) {
  ... on SetStatusSuccess { activity { id version } contact { id } }
  ... on SetStatusFailure { reasons { code } } } }"""
PAGE = """query ($after: String) { changes(first: 100, after: $after) {
  edges { cursor node { id version contact { id } } } pageInfo { hasNextPage } } }"""
FOLLOW = """subscription ($after: String) { statusChanged(after: $after) {
  cursor node { id version contact { id } } } }"""


@dataclass
class Seen:
    """What one reader has seen, in order: each change's id, contact and version, and when it was seen."""

    name: str
    changes: list[tuple[str, str, int]] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    cursor: str | None = None
    visits: int = 0

    def add(self, edge: dict[str, Any]) -> None:
        node = edge["node"]
        self.changes.append((node["id"], node["contact"]["id"], node["version"]))
        self.times.setdefault(node["id"], time.monotonic())
        self.cursor = edge["cursor"]


@dataclass
class Crowd:
    """What the writers have done: when the answer to each change was there."""

    owner: Person
    done: dict[str, float] = field(default_factory=dict)
    last: dict[int, str] = field(default_factory=dict)  # what each contact was last asked to be
    refused: int = 0

    async def write(self, url: str, ids: Sequence[int], number: int, seed: int) -> None:
        """Make so many changes to any of the contacts, whoever else changes them."""
        chance = random.Random(seed)  # noqa: S311
        headers = {"Authorization": f"Bearer {self.owner.key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            while number:
                contact_id = chance.choice(ids)
                wanted = "ACTIVE" if self.last.get(contact_id) == "PAUSED" else "PAUSED"
                self.last[contact_id] = wanted
                asked = {"contactId": to_id("Contact", contact_id), "add": [wanted]}
                response = await client.post("/graphql", json={"query": SET, "variables": {"input": asked}})
                answer = response.json()["data"]["setStatus"]
                if "activity" not in answer:  # somebody else had done it already
                    self.refused += 1
                    continue
                self.done[answer["activity"]["id"]] = time.monotonic()
                number -= 1

    async def read(self, url: str, seen: Seen, until: int) -> None:
        """Poll the feed from the beginning until so many changes were seen."""
        headers = {"Authorization": f"Bearer {self.owner.key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            while len(seen.changes) < until:
                body = {"query": PAGE, "variables": {"after": seen.cursor}}
                page = (await client.post("/graphql", json=body)).json()["data"]["changes"]
                seen.visits += 1
                for edge in page["edges"]:
                    seen.add(edge)
                if not page["pageInfo"]["hasNextPage"]:
                    await asyncio.sleep(0.2)

    async def follow(self, over: Over, url: str, seen: Seen, until: int, most: int) -> None:
        """Follow the feed until so many changes were seen, leaving after a few and coming back each time."""
        chance = random.Random(seen.name)  # noqa: S311
        while len(seen.changes) < until:
            stay = chance.randint(1, most)
            seen.visits += 1
            stream = over(url, self.owner.key, FOLLOW, after=seen.cursor)
            async with aclosing(stream) as events:  # type: ignore[type-var]
                async for event in events:
                    seen.add(event["data"]["statusChanged"])
                    stay -= 1
                    if not stay or len(seen.changes) == until:
                        break


async def gather(
    owner: Person, writing: str, following: str, ids: Sequence[int], start: str, *, writers: int, changes: int
) -> tuple[Crowd, list[Seen]]:
    """Let all of them at it; everybody reads from the cursor `start` on, until they have seen it all."""
    crowd, until = Crowd(owner), writers * changes
    everybody = [Seen("reader", cursor=start), Seen("socket", cursor=start), Seen("events", cursor=start)]
    reader, socket, events = everybody
    most = max(60, until // 40)
    await asyncio.gather(
        *(crowd.write(writing, ids, changes, seed) for seed in range(writers)),
        crowd.read(following, reader, until),
        crowd.follow(over_socket, following, socket, until, most),
        crowd.follow(over_events, following, events, until, most),
    )
    return crowd, everybody


def report(crowd: Crowd, everybody: Sequence[Seen], took: float) -> str:
    """Say in a few lines how it went."""
    wrote = max(crowd.done.values()) - min(crowd.done.values())
    rate = len(crowd.done) / wrote
    lines = [
        f"{len(crowd.done):,} changes in {wrote:.1f} s ({rate:,.0f}/s), {crowd.refused} refused; {took:.1f} s"
    ]
    for seen in everybody:
        waits = sorted(seen.times[each] - done for each, done in crowd.done.items())
        half, most = (max(0.0, waits[int(len(waits) * part)]) * 1000 for part in (0.5, 0.99))
        lines.append(
            f"{seen.name}: {len(seen.changes):,} seen, {len({c[0] for c in seen.changes}):,} different,"
            f" {seen.visits:,} visits; seen {half:.0f} ms after the answer (median), {most:.0f} ms (99%)"
        )
    return "\n".join(lines)
