"""Addresses that strangers give us to send to: read in one way, by one function, when saved and when used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

# The characters of RFC 3986. A space, a backslash or a letter beyond ASCII is read differently by different
# programs: none of them is here.
_URL: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]!$&'()*+,;=%]+")
_HOST: Final = re.compile(r"[A-Za-z0-9.\-_:]{1,253}")
LONGEST: Final = 2_000


class BadUrl(ValueError):
    """Nothing can be sent there; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send: the parts of a URL."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """Return the host as the header `Host` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @classmethod
    def of(cls, url: str, *, http: bool = False) -> Target:
        """Read a URL; raises `BadUrl`. Without `http` it must be https."""
        if len(url) > LONGEST:
            raise BadUrl(f"Write at most {LONGEST:,} characters here; these are {len(url):,}.")
        if not _URL.fullmatch(url):
            raise BadUrl("Write a URL like https://example.com/hook: in ASCII, without @, # or spaces.")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise BadUrl("This is not a URL: write one like https://example.com/hook.") from None
        if parts.scheme not in _PORTS or (parts.scheme == "http" and not http):
            raise BadUrl("Write a URL that begins with https://: what is sent is about people.")
        if not _HOST.fullmatch(host) or port == 0:
            raise BadUrl("Name a host after https://, as in https://example.com/hook.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, host, port or _PORTS[parts.scheme], path)


_PORTS: Final = {"https": 443, "http": 80}
