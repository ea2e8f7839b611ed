"""The access control of the console: finds the person who asks, admits them or not, and refuses forms of other sites.

No page is open because of the client's address or the name of the host: both can be made up, or be those of a proxy. Until
an operator is set up, a link that works once lets a person in (see `alerts.identity.sign_in_links`). From then on everybody
signs in.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.digests.wording import FRAMES, words
from alerts.identity import operators
from alerts.identity.operators import Person
from alerts.web.console import notice
from alerts.web.console.organisation import OrganisationPages
from alerts.web.console.request import HEADERS, ConsoleHandler, ConsoleRequest, form_token
from alerts.web.console.signing_in import SigningIn
from alerts.web.context import WebContext
from alerts.web.cookies import (
    FORM,
    LANGUAGE,
    NOTICE,
    ORIGINAL,
    SESSION,
    YEAR,
    ZONE,
    cookie_of,
    drop_cookie,
    set_cookie,
)
from alerts.web.late_writes import READING
from alerts.web.origin import same_site, split
from alerts.web.page_request import Endpoint
from alerts.web.pages import BadFormError, TooLargeError, form_of, language_of, say_page
from alerts.web.preferences import is_zone
from crawler.model import AseanwatchError
from crawler.runtime.right_of_way import page_under_way
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")


class AccessRule(Enum):
    """Who may use an endpoint."""

    PUBLIC = "anybody"
    SIGNED_IN = "everybody who is signed in; forms concern only their own settings"
    READER = "everybody who is signed in may look; only operators may post"
    OPERATOR = "only operators, whatever the method"

    def admits_unknown(self) -> bool:
        """Whether nobody need be signed in."""
        return self is AccessRule.PUBLIC

    def admits(self, person: Person, method: str) -> bool:
        """Whether a person who is signed in may make a request."""
        if person.may_change or self in (AccessRule.PUBLIC, AccessRule.SIGNED_IN):
            return True
        return self is AccessRule.READER and method != "POST"


@dataclass(frozen=True)
class _Session:
    """The session of a request: the person, or None; the secret that its forms are bound to; cookies to set."""

    person: Person | None
    form_secret: str
    new_cookies: dict[str, str]


class Gate:
    """Turns handlers into endpoints that check access.

    Args:
        web: what all web pages share.
        sections: the navigation of the console (`ConsoleRequest.sections`).
    """

    def __init__(self, web: WebContext, sections: Mapping[str, str]) -> None:
        self.web = web
        self.sections = sections
        self.signing_in = SigningIn()
        self.organisation = OrganisationPages()

    def public(
        self,
        handler: ConsoleHandler,
        form_threads: CapacityLimiter | None = None,
        *,
        page_threads: CapacityLimiter | None = None,
    ) -> Endpoint:
        """An endpoint that is open to anybody."""
        return self._endpoint(handler, AccessRule.PUBLIC, form_threads, page_threads)

    def signed_in(self, handler: ConsoleHandler, form_threads: CapacityLimiter | None = None) -> Endpoint:
        """An endpoint for a person's own settings: everybody who is signed in may read and post."""
        return self._endpoint(handler, AccessRule.SIGNED_IN, form_threads)

    def reader(self, handler: ConsoleHandler, *, shows_marks: bool = True) -> Endpoint:
        """An endpoint that everybody who is signed in may read; only operators may post to it.

        Args:
            handler: makes the answer.
            shows_marks: whether it depends on what the person has read, so that it waits until that is written.
        """
        return self._endpoint(handler, AccessRule.READER, shows_marks=shows_marks)

    def operator(self, handler: ConsoleHandler) -> Endpoint:
        """An endpoint that only operators may use, whatever the method."""
        return self._endpoint(handler, AccessRule.OPERATOR)

    def _endpoint(
        self,
        handler: ConsoleHandler,
        rule: AccessRule,
        form_threads: CapacityLimiter | None = None,
        page_threads: CapacityLimiter | None = None,
        *,
        shows_marks: bool = True,
    ) -> Endpoint:
        """An endpoint that runs the handler in a thread.

        Args:
            handler: makes the answer.
            rule: who may use it.
            form_threads: the threads that answer posted forms. With threads of their own, any number of forms may wait, and
                the other pages are still answered.
            page_threads: the threads that answer everything else, for pages that wait for another server.
            shows_marks: whether the answer depends on what the person has read.
        """

        async def endpoint(request: Request) -> Response:
            try:
                form = await self._read_form(request, rule)
            except TooLargeError:
                return _hardened(Response("That was too long.\n", 413))
            except BadFormError as error:
                return _hardened(Response(f"{error}\n", 400))
            limiter = form_threads if request.method == "POST" else page_threads
            try:
                # In a thread: handlers read the store and
                # render, which would hold up the event loop.
                answer = await to_thread.run_sync(
                    self._answer_first, request, form, handler, rule, shows_marks, limiter=limiter
                )
            except StoreError:
                log.exception("a page of the console could not be answered")
                answer = _store_unavailable(request)
            return _hardened(answer)

        return endpoint

    async def _read_form(self, request: Request, rule: AccessRule) -> dict[str, list[str]]:
        """The posted form.

        The form of a person who may not see the page is not read: it may be large, and the answer does not need it.
        """
        if request.method != "POST":
            return {}
        if not rule.admits_unknown() and await to_thread.run_sync(self._is_unknown, request):
            return {}
        return await form_of(request)

    def _is_unknown(self, request: Request) -> bool:
        try:
            return self.web.signed_in(request) is None
        except StoreError:
            return True  # `_answer` meets the same error and reports it

    def _answer_first(
        self,
        http: Request,
        form: dict[str, list[str]],
        handler: ConsoleHandler,
        rule: AccessRule,
        shows_marks: bool,
    ) -> Response:
        with page_under_way():
            return self._answer(http, form, handler, rule, shows_marks)

    def _answer(
        self,
        http: Request,
        form: dict[str, list[str]],
        handler: ConsoleHandler,
        rule: AccessRule,
        shows_marks: bool,
    ) -> Response:
        session = self._session(http)
        if session.person is None and not rule.admits_unknown() and self._has_operators():
            return _to_sign_in(http)
        request = self._request(http, form, session)
        answer = self._refusal(request, session, rule)
        if answer is None:
            if shows_marks:
                self.web.late.settle(READING, request.person.name)
            answer = _handled(request, handler)
        for name, value in request.cookies.items():
            set_cookie(answer, http, name, value, _cookie_lifetime(name, value))
        return answer

    def _request(self, http: Request, form: dict[str, list[str]], session: _Session) -> ConsoleRequest:
        settings, now = self.web.settings, self.web.clock()
        return ConsoleRequest(
            web=self.web,
            http=http,
            form=form,
            language=_language(http),
            settings=settings,
            now=now,
            person=session.person or Person("", ""),
            form_token=form_token(settings, self.web.store, session.form_secret),
            cookies=dict(session.new_cookies),
            sections=self.sections,
        )

    def _refusal(self, request: ConsoleRequest, session: _Session, rule: AccessRule) -> Response | None:
        """The answer to a request that is not admitted; None if it is."""
        # First of all, for public forms too: another site's
        # page could sign a person in as somebody else.
        if request.is_post and not _is_our_form(request):
            message = request.gettext("This form is too old, or was not made by this page. Please try again.")
            return request.problem(message, 403)
        if rule.admits_unknown():
            return None
        if session.person is None:
            return self.signing_in.first_page(request, 403)
        if not rule.admits(session.person, request.http.method):
            return request.problem(request.gettext("Only operators may do this."), 403)
        return None

    def _session(self, request: Request) -> _Session:
        person = self.web.signed_in(request)
        if person is not None:
            return _Session(person, cookie_of(request, SESSION), {})
        secret = cookie_of(request, FORM)
        if len(secret) >= 32:
            return _Session(None, secret, {})
        new = secrets.token_urlsafe(32)
        return _Session(None, new, {FORM: new})

    def _has_operators(self) -> bool:
        # With a provider in the configuration people can sign in before any of them is known here.
        if self.web.settings.web.sign_in is not None:
            return True
        with self.web.store.read() as connection:
            return operators.exist(connection)

    def sign_in(self, request: ConsoleRequest) -> Response:
        """The page to sign in, or to come in by a link while no operator is set up, and the answer to its form."""
        return self.signing_in.answer(request) if self._has_operators() else self.signing_in.by_link(request)

    def sign_out(self, request: ConsoleRequest) -> Response:
        """End this session, or all of this person's; an account of the organisation goes on to its provider."""
        is_everywhere = bool(request.value("all"))
        at_provider = self.organisation.address_to_sign_out(request)
        with request.store.write() as connection:
            only = None if is_everywhere else [request.person.session]
            operators.end_sessions(connection, request.person.name, only)
            request.audit(connection, "signed out", "everywhere" if is_everywhere else "here")
        answer = (
            self.organisation.leave(request, at_provider)
            if at_provider
            else RedirectResponse("/console/sign-in", 303)
        )
        drop_cookie(answer, request.http, SESSION)
        # "cookies" is left out: the browser keeps the language, and the mark that somebody signed in with it before.
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def language(self, request: ConsoleRequest) -> Response:
        """Choose the language of the frame, the zone that times are shown in, and whether a machine's words are; this browser remembers it."""
        chosen = request.value("language")
        if chosen in FRAMES:
            request.cookies[LANGUAGE] = chosen
        if is_zone(request.value("zone")):
            request.cookies[ZONE] = request.value("zone")
        if request.value("original") in ("0", "1"):
            # An empty one is deleted: without a choice translations are shown.
            request.cookies[ORIGINAL] = request.value("original").strip("0")
        # Only the path: the header is the browser's, and its host may be anybody's.
        back = split(request.http.headers.get("referer", "")).path
        return request.redirect(back if back.startswith("/console") else "/console/")


def _handled(request: ConsoleRequest, handler: ConsoleHandler) -> Response:
    """The handler's answer; what is wrong with the request becomes a page that says so."""
    try:
        return handler(request)
    except StoreError:
        raise
    except AseanwatchError as error:
        return request.problem(request.words.said_error(error))


def _to_sign_in(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/console/sign-in?next={quote(request.url.path + query)}", 303)


def _store_unavailable(request: Request) -> Response:
    language = _language(request)
    gettext = words(language).gettext
    return say_page(
        language, gettext("That did not work."), gettext("Please try again in a minute."), status=503
    )


def _cookie_lifetime(name: str, value: str) -> int | None:
    """Seconds that a browser keeps a cookie; None: until the browser is closed."""
    if not value:
        return 0
    if name == NOTICE:
        return int(notice.LASTS.total_seconds())
    return None if name == FORM else YEAR


def _is_our_form(request: ConsoleRequest) -> bool:
    given = request.value("form").encode("utf-8", "replace")
    # Both: the token alone fails if it leaks, the origin alone in browsers that do not send it.
    return same_site(request.http) and hmac.compare_digest(given, request.form_token.encode())


def _language(request: Request) -> str:
    chosen = cookie_of(request, LANGUAGE)
    return chosen if chosen in FRAMES else language_of(request)


def _hardened(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
