"""One operation of one document: compiled for each way its `@include` and `@skip` come out, and run."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues
from graphql.language import Visitor, visit
from strawberry import Schema
from strawberry.types.graphql import OperationType as AllowedType

from execution.awaiting import Pending, drain, settle
from execution.fields import ask
from execution.outcomes import Bail, Request, Unsupported
from execution.replay import Recorded
from execution.run import Frame, Run
from execution.selections import Selections
from execution.variables import Variables

MOST_SWITCHES = 6
"""How many variables may decide directives in a compiled operation."""
MOST_VARIANTS = 16
"""How many ways for them to come out are compiled; the reference answers the others."""

Execute = Callable[[Run, Recorded], Awaitable[dict[str, Any]]]


class RootField(NamedTuple):
    """A root field of a mutation: asking for its value, and rendering it."""

    key: str
    type_name: str
    ask: Callable[..., Any] | None
    render: Callable[..., Any] | None


class Operation:
    """One operation, compiled as its variants are asked for; raises `Unsupported` if it cannot be."""

    def __init__(
        self,
        schema: Schema,
        document: DocumentNode,
        name: str | None,
        *,
        native: bool,
        compiled: Callable[[int], None],
    ) -> None:
        self.document = document
        self.size = 0
        self._compiled = compiled
        self._schema = schema
        self._native = native
        self._variants: dict[tuple[Any, ...], Execute] = {}
        operation, fragments = _parts(document, name)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Unsupported("a subscription")
        self.kind = AllowedType(operation.operation.value)
        self._fragments = {each: FragmentDetails(node) for each, node in fragments.items()}
        self._switches = _switches([operation, *fragments.values()])
        graphql_schema = schema._schema  # noqa: SLF001 -- Strawberry has no other name for it
        self._frame = Frame(graphql_schema, operation, fragments, Variables(graphql_schema, operation))

    def run(self, request: Request, recorded: Recorded) -> Awaitable[dict[str, Any]]:
        """Run it: what is awaited is its data; any exception means that the reference has to answer.

        What it must not run again is in `recorded` then.
        """
        inputs = request.variables or {}
        variables = self._frame.variables.coerced(inputs)
        run = Run(self._frame, inputs, variables, request)
        ways = tuple([variables.get(name) for name in self._switches]) if self._switches else ()
        execute = self._variants.get(ways)
        if execute is None:
            execute = self._variant(ways, run)
        return execute(run, recorded)

    def _variant(self, ways: tuple[Any, ...], run: Run) -> Execute:
        if not all(isinstance(way, bool) for way in ways) or len(self._variants) >= MOST_VARIANTS:
            raise Bail
        self._variants[ways] = _cannot  # until it could
        execute, size = self._compile(run.values())
        self._variants[ways] = execute
        self.size += size
        self._compiled(size)
        return execute

    def _compile(self, values: VariableValues) -> tuple[Execute, int]:
        """Return what executes one variant, and how long its source is."""
        schema = self._frame.schema
        type_ = schema.get_root_type(self._frame.operation.operation)
        if type_ is None:
            raise Unsupported("no root")
        fields = collect_fields(
            schema, self._fragments, values, type_, self._frame.operation
        ).grouped_field_set
        selections = Selections(self._schema, self._frame, self._fragments, values, native=self._native)
        if self.kind is AllowedType.MUTATION:
            execute = _serially(_root_fields(self._schema, selections, type_, fields))
        else:
            alone = selections.alone(type_, fields)
            if alone:
                key, asks, render = alone
                found = selections.finished()
                execute = _alone(key, found(asks), found(render))
            else:
                name = selections.root(type_, fields)
                execute = _at_once(selections.finished()(name))
        return execute, selections.source.size


def _root_fields(
    schema: Schema, selections: Selections, type_: GraphQLObjectType, fields: dict[str, Any]
) -> list[RootField]:
    names: list[tuple[str, str, str]] = []
    source = selections.source
    for key, details in fields.items():
        site = selections.site(type_, key, details)
        if site is None:
            names.append((key, "", ""))
            continue
        asked = ask(schema, source, site)
        asks = source.function([f"return {asked.source}"])
        names.append(
            (key, asks, selections.render(selections.rendered(site.definition.type, site, details, "r")))
        )
    found = selections.finished()
    return [
        RootField(key, type_.name, found(asks) if asks else None, found(render) if render else None)
        for key, asks, render in names
    ]


async def _cannot(_run: Run, _recorded: Recorded) -> dict[str, Any]:
    raise Bail


def _alone(key: str, ask: Callable[..., Awaitable[Any]], render: Callable[..., Any]) -> Execute:
    """Execute a query of one field that is awaited: what `_at_once` comes to, without noting and settling."""

    async def execute(run: Run, recorded: Recorded) -> dict[str, Any]:
        awaitable = ask(run.root, run, None, None)
        try:
            value = await awaitable
        except Exception as error:
            recorded.error(key, error)
            raise
        below: list[Pending] = []
        try:
            data = {key: render(value, run, below, (None, key, run.frame.root_name))}
        except BaseException:
            await drain(below)
            raise
        if below:
            await settle(below, run)
        return data

    return execute


def _at_once(root: Callable[..., dict[str, Any]]) -> Execute:
    async def execute(run: Run, recorded: Recorded) -> dict[str, Any]:
        pending: list[Pending] = []
        try:
            data = root(run.root, run, pending, None)
        except BaseException:
            await drain(pending)
            raise
        if pending:
            await settle(pending, run, recorded)
        return data

    return execute


def _serially(fields: list[RootField]) -> Execute:
    async def execute(run: Run, recorded: Recorded) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, type_name, asks, render in fields:
            if asks is None or render is None:
                data[key] = type_name
                continue
            value = await recorded.outcome(key, asks, run.root, run, [], None)
            pending: list[Pending] = []
            try:
                data[key] = render(value, run, pending, (None, key, type_name))
            except BaseException:
                await drain(pending)
                raise
            if pending:
                await settle(pending, run)
        return data

    return execute


def _parts(
    document: DocumentNode, name: str | None
) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    fragments, found = {}, None
    for each in document.definitions:
        if isinstance(each, FragmentDefinitionNode):
            fragments[each.name.value] = each
        elif isinstance(each, OperationDefinitionNode) and (
            name is None or (each.name and each.name.value == name)
        ):
            found = found or each
    if found is None:
        raise Unsupported("no such operation")
    return found, fragments


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value not in {"include", "skip"}:
            raise Unsupported(f"@{node.name.value}")
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names[argument.value.name.value] = None


def _switches(nodes: Iterable[OperationDefinitionNode | FragmentDefinitionNode]) -> list[str]:
    """Name the variables that decide directives, in unused fragments too."""
    directives = _Directives()
    for node in nodes:
        visit(node, directives)
    if len(directives.names) > MOST_SWITCHES:
        raise Unsupported("too many variables in directives")
    return list(directives.names)
