"""Contacts in and out over HTTP, as streams: `POST /import` and `GET /export`, by a member's key."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models.engine import DatabaseProblem
from models.tables import Scope
from resolvers.exports import TooManyVariables, export
from resolvers.imports import run as runs
from resolvers.imports.files import Format
from resolvers.imports.messages import Asked, Message, Refused
from schema.ids import number_of, to_id
from server.errors import MASKED, UNAVAILABLE, RefusedError, log_bug
from server.exchange import entered, request_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import Receive, Send
    from starlette.types import Scope as Scope_

    from resolvers.context import Context
    from server.credentials import Credentials

LARGEST: Final = 1_000_000_000
"""Bytes of a file that is imported; it lies on disk meanwhile, not in memory."""
SLOWEST: Final = 60.0
"""Seconds without a byte until an upload is given up, or a download."""
AT_ONCE: Final = 2
"""Imports that a process does at once; the next one is told to come later."""
_FLAGS: Final = {"": True, "true": True, "1": True, "false": False, "0": False}


class Transfer:
    """The two endpoints."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._running = 0

    @property
    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/import", self._import, methods=["POST"]),
            Route("/export", self._export, methods=["GET"]),
        ]

    async def _import(self, request: Request) -> Response:
        entered(request.scope)
        try:
            context = await self._context(request, Scope.WRITE)
            asked = _asked(request, context)
            self._take_turn()
            try:
                file = await _received(request)
            except BaseException:
                self._give_turn_back()
                raise
        except RefusedError as refused:
            return _refusal(refused)
        except ClientDisconnect:
            return _refusal(RefusedError(400, "BAD_REQUEST", "The file broke off: nothing was done."))
        return _Turn(_told(context, file, asked), self._give_turn_back)

    def _take_turn(self) -> None:
        if self._running >= AT_ONCE:
            message = "Other files are imported right now: try later."
            raise RefusedError(503, "BUSY", message, {"retry-after": "30"})
        self._running += 1

    def _give_turn_back(self) -> None:
        self._running -= 1

    async def _export(self, request: Request) -> Response:
        entered(request.scope)
        try:
            context = await self._context(request, Scope.READ)
            sequence_id = _sequence(request.query_params.get("sequence"))
            form = _form(request.headers.get("accept", ""), "Accept", else_=Format.CSV)
            pieces = export(context, form, sequence_id=sequence_id)
            first = await anext(pieces, b"")  # what can be refused is refused now
        except TooManyVariables as problem:
            return _refusal(RefusedError(406, "TOO_MANY_VARIABLES", str(problem)))
        except RefusedError as refused:
            return _refusal(refused)
        except (DatabaseProblem, OSError):
            return _refusal(RefusedError(503, "UNAVAILABLE", UNAVAILABLE, {"retry-after": "5"}))
        name = f"contacts.{form.name.lower()}"
        headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_after(first, pieces), media_type=form.value, headers=headers)

    async def _context(self, request: Request, scope: Scope) -> Context:
        """Return the context of a member's key with this scope; raises `RefusedError` 401 or 403."""
        context = await self._credentials.context(request)
        if scope not in context.caller.scopes or context.caller.member_id is None:
            message = f"This takes a member's key with the scope {scope.name.lower()}."
            raise RefusedError(403, "FORBIDDEN", message)
        return context


async def _told(context: Context, file: Any, asked: Asked) -> AsyncGenerator[bytes]:
    """Yield what an import tells, a line of JSON each; the last one says how it ended."""
    messages = runs.run(context, file, asked, lambda number: to_id("Sequence", number))
    try:
        with file:
            async with aclosing(messages):
                async for message in messages:
                    yield _told_as(message)
    except Refused as refused:
        yield _error("REFUSED", str(refused))
    except (DatabaseProblem, OSError):
        yield _error("UNAVAILABLE", f"{UNAVAILABLE} Send the same file: it goes on where it stopped.")
    except Exception as error:  # noqa: BLE001 -- the answer has begun: a bug ends it with a line as well
        log_bug(error)
        yield _error("INTERNAL", MASKED, requestId=request_id())


class _Turn(StreamingResponse):
    """An answer that gives its turn back when it has ended, however it ends."""

    def __init__(self, told: AsyncGenerator[bytes], then: Callable[[], None]) -> None:
        super().__init__(told, media_type=Format.NDJSON.value, headers={"cache-control": "no-store"})
        self._told = told
        self._then = then

    async def __call__(self, scope: Scope_, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._told):
                await super().__call__(scope, receive, send)
        finally:
            self._then()


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _received(request: Request) -> Any:
    """Return the body, on disk.

    Raises `RefusedError`, 413 if too large, 408 if it stops coming; `ClientDisconnect` if it breaks off.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever imports it closes it
    try:
        stream, size = request.stream(), 0
        while True:
            async with asyncio.timeout(SLOWEST):
                piece = await anext(stream, None)
            if piece is None:
                return file
            size = _bounded(size + len(piece))
            await asyncio.to_thread(file.write, piece)
    except TimeoutError:
        file.close()
        message = f"Nothing came for {SLOWEST:g} seconds."
        raise RefusedError(408, "TIMEOUT", message) from None
    except BaseException:
        file.close()
        raise


def _bounded(size: int) -> int:
    if size > LARGEST:
        raise RefusedError(
            413, "BODY_TOO_LARGE", f"The file is larger than {LARGEST:,} bytes: send it in parts."
        )
    return size


def _asked(request: Request, context: Context) -> Asked:
    """Read what is asked for from the address and the headers; raises `RefusedError` 400 or 415."""
    given = request.query_params
    unknown = set(given) - {"sequence", "id", "skipBad", "dryRun", "name", "encoding"}
    if unknown:
        raise RefusedError(400, "BAD_INPUT", f"There is no parameter `{min(unknown)[:80]}`.")
    return Asked(
        name=given.get("name") or "a file",
        form=_form(request.headers.get("content-type", ""), "Content-Type"),
        encoding=given.get("encoding"),
        owner_id=context.caller.member_id,
        sequence=given.get("sequence"),
        key=given.get("id"),
        skip_bad=_flag(given.get("skipBad", "false"), "skipBad"),
        dry_run=_flag(given.get("dryRun", "false"), "dryRun"),
    )


def _sequence(named: str | None) -> int | None:
    sequence_id = number_of("Sequence", named)
    if named and sequence_id is None:
        raise RefusedError(400, "BAD_INPUT", "`sequence` is not the id of a sequence.")
    return sequence_id


def _flag(text: str, name: str) -> bool:
    if text not in _FLAGS:
        raise RefusedError(400, "BAD_INPUT", f"`{name}` is true or false.")
    return _FLAGS[text]


def _form(header: str, name: str, else_: Format | None = None) -> Format:
    kinds = [part.partition(";")[0].strip().lower() for part in header.split(",")]
    for kind in kinds:
        for form in Format:
            if kind in {form.value, form.value.replace("x-", "")}:
                return form
    if else_ is not None and ({"*/*", "text/*", ""} & set(kinds)):
        return else_
    status, code = (406, "NOT_ACCEPTABLE") if else_ else (415, "UNSUPPORTED_MEDIA_TYPE")
    raise RefusedError(status, code, f"{name} is {' or '.join(form.value for form in Format)}.")


def _told_as(message: Message) -> bytes:
    """Write a message as a line: its kind, and what it holds."""
    kind = {"BadRow": "bad"}.get(type(message).__name__, type(message).__name__.lower())
    words = {"taken_as": "takenAs", "opted_out": "optedOut", "went_on_after": "wentOnAfter"}
    held = {words.get(name, name): value for name, value in message._asdict().items()}
    return orjson.dumps({"type": kind, **held}) + b"\n"


def _error(code: str, message: str, **more: Any) -> bytes:
    return orjson.dumps({"type": "error", "error": message, "code": code, **more}) + b"\n"


def _refusal(refused: RefusedError) -> Response:
    content = orjson.dumps({"error": refused.message, "code": refused.code})
    headers = {"cache-control": "no-store", **refused.headers}
    return Response(content, refused.status, headers, "application/json")
