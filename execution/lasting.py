"""Values that never change: what a selection makes of them is kept, written as JSON already."""

from typing import Any, Final, TypeVar

import orjson

Item = TypeVar("Item")

MOST: Final = 4_000
"""How many values one selection is kept for."""

LASTS: Final = "__lasts__"
"""The attribute by which an object tells that it stays as it is, with all that is below it."""


class Lasting(tuple[Item, ...]):
    """What a resolver may return for a list that stays as it is, with all that is below it."""

    __slots__ = ()


Kept = dict[int, tuple[Any, orjson.Fragment]]
"""What one selection was made into, by the identity of the value, which is kept with it."""


def last(value: Any) -> None:
    """Promise that an object stays as it is, with all that is below it."""
    setattr(value, LASTS, True)


def keep(kept: Kept, value: Any, rendered: Any) -> tuple[Any, orjson.Fragment]:
    """Keep what a value was rendered as."""
    if len(kept) >= MOST:
        kept.clear()
    written = bytes(memoryview(orjson.dumps(rendered)))  # as long as it is: orjson's own holds 4 KB
    entry = kept[id(value)] = (value, orjson.Fragment(written))
    return entry
