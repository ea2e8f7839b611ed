"""An inner address, in every spelling that some program understands, is never requested."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from crawler.fetching.fetchers import make_fetcher
from crawler.net.errors import FetchError
from crawler.net.guard import Guard, Refused
from crawler.net.http import NotAllowedError, post
from tests.builders import shipped
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer

HOSTS = (
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.127.127.127", "127.0.0.0", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1",
    "0x7f.1", "0177.0.0.1", "0177.1", "00000177.0.0.1", "127.0.0x1", "0x7F.0x0.0x0.0x1", "0", "0.0.0.0", "0.0", "00", "0x0", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "[fe80::1%25lo]", "localhost",
    "LOCALHOST", "localhost.", "a.localhost", "a.b.LocalHost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "１２７.0.0.1",
    "127。0。0。1", "①②⑦.⓪.⓪.①", "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "loc%61lhost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "l\u00adocalhost", "user@127.0.0.1",
    "outlet.example:80@127.0.0.1", "127.0.0.1#@outlet.example", "127.0.0.1\\@outlet.example", "outlet.example\\@127.0.0.1", "127.0.0.1\t",
    "127.0.0.1%00.outlet.example", "10.0.0.1", "10.1", "167772161", "192.168.0.1", "192.168.1", "0xc0a80001", "172.16.0.1", "169.254.169.254",
    "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[fd00:ec2::254]", "[fd00::1]", "[fe80::1]", "100.64.0.1", "255.255.255.255",
    "224.0.0.1", "[ff02::1]", "198.18.0.1", "192.0.0.192",
)  # fmt: skip


@pytest.fixture(scope="module")
def inside() -> Iterator[FaultServer]:
    with FaultServer({}) as server:
        server.behaviours |= {"": answer(b"secrets"), "leads": answer(b"")}
        yield server


def test_there_are_enough_forms() -> None:
    assert len(set(HOSTS)) >= 75


def test_feeds_and_pages_are_asked_at_none_of_them(inside: FaultServer) -> None:
    crawl = shipped().crawl.model_copy(
        update={"allow_private": (), "timeout": timedelta(seconds=1), "delay": timedelta()}
    )

    async def ask(host: str) -> str:
        fetcher = make_fetcher(crawl)
        try:
            reply = await fetcher.fetch(f"http://{host}:{inside.port}/")
        except (Refused, FetchError) as error:
            return type(error).__name__
        finally:
            fetcher.close()
        return reply.body.decode()

    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*map(ask, HOSTS)))

    found = dict(zip(HOSTS, asyncio.run(all_of_them()), strict=True))
    assert {
        h: told for h, told in found.items() if told not in ("Refused", "FetchError", "TransientFetchError")
    } == {}
    assert inside.counts == {}


@pytest.mark.parametrize("host", HOSTS)
def test_webhooks_are_sent_to_none_of_them(inside: FaultServer, host: str) -> None:
    with pytest.raises((NotAllowedError, OSError, ValueError)):
        post(Guard(), f"http://{host}:{inside.port}/", b"{}", {}, timedelta(seconds=1))
    assert inside.counts == {}
