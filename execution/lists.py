"""Lists: source that renders one by what renders an item, and what becomes of a list of another class."""

from __future__ import annotations

from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

from graphql import OperationType

from execution.lasting import Lasting
from execution.leaves import ASKED
from execution.outcomes import Bail
from execution.rows import Drawing, Rows
from execution.source import HERE, Source

if TYPE_CHECKING:
    from execution.run import Run
    from execution.sharing import Sharing


class Lists:
    """Writes how lists are rendered: what is shared in them, what lasts, and rows."""

    def __init__(self, source: Source, sharing: Sharing) -> None:
        self._source = source
        self._sharing = sharing
        self.drawings: dict[str, Drawing] = {}
        """For functions that only read attributes of one class: what they come to for rows."""

    def written(self, each: str, v: str, *, nullable: bool, attribute: bool) -> str:
        """Return an expression that renders the list in a variable; `each` renders an item `x`.

        Written out where it stands if it is the `attribute` of an object, a list of leaves.
        """
        loop = "i, x in enumerate(v)" if HERE in each else "x in v"
        found = f"[{each.replace(HERE, '(h, i, None)')} for {loop}]"
        if written := self._source.loop(each.replace(HERE, "None")):
            self._sharing.note_if_plain(written, each)
            found = self._source.call(written, "v", "None")
        kept = self._sharing.kept(found)
        function = self._source.function(
            [
                *self._rows(each),
                *(self._sharing.lasting(kept, found) if kept else ()),
                f"if v.__class__ is not list: v = {self._source.constant(as_list)}(v)",
                "try:",
                *(f"    {line}" for line in self._sharing.listed(found)),
                f"except {self._source.constant(Bail)}:",
                f"    {self._source.constant(close)}(v, c)",
                "    raise",
            ]
        )
        self._sharing.note_if_plain(function, found)
        call = self._source.call(function, v, HERE)
        if attribute:  # no coroutines to close
            null = "" if not nullable else f"None if {v} is None else "
            listed = f"[{each} for x in {v}] if {v}.__class__ is list else {null}{call}"
            if kept is None:
                return f"([{each} for x in {v}] if {ASKED}.__class__ is list else {null}{call})"
            return f"(e[1] if (e := {kept}.get(id({ASKED}))) is not None else {listed})"
        if nullable:
            return f"(None if {ASKED} is None else {call})"
        return self._source.call(function, ASKED, HERE)

    def _rows(self, each: str) -> list[str]:
        """Write how rows are rendered by which a list is given: as they are, or else as items."""
        drawing = self.drawings.get(self._source.called(each) or "")
        if drawing is None or not self._sharing.is_plain(each):
            return []
        return [
            f"if v.__class__ is {self._source.constant(Rows)}:",
            f"    f = {self._source.constant(drawing)}(v.layout)",
            "    if f is not None: return f(v.rows, *v.given, c, p)",
        ]


def close(values: Any, run: Run) -> None:
    """Close the coroutines of a list that is not rendered: nobody else will. Those of mutations are kept."""
    if run.frame.operation.operation is not OperationType.MUTATION:
        for value in values:
            if iscoroutine(value):
                value.close()


def as_list(value: Any) -> Any:
    """Return a tuple as it is, and rows as items; raises `Bail` for all that may be gone once it was read."""
    if value.__class__ is Rows:
        return value.items
    if value.__class__ is tuple or value.__class__ is Lasting:
        return value
    raise Bail
