"""Teams, members and keys: what is made, what is refused, and whom a key stands for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from models.engine import Database
from models.tables import Scope, Visibility
from resolvers import accounts
from resolvers.accounts import MEMBER_SCOPES, SYSTEM_SCOPES, authenticate, create_key
from resolvers.context import Caller
from tests.resolvers.making import codes
from tests.world import Home, World, made


async def change(world: World, home: Home, what: str) -> None:
    async with world.database.write(home.team_id) as session:
        await session.execute(text(f"update api_key set {what}"))


async def test_a_members_key_stands_for_the_member_and_the_teams_for_the_system(world: World) -> None:
    home = await world.team(team_edition=True, visibility=Visibility.PRIVATE)
    for person, scopes in (
        (home.owner, MEMBER_SCOPES),
        (home.mate, MEMBER_SCOPES),
        (home.system, SYSTEM_SCOPES),
    ):
        caller = await authenticate(world.database, person.key)
        assert caller == Caller(home.team_id, True, Visibility.PRIVATE, person.member_id, scopes)


async def test_a_key_may_have_fewer_scopes_but_not_others(world: World) -> None:
    home = await world.team()
    member_id = home.owner.member_id
    key = made(await create_key(world.database, home.team_id, member_id=member_id, scopes=[Scope.READ])).key
    caller = await authenticate(world.database, key)
    assert caller is not None
    assert caller.scopes == {Scope.READ}
    refused = await create_key(world.database, home.team_id, member_id=member_id, scopes=[Scope.EVENTS])
    assert codes(refused) == ["INVALID_INPUT"]
    assert codes(await create_key(world.database, home.team_id, scopes=[Scope.WRITE])) == ["INVALID_INPUT"]


async def test_a_key_is_for_a_member_of_its_own_team(world: World) -> None:
    home, other = await world.team(), await world.team()
    refused = await create_key(world.database, home.team_id, member_id=other.owner.member_id)
    assert codes(refused) == ["MEMBER_NOT_FOUND"]
    assert codes(await create_key(world.database, 0)) == ["INVALID_INPUT"]


async def test_only_the_hash_of_a_key_is_stored(world: World) -> None:
    home = await world.team()
    async with world.database.read(home.team_id) as session:
        rows = (await session.execute(text("select to_jsonb(api_key)::text from api_key"))).scalars().all()
    for person in (home.owner, home.mate, home.system):
        prefix, _, secret = person.key.rpartition("_")
        assert any(prefix in row for row in rows)
        assert not any(secret in row for row in rows)


async def test_a_key_that_differs_in_one_place_is_unknown(world: World) -> None:
    home, other = await world.team(), await world.team()
    key = home.owner.key
    for place in (len(key) - 1, len(key) - 32, len(f"cs_{home.team_id}_")):
        changed = key[:place] + ("a" if key[place] != "a" else "b") + key[place + 1 :]
        assert await authenticate(world.database, changed) is None
    anothers = key.replace(f"cs_{home.team_id}_", f"cs_{other.team_id}_")
    assert await authenticate(world.database, anothers) is None
    assert await authenticate(world.database, other.owner.key.rpartition("_")[0] + key[-33:]) is None


MALFORMED = (
    "",
    "cs_",
    "{}x",
    "x{}",
    " {}",
    "{}\n",
    "Bearer {}",
    "cs_1_",
    "cs_999999999999999999999_aaaaaaaa_" + "a" * 32,
)


@pytest.mark.parametrize(
    "form", [*MALFORMED, "cs_0_aaaaaaaa_" + "a" * 32, "cs_٣_aaaaaaaa_" + "a" * 32, "\x00", "\ud800"]
)
async def test_what_is_no_key_is_nobodys(world: World, form: str) -> None:
    home = await world.team()
    assert await authenticate(world.database, form.format(home.owner.key)) is None


async def test_a_key_with_its_team_written_otherwise_is_unknown(world: World) -> None:
    home = await world.team()
    start = f"cs_{home.team_id}_"
    for other in (
        f"cs_0{home.team_id}_",
        "cs_" + "".join(chr(0x0660 + int(d)) for d in str(home.team_id)) + "_",
    ):
        assert await authenticate(world.database, home.owner.key.replace(start, other)) is None


async def test_an_expired_or_revoked_key_is_nobodys(world: World) -> None:
    home = await world.team()
    made_now = made(await create_key(world.database, home.team_id, lifetime=timedelta(hours=1)))
    assert made_now.row.expires_at > datetime.now(UTC) + timedelta(minutes=59)
    assert await authenticate(world.database, made_now.key) is not None
    await change(world, home, "expires_at = now() - interval '1 second'")
    assert await authenticate(world.database, made_now.key) is None
    await change(world, home, "expires_at = null, revoked_at = now()")
    assert await authenticate(world.database, made_now.key) is None
    await change(world, home, "revoked_at = null")
    assert await authenticate(world.database, made_now.key) is not None
    gone = made(await create_key(world.database, home.team_id, lifetime=timedelta(seconds=-1)))
    assert await authenticate(world.database, gone.key) is None


async def test_the_last_use_is_known_to_the_minute_and_costs_one_write_in_it(world: World) -> None:
    home = await world.team()
    counts = []
    for _ in range(3):
        with world.database.count() as statements:
            await authenticate(world.database, home.owner.key)
        counts.append(len(statements))
    await change(world, home, "last_used_at = now() - interval '2 minutes'")
    with world.database.count() as statements:
        await authenticate(world.database, home.owner.key)
    assert [*counts, len(statements)] == [2, 1, 1, 2]
    async with world.database.read(home.team_id) as session:
        used = text("select last_used_at > now() - interval '1 minute' from api_key where prefix = :prefix")
        prefix = home.owner.key.rpartition("_")[0]
        assert (await session.execute(used, {"prefix": prefix})).scalar_one() is True


async def test_an_address_is_used_once_in_a_team(world: World) -> None:
    home, other = await world.team(), await world.team()
    email = f"OLGA@team{home.team_id}.example"
    assert codes(await accounts.create_member(world.database, home.team_id, email=email, name="O")) == [
        "INVALID_INPUT"
    ]
    assert made(await accounts.create_member(world.database, other.team_id, email=email, name="O")).id


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "\x00"])
async def test_what_cannot_be_is_refused(world: World, name: str) -> None:
    home = await world.team()
    assert set(codes(await accounts.create_team(world.database, name))) == {"INVALID_INPUT"}
    refused = await accounts.create_member(world.database, home.team_id, email="no", name=name)
    assert set(codes(refused)) == {"INVALID_INPUT"}
    nowhere = await accounts.create_member(world.database, 0, email="a@x.example", name="A")
    assert codes(nowhere) == ["INVALID_INPUT"]


async def last_use(world: World, home: Home) -> datetime | None:
    async with world.database.read(home.team_id) as session:
        used: datetime | None = (
            await session.execute(text("select max(last_used_at) from api_key"))
        ).scalar()
        return used


async def test_a_key_that_another_has_locked_keeps_nobody_waiting(world: World) -> None:
    home = await world.team()
    async with world.database.write(home.team_id) as session:
        await session.execute(text("select from api_key for update"))
        assert await asyncio.wait_for(authenticate(world.database, home.owner.key), 2) is not None
    assert await last_use(world, home) is None
    assert await authenticate(world.database, home.owner.key) is not None
    assert await last_use(world, home) is not None


async def test_a_key_whose_last_use_cannot_be_noted_is_as_good(world: World, scarce_url: str) -> None:
    home = await world.team()
    scarce = Database(scarce_url, pool_size=1)
    other = await scarce.connect()  # one more is for reading, none for writing
    assert await authenticate(scarce, home.owner.key) is not None
    assert await last_use(world, home) is None
    await other.close()
    await scarce.close()
