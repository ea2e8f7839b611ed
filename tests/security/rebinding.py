"""A small separate internet in kernel namespaces: names that change their addresses, a site outside, and services inside.

`outcome` runs ``python -m tests.security.rebinding FOLDER WHOLE`` inside, where it may use port 53, other machines' addresses and
its own resolver. It fetches every name in every way that the program has, and prints which inner services were reached.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from crawler.fetching.fetchers import make_fetcher
from crawler.net.errors import FetchError
from crawler.net.guard import Guard, Refused
from crawler.net.http import NotAllowedError, post
from tests.builders import shipped
from tests.conftest import COMMAND, environment
from tests.newsroom.configuration import over_packaged

OUTSIDE, OUTSIDE_6 = "93.184.215.14", "2606:2800:21f:cb07::1"
INSIDE = ("127.0.0.1", "10.9.9.9", "169.254.169.254", "192.168.7.7", "::1", "fd00::9")
A, CNAME, AAAA = 1, 5, 28
Answers = list[tuple[int, str]]
"""Types and values; empty if a name has none of that type. None means "no such name"."""


def answers_of(name: str, kind: int, times: int) -> Answers | None:
    """The resolver's answer about a name and a type, at the n-th question.

    The first label of a name says how it behaves, so that there may be any number of each.
    """
    public: Answers = [(kind, OUTSIDE if kind == A else OUTSIDE_6)]
    label = name.partition(".")[0].rstrip("0123456789")
    four: dict[str, Answers | None] = {
        "public": public, "loopback": [(A, "127.0.0.1")], "zero": [(A, "0.0.0.0")], "metadata": [(A, "169.254.169.254")],
        "private": [(A, "10.9.9.9")], "then-private": public if times == 0 else [(A, "10.9.9.9")],
        "then-loopback": public if times == 0 else [(A, "127.0.0.1")], "in-turns": public if times % 2 else [(A, "192.168.7.7")],
        "both": [*public, (A, "127.0.0.1")], "both-turned": [(A, "127.0.0.1"), *public], "many": [*public] * 3 + [(A, "10.9.9.9")] * 3,
        "none-then-private": None if times == 0 else [(A, "10.9.9.9")], "alias": [(CNAME, "private.test")],
        "chain": [(CNAME, "alias.test"), (CNAME, "private.test"), (A, "10.9.9.9")], "to-localhost": [(CNAME, "localhost"), (A, "127.0.0.1")],
        "alias-then-private": [(CNAME, "then-private.test"), *(public if times == 0 else [(A, "10.9.9.9")])],
    }  # fmt: skip
    six: dict[str, Answers | None] = {
        "public": [], "mapped": [(AAAA, "::ffff:127.0.0.1")], "compatible": [(AAAA, "::7f00:1")], "loopback-six": [(AAAA, "::1")],
        "zero-six": [(AAAA, "::")], "local-six": [(AAAA, "fd00::9")], "translated": [(AAAA, "64:ff9b::7f00:1")],
        "sixtofour": [(AAAA, "2002:7f00:1::")], "both-six": [(AAAA, OUTSIDE_6), (AAAA, "::1")],
        "then-six": public if times == 0 else [(AAAA, "::1")],
    }  # fmt: skip
    known = label in four or label in six
    return (four if kind == A else six).get(label, [] if known else None)


NAMES = (
    "loopback", "zero", "metadata", "private", "then-private", "then-loopback", "in-turns", "both", "both-turned", "many",
    "none-then-private", "alias", "chain", "to-localhost", "alias-then-private", "mapped", "compatible", "loopback-six", "zero-six",
    "local-six", "translated", "sixtofour", "both-six", "then-six",
)  # fmt: skip


class Resolver(socketserver.BaseRequestHandler):
    """Answers DNS questions (RFC 1035, 4.1) with a TTL of 0, so that nobody caches them."""

    asked: ClassVar[Counter[tuple[str, int]]] = Counter()

    def handle(self) -> None:
        """One question, one packet."""
        packet, reply = self.request
        place, labels = 12, list[str]()
        while packet[place]:
            labels.append(packet[place + 1 : place + 1 + packet[place]].decode().lower())
            place += packet[place] + 1
        name, (kind,) = ".".join(labels), struct.unpack("!H", packet[place + 1 : place + 3])
        found = answers_of(name, kind, self.asked[name, kind])
        self.asked[name, kind] += 1
        head = packet[:2] + struct.pack(
            "!HHHHH", 0x8180 | (3 if found is None else 0), 1, len(found or ()), 0, 0
        )
        owner, parts = name, list[bytes]()
        for what, value in found or ():
            data = _labels(value) if what == CNAME else ip_address(value).packed
            parts.append(_labels(owner) + struct.pack("!HHIH", what, 1, 0, len(data)) + data)
            owner = value if what == CNAME else owner
        reply.sendto(head + packet[12 : place + 5] + b"".join(parts), self.client_address)


def _labels(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


class Site(BaseHTTPRequestHandler):
    """A site outside, whose pages lead to names, and a record of all requests inside."""

    protocol_version = "HTTP/1.0"  # each request needs its own connection and its own name lookup
    outside: ClassVar[list[str]] = []
    inside: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer."""
        here = str(self.connection.getsockname()[0])
        is_outside = here in (OUTSIDE, OUTSIDE_6)
        (self.outside if is_outside else self.inside).append(
            f"{self.command} {self.headers.get('Host')}{self.path} at {here}"
        )
        status, headers, body = self._answer() if is_outside else (200, {}, b"secrets of the inside")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as above

    def _answer(self) -> tuple[int, dict[str, str], bytes]:
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "leads":
            return 302, {"Location": f"http://{name}.test/feed"}, b""
        if kind == "stories":
            items = "".join(
                f"<item><title>China and ASEAN talk at {n}</title><link>http://{n}7.test/story</link></item>"
                for n in NAMES
            )
            return (
                200,
                {"Content-Type": "application/rss+xml"},
                f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(),
            )
        if kind == "maps":
            maps = "".join(f"<sitemap><loc>http://{n}8.test/map.xml</loc></sitemap>" for n in NAMES[:20])
            return 200, {"Content-Type": "text/xml"}, f"<sitemapindex>{maps}</sitemapindex>".encode()
        if kind == "links":
            links = "".join(
                f'<link rel="alternate" type="application/rss+xml" href="http://{n}9.test/feed">'
                for n in NAMES
            )
            return 200, {"Content-Type": "text/html"}, f"<html><head>{links}</head></html>".encode()
        return 200, {"Content-Type": "text/plain"}, b"the outside"

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


class _Web(ThreadingHTTPServer):
    def server_bind(self) -> None:
        self.socket.bind(self.server_address)  # the library's own method looks up the name of its address


class _Six(_Web):
    address_family = socket.AF_INET6


class _Questions(socketserver.ThreadingUDPServer):
    daemon_threads = True


def settle_in(folder: Path) -> None:
    """Take the addresses and serve them, with our resolver."""
    for command in (
        f"ip addr add {OUTSIDE}/32 dev lo", f"ip -6 addr add {OUTSIDE_6}/128 dev lo nodad",
        *(f"ip addr add {address}/32 dev lo" for address in INSIDE[1:4]), "ip -6 addr add fd00::9/128 dev lo nodad",
    ):  # fmt: skip
        subprocess.run(command.split(), check=True, capture_output=True)
    (folder / "resolv.conf").write_text(
        "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n", encoding="ascii"
    )
    subprocess.run(
        ["mount", "--bind", str(folder / "resolv.conf"), str(Path("/etc/resolv.conf").resolve())], check=True
    )
    servers: Iterator[Any] = (
        (_Six if ":" in address else _Web)((address, 80), Site) for address in (OUTSIDE, OUTSIDE_6, *INSIDE)
    )
    for server in (_Questions(("127.0.0.1", 53), Resolver), *servers):
        threading.Thread(target=server.serve_forever, daemon=True).start()


async def asked_of_fetcher(
    allowed: tuple[str, ...], names: tuple[str, ...], path: str = "feed"
) -> dict[str, list[str]]:
    """Fetch names several times each, and return the results."""
    found: dict[str, list[str]] = {}
    settings = shipped().crawl.model_copy(
        update={"allow_private": allowed, "timeout": timedelta(seconds=5), "delay": timedelta()}
    )
    for name in names:
        for _ in range(3):
            fetcher = make_fetcher(settings)  # so that nothing is cached from the last time
            try:
                told = (await fetcher.fetch(f"http://{name}.test/{path}")).body.decode()
            except (Refused, FetchError) as error:
                told = type(error).__name__
            finally:
                fetcher.close()
            found.setdefault(name, []).append(told)
    return found


def posted() -> dict[str, list[str]]:
    """Send to webhooks at names, and return the results."""
    found: dict[str, list[str]] = {}
    for name in ("public", *(f"{n}5" for n in NAMES)):
        for _ in range(3):
            try:
                told = str(post(Guard(), f"http://{name}.test/hook", b"{}", {}, timedelta(seconds=3)).status)
            except (NotAllowedError, OSError, Exception) as error:
                told = type(error).__name__
            found.setdefault(name, []).append(told)
    return found


def commands(folder: Path) -> dict[str, str]:
    """Run the program on such sites and return its output. Each of its ways to fetch gets another name, so that none is cached."""
    numbers = count(1)
    sources = [{"name": f"at-{n}", "url": f"http://{n}1.test/feed"} for n in NAMES]
    sources += [
        {"name": f"led-to-{n}", "url": f"http://public.test/leads/{n}{next(numbers) + 100}"} for n in NAMES
    ]
    sources += [
        {"name": "stories", "url": "http://public.test/stories/1", "pages": "always"},
        {"name": "maps", "url": "http://public.test/maps/1", "kind": "sitemap"},
    ]
    crawl = {"timeout": "5s", "delay": "0s", "per_host": 8}
    text = over_packaged(sources=sources, subscriptions=[], crawl=crawl)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    said = {}
    for command in (
        ["crawl", "--json"], ["sources", "probe", *(f"http://{n}3.test/" for n in NAMES)],
        ["sources", "discover", "http://public.test/links/1"],
    ):  # fmt: skip
        done = subprocess.run(
            [*COMMAND, *command],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said[" ".join(command[:2])] = done.stdout[-3000:] + done.stderr[-6000:]
    return said


def main(folder: Path, *, whole: bool) -> None:
    """Fetch in every way and print the results; with ``whole``, run the whole program too."""
    settle_in(folder)
    told = {
        "public": asyncio.run(asked_of_fetcher((), ("public",))),
        "names": asyncio.run(asked_of_fetcher((), tuple(f"{n}2" for n in NAMES))),
        "redirects": asyncio.run(asked_of_fetcher((), ("public",), "leads/then-private6")),
        "hooks": posted(),
        "said": commands(folder) if whole else {},
        "inside": list(Site.inside),
        "outside": sorted(set(Site.outside)),
        "asked": len(Resolver.asked),
    }
    # Last: an allowed client can reach the inside.
    told["allowed"] = asyncio.run(asked_of_fetcher(("127.0.0.1",), ("loopback",)))
    print(json.dumps(told))


def outcome(folder: Path, *, whole: bool) -> dict[str, Any] | None:
    """The output of `main` in its own namespaces; None if this machine does not allow them."""
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    own = ["unshare", *root, "--mount", "--net", "--propagation", "private"]
    try:
        if subprocess.run([*own, "true"], capture_output=True, check=False).returncode:
            return None
    except OSError:
        return None
    # The loopback must be up before Python starts: urllib3 checks for IPv6 when it is loaded.
    command = [
        *own,
        "sh",
        "-c",
        'ip link set lo up && exec "$0" -m tests.security.rebinding "$1" "$2"',
        sys.executable,
        str(folder),
        str(int(whole)),
    ]
    done = subprocess.run(
        command, env=environment(), cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), whole=sys.argv[2] == "1")
