"""Cookies of one fetch: set by a redirect, shown to where it leads, and forgotten at its end."""

from __future__ import annotations

from email.message import Message
from http.cookiejar import CookieJar
from typing import Any, cast
from urllib.request import Request


class Cookies:
    """The cookies that servers have set on the way to an answer; the rules are those of ``http.cookiejar`` (RFC 6265)."""

    def __init__(self) -> None:
        self._jar: CookieJar | None = None  # most servers set none

    def take(self, lines: tuple[str, ...], url: str) -> None:
        """Remember what the answer of an address set, in the form of ``Set-Cookie``; what may not be set is left out."""
        # A cookie is ASCII (RFC 6265, 4.1.1), and no other can be sent back.
        lines = tuple(line for line in lines if line.isascii())
        if lines:
            self._jar = self._jar or CookieJar()
            self._jar.extract_cookies(cast("Any", _Answer(lines)), Request(url))

    def header_for(self, url: str) -> str:
        """What ``Cookie`` says to an address; empty for nothing."""
        if self._jar is None or not len(self._jar):
            return ""
        request = Request(url)
        self._jar.add_cookie_header(request)
        return str(request.get_header("Cookie", ""))


class _Answer:
    """As much of an answer as ``CookieJar`` asks for."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._headers = Message()
        for line in lines:
            self._headers["Set-Cookie"] = line

    def info(self) -> Message:
        """The headers."""
        return self._headers
