"""Why a server cannot be reached is said in words, from real failures, and without the address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.web.organisation.attempt import SignInAttempt
from alerts.web.organisation.provider import Provider, ProviderAwayError, ProviderError
from crawler.config.sign_in_settings import SignIn
from crawler.net.guard import Guard
from crawler.net.http import HttpAnswer, ask
from crawler.net.unreachable import NOT_TRUSTED, why_unreachable
from tests.alerts.conftest import certificate
from tests.security.test_organisation_answers import GOOD, ISSUER, Answering


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _ = server.accept()
            with closing(taken):
                answer(taken)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def why(url: str) -> str:
    with pytest.raises(Exception) as caught:
        ask(Guard(("127.0.0.1", "localhost")), "GET", url, {}, timedelta(seconds=5))
    return why_unreachable(caught.value)


def test_a_refused_connection_and_a_broken_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/secret") == "it refuses the connection"
    with listening(lambda taken: None) as port:
        assert why(f"http://127.0.0.1:{port}/secret") == "the connection broke"


def test_a_certificate_that_nobody_vouches_for_names_the_key_that_helps(tmp_path: Path) -> None:
    made = certificate(tmp_path, "127.0.0.1")
    context = made.context

    def refuse(taken: socket.socket) -> None:
        with pytest.raises(OSError):
            context.wrap_socket(taken, server_side=True).recv(1)

    with listening(refuse) as port:
        assert why(f"https://127.0.0.1:{port}/") == NOT_TRUSTED
    with listening(refuse) as port:
        sign_in = {
            "issuer": f"https://127.0.0.1:{port}", "client_id": "watch", "roles": {"operator": ["x"]}, "allow_private": ["127.0.0.1"],
        }  # fmt: skip
        with pytest.raises(ProviderAwayError, match=r"web\.sign_in\.trust"):
            Provider(SignIn.model_validate(sign_in)).description()


@pytest.mark.parametrize(
    ("status", "reason", "is_client"),
    [
        (401, b'{"error": "invalid_client"}', True), (400, b'{"error": "invalid_client"}', True), (401, b"", True),
        (400, b'{"error": "invalid_grant"}', False),
    ],
)  # fmt: skip
def test_a_wrong_client_secret_is_said(status: int, reason: bytes, is_client: bool) -> None:
    class Refusing(Answering):
        def _ask(self, method: str, address: str, *more: object) -> HttpAnswer:
            if method == "POST":
                return HttpAnswer(status, None, reason, "application/json")
            return super()._ask(method, address)

    provider = Refusing({"description": GOOD})
    attempt = SignInAttempt("s", "n", "v" * 43, ISSUER, "/console/", "en", 0)
    with pytest.raises(ProviderError) as caught:
        provider.redeem("code", attempt, "https://watch.example/back")
    assert ("client_id or client_secret" in str(caught.value)) == is_client
