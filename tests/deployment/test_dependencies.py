"""What the code imports is declared, so that no other library's change of mind can take it away."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("config", "incidents", "notifications", "postmortems")


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found} - set(OURS) - sys.stdlib_module_names


def test_every_library_that_the_code_imports_is_declared() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    declared = {re.split(r"[\[<>=~! ;]", one)[0].lower() for one in wanted}
    homes = packages_distributions()
    imported = {name: path for app in OURS for path in (ROOT / app).rglob("*.py") for name in _imported(path)}
    assert len(imported) > 15, imported
    missing = {
        name: str(path.relative_to(ROOT))
        for name, path in imported.items()
        if not {home.lower().replace("_", "-") for home in homes.get(name, [name])} & declared
    }
    assert missing == {}
