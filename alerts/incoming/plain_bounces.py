"""Reads bounces in plain text, as qmail, old Exchange, gateways and some providers write them. Pure.

Such a mail is believed with care: it must come from a mail system, must say that delivery failed for good, and must quote a
Message-ID of ours. Absence notes, challenges whether we are human and notices of a delay are no bounces. If no words of ours
say that delivery failed, `flufl.bounce` is asked: Mailman's library, which knows the forms of some fifty mail systems.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from email.utils import parseaddr
from typing import NamedTuple

from alerts.incoming.bounce_words import any_of
from alerts.incoming.mail import Inbound

LONGEST = 20_000
"""Characters of a mail that are read: a mail system says why early on."""
MOST_LINES = 20_000
"""Lines of a mail that is given to the library, which holds each against some sixty patterns: a quarter of a second."""
# It reports every step, and each mail that it cannot read
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
_SYSTEM = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mail[-_.]?delivery.*|mdaemon|microsoftexchange[0-9a-f]+|bounces?|bounce[-_.].*"
    r"|maild|mailsystem|mail[-_.]system|smtp[-_.]?daemon|autoreply-bounce)$",
    re.I,
)
_SYSTEM_NAME = re.compile(
    r"mail delivery|delivery sub-?system|mailer.daemon|mail administrator|system administrator|系统退信|退信",
    re.I,
)
_REPLY = any_of(
    "absent",
    r"out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response)|vacation|\babsence|away from|on (?:\w+ )?(?:leave|holiday)",
)
_QUESTION = re.compile(
    r"(?:confirm|verify|prove).{0,80}(?:you are (?:a )?human|not (?:a )?(?:spam|robot)|your (?:e-?mail|message|address))"
    r"|challenge|sender verification|release your message|approve(?:d)? sender",
    re.I | re.S,
)
_DELAY = any_of(
    "delayed",
    r"will (?:continue|keep) (?:on )?(?:to try|trying|to retry)|will (?:be )?retr(?:y|ied)|not yet been delivered|delayed|delay in deliver"
    r"|temporar(?:y|ily)|warning message only|do not need to re-?send|deferred",
)
_FOR_GOOD = any_of(
    "failed",
    r"permanent|fatal error|gave up|given up|giving up|could ?n[o']t be delivered|(?:was|were)(?: not|n't) delivered|undeliver"
    r"|delivery (?:has )?failed|failed to deliver|unable to deliver|can ?not be delivered|could not deliver|rejected",
)
_CODE = re.compile(r"(?<![\d.])([45]\.[0-7]\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])5[05]\d(?=[\s-])")
_NOBODY = any_of(
    "nobody",
    r"(?:user|recipient|mailbox|address|account|alias).{0,40}(?:unknown|not (?:found|exist|listed)|n[o']t exist|n[o']t be found|invalid|disabled"
    r"|unavailable|rejected)|no such (?:user|person|mailbox|recipient)|unknown (?:user|recipient|address|local)|no mailbox here"
    r"|does not have an? .{0,30}account",
)
_FULL = any_of("full", r"quota|mailbox (?:is )?full|storage|insufficient space")
_POLICY = any_of(
    "policy",
    r"spam|policy|blocked|blacklist|blocklist|reputation|dmarc|\bspf\b|dkim|content reject|virus|denied",
)
_RULED = re.compile(r"original|below this line|copy of|header|returned message|forwarded", re.I)
_HEADER = re.compile(
    r"(?:original message headers?|message headers? follow|return-path|received|message-id|x-original-to)\b.{0,40}?:",
    re.I,
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_LATIN = "\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
_PLAIN_ADDRESS = re.compile(f"(?<![{_LATIN}]){_ADDRESS.pattern}(?![a-zA-Z0-9_-]|[{_LATIN}])", re.ASCII)
"""An address among words that are written without blanks: it ends where ASCII letters end.

Beside another Latin letter it would be a piece of a longer address, and not the one that it seems to be.
"""


def is_automatic_reply(mail: Inbound) -> bool:
    """Whether a mail is the automatic reply of a person's mail program, and not of a mail system."""
    names = ("x-autoreply", "x-autorespond", "x-autoresponse")
    said = mail.headers.get("precedence", "").lower() in ("auto_reply", "auto-reply")
    return (
        said
        or any(n in mail.headers for n in names)
        or bool(_REPLY.search(_plain(mail.headers.get("subject", ""))))
    )


def is_from_a_mail_system(mail: Inbound) -> bool:
    """Whether a mail claims to come from a mail system."""
    name, sender = parseaddr(mail.headers.get("from", ""))
    if "x-failed-recipients" in mail.headers or "x-ms-exchange-message-is-ndr" in mail.headers:
        return True
    if _SYSTEM.match(sender.partition("@")[0]) or _SYSTEM_NAME.search(name):
        return True
    return mail.text.lstrip().lower().startswith("hi. this is the")  # qmail's way (cr.yp.to/proto/qsbmf.txt)


class PlainFailure(NamedTuple):
    """What a plain bounce says: the enhanced code that it gives or means (may be empty), its words, the addresses in it."""

    code: str
    words: str
    addresses: frozenset[str]


def failure_of(mail: Inbound) -> PlainFailure | None:
    """The permanent failure that a mail reports; None if it is no bounce, or the failure is temporary."""
    if is_automatic_reply(mail) or not is_from_a_mail_system(mail):
        return None
    words = _plain(_before_the_quote(mail.text))
    said = f"{_plain(mail.headers.get('subject', ''))}\n{words}"
    failed = mail.headers.get("x-failed-recipients", "")
    codes = _CODE.findall(words)
    hard = [c for c in codes if c.startswith("5")]
    # Only codes 4.x.x, or words of a delay: the system goes on trying, and the address may be fine.
    if not hard and (any(codes) or _DELAY.search(said)):
        return None
    # A challenge asks the sender to prove to be human; the mail is held, and the mailbox exists.
    if _QUESTION.search(words) and not hard:
        return None
    is_coded = bool(hard or _REPLY_CODE.search(words))
    # An absence note whose subject did not say so.
    if not is_coded and _REPLY.search(words):
        return None
    addresses = _named(failed) or _named(words)
    if not (is_coded or failed or _FOR_GOOD.search(said)):
        addresses = _failed_by_form(mail)
        if not addresses:
            return None
    code = hard[0] if hard else _code_of(words)
    return PlainFailure(code, " ".join(words.split())[:500], addresses)


def _failed_by_form(mail: Inbound) -> frozenset[str]:
    """The addresses that failed for good, where a mail has a form that the library knows.

    The library reads encoded lines as they are. A line that is broken there may hold a piece of another address, so only
    addresses count that the decoded text names too.
    """
    from flufl.bounce import all_failures  # noqa: PLC0415 - takes 15 ms, and few mails need it

    payloads = (part.get_payload() for part in mail.message.walk())
    if sum(text.count("\n") for text in payloads if isinstance(text, str)) > MOST_LINES:
        return frozenset()
    try:
        temporary, permanent = all_failures(mail.message)
    except Exception:  # anybody can write such a mail, and its parsers raise what they happen to
        return frozenset()
    found = {address.lower() for address in permanent - temporary}
    return frozenset(
        address for address in _named(mail.text) if address.lower().encode("utf-8", "replace") in found
    )


def _named(text: str) -> frozenset[str]:
    """The addresses in a text, also those in other scripts and those between letters of another script."""
    return frozenset((*_PLAIN_ADDRESS.findall(text)[:50], *_ADDRESS.findall(text)[:50]))


def _plain(text: str) -> str:
    """A text in one form: composed letters, straight apostrophes."""
    return unicodedata.normalize("NFC", text).replace("\u2019", "'")


def _before_the_quote(text: str) -> str:
    """What the mail system itself says. The mail that it returns may speak of unknown addresses in its news."""
    said = []
    for line in text[:LONGEST].splitlines():
        bare = line[:200].strip(" \t>*-=_")
        is_ruled = line[:40].lstrip(" \t>*").startswith(("--", "==", "__"))
        if (is_ruled and _RULED.search(bare)) or _HEADER.match(bare):
            break
        said.append(line)
    return "\n".join(said)


def _code_of(words: str) -> str:
    """The code (RFC 3463) of a failure that is described in words only."""
    # These come first: their texts may also call the mailbox unavailable,
    # which would suppress it at once.
    if _FULL.search(words):
        return "5.2.2"
    if _POLICY.search(words):
        return "5.7.1"
    return "5.1.1" if _NOBODY.search(words) else ""
