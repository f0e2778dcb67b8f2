"""Where one installation keeps its state, and the environment that its processes run in. Standard library only."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from . import engines

SOCKET_LIMIT = 90


class House:
    """`.run/` holds the customer's data: nothing here ever deletes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = Path(os.environ.get("ALLCLEAR_RUN", root / ".run"))
        self.run.mkdir(parents=True, exist_ok=True)
        self.sockets = self._sockets()
        self.own_postgres = not os.environ.get("DATABASE_URL")
        self.own_redis = not os.environ.get("REDIS_URL")

    @property
    def python(self) -> str:
        return str(self.root / ".venv" / "bin" / "python")

    def program(self, name: str) -> str:
        return str(self.root / ".venv" / "bin" / name)

    def _sockets(self) -> Path:
        """Socket paths are limited to about 100 characters, so a deep checkout has its own in a short folder."""
        folder = self.run / "s"
        if len(str(folder)) > SOCKET_LIMIT:
            name = hashlib.sha256(str(self.run).encode()).hexdigest()[:10]
            folder = Path(tempfile.gettempdir()) / f"allclear-{os.getuid()}-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, engines.NOBODY, engines.NOBODY)
        return folder

    def secret_key(self) -> str:
        """Made once for an installation."""
        path = self.run / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(64))
        return path.read_text().strip()

    def environment(self, more: Mapping[str, str] | None = None, *, owner: bool = False) -> dict[str, str]:
        """What the processes see; as `owner` they may change the schema, otherwise they run as `allclear_app`."""
        found = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(self.root)}
        found.setdefault("SECRET_KEY", self.secret_key() if not os.environ.get("SECRET_KEY") else "")
        if self.own_postgres:
            user = "allclear_owner" if owner else "allclear_app"
            found["DATABASE_URL"] = engines.database_url(self.sockets, user=user)
        if self.own_redis:
            found["REDIS_URL"] = engines.redis_url(self.sockets / "redis.sock")
        if not os.environ.get("EMAIL_URL"):
            mail = self.run / "mail"
            mail.mkdir(exist_ok=True)
            found["EMAIL_URL"] = f"filemail:///{str(mail).lstrip('/')}"
        found.setdefault("ALLCLEAR_STATIC_ROOT", str(self.run / "static"))
        return {**found, **(more or {})}
