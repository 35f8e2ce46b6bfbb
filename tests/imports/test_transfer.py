"""`POST /import` and `GET /export`: streams, by a member's key with the right scope."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from models.tables import Scope
from resolvers import accounts
from rules.statuses import Status
from tests.imports.importing import contacts_of
from tests.resolvers.making import a_sequence
from tests.world import Home, World, made

CSV = {"content-type": "text/csv"}


def key(value: str) -> dict[str, str]:
    return {"authorization": f"Bearer {value}"}


async def sent(world: World, home: Home, text: str, **query: str) -> list[dict[str, Any]]:
    answer = await world.client.post("/import", content=text, headers=key(home.owner.key) | CSV, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_a_file_comes_in_and_goes_out(world: World) -> None:
    home = await world.team()
    await a_sequence(home.owner.context, "Hi")
    text = "Email Address,status\nada@example.com,Paused\nbob@example.com,Unsubscribed\n"
    told = await sent(world, home, text, sequence="Launch", name="list.csv")
    assert {each["type"] for each in told} == {"progress", "mapped", "summary"}
    assert told[-1] | {"key": ""} == {
        "type": "summary", "key": "", "outcome": "stored", "rows": 2, "bad": 0, "created": 2, "merged": 0,
        "optedOut": 0, "wentOnAfter": 0,
    }  # fmt: skip
    assert (await contacts_of(home))["bob@example.com"].statuses == {Status.OPTED_OUT}
    out = await world.client.get("/export", headers=key(home.mate.key))
    assert out.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[0] for line in out.text.splitlines()] == [
        "email",
        "ada@example.com",
        "bob@example.com",
    ]
    lines = (
        await world.client.get("/export", headers=key(home.mate.key) | {"accept": "application/x-ndjson"})
    ).text
    assert [json.loads(line)["statuses"] for line in lines.splitlines()] == [["Paused"], ["Opted out"]]


async def test_bad_rows_are_told_and_nothing_is_stored(world: World) -> None:
    home = await world.team()
    told = await sent(world, home, "email,status\nada@example.com,\nx,Snoozed\n")
    assert [(e["line"], e["column"]) for e in told if e["type"] == "bad"] == [(3, "email"), (3, "status")]
    assert told[-1]["outcome"] == "refused"
    assert not await contacts_of(home)
    told = await sent(world, home, "email\nada@example.com\n", dryRun="true")
    assert told[-1]["outcome"] == "checked"
    assert not await contacts_of(home)
    told = await sent(world, home, "name\nAda\n")
    assert told[-1]["code"] == "REFUSED"


async def test_a_teammates_sequence_takes_no_rows(world: World) -> None:
    home = await world.team()
    await a_sequence(home.mate.context, "Hi", name="His")
    told = await sent(world, home, "email,sequence\nada@example.com,His\n")
    assert "only the owner" in next(each["reason"] for each in told if each["type"] == "bad")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/import", {}, 401),
        ("/import", {"authorization": "SYSTEM", **CSV}, 403),
        ("/import", {"authorization": "OWNER", "content-type": "image/png"}, 415),
        ("/import?dryrun=1", {"authorization": "OWNER", **CSV}, 400),
        ("/import?dryRun=maybe", {"authorization": "OWNER", **CSV}, 400),
        ("/export", {}, 401),
        ("/export", {"authorization": "READER", "accept": "image/png"}, 406),
        ("/export?sequence=x", {"authorization": "OWNER"}, 400),
        ("/import", {"authorization": "READER", **CSV}, 403),
    ],
)
async def test_who_may_not_and_what_is_not_understood(
    world: World, path: str, headers: dict[str, str], status: int
) -> None:
    home = await world.team()
    reader = made(
        await accounts.create_key(
            world.database, home.team_id, member_id=home.owner.member_id, scopes=[Scope.READ]
        )
    )
    keys = {"OWNER": home.owner.key, "SYSTEM": home.system.key, "READER": reader.key}
    if name := headers.get("authorization"):
        headers = headers | key(keys[name])
    method = "POST" if path.startswith("/import") else "GET"
    answer: httpx.Response = await world.client.request(method, path, headers=headers)
    assert (answer.status_code, "error" in answer.json()) == (status, True), answer.text
