"""The baseline: plain Strawberry over the same tables, as its documentation has one write it."""
