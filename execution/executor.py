"""Executes operations: compiled if that is possible, by Strawberry's own execution otherwise.

A document that is met for the first time goes through all of Strawberry's steps, with every hook of the
schema's extensions, up to the execution itself. Later requests skip the steps if no extension could tell:
if all of them look at nothing but the document.
"""

import logging
from collections.abc import Collection
from typing import Any, Final

from strawberry import Schema
from strawberry.extensions import (
    AddValidationRules,
    DisableIntrospection,
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.extensions.directives import DirectivesExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from execution.operations import Operations
from execution.outcomes import Answer, Outcome, Request
from execution.replay import Recorded
from execution.steps import Steps

_log = logging.getLogger(__name__)

_READ_DOCUMENTS_ONLY: Final[frozenset[type[SchemaExtension]]] = frozenset(
    {
        AddValidationRules,
        DirectivesExtension,  # does nothing where there are no directives but those of GraphQL
        DisableIntrospection,
        MaxTokensLimiter,
        ParserCache,
        ValidationCache,
    }
)
"""Extensions that come to the same each time for one document."""

_ALL: Final = frozenset(OperationType)


class Executor:
    """Executes queries and mutations of one schema; keeps as many of them compiled as `most` says.

    The factories of the schema's extensions are asked once, here, which hooks there are.
    """

    def __init__(self, schema: Schema, *, most: int = 500) -> None:
        extensions = {type(each) for each in schema.get_extensions()}
        middleware = {each for each in extensions if each._implements_resolve()}  # noqa: SLF001
        self._schema = schema
        self._skips_steps = extensions <= _READ_DOCUMENTS_ONLY
        self._compiles = _is_ordinary(schema) and middleware <= {DirectivesExtension}
        self._operations = Operations(schema, most, native=self._skips_steps)
        self._compiled = self._fallback = self._refused = 0

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """How many operations came to which outcome."""
        counts = self._compiled, self._fallback, self._refused
        return dict(zip((Outcome.COMPILED, Outcome.FALLBACK, Outcome.REFUSED), counts, strict=True))

    @property
    def compilations(self) -> int:
        """How often an operation, or another way its directives come out, was compiled."""
        return self._operations.compilations

    async def execute(
        self,
        query: str,
        *,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Collection[OperationType] = _ALL,
        operation_extensions: dict[str, Any] | None = None,
    ) -> Answer:
        """Execute an operation; takes and raises what `strawberry.Schema.execute` does."""
        request = Request(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            allowed_operation_types,
            operation_extensions,
        )
        recorded, compiles = Recorded(), self._compiles
        if compiles and self._skips_steps:
            operation = self._operations.known(query, operation_name)
            if operation is not None and operation.kind in allowed_operation_types:
                try:
                    data = await operation.run(request, recorded)
                except Exception:  # noqa: BLE001 -- whatever it is, the reference says it
                    _log.debug("The reference answers", exc_info=True)
                    compiles = False
                else:
                    self._compiled += 1
                    return Answer(ExecutionResult(data=data, errors=None, extensions={}), Outcome.COMPILED)
        answer = await Steps(self._schema, self._operations if compiles else None, recorded).take(request)
        self._count(answer.outcome)
        return answer

    def _count(self, outcome: Outcome) -> None:
        if outcome is Outcome.COMPILED:
            self._compiled += 1
        elif outcome is Outcome.FALLBACK:
            self._fallback += 1
        else:
            self._refused += 1


def _is_ordinary(schema: Schema) -> bool:
    """Tell whether a schema executes as Strawberry's does."""
    return (
        type(schema).execute is Schema.execute
        and type(schema)._execute_operation is Schema._execute_operation  # noqa: SLF001
        and schema.execution_context_class is StrawberryGraphQLCoreExecutionContext
    )
