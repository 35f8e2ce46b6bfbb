"""The schema, and its text."""

from typing import TypeVar

import strawberry
from graphql import build_schema, lexicographic_sort_schema, print_schema

from schema.mutation import Mutation
from schema.query import Query
from schema.reasons import REASON_TYPES
from schema.subscription import Subscription

Class = TypeVar("Class", bound=strawberry.Schema)


def build(schema_class: type[Class], **options: object) -> Class:
    """Return the schema; how it is executed and guarded is the server's, which gives class and options."""
    roots: dict[str, object] = {
        "query": Query,
        "mutation": Mutation,
        "subscription": Subscription,
        "types": REASON_TYPES,
    }
    return schema_class(**roots, **options)  # type: ignore[arg-type]


def export_sdl(schema: strawberry.Schema) -> str:
    """Return the schema's text, sorted, as `schema/schema.graphql` holds it.

    A copy is sorted: sorting the schema itself breaks its unions and enums.
    """
    return print_schema(lexicographic_sort_schema(build_schema(schema.as_str()))) + "\n"
