"""Whom a key stands for, what it may do, and what is said to those without one."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from models.engine import Database
from resolvers import accounts
from resolvers.keyring import REMEMBERED, Keyring
from server.credentials import Credentials
from server.errors import RefusedError
from tests.world import Home, made

if TYPE_CHECKING:
    from tests.world import World

BOTH_WAYS = True

VIEWER = "{ viewer { member { id } scopes team { id } } }"
PREFIX_OF_NOBODY = f"cs_999999999_{'a' * 8}"


async def key(home: Home, lifetime: timedelta) -> str:
    """Make a key of the owner's that ends."""
    database, member_id = home.owner.context.database, home.owner.member_id
    given = await accounts.create_key(database, home.team_id, member_id=member_id, lifetime=lifetime)
    secret: str = made(given).key
    return secret


async def change_key(world: World, home: Home, secret: str, what: str) -> None:
    """Change the row of a key, and let a moment pass: until then the server may go by what it knew."""
    async with world.database.write(home.team_id) as session:
        statement = text(f"update api_key set {what} where prefix = :prefix")
        await session.execute(statement, {"prefix": secret.rpartition("_")[0]})
    await asyncio.sleep(REMEMBERED + 0.1)


async def row_of(world: World, home: Home, secret: str) -> dict[str, Any]:
    """Read the row of a key."""
    async with world.database.read(home.team_id) as session:
        found = await session.execute(
            text("select * from api_key where prefix = :prefix"), {"prefix": secret.rpartition("_")[0]}
        )
        return dict(found.mappings().one())


async def assert_refused(world: World, header: str | None) -> str:
    """Assert that an Authorization header is answered with a 401, and return its message."""
    headers = {} if header is None else {"Authorization": header}
    response = await world.client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer ")
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    message: str = error["message"]
    return message


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic dXNlcjpwYXNz", "cs_1_abc"])
async def test_without_a_key_one_is_told_how_to_send_it(world: World, header: str | None) -> None:
    assert "Authorization: Bearer <key>" in await assert_refused(world, header)


@pytest.mark.parametrize(
    "secret",
    [
        "x",
        "cs_1_short",
        f"{PREFIX_OF_NOBODY}_{'b' * 32}",
        f"cs_0_{'a' * 8}_{'b' * 32}",
        f"cs_{'9' * 18}_{'a' * 8}_{'b' * 32}",
        f"cs_{'9' * 400}_{'a' * 8}_{'b' * 32}",
        f"cs_\u0661_{'a' * 8}_{'b' * 32}",
        "k" * 6_000,
        "' or 1=1 --",
        "a\tb c",
    ],
    ids=lambda value: ascii(value)[:30],
)
async def test_a_malformed_or_unknown_key_is_refused(world: World, secret: str) -> None:
    header = {b"Authorization": f"Bearer {secret}".encode()}
    response = await world.client.post("/graphql", json={"query": "{ __typename }"}, headers=header)
    assert response.status_code == 401, response.text
    assert "unknown, expired or revoked" in response.json()["errors"][0]["message"]


async def test_the_prefix_alone_or_with_another_secret_is_refused(world: World) -> None:
    home = await world.team()
    prefix, _, secret = home.owner.key.rpartition("_")
    for wrong in (prefix, f"{prefix}_{'x' * 32}", f"{prefix}_{secret[:-1]}", f"{prefix}_{secret}x"):
        await assert_refused(world, f"Bearer {wrong}")
    other = await world.team()  # the secret of one key does not open another
    await assert_refused(world, f"Bearer {prefix}_{other.owner.key.rpartition('_')[2]}")
    moved = home.owner.key.replace(f"cs_{home.team_id}_", f"cs_{other.team_id}_")
    await assert_refused(world, f"Bearer {moved}")


async def test_a_key_is_looked_up_once_in_a_moment_and_guesses_are_not_remembered(world: World) -> None:
    home, keyring = await world.team(), Keyring(world.database)
    assert await keyring.context(home.owner.key, home.owner.key)  # its use is noted
    with world.database.count() as statements:
        contexts = [await keyring.context(home.owner.key, home.owner.key) for _ in range(10)]
        assert await keyring.context("guess", f"{home.owner.key[:-1]}!") is None
    assert len(statements) <= 1
    assert [each and each.caller for each in contexts] == [home.owner.context.caller] * 10
    assert len(keyring.known) == 1
    for wrong in range(20):
        guess = f"cs_{home.team_id}_{'a' * 8}_{wrong:032}"
        assert await keyring.context(guess, guess) is None
    assert len(keyring.known) == 1


async def test_a_key_that_ends_within_the_moment_is_not_remembered_longer(world: World) -> None:
    home, keyring = await world.team(), Keyring(world.database)
    ending = await key(home, timedelta(seconds=0.5))
    assert await keyring.context(ending, ending)
    await asyncio.sleep(0.6)
    assert await keyring.context(ending, ending) is None


async def test_an_expired_key_is_refused_from_that_moment(world: World) -> None:
    home = await world.team()
    expired = await key(home, timedelta(seconds=-1))
    assert "expired" in await assert_refused(world, f"Bearer {expired}")
    running = await key(home, timedelta(hours=1))
    assert (await world.post(VIEWER, key=running)).status_code == 200
    await change_key(world, home, running, "expires_at = now() - interval '1 millisecond'")
    await assert_refused(world, f"Bearer {running}")


async def test_a_revoked_key_is_refused_within_a_moment(world: World) -> None:
    home = await world.team()
    assert (await world.post(VIEWER, key=home.owner.key)).status_code == 200
    await change_key(world, home, home.owner.key, "revoked_at = now()")
    assert "revoked" in await assert_refused(world, f"Bearer {home.owner.key}")


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer   {}"])
async def test_the_scheme_is_read_whatever_its_case(world: World, header: str) -> None:
    home = await world.team()
    headers = {"Authorization": header.format(home.owner.key)}
    response = await world.client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_the_last_use_is_noted_at_most_once_a_minute(world: World) -> None:
    home = await world.team()
    assert (await row_of(world, home, home.owner.key))["last_used_at"] is None
    before = datetime.now(UTC)
    await world.ask(home.owner, "{ __typename }")
    first = (await row_of(world, home, home.owner.key))["last_used_at"]
    assert before <= first <= datetime.now(UTC)
    await world.ask(home.owner, "{ __typename }")
    assert (await row_of(world, home, home.owner.key))["last_used_at"] == first
    await change_key(world, home, home.owner.key, "last_used_at = now() - interval '61 seconds'")
    await world.ask(home.owner, "{ __typename }")
    assert (await row_of(world, home, home.owner.key))["last_used_at"] > first
    await assert_refused(world, f"Bearer {home.mate.key[:-1]}!")
    assert (await row_of(world, home, home.mate.key))["last_used_at"] is None


async def test_only_a_hash_of_the_key_is_stored(world: World) -> None:
    home = await world.team()
    row = await row_of(world, home, home.owner.key)
    assert row["hash"] == hashlib.sha256(home.owner.key.encode()).digest()
    secret = home.owner.key.rpartition("_")[2]
    assert secret not in str(row)


async def test_who_meets_no_database_is_told_to_try_again_and_the_log_says_why(
    caplog: pytest.LogCaptureFixture,
) -> None:
    credentials = Credentials(Database("postgresql://nobody@127.0.0.1:1/nothing"))
    given = f"Bearer {PREFIX_OF_NOBODY}_{'a' * 32}".encode()
    scope = {"type": "http", "headers": [(b"authorization", given)], "path": "/", "query_string": b""}
    with pytest.raises(RefusedError) as refused, caplog.at_level("WARNING"):
        await credentials.of(scope)  # type: ignore[misc]
    assert (refused.value.status, refused.value.code) == (503, "UNAVAILABLE")
    assert "PostgreSQL cannot be reached at 127.0.0.1:1/nothing" in caplog.text
    assert given.decode() not in caplog.text
