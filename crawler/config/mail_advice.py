"""What in the settings of the mail server and of who writes hardly works: ports, encryption and names that do not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr

from crawler.config.delivery_settings import Smtp
from crawler.config.settings import Settings
from crawler.runtime.public_addresses import AllowedHosts

Key = tuple[str | int, ...]
Found = Iterator[tuple[Key, str]]
SMTP: Key = ("delivery", "smtp")
_READING = {110: "POP3", 143: "IMAP", 993: "IMAP", 995: "POP3", 80: "the web", 443: "the web", 22: "SSH"}
_TLS_PORT, _SUBMISSION = 465, (587, 2525)
"""Implicit TLS, and the ports on which mail is submitted (RFC 8314)."""


def mail_advice(settings: Settings) -> Found:
    """Warnings, each with its key. Values may come from the environment, so that none is repeated."""
    smtp = settings.delivery.smtp
    is_near = _is_near(smtp.host)
    yield from _host(smtp)
    yield from _port(smtp, is_near=is_near)
    if smtp.timeout <= timedelta(0):
        yield (*SMTP, "timeout"), "0s ends every connection before it begins; write such as 30s"
    yield from _sender(settings, is_near=is_near)


def _is_near(host: str) -> bool:
    """Whether a mail server is on this machine or in the own network."""
    hosts = AllowedHosts()
    return not hosts.host_allowed(host) or hosts.is_inner_name(host)


def _host(smtp: Smtp) -> Found:
    key = (*SMTP, "host")
    if not smtp.host.strip():
        yield key, "is empty; write the name of your mail server, or leave the key out for this machine"
    elif "://" in smtp.host or "/" in smtp.host:
        yield key, "is an address; write the name of the mail server alone, without smtp:// and path"
    elif re.search(r"[^:\]]:\d+$", smtp.host) and smtp.host.count(":") == 1:
        yield key, "has a port in it; write the name alone, and the number under port:"
    elif "@" in smtp.host:
        yield key, "is a mail address; write the name of the mail server, such as mail.your.domain"
    elif re.search(r"[\s,;，；。]", smtp.host):
        yield key, "holds a sign that no name of a host has; write such as mail.your.domain"


def _port(smtp: Smtp, *, is_near: bool) -> Found:
    security = (*SMTP, "security")
    if smtp.port in _READING:
        yield (
            (*SMTP, "port"),
            f"{smtp.port} is the port of {_READING[smtp.port]}, to which no mail is given; write 587 with security: starttls, or 465 with tls",
        )
    elif smtp.port == _TLS_PORT and smtp.security != "tls":
        yield (
            security,
            f"is {smtp.security}, but port 465 speaks TLS from the beginning; write tls, or port: 587",
        )
    elif smtp.port in (25, *_SUBMISSION) and smtp.security == "tls":
        yield security, f"is tls, but port {smtp.port} begins in the clear; write starttls, or port: 465"
    elif smtp.port in _SUBMISSION and smtp.security == "none" and not is_near and not smtp.username:
        yield security, f"is none, but mail is given to port {smtp.port} encrypted; write starttls"


def _sender(settings: Settings, *, is_near: bool) -> Found:
    delivery = settings.delivery
    for name, value in (("from", delivery.sender), ("return_path", delivery.return_path)):
        field = "sender" if name == "from" else name
        if value is None or field not in delivery.model_fields_set:
            continue
        domain = parseaddr(value)[1].rpartition("@")[2]
        if "." not in domain and not domain.startswith("[") and not (is_near and domain == "localhost"):
            yield (
                ("delivery", name),
                f"{domain} is no domain of the internet: mail servers refuse mail from it; write your own, such as watch@your.domain",
            )
    for i, subscription in enumerate(settings.subscriptions):
        for j, address in enumerate(subscription.to):
            domain = parseaddr(address)[1].rpartition("@")[2]
            if "@" in address and "." not in domain and not domain.startswith("[") and not is_near:
                yield (
                    ("subscriptions", i, "to", j),
                    f"{domain} is no domain of the internet, so that no mail gets there; write the whole address",
                )
