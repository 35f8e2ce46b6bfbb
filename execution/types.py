"""Which type an object is of: asked of the reference, remembered by class where that cannot change."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from graphql.pyutils import Undefined
from graphql.type import GraphQLAbstractType
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from execution.outcomes import Bail, Unsupported
from execution.run import Here, ResolveInfo, Run, Site

Render = Callable[..., Any]

CAST = TYPE_CAST_ATTRIBUTE
"""The attribute by which `strawberry.cast` says of one object that it is of another type."""


def definition_of(type_: Any) -> StrawberryObjectDefinition:
    """Return Strawberry's definition of a type; raises `Unsupported` if it has none."""
    found = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(found, StrawberryObjectDefinition):
        raise Unsupported(f"{type_.name} is not Strawberry's")
    return found


def own_class(type_: GraphQLObjectType) -> type | None:
    """Return the class whose objects are of this type unless they are cast; None if each has to be asked."""
    definition = definition_of(type_)
    return None if definition.is_type_of else definition.origin


def admit(type_: GraphQLObjectType, site: Site) -> Callable[[Any, Run, Here | None], None]:
    """Return a check that an object is of the type, as the reference makes it; it raises `Bail` if not."""

    def check(value: Any, run: Run, here: Here | None) -> None:
        _refuse_what_is_no_object(value)
        if type_.is_type_of:
            answer = type_.is_type_of(value, _info(site, run, here))
            if optimized_is_awaitable(answer) or not answer:
                raise Bail

    return check


def decided_by_callers(type_: GraphQLAbstractType, possible: list[GraphQLObjectType]) -> bool:
    """Tell whether somebody wrote a function that finds an object's type: it may want the path."""
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if getattr(definition, "resolve_type", None):
        return True
    return any(definition_of(each).is_type_of for each in possible)


class Dispatch:
    """From an object to the function that renders it, for a union or an interface."""

    def __init__(
        self, schema: GraphQLSchema, abstract: GraphQLAbstractType, site: Site, renders: dict[str, Render]
    ) -> None:
        possible = list(schema.get_possible_types(abstract))
        self._abstract = abstract
        self._site = site
        self._renders = renders
        self._memorable: dict[type, str] = {}
        if not decided_by_callers(abstract, possible):
            for type_ in possible:
                definition = definition_of(type_)
                if not definition.concrete_of and not definition.is_graphql_generic:
                    self._memorable[definition.origin] = type_.name
        self.by_class: dict[type, Render] = {}

    def find(self, value: Any, run: Run, here: Here | None) -> Render:
        """Return the function for an object of a class not met yet; raises `Bail` if it fits no type."""
        _refuse_what_is_no_object(value)
        if self._abstract.resolve_type is None:
            raise Bail
        name = self._abstract.resolve_type(value, _info(self._site, run, here), self._abstract)
        render = self._renders.get(name) if isinstance(name, str) else None
        if render is None:
            raise Bail
        if self._memorable.get(value.__class__) == name and getattr(value, CAST, None) is None:
            self.by_class[value.__class__] = render
        return render


def _refuse_what_is_no_object(value: Any) -> None:
    if value is None or value is Undefined or isinstance(value, Exception) or optimized_is_awaitable(value):
        raise Bail


def _info(site: Site, run: Run, here: Here | None) -> Any:
    """Return the field's info, given its own place or one of its items'."""
    while here and isinstance(here[1], int):
        here = here[0]
    return ResolveInfo(site, run, here[0] if here else None)
