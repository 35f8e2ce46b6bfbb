"""Waiting for so long at most, with one timer for all."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from server.promptly import Bound, Late


async def hangs() -> None:
    await asyncio.Event().wait()


async def test_one_timer_does_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bound, loop, timers = Bound(50), asyncio.get_running_loop(), []
    call_at = loop.call_at
    monkeypatch.setattr(loop, "call_at", lambda *given: timers.append(call_at(*given)))

    async def done() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await asyncio.gather(*[bound.within(done()) for _ in range(20)]) == ["done"] * 20
    assert await bound.within(done()) == "done"
    assert len(timers) == 1


async def test_what_waits_goes_on_in_its_own_task() -> None:
    async def waits() -> list[object]:
        seen: list[object] = [asyncio.current_task()]
        async with asyncio.timeout(5):  # a timer of its own belongs to the task it was set in
            await asyncio.sleep(0)
            seen.append(asyncio.current_task())
        await asyncio.sleep(0.001)
        return seen

    assert await Bound(5).within(waits()) == [asyncio.current_task()] * 2


async def test_what_takes_too_long_is_cancelled_and_only_that() -> None:
    bound, told = Bound(0.05), []

    async def tells() -> None:
        try:
            await hangs()
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    async def late() -> str:
        with pytest.raises(Late):
            await bound.within(tells())
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        return "late"

    async def later() -> str:
        await asyncio.sleep(0.02)
        return await late()

    quick = bound.within(asyncio.sleep(0.01, "quick"))
    assert list(await asyncio.gather(late(), quick, later())) == ["late", "quick", "late"]
    assert told == ["cancelled", "cancelled"]
    assert await bound.within(asyncio.sleep(0.01, "again")) == "again"


async def test_a_bound_goes_on_in_another_loop() -> None:
    bound = Bound(0.02)
    assert await bound.within(asyncio.sleep(0, "here")) == "here"

    async def there() -> None:
        with pytest.raises(Late):
            await bound.within(hangs())

    await asyncio.to_thread(asyncio.run, there())


async def test_a_timeout_within_is_not_ours() -> None:
    async def times_out() -> None:
        await asyncio.sleep(0)
        raise TimeoutError("somebody else's")

    with pytest.raises(TimeoutError, match="somebody else's"):
        await Bound(5).within(times_out())


async def test_cancelling_from_outside_passes_through() -> None:
    task = asyncio.create_task(Bound(5).within(hangs()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_ignores_being_cancelled_is_not_interrupted_again() -> None:
    async def stubborn() -> str:
        with suppress(asyncio.CancelledError):
            await hangs()
        return "done all the same"

    assert await Bound(0.01).within(stubborn()) == "done all the same"
    await asyncio.sleep(0)
