"""The shipped nginx before the pages: what it accepts, and that it passes on the client's address and streams."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.nginx import Nginx
from tests.security.service import Service
from tests.security.sockets import asked, closed, head, many, status
from tests.security.test_bodies import MB, poured

FOLDER = Path(__file__).parents[2] / "deploy" / "nginx"


def shipped() -> str:
    """The files of the front as one, with the ports of a test in place of those of the containers."""
    text = (FOLDER / "limits.conf").read_text() + (FOLDER / "compose.conf").read_text()
    text = text.replace("{", "{{").replace("}", "}}")
    for ours, tests in (
        ("listen 8080", "listen 127.0.0.1:{port}"),
        ("http://web:8080", "http://127.0.0.1:{upstream}"),
        ("172.31.250.1", "127.0.0.1"),
    ):
        assert ours in text
        text = text.replace(ours, tests)
    return text


@pytest.fixture(scope="module")
def front(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with Nginx(tmp_path_factory.mktemp("front"), service.port, shipped()) as made:
        yield made


def test_it_leads_to_the_pages(front: Nginx) -> None:
    assert b"ok\n" in asked(front.port, head("GET", "/healthz", "Connection: close"))


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_no_large_body_gets_through(front: Nginx, service: Service, chunked: bool) -> None:
    before = service.memory()
    for method, path in (("POST", "/console/sign-in"), ("PUT", "/api/v1/topics/rail"), ("POST", "/nowhere")):
        _, said = poured(front.port, method, path, chunked=chunked, size=50 * MB)
        assert status(said) == 413  # nginx goes on taking what it throws away
    assert service.memory() - before < 5 * MB


def test_half_requests_stay_outside(front: Nginx, service: Service) -> None:
    half = b"POST /subscribe HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na"
    with many(front.port, 300, half) as found:
        assert b"ok\n" in asked(service.port, head("GET", "/healthz", "Connection: close"))
        assert len(list(Path(f"/proc/{service.process.pid}/fd").iterdir())) < 200
        assert closed(found, 0.05) < 300


def test_who_asks_too_often_is_told_so_and_others_are_not(front: Nginx) -> None:
    one = http.client.HTTPConnection("127.0.0.1", front.port, timeout=20)

    def ask(address: str) -> int:
        one.request("GET", "/healthz", headers={"X-Forwarded-For": address})
        answer = one.getresponse()
        answer.read()
        return answer.status

    assert 429 in [ask("203.0.113.7") for _ in range(400)]
    assert ask("203.0.113.8") == 200
    assert 429 in [ask(f"2001:db8:1:2::{n:x}") for n in range(1, 400)]
    assert ask("2001:db8:1:3::1") == 200
    one.close()
