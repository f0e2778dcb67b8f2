"""What every page stands on: no other host, nothing that a strict policy forbids, a rail without a script."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.ROOT)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN = sorted((ROOT / "static" / "allclear").iterdir())


# Saved as a file and read without us: its style is in it. It only ever leaves as an attachment.
FILES = {"postmortems/paper.html"}
PAGES = [path for path in TEMPLATES if str(path.relative_to(ROOT / "templates")) not in FILES]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_saved_has_no_script_and_reaches_for_nothing(name: str) -> None:
    text = (ROOT / "templates" / name).read_text()
    assert not re.search(
        r"<script|\son(click|change|submit|load|input|error)\s*=|javascript:|src=|href=|url\(", text, re.I
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_needs_an_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style\b|\son(click|change|submit|load|input|error)\s*=|javascript:", text, re.I)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_text_that_is_written_down_can_be_cut_by_the_browser(path: Path) -> None:
    """`maxlength` cuts a longer paste without a word; only the words of a search may have it."""
    for field in re.findall(r"<(?:textarea|input)\b[^>]*maxlength[^>]*>", path.read_text()):
        assert 'type="search"' in field or 'name="incident"' in field, field


def test_nothing_is_loaded_from_another_host() -> None:
    for path in [*OWN, *(ROOT / "static" / "vendor").glob("*.css")]:
        text = path.read_text()
        found = re.findall(r"(?:url\(|@import|import |fetch\()\s*['\"]?(https?:)?//", text)
        assert not found, path.name
        assert "sourceMappingURL" not in text, path.name


def test_every_vendored_file_is_the_one_that_is_written_down() -> None:
    vendor = ROOT / "static" / "vendor"
    written = dict(re.findall(r"^\| `([^`]+)`.*`([0-9a-f]{64})` \|$", (vendor / "VERSIONS.md").read_text(), re.M))
    files = {path.name for path in vendor.iterdir()} - {"VERSIONS.md"}
    assert set(written) == files
    for name, expected in written.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == expected, name


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "allclear" / "sprite.svg").read_text()
    drawn = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite))
    asked = {name for path in TEMPLATES for name in re.findall(r'\{% icon "([a-z0-9-]+)"', path.read_text())}
    for path in (ROOT / "incidents").rglob("*.py"):
        if re.search(r"^(LOOKS|ICONS|VERBS|STEPS)\b", path.read_text(), re.M):
            asked |= set(re.findall(r'icon="([a-z0-9-]+)"', path.read_text()))
    assert asked
    assert not asked - drawn


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_a_page_for_a_broken_day_needs_neither_database_nor_manifest(name: str) -> None:
    page = get_template(name).render()
    assert 'href="/static/allclear/tokens.css"' in page
    assert "<h1>" in page


def test_the_rail_opens_on_a_phone_without_a_script() -> None:
    text = (ROOT / "templates" / "base.html").read_text()
    assert re.search(r'<nav class="rail" id="rail" popover\b', text)
    assert re.search(r'<button[^>]*popovertarget="rail"', text)


def test_dark_follows_the_system_without_a_script() -> None:
    tokens = (ROOT / "static" / "allclear" / "tokens.css").read_text()
    assert re.search(r":root \{ color-scheme: light dark; \}", tokens)
    base = (ROOT / "templates" / "base.html").read_text()
    assert '{% if theme != "system" %} data-bs-theme="{{ theme }}"{% endif %}' in base
