"""The house's own rules, each of which fails with a sentence."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "models", "resolvers", "schema", "server", "execution", "inbound", "outbound")
HERE = [name for name in PACKAGES if (ROOT / name).is_dir()]

# What the core may use of the standard library: no clock, no chance, no waiting, no way in or out. A list of
# what is forbidden would miss what it does not name.
PURE = frozenset(
    {
        "abc",
        "collections",
        "dataclasses",
        "enum",
        "functools",
        "itertools",
        "math",
        "operator",
        "re",
        "typing",
    }
)
IMPURE_CALLS = frozenset({"open", "input", "print", "exec", "eval", "compile", "__import__", "breakpoint"})

# Names that say nothing about what is in them.
NAMELESS = frozenset({"utils", "util", "helpers", "helper", "common", "base", "services", "misc", "core"})

# In pieces, so that this file does not name them either.
REGISTRIES = [
    ".".join(host)
    for host in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("registry", "yarnpkg", "com"),
        ("registry", "npmmirror", "com"),
        ("conda", "anaconda", "org"),
        ("crates", "io"),
    )
]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    paths = (Path(name) for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def parsed(package: str) -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted((ROOT / package).rglob("*.py")):
        yield file.relative_to(ROOT), ast.parse(file.read_text(encoding="utf-8"), str(file))


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0], node.lineno


def test_rules_import_only_rules_and_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"rules"}
    wrong = [
        f"{path}:{line} imports {name}"
        for path, tree in parsed("rules")
        for name, line in imported(tree)
        if name not in allowed
    ]
    assert not wrong, f"rules/ may import only itself and the standard library, but {'; '.join(wrong)}."


def test_rules_have_no_clock_and_no_way_in_or_out() -> None:
    wrong = [
        f"{path}:{line} imports {name}"
        for path, tree in parsed("rules")
        for name, line in imported(tree)
        if name not in PURE | {"rules"}
    ]
    assert not wrong, f"rules/ is pure: what it needs to know is passed in, but {'; '.join(wrong)}."


def test_rules_call_nothing_that_reads_or_writes_and_wait_for_nothing() -> None:
    """`python -m rules` may print: it is the one door, and nothing imports it."""
    wrong = []
    for path, tree in parsed("rules"):
        for node in ast.walk(tree):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.Global):
                wrong.append(f"{path}:{node.lineno} has {type(node).__name__}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = node.func.id
                prints = called == "print" and path.name == "__main__.py"
                if called in IMPURE_CALLS and not prints:
                    wrong.append(f"{path}:{node.lineno} calls {called}()")
    assert not wrong, f"rules/ is pure and synchronous, but {'; '.join(wrong)}."


def test_no_module_is_named_for_nothing() -> None:
    wrong = [
        str(path)
        for path in tracked()
        if path.suffix == ".py" and NAMELESS & {part.removesuffix(".py") for part in path.parts}
    ]
    assert not wrong, f"A module is named for the one thing it is about; not so {', '.join(wrong)}."


@pytest.mark.parametrize("package", HERE)
def test_what_is_public_says_what_it_is(package: str) -> None:
    silent = []
    for path, tree in parsed(package):
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(path))
        silent += [
            f"{path}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent, f"A public module, class or function has a docstring; not so {', '.join(silent)}."


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRIES).encode(), re.IGNORECASE)
    wrong = [str(path) for path in tracked() if hosts.search((ROOT / path).read_bytes())]
    assert not wrong, f"Whoever installs chooses the registry, but it is named in {', '.join(wrong)}."


def test_no_lock_file_names_where_packages_came_from() -> None:
    resolved = re.compile(rb'^\s*"?(resolved"?:? "|resolution: |source = \{ (registry|url))', re.MULTILINE)
    wrong = [
        str(path)
        for path in tracked()
        if "lock" in path.name.lower() and resolved.search((ROOT / path).read_bytes())
    ]
    assert not wrong, (
        f"A lock file that says where packages came from is not committed, but {', '.join(wrong)} is."
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the code in which an import may go wrong."""
    copied = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", copied)
    for package in HERE:
        shutil.copytree(ROOT / package, copied / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def lint_imports(directory: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-logo", "--no-cache"], cwd=directory, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("rules", "import models.engine"),
        ("rules", "from resolvers import context"),
        ("models", "import resolvers.context"),
        ("resolvers", "import schema"),
        ("schema", "import server.settings"),
        ("models", "import strawberry"),
        ("resolvers", "from starlette.requests import Request"),
    ],
)
def test_a_wrong_import_breaks_a_contract(copy: Path, package: str, line: str) -> None:
    wrong = copy / package / "wrong.py"
    wrong.write_text(f"{line}\n", encoding="utf-8")
    try:
        found = lint_imports(copy)
    finally:
        wrong.unlink()
    assert found.returncode == 1, (
        f"No contract in pyproject.toml forbids {line!r} in {package}/.\n{found.stdout}"
    )
    assert "BROKEN" in found.stdout
    assert f"{package}.wrong" in found.stdout


def test_the_imports_there_are_keep_the_contracts(copy: Path) -> None:
    found = lint_imports(copy)
    assert found.returncode == 0, found.stdout + found.stderr
