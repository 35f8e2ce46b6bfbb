"""Checks of what people type: each returns the reasons why a value cannot be used, empty if it can."""

import re
from collections.abc import Iterable

from resolvers.problems import Problem, invalid

_NEVER = r"\s\x00-\x1f\x7f\ud800-\udfff@<>(),;:\"\[\]\\"
EMAIL = re.compile(rf"[^{_NEVER}]+@[^{_NEVER}]+\.[^{_NEVER}.]+")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""JSON can write these, PostgreSQL's text and UTF-8 cannot: NUL, and halves of a pair."""


def text_problems(field: str, value: str | None, *, most: int, blank: bool = True) -> Iterable[Problem]:
    """Check a text: at most so many characters, and something in it unless it may be blank."""
    if value is None:
        return
    if not blank and not value.strip():
        yield invalid(field, "Write something here: it must not be blank.")
    if UNSTORABLE.search(value):
        yield invalid(field, "Take out what is no character: NUL, or half of a surrogate pair.")
    if len(value) > most:
        yield invalid(field, f"Write at most {most:,} characters here; these are {len(value):,}.")


def email_problems(field: str, value: str) -> Iterable[Problem]:
    """Check an email address: its form (RFC 5321's lengths), not whether it exists."""
    if len(value) > 254 or not EMAIL.fullmatch(value):
        shown = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value[:80])
        yield invalid(field, f"“{shown}” is not an email address: write it like name@example.com.")
    elif value.lower() != "".join(letter.lower() if letter.isascii() else letter for letter in value):
        # Two addresses that differ in case are one; for these letters no two programs agree on case.
        yield invalid(field, f"Write “{value[:80]}” in lower case.")


def variable_problems(
    field: str, variables: Iterable[tuple[str, str | None]], taken: Iterable[str]
) -> Iterable[Problem]:
    """Check the custom variables of a profile: their names, and that each value fits."""
    for name, value in variables:
        if not VARIABLE.fullmatch(name) or len(name) > 80:
            shown = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", name[:80])
            yield invalid(field, f"“{shown}” is not a variable's name: a letter, then letters, digits or _.")
        elif name in taken:
            yield invalid(field, f"{name} is a field of the profile: set it there.")
        yield from text_problems(f"{field}.{name[:80]}", value, most=2_000)
