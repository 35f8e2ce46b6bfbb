"""`python -m rules` prints the page of the rules, which is kept as docs/statuses.md."""

from rules.page import page

print(page(), end="")  # noqa: T201 -- printing is all it does
