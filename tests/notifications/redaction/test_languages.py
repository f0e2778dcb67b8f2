"""Passwords named in other languages, and passwords that stand bare in a command (A-18)."""

import pytest

from notifications.redaction import redact


@pytest.mark.requirement("A-18")
@pytest.mark.parametrize(
    "named", ["пароль", "パスワード", "密码", "hasło", "Lösenord", "şifre", "mật khẩu", "비밀번호", "סיסמה"]
)
def test_a_password_is_found_in_whatever_language_it_is_named(named: str) -> None:
    told = redact(f"vor\n{named}: tigrisch47\nnach")
    assert "tigrisch47" not in told.text and named in told.text, "the offsets hold, and only the value goes"


@pytest.mark.requirement("A-18")
@pytest.mark.parametrize(
    "command",
    ["smbclient //nas/x -U jo%{}", "echo {} | sudo -S ls", "net user svc {} /add", "htpasswd -b .htpasswd jo {}"],
)
def test_a_password_is_found_by_its_place_in_a_command(command: str) -> None:
    secret = "Tig" + "risch47"
    assert secret not in redact(command.format(secret)).text


@pytest.mark.parametrize("clean", ["echo done | tee log", "net user list shows", "smbclient -L nas", "deploy/backup"])
def test_commands_without_one_stay(clean: str) -> None:
    assert redact(clean).text == clean
