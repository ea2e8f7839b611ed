"""Classes of failure: whether to try again, when, and who is to blame. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Failure(StrEnum):
    """The classes of failure, by what can be done about them."""

    UNREACHABLE = "unreachable"
    """The server (or the channel's settings) cannot be used: nobody's message can go, and nobody is to blame."""
    TEMPORARY = "temporary"
    """One message was put off for now."""
    GREYLISTED = "greylisted"
    """An unknown sender is asked to come back (RFC 6647): soon is useless, later works."""
    THROTTLED = "throttled"
    """Too much at once: everything for that domain waits."""
    IN_DOUBT = "in doubt"
    """The connection was lost before the answer to the whole message: it may have arrived."""
    UNKNOWN_ADDRESS = "unknown address"
    """There is nobody of that name."""
    REJECTED = "rejected"
    """This message will not be taken, now or later."""
    TOO_LARGE = "too large"
    """This message will not be taken as it is; in smaller ones its news may."""
    FORBIDDEN = "forbidden"
    """A chat refuses and does not say whether it means this message or us: tried again like an outage, other messages first."""
    GONE = "gone"
    """The channel's other end says that it takes nothing any more: all waits until an operator decides."""
    SUPPRESSED = "suppressed"
    """We do not write to this address: it bounced, or its owner wants no mail."""


FINAL = frozenset({Failure.UNKNOWN_ADDRESS, Failure.REJECTED, Failure.TOO_LARGE, Failure.SUPPRESSED})
"""Failures that trying again cannot help."""


OF_CHANNEL = frozenset({Failure.UNREACHABLE, Failure.FORBIDDEN, Failure.GONE})
"""Failures that are no message's fault: they count against none, and the channel is not used meanwhile."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Waits that grow: ``first`` times ``factor`` for each failure, at most ``longest``."""

    first: timedelta
    factor: float
    longest: timedelta


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
BACK_OFFS = {
    Failure.UNREACHABLE: BackOff(_MINUTE / 2, 2, 10 * _MINUTE),
    Failure.FORBIDDEN: BackOff(_MINUTE / 2, 2, 10 * _MINUTE),
    Failure.TEMPORARY: BackOff(_MINUTE, 2, 6 * _HOUR),
    Failure.GREYLISTED: BackOff(5 * _MINUTE, 1.5, _HOUR),
    Failure.THROTTLED: BackOff(2 * _MINUTE, 2, _HOUR),
    Failure.IN_DOUBT: BackOff(10 * _MINUTE, 2, 6 * _HOUR),
}
JITTER = 0.2
"""Waits vary by this share in either direction, so that what failed together is not retried together."""


def wait_after(failure: Failure, attempts: int, seed: str, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many failed attempts of a class.

    Args:
        failure: its class; a final one has no wait.
        attempts: how many there were, at least 1.
        seed: what the jitter is drawn from, such as the message's id; the same seed gives the same wait.
        asked: what the server asked for (Retry-After); never undercut, bounded by a day.
    """
    rule = BACK_OFFS[failure]
    # The exponent is bounded: powers beyond are more than a timedelta can hold.
    grown = min(rule.longest, rule.first * rule.factor ** min(attempts - 1, 30))
    draw = int.from_bytes(hashlib.blake2b(f"{seed}|{attempts}".encode(), digest_size=4).digest()) / 0xFFFFFFFF
    if asked is not None:
        # Only later, never earlier than the server asked. A day bounds what a wrong header can do.
        return min(max(grown, asked), timedelta(days=1)) + grown * JITTER * draw
    return grown * (1 + JITTER * (2 * draw - 1))


EVENT_REFUSED = frozenset({400, 409, 422})
"""What a web server answers to one event that it understood and does not want (RFC 9110, 15.5)."""


def class_of_status(status: int, *, asks_to_wait: bool = False) -> Failure | None:
    """The class of a web server's answer to a post (RFC 9110, 15); None if it accepted it.

    Only an answer that certainly speaks of this one event is final. What is missing, forbidden or
    needs another method today may work tomorrow: receivers are redeployed, put behind a proxy, and
    get other keys.

    Args:
        status: of the answer.
        asks_to_wait: whether it has a Retry-After.
    """
    if 200 <= status < 300:
        return None
    if status == 429 or (status == 503 and asks_to_wait):
        return Failure.THROTTLED
    # RFC 9110, 15.5.11: the server knows that this is for ever. 404 says nothing of the kind.
    if status == 410:
        return Failure.GONE
    if status == 413:
        return Failure.TOO_LARGE
    return Failure.REJECTED if status in EVENT_REFUSED else Failure.UNREACHABLE


_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY = re.compile(
    r"(user|recipient|mailbox|address|account).{0,30}(unknown|not (?:found|exist)|n't exist|invalid|disabled)|no such|unknown user",
    re.I,
)
_SLOWER = re.compile(r"too many|rate|throttl|slow down|quota exceeded|limit", re.I)
_GREY = re.compile(r"gr[ea]y-?list|try again later|come back|postgrey", re.I)


def class_of(code: int, text: str, *, of_recipient: bool) -> Failure:
    """The class of a mail server's answer (RFC 5321, 4.2.3; enhanced codes of RFC 3463).

    Args:
        code: three digits; 4xx may succeed later, 5xx never.
        text: what stands behind them.
        of_recipient: whether it answers RCPT, so that it speaks of the address.
    """
    found = _ENHANCED.search(text)
    subject, detail = (int(found[2]), int(found[3])) if found else (None, None)
    if code >= 500:
        # 5xx to DATA or the message speaks of the content: the address is not to blame for it.
        if not of_recipient:
            return Failure.REJECTED
        if found:
            # RFC 3463: X.1.1 to X.1.3 bad address, X.1.6 moved, X.2.1 disabled; X.1.10
            # null MX (RFC 7505). X.7 is policy: a 550 5.7.1 must suppress nobody.
            unknown = (subject == 1 and detail in (1, 2, 3, 6, 10)) or (subject == 2 and detail == 1)
        else:
            # Without an enhanced code 550 can also mean spam or
            # policy, so the words must speak of the mailbox.
            unknown = code in (550, 551, 553) and bool(_NOBODY.search(text))
        return Failure.UNKNOWN_ADDRESS if unknown else Failure.REJECTED
    # Before greylisting: "451 4.7.0 too many" has a code
    # that both use. X.4.5 is congestion (RFC 3463).
    if code == 421 or (subject, detail) == (4, 5) or _SLOWER.search(text):
        return Failure.THROTTLED
    if code in (450, 451) and ((subject, detail) in ((7, 1), (7, 0)) or _GREY.search(text)):
        return Failure.GREYLISTED
    return Failure.TEMPORARY
