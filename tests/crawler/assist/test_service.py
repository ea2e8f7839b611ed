"""What a server may say instead of HTTP, and addresses as operators write them: always an answer or an `AssistError`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from crawler.assist.adapters.service import RemoteService, said_in, without_key
from crawler.assist.model import AssistError
from crawler.config.assist_settings import AssistantSettings
from crawler.model import AseanwatchError
from tests.assist_servers import ChatServer, refusal


@contextmanager
def saying(*answers: bytes) -> Iterator[str]:
    """The address of a server that says these bytes, one after another, to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for answer in answers:
                taken, _ = server.accept()
                with closing(taken):
                    taken.recv(65_536)
                    taken.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def service(url: str, key: str = "") -> RemoteService:
    return RemoteService(AssistantSettings(url=url, key=SecretStr(key), timeout=timedelta(seconds=10)), "it")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00" * 100,
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n{}",
    ],
    ids=lambda said: repr(said[:40]),
)
def test_what_is_no_http_is_unreachable(said: bytes) -> None:
    with saying(said) as address, pytest.raises(AssistError) as caught:
        service(address).request("GET", "/")
    assert caught.value.kind == "unreachable" and str(caught.value).startswith("127.0.0.1 cannot be reached")


def test_localhost_is_asked_wherever_it_listens() -> None:
    with ChatServer() as server:
        port = server.address.rpartition(":")[2]
        assert service(f"http://localhost:{port}").request("GET", "/").status == 404


def test_a_path_a_query_and_odd_letters_are_kept_and_a_login_is_not() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as address:
        url = address.replace("//", "//me:secret@") + "/ທີ່ນີ້/v1/?api-version=2025 01"
        assert service(url).request("GET", "/x").body == b"{}"


@pytest.mark.parametrize("key", ["a\nb", "a\x00b", "ключ", "a\u200bb"])
def test_a_key_with_signs_that_no_header_takes_is_refused(key: str) -> None:
    with pytest.raises(AseanwatchError, match="key: ") as caught:
        service("http://127.0.0.1:1", key)
    assert key not in str(caught.value)


@given(st.binary(max_size=300))
def test_texts_of_an_error_are_found_in_whatever_it_is(body: bytes) -> None:
    assert all(isinstance(text, str) for text in said_in(body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "no such model", "code": "x"}}', "no such model"),
        (b'{"error": "no such model"}', "no such model"),
        (b'{"detail": [{"loc": ["body"], "msg": "Field required"}]}', "Field required"),
        (b'{"object": "error", "message": "too\\u0000 long\\u001b[2J"}', "too\\x00 long\\x1b[2J"),
        (b"plain words\r\non two lines", "plain words on two lines"),
        (b"<html>Bad Gateway", ""),
        ("{}".encode("utf-16"), ""),
    ],
)
def test_each_server_words_its_errors_in_its_own_way(body: bytes, words: str) -> None:
    from crawler.net.http import HttpAnswer

    told = str(service("http://127.0.0.1:1").refusal(HttpAnswer(418, None, body)))
    assert told == f"127.0.0.1 does not accept the request (status 418){': ' if words else ''}{words}"


def test_a_long_word_of_a_server_is_cut() -> None:
    with ChatServer(lambda asked: refusal(400, "x" * 5_000)) as server:
        answer = service(server.url).request(
            "POST",
            "/chat/completions",
            body=b'{"messages": [], "model": "m"}',
            headers={"Content-Type": "application/json"},
        )
        assert len(str(service(server.url).refusal(answer))) < 200


@given(st.text("ab…", max_size=30), st.text("ab…", min_size=1, max_size=9))
def test_no_part_of_a_key_is_left(words: str, key: str) -> None:
    length = min(6, len(key))
    rest = without_key(words + key + words, key)
    if "…" not in key:
        assert not any(
            key[i : i + length] in part for part in rest.split("…") for i in range(len(key) - length + 1)
        )


@pytest.mark.parametrize(
    "said",
    [
        "Incorrect API key provided: {key}.",
        "Incorrect API key provided: sk-proj-********************1706. You can find it elsewhere.",
        "Invalid key sk-p...1706",
        "Invalid key sk…06",
        "bad key SK-PROJ-9F8E7D6C5B4A39281706",
        "bad key sk%2Dproj%2D9f8e7d6c5b4a39281706",
        "bad header Bearer c2stcHJvai05ZjhlN2Q2YzViNGEzOTI4MTcwNg==",
        "see https://billing.example/x/{key}/pay?token=1",
        "no route from http://10.0.0.5:9000/internal/path to https://me:pass@llm.example/v1?key={key}",
    ],
)
def test_nothing_of_a_key_or_an_address_is_in_what_a_server_says(said: str) -> None:
    key = "sk-proj-9f8e7d6c5b4a39281706"
    told = service("http://127.0.0.1:1", key).quoted(said.format(key=key))
    for part in ("1706", "sk-p", "9f8e", "c2stc", "://", "internal", "pass", "pay"):
        assert part not in told.lower(), told
    assert "…" in told or "example" in told


def test_words_that_are_no_part_of_a_key_stay() -> None:
    own = service("http://127.0.0.1:1", "sk-proj-9f8e7d6c5b4a39281706")
    for said in (
        "The model qwen3:8b is not known... is it loaded?",
        "Rate limit: 1706 requests ... a minute",
        "use 50% more",
    ):
        assert own.quoted(said) == said
    assert own.quoted("Visit https://portal.example to get an API key.") == (
        "Visit portal.example to get an API key."
    )
