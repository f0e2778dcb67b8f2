"""docs/requirements.md is made from the markers in the tests, so it cannot drift: run it as a module to write it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "requirements.md"
ID = re.compile(r"[ABC]-\d\d\d?")
HEAD = """# Requirements and the tests that show them

Made from the `requirement` markers in `tests/`; `python -m tests.test_requirements` writes it anew.
A requirement that no test names yet is not listed.

| requirement | shown by |
|---|---|
"""


def markers() -> dict[str, list[str]]:
    """Each requirement id with the tests that carry it."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.requirement"):
                    for value in mark.args:
                        name = ast.literal_eval(value)
                        found.setdefault(name, []).append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def page() -> str:
    rows = sorted(markers().items(), key=lambda row: (row[0][0], int(row[0][2:])))
    return HEAD + "".join(f"| {name} | {'<br>'.join(f'`{test}`' for test in tests)} |\n" for name, tests in rows)


def test_the_page_is_what_the_markers_say() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.test_requirements"


def test_markers_name_requirements() -> None:
    assert all(ID.fullmatch(name) for name in markers())


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
