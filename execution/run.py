"""One run of an operation: what its resolvers can reach."""

from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, gather_with_cancel
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.execution import optimized_is_awaitable

from execution.awaiting import settle_in_background
from execution.outcomes import Request
from execution.variables import Variables

Here = tuple[Any, str | int, str | None]
"""A place in the answer: the place around it, a key or an index, and the name of the type it is in."""


class Frame:
    """What every run of one document shares."""

    __slots__ = ("fragments", "operation", "root_name", "schema", "variables")

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variables: Variables,
    ) -> None:
        self.schema = schema
        root = schema.get_root_type(operation.operation)
        self.root_name = root.name if root else ""
        self.operation = operation
        self.fragments = fragments
        self.variables = variables


class Run:
    """What one run has: its context, its variables as given (`inputs`) and as the schema reads them."""

    __slots__ = ("context", "extensions", "frame", "inputs", "root", "shown", "variables")

    def __init__(
        self, frame: Frame, inputs: dict[str, Any], variables: dict[str, Any], request: Request
    ) -> None:
        self.frame = frame
        self.inputs = inputs
        self.variables = variables
        self.context = request.context
        self.root = request.root
        self.extensions = request.extensions
        self.shown: list[dict[int, Any]] | None = None
        """What objects were rendered as in the list that is being rendered, if it runs no resolver."""

    def values(self) -> VariableValues:
        """Return the variables as graphql-core wants them to read arguments that contain some."""
        return self.frame.variables.sourced(self.inputs, self.variables)


class Site:
    """One field of one selection: what is the same each time it is resolved."""

    __slots__ = ("definition", "kept", "key", "name", "nodes", "parent")

    def __init__(
        self, key: str, nodes: list[FieldNode], parent: GraphQLObjectType, definition: GraphQLField
    ) -> None:
        self.key = key
        self.nodes = nodes
        self.name = nodes[0].name.value
        self.parent = parent
        self.definition = definition
        self.kept: dict[Any, Any] = {}
        """What resolvers keep for this place in the operation."""


def path_to(here: Here) -> Path:
    """Return a place as graphql-core writes it."""
    around, key, type_name = here
    return Path(path_to(around) if around else None, key, type_name)


class ResolveInfo:
    """What graphql-core's `GraphQLResolveInfo` offers, as Strawberry fills it; found when asked."""

    __slots__ = ("_here", "_run", "_site")

    is_awaitable = staticmethod(optimized_is_awaitable)
    abort_signal: Final = None
    async_helpers: Final = GraphQLResolveInfoHelpers(
        gather=lambda values: gather_with_cancel(*values), track=settle_in_background
    )

    def __init__(self, site: Site, run: Run, here: Here | None) -> None:
        self._site = site
        self._run = run
        self._here = here

    @property
    def field_name(self) -> str:
        """The field's name in the schema."""
        return self._site.name

    @property
    def field_nodes(self) -> list[FieldNode]:
        """The field's nodes in the document: the same objects as long as the document is cached."""
        return self._site.nodes

    @property
    def return_type(self) -> GraphQLOutputType:
        """The field's type."""
        return self._site.definition.type

    @property
    def parent_type(self) -> GraphQLObjectType:
        """The type that has the field."""
        return self._site.parent

    @property
    def path(self) -> Path:
        """Where in the answer the field is."""
        return path_to((self._here, self._site.key, self._site.parent.name))

    @property
    def schema(self) -> GraphQLSchema:
        """The schema."""
        return self._run.frame.schema

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The document's fragments by name."""
        return self._run.frame.fragments

    @property
    def root_value(self) -> Any:
        """What the operation was run on."""
        return self._run.root

    @property
    def operation(self) -> OperationDefinitionNode:
        """The operation."""
        return self._run.frame.operation

    @property
    def variable_values(self) -> dict[str, Any]:
        """The variables, as the schema reads them."""
        return self._run.variables

    @property
    def context(self) -> Any:
        """The context of the request."""
        return self._run.context

    @property
    def operation_extensions(self) -> dict[str, Any] | None:
        """The request's `extensions`."""
        return self._run.extensions
