"""The use cases: load, decide, store. They know no GraphQL and no HTTP, and return domain values."""
