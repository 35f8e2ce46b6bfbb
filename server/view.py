"""GraphQL over HTTP and websockets as one ASGI app: https://graphql.github.io/graphql-over-http/draft/.

`strawberry.asgi.GraphQL` brings the websocket protocol and the streaming of events; reading a request and
writing its answer are ours, as most of what the draft leaves open is decided there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from inspect import iscoroutine
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLRequestData
from strawberry.schema import BaseSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UnsetType

from execution import Executor, Outcome
from server import answer, body
from server.answer import Written
from server.endings import Ending, Wait, until
from server.errors import RefusedError, log_bug
from server.exchange import entered
from server.guards import Timeouts, deadline, stopped
from server.limits import Limits
from server.negotiation import Media, choose, header, wants_page
from server.promptly import Bound, Late
from server.streams import PROTOCOLS, Events, Socket

_log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 50
"""Operations that run at once on one websocket."""

_METHODS: Final = {
    "POST": (OperationType.QUERY, OperationType.MUTATION),
    "GET": (OperationType.QUERY,),
}


class View(GraphQL[Any, None]):
    """The endpoint.

    `get_context` is called with the scope of a request or websocket, once, and may be a coroutine function;
    it may raise `RefusedError`. `page` answers a browser that opens the address. `on_connect` is called with
    a websocket's context once its `connection_params` are set: what it returns is sent with the
    acknowledgement, and `strawberry.exceptions.ConnectionRejectionError` refuses. Websockets are accepted
    from pages of our own host, from those of `allowed_origins`, and from what is no browser. What is posted
    is executed by the `executor`, if there is one; with `tells_execution` the header `X-Execution` says how.
    `ending` is called with a stream's context, and returns when and why the stream has to end.
    """

    stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: Events}  # noqa: RUF012 -- as in Strawberry
    graphql_transport_ws_handler_class = Socket

    def __init__(
        self,
        schema: BaseSchema,
        *,
        get_context: Callable[[Scope], Any],
        page: Callable[[Request], Response],
        limits: Limits | None = None,
        timeouts: Timeouts | None = None,
        allowed_origins: tuple[str, ...] = (),
        on_connect: Callable[[Any], Awaitable[dict[str, object] | None]] | None = None,
        executor: Executor | None = None,
        tells_execution: bool = False,
        ending: Wait | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self.timeouts = timeouts or Timeouts()
        self._arriving = Bound(self.timeouts.body)
        self._executing = Bound(self.timeouts.execution)
        self._sending = Bound(self.timeouts.send + self.timeouts.farewell)
        self.ending = ending or _never
        self._get_context = get_context
        self._page = page
        self._on_connect = on_connect
        self._executor = executor
        self._tells_execution = tells_execution
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=PROTOCOLS,
            connection_init_wait_timeout=timedelta(seconds=self.timeouts.connection_init),
            max_subscriptions_per_connection=MOST_AT_ONCE,
            multipart_uploads_enabled=False,
            allowed_origins=allowed_origins,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or serve one websocket until it closes."""
        exchange = entered(scope)
        if scope["type"] == "websocket":
            await self._serve(WebSocket(scope, receive, send))
            return
        media = choose(header(scope, b"accept"))
        try:
            response = await self._answer(scope, receive, media)
        except RefusedError as refused:
            response = answer.with_refusal(refused, media)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 -- the last resort: even a bug of the view is answered in JSON
            log_bug(error)
            response = answer.with_bug(media)
        if isinstance(response, Written) and response.given(scope, exchange):
            return
        try:
            if isinstance(response, StreamingResponse):
                await response(scope, receive, self._in_time(send))
            else:
                await self._sending.within(response(scope, receive, send))
        except (TimeoutError, Late):
            _log.info("Who follows a stream of events does not read it: it was dropped")

    def _in_time(self, send: Send) -> Send:
        """Give up an answer of which nothing is taken, not even that it took too long."""

        async def sent(message: Any) -> None:
            await self._sending.within(send(message))

        return sent

    async def _answer(self, scope: Scope, receive: Receive, media: Media | None) -> Written | Response:
        method = scope["method"]
        asked = body.arrived(scope, self._limits.body) if method == "POST" else None
        if asked is None:
            request = Request(scope, receive)
            if method == "GET" and _is_for_a_page(request):
                return self._page(request)
            asked = await self._asked(request, method)
        if media is None:
            raise RefusedError(406, "NOT_ACCEPTABLE", f"We answer in {', '.join(Media)}.")
        if media is Media.EVENTS:
            return await self._stream(Request(scope, receive), asked)
        try:
            with self._executing.limit():
                context = self._get_context(scope)
                if iscoroutine(context):
                    context = await context
                result, outcome = await self._execute(asked, context, method)
        except Late:
            raise stopped(self.timeouts.execution) from None
        except (CannotGetOperationTypeError, InvalidOperationTypeError) as error:
            raise body.not_here(error) from None
        written = answer.with_result(result, media)
        if self._tells_execution and outcome:
            written.headers = [*written.headers, (b"x-execution", outcome.encode())]
        return written

    async def _asked(self, request: Request, method: str) -> GraphQLRequestData:
        if method == "POST":
            return await body.from_post(request, self._limits.body, self._arriving)
        if method == "GET":
            return body.from_get(request)
        allowed = {"Allow": "GET, POST"}
        raise RefusedError(405, "METHOD_NOT_ALLOWED", "Send a POST, or a query by GET.", allowed)

    def _execute(
        self, asked: GraphQLRequestData, context: Any, method: str
    ) -> Awaitable[tuple[ExecutionResult, Outcome | None]]:
        execute = self._executor.execute if self._executor and method == "POST" else self._reference
        return execute(
            asked.query or "",
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            operation_extensions=asked.extensions,
            allowed_operation_types=_METHODS[method],
        )

    async def _reference(self, query: str, **given: Any) -> tuple[ExecutionResult, Outcome | None]:
        return await self.schema.execute(query, **given), None

    async def _stream(self, request: Request, asked: GraphQLRequestData) -> Response:
        """Answer with events: those of a subscription, or the one result of anything else."""
        async with deadline(self.timeouts.execution):
            context = await self.get_context(request, None)
        results = await self.schema.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            operation_extensions=asked.extensions,
            allowed_operation_types={*_METHODS[request.scope["method"]], OperationType.SUBSCRIPTION},
        )
        head = await self.get_sub_response(request)
        bounded: Any = until(self.ending(context), results, self.timeouts.send)
        return await self._create_streaming_response(request, bounded, "sse", head)

    async def _serve(self, socket: WebSocket) -> None:
        try:
            await self.run(socket)
        except RefusedError as refused:
            await _close(socket, 4401 if refused.status == 401 else 4403, refused.message)
        except Exception as error:  # noqa: BLE001 -- the last resort, as above
            log_bug(error)
            await _close(socket, 1011, "Something went wrong on our side")

    async def get_context(self, request: Any, response: Any) -> Any:
        """Ask the application's `get_context`; Strawberry calls this for websockets."""
        del response
        context = self._get_context(request.scope)
        return await context if iscoroutine(context) else context

    async def on_ws_connect(self, context: Any) -> UnsetType | dict[str, object] | None:
        """Ask the application's `on_connect`."""
        return await (self._on_connect or super().on_ws_connect)(context)

    def decode_json(self, data: str | bytes) -> object:
        """Read a websocket's message."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """Write an event or a websocket's message: as text, as bytes would be sent as a binary message."""
        return orjson.dumps(data).decode()


def _is_for_a_page(request: Request) -> bool:
    return "query" not in request.query_params and wants_page(header(request.scope, b"accept"))


async def _never(_context: Any) -> Ending:
    never: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    return await never


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    if socket.application_state is not WebSocketState.DISCONNECTED:
        await socket.close(code, reason[:120])  # a close frame holds 123 bytes (RFC 6455, 5.5)
