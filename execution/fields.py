"""Fields: source for the value a resolver gives, before it is rendered."""

from keyword import iskeyword
from typing import Any, NamedTuple

from graphql import GraphQLField
from strawberry import Schema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from execution.arguments import arguments, coerced
from execution.infos import QuickInfo
from execution.outcomes import Unsupported
from execution.run import ResolveInfo, Site
from execution.source import Source

_RESOLVERS = "GraphQLCoreConverter.from_resolver.<locals>."


class Asked(NamedTuple):
    """Source that asks for a field's value."""

    source: str
    awaited: bool
    """Whether the value is always awaited."""
    may_wait: bool
    """Whether it may have to be."""


def ask(schema: Schema, source: Source, site: Site) -> Asked:
    """Return source for a field's value on the object `v`."""
    field = site.definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(field, StrawberryField):
        raise Unsupported(f"{site.parent.name}.{site.name} is not Strawberry's")
    made = str(getattr(site.definition.resolve, "__qualname__", ""))
    own = made.startswith(_RESOLVERS) and type(field).get_result is StrawberryField.get_result
    if own and made.endswith("._get_basic_result") and field.default_resolver is getattr:
        return Asked(_attribute(field.python_name), awaited=False, may_wait=False)
    if own and field.base_resolver and not field.extensions and not schema.exception_handlers:
        try:
            return _resolver(schema, source, site, field)
        except Unsupported:
            pass
    return _as_graphql_does(source, site, site.definition, field)


def _attribute(name: str) -> str:
    if name.isidentifier() and not iskeyword(name):
        return f"v.{name}"
    return f"getattr(v, {name!r})"


def _resolver(schema: Schema, source: Source, site: Site, field: StrawberryField) -> Asked:
    """Call the function that was decorated."""
    resolver = field.base_resolver
    assert resolver is not None  # noqa: S101 -- the caller has looked
    parts = ["v"] if resolver.self_parameter else []
    parts += [f"{each.name}=v" for each in (resolver.parent_parameter, resolver.root_parameter) if each]
    if resolver.info_parameter:
        parts.append(f"{resolver.info_parameter.name}={_info(schema, source, site, field)}")
    if field.arguments:
        parts += arguments(schema, field, site.definition, site.nodes[0], source.constant)
    call = f"{source.constant(resolver.wrapped_func)}({', '.join(parts)})"
    return Asked(call, awaited=field.is_async, may_wait=True)


def _as_graphql_does(source: Source, site: Site, definition: GraphQLField, field: StrawberryField) -> Asked:
    """Call the resolver in the schema: it does all there is, permissions and extensions too."""
    given = f", **{source.constant(coerced(definition, site.nodes[0]))}(c)" if definition.args else ""
    call = f"{source.constant(definition.resolve)}(v, {_raw(source, site)}{given})"
    return Asked(call, awaited=field.is_async, may_wait=True)


def _raw(source: Source, site: Site) -> str:
    return f"{source.constant(ResolveInfo)}({source.constant(site)}, c, h)"


def _info(schema: Schema, source: Source, site: Site, field: Any) -> str:
    class_ = schema.config.info_class
    if class_ is Info:
        return f"{source.constant(QuickInfo)}({source.constant(field)}, {source.constant(site)}, c, h)"
    return f"{source.constant(class_)}(_raw_info={_raw(source, site)}, _field={source.constant(field)})"
