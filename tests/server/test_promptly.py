"""Waiting for so long at most, without a timer where there is nothing to wait for."""

from __future__ import annotations

import asyncio

import pytest

from server.promptly import Late, within


async def test_what_is_done_at_once_sets_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_seconds: float) -> None:
        raise AssertionError("a timer was set")

    async def done() -> str:
        return "done"

    async def fails() -> None:
        raise ValueError("no")

    monkeypatch.setattr(asyncio, "timeout", none)
    assert await within(5, done()) == "done"
    with pytest.raises(ValueError, match="no"):
        await within(5, fails())


async def test_what_waits_goes_on_in_its_own_task() -> None:
    async def waits() -> list[object]:
        seen: list[object] = [asyncio.current_task()]
        async with asyncio.timeout(5):  # a timer of its own belongs to the task it was set in
            await asyncio.sleep(0)
            seen.append(asyncio.current_task())
        await asyncio.sleep(0.001)
        return seen

    assert await within(5, waits()) == [asyncio.current_task()] * 2


async def test_what_takes_too_long_is_cancelled() -> None:
    told = []

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    with pytest.raises(Late):
        await within(0.001, hangs())
    assert told == ["cancelled"]


async def test_a_timeout_within_is_not_ours() -> None:
    async def times_out() -> None:
        await asyncio.sleep(0)
        raise TimeoutError("somebody else's")

    with pytest.raises(TimeoutError, match="somebody else's"):
        await within(5, times_out())


async def test_an_exception_can_be_handled_and_waiting_go_on() -> None:
    async def recovers() -> str:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, ValueError("no"))
        try:
            await future
        except ValueError:
            await asyncio.sleep(0.001)
        return "recovered"

    assert await within(5, recovers()) == "recovered"


async def test_cancelling_from_outside_passes_through() -> None:
    async def hangs() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(within(5, hangs()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
