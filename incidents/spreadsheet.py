"""Cells that a spreadsheet shows and never runs. Pure."""

# What begins a file: by it Excel knows UTF-8 and reads “naïve” as that. LibreOffice and Python's `utf-8-sig` skip it.
MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(cell: object) -> str:
    """The text of a cell; one that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text
