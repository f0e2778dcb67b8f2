"""What was written now, and what was quoted: folded, never thrown away. Pure, and linear in the letter.

It looks for the line that introduces a quotation, in the languages of the usual mail programs, and for lines that begin
with `>`. When nothing would be left it takes the whole letter as written: a reader never misses words because of it.
"""

import re

# The line that a mail program puts above what it quotes.
INTRODUCES = re.compile(
    r"(on\b.{6,200}\bwrote|am\b.{6,200}\bschrieb\b.{0,120}|le\b.{6,200}\ba écrit|el\b.{6,200}\bescribió|"
    r"il\b.{6,200}\bha scritto|op\b.{6,200}\bschreef\b.{0,120}|em\b.{6,200}\bescreveu|den\b.{6,200}\bskrev\b.{0,120})"
    r"\s?:",
    re.IGNORECASE,
)
STARTS = re.compile(r"(on|am|le|el|il|op|em|den)\b", re.IGNORECASE)
SEPARATES = re.compile(
    r"-{2,}\s?(original message|original-nachricht|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"forwarded message|weitergeleitete nachricht)\s?-{2,}|_{20,}|begin forwarded message:",
    re.IGNORECASE,
)
FIELDS = re.compile(
    r"\*?(from|sent|to|subject|date|von|gesendet|an|betreff|de|envoyé|à|objet)\s?:\*?\s.+", re.IGNORECASE
)
MOST_LINES = 5000
LONGEST = 400


def split(text: str) -> tuple[str, str]:
    """`(written, quoted)`. Answers between quoted lines stay written; what stands below an introduction is quoted."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines, beyond = lines[:MOST_LINES], lines[MOST_LINES:]
    end, below = _introduction(lines)
    written = [line for line in lines[:end] if not line.startswith(">")]
    quoted = [line for line in lines[:end] if line.startswith(">")] + lines[end:] + beyond
    # Answers that stand below an introduction between quoted lines: “see my answers in line”.
    inline = [line for line in lines[below:] if line.strip() and not line.startswith(">")]
    if end < len(lines) and any(line.startswith(">") for line in lines[end:]) and inline:
        written += inline
        quoted = [line for line in lines if line.startswith(">")] + beyond
    now = "\n".join(written).strip()
    if not now:
        return text.strip(), ""
    return now, "\n".join(quoted).strip()


def _introduction(lines: list[str]) -> tuple[int, int]:
    """Where the introduction of a quotation begins, and the line below it; the end, twice, when there is none."""
    for number, line in enumerate(lines):
        short = line.strip()[:LONGEST]
        if SEPARATES.fullmatch(short):
            return number, number + 1
        # A long introduction is broken over two lines.
        follows = lines[number + 1].strip()[:LONGEST] if number + 1 < len(lines) else ""
        if STARTS.match(short) and INTRODUCES.fullmatch(short):
            return number, number + 1
        if STARTS.match(short) and INTRODUCES.fullmatch(f"{short} {follows}"):
            return number, number + 2
        if FIELDS.fullmatch(short) and _fields(lines[number : number + 6]) >= 3:
            return number, number + 1
    return len(lines), len(lines)


def _fields(lines: list[str]) -> int:
    return sum(1 for line in lines if FIELDS.fullmatch(line.strip()[:LONGEST]))
