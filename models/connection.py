"""One connection to PostgreSQL: what a URL means, and every way of failing to connect as one sentence."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLE: Final = "contact_status"
"""The role every request runs as: it owns nothing and row level security holds for it."""

CONNECT_TIMEOUT: Final = 5.0

TRY_AGAIN: Final = {
    "55P03": "Another transaction held a lock for too long: try again.",
    "40P01": "Two transactions waited for each other, and this one gave way: try again.",
    "57014": "A statement took too long, and nothing of it was done: try again.",
}
"""What went wrong and may well go right the next time, by the code PostgreSQL gives it."""

# libpq knows these, asyncpg would send them to the server as settings and be refused.
_LIBPQ_ONLY: Final = frozenset(
    {"channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count", "keepalives_idle"}
    | {"keepalives_interval", "sslcompression", "sslsni", "tcp_user_timeout"}
)


class DatabaseProblem(Exception):
    """Something about the database that a person has to put right; the message says what, in one sentence."""


class DatabaseUnavailable(DatabaseProblem):
    """PostgreSQL cannot be reached, refuses us, or has no connection to spare."""


class NoneToSpare(DatabaseUnavailable):
    """PostgreSQL has as many connections as it allows."""


class DatabaseTooOld(DatabaseProblem):
    """PostgreSQL answers, but its version is not supported."""


class NotMigrated(DatabaseProblem):
    """PostgreSQL answers, but the tables (or the role) of this version are not there yet."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is: the URL for the driver, and a name for people that holds no password."""

    dsn: str
    name: str

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a `postgresql://` or `postgres://` URL; a socket's folder goes into `?host=/folder`."""
        try:
            parsed = make_url(url.strip())
        except (ArgumentError, ValueError):
            parsed = None
        known = parsed is not None and parsed.drivername in {"postgres", "postgresql", "postgresql+asyncpg"}
        if parsed is None or not known or "@" in (parsed.host or ""):
            # The text is not repeated: it may hold a password.
            raise DatabaseProblem(
                "DATABASE_URL cannot be read: it looks like postgresql://user:password@host:5432/database, "
                "with special characters of the password percent-encoded."
            )
        query = {key: value for key, value in parsed.query.items() if key not in _LIBPQ_ONLY}
        clean = parsed.set(drivername="postgresql", query=query)
        return cls(clean.render_as_string(hide_password=False), _name(clean))


def _name(url: URL) -> str:
    """Host and database as a person would write them."""
    given = url.host or url.query.get("host") or url.query.get("service") or "the local socket"
    host = given if isinstance(given, str) else ",".join(given)
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}/{url.database}" if url.database else f"{host}{port}"


async def connect(address: Address, settings: Mapping[str, str]) -> asyncpg.Connection:
    """Open a connection with these server settings, or raise a `DatabaseProblem`."""
    where = address.name
    try:
        return await asyncpg.connect(address.dsn, timeout=CONNECT_TIMEOUT, server_settings=dict(settings))
    except OSError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL cannot be reached at {where} ({_why(error)}): start it, or correct DATABASE_URL."
        ) from error
    except asyncpg.TooManyConnectionsError as error:
        raise NoneToSpare(
            f"PostgreSQL has no connection to spare at {where} ({error}): "
            "raise its max_connections, or lower POOL_SIZE."
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise DatabaseUnavailable(
            f"The database of {where} does not exist: create it (createdb), or correct DATABASE_URL."
        ) from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL refuses the user or the password for {where}: correct DATABASE_URL."
        ) from error
    except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
        if ROLE not in str(error):
            raise DatabaseUnavailable(f"PostgreSQL refuses the connection to {where} ({error}).") from error
        raise NotMigrated(
            f"The role {ROLE} is missing for {where}, or this user may not take it: "
            "run `python -m server migrate`."
        ) from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        reason = str(error) if isinstance(error, asyncpg.PostgresError) else type(error).__name__
        raise DatabaseUnavailable(f"PostgreSQL refuses the connection to {where} ({reason}).") from error


def _why(error: OSError) -> str:
    """Say what went wrong in the system's words; asyncio adds addresses, or leaves them out."""
    if isinstance(error, TimeoutError):
        return f"no answer within {CONNECT_TIMEOUT:.0f} s"
    if isinstance(error, socket.gaierror):
        return "no such host"
    return os.strerror(error.errno) if error.errno else "connection refused"
