"""No statement of the source goes untested: each has at least one test named after it."""

import ast
import re
from pathlib import Path

STATEMENTS = range(1, 53)


def test_every_statement_has_a_test_named_after_it() -> None:
    named: set[int] = set()
    for file in Path(__file__).parent.glob("test_source_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (found := re.match(r"test_s(\d+)_", node.name)):
                named.add(int(found[1]))
    missing = [f"S{number}" for number in STATEMENTS if number not in named]
    assert not missing, f"No test in tests/rules is named after {', '.join(missing)}."
