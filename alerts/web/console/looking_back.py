"""What a subscription would have been told in the last days: shown before it has anything to tell, and before it is saved."""

from __future__ import annotations

import smtplib
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, Response

from alerts.analysis.lookback import looked_back
from alerts.delivery import breaker
from alerts.digests.digest import Digest
from alerts.digests.render import render
from alerts.digests.sections import sections_of
from alerts.digests.wording import MACHINE_TRANSLATION
from alerts.web.console.request import ConsoleRequest
from alerts.web.holding import in_words
from alerts.web.pages import MAIL_PAGE
from alerts.web.readers import UNLIMITED_BYTES
from crawler.config.settings import Settings, Subscription

PERIODS = (1, 7, 30)
"""Days that can be looked back."""
USUAL_PERIOD = 7
MOST_LINES = 12
"""Headlines that are shown of what would have been told."""
SMTP_WAIT = 2.0
"""Seconds that a mail server has to answer."""


class LookBack(NamedTuple):
    """What would have been told: the days looked back, the subject, and the first headlines with their languages."""

    days: int
    holds: str
    subject: str
    lines: list[tuple[str, str, str]]
    more: int


def period_of(request: ConsoleRequest) -> int:
    """The days that a request asks for."""
    days = request.integer("days")
    return days if days in PERIODS else USUAL_PERIOD


def look_back(request: ConsoleRequest, connection: Connection, subscription: Subscription) -> LookBack:
    """What the last days would have been, as the page shows it."""
    days = period_of(request)
    digest = looked_back(connection, request.settings, subscription, days, request.now)
    return _shown(request, subscription, digest, days)


def _shown(request: ConsoleRequest, subscription: Subscription, digest: Digest, days: int) -> LookBack:
    holds = in_words(request.settings, subscription, request.words)
    cards = [(s.title, c) for s in sections_of(digest, digest.stories, request.words) for c in s.cards]
    lines = [
        (
            heading,
            card.title_in(request.words, MACHINE_TRANSLATION),
            request.language if card.story is None else card.story.best.shown_lang,
        )
        for heading, card in cards[:MOST_LINES]
    ]
    more = len(cards) - len(lines) + digest.omitted
    return LookBack(days, holds, digest.subject if cards else "", lines, more)


def as_mail(request: ConsoleRequest, connection: Connection, subscription: Subscription) -> Response:
    """The mail of the last days."""
    digest = looked_back(connection, request.settings, subscription, period_of(request), request.now)
    return HTMLResponse(render(digest, most_bytes=UNLIMITED_BYTES).html, headers=MAIL_PAGE)


def page(
    request: ConsoleRequest, connection: Connection, subscription: Subscription, *, waits: bool
) -> Response:
    """The page of what would have come; ``waits``: whether something is to be told next, too."""
    values: dict[str, Any] = {"title": subscription.title or subscription.name, "name": subscription.name}
    found = look_back(request, connection, subscription)
    return request.page(
        "no_digest.html.j2", "subscriptions", **values, periods=PERIODS, found=found, waits=waits
    )


def mail_trouble(request: ConsoleRequest, connection: Connection, channel: str) -> str:
    """Why mail may not arrive: the channel fails, or the configuration names no mail server; empty if nothing is known."""
    if channel != "email":
        return ""
    state = breaker.state(connection, channel)
    if state is not None:
        since = request.words.moment(state.since)
        return request.gettext(
            "Mail does not go out since %(since)s: %(error)s", since=since, error=state.error or ""
        )
    if "smtp" in request.settings.delivery.model_fields_set:
        return ""
    server = request.settings.delivery.smtp
    return request.gettext(
        "config.yaml names no mail server (delivery.smtp), so mail is handed to %(host)s:%(port)s.",
        host=server.host,
        port=server.port,
    )


def answers(settings: Settings) -> bool:
    """Whether a mail server answers where the configuration says."""
    server = settings.delivery.smtp
    kind = smtplib.SMTP_SSL if server.security == "tls" else smtplib.SMTP
    try:
        with kind(server.host, server.port, timeout=SMTP_WAIT):
            return True
    except (OSError, smtplib.SMTPException):
        return False
