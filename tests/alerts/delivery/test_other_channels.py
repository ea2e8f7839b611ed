"""Channels beside mail: webhooks by the Standard Webhooks scheme, chats through Apprise, outgoing feeds. With a real HTTP server."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import feedparser
import pytest
from standardwebhooks import Webhook

from alerts.channels import DeliveryError, open_channel
from alerts.channels.failures import Failure
from alerts.channels.webhook import signatures
from alerts.delivery.result import DispatchResult
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store
from tests.alerts.delivery_steps import TALKS, begin, listed, send, statuses, talks
from tests.builders import settings

OLD, NEW = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


@dataclass
class Listener:
    """A server that notes what it is told; ``answers`` are statuses with headers, used up one by one."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def listening() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers = found.answers.pop(0) if found.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def through(
    channel: dict[str, Any],
    *,
    private: bool = True,
    subscription: dict[str, Any] | None = None,
    **delivery: Any,
) -> Settings:
    """Settings of a subscription whose channel is ``way``."""
    one = {"name": "desk", "channel": "way", "when": "instant"} | (subscription or {})
    own = settings(one, channels={"way": channel}, **delivery)
    crawl = own.crawl.model_copy(update={"allow_private": ("127.0.0.1",) if private else ()})
    return own.model_copy(update={"crawl": crawl})


def hook(listener: Listener, **more: Any) -> dict[str, Any]:
    return {"type": "webhook", "url": listener.url(), "secret": OLD} | more


def test_a_webhook_is_signed_by_the_scheme(store: Store, listener: Listener) -> None:
    own = through(hook(listener, secret=f"{NEW} {OLD}"))
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 1
    ((_, headers, body),) = listener.requests
    for secret in (OLD, NEW):
        event = Webhook(secret).verify(body, headers)
    assert event["type"] == "digest.created"
    assert [s["best"]["title"] for s in event["data"]["stories"]] == [TALKS]
    assert headers["webhook-id"] == listed(store)[0]["message_id"].strip("<>")


@pytest.mark.parametrize(
    "body", ['{"test": 2432232314}', '{"title":"\u4e1c\u76df \U0001f6a2 tr\u00e0","n":1}', ""]
)
@pytest.mark.parametrize("moment", [0, 1614265330, 2**33])
def test_signatures_are_those_that_receivers_compute_by_hand(body: str, moment: int) -> None:
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in (NEW, OLD)]
    by_hand = [hmac.digest(key, f"msg_1.{moment}.{body}".encode(), "sha256") for key in keys]
    expected = " ".join(f"v1,{base64.b64encode(found).decode()}" for found in by_hand)
    assert signatures([Webhook(key) for key in keys], "msg_1", moment, body.encode()) == expected


def test_the_scheme_s_own_example_is_signed_as_it_says() -> None:
    signer = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signatures([signer], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_repeated_webhook_keeps_its_id_and_is_not_merged(store: Store, listener: Listener) -> None:
    listener.answers = [(503, {})]
    own = through(hook(listener))
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    talks(store, "Thailand and China agree on rice exports", minutes=3)
    assert send(store, own, minutes=10).sent == 2
    ids = [headers["webhook-id"] for _, headers, _ in listener.requests]
    assert len(ids) == 3
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ((410, {}), Failure.GONE), ((400, {}), Failure.REJECTED), ((500, {}), Failure.UNREACHABLE), ((401, {}), Failure.UNREACHABLE),
        ((403, {}), Failure.UNREACHABLE), ((404, {}), Failure.UNREACHABLE), ((413, {}), Failure.TOO_LARGE), ((429, {}), Failure.THROTTLED),
        ((302, {"Location": "http://169.254.169.254/"}), Failure.UNREACHABLE), ((503, {"Retry-After": "3600"}), Failure.THROTTLED),
    ],
)  # fmt: skip
def test_what_answers_mean(
    store: Store, listener: Listener, answer: tuple[int, dict[str, str]], failure: Failure
) -> None:
    listener.answers = [answer]
    own = through(hook(listener))
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    (row,) = listed(store)
    assert row["failure"] == failure
    if "Retry-After" in answer[1]:
        assert send(store, own, minutes=60).sent == 0
        assert send(store, own, minutes=80).sent == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ],
)
def test_a_webhook_may_not_lead_inside(store: Store, url: str) -> None:
    own = through({"type": "webhook", "url": url, "secret": OLD}, private=False)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    why = "another scheme" if url.startswith("file:") else "not allowed"
    assert why in listed(store)[0]["error"]


def test_secrets_are_checked_and_never_shown(store: Store, listener: Listener) -> None:
    with pytest.raises(AseanwatchError, match=r"delivery\.channels\.way: secret") as caught:
        open_channel("way", through(hook(listener, secret="whsec_c2hvcnQ=")))
    assert "c2hvcnQ" not in str(caught.value)
    own = through(hook(listener))
    assert OLD not in repr(own)
    assert listener.url() not in repr(own)


def test_a_chat_gets_the_digest_in_few_lines(store: Store, listener: Listener) -> None:
    own = through({"type": "chat", "url": listener.url("/notify").replace("http", "json")})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 1
    ((path, _, body),) = listener.requests
    assert path == "/notify"
    said = json.loads(body)
    assert said["title"] == TALKS
    assert f"• {TALKS}\n" in said["message"]
    assert "https://outlet.example/" in said["message"]


def test_a_chat_that_refuses_is_tried_again_and_its_address_stays_secret(
    store: Store, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.answers = [(500, {})]
    address = f"json://user:a-secret-token@127.0.0.1:{listener.port}/notify"
    own = through({"type": "chat", "url": address})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert "a-secret-token" not in str(listed(store)) + caplog.text
    assert send(store, own, minutes=9).sent == 1


def test_an_unknown_chat_is_said_plainly(store: Store) -> None:
    with pytest.raises(AseanwatchError, match=r"delivery\.channels\.way: url: Apprise does not know"):
        open_channel("way", through({"type": "chat", "url": "pigeon://coop"}))


def test_an_outgoing_feed_grows_at_its_top_and_tells_its_hub(
    store: Store, listener: Listener, tmp_path: Path
) -> None:
    own = through({"type": "feed", "path": str(tmp_path / "feeds"), "hub": listener.url("/hub"), "most": 2})
    begin(store, own)
    titles = [
        TALKS,
        "Thailand and China agree on rice exports",
        "China and Malaysia sign agreement on rail cooperation",
    ]
    for minute, title in enumerate(titles):
        talks(store, title, minutes=2 * minute + 1)
        assert send(store, own, minutes=2 * minute + 2).sent == 1
    atom = feedparser.parse((tmp_path / "feeds" / "desk.atom").read_bytes())
    assert not atom.bozo
    assert [e.title for e in atom.entries] == titles[:0:-1]
    assert {(link.rel, link.href) for link in atom.feed.links} >= {
        ("hub", listener.url("/hub")),
        ("self", "https://watch.example.org/feeds/desk.atom"),
    }
    whole = json.loads((tmp_path / "feeds" / "desk.json").read_text())
    assert [i["title"] for i in whole["items"]] == titles[:0:-1]
    assert whole["hubs"] == [{"type": "WebSub", "url": listener.url("/hub")}]
    assert [parse_qs(body.decode()) for _, _, body in listener.requests] == [
        {"hub.mode": ["publish"], "hub.url": ["https://watch.example.org/feeds/desk.atom"]}
    ] * 3


def test_a_hub_that_is_down_holds_nothing_up(store: Store, tmp_path: Path) -> None:
    own = through({"type": "feed", "path": str(tmp_path / "feeds"), "hub": "http://127.0.0.1:9/hub"})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(1, 1, sent=1, put_off=0, deferred=0, given_up=0)


def test_a_feed_never_overwrites_what_is_not_its_own(store: Store, tmp_path: Path) -> None:
    (tmp_path / "desk.json").write_text("my diary")
    own = through({"type": "feed", "path": str(tmp_path)})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert (tmp_path / "desk.json").read_text() == "my diary"
    assert statuses(store) == ["pending"]


HOSTILE = "<script>alert(1)</script> \u202eevil\u202c China and Laos sign agreement\r\nBcc: x@example.org on trade cooperation"


@pytest.mark.parametrize("kind", ["webhook", "chat", "feed", "folder", "maildir"])
def test_hostile_news_is_harmless_in_every_channel(
    store: Store, listener: Listener, tmp_path: Path, kind: str
) -> None:
    ways = {
        "webhook": hook(listener), "chat": {"type": "chat", "url": listener.url().replace("http", "json")},
        "feed": {"type": "feed", "path": str(tmp_path / "out")}, "folder": {"type": "folder", "path": str(tmp_path / "out")},
        "maildir": {"type": "maildir", "path": str(tmp_path / "out")},
    }  # fmt: skip
    own = through(ways[kind])
    begin(store, own)
    talks(store, HOSTILE + "!" * 1_000_000)
    assert send(store, own, minutes=2).sent == 1
    written = (
        [p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()]
        if (tmp_path / "out").exists()
        else []
    )
    for content in [body for _, _, body in listener.requests] + written:
        assert len(content) < 200_000
        for override in ("\u202e", "\u202c", "\\u202e"):
            assert override.encode() not in content
        assert b"\nBcc:" not in content
    for page in (tmp_path / "out").glob("*.html"):
        assert "<script" not in page.read_text()
    for mail in (message_from_bytes(c, policy=policy.default) for c in written if kind in ("maildir",)):
        assert "<script" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    if kind == "feed":
        atom = (tmp_path / "out" / "desk.atom").read_text()
        assert "<script" not in atom
        assert "alert(1)" in feedparser.parse(atom).entries[0].title


def test_a_channel_without_its_settings_says_what_is_missing(store: Store) -> None:
    for kind, missing in (
        ("webhook", "url"),
        ("chat", "url"),
        ("feed", "path"),
        ("folder", "path"),
        ("maildir", "path"),
    ):
        with pytest.raises(AseanwatchError, match=f"delivery.channels.way: a {kind} needs a {missing}"):
            open_channel("way", through({"type": kind}))


def test_errors_carry_their_class() -> None:
    assert DeliveryError("no", Failure.REJECTED).final
    assert not DeliveryError("later").final


def test_a_receiver_that_answers_byte_by_byte_holds_nothing_up(store: Store) -> None:
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 10_000:
                    connection.send(bytes([byte]))
                    if done.wait(0.1):
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        own = through({"type": "webhook", "url": url, "secret": OLD, "timeout": "1s"})
        begin(store, own)
        talks(store)
        begun = time.monotonic()
        send(store, own, minutes=2)
        done.set()
        thread.join(10)
    assert time.monotonic() - begun < 30
    assert [(r["status"], r["failure"]) for r in listed(store)] == [("pending", "unreachable")]
