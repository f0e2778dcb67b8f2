"""Where a process may be made to die, so that the tests can kill it for real at the worst instant.

`ALLCLEAR_CRASH_POINT=handoff` ends the process as SIGKILL would when it comes by `reached("handoff")`. Unset, as in
production, it does nothing.
"""

import os
import signal

POINT = os.environ.get("ALLCLEAR_CRASH_POINT", "")


def reached(name: str) -> None:
    if name == POINT:
        os.kill(os.getpid(), signal.SIGKILL)
