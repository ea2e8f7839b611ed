"""The guard lets no private address through unless the operator names it."""

from __future__ import annotations

import pytest

from crawler.net.guard import Guard, Refused

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1", "fe80::1",
    "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "[::1]", "::7f00:1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1",
    "fec0::1", "ff02::1", "::", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "168.63.129.16", "192.0.0.192", "198.18.0.1", "240.0.0.1",
    "255.255.255.255", "100.100.100.200", "fd00:ec2::254", "2001:0:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not Guard().address_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_pass(address: str) -> None:
    assert Guard().address_allowed(address)


def test_the_operator_can_let_hosts_and_networks_through() -> None:
    guard = Guard(["127.0.0.0/8", "intranet.example"])
    assert guard.address_allowed("127.0.0.1")
    assert not guard.address_allowed("10.0.0.1")
    assert guard.name_trusted("INTRANET.example")


@pytest.mark.parametrize(
    "url",
    [
        "http://outlet.example:25/",
        "http://outlet.example:22/",
        "file:///etc/passwd",
        "gopher://outlet.example/",
        "http://127.0.0.1/x",
        "http://localhost/",
        "http://a.localhost/",
        "ftp://8.8.8.8/",
        "http://[::1]:80/",
    ],
)
def test_requests_are_refused_with_the_way_out(url: str) -> None:
    with pytest.raises(Refused) as caught:
        Guard().check(url)
    assert "allow_private" in str(caught.value) or "scheme" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://outlet.example/feed", "http://outlet.example:8080/feed", "https://[2606:4700::1111]/"]
)
def test_a_public_request_passes(url: str) -> None:
    Guard().check(url)
