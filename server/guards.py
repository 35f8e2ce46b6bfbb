"""A Strawberry schema with the guards on: limits to queries, masked errors, a deadline on streams as well."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.schema import StreamResult
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError

from server.errors import RefusedError, process_errors
from server.exchange import request_id
from server.limits import Limits, limiters

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timeouts:
    """How long things may take, in seconds."""

    execution: float = 10
    """A query or a mutation, the look-up of its credentials included."""
    body: float = 10
    """Until the request's body has arrived."""
    connection_init: float = 10
    """Until a websocket has said who it is."""
    send: float = 15
    """Until who follows a stream has taken an event."""
    farewell: float = 15
    """Until who took none has been told so; then the connection goes without a word."""
    recheck: float = 30
    """Between two looks whether the key of who follows a stream still holds."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncGenerator[None]:
    """Stop what is done within it after so many seconds.

    Raises `RefusedError`, 503. A mutation's transaction was rolled back then, or had just been committed.
    """
    timer = asyncio.timeout(seconds)
    try:
        async with timer:
            yield
    except TimeoutError:
        if not timer.expired():  # it is somebody else's
            raise
        raise stopped(seconds) from None


def stopped(seconds: float) -> RefusedError:
    """Make the refusal of what took longer than so many seconds, and note it in the log."""
    _log.warning("A request was stopped", extra={"request_id": request_id(), "seconds": seconds})
    message = (
        f"This took longer than {seconds:g} seconds and was stopped. Ask for less at once; "
        "after a mutation, look whether it was done before you send it again."
    )
    return RefusedError(503, "TIMEOUT", message)


class Schema(strawberry.Schema):
    """Strawberry's schema with the limits as its first extensions and errors going through `server.errors`.

    Takes what Strawberry's takes, by keyword.
    """

    def __init__(
        self,
        query: type,
        *,
        limits: Limits | None = None,
        timeouts: Timeouts | None = None,
        extensions: Iterable[type[SchemaExtension] | Callable[[], SchemaExtension]] = (),
        **others: Any,
    ) -> None:
        super().__init__(query, extensions=[*limiters(limits or Limits()), *extensions], **others)
        self._deadline = (timeouts or Timeouts()).execution

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log bugs and mask them, in place: Strawberry sends the list it passes here."""
        process_errors(errors, execution_context)

    async def _stream_non_subscription(
        self, execution_context: ExecutionContext, extensions_runner: SchemaExtensionsRunner, *rest: Any
    ) -> StreamResult:
        # Strawberry's own place for "a query or mutation over a websocket or SSE": what runs outside of it
        # cannot know whether it is a subscription, which has no deadline. Only the answer is waited for under
        # the deadline: a timer still running at a `yield` would stop the consumer instead.
        results = super()._stream_non_subscription(execution_context, extensions_runner, *rest)
        async with aclosing(results):
            try:
                async with deadline(self._deadline):
                    first = await anext(results)
            except RefusedError as refused:
                error = GraphQLError(refused.message, extensions={"code": refused.code})
                late = PreExecutionError(data=None, errors=[error])
                yield await self._handle_execution_result(execution_context, late, extensions_runner)
                return
            yield first
            async for result in results:
                yield result
