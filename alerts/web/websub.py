"""The callback that hubs call (WebSub): to ask whether a subscription is meant, to deny one, and to push what is new.

Its address ends in a token that nobody can guess, one for each subscription. What it takes is only noted here, for whoever asks
sources to take up within seconds.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from alerts.identity.keys import signing_keys_or_none
from alerts.web.bounds import LONGEST_PUSH
from alerts.web.context import WebContext
from alerts.web.page_request import Endpoint
from alerts.web.pages import SAFE
from crawler.polling import hubs
from crawler.runtime.visible_text import on_one_line
from crawler.store import StoreError, websub
from crawler.store.websub import ACTIVE, DENIED, LEAVING, REQUESTED, HubSubscription

log = logging.getLogger("aseanwatch")

BETWEEN_HINTS = timedelta(minutes=1)
"""The least between two times that a source is asked because its hub says so."""


def callback(web: WebContext) -> Endpoint:
    """Answers what hubs ask and push."""
    calls = Callbacks(web)

    async def answer(request: Request) -> Response:
        try:
            one = await run_in_threadpool(calls.find, request.path_params["token"])
            if one is None:
                return _said(404)
            if request.method != "POST":
                return await run_in_threadpool(calls.verify, one, dict(request.query_params))
            if one.status == LEAVING:
                return _said(410)  # the hub may end it, then (section 7)
            # Before a byte of it is read.
            length = request.headers.get("content-length", "")
            body = None if length.isdigit() and int(length) > LONGEST_PUSH else await request.body()
            await run_in_threadpool(
                calls.take, one, body, request.headers.get("content-type", ""),
                request.headers.get("x-hub-signature", ""),
            )  # fmt: skip
            return _said(202)
        except StoreError as error:
            log.warning("a hub's call could not be noted: %s", error)
            return _said(503)  # it tries again

    return answer


class Callbacks:
    """Notes what hubs say.

    Args:
        web: what all pages share.
    """

    def __init__(self, web: WebContext) -> None:
        self.web = web

    def _keys(self) -> tuple[str, ...]:
        return signing_keys_or_none(self.web.settings, self.web.store)

    def find(self, token: str) -> HubSubscription | None:
        """The subscription whose callback an address is."""
        # By the form of its name first: anybody may call, and a look into the store costs more.
        name = hubs.callback_of(token, self._keys()) if len(token) == hubs.TOKEN_LENGTH else None
        if name is None:
            return None
        with self.web.store.read() as connection:
            return websub.subscription(connection, name)

    def verify(self, one: HubSubscription, asked: dict[str, str]) -> Response:
        """Confirm what we asked for, and nothing else (section 5.3); take note of a denial (5.2)."""
        mode, challenge = asked.get("hub.mode"), asked.get("hub.challenge", "")
        if asked.get("hub.topic") != one.topic:
            return _said(404)
        with self.web.store.write(exclusive=False) as connection:
            if mode == "denied" and one.status != LEAVING:
                self._deny(connection, one, asked.get("hub.reason", ""))
                return _said(200)
            if mode == "subscribe" and challenge and one.status in (REQUESTED, ACTIVE):
                is_meant = self._confirm(connection, one, asked.get("hub.lease_seconds", ""))
            else:
                is_meant = mode == "unsubscribe" and bool(challenge) and one.status == LEAVING
                if is_meant:
                    websub.drop_subscription(connection, one.callback)
        return _said(200, challenge) if is_meant else _said(404)

    def _deny(self, connection: Connection, one: HubSubscription, reason: str) -> None:
        reason = on_one_line(reason)[: hubs.LONGEST_REASON]
        problem = f"the hub denies it: {reason}" if reason else "the hub denies it"
        again = self.web.clock() + hubs.DENIED_FOR
        websub.change_subscription(
            connection, one.callback, status=DENIED, problem=problem, next=again, lease_until=None, tries=0
        )

    def _confirm(self, connection: Connection, one: HubSubscription, seconds: str) -> bool:
        """Take a lease; False where it is none that pays."""
        now, lease = self.web.clock(), hubs.lease_of(seconds)
        if lease is None:
            problem = "the hub grants no lease of at least five minutes"
            websub.change_subscription(connection, one.callback, problem=problem)
            return False
        values = {"next": hubs.renewal(now, lease), "lease_until": now + lease}
        websub.change_subscription(connection, one.callback, status=ACTIVE, tries=0, problem=None, **values)
        return True

    def take(self, one: HubSubscription, body: bytes | None, content_type: str, signature: str) -> None:
        """Note what a hub pushed: its content if it is signed well; else that the feed is to be asked.

        A wrong signature is ignored, and answered like a right one (section 8).
        """
        now = self.web.clock()
        found = hubs.check_signature(signature, body or b"", one.callback, self._keys())
        if signature and body is not None and not found.is_right:
            with self.web.store.write(exclusive=False) as connection:
                websub.change_subscription(connection, one.callback, refused=one.refused + 1)
            log.info("a push for %s has a wrong signature, and is ignored", one.source)
            return
        until = one.lease_until if found.is_right and one.status == ACTIVE else None
        with self.web.store.write(exclusive=False) as connection:
            if found.is_right:
                websub.change_subscription(connection, one.callback, pushed=now, pushes=one.pushes + 1)
            if found.is_trusted and body and body.strip():
                websub.add_push(connection, one.source, now, until, content_type, body)
                return
            # Somebody who sends many of them must not have a site asked as often.
            at = max(now, one.hinted + BETWEEN_HINTS) if one.hinted else now
            if websub.add_push(connection, one.source, at, until):
                websub.change_subscription(connection, one.callback, hinted=at)


def _said(status: int, text: str = "") -> Response:
    return PlainTextResponse(text, status, headers=SAFE)
