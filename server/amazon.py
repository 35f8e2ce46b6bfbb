"""What Amazon SNS wants fetched: the certificate of a signature, and the address that confirms a topic.

Both addresses stand in the delivery; `inbound.webhooks.sns` has checked that they are Amazon's before they
come here. Nothing here trusts the answer: short, soon, and from no other place.
"""

from __future__ import annotations

import time
from typing import Final

import httpx

LARGEST: Final = 100_000
"""Bytes of an answer; a certificate has some 2,500."""
SLOWEST: Final = 5.0
"""Seconds for all of it."""
KEPT: Final = 32
"""How many certificates are remembered; Amazon has one for each region at a time."""


class Unanswered(Exception):
    """Amazon did not answer, or not as it should: the delivery may come again."""


class Amazon:
    """Fetches, blocking: to be called in a thread. `transport` is how, if not by the network."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"accept-encoding": "identity"}  # a packed answer could be larger than it looks
        self._client = httpx.Client(transport=transport, timeout=SLOWEST, headers=headers)
        self._certificates: dict[str, bytes] = {}

    def certificate(self, url: str) -> bytes:
        """Return a certificate (PEM), from memory if it was fetched before; raises `Unanswered`."""
        found = self._certificates.get(url)
        if found is None:
            found = self._get(url)
            while len(self._certificates) >= KEPT:
                self._certificates.pop(next(iter(self._certificates)), None)
            self._certificates[url] = found
        return found

    def confirm(self, url: str) -> None:
        """Confirm the subscription to a topic; raises `Unanswered`."""
        self._get(url)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _get(self, url: str) -> bytes:
        until = time.monotonic() + SLOWEST
        found = bytearray()
        try:
            with self._client.stream("GET", url) as answer:  # a redirect is an answer like any other
                if answer.status_code != 200:
                    raise Unanswered(f"Amazon SNS answered {answer.status_code}.")
                for piece in answer.iter_bytes(4_096):
                    found += piece
                    if len(found) > LARGEST or time.monotonic() > until:
                        raise Unanswered("Amazon SNS answered too much, or too slowly.")
        except httpx.HTTPError as error:
            raise Unanswered(f"Amazon SNS did not answer ({type(error).__name__}).") from error
        return bytes(found)
