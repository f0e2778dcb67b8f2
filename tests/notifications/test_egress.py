"""What somebody typed as an address is called only where it may be: on the Internet, checked once, redirects too."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from notifications import egress
from tests.notifications.receiver import Receiver, Said, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EGRESS_HOSTS = ["127.0.0.1", "hooks.internal"]
    with receiving() as running:
        yield running


def _post(url: str, seconds: float = 5) -> egress.Answer:
    return egress.post(url, b"{}", {"Content-Type": "application/json"}, seconds=seconds)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"])
def test_what_is_on_the_internet(address: str) -> None:
    assert egress.is_global(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
        "2001:db8::1",
    ],
)
def test_what_is_not(address: str) -> None:
    assert not egress.is_global(address)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://example.org/x", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("http://example.org/x", "https:// address"),
        ("https://", "begins with https"),
        ("https://user:secret@example.org/", "user name and password"),
        ("https://example.org:99999/", "no address"),
        ("https://example.org:0/", "no address"),
        ("https://example.org/a b", "no blanks"),
        ("https://example.org/\r\nX: y", "no blanks"),
        ("https://[::1/", "no address"),
    ],
)
def test_what_no_address_may_be(url: str, sentence: str) -> None:
    with pytest.raises(egress.Forbidden, match=sentence):
        egress.checked(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.2", "[::1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "10.0.0.1", "100.64.0.1"],
)
def test_this_machine_and_its_network_are_refused_where_they_are_typed(host: str) -> None:
    with pytest.raises(egress.Forbidden, match="no address on the Internet"):
        egress.checked(f"https://{host}/hook")


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "１２７.０.０.１"],
)
def test_what_wraps_or_spells_an_inside_address_is_refused_where_it_is_typed(host: str) -> None:
    with pytest.raises(egress.Forbidden, match="no address on the Internet"):
        egress.checked(f"https://{host}/hook")


def test_an_outside_address_and_a_name_pass_without_asking_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def answering(host: Any, *more: Any, **named: Any) -> Any:
        assert named.get("flags", 0) & socket.AI_NUMERICHOST, "a name server was asked"
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    for host in ("93.184.216.34", "[2606:2800:220:1::1]", "example.org"):
        assert egress.checked(f"https://{host}/hook").scheme == "https"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_ways_to_write_this_machine(host: str) -> None:
    with pytest.raises((egress.Forbidden, egress.Failed), match=r"on the Internet|not known"):
        _post(f"https://{host}:9/")


def test_a_named_host_is_called_by_its_name_at_the_address_that_was_resolved_once(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second answer of the name server would be another, and is never asked for."""
    real, asked = socket.getaddrinfo, []

    def answering(host: Any, *more: Any, **named: Any) -> Any:
        if host == "hooks.internal":
            asked.append(host)
            return real("127.0.0.1" if len(asked) == 1 else "127.0.0.9", *more, **named)
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    answer = _post(f"http://hooks.internal:{receiver.server_port}/hook")
    assert answer.status == 200
    assert asked == ["hooks.internal"]
    assert receiver.got[0].headers["host"] == f"hooks.internal:{receiver.server_port}"


@pytest.mark.parametrize("second", ["127.0.0.1", "10.0.0.1"])
def test_a_name_with_one_address_inside_is_refused_altogether(monkeypatch: pytest.MonkeyPatch, second: str) -> None:
    def answering(host: Any, port: Any, **named: Any) -> Any:
        if named.get("flags", 0) & socket.AI_NUMERICHOST:
            raise socket.gaierror("it is a name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("93.184.216.34", second)]

    monkeypatch.setattr(socket, "getaddrinfo", answering)
    with pytest.raises(egress.Forbidden, match="not on the Internet"):
        _post("https://rebind.example/")


@pytest.mark.parametrize(
    "where",
    ["http://localhost:{port}/inside", "https://169.254.169.254/latest", "http://10.0.0.1/", "file:///etc/passwd"],
)
def test_a_redirect_inside_is_not_followed(receiver: Receiver, where: str) -> None:
    receiver.answers = [Said(307, {"Location": where.format(port=receiver.server_port)})]
    with pytest.raises(egress.Forbidden):
        _post(receiver.url)
    assert len(receiver.got) == 1


def test_redirects_that_keep_the_method_are_followed_and_no_more_than_three(receiver: Receiver) -> None:
    receiver.answers = [Said(308, {"Location": "/moved"})]
    assert _post(receiver.url).status == 200
    assert [one.path for one in receiver.got][1] == "/moved"
    assert receiver.got[1].body == b"{}"
    receiver.answers = [Said(307, {"Location": "/again"})] * 9
    with pytest.raises(egress.Failed, match="more than 3 redirects"):
        _post(receiver.url)
    assert len(receiver.got) == 2 + 4
    receiver.answers = [Said(302, {"Location": "/login"})]
    assert _post(receiver.url).status == 302
    assert len(receiver.got) == 7


def test_a_huge_answer_is_cut(receiver: Receiver) -> None:
    receiver.answers = [Said(body=b"x" * 30_000_000)]
    assert len(_post(receiver.url).body) == egress.MOST_BYTES


@pytest.mark.parametrize("said", [Said(seconds=3), Said(body=b"x" * 100, drip=0.2)])
def test_one_that_hangs_or_drips_is_left_in_time(receiver: Receiver, said: Said) -> None:
    receiver.answers = [said]
    began = time.monotonic()
    try:
        answer = _post(receiver.url, seconds=0.6)
    except egress.Failed as error:
        assert "in time" in str(error)
        assert error.sent
    else:
        assert len(answer.body) < 10
    assert time.monotonic() - began < 1.5


def test_nobody_there(settings: Any) -> None:
    settings.EGRESS_HOSTS = ["127.0.0.1"]
    with pytest.raises(egress.Failed) as failed:
        _post("http://127.0.0.1:9/")
    assert not failed.value.sent


def test_a_plain_server_is_not_taken_for_a_secure_one(receiver: Receiver) -> None:
    with pytest.raises(egress.Failed, match="no secure connection"):
        _post(receiver.url.replace("http://", "https://"))
