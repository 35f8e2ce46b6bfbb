"""Lists that are not rendered as they are: those of another class, and what is left of one that failed."""

from inspect import iscoroutine
from typing import Any

from graphql import OperationType

from execution.lasting import Lasting
from execution.outcomes import Bail
from execution.rows import Rows
from execution.run import Run


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
