"""Why a server could not be reached, in words. Never in the error's own: they repeat the address, which may hold a secret."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import urllib3

from crawler.net.http import NotAllowedError

NOT_TRUSTED = "its certificate is not signed by an authority that is trusted here, or is for another name"
_BY_NUMBER = {
    errno.ECONNREFUSED: "it refuses the connection",
    errno.ECONNRESET: "the connection broke",
    errno.EPIPE: "the connection broke",
    errno.ENETUNREACH: "no way leads to its network",
    errno.EHOSTUNREACH: "no way leads to it",
    errno.ETIMEDOUT: "it did not answer in time",
}
_BY_KIND: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ssl.SSLCertVerificationError,), NOT_TRUSTED),
    ((ssl.SSLError,), "no secure connection could be made"),
    ((socket.gaierror, UnicodeError), "its name is unknown"),
    ((TimeoutError, urllib3.exceptions.TimeoutError), "it did not answer in time"),
    ((ConnectionError, urllib3.exceptions.ProtocolError), "the connection broke"),
    ((NotAllowedError,), "its address is not one that may be asked"),
)
"""Narrower kinds stand before wider ones."""


def why_unreachable(error: BaseException) -> str:
    """The reason in words, from an error of sockets, TLS, urllib3 or requests and those that it wraps."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"  # how the connection ended then is our own doing
    # What lies deepest is the cause; the outer ones say only that there was no connection.
    for cause in reversed(list(_causes(error))):
        if words := _words(cause):
            return words
    return "no connection could be made"


def _words(cause: BaseException) -> str | None:
    if isinstance(cause, OSError) and cause.errno in _BY_NUMBER and not isinstance(cause, ssl.SSLError):
        return _BY_NUMBER[cause.errno]
    return next((words for kinds, words in _BY_KIND if isinstance(cause, kinds)), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it wraps, outermost first: as cause, context, urllib3's reason, or first argument."""
    found: list[BaseException] = []
    rest = [error]
    while rest and len(found) < 30:
        one = rest.pop(0)
        if one in found:
            continue
        found.append(one)
        yield one
        inner = (*one.args, getattr(one, "reason", None), one.__context__, one.__cause__)
        rest += [more for more in inner if isinstance(more, BaseException)]
