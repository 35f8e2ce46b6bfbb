"""The page that says which columns and words an import understands: `python -m resolvers.imports.page`."""

import sys
from collections.abc import Iterable, Iterator

from resolvers.imports.columns import FLAGS, NAMES
from resolvers.imports.words import ALSO, NO, NONE, OF_CALLS, YES
from rules.statuses import Status

COMMAND = "python -m resolvers.imports.page > docs/import.md"

_INTRODUCTION = f"""\
# Contacts in and out

This page is generated from `resolvers/imports/` by `{COMMAND}`, and a test fails when it is not current.

```sh
python -m server import contacts.csv --team ID --owner anna@example.com --sequence Launch --report bad.csv
python -m server export contacts.csv --team ID
curl -T contacts.csv -X POST -H 'Content-Type: text/csv' -H "Authorization: Bearer $KEY" \\
  'http://127.0.0.1:8000/import?sequence=Launch&name=contacts.csv'
curl -H 'Accept: application/x-ndjson' -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/export
```

A file is CSV (its first line names the columns; separated by commas, semicolons, tabs or |) or NDJSON (an
object a line; variables may stand in an object `variables`). `--dry-run` (`dryRun=true`) checks everything
and stores nothing. Nothing is stored while a row is bad, unless `--skip-bad` (`skipBad=true`); each bad row
is told with its line, column and reason. An import that was cut off is started again in the same way: it goes
on where it stopped, and does nothing if it had ended. Over HTTP it takes a member's key with the scope
`write` (to export, `read`); the answer is NDJSON: `progress`, `bad`, `mapped`, and last `summary` or `error`.

A contact that is there already keeps its place and its statuses; its profile is merged, where a blank cell
leaves what is there; and if the file says Opted out, it opts out.

What a row does not say of a stay follows: an email where a status needs one, Contacted with it, the steps
through the last email or SMS, Finished beside Replied (where replies finish), else Active. Active, where a
variable is missing, becomes Missing data. A set that no change leads to is refused, with the nearest ones.
Of several stages Opted out holds, then Bounced, then a column of yes and no; two others are refused.

An export holds the same columns. In CSV a text that a spreadsheet would take for a formula has an apostrophe
before it, which an import takes off."""


def page() -> str:
    """Return the whole page."""
    return "\n\n".join(_sections()) + "\n"


def _sections() -> Iterator[str]:
    yield _INTRODUCTION
    yield "## Columns"
    yield "Compared without case, blanks and punctuation. Any other column is a variable of the contact."
    yield _table(("column", "also called"), ((name, ", ".join(also)) for name, also in NAMES.items()))
    yield f"Columns of yes ({_words(YES)}) and no ({_words(NO)}):"
    yield _table(("column", "yes means"), ((", ".join(words), s.value) for s, words in FLAGS.items()))
    yield "## Words for statuses"
    yield "Several stand between ; , | or +."
    words = ((status.value, ", ".join((status.name, *ALSO[status]))) for status in Status)
    yield _table(("status", "also called"), words)
    yield f"No status: {', '.join(NONE)}."
    yield "In a column about calls (`callStatus`) also:"
    yield _table(("word", "status"), ((word, status.value) for word, status in OF_CALLS.items()))


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(filter(None, words)))


def _table(titles: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {first} | {second} |" for first, second in rows]
    return "\n".join([f"| {titles[0]} | {titles[1]} |", "|---|---|", *lines])


if __name__ == "__main__":
    sys.stdout.write(page())
