"""Selections: source that renders a value of any type with what was selected on it."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues
from strawberry import Schema

from execution.awaiting import later, note
from execution.fields import ask
from execution.lasting import Lasting
from execution.leaves import ASKED, is_written_as_known, leaf
from execution.lists import Lists
from execution.outcomes import Unsupported
from execution.rows import Drawing, Shown
from execution.run import Frame, Site
from execution.sharing import Sharing
from execution.source import HERE, Source
from execution.types import CAST, Dispatch, admit, decided_by_callers, definition_of, own_class


class Selections:
    """Writes the functions of one operation, for variables whose directives come out one way."""

    def __init__(
        self,
        schema: Schema,
        frame: Frame,
        fragments: dict[str, FragmentDetails],
        values: VariableValues,
        *,
        native: bool,
    ) -> None:
        self.source = Source()
        self._sharing = Sharing(self.source, native=native)
        self._lists = Lists(self.source, self._sharing)
        self._dispatches: list[tuple[dict[str, Any], dict[str, str]]] = []
        self._schema = schema
        self._frame = frame
        self._fragments = fragments
        self._values = values
        self._native = native

    def finished(self) -> Callable[[str], Callable[..., Any]]:
        """Compile what was written; returns its functions by name."""
        found = self.source.compiled()
        for renders, functions in self._dispatches:
            renders.update({type_name: found(function) for type_name, function in functions.items()})
        return found

    def root(self, type_: GraphQLObjectType, fields: dict[str, FieldDetailsList]) -> str:
        """Write the function of a query's root, whose object is not checked."""
        return self.source.function(self._written(self._fields(type_, fields)))

    def alone(
        self, type_: GraphQLObjectType, fields: dict[str, FieldDetailsList]
    ) -> tuple[str, str, str] | None:
        """Write the functions that ask for a query's one field and render it; return its key and their names.

        None if it has others, or if that field's resolver is no coroutine function.
        """
        if len(fields) != 1:
            return None
        [(key, details)] = fields.items()
        site = self.site(type_, key, details)
        asked = ask(self._schema, self.source, site) if site else None
        if site is None or asked is None or not asked.awaited:
            return None
        rendered = self.rendered(site.definition.type, site, details, "r")
        return key, self.source.function([f"return {asked.source}"]), self.render(rendered)

    def rendered(
        self, type_: GraphQLOutputType, site: Site, details: FieldDetailsList, v: str, *, stored: bool = False
    ) -> str:
        """Return an expression that renders the value in a variable; `stored` if it was an attribute.

        In it `HERE` is the value's place, and `ASKED` where the variable is read first.
        """
        nullable = not is_non_null_type(type_)
        bare: Any = type_.of_type if is_non_null_type(type_) else type_
        if is_leaf_type(bare):
            return leaf(bare, v, self.source.constant, nullable=nullable, native=self._native)
        if is_list_type(bare):
            each = self.rendered(bare.of_type, site, details, "x").replace(ASKED, "x")
            attribute = stored and is_leaf_type(get_nullable_type(bare.of_type))
            return self._lists.written(each, v, nullable=nullable, attribute=attribute)
        kept: str | None = None
        if is_object_type(bare):
            function = self._object(bare, site, details)
            if stored:
                function, kept = self._sharing.shared(function)
        elif is_abstract_type(bare):
            function = self._abstract(bare, site, details)
        else:
            raise Unsupported(str(bare))
        first = f"e[1] if (e := {kept}.get(id({ASKED}))) is not None else " if kept else ""
        if nullable:
            null = f"None if {v if kept else ASKED} is None else "
            return f"({first}{null}{self.source.call(function, v, HERE)})"
        return (
            f"({first}{self.source.call(function, v, HERE)})"
            if kept
            else self.source.call(function, ASKED, HERE)
        )

    def _abstract(self, type_: Any, site: Site, details: FieldDetailsList) -> str:
        possible = list(self._frame.schema.get_possible_types(type_))
        functions = {each.name: self._object(each, site, details) for each in possible}
        renders: dict[str, Any] = {}
        dispatch = Dispatch(self._frame.schema, type_, site, renders)
        self._dispatches.append((renders, functions))
        placed = any(self.source.here(each, "h") == "h" for each in functions.values())
        here = "h" if placed or decided_by_callers(type_, possible) else "None"
        function = self.source.function(
            [
                f"f = {self.source.constant(dispatch.by_class)}.get(v.__class__)",
                f"if f is None or getattr(v, {CAST!r}, None) is not None:",
                f"    f = {self.source.constant(dispatch.find)}(v, c, {here})",
                f"return f(v, c, p, {here})",
            ]
        )
        self._sharing.note_dispatch(function, functions.values())
        return function

    def _object(self, type_: GraphQLObjectType, site: Site, details: FieldDetailsList) -> str:
        collected = collect_subfields(
            self._frame.schema, self._fragments, self._values, self._frame.operation, type_, details
        )
        class_ = own_class(type_)
        check = self.source.constant(admit(type_, site))
        if class_ is None:
            guard = [f"{check}(v, c, h)"]
        else:
            cast = f" or getattr(v, {CAST!r}, None) is not None" if type_.is_type_of else ""
            guard = [f"if v.__class__ is not {self.source.constant(class_)}{cast}: {check}(v, c, None)"]
        fields = self._fields(type_, collected.grouped_field_set)
        written = self._written(fields)
        function = self.source.function(guard + written)
        if class_ is not None and len(written) == 1:  # nothing may have to be awaited
            self._sharing.note_if_plain(function, written[0])
            self._lists.drawings[function] = Drawing(class_, fields, self.source.space)
        return function

    def _fields(self, type_: GraphQLObjectType, fields: dict[str, FieldDetailsList]) -> dict[str, Shown]:
        definition_of(type_)
        return {key: self._field(type_, key, details) for key, details in fields.items()}

    def _written(self, fields: dict[str, Shown]) -> list[str]:
        """Write the fields in order; what is awaited gets its place in the answer now, its value later."""
        written = ", ".join(f"{key!r}: {shown.source}" for key, shown in fields.items())
        if not any(shown.waits for shown in fields.values()):
            return [f"return {{{written}}}"]
        return [
            "w = []",
            "try:",
            f"    d = {{{written}}}",
            "except BaseException:",
            f"    {self.source.constant(note)}(p, None, w)",
            "    raise",
            f"if w: {self.source.constant(note)}(p, d, w)",
            "return d",
        ]

    def _field(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Shown:
        """Return how one field is written; what has to be awaited is noted in `w`."""
        site = self.site(type_, key, details)
        if site is None:
            return Shown(repr(type_.name))
        asked = ask(self._schema, self.source, site)
        here = f"(h, {key!r}, {type_.name!r})"
        stored = not asked.may_wait
        rendered = self.rendered(site.definition.type, site, details, "r", stored=stored)
        shown = rendered.replace(HERE, here)
        question = f"(r := {asked.source})"
        if stored:
            bare: Any = get_nullable_type(site.definition.type)
            known = is_leaf_type(bare) and is_written_as_known(bare, native=self._native)
            return Shown(shown.replace(ASKED, question), asked.source if known else None)
        render = self.render(rendered)
        place = self.source.here(render, here)
        if asked.awaited:
            return Shown(f"w.append(({key!r}, {asked.source}, {render}, {place}))", waits=True)
        there = self._known(site.definition.type).replace(ASKED, question)
        late = f"{self.source.constant(later)}(w, {key!r}, r, {render}, {place}, c, p)"
        return Shown(f"({shown.replace(ASKED, 'r')} if {there} else {late})", waits=True)

    def site(self, type_: GraphQLObjectType, key: str, details: FieldDetailsList) -> Site | None:
        """Return what there is to know of a field; None for `__typename`."""
        nodes = [each.node for each in details]
        name = nodes[0].name.value
        if name == "__typename":
            return None
        definition = type_.fields.get(name)
        if definition is None:
            raise Unsupported(name)
        if any(each.fragment_variable_values or each.defer_usage for each in details):
            raise Unsupported("variables of fragments, or @defer")
        return Site(key, nodes, type_, definition)

    def render(self, rendered: str) -> str:
        """Write the function that renders a field's value once it is there."""
        return self.source.function(["r = v", f"return {rendered.replace(HERE, 'h').replace(ASKED, 'r')}"])

    def _known(self, type_: GraphQLOutputType) -> str:
        """Return a quick test that a value is not awaited."""
        bare: Any = get_nullable_type(type_)
        class_: type = str
        if is_list_type(bare):
            listed = f"{ASKED}.__class__ is list or r.__class__ is {self.source.constant(Lasting)}"
            return listed if bare is type_ else f"{listed} or r is None"
        if is_object_type(bare):
            class_ = definition_of(bare).origin
        test = f"{ASKED}.__class__ is {self.source.constant(class_)}"
        return test if bare is not type_ else f"{test} or r is None"
