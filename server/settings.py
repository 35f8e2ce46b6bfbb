"""Every setting there is, read from the environment only; `python -m server --help` prints them."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.connection import Address, DatabaseProblem
from outbound.addresses import Outgoing, networks


class BadSettings(Exception):
    """A variable of the environment holds something it cannot hold."""


class Settings(BaseSettings):
    """The settings of one process; a field's name in capitals is its variable."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: str | None = Field(
        None,
        repr=False,
        description="PostgreSQL 15 or later: postgresql://user:password@host:5432/database. "
        "Unset: an embedded one, kept with this checkout.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="How many processes serve.")
    worker: bool = Field(
        True,
        description="Whether each of them also runs a worker, which does what is due later.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is logged at least; requests are logged at info."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json, console, or auto: console on a terminal."
    )
    pool_size: int = Field(
        8,
        ge=1,
        le=200,
        description="Connections to PostgreSQL a process keeps open for each: reading, changes, batches. "
        "PostgreSQL has to allow three times as many, twice the overflow, and two.",
    )
    pool_overflow: int = Field(4, ge=0, le=200, description="Connections it opens beyond these in a rush.")
    statement_timeout: float = Field(
        5.0, gt=0, le=600, description="Seconds after which PostgreSQL ends a statement."
    )
    max_body: int = Field(1_048_576, ge=1_024, description="The most bytes of a request's body or message.")
    max_connections: int = Field(
        1_000, ge=1, description="Connections a process serves before it answers 503."
    )
    drain_delay: float = Field(
        0.0, ge=0, le=300, description="Seconds to go on accepting after SIGTERM while /readyz answers 503."
    )
    drain_timeout: int = Field(
        20, ge=1, le=600, description="Seconds that what runs gets to finish after SIGTERM."
    )
    public_url: str = Field(
        "",
        description="Where the world finds this server, as in https://status.example.com: "
        "opt-out links begin with it, and Twilio signs it. Unset: as each caller calls it.",
    )
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Networks that webhooks may be sent to although they are not public, separated by "
        "commas: 10.1.0.0/16.",
    )
    webhook_http: bool = Field(
        False, description="Whether webhooks may go to http addresses too: for tests only."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of browsers that may call from elsewhere, separated by commas."
    )
    trusted_proxies: str = Field(
        "",
        description="Proxies whose X-Forwarded-For and -Proto are believed: addresses, separated by commas.",
    )

    @property
    def outgoing(self) -> Outgoing:
        """Return where webhooks may be sent to."""
        return Outgoing(networks(self.webhook_networks), self.webhook_http)

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is no network, or has bits beyond its mask."""
        networks(value)
        return value

    @field_validator("allowed_origins", "webhook_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Read a list separated by commas."""
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str) -> str:
        """Refuse what no link can begin with."""
        parts = urlsplit(value)
        if value and (
            parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
        ):
            raise ValueError("write it like https://status.example.com")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        """Refuse an unreadable URL at once rather than at the first query."""
        try:
            if value is not None:
                Address.parse(value)
        except DatabaseProblem as problem:
            raise ValueError(str(problem)) from problem
        return value


def load(**given: object) -> Settings:
    """Read the environment; what the command line gives wins over it."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadSettings("; ".join(_line(dict(problem)) for problem in error.errors())) from None


def _line(problem: dict[str, object]) -> str:
    """Say which variable is wrong and what it should be, without repeating a URL with a password."""
    place, message = problem["loc"], str(problem["msg"]).removeprefix("Value error, ")
    name = str(place[0]).upper() if isinstance(place, tuple) and place else "settings"
    return message if name == "DATABASE_URL" else f"{name}: {message} (it is {problem['input']!r})."


def describe() -> str:
    """List every variable with its meaning and default, a paragraph each."""
    lines = ["Environment:"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, (), "") else f" [{field.default}]"
        lines.append(f"  {name.upper():<18} {field.description}{default}")
    return "\n".join(lines)
