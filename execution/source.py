"""Source code being written: functions, and names for the objects they use."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from execution.outcomes import Unsupported

HERE = "<here>"
"""Stands in an expression for the value's place in the answer, until it is known where that is at hand."""

LONGEST = 500_000
"""Characters of the source of one operation: past it, selections on abstract types have multiplied."""

_ONE_CALL = re.compile(r"(f\d+)\(x, c, p, None\)")
_USES_HERE = re.compile(r"\bh\b")


class Source:
    """The source of one operation.

    Every function takes a value `v`, the run `c`, a list of what is pending `p` and the value's place `h`,
    which is None where nobody below asks for it.
    """

    def __init__(self) -> None:
        self._functions: list[str] = []
        self._bodies: dict[str, list[str]] = {}
        self._objects: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._placed: set[str] = set()
        self._space: dict[str, Any] = {}
        self.size = 0

    def constant(self, value: Any) -> str:
        """Name an object."""
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"k{len(self._names)}"
            self._objects[name] = value
        return name

    def function(self, body: list[str]) -> str:
        """Add a function of these lines, and name it."""
        self.size += sum(map(len, body))
        if self.size > LONGEST:
            raise Unsupported("too long")
        name = f"f{len(self._functions)}"
        if any(_USES_HERE.search(line) for line in body):
            self._placed.add(name)
        self._bodies[name] = body
        indented = "\n".join(f"    {line}" for line in body)
        self._functions.append(f"def {name}(v, c, p, h):\n{indented}\n")
        return name

    def called(self, each: str) -> str | None:
        """Return the function that `each` calls for an item `x`; None if it is more or less than its call."""
        called = _ONE_CALL.fullmatch(each)
        return called[1] if called else None

    def loop(self, each: str) -> str | None:
        """Add a function that calls another for each item of a list, with what is in that written out.

        `each` is the call for an item `x`. None if it is none, or the other is more than a check and a value.
        """
        called = self.called(each)
        body = self._bodies[called] if called else []
        if len(body) != 2 or not body[1].startswith("return {") or _USES_HERE.search(body[1]):
            return None
        item = [f"    {body[0]}", f"    a.append({body[1].removeprefix('return ')})"]
        return self.function(["a = []", "for v in v:", *item, "return a"])

    def call(self, function: str, value: str, here: str) -> str:
        """Return the call of a function for a value at a place."""
        return f"{function}({value}, c, p, {here if function in self._placed else None})"

    def here(self, function: str, here: str) -> str:
        """Return the place as a function wants it."""
        return here if function in self._placed else "None"

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self._functions)

    def compiled(self) -> Callable[[str], Callable[..., Any]]:
        """Compile it; returns the functions by name."""
        self._space.update(self._objects)
        exec(compile(self.text, "<operation>", "exec"), self._space)  # noqa: S102 -- written here, names never a caller's
        return self._space.__getitem__

    def space(self) -> Mapping[str, Any]:
        """Return what names stand for, once it is compiled."""
        return self._space
