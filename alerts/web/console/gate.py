"""The gate: finds out who asks, lets in who may, and keeps other sites' forms out.

Without operators the console is open to who sits at this machine, and to nobody else: the address that is asked must be
the loopback one, from the loopback, and not through a proxy. As soon as an operator is set up everybody signs in.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts import audit, operators
from alerts.keys import Sealed, keys_of
from alerts.live import Live
from alerts.operators import Person
from alerts.web.console.visit import HEADERS, PAUSE, Handler, Visit, form_token
from alerts.web.pages import FRAMES, TooLargeError, form_of, language_of, say_page
from alerts.wording import words
from crawler.model import AseanwatchError
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")
SESSION, FORM, SEEN, LANGUAGE = "aw_session", "aw_form", "aw_seen", "aw_language"
LOCAL = Person("local", "operator")
"""Who sits at this machine, while there are no operators."""
LONGEST_FORM = 2_000_000
Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Turns handlers into endpoints.

    Args:
        live: the configuration in force.
        store: where everything is kept.
        clock: gives the present moment.
    """

    def __init__(self, live: Live, store: Store, clock: Callable[[], datetime]) -> None:
        self.live, self.store, self.clock = live, store, clock
        self.attempts = Attempts(clock)

    def open(self, handler: Handler, *, changes: bool = False, read: bool = True, own: bool = False) -> Endpoint:
        """An endpoint for who may.

        Args:
            handler: makes the answer.
            changes: only operators may, whatever the method; else only they may post.
            read: who is signed in is needed at all.
            own: a form changes only what is the own affair of who posts it, so that readers may as well.
        """

        async def endpoint(request: Request) -> Response:
            try:
                form = await form_of(request, LONGEST_FORM) if request.method == "POST" else {}
            except TooLargeError:
                return _hardened(Response("That was too long.\n", 413), request)
            try:
                answer = await run_in_threadpool(self._answer, request, form, handler, _Needs(changes, read, own))
            except StoreError:
                log.exception("a page of the console could not be answered")
                say = words(_language(request))
                return _hardened(
                    say_page(
                        _language(request), say.say("That did not work."), say.say("Please try again in a minute."), status=503
                    ),
                    request,
                )
            return _hardened(answer, request)

        return endpoint

    def _answer(self, request: Request, form: dict[str, list[str]], handler: Handler, needs: _Needs) -> Response:
        settings, now = self.live.settings, self.clock()
        language = _language(request)
        say = words(language)
        person, secret, cookies = self._person(request, now)
        if person is None and needs.read:
            if secret is None:
                return Response(say.say("Operators must be set up before the console is used from elsewhere.") + "\n", 403)
            after = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
            return RedirectResponse(f"/console/sign-in?next={after}", 303)
        token = form_token(settings, self.store, secret or "")
        who = person or Person("", "")
        last, cookies[SEEN] = _visits(request, now)
        visit = Visit(self.live, settings, self.store, now, request, form, language, who, token, last, cookies)
        if visit.posted and not (_same_site(request) and hmac.compare_digest(visit.one("form"), token)):
            answer = visit.problem(say.say("This form is too old, or was not made by this page. Please try again."), 403)
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
            answer.set_cookie(name, value, max_age=400 * 86_400 if name != FORM else None, path="/console", httponly=True,
                              samesite="strict", secure=request.url.scheme == "https")  # fmt: skip
        return answer

    def _person(self, request: Request, now: datetime) -> tuple[Person | None, str | None, dict[str, str]]:
        """Who asks; the secret that forms are bound to; cookies to set. Without a secret nobody may even sign in."""
        with self.store.reading() as connection:
            if not operators.any_there(connection):
                if not at_this_machine(request):
                    return None, None, {}
                return LOCAL, *_form_secret(request)
            given = request.cookies.get(SESSION, "")
            found = operators.person_of(connection, given, now) if given else None
        if found is None:
            return None, *_form_secret(request)
        person, seen = found
        if now - seen > timedelta(minutes=1):
            with self.store.writing(beside=True) as connection:
                operators.touch(connection, person.session, now)
        return person, given, {}

    def sign_in(self, visit: Visit) -> Response:
        """The page to sign in, and what comes of it."""
        after = visit.one("next")
        after = after if after.startswith("/console") and not after.startswith("//") else "/console/"
        if not visit.posted:
            return visit.page("sign_in.html.j2", "", title=visit.say.say("Sign in"), after=after)
        name, address = visit.one("name"), visit.request.client.host if visit.request.client else ""
        wait = self.attempts.wait((name, address))
        if wait:
            message = visit.say.say("Too many attempts. Try again in %(seconds)s seconds.", seconds=wait)
            return visit.page("sign_in.html.j2", "", 429, title=visit.say.say("Sign in"), after=after, problem=message)
        sealed = Sealed(keys_of(visit.settings, self.store))
        password = (visit.form.get("password") or [""])[0]
        with self.store.reading() as connection:
            known = operators.knows(connection, name, password)
        with self.store.writing() as connection:
            person = operators.admitted(connection, name, password, visit.one("code"), sealed, visit.now) if known else None
            # Somebody may have typed the password into the field of the name: only names that exist are written down.
            actor = name if operators.exists(connection, name) else "somebody"
            audit.note(connection, actor, "signed in" if person else "failed to sign in", address, visit.now)
            token = (
                operators.begin_session(connection, name, visit.request.headers.get("user-agent", ""), visit.now) if person else ""
            )
        if person is None:
            self.attempts.failed((name, address))
            message = visit.say.say("Name, password or code is wrong.")
            return visit.page("sign_in.html.j2", "", 403, title=visit.say.say("Sign in"), after=after, problem=message)
        self.attempts.succeeded((name, address))
        answer = RedirectResponse(after, 303)
        secure = visit.request.url.scheme == "https"
        answer.set_cookie(
            SESSION, token, max_age=int(operators.LASTS.total_seconds()), path="/", httponly=True, samesite="strict", secure=secure
        )
        return answer

    def sign_out(self, visit: Visit) -> Response:
        """End this session, or all of this person's."""
        with self.store.writing() as connection:
            only = None if visit.one("all") else [visit.person.session]
            operators.end_sessions(connection, visit.person.name, only)
            visit.note(connection, "signed out", "everywhere" if only is None else "here")
        answer = RedirectResponse("/console/sign-in", 303)
        answer.delete_cookie(SESSION, path="/")
        return answer

    def language(self, visit: Visit) -> Response:
        """Choose the language of the frame."""
        chosen = visit.one("language")
        if chosen in dict(FRAMES):
            visit.cookies[LANGUAGE] = chosen
        back = urlsplit(visit.request.headers.get("referer", "")).path
        return visit.to(back if back.startswith("/console") else "/console/")


class _Needs(NamedTuple):
    """What an endpoint asks of who comes (see `Gate.open`)."""

    changes: bool
    read: bool
    own: bool


class Attempts:
    """Failed attempts to sign in: after some each next one must wait twice as long.

    From one address soon and for up to a quarter of an hour; for one name from anywhere later and for a minute at most, so that
    guessing from many addresses is slow and yet nobody can lock somebody out.
    """

    FREE: ClassVar = {"address": 5, "name": 30}
    MOST: ClassVar = {"address": 900, "name": 60}
    KEPT = 5_000

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, keys: tuple[str, str]) -> int:
        """Seconds until the next attempt may be made; 0: now."""
        with self._lock:
            return max((self._wait(k) for k in _labelled(keys)), default=0)

    def _wait(self, key: str) -> int:
        count, last = self._failed.get(key, (0, datetime.min.replace(tzinfo=UTC)))
        kind = key.partition(" ")[0]
        if count < self.FREE[kind]:
            return 0
        pause = min(self.MOST[kind], 2 ** min(20, count - self.FREE[kind] + 1))
        return max(0, int(pause - (self._clock() - last).total_seconds() + 0.999))

    def failed(self, keys: tuple[str, str]) -> None:
        """An attempt failed."""
        with self._lock:
            for key in _labelled(keys):
                count, _ = self._failed.pop(key, (0, None))
                self._failed[key] = count + 1, self._clock()
            while len(self._failed) > self.KEPT:
                self._failed.popitem(last=False)

    def succeeded(self, keys: tuple[str, str]) -> None:
        """Somebody is in: what failed before is forgotten."""
        with self._lock:
            for key in _labelled(keys):
                self._failed.pop(key, None)


def _labelled(keys: tuple[str, str]) -> tuple[str, str]:
    return f"name {keys[0]}", f"address {keys[1]}"


def at_this_machine(request: Request) -> bool:
    """Whether somebody at this machine asks: to the loopback address, from it, and through no proxy.

    The name that is asked matters too: a page elsewhere could let its own name lead here (DNS rebinding).
    """
    proxied = any(h in request.headers for h in ("x-forwarded-for", "forwarded", "x-real-ip", "via"))
    return (
        not proxied and is_loopback(request.url.hostname or "") and request.client is not None and is_loopback(request.client.host)
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _form_secret(request: Request) -> tuple[str, dict[str, str]]:
    kept = request.cookies.get(FORM, "")
    if len(kept) >= 32:
        return kept, {}
    made = secrets.token_urlsafe(32)
    return made, {FORM: made}


def _same_site(request: Request) -> bool:
    """Whether a form comes from our own page, as far as the browser tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _visits(request: Request, now: datetime) -> tuple[datetime | None, str]:
    """When the visit before this one ended, and the cookie that remembers it: its end, and the latest page of this one."""
    try:
        before, latest = (float(x) for x in request.cookies.get(SEEN, "").split("-"))
        ended = latest if now.timestamp() - latest > PAUSE.total_seconds() else before
        return (datetime.fromtimestamp(ended, UTC) if ended else None), f"{ended:.0f}-{now.timestamp():.0f}"
    except (ValueError, OverflowError, OSError):
        return None, f"0-{now.timestamp():.0f}"


def _language(request: Request) -> str:
    kept = request.cookies.get(LANGUAGE, "")
    return kept if kept in dict(FRAMES) else language_of(request)


def _hardened(answer: Response, request: Request) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.url.scheme == "https":
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer
