"""How a stream ends that its client did not end: the key has ended, the server restarts, or nobody reads.

A websocket is closed with a code, server-sent events end with an error event. The codes are those that
clients of graphql-transport-ws know: after 4401 they give up, after 4408 and 1012 they connect again.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLError
from strawberry.types.execution import PreExecutionError

from server.process import Drain


@dataclass(frozen=True)
class Ending:
    """Why a stream ends: the websocket's close code, the error's code, and what to do about it."""

    close: int
    code: str
    message: str

    def result(self) -> PreExecutionError:
        """Return the last event of a stream of events."""
        return PreExecutionError(
            data=None, errors=[GraphQLError(self.message, extensions={"code": self.code})]
        )


SLOW: Final = Ending(4408, "SLOW_CONSUMER", "You took no event for too long: resume after your last cursor.")
REVOKED: Final = Ending(
    4401, "UNAUTHENTICATED", "Your key has ended, or may do other things now: sign in anew."
)
RESTARTING: Final = Ending(
    1012, "RESTARTING", "This server restarts: connect again, resume after your cursor."
)

Wait = Callable[[Any], Awaitable[Ending]]
"""Called with a request's context; returns when the stream has to end."""


def watch(drain: Drain, valid: Callable[[Any], Awaitable[bool]], every: float) -> Wait:
    """Return what waits for the server to restart or, looking every so many seconds, for a key to end."""

    async def wait(context: Any) -> Ending:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await drain.wait()
            if drain.begun:
                return RESTARTING
            if not await valid(context):
                return REVOKED

    return wait


async def until(ending: Awaitable[Ending], results: AsyncGenerator[Any], slow: float) -> AsyncGenerator[Any]:
    """Yield results until they end, or the stream has to: then its ending as the last one.

    Whoever takes longer than `slow` seconds for one of them is not given another.
    """
    clock = asyncio.get_running_loop().time
    ended = asyncio.ensure_future(ending)
    async with aclosing(results):
        try:
            while True:
                following = asyncio.ensure_future(anext(results, None))
                try:
                    await asyncio.wait({following, ended}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not following.done():
                        following.cancel()
                        await asyncio.wait({following})
                if ended.done():
                    yield ended.result().result()
                    return
                result = following.result()
                if result is None:
                    return
                begun = clock()
                yield result
                if clock() - begun > slow:
                    yield SLOW.result()
                    return
        finally:
            ended.cancel()
