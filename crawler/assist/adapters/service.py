"""A service over HTTP that an operator named: asked within limits of time and size, and every failure is an `AssistError`.

An operator's own address may be private, so that only its host is let through. Redirects are not followed: they would take
the key and the texts elsewhere.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import urllib3

from crawler.assist.model import AssistError
from crawler.config.assist_settings import AssistantSettings
from crawler.model import AseanwatchError
from crawler.net.guard import Guard
from crawler.net.http import HttpAnswer, TooLongError, ask
from crawler.net.unreachable import why_unreachable
from crawler.runtime.redaction import HIDDEN
from crawler.runtime.visible_text import visible

LARGEST = 4_000_000
"""Bytes of an answer that are read: two hundred long passages take a tenth of it."""
_OF_PATHS = "/%:@!$&'()*+,;=?~-._"
_QUOTED = 120
"""Characters of a service's own words that are repeated."""
_REFUSED = (400, 422)
_OF_THE_QUESTION = re.compile(
    r"context|too (?:long|large|many)|length|exceed|content.?(?:filter|management)|policy|safety",
    re.IGNORECASE,
)
"""Words of a refusal that is due to what was asked: others may be answered."""
_ADDRESS_SAID = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]{0,20}://([^\s/?#'\"<>(),]*)(?:[^\s'\"<>]*[^\s'\"<>.,;:!?)\]}])?"
)
_MASK = re.compile(rf"[*•·{HIDDEN}]+|[.xX]{{3,}}")
_MASKED = re.compile(
    rf"[\w*•·{HIDDEN}.%+/=-]*(?:[*•·{HIDDEN}]|[.xX]{{3}})[\w*•·{HIDDEN}.%+/=-]*[\w*•·{HIDDEN}]"
)
"""A row of signs of which some stand for what is left out."""
_ENCODED = re.compile(r"[\w%.~+-]*%[0-9A-Fa-f]{2}[\w%.~+-]*")
_URLSAFE = str.maketrans("+/", "-_")
_PART = 6
"""Characters of a key that are hidden wherever they stand in a row: some services repeat it with stars in the middle."""


class RemoteService:
    """The service of an assistant.

    Args:
        settings: which assistant; its ``url`` is the address that others are below.
        name: what it is called in messages.
        endings: paths that people copy along with the address, though they belong to single requests.
        beginning: the path of an address that has none.
    """

    def __init__(
        self, settings: AssistantSettings, name: str, endings: tuple[str, ...] = (), beginning: str = ""
    ) -> None:
        if settings.url is None:
            raise AseanwatchError(f"{name} needs a url: where it answers, such as http://127.0.0.1:5000")
        parts = urlsplit(settings.url)
        self.host = parts.hostname or ""
        path = parts.path.rstrip("/")
        for ending in endings:
            path = path.removesuffix(ending).rstrip("/")
        self._base = (
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{quote(path or beginning, safe=_OF_PATHS)}"
        )
        self._query = f"?{quote(parts.query, safe=_OF_PATHS)}" if parts.query else ""
        # Files of environments like to end with a line feed.
        self.key = settings.key.get_secret_value().strip()
        if not (self.key.isascii() and self.key.isprintable()):
            raise AseanwatchError("key: holds a sign that no key has; copy it anew, letters and digits alone")
        self._timeout = settings.timeout
        self._guard = Guard([self.host])

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        until: float | None = None,
    ) -> HttpAnswer:
        """Make one request; an answer of any status is one.

        Args:
            method: GET or POST.
            path: below the service's address.
            body: what is posted.
            headers: sent with it.
            until: when it has to be over, by `time.monotonic`; default: after the settings' timeout.

        Raises:
            AssistError: no whole answer came in time.
        """
        left = self._timeout if until is None else timedelta(seconds=max(0.001, until - time.monotonic()))
        sent = {"Accept": "application/json", **(headers or {})}
        try:
            return ask(
                self._guard, method, f"{self._base}{path}{self._query}", sent, left, body=body, most=LARGEST
            )
        except TooLongError as error:
            raise AssistError("unreadable", f"{self.host}: {error}") from None
        except TimeoutError:
            raise AssistError(
                "slow", f"{self.host} did not answer within {self._timeout.total_seconds():g} s"
            ) from None
        except (OSError, urllib3.exceptions.HTTPError, UnicodeError) as error:
            raise AssistError(
                "unreachable", f"{self.host} cannot be reached: {why_unreachable(error)}"
            ) from None

    def end_of_time(self) -> float:
        """When a question that is asked now has to be over, by `time.monotonic`."""
        return time.monotonic() + self._timeout.total_seconds()

    def refusal(self, answer: HttpAnswer) -> AssistError:
        """Why an answer that is no success is none, with what the service says of it."""
        kind, reason = _reason(answer.status, is_busy=answer.retry_after is not None)
        words = said_in(answer.body)
        if answer.status in _REFUSED and any(map(_OF_THE_QUESTION.search, words)):
            kind = "unreadable"
        wait = None if answer.retry_after is None else answer.retry_after.total_seconds()
        # Each service has its own form for errors; what is meant for people is longer than codes and kinds.
        said = self.quoted(max(words, key=len, default=""))
        return AssistError(
            kind, f"{self.host} {reason} (status {answer.status}){f': {said}' if said else ''}", wait
        )

    def quoted(self, words: str) -> str:
        """What a service says, in one short line, without the key and without addresses."""
        line = visible(without_addresses(without_key(" ".join(words.split()), self.key)))
        return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


def said_in(body: bytes) -> list[str]:
    """All texts of an answer in JSON; nothing where it is of another form, such as a page."""
    found: list[str] = []
    try:
        rest: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return found if body.lstrip().startswith(b"<") else [body[:2_000].decode("utf-8", "replace")]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict | list):
            rest += one.values() if isinstance(one, dict) else one
    return found


def without_key(words: str, key: str) -> str:
    """Words in which … stands for the key and for each part of it, in capitals or not, percent-encoded or in base64.

    Where stars or dots stand for the middle of a key, its few letters before and behind them go, too.
    """
    if not key:
        return words
    words = _ENCODED.sub(
        lambda w: w[0] if _without_parts(plain := unquote(w[0]), key) == plain else HIDDEN, words
    )
    in_base64 = base64.b64encode(key.encode()).decode().rstrip("=")
    for form in dict.fromkeys((key, in_base64, in_base64.translate(_URLSAFE))):
        words = _without_parts(words, form)
    low = key.lower()

    def masked(token: re.Match[str]) -> str:
        parts = [part for part in _MASK.split(token[0].lower()) if part]
        ends = (part for part in parts if low.startswith(part) or low.endswith(part))
        return HIDDEN if any(ends) else token[0]

    return _MASKED.sub(masked, words)


def _without_parts(words: str, key: str) -> str:
    length = min(_PART, len(key))
    is_of_key = [False] * len(words)
    # As long as before: what is no ASCII has no part in a key.
    lowered, key = "".join(c.lower() if c.isascii() else c for c in words), key.lower()
    for start in range(len(key) - length + 1):
        part, at = key[start : start + length], -1
        while (at := lowered.find(part, at + 1)) >= 0:
            is_of_key[at : at + length] = [True] * length
    runs = groupby(zip(is_of_key, words, strict=True), key=lambda sign: sign[0])
    return "".join(HIDDEN if hide else "".join(sign for _, sign in run) for hide, run in runs)


def without_addresses(words: str) -> str:
    """Words in which the host stands for each address: paths and queries may hold keys, or tell of an inner network."""
    return _ADDRESS_SAID.sub(lambda found: found[1].rpartition("@")[2] or HIDDEN, words)


def _reason(status: int, *, is_busy: bool) -> tuple[str, str]:
    # A service that says when it will be back is busy; one that does not is broken.
    known = _REASONS.get(429 if status == 503 and is_busy else status)
    return known or next(reason for least, reason in _OF_CLASSES if status >= least)


_SLOW_DOWN = ("limited", "asks us to slow down")
_KEY = ("denied", "does not let us in; look at key")
_ADDRESS = ("denied", "has no such address or model; look at url and model")
_TIME = ("slow", "did not have an answer in time")
_REASONS = {
    401: _KEY, 402: ("denied", "wants to be paid first"), 403: _KEY, 404: _ADDRESS, 405: _ADDRESS, 408: _TIME, 410: _ADDRESS,
    413: ("unreadable", "takes no request of that size; write a smaller batch"), 429: _SLOW_DOWN, 504: _TIME, 529: _SLOW_DOWN,
}  # fmt: skip
_OF_CLASSES = (
    (500, ("unreachable", "failed")),
    (400, ("denied", "does not accept the request")),
    (
        300,
        ("denied", "sends us elsewhere, where we do not follow; write the address that it leads to as url"),
    ),
    (0, ("unreadable", "gives no answer")),
)
