"""One log for everything, uvicorn's and the libraries' lines too: to stderr, as JSON or for people."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
import structlog

from server.exchange import CURRENT

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from structlog.typing import Processor

SECRETS: Final = frozenset({"authorization", "cookie", "password", "key", "token", "secret", "database_url"})
"""Names whose values never reach the log, whoever logs them."""


_requests = structlog.stdlib.get_logger("server.access")
_plain = logging.getLogger("server.access")
_as_json = False


def tells_requests() -> bool:
    """Say whether requests have lines in the log."""
    return _plain.isEnabledFor(logging.INFO)


def request(**line: Any) -> None:
    """Log one request: as every other line, but in 8 µs instead of 65, as there is one for each request."""
    if not _as_json:
        _requests.info("request", **line)
        return
    event = {
        **line,
        **_whose(),
        "event": "request",
        "logger": "server.access",
        "level": "info",
        "timestamp": datetime.now(UTC),
    }
    sys.stderr.write(orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z).decode() + "\n")


class _Stderr(logging.Handler):
    """Write to whatever stderr is now: whoever captures or redirects it later is heeded."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, in one piece."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - as in logging: a line that cannot be written fails no request
            self.handleError(record)


def _whose() -> dict[str, Any]:
    """Return the request in which something is said, and the prefix of the key it came with."""
    exchange = CURRENT.get()
    if exchange is None:
        return {}
    key = {"key_prefix": exchange.key_prefix} if exchange.key_prefix else {}
    return {"request_id": exchange.id, **key}


def configure(level: str = "info", style: Literal["auto", "json", "console"] = "auto") -> None:
    """Send every logger's lines through one handler."""
    global _as_json  # noqa: PLW0603 - the log is the process's
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        _add_whose,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _hide,
    ]
    _as_json = not console
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_json)]
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their "info" is what a person debugging them wants, not one who runs a server.
    for name in ("alembic", "asyncio", "httpcore", "httpx", "websockets"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # server.worker says it, and says it once


def _add_whose(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say whose request it was about, unless the line says it itself."""
    for name, value in _whose().items():
        event.setdefault(name, value)
    return event


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out what is secret by its name."""
    for name in event:
        if name.lower() in SECRETS:
            event[name] = "…"
    return event


def _json(event: object, **_options: object) -> str:
    """Write one event; what JSON has no words for is written as text."""
    return orjson.dumps(event, default=str).decode()
