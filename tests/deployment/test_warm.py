"""What a web server has read before it answers anybody, so that nobody waits for it."""

import os
import secrets
import subprocess
import sys


def test_the_weights_of_the_language_guard_are_read_before_the_first_letter_is_typed() -> None:
    asked = (
        "import config.wsgi; from notifications.guard import weighing; print(weighing.weights.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "SECRET_KEY": secrets.token_urlsafe(48), "DEBUG": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["1"]
