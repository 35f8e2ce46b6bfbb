"""Two transactions that wait for each other: one goes on, the other is told to try again."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from models.engine import Database, DatabaseUnavailable

LOCK = text("select pg_advisory_xact_lock(:number)")


async def test_of_two_in_each_others_way_one_is_told_to_try_again(database: Database) -> None:
    both_hold_one = asyncio.Barrier(2)

    async def hold(first: int, second: int) -> None:
        async with database.write(None) as session:
            await session.execute(LOCK, {"number": first})
            await both_hold_one.wait()
            await session.execute(LOCK, {"number": second})

    numbers = 0x6C6F636B31, 0x6C6F636B32
    ends = await asyncio.gather(hold(*numbers), hold(*numbers[::-1]), return_exceptions=True)
    [refused] = [end for end in ends if end is not None]
    assert isinstance(refused, DatabaseUnavailable)
    assert str(refused) == "Two transactions waited for each other, and this one gave way: try again."
