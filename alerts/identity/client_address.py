"""The network address of a client, and what counts as one client where connections, attempts and sign-ups are limited.

An IPv6 client usually has a whole /64 and may use any address of it (RFC 6177), so that a /64 counts as one client.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

ClientAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
CLIENT_PREFIX = {4: 32, 6: 64}
"""The prefix length of the network that counts as one client, by IP version."""
SITE_PREFIX = {4: 24, 6: 48}
"""The prefix length of the network that counts as one site: what a provider gives to one customer, or a small office has."""


class ClientNetworks(NamedTuple):
    """The networks that an address counts for."""

    client: str
    site: str


def parse_client(host: str) -> ClientAddress | None:
    """A bare address, perhaps with an IPv6 zone; None for anything else. IPv4 inside IPv6 (RFC 4291, 2.5.5.2) is IPv4."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def parse_forwarded(text: str) -> ClientAddress | None:
    """An address as a proxy writes it: quoted or not, with or without a port and brackets. None for anything else."""
    bare = text.strip().strip('"').strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d{1,5})?", bare)
    with_port = re.fullmatch(r"([\d.]+):\d{1,5}", bare)
    match = bracketed or with_port
    return parse_client(match[1] if match else bare)


def client_key(host: str) -> str:
    """What one client is counted by: its IPv4 address, or the /64 of its IPv6 address. Other text stands for itself."""
    address = parse_client(host)
    if isinstance(address, IPv6Address):
        return str(_network(address, CLIENT_PREFIX))
    return str(address or host)


def networks_of(host: str) -> ClientNetworks:
    """The networks of a client as CIDR. Text that is no address stands for itself."""
    address = parse_client(host)
    if address is None:
        return ClientNetworks(host, host)
    return ClientNetworks(str(_network(address, CLIENT_PREFIX)), str(_network(address, SITE_PREFIX)))


def _network(address: ClientAddress, prefix: dict[int, int]) -> IpNetwork:
    return ip_network((address, prefix[address.version]), strict=False)
