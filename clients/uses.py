"""What of the API a client's operations use, one fact a line: `python -m clients.uses` prints it.

The client in clients/python was generated from just that. tests/test_client.py compares it with what the API
is now, so that no change of it leaves an old client behind unnoticed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    concat_ast,
    get_named_type,
    parse,
    print_ast,
    type_from_ast,
    visit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import FieldNode, GraphQLNamedType, VariableDefinitionNode

ROOT: Final = Path(__file__).parent.parent
OPERATIONS: Final = ROOT / "clients/python/operations"

OPEN: Final = frozenset({"ActivityKind", "ReasonCode"})
"""Enums to which the API adds words; the client reads those that it does not know (clients/open_words.py)."""


def operations() -> DocumentNode:
    """Return all operations of the client."""
    return concat_ast([parse(file.read_text()) for file in sorted(OPERATIONS.glob("*.graphql"))])


def the_schema() -> GraphQLSchema:
    """Return the API, as schema/schema.graphql has it."""
    return build_schema((ROOT / "schema/schema.graphql").read_text())


def uses(schema: GraphQLSchema, document: DocumentNode) -> list[str]:
    """Return what operations use: fields with their types, inputs whole, enums and unions with all members.

    Descriptions do not count, nor do fields that nobody asks for.
    """
    seen = _Seen(schema)
    visit(document, TypeInfoVisitor(seen.info, seen))
    return sorted(seen.facts)


class _Seen(Visitor):
    """Collects facts while it goes through operations."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.info, self.facts = TypeInfo(schema), set[str]()
        self._schema, self._types = schema, set[str]()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, field = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or field is None:
            raise LookupError(f"The API has no such field here: {node.name.value}")
        self.facts.add(f"{parent.name}.{node.name.value}: {field.type}")
        self._add(get_named_type(field.type))

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        kind = type_from_ast(self._schema, node.type)
        if kind is None:
            raise LookupError(f"The API has no such type: {print_ast(node.type)}")
        self._add(get_named_type(kind))

    def _add(self, kind: GraphQLNamedType) -> None:
        if kind.name not in self._types:
            self._types.add(kind.name)
            self.facts.update(_members(kind))
            if isinstance(kind, GraphQLInputObjectType):
                for field in kind.fields.values():
                    self._add(get_named_type(field.type))


def _members(kind: GraphQLNamedType) -> Iterator[str]:
    if isinstance(kind, GraphQLEnumType) and kind.name not in OPEN:
        yield f"enum {kind.name} = {' '.join(sorted(kind.values))}"
    elif isinstance(kind, GraphQLUnionType):
        yield f"union {kind.name} = {' '.join(sorted(each.name for each in kind.types))}"
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            default = field.ast_node and field.ast_node.default_value
            yield f"input {kind.name}.{name}: {field.type}" + (f" = {print_ast(default)}" if default else "")


if __name__ == "__main__":
    print("\n".join(uses(the_schema(), operations())))  # noqa: T201 -- it is what it is run for
