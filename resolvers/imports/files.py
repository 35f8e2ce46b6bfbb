"""CSV and NDJSON, read row by row in memory that does not grow, whatever the file holds."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO, Final, NamedTuple

import orjson

from resolvers.imports.columns import Columns
from resolvers.imports.rows import BadRow, unstorable

LONGEST: Final = 1_000_000
"""Characters of one row: what is longer is no contact, and is not read on."""
MOST_COLUMNS: Final = 1_000
_HEAD: Final = 65_536
"""Bytes that are looked at to find out how a file is written."""
_CELL: Final = 131_072
_ESCAPED: Final = re.compile(r"'+[=+\-@\t\r]")


class Format(StrEnum):
    """How the rows of a file are written; the value is its media type."""

    CSV = "text/csv"
    NDJSON = "application/x-ndjson"


class BadFile(Exception):
    """The file as a whole cannot be read: the message says what to put right, `line` where it was noticed."""

    def __init__(self, message: str, line: int = 1, column: str = "") -> None:
        super().__init__(message)
        self.row = BadRow(line, column, message)


class Found(NamedTuple):
    """A row as it stands in the file: the line it begins at, what its columns are, its cells."""

    line: int
    columns: Columns
    cells: Sequence[str]


def read(file: BinaryIO, form: Format, encoding: str | None = None) -> Iterator[Found | BadRow]:
    """Yield the rows of a file, and those that cannot be read; raises `BadFile` where nothing can follow.

    Without `encoding` it is what the first bytes say: a byte order mark, else UTF-8 where that holds, else
    Windows-1252.
    """
    head = file.read(_HEAD)
    file.seek(0)
    try:
        text = TextIOWrapper(file, encoding or _encoding(head), errors="surrogateescape", newline="")
    except LookupError:
        raise BadFile(f"No encoding is called “{encoding}”.") from None
    try:
        yield from (_csv if form is Format.CSV else _ndjson)(_Lines(text))
    finally:
        text.detach()


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


class _Lines:
    """The lines of a text, none longer than a row may be, counted; a row of many lines is one as well."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self.number = 0
        self.size = 0  # of the row that is being read; its reader sets it back

    def __iter__(self) -> Iterator[str]:
        while True:
            try:
                line = self._text.readline(LONGEST + 1)
            except UnicodeError as error:
                raise BadFile(
                    f"The file is not written in {self._text.encoding}: {error}.", self.number
                ) from None
            if not line:
                return
            self.number += 1
            self.size += len(line)
            if self.size > LONGEST:
                why = f"A row is longer than {LONGEST:,} characters: is a quote not closed?"
                raise BadFile(why, self.number)
            yield line


def _csv(lines: _Lines) -> Iterator[Found | BadRow]:
    each = iter(lines)
    head = list(islice(each, 1))
    if not head or not head[0].strip("\r\n"):
        raise BadFile("The file is empty: its first line names the columns.")
    delimiter = max(",;\t|", key=head[0].count)
    csv.field_size_limit(_CELL)
    reader = csv.reader(_again(head, each), delimiter=delimiter, strict=True)
    columns: Columns | None = None
    while True:
        begins, lines.size = lines.number + 1, 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if columns is None:
                raise BadFile(f"The first line cannot be read: {error}.") from None
            yield BadRow(begins, "", f"The row cannot be read: {error}.")
            continue
        if columns is None:
            columns = checked(Columns.of(cells))
        elif cells:
            yield Found(begins, columns, [_plain(cell) for cell in cells])


def _again(head: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from rest


def _plain(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if cell[:1] == "'" and _ESCAPED.match(cell) else cell


def checked(columns: Columns, line: int = 1) -> Columns:
    """Return the columns; raises `BadFile` if one cannot be used."""
    if len(columns.titles) > MOST_COLUMNS:
        raise BadFile(f"There are {len(columns.titles):,} columns; the most is {MOST_COLUMNS:,}.", line)
    for title in columns.titles:
        if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in title):
            raise BadFile(unstorable(title), line, "")
    if columns.problems:
        title, why = columns.problems[0]
        raise BadFile(why, line, title)
    return columns


def _ndjson(lines: _Lines) -> Iterator[Found | BadRow]:
    seen: dict[tuple[str, ...], Columns] = {}
    for text in lines:
        lines.size = 0
        if not text.strip():
            continue
        try:
            value = orjson.loads(text)
        except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
            yield BadRow(lines.number, "", f"The line is not JSON: {error}.")
            continue
        if not isinstance(value, dict):
            yield BadRow(lines.number, "", 'A line is one object, such as {"email": "ada@example.com"}.')
            continue
        flat, wrong = _flat(value)
        titles = tuple(flat)
        columns = seen.get(titles)
        try:
            if columns is None:
                columns = checked(Columns.of(titles), lines.number)
                if len(seen) < 1_000:
                    seen[titles] = columns
        except BadFile as bad:
            yield bad.row
            continue
        if wrong:
            yield from (
                BadRow(lines.number, title[:80], "Write a text, a number, or true or false here.")
                for title in wrong
            )
            continue
        yield Found(lines.number, columns, list(flat.values()))


def _flat(value: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return an object's values as cells; the variables of a contact may stand in an object of their own."""
    flat: dict[str, str] = {}
    wrong: list[str] = []
    for title, each in value.items():
        if isinstance(each, dict) and title in {"variables", "customFields"}:
            pairs: Iterable[tuple[str, Any]] = ((f"variable:{name}", inner) for name, inner in each.items())
        elif isinstance(each, list) and all(isinstance(one, str) for one in each):
            pairs = [(title, "; ".join(each))]
        else:
            pairs = [(title, each)]
        for name, one in pairs:
            cell = _cell(one)
            flat[name] = cell or ""
            if cell is None:
                wrong.append(name)
    return flat, wrong


_TEXT: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    int: str,
    float: repr,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "",
}


def _cell(value: Any) -> str | None:
    as_text = _TEXT.get(type(value))
    return as_text(value) if as_text else None
