"""What root fields came to, so that the reference can go on without running them again.

For a mutation that is all: nothing is done twice. Of a query, what its root fields raised is kept: a database
that has not answered is not asked again. What they returned is asked for anew.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.execution import optimized_is_awaitable

from execution.outcomes import Bail


class Recorded:
    """The outcomes of root fields by response key, and the middleware that gives them to the reference."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._errors: dict[str, Exception] = {}

    async def outcome(self, key: str, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Resolve a root field, note what came of it, and return or raise that."""
        try:
            value = ask(*arguments)
            if optimized_is_awaitable(value):
                value = await value
        except Bail:  # before the resolver was called
            raise
        except Exception as error:
            self._errors[key] = error
            raise
        self._values[key] = value
        return value

    def error(self, key: str, error: Exception) -> None:
        """Note what a root field raised."""
        self._errors[key] = error

    def __bool__(self) -> bool:
        return bool(self._values or self._errors)

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> Any:
        """Answer for a root field that has run; every other is resolved as ever."""
        if info.path.prev is None:
            key = info.path.key
            if key in self._errors:
                raise self._errors[key]
            if key in self._values:
                return self._values[key]
        return next_(source, info, **arguments)
