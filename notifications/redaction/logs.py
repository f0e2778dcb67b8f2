"""Raw logs: several lines one after another that a machine wrote become one finding."""

from collections.abc import Iterator

from notifications.redaction import kinds
from notifications.redaction.rule import Span, compiled

_STAMP = (
    r"\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|\d\d?[/.-](?:\d\d|[A-Z][a-z]{2})[/.-]\d{4}[: ]\d\d?:\d\d:\d\d|"
    r"(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d\d:\d\d:\d\d[.,]\d{3}|[IWEF]\d{4} \d\d:\d\d:\d\d|"
    r"1[67]\d{8}[.]\d{3})"
)
_LOGGED = compiled(
    rf"(?m)^[ \t>|]{{0,8}}(?:{_STAMP}[^\n]*"
    r"|[a-z0-9][\w.-]{1,24} {1,16}\| [^|\n]*"
    r"|(?:\d{1,3}\.){3}\d{1,3} \S+ \S+ \[[^\n]*"
    r"|\[?(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|TRACE|SEVERE)\]?(?:[ :\[(]|\t)[^\n]*"
    r"|[\w.-]+\[\d+\]: [^\n]*|\[ *\d+\.\d{3,6}\] [^\n]*|<\d{1,3}>\d? ?[^\n]*"
    r"|\{\\?\"(?:ts|time|timestamp|@timestamp|level|severity|msg|message|log|t|date)\\?\"[^\n]*"
    r"|(?:ts|time|timestamp|level|lvl|severity|at)=[^\s]+ [^\n]*\w+=[^\n]*"
    r"|# (?:Time|User@Host|Query_time|Thread_id|Schema): ?[^\n]*|SET timestamp=\d+;"
    r"|(?:START|END|REPORT) RequestId: [^\n]*|CEF:\d\|[^\n]*|type=[A-Z_]+ msg=audit\([^\n]*"
    r"|Started (?:GET|POST|PUT|PATCH|DELETE|HEAD) \"[^\n]*|Processing by \w+[^\n]*|Completed \d{3} [^\n]*"
    r"|(?:PHP )?(?:Fatal error|Warning|Notice|Deprecated|Parse error): {1,2}[^\n]* on line \d+"
    r")$",
    ignore_case=False,
)
_FRAME = compiled(
    r"(?m)^[ \t>]{0,12}(?:Traceback \(most recent call last\):|File \"[^\n]+\", line \d+[^\n]*|at "
    r"[^\n]{1,300}(?:\([^\n]*\)|:\d+(?::\d+)?)|at [^\n]{1,300} in [^\n]+:line \d+"
    r"|#\d+ +[^\n]+|from [^\n]+:\d+:in [^\n]+|goroutine \d+ \[[^\n]*|[^\s]+\.go:\d+(?: \+0x[0-9a-f]+)?|Caused by: "
    r"[^\n]+|\.{3} \d+ (?:more|common frames)[^\n]*"
    r"|Stack trace:|[ \t]*\d+: +0x[0-9a-f]+ - [^\n]+|stack backtrace:|thread '[^\n]+' panicked at[^\n]*|[~^]+|"
    r"[\w.$]+@https?://[^\n]+:\d+:\d+)[ \t]*$",
    ignore_case=False,
)
_ERROR = compiled(
    r"^[\w.$\\]{0,200}(?:Error|Exception|Fault|Failure|Throwable|Interrupt|Warning|Exit|Missing|NotFound|"
    r"DoesNotExist|panic)\b[^\n]{0,400}$",
    ignore_case=False,
)

_QUERY = compiled(r"^(?:SELECT|INSERT|UPDATE|DELETE|WITH|CALL|COMMIT|BEGIN|use) ?[^\n]{0,400};$", ignore_case=False)
_LAST = compiled(r"^(?:exit status \d+|\[signal [^\n]*|Process exited [^\n]*|Killed|Aborted[^\n]*)$", ignore_case=False)
_CALL = compiled(r"^[\w./*()]{1,120}\([^\n]{0,200}\)$")


LINES, FRAMES = (3, 4), (2, 4)
"""From how many on a block is raw log: in text that leaves us, and elsewhere, where fewer are the lines around an error."""


def blocks(flat: bytes, *, leaving: bool) -> Iterator[Span]:
    """Some logged lines, or some frames of a trace, with indented lines and the error's own line around them."""
    marked = sorted(
        {(m.start(), m.end(), True) for m in _FRAME.finditer(flat)}
        | {(m.start(), m.end(), False) for m in _LOGGED.finditer(flat)}
    )
    group: list[tuple[int, int, bool]] = []
    for line in marked:
        if group and line[0] <= group[-1][1]:
            continue
        if group and not _joined(flat, group[-1][1], line[0]):
            yield from _block(flat, group, leaving)
            group = []
        group.append(line)
    yield from _block(flat, group, leaving)


def _joined(flat: bytes, end: int, start: int) -> bool:
    """Whether only empty or indented lines (the source line of a frame), or one line of an error, lie between."""
    between = flat[end:start]
    if len(between) > 2000:
        return False
    lines = [line for line in between.split(b"\n") if line.strip()]
    return (len(lines) <= 4 and all(line[:1] in b" \t" for line in lines)) or (
        len(lines) == 1 and (_ERROR.match(lines[0].strip()) or _CALL.match(lines[0])) is not None
    )


def _block(flat: bytes, group: list[tuple[int, int, bool]], leaving: bool) -> Iterator[Span]:
    frames = sum(frame for _, _, frame in group)
    if len(group) - frames < LINES[not leaving] and frames < FRAMES[not leaving]:
        return
    start, end = group[0][0], group[-1][1]
    if frames:
        above = flat[:start].rstrip(b"\n ")
        before = above.rfind(b"\n") + 1
        if start - len(above) <= 3 and _ERROR.match(above[before:].strip()):
            start = before
    while True:
        stop = flat.find(b"\n", end + 1)
        stop = len(flat) if stop < 0 else stop
        if not _goes_on(flat[end + 1 : stop], group[-1][2], frames > 0):
            break
        end = stop
    yield Span(start, end, kinds.LOG, "L2")


def _goes_on(line: bytes, after_frame: bool, traced: bool) -> bool:
    """Whether a line after the last one that was recognised still belongs to the block."""
    if not line.strip():
        return False
    if traced and (line[:1] in b" \t" or _LAST.match(line)):
        return True
    if after_frame:
        return _ERROR.match(line) is not None or compiled(r"^[\w.]+\.\w+: ").match(line) is not None
    return not traced and _QUERY.match(line) is not None
