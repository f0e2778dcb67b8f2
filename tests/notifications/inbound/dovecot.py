"""A real IMAP server on loopback for one test: Dovecot from Debian, with one mailbox and a folder of its own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.notifications.sink import free_port

USER, PASSWORD = "replies", "s3cret:p@ss/w"
CONFIGURATION = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:{folder}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
"""


def available() -> bool:
    """Dovecot is installed, and this user may run it as the one that it drops to."""
    return bool(shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")) and os.geteuid() == 0


class Dovecot:
    """One server with the mailbox `replies`; `deliver` puts letters in as a mail server would."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.inbox = folder / "mail"
        self.process: subprocess.Popen[bytes] | None = None
        self.delivered = 0

    @property
    def url(self) -> str:
        return f"imap://{USER}:s3cret%3Ap%40ss%2Fw@127.0.0.1:{self.port}/INBOX"

    def start(self) -> None:
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin") or "dovecot"
        command = [program, "-F", "-c", str(self.folder / "conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        log = self.folder / "log"
        raise AssertionError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
            self.process = None

    def deliver(self, raw: bytes, *, read: bool = False) -> None:
        """A letter arrives; `read` as one that somebody has opened already."""
        self.delivered += 1
        name = f"{int(time.time())}.M{self.delivered}.here"
        to = self.inbox / ("cur" if read else "new") / (f"{name}:2,S" if read else name)
        (self.inbox / "tmp" / name).write_bytes(raw)
        os.chown(self.inbox / "tmp" / name, NOBODY.pw_uid, NOBODY.pw_gid)
        (self.inbox / "tmp" / name).rename(to)

    def unread(self) -> int:
        new = len(list((self.inbox / "new").iterdir()))
        return new + sum("S" not in one.name.rpartition(",")[2] for one in (self.inbox / "cur").iterdir())

    def moved(self) -> int:
        done = self.inbox / ".Done"
        return sum(len(list((done / name).iterdir())) for name in ("new", "cur") if (done / name).exists())


NOBODY = pwd.getpwnam("nobody")


@contextmanager
def serving() -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="allclear-imap-"))
    folder.chmod(0o755)
    server = Dovecot(folder, free_port())
    for name in ("", "new", "cur", "tmp"):
        (server.inbox / name).mkdir()
        os.chown(server.inbox / name, NOBODY.pw_uid, NOBODY.pw_gid)
    (folder / "run").mkdir()
    group = "nogroup"
    values = {"uid": NOBODY.pw_uid, "gid": NOBODY.pw_gid, "user": "nobody", "group": group, "port": server.port}
    text = CONFIGURATION.format(folder=folder, run=folder / "run", password=PASSWORD, **values)
    (folder / "conf").write_text(text)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
