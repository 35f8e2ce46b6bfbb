"""What is rendered once though it stands in several places: in one list, or for all requests.

Where nothing but attributes is read, no code of a schema runs, and nothing can change meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from execution.lasting import LASTS, Kept, Lasting, keep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from execution.source import Source

_CALLED: Final = re.compile(r"\bf\d+(?=\()")


class Sharing:
    """Knows which functions are plain, that is only read attributes, and shares what they make."""

    def __init__(self, source: Source, *, native: bool) -> None:
        """With `native`, the answer is for orjson alone: what lasts may be kept as JSON."""
        self._source = source
        self._native = native
        self._plain: set[str] = set()
        self._shares: set[str] = set()
        """The plain functions in which something is shared."""
        self._count = 0

    def is_plain(self, written: str) -> bool:
        """Tell whether an expression calls plain functions only."""
        return self._plain.issuperset(_CALLED.findall(written))

    def note(self, function: str, called: Iterable[str]) -> None:
        """Note that a function is plain that calls these."""
        self._plain.add(function)
        if not self._shares.isdisjoint(called):
            self._shares.add(function)

    def note_if_plain(self, function: str, written: str) -> None:
        """Note that a function is plain if what is written in it is."""
        if self.is_plain(written):
            self.note(function, _CALLED.findall(written))

    def note_dispatch(self, function: str, functions: Iterable[str]) -> None:
        """Note that a function is plain if all are between which it chooses."""
        if self._plain.issuperset(functions):
            self.note(function, functions)

    def shared(self, function: str) -> tuple[str, str | None]:
        """Return a function that renders an object once in a list, however often it stands there.

        Or once for all requests, if it lasts: then it is to be looked for first in what is named second. The
        object is kept as long, so that no other gets its identity.
        """
        if function not in self._plain:
            return function, None
        place, self._count = self._count, self._count + 1
        kept: Kept = {}
        name = self._source.constant(kept)
        lasting = [
            f"if getattr(v, {LASTS!r}, False):",
            f"    return {self._source.constant(keep)}({name}, v, {function}(v, c, p, None))[1]",
        ]
        shared = self._source.function(
            [
                *(lasting if self._native else ()),
                f"if c.shown is None: return {function}(v, c, p, None)",
                f"s = c.shown[{place}]",
                "e = s.get(id(v))",
                f"if e is None: e = s[id(v)] = (v, {function}(v, c, p, None))",
                "return e[1]",
            ]
        )
        self._plain.add(shared)
        self._shares.add(shared)
        return shared, name if self._native else None

    def listed(self, found: str) -> list[str]:
        """Write how a list is rendered; in the outermost one that can, sharing begins and ends."""
        if not self.is_plain(found) or self._shares.isdisjoint(_CALLED.findall(found)):
            return [f"return {found}"]
        return [
            f"if c.shown is not None: return {found}",
            f"c.shown = [{', '.join(['{}'] * self._count)}]",
            f"try: return {found}",
            "finally: c.shown = None",
        ]

    def kept(self, found: str) -> str | None:
        """Name what keeps lasting lists that are rendered so, if that only reads attributes."""
        kept: Kept = {}
        return self._source.constant(kept) if self._native and self.is_plain(found) else None

    def lasting(self, kept: str, found: str) -> list[str]:
        """Write how a lasting list is rendered, once for all requests."""
        return [
            f"if v.__class__ is {self._source.constant(Lasting)}:",
            f"    e = {kept}.get(id(v)) or {self._source.constant(keep)}({kept}, v, {found})",
            "    return e[1]",
        ]
