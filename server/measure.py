"""Counting what a query asks for. The limits are in `server.limits`; this only counts."""

from typing import TYPE_CHECKING, Final, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

if TYPE_CHECKING:
    from server.limits import Limits

CEILING: Final = 10**9
"""Counting stops here: chained fragments make numbers of thousands of digits."""


class Size(NamedTuple):
    """What a selection amounts to with its fragments written out; see `Limits` for the words."""

    depth: int = 0
    roots: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0


_NOTHING: Final = Size()


def _sum(sizes: list[Size]) -> Size:
    if not sizes:
        return _NOTHING
    depths, *counts = zip(*sizes, strict=True)
    return Size(max(depths), *(min(sum(count), CEILING) for count in counts))


def _is_list_of_ids(type_: GraphQLInputType) -> bool:
    return is_list_type(get_nullable_type(type_)) and get_named_type(type_).name == "ID"


class Measure:
    """Measures the operations of one document. Add the fragments first, each after those it spreads."""

    def __init__(self, schema: GraphQLSchema, limits: "Limits") -> None:
        self._schema = schema
        self._limits = limits
        self._fragments: dict[str, Size] = {}

    def add_fragment(self, fragment: FragmentDefinitionNode) -> Size:
        """Measure a fragment and remember it for those that spread it."""
        on = self._schema.get_type(fragment.type_condition.name.value)
        inner = self._selections(fragment.selection_set, on)
        size = _sum([inner, Size(directives=len(fragment.directives or ()))])
        self._fragments[fragment.name.value] = size
        return size

    def operation(self, operation: OperationDefinitionNode) -> Size:
        """Measure an operation. A fragment nobody defined counts nothing: another rule refuses it."""
        inner = self._selections(operation.selection_set, self._schema.get_root_type(operation.operation))
        return _sum([inner, Size(directives=len(operation.directives or ()))])

    def _selections(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> Size:
        sizes = []
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                sizes.append(self._field(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                sizes.append(self._fragments.get(node.name.value, _NOTHING))
            elif isinstance(node, InlineFragmentNode):
                on = self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                sizes.append(self._selections(node.selection_set, on))
            if not isinstance(node, FieldNode) and node.directives:
                sizes.append(Size(directives=len(node.directives)))
        return _sum(sizes)

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Size:
        name = node.name.value
        field = self._schema.get_field(parent, name) if is_composite_type(parent) else None
        inner, times = _NOTHING, 1
        if node.selection_set:
            inner = self._selections(node.selection_set, get_named_type(field.type) if field else None)
            times = self._times(node, field, parent.name if parent else "")
        introspects = parent is not None and parent.name.startswith("__")
        return Size(
            depth=inner.depth + (not introspects),
            roots=1,
            fields=min(inner.fields + 1, CEILING),
            aliases=min(inner.aliases + (node.alias is not None), CEILING),
            directives=min(inner.directives + len(node.directives or ()), CEILING),
            cost=min(inner.cost * times + 1, CEILING),
        )

    def _times(self, node: FieldNode, field: GraphQLField | None, parent: str) -> int:
        """Tell how many objects a field may hold."""
        if field is None or parent.startswith("__"):
            return 1
        if node.name.value in {"__schema", "__type"}:
            return self._limits.page  # a schema has about as many types: introspection is a page of them
        asked = [
            count
            for argument in node.arguments or ()
            if (definition := field.args.get(argument.name.value))
            and (argument.name.value in {"first", "last"} or _is_list_of_ids(definition.type))
            and (count := self._count(argument.value)) is not None
        ]
        if asked:
            return max(1, *asked)
        if "first" in field.args or "last" in field.args:
            return self._limits.default_page
        # Relay: a type whose name ends in Connection is one, and its edges and nodes were counted by `first`.
        if is_list_type(get_nullable_type(field.type)) and not parent.endswith("Connection"):
            return self._limits.other_list
        return 1

    def _count(self, value: ValueNode) -> int | None:
        """Read how many objects an argument asks for, if it says.

        A variable's default says nothing: whoever sends the query chooses the default and the value.
        """
        if isinstance(value, VariableNode):
            return self._limits.page
        if isinstance(value, IntValueNode):
            return int(value.value) if len(value.value) < 10 else CEILING
        if isinstance(value, ListValueNode):
            return len(value.values)
        return None if isinstance(value, NullValueNode) else 1
