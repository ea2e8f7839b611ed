"""Secrets that anybody can guess, or that the other end does not take. What is said never holds the value: it is a secret, however bad."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from crawler.config.settings import Settings

Key = tuple[str | int, ...]
LEAST_SECRET = 16
"""Characters of the shortest secret that signs links: whoever has one mail can try shorter ones on his own machine."""
_MADE = "write one that openssl rand -base64 32 makes"
_PLACEHOLDER = re.compile(
    r"(?:please[-_ ]?)?(?:change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|it)|secret|my[-_ ]?secret|your[-_ ]?\w*|password|passwd|"
    r"example|test(?:ing)?|todo|fixme|dummy|foobar|qwerty|letmein|admin|none|null|x+|\*+|\.+|<.*>|(?:0?123456789?0?)+|(.)\1*)[-_!. \d]*\Z",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether a secret is what examples write in place of one."""
    return _PLACEHOLDER.match(value.strip()) is not None


def secret_advice(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Warnings of secrets, each with its key."""
    yield from _signing(settings)
    yield from _webhooks(settings)
    yield from _smtp(settings)


def _signing(settings: Settings) -> Iterator[tuple[Key, str]]:
    key, why = ("delivery", "secret"), "it signs the links in mails"
    for one in settings.delivery.secret.get_secret_value().split():
        if is_placeholder(one):
            yield key, f"is a placeholder that anybody can guess, and {why}; {_MADE}"
            return
        if len(one) < LEAST_SECRET:
            # Blanks part an old secret from its successor.
            yield (
                key,
                f"is too short: {why}, and one of its parts has fewer than {LEAST_SECRET} characters; {_MADE}",
            )
            return


def _webhooks(settings: Settings) -> Iterator[tuple[Key, str]]:
    for name, channel in settings.delivery.channels.items():
        if channel.type == "webhook" and not all(
            map(_is_webhook_secret, channel.secret.get_secret_value().split())
        ):
            yield (
                ("delivery", "channels", name, "secret"),
                "is no secret of a webhook, so that nothing is sent; allowed: whsec_ and 24 to 64 bytes in base64, such as"
                " openssl rand -base64 32 makes",
            )


def _is_webhook_secret(text: str) -> bool:
    try:
        return 24 <= len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) <= 64
    except (binascii.Error, ValueError):
        return False


def _smtp(settings: Settings) -> Iterator[tuple[Key, str]]:
    smtp = settings.delivery.smtp
    password, place = smtp.password.get_secret_value(), ("delivery", "smtp")
    if smtp.username and not password:
        yield (
            (*place, "password"),
            "is missing, though there is a username: the mail server refuses us; write ${SMTP_PASSWORD}",
        )
    elif password and is_placeholder(password):
        yield (*place, "password"), "is a placeholder; put the real password into the environment"
    elif password and not smtp.username:
        yield (
            (*place, "username"),
            "is missing, so that the password is never used; write the name that the server knows",
        )
    if password and smtp.security == "none" and smtp.host not in ("127.0.0.1", "localhost", "::1"):
        yield (*place, "security"), "none sends the password in the clear; write starttls or tls"
