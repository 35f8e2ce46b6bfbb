"""What an operation asks for below a field, so that one statement can fetch it: no more, none later."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias, TypeVar

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from strawberry.utils.str_converters import to_snake_case

from schema.context import Info

Asked: TypeAlias = dict[str, "Asked"]
"""The fields that are asked for, and what is asked for below each; names as they are in Python."""

Plan = TypeVar("Plan")

KEPT: Final = 2_000
"""How many places in operations are remembered; the server keeps fewer operations."""

_plans: dict[tuple[Any, ...], tuple[list[FieldNode], Any]] = {}


def planned(info: Info, plan: Callable[[Asked], Plan]) -> Plan:
    """Return the plan for what is asked for below this field, made once for each place in an operation.

    An operation that is sent again has the same nodes, because the server keeps it parsed. What a directive
    may skip, and what stands in a fragment on another type, counts as asked for.
    """
    kept: dict[Any, Any] | None = getattr(info, "kept", None)  # of the compiled execution
    if kept is not None and plan in kept:
        remembered: Plan = kept[plan]
        return remembered
    raw = info._raw_info  # noqa: SLF001 - Strawberry's own `selected_fields` walks everything anew each time
    nodes = raw.field_nodes
    key = (plan, *map(id, nodes))
    known = _plans.get(key)
    made: Plan = known[1] if known else plan(below((node.selection_set for node in nodes), raw.fragments))
    if known is None:
        if len(_plans) >= KEPT:
            _plans.clear()
        _plans[key] = (list(nodes), made)  # which keeps the nodes, so that no other gets their identity
    if kept is not None:
        kept[plan] = made
    return made


def below(sets: Iterable[SelectionSetNode | None], fragments: dict[str, Any]) -> Asked:
    """Return what some selections ask for, all of them together."""
    fields: dict[str, list[SelectionSetNode | None]] = {}
    seen: set[str] = set()

    def collect(selections: SelectionSetNode | None) -> None:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                fields.setdefault(to_snake_case(node.name.value), []).append(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                collect(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                collect(fragments[node.name.value].selection_set)

    for selections in sets:
        collect(selections)
    return {name: below(under, fragments) for name, under in fields.items()}


def both(one: Asked, other: Asked) -> Asked:
    """Return what either asks for."""
    return {name: both(one.get(name, {}), other.get(name, {})) for name in {**one, **other}}


def nodes(asked: Asked) -> Asked:
    """Return what is asked of the nodes of a connection, directly or by its edges."""
    return both(asked.get("nodes", {}), asked.get("edges", {}).get("node", {}))
