"""How a body is gathered from the pieces it comes in."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request

from server import body
from server.errors import RefusedError
from server.promptly import Bound


def request(*pieces: bytes, gone: bool = False) -> Request:
    """Return a POST whose body comes in these pieces; when they are over, its client may be gone."""
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": each, "more_body": gone or place < len(pieces) - 1}
        for place, each in enumerate(pieces)
    ]
    messages += [{"type": "http.disconnect"}] * gone
    coming = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(coming)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


@pytest.mark.parametrize("pieces", [[b""], [b"all"], [b"in", b"", b" three", b" pieces"], [b"", b"late"]])
async def test_pieces_come_to_what_was_sent(pieces: list[bytes]) -> None:
    found = await body.read(request(*pieces), 100, Bound(5))
    assert found == b"".join(pieces)
    assert type(found) is bytes


async def test_a_body_that_grows_too_long_is_refused_and_one_that_breaks_off_is_none() -> None:
    with pytest.raises(RefusedError) as refused:
        await body.read(request(b"12345", b"6"), 5, Bound(5))
    assert refused.value.status == 413
    with pytest.raises(ClientDisconnect):
        await body.read(request(b"12345", gone=True), 5, Bound(5))


async def test_what_is_there_is_not_copied_for_each_piece() -> None:
    many = request(*[b"x" * 1_000] * 2_000)
    copied = 0
    tracemalloc.start()
    try:
        coming = many.receive

        async def receive() -> Any:
            nonlocal copied
            held, most = tracemalloc.get_traced_memory()
            copied += most - held > 500_000
            tracemalloc.reset_peak()
            return await coming()

        found = await body.read(Request(many.scope, receive), 2_000_000, Bound(5))
    finally:
        tracemalloc.stop()
    assert len(found) == 2_000_000
    assert copied < 100  # it grows by an eighth at a time
