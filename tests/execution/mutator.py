"""Changes a valid operation in ways that keep it valid: what clients write that generators do not.

Literals become variables, with and without defaults; selections are repeated, aliased, put into fragments and
under `@include` and `@skip`.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    Visitor,
    get_named_type,
    parse,
    parse_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)
from graphql.language import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FragmentSpreadNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    NullValueNode,
    SelectionNode,
    VariableDefinitionNode,
    VariableNode,
)

Case = tuple[str, dict[str, Any], str | None]
"""A document, its variables, and the name of the operation."""

_TYPENAME: Final = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=())


class Mutator(Visitor):
    """Changes one operation; `ids` are global ids of objects there are."""

    def __init__(self, schema: GraphQLSchema, random: Random, ids: list[str]) -> None:
        super().__init__()
        self._schema = schema
        self._random = random
        self._ids = ids
        self._types = TypeInfo(schema)
        self._variables: dict[str, Any] = {}
        self._definitions: list[VariableDefinitionNode] = []
        self._fragments: list[FragmentDefinitionNode] = []

    def mutated(self, text: str) -> Case:
        """Return a document changed at random, and what it is sent with."""
        document: DocumentNode = visit(parse(text), TypeInfoVisitor(self._types, self))
        (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        operation = OperationDefinitionNode(
            operation=operation.operation,
            name=NameNode(value="Main"),
            variable_definitions=tuple(self._definitions),
            directives=(),
            selection_set=operation.selection_set,
        )
        definitions = [print_ast(each) for each in (operation, *self._fragments)]
        name = self._random.choice([None, "Main"])
        if self._random.random() < 0.1:
            definitions.append("query Other { __typename }")
            name = "Main"
        if name:
            self._random.shuffle(definitions)
        return "\n".join(definitions), self._variables, name

    def enter(self, node: Any, *_: Any) -> Any:
        """Give ids of what there is, and make variables of literals."""
        in_list = isinstance(node, ListValueNode)  # then graphql-core already tells of its items
        type_ = self._types.get_parent_input_type() if in_list else self._types.get_input_type()
        if not isinstance(node, ValueNode) or isinstance(node, VariableNode) or type_ is None:
            return None
        changed = self._likely(node, type_)
        if self._chance(0.2) and not isinstance(changed, NullValueNode):
            return self._variable(str(type_), value_from_ast_untyped(changed), changed)
        return None if changed is node else changed

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        """Repeat, wrap and decorate what is selected."""
        parent = self._types.get_parent_type()
        selections = list(node.selections)
        if self._chance(0.2):
            selections.insert(self._random.randrange(len(selections) + 1), _TYPENAME)
        if self._chance(0.2):
            selections.append(self._again(self._random.choice(selections)))
        if parent and self._chance(0.25):
            at = self._random.randrange(len(selections))
            selections[at:] = [self._wrapped(selections[at:], parent.name)]
        return SelectionSetNode(selections=tuple(self._decorated(each) for each in selections))

    def _likely(self, node: Any, type_: Any) -> Any:
        """Return a value that is likelier to find something: a real id, a small number, no cursor."""
        if isinstance(node, IntValueNode) and self._chance(0.6):
            return IntValueNode(value=str(self._random.randrange(1, 6)))
        if isinstance(node, StringValueNode) and type_ is GraphQLString and self._chance(0.6):
            return NullValueNode()
        if isinstance(node, StringValueNode) and get_named_type(type_).name == "ID" and self._chance(0.8):
            return StringValueNode(value=self._random.choice(self._ids), block=False)
        return node

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _variable(self, type_: str, value: Any, literal: Any) -> VariableNode:
        name = f"v{len(self._definitions)}"
        default = literal if self._chance(0.3) and value is not None else None
        if default is None or self._chance(0.5):
            self._variables[name] = value
        self._definitions.append(
            VariableDefinitionNode(
                variable=VariableNode(name=NameNode(value=name)),
                type=parse_type(type_),
                default_value=default,
                directives=(),
            )
        )
        return VariableNode(name=NameNode(value=name))

    def _again(self, selection: SelectionNode) -> SelectionNode:
        """Repeat a selection, with some of what is below it."""
        if not isinstance(selection, FieldNode) or not selection.selection_set:
            return selection
        below = selection.selection_set.selections
        some = tuple(self._random.sample(below, self._random.randint(1, len(below))))
        return _field(selection, selection.alias, selection.directives, SelectionSetNode(selections=some))

    def _wrapped(self, selections: list[SelectionNode], parent: str) -> SelectionNode:
        below = SelectionSetNode(selections=tuple(selections))
        condition = NamedTypeNode(name=NameNode(value=parent))
        if self._chance(0.5):
            return InlineFragmentNode(
                type_condition=condition if self._chance(0.5) else None, directives=(), selection_set=below
            )
        name = NameNode(value=f"F{len(self._fragments)}")
        self._fragments.append(
            FragmentDefinitionNode(
                name=name,
                type_condition=condition,
                directives=(),
                selection_set=below,
                variable_definitions=(),
            )
        )
        return FragmentSpreadNode(name=name, directives=())

    def _decorated(self, selection: SelectionNode) -> SelectionNode:
        directives = self._directives() if self._chance(0.12) else ()
        if isinstance(selection, FieldNode):
            alias = selection.alias
            if alias is None and self._chance(0.1):
                alias = NameNode(value=f"a{self._random.randrange(10_000)}")
            return _field(
                selection, alias, (*(selection.directives or ()), *directives), selection.selection_set
            )
        if isinstance(selection, InlineFragmentNode):
            return InlineFragmentNode(
                type_condition=selection.type_condition,
                directives=(*(selection.directives or ()), *directives),
                selection_set=selection.selection_set,
            )
        given = (*(selection.directives or ()), *directives)
        return FragmentSpreadNode(name=selection.name, directives=given)  # type: ignore[attr-defined]

    def _directives(self) -> tuple[DirectiveNode, ...]:
        chosen = self._random.sample(["include", "skip"], self._random.choice([1, 1, 2]))
        return tuple(DirectiveNode(name=NameNode(value=name), arguments=(self._if(),)) for name in chosen)

    def _if(self) -> ArgumentNode:
        way = self._chance(0.5)
        literal = BooleanValueNode(value=way)
        switches = [each.variable for each in self._definitions if print_ast(each.type) == "Boolean!"]
        value: Any = literal
        if switches and self._chance(0.5):
            value = self._random.choice(switches)
        elif self._chance(0.5):
            value = self._variable("Boolean!", way, literal)
        return ArgumentNode(name=NameNode(value="if"), value=value)


def _field(
    node: FieldNode,
    alias: NameNode | None,
    directives: tuple[DirectiveNode, ...] | None,
    below: SelectionSetNode | None,
) -> FieldNode:
    return FieldNode(
        alias=alias, name=node.name, arguments=node.arguments, directives=directives, selection_set=below
    )
