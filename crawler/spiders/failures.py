"""What went wrong with a request, in one line that a person understands."""

from __future__ import annotations

from http import HTTPStatus

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.guard import Refused
from crawler.reading.text import clean

_KINDS = (
    ("Timeout", "timeout", "no answer in time"),
    ("TimedOut", "timeout", "no answer in time"),
    ("DNSLookup", "dns", "the host name is unknown"),
    ("CannotResolve", "dns", "the host name is unknown"),
    ("ConnectionRefused", "refused", "the host refuses the connection"),
    ("ConnectError", "unreachable", "the host cannot be reached"),
    ("NoRoute", "unreachable", "the host cannot be reached"),
    ("Cancelled", "too large", "the answer is larger than crawl.max_size"),
    ("ResponseNeverReceived", "broken", "the connection broke before an answer came"),
    ("ResponseFailed", "broken", "the connection broke in the middle of the answer"),
    ("ResponseDataLoss", "broken", "the answer was cut short"),
    ("Connection", "broken", "the connection was lost"),
    ("Certificate", "tls", "the certificate is not valid"),
    ("SSL", "tls", "no secure connection could be made"),
)


def describe(failure: Failure) -> tuple[str, str]:
    """A short stable kind, and what happened in words."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        name = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown status"
        return f"http {status}", f"the server answers {status} {name}"
    refused = _cause(error, Refused)
    if refused is not None:
        return "guard", str(refused)
    if isinstance(error, IgnoreRequest):
        text = str(error)
        return ("robots", "robots.txt forbids it") if "robots" in text.lower() else ("ignored", clean(text)[:200])
    names = " ".join(kind.__name__ for kind in type(error).__mro__) + f" {error!r}"
    for part, kind, message in _KINDS:
        if part in names:
            return kind, message
    return "error", clean(f"{type(error).__name__}: {error}")[:200]


def _cause(error: BaseException | None, wanted: type[BaseException]) -> BaseException | None:
    """The error of a kind in a chain of causes, reasons of broken responses included."""
    seen: list[BaseException | None] = [error]
    while seen:
        current = seen.pop()
        if current is None:
            continue
        if isinstance(current, wanted):
            return current
        reasons = getattr(current, "reasons", None) or ()
        seen += [getattr(r, "value", None) for r in reasons if isinstance(reasons, list | tuple)]
        seen.append(current.__cause__)
    return None
