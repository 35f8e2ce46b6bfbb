"""The page of words and columns is committed, so that a changed word is a changed line in review."""

from pathlib import Path

import pytest

from resolvers.imports.columns import FLAGS, NAMES, Columns
from resolvers.imports.page import COMMAND, page
from resolvers.imports.words import ALSO, status_of
from rules.statuses import Status

ROOT = Path(__file__).parents[2]


def test_the_committed_page_is_current() -> None:
    assert (ROOT / "docs/import.md").read_text(encoding="utf-8") == page(), f"Run: {COMMAND}"


@pytest.mark.parametrize("status", list(Status))
def test_every_word_stands_for_its_status(status: Status) -> None:
    for word in (status.value, status.name, status.value.upper(), *ALSO[status]):
        assert status_of(word) is status


def test_every_title_is_its_column() -> None:
    for name, others in NAMES.items():
        for title in (name, name.upper(), *others):
            assert Columns.of([title]).fields == {name: 0}
    for status, titles in FLAGS.items():
        for title in titles:
            assert Columns.of([title]).flags == {status: [0]}
