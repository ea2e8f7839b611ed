"""What counts as one client."""

from __future__ import annotations

import pytest

from alerts.identity.client_address import client_key, networks_of, parse_client, parse_forwarded


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.77", "192.0.2.77"),
        ("::ffff:192.0.2.77", "192.0.2.77"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_ipv6(host: str, key: str) -> None:
    assert client_key(host) == key


@pytest.mark.parametrize(
    "host", ["192.0.2.77", "::ffff:192.0.2.77", "2001:db8:1:2:3::4", "fe80::1%eth0", "", "a socket"]
)
def test_connections_attempts_and_sign_ups_count_by_the_same_client(host: str) -> None:
    assert networks_of(host).client.removesuffix("/32") == client_key(host)


def test_two_addresses_of_one_person_are_one_client_and_those_of_two_are_two() -> None:
    assert client_key("203.0.113.7") != client_key("203.0.113.8")
    assert client_key("2001:db8::1") == client_key("2001:db8::ffff:2") != client_key("2001:db8:0:1::1")


def test_a_site_holds_its_clients() -> None:
    assert networks_of("192.0.2.1").site == networks_of("192.0.2.254").site == "192.0.2.0/24"
    assert networks_of("2001:db8:1:2::1").site == networks_of("2001:db8:1:ffff::1").site == "2001:db8:1::/48"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('"[2001:db8::1]:4711"', "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        (" 192.0.2.60:4711 ", "192.0.2.60"),
        ("::ffff:192.0.2.60", "192.0.2.60"),
    ],
)
def test_a_proxy_may_write_ports_brackets_and_quotes(text: str, address: str) -> None:
    assert str(parse_forwarded(text)) == address


def test_a_connection_has_a_bare_address() -> None:
    assert parse_client("192.0.2.60:4711") is None
