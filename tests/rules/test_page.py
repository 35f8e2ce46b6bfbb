"""The page of the rules is committed, so that a changed rule is a changed sentence in review."""

import re
import subprocess
import sys
from pathlib import Path

from rules.page import COMMAND, page
from rules.statuses import STAGES, Status
from rules.table import BY_HAND, BY_THE_SYSTEM, TABLE
from rules.vocabulary import ReasonCode

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "statuses.md"


def tables() -> list[list[list[str]]]:
    """Return the page's tables, each a list of lines, each a list of cells."""
    blocks = [block for block in page().split("\n\n") if block.startswith("| ")]
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        for block in blocks
    ]


def test_the_committed_page_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == page(), f"The page is old. Run: {COMMAND}"


def test_the_command_prints_the_page() -> None:
    printed = subprocess.run([sys.executable, "-m", "rules"], cwd=ROOT, check=True, capture_output=True)
    assert printed.stdout.decode("utf-8") == page()


def test_the_page_says_first_that_it_is_generated_and_how() -> None:
    first = page().split("\n\n")[1]
    assert first.startswith("This page is generated")
    assert COMMAND in first


def test_every_row_is_a_line() -> None:
    lines = [line for table in tables() for line in table if line[0].startswith(("add ", "remove "))]
    assert [(line[0], line[-1]) for line in lines] == [(str(row.change), row.source) for row in TABLE]
    assert len(lines) == len(BY_HAND) + len(BY_THE_SYSTEM)


def test_every_table_is_rectangular() -> None:
    for table in tables():
        assert len({len(line) for line in table}) == 1


def test_every_status_and_every_reason_is_explained() -> None:
    for word in [f"**{status.value}**" for status in Status] + [f"`{code.name}`" for code in ReasonCode]:
        assert f"| {word} " in page()


def test_every_stage_can_be_entered_in_the_diagrams_and_every_arrow_has_its_words() -> None:
    """A Mermaid line ends its label at a colon or semicolon: neither may stand in one."""
    diagrams = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", page(), re.DOTALL)
    arrows = [line.strip() for line in "".join(diagrams).splitlines() if "-->" in line]
    reached = {re.fullmatch(r"\S+ --> (\S+) : [^:;#]+", arrow) for arrow in arrows}
    assert {found[1] for found in reached if found} == {stage.name for stage in STAGES} | {"[*]"}
    assert None not in reached
