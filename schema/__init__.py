"""The GraphQL face: types, queries and mutations over the use cases."""

# First, before any type names an enum: Strawberry would make one of its own, without our descriptions.
from schema import enums as enums

# What reads strings refuses what cannot be stored.
from schema import text as text
