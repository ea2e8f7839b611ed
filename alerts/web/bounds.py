"""The limits of the web pages: how many connections, how long a request may take, how much of it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one web server; lengths of time in seconds.

    Attributes:
        connections: at once, in all. `descriptors.fitting` lowers it to what the process can open.
        per_address: at once from one address (IPv6: from one /64), unless it is this machine's own or a proxy's.
        head: from the first byte of a request, or from the connection, to the end of its head.
        body: from the end of the head to the end of the body.
        idle: between two requests of one connection.
        stalled: until the reader has taken what was written.
        linger: how long a body that was refused is still read, so that its sender gets to read the answer.
        streams: event streams at once, in all.
        streams_each: event streams at once of one person or token.
        stream_pause: between two looks of a stream at the store and at whether its reader still may.
    """

    connections: int = 512
    per_address: int = 64
    head: float = 10.0
    body: float = 60.0
    idle: float = 15.0
    stalled: float = 30.0
    linger: float = 1.0
    streams: int = 64
    streams_each: int = 8
    stream_pause: float = 2.0


USUAL = Bounds()
LONGEST_ADDRESS = 8_000
"""Bytes of an address with its query (RFC 9112, section 3, wants at least so many)."""
LONGEST_PATH = 2_000
LONGEST_HEAD, MOST_HEADERS = 16_384, 100
LONGEST_LINGER = 262_144
"""Bytes that are still read of a body that was refused."""

FORMS = (("/console/new-topic", 1_000),)
"""The most fields of a form, by its path: a box for each suggested term. Others have `MOST_FIELDS`."""
MOST_FIELDS = 200

LONGEST_PUSH = 4_000_000
"""Bytes of what a hub pushes that are read. Of a longer push it is only noted that there is something new."""
BODIES = (
    ("/console/sources.opml", 2_000_000),
    ("/console/terms/", 2_000_000),
    ("/console/topics/", 500_000),
    ("/console/new-topic", 500_000),
    ("/console/sign-in", 20_000),
    ("/console/", 100_000),
    ("/api/v1/", 64_000),
    ("/websub/", LONGEST_PUSH),
)
"""Bytes of a body, by the beginning of the path. The first that matches counts."""
OTHER_BODIES = 20_000


def longest_body(path: str) -> int:
    """How many bytes a body that is sent to a path may have."""
    return next((most for start, most in BODIES if path.startswith(start)), OTHER_BODIES)


def most_fields(path: str) -> int:
    """How many fields a form that is sent to a path may have."""
    return dict(FORMS).get(path, MOST_FIELDS)
