"""Strawberry's steps from a text to a result, with the hooks of the schema's extensions around them."""

import logging
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema
from graphql.execution.middleware import MiddlewareManager
from strawberry import Schema
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import _coerce_error
from strawberry.types.execution import ExecutionContext, PreExecutionError
from strawberry.utils.await_maybe import await_maybe

from execution.operations import Operations
from execution.outcomes import Answer, Outcome, Request
from execution.replay import Recorded

_log = logging.getLogger(__name__)


class Steps:
    """The steps for one request; without `operations` the reference executes it.

    What `recorded` has of a mutation's root fields is not run again.
    """

    def __init__(self, schema: Schema, operations: Operations | None, recorded: Recorded) -> None:
        self._schema: Any = schema
        self._operations = operations
        self._recorded = recorded
        self._outcome = Outcome.REFUSED

    async def take(self, request: Request) -> Answer:
        """Take them: this is `strawberry.Schema.execute`, but for the function that executes."""
        schema = self._schema
        context: ExecutionContext = schema._create_execution_context(  # noqa: SLF001
            query=request.text,
            allowed_operation_types=request.allowed,
            variable_values=request.variables,
            context_value=request.context,
            root_value=request.root,
            operation_name=request.name,
            operation_extensions=request.extensions,
        )
        extensions = schema.get_extensions()
        for extension in extensions:
            extension.execution_context = context
        runner = schema.create_extensions_runner(context, extensions)
        complete = schema._handle_execution_result  # noqa: SLF001
        result: Any
        try:
            async with runner.operation():
                refused = await schema._prepare_operation_async(context, runner)  # noqa: SLF001
                if refused:
                    return Answer(await complete(context, refused, runner), Outcome.REFUSED)
                result = await schema._execute_operation(  # noqa: SLF001
                    context,
                    runner,
                    schema._get_middleware_manager(extensions),  # noqa: SLF001
                    self._execution(context, request),
                    schema._get_custom_context_kwargs(request.extensions),  # noqa: SLF001
                )
        except (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
            raise
        except Exception as error:  # noqa: BLE001 -- as Strawberry does
            failed = PreExecutionError(data=None, errors=[_coerce_error(error)])
            return Answer(await complete(context, failed, runner), self._outcome)
        return Answer(await complete(context, result, runner, skip_process_errors=True), self._outcome)

    def _execution(self, context: ExecutionContext, request: Request) -> Any:
        """Return what executes a document, to be called as `graphql.execute` is."""

        async def execute(
            graphql_schema: GraphQLSchema,
            document: DocumentNode,
            *,
            middleware: MiddlewareManager,
            **others: Any,
        ) -> Any:
            data = await self._compiled(document, context, request)
            if data is not None:
                self._outcome = Outcome.COMPILED
                return ExecutionResult(data, None)
            if self._recorded:
                middleware = MiddlewareManager(self._recorded, *middleware.middlewares)
            reference = self._schema._get_execute_function()  # noqa: SLF001
            result = await await_maybe(reference(graphql_schema, document, middleware=middleware, **others))
            errors = getattr(result, "errors", None)
            ran = not errors or result.data is not None or any(error.path for error in errors)
            self._outcome = Outcome.FALLBACK if ran else Outcome.REFUSED
            return result

        return execute

    async def _compiled(
        self, document: DocumentNode, context: ExecutionContext, request: Request
    ) -> dict[str, Any] | None:
        if self._operations is None:
            return None
        given = request._replace(
            text=context.query or "",
            variables=context.variables,
            context=context.context,
            root=context.root_value,
        )
        try:
            operation = self._operations.of(document, given.text, given.name)
            return await operation.run(given, self._recorded) if operation else None
        except Exception:  # noqa: BLE001 -- whatever it is, the reference says it
            _log.debug("The reference answers", exc_info=True)
            return None
