"""The gate: finds out who asks, lets in who may, and keeps other sites' forms out.

Nothing is open because of where a request comes from or which name it asks for: both can be made up, or be those of a proxy.
Until an operator is set up a link lets in, that works once (see `alerts.identity.sign_in_links`); from then on everybody signs in.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.digests.wording import words
from alerts.identity import operators
from alerts.identity.operators import Person
from alerts.operations.live_config import Live
from alerts.web.console import notice
from alerts.web.console.cookies import FORM, LANGUAGE, NOTICE, SEEN, SESSION, YEAR, cookie_of, drop_cookie, set_cookie
from alerts.web.console.signing_in import SigningIn
from alerts.web.console.visit import HEADERS, PAUSE, Handler, Visit, form_token
from alerts.web.origin import same_site, split
from alerts.web.pages import FRAMES, BadFormError, TooLargeError, form_of, language_of, say_page
from alerts.web.sessions import person_by
from crawler.model import AseanwatchError
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")
LONGEST_FORM = 2_000_000
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Turn handlers into endpoints.

    Args:
        live: the configuration in force.
        store: where everything is kept.
        clock: gives the present moment.
    """

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime]) -> None:
        self.live, self.store, self.clock = live, store, clock
        self.signing_in = SigningIn()

    def open(
        self, handler: Handler, *, changes: bool = False, read: bool = True, own: bool = False, apart: CapacityLimiter | None = None
    ) -> Endpoint:
        """An endpoint for who may.

        Args:
            handler: makes the answer.
            changes: only operators may, whatever the method; else only they may post.
            read: who is signed in is needed at all.
            own: a form changes only what is the own affair of who posts it, so that readers may as well.
            apart: forms wait for threads of their own, so that however many they are other pages are answered.
        """

        async def endpoint(request: Request) -> Response:
            try:
                form = await self._form(request, read=read)
            except TooLargeError:
                return _hardened(Response("That was too long.\n", 413))
            except BadFormError as error:
                return _hardened(Response(f"{error}\n", 400))
            try:
                needs = _Needs(changes, read, own)
                limiter = apart if request.method == "POST" else None
                answer = await to_thread.run_sync(self._answer, request, form, handler, needs, limiter=limiter)
            except StoreError:
                log.exception("a page of the console could not be answered")
                say = words(_language(request))
                sorry, again = say.say("That did not work."), say.say("Please try again in a minute.")
                return _hardened(say_page(_language(request), sorry, again, status=503))
            return _hardened(answer)

        return endpoint

    async def _form(self, request: Request, *, read: bool) -> dict[str, list[str]]:
        """The posted form; of somebody who may not see the page nothing is read, and the answer does not need it."""
        if request.method != "POST" or (read and await to_thread.run_sync(self._is_nobody, request)):
            return {}
        return await form_of(request, LONGEST_FORM)

    def _is_nobody(self, request: Request) -> bool:
        try:
            return self._person(request, self.clock())[0] is None
        except StoreError:
            return True  # the answer says that the store is away

    def _answer(self, request: Request, form: dict[str, list[str]], handler: Handler, needs: _Needs) -> Response:
        settings, now = self.live.settings, self.clock()
        language = _language(request)
        say = words(language)
        person, secret, cookies = self._person(request, now)
        if person is None and needs.read and self._is_anybody_set_up():
            after = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            return RedirectResponse(f"/console/sign-in?next={after}", 303)
        token = form_token(settings, self.store, secret)
        who = person or Person("", "")
        last, cookies[SEEN] = _visits(request, now)
        visit = Visit(self.live, settings, self.store, now, request, form, language, who, token, last, cookies)
        if visit.posted and not (same_site(request) and _is_same(visit.one("form"), token)):
            answer = visit.problem(say.say("This form is too old, or was not made by this page. Please try again."), 403)
        elif needs.read and person is None:
            answer = self.signing_in.first_page(visit, 403)
        elif needs.read and not who.may_change and (needs.changes or (visit.posted and not needs.own)):
            answer = visit.problem(say.say("Only operators may do this."), 403)
        else:
            try:
                answer = handler(visit)
            except StoreError:
                raise
            except AseanwatchError as error:
                answer = visit.problem(str(error))
        for name, value in cookies.items():
            set_cookie(answer, request, name, value, _lasts(name, value))
        return answer

    def _person(self, request: Request, now: datetime) -> tuple[Person | None, str, dict[str, str]]:
        """Who asks; the secret that forms are bound to; cookies to set."""
        given = cookie_of(request, SESSION)
        person = person_by(self.store, given, now)
        return (person, given, {}) if person else (None, *_form_secret(request))

    def _is_anybody_set_up(self) -> bool:
        with self.store.reading() as connection:
            return operators.any_there(connection)

    def sign_in(self, visit: Visit) -> Response:
        """The page to sign in, or to come in by a link while nobody is set up; and what comes of it."""
        return self.signing_in.answer(visit) if self._is_anybody_set_up() else self.signing_in.by_link(visit)

    def sign_out(self, visit: Visit) -> Response:
        """End this session, or all of this person's."""
        with self.store.writing() as connection:
            only = None if visit.one("all") else [visit.person.session]
            operators.end_sessions(connection, visit.person.name, only)
            visit.note(connection, "signed out", "everywhere" if only is None else "here")
        answer = RedirectResponse("/console/sign-in", 303)
        drop_cookie(answer, visit.request, SESSION)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # not cookies: the language stays, and that this browser is known
        return answer

    def language(self, visit: Visit) -> Response:
        """Choose the language of the frame."""
        chosen = visit.one("language")
        if chosen in dict(FRAMES):
            visit.cookies[LANGUAGE] = chosen
        back = split(visit.request.headers.get("referer", "")).path
        return visit.to(back if back.startswith("/console") else "/console/")


class _Needs(NamedTuple):
    """What an endpoint asks of who comes (see `Gate.open`)."""

    changes: bool
    read: bool
    own: bool


def _lasts(name: str, value: str) -> int | None:
    """Seconds that a browser keeps a cookie; None: until it is closed."""
    if not value:
        return 0
    if name == NOTICE:
        return int(notice.LASTS.total_seconds())
    return None if name == FORM else YEAR


def _form_secret(request: Request) -> tuple[str, dict[str, str]]:
    kept = cookie_of(request, FORM)
    if len(kept) >= 32:
        return kept, {}
    made = secrets.token_urlsafe(32)
    return made, {FORM: made}


def _is_same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _visits(request: Request, now: datetime) -> tuple[datetime | None, str]:
    """When the visit before this one ended, and the cookie that remembers it: its end, and the latest page of this one."""
    try:
        before, latest = (float(x) for x in cookie_of(request, SEEN).split("-"))
        ended = latest if now.timestamp() - latest > PAUSE.total_seconds() else before
        return (datetime.fromtimestamp(ended, UTC) if ended else None), f"{ended:.0f}-{now.timestamp():.0f}"
    except (ValueError, OverflowError, OSError):
        return None, f"0-{now.timestamp():.0f}"


def _language(request: Request) -> str:
    kept = cookie_of(request, LANGUAGE)
    return kept if kept in dict(FRAMES) else language_of(request)


def _hardened(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
