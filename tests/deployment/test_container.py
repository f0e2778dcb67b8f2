"""The image and the compose file, shown without Docker: what they name exists, and is understood."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml
from django.core.management import get_commands

from config.celery import app
from config.launch import engines
from tests.faults.processes import environment

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = COMPOSE["services"]


def test_each_queue_of_the_beat_has_a_worker_and_each_part_a_service() -> None:
    rung = {entry["options"]["queue"] for entry in app.conf.beat_schedule.values()}
    served = set()
    for service in SERVICES.values():
        command = str(service.get("command", ""))
        if " worker " in command:
            served |= set(re.findall(r"-Q (\S+)", command)[0].split(","))
    assert rung == served
    assert {"web", "beat", "watch", "migrate", "postgres", "redis"} <= SERVICES.keys()
    # Beat must be one; a second is survived (fault 13), and still never asked for.
    assert sum(" beat " in str(one.get("command", "")) for one in SERVICES.values()) == 1


def test_every_command_is_one_that_is_there() -> None:
    known = get_commands()
    for name, service in SERVICES.items():
        for command in re.findall(r"manage\.py (\w+)", str(service.get("command", ""))):
            assert command in known, (name, command)
    for words in re.findall(
        r"celery (-A config .*)", "\n".join(str(one.get("command", "")) for one in SERVICES.values())
    ):
        # `--help` comes last, so celery has read every option before it answers.
        asked = [sys.executable, "-m", "celery", *shlex.split(words), "--help"]
        told = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, env=environment(), check=False)
        assert told.returncode == 0, told.stderr


def test_every_setting_that_is_handed_on_is_read() -> None:
    settings = (ROOT / "config/settings.py").read_text() + (
        ROOT / "incidents/management/commands/grant_runtime_role.py"
    ).read_text()
    for service in SERVICES.values():
        for name in service.get("environment", {}) if "build" in service else ():
            assert f'"{name}"' in settings, name


def test_the_gunicorn_of_the_image_takes_its_own_words() -> None:
    words = eval(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[0])
    words = [sys.executable, "-m", *words, "--check-config"]
    told = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=environment(), check=False)
    assert told.returncode == 0, told.stderr


def test_the_image_has_a_python_and_a_postgresql_that_we_run_on_and_copies_what_it_needs() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    (image,) = re.findall(r"^FROM python:(3\.\d+)", DOCKERFILE, re.M)
    assert wanted == f">={image}" or (wanted.startswith(">=3.") and tuple(map(int, image.split("."))) >= (3, 11))
    (server,) = re.findall(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    bundled = subprocess.run(
        [str(engines.postgres_bin() / "postgres"), "-V"], capture_output=True, text=True, check=True
    )
    assert f" {server}." in bundled.stdout
    ignored = (ROOT / ".dockerignore").read_text().split()
    needed = {
        "config",
        "incidents",
        "postmortems",
        "notifications",
        "templates",
        "static",
        "manage.py",
        "requirements.lock",
    }
    assert not needed & set(ignored) and {".git", ".run", ".venv"} <= set(ignored)
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.M)


def test_every_command_that_the_documents_tell_of_is_there() -> None:
    told = {
        (path.name, name)
        for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        for name in re.findall(r"(?:manage\.py|allclear manage) ([a-z_]+)", path.read_text())
    }
    assert ("README.md", "first_sign_in_link") in told, "the way in for the first administrator of a container"
    assert [one for one in sorted(told) if one[1] not in get_commands()] == []
