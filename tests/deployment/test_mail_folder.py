"""Without a mail server letters are files in the folder that `up` names, wherever it runs."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_folder_for_mail_is_read_from_the_root(tmp_path: Path) -> None:
    asked = "from django.conf import settings; print(settings.EMAIL_FILE_PATH)"
    told = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**os.environ, "EMAIL_URL": f"filemail://{tmp_path}", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str(tmp_path)
