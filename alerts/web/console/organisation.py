"""Signing in and out with the organisation's account: to its provider, back from it, and what it says of ended sessions.

| what could go wrong | what stops it |
|---|---|
| somebody signs another person in (login CSRF), or comes with a code that was caught | the attempt that the browser kept, sealed: the state fits, and it is used once |
| another provider's answer (mix-up) | one provider is configured; what names itself must be it (RFC 9207) |
| a forged or old token | signature, issuer, audience, nonce and times (`alerts.web.organisation.id_tokens`) |
| an account that looks like an operator | issuer and subject alone say who it is (`alerts.identity.organisation_accounts`) |
| a link that leads elsewhere afterwards | only pages of the console are gone to (`after_sign_in`) |
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from alerts.identity import audit, organisation_accounts
from alerts.identity.keys import SecretBox, signing_keys
from alerts.identity.operators import Person, ProviderSession
from alerts.identity.organisation_accounts import Account, AccountRefusedError
from alerts.web.console.request import HEADERS, ConsoleRequest
from alerts.web.console.signing_in import SOMEBODY, after_sign_in, let_in, sign_in_page
from alerts.web.context import WebContext
from alerts.web.cookies import ATTEMPT, cookie_of, drop_cookie, set_cookie
from alerts.web.hosts import host_of
from alerts.web.organisation.addresses import BACK, SIGN_IN, WAY
from alerts.web.organisation.attempt import LIFETIME, SignInAttempt, opened
from alerts.web.organisation.claims import (
    has_too_many_groups,
    mail_of,
    name_of,
    role_of,
    says_role,
    why_no_role,
    with_more,
)
from alerts.web.organisation.id_tokens import ended_session, id_token_claims
from alerts.web.organisation.provider import Provider, ProviderAwayError, ProviderError
from alerts.web.page_request import Endpoint
from alerts.web.pages import BadFormError, TooLargeError, form_of
from crawler.config.settings import Settings
from crawler.config.sign_in_settings import SignIn
from crawler.model import AseanwatchError
from crawler.runtime.url_hosts import host_in
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")

KEPT_STATES = 10_000
LONGEST_AFTER = 1000
"""Characters of the page to go to then, as an address writes it: browsers drop a cookie of more than four kilobytes."""
LONGEST_HINT = 3000
"""Characters of an ID token that still fit into an address beside the rest."""


class OrganisationPages:
    """The pages by which the organisation's accounts come and go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._provider: Provider | None = None
        self._used: OrderedDict[str, None] = OrderedDict()

    def leave_to_sign_in(self, request: ConsoleRequest) -> Response:
        """Send a person to the provider."""
        sign_in = request.settings.web.sign_in
        if sign_in is None:
            return RedirectResponse(SIGN_IN, 303)
        after = after_sign_in(request)
        if len(quote(after)) > LONGEST_AFTER:
            after = "/console/"
        # Back from the provider the browser comes to the public address. It keeps the attempt for the name that gave it.
        is_elsewhere = host_of(request.http.headers) != host_in(request.public_address(""))
        if is_elsewhere and not request.value("here"):
            return RedirectResponse(f"{request.public_address(WAY)}?here=1&next={quote(after, safe='')}", 303)
        attempt = SignInAttempt.begin(sign_in.issuer, after, request.language, request.now)
        try:
            address = self._provider_of(sign_in).address_to_sign_in(
                attempt, request.public_address(BACK), request.language
            )
        except ProviderError as error:
            return _away(request, error, after)
        answer = RedirectResponse(address, 303)
        box = SecretBox(signing_keys(request.settings, request.store))
        set_cookie(answer, request.http, ATTEMPT, attempt.sealed(box), int(LIFETIME.total_seconds()))
        return answer

    def come_back(self, request: ConsoleRequest) -> Response:
        """The way back from the provider: let the person in, or say why not."""
        sign_in = request.settings.web.sign_in
        if sign_in is None:
            return RedirectResponse(SIGN_IN, 303)
        box = SecretBox(signing_keys(request.settings, request.store))
        attempt = opened(box, cookie_of(request.http, ATTEMPT), request.now)
        if attempt is not None:
            request = replace(request, language=attempt.language)
        answer = self._came_back(request, sign_in, attempt, box)
        drop_cookie(answer, request.http, ATTEMPT)
        return answer

    def _came_back(
        self, request: ConsoleRequest, sign_in: SignIn, attempt: SignInAttempt | None, box: SecretBox
    ) -> Response:
        said = _said_once(request)
        state = said.get("state", "").encode("utf-8", "replace")
        is_ours = (
            attempt is not None
            and attempt.issuer == sign_in.issuer
            and hmac.compare_digest(attempt.state.encode(), state)
        )
        if attempt is None or not is_ours or not self._use(attempt.state):
            problem = request.gettext("This sign-in is too old, or was begun elsewhere. Please try again.")
            return sign_in_page(request, 403, problem)
        try:
            return self._admit(request, self._provider_of(sign_in), attempt, said, box)
        except ProviderAwayError as error:
            return _away(request, error, attempt.after)
        except ProviderError as error:
            log.warning("a sign-in with the organisation's account is refused: %s", error)
            problem = request.gettext("The answer of %(name)s could not be believed.", name=sign_in.name)
            return sign_in_page(request, 403, problem, attempt.after)

    def _admit(
        self,
        request: ConsoleRequest,
        provider: Provider,
        attempt: SignInAttempt,
        said: Mapping[str, str],
        box: SecretBox,
    ) -> Response:
        """Judge the provider's answer.

        Raises:
            ProviderError: it must not be believed, or the provider is away.
        """
        sign_in = provider.sign_in
        names = said.get("iss")
        if names is None and provider.description().names_itself:
            raise ProviderError(f"an answer does not name {sign_in.issuer}, which always names itself")
        if names is not None and names != sign_in.issuer:
            raise ProviderError(f"an answer comes from another provider than {sign_in.issuer}")
        if "error" in said or not said.get("code"):
            # The provider's words are not shown: anybody can write an address with other words in it.
            log.warning("%s let nobody in: %r", sign_in.issuer, said.get("error", "no code")[:60])
            problem = request.gettext("%(name)s did not sign you in.", name=sign_in.name)
            return sign_in_page(request, 403, problem, attempt.after)
        tokens = provider.redeem(said["code"], attempt, request.public_address(BACK))
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        claims = id_token_claims(provider, id_token, attempt.nonce, access_token, request.now)
        everything = _with_more(provider, claims, access_token)
        account = Account(
            sign_in.issuer,
            claims["sub"],
            name_of(everything),
            mail_of(everything),
            role_of(everything, sign_in),
        )
        if not account.role:
            return _without_role(request, account, sign_in, everything, attempt.after)
        number = claims.get("sid", "")
        there = ProviderSession(
            request.now + sign_in.lasts, number if isinstance(number, str) else "", box.seal(str(id_token))
        )
        return _let_in(request, account, there, attempt.after)

    def _use(self, state: str) -> bool:
        """Use an attempt up; returns whether it was not used before."""
        with self._lock:
            if state in self._used:
                return False
            self._used[state] = None
            while len(self._used) > KEPT_STATES:
                self._used.popitem(last=False)
            return True

    def address_to_sign_out(self, request: ConsoleRequest) -> str:
        """Where the provider ends its own session of a person; empty if there is none, or it need not be ended."""
        sign_in = request.settings.web.sign_in
        if not request.person.issuer or sign_in is None or not sign_in.end_session:
            return ""
        try:
            address = self._provider_of(sign_in).description().end_session
        except ProviderError as error:
            log.warning("a person is signed out here, and not at the provider: %s", error)
            return ""
        if not address:
            return ""
        fields = {
            "client_id": sign_in.client_id,
            "post_logout_redirect_uri": request.public_address(SIGN_IN),
            "ui_locales": request.language,
        }
        with request.store.read() as connection:
            sealed = organisation_accounts.sealed_id_token(connection, request.person.session)
        token = SecretBox(signing_keys(request.settings, request.store)).open(sealed) if sealed else ""
        if 0 < len(token) <= LONGEST_HINT:
            fields["id_token_hint"] = token
        return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"

    @staticmethod
    def leave(request: ConsoleRequest, address: str) -> Response:
        """A page that goes on to the provider: our policy lets no form be redirected to another site."""
        return _continue(replace(request, person=Person("", "")), address, request.gettext("Signed out"))

    def ended_at_provider(self, web: WebContext) -> Endpoint:
        """The endpoint at which the provider says that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

        async def endpoint(request: Request) -> Response:
            try:
                token = ((await form_of(request)).get("logout_token") or [""])[0]
                status = await to_thread.run_sync(self._end, web, token)
            except (TooLargeError, BadFormError):
                status = 400
            except StoreError:
                log.exception("an ended session could not be ended here")
                status = 503
            return PlainTextResponse("" if status == 200 else "refused\n", status, headers=HEADERS)

        return endpoint

    def _end(self, web: WebContext, token: str) -> int:
        sign_in, now = web.settings.web.sign_in, web.clock()
        if sign_in is None:
            return 404
        try:
            ended = ended_session(self._provider_of(sign_in), token, now)
        except AseanwatchError as error:
            log.warning("%s", error)
            return 503 if isinstance(error, ProviderAwayError) else 400
        with web.store.write() as connection:
            names = organisation_accounts.end_provider_sessions(
                connection, sign_in.issuer, ended.subject, ended.number, ended.at
            )
            for name in names:
                audit.record(connection, name, "signed out", "at the provider", now)
        return 200

    def _provider_of(self, sign_in: SignIn) -> Provider:
        """The provider of the configuration in force, which may have changed since the last request."""
        with self._lock:
            if self._provider is None or self._provider.sign_in != sign_in:
                self._provider = Provider(sign_in)
            return self._provider


def _let_in(request: ConsoleRequest, account: Account, there: ProviderSession, after: str) -> Response:
    try:
        with request.store.write() as connection:
            person = organisation_accounts.admit(connection, account, request.now)
    except AccountRefusedError as error:
        _note(request, str(error), "was refused: disabled", account)
        problem = request.gettext("Your account is disabled here. An operator can enable it again.")
        return sign_in_page(request, 403, problem, after)
    # Not redirected: the browser would take the next request for one from the provider's site, and keep the session's cookie
    # to itself (SameSite=Strict). A page of ours that goes on is our own site.
    answer = _continue(request, after, request.gettext("Signed in"))
    let_in(request, answer, person, there=there)
    return answer


def _without_role(
    request: ConsoleRequest, account: Account, sign_in: SignIn, claims: Mapping[str, Any], after: str
) -> Response:
    """Refuse an account that nothing gives a role; what it had before ends."""
    with request.store.write() as connection:
        known = organisation_accounts.withdraw(connection, account, request.now)
    _note(request, known or SOMEBODY, "was refused: no role", account)
    if has_too_many_groups(claims):
        log.warning(
            "%s leaves groups out of its tokens where a person has too many; give web.sign_in.role_claim: roles, and assign"
            " app roles there", sign_in.issuer,
        )  # fmt: skip
    else:
        log.warning(
            "%s says nothing that web.sign_in.roles gives a role for (%s); it says %s",
            sign_in.issuer, why_no_role(claims, sign_in), ", ".join(sorted(map(str, claims)))[:300],
        )  # fmt: skip
    problem = request.gettext(
        "%(name)s says who you are, but nothing there gives you a role here. Ask your administrators.",
        name=sign_in.name,
    )
    return sign_in_page(request, 403, problem, after)


def _with_more(provider: Provider, claims: Mapping[str, Any], access_token: object) -> Mapping[str, Any]:
    """The claims, with what the provider says elsewhere if the ID token does not say the role.

    Raises:
        ProviderError: it says it of somebody else.
    """
    if says_role(claims, provider.sign_in) or not isinstance(access_token, str):
        return claims
    more = provider.more_about(access_token)
    if more and more.get("sub") != claims["sub"]:
        raise ProviderError(f"{provider.sign_in.issuer} speaks of two people in one sign-in")
    return with_more(claims, more or {})


def _said_once(request: ConsoleRequest) -> dict[str, str]:
    """What the address says; what it says twice in different words, it does not say."""
    query = request.http.query_params
    return {name: query[name] for name in query if len(query.getlist(name)) == 1}


def _note(request: ConsoleRequest, actor: str, action: str, account: Account) -> None:
    detail = {"issuer": account.issuer, "subject": account.subject, "name": account.name[:80]}
    with request.store.write() as connection:
        audit.record(connection, actor, action, account.name[:80], request.now, **detail)


def _away(request: ConsoleRequest, error: ProviderError, after: str) -> Response:
    log.warning("nobody can sign in with the organisation's account: %s", error)
    name = _name(request.settings)
    problem = request.gettext("%(name)s cannot be reached now. Try again in a minute.", name=name)
    answer = sign_in_page(request, 503, problem, after)
    answer.headers["Retry-After"] = str(int(timedelta(seconds=30).total_seconds()))
    return answer


def _name(settings: Settings) -> str:
    return settings.web.sign_in.name if settings.web.sign_in is not None else ""


def _continue(request: ConsoleRequest, address: str, title: str) -> Response:
    return request.page("continue.html.j2", "", 200, title=title, address=address)
