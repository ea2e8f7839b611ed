"""Signing in: with a name, a password and perhaps a code, or with a one-time link while no operator is set up.

How the organisation's accounts sign in is in `alerts.web.console.organisation`.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Sequence

from anyio import CapacityLimiter
from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from alerts.identity import audit, operators, password_hashes, sign_in_links
from alerts.identity.client_address import client_key
from alerts.identity.keys import SecretBox, signing_keys
from alerts.identity.operators import Credentials, Person
from alerts.web.console.attempts import PATIENCE, Attempt, Attempts
from alerts.web.console.devices import device_of, mark
from alerts.web.console.failures import Failures
from alerts.web.console.hashing import AttemptLane, BusyError
from alerts.web.console.request import ConsoleRequest
from alerts.web.cookies import DEVICE, SESSION, cookie_of, set_cookie
from alerts.web.proxies import client_host
from crawler.model import AseanwatchError
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")
STRANGERS, EACH, DEVICES = 32, 3, 4
"""The most attempts under way: from browsers that never signed in; of these, from one client or for one name; from known
browsers."""
FAILED = "failed to sign in"
SOMEBODY = "somebody"
"""The actor in the audit log if nobody has the name. The name itself may be a password, typed into the wrong field."""


def threads() -> CapacityLimiter:
    """Threads for forms that check a password: enough for all attempts under way, and some that turn away the others."""
    return CapacityLimiter(STRANGERS + DEVICES + 4)


class SigningIn:
    """Lets people in. It slows down who fails, and checks few passwords at a time."""

    def __init__(self) -> None:
        self._attempts = Attempts()
        self._failures = Failures()
        self._strangers = AttemptLane(STRANGERS, EACH)
        self._known = AttemptLane(DEVICES, DEVICES)

    def answer(self, request: ConsoleRequest) -> Response:
        """The page to sign in, and the answer to its form."""
        if not request.is_post:
            return sign_in_page(request, 200)
        if not has_local(request):
            return sign_in_page(request, 403, request.gettext("Passwords are not taken here."))
        keys = signing_keys(request.settings, request.store)
        with request.store.read() as connection:
            known = operators.find_credentials(connection, request.value("name"))
        who = _attempt(request, request.value("name"), known, keys)
        if wait := self._attempts.wait(who):
            return self._try_later(request, wait)
        lane = self._known if who.device else self._strangers
        try:
            with lane.slot(f"source {who.device or who.source}", f"name {who.name}") as one_by_one:
                self._take_turn(who)
                # The turn is waited for outside of the lock:
                # otherwise one name under attack would hold up all.
                with one_by_one:
                    return self._tried(request, who, known, keys)
        except BusyError as busy:
            return self._try_later(request, busy.seconds)

    def _take_turn(self, who: Attempt) -> None:
        """Wait for this attempt's turn if many attempts with one name failed.

        Raises:
            BusyError: the wait would be too long.
        """
        turn = self._attempts.reserve_turn(who)
        if turn > PATIENCE:
            raise BusyError(int(turn) + 1)
        if turn:
            time.sleep(turn)

    def _tried(
        self, request: ConsoleRequest, who: Attempt, known: Credentials | None, keys: Sequence[str]
    ) -> Response:
        """Hash and judge one attempt. Nothing else is tried meanwhile, so that what failed just now counts."""
        if wait := self._attempts.wait(who):
            return self._try_later(request, wait)
        # As it was typed: `value` would strip blanks, which may belong to a password.
        password = (request.form.get("password") or [""])[0]
        is_right = password_hashes.verify(known.password_hash if known else None, password)
        if known is None or not is_right:
            return self._failed(request, who, known)
        # Before the transaction: a hash takes a tenth of a
        # second, and the store must not be locked meanwhile.
        renewed = password_hashes.rehash_if_weak(known.password_hash, password)
        with request.store.write() as connection:
            person = operators.complete_sign_in(
                connection, known.name, request.value("code"), SecretBox(tuple(keys)), request.now
            )
            if person is not None and renewed:
                operators.set_password_hash(connection, person.name, renewed)
        if person is None:
            return self._failed(request, who, known, knew_password=True)
        self._attempts.record_success(who)
        # Failures that were too many to be noted one by one are noted now, as a number.
        answer = RedirectResponse(after_sign_in(request), 303)
        let_in(request, answer, person, failures=self._failures.take_unwritten(person.name))
        set_cookie(answer, request.http, DEVICE, mark(keys, person.name, who.device))
        return answer

    def knows_password(self, request: ConsoleRequest, password: str) -> bool:
        """Whether the person who is signed in gave the right password. Failures slow down the next attempt, as in signing in.

        Raises:
            AseanwatchError: too many attempts failed, or too many are under way.
        """
        keys = signing_keys(request.settings, request.store)
        with request.store.read() as connection:
            known = operators.find_credentials(connection, request.person.name)
        who = _attempt(request, request.person.name, known, keys)
        try:
            with self._known.slot(request.person.name) as one_by_one, one_by_one:
                if wait := self._attempts.wait(who):
                    raise BusyError(wait)
                is_right = known is not None and password_hashes.verify(known.password_hash, password)
        except BusyError as busy:
            message = request.gettext(
                "Too many attempts. Try again in %(seconds)s seconds.", seconds=busy.seconds
            )
            raise AseanwatchError(message) from None
        if not is_right:
            self._attempts.record_failure(who, knew_password=False)
        return is_right

    def _failed(
        self, request: ConsoleRequest, who: Attempt, known: Credentials | None, *, knew_password: bool = False
    ) -> Response:
        self._attempts.record_failure(who, knew_password=knew_password)
        answer = sign_in_page(request, 403, request.gettext("Name, password or code is wrong."))
        return self._record_afterwards(answer, request, known.name if known else SOMEBODY, FAILED)

    def _record_afterwards(
        self, answer: Response, request: ConsoleRequest, actor: str, action: str
    ) -> Response:
        """The answer, after which the failure is written to the audit log, if it is not one of too many.

        Writing before the answer would make it slower for names that exist, so that they could be found out.
        """
        if times := self._failures.record(actor):
            answer.background = BackgroundTask(_write_down, request, actor, action, times)
        return answer

    def by_link(self, request: ConsoleRequest) -> Response:
        """The page for a link that works once, and the answer to its form."""
        if not request.is_post:
            return self.first_page(request, 200)
        secret = request.value(sign_in_links.FIELD)
        with request.store.read() as connection:
            # Read first: a guess costs no lock on the store.
            is_good = sign_in_links.is_valid(connection, secret, request.now)
        if is_good:
            with request.store.write() as connection:
                is_good = sign_in_links.redeem(connection, secret, request.now)
        if not is_good:
            answer = self.first_page(request, 403, request.gettext("This link has been used, or is too old."))
            return self._record_afterwards(answer, request, SOMEBODY, "came with a link that opens nothing")
        answer = RedirectResponse(after_sign_in(request), 303)
        let_in(request, answer, Person(operators.LOCAL, "operator"))
        return answer

    def first_page(self, request: ConsoleRequest, status: int, problem: str = "") -> Response:
        """The page that everybody sees while no operator is set up."""
        title = request.gettext("Nobody is set up yet")
        return request.page(
            "first.html.j2",
            "",
            status,
            title=title,
            after=after_sign_in(request),
            field=sign_in_links.FIELD,
            problem=problem,
        )

    def _try_later(self, request: ConsoleRequest, seconds: int) -> Response:
        message = request.gettext("Too many attempts. Try again in %(seconds)s seconds.", seconds=seconds)
        answer = sign_in_page(request, 429, message)
        answer.headers["Retry-After"] = str(seconds)
        return answer


def sign_in_page(request: ConsoleRequest, status: int, problem: str = "", after: str = "") -> Response:
    """The page to sign in: with a password, with the organisation's account, or with either."""
    sign_in = request.settings.web.sign_in
    return request.page(
        "sign_in.html.j2",
        "",
        status,
        title=request.gettext("Sign in"),
        after=after or after_sign_in(request),
        problem=problem or None,
        organisation=sign_in.name if sign_in is not None else "",
        local=has_local(request),
    )


def has_local(request: ConsoleRequest) -> bool:
    """Whether people sign in with passwords of this service."""
    sign_in = request.settings.web.sign_in
    return sign_in is None or sign_in.local


def let_in(
    request: ConsoleRequest,
    answer: Response,
    person: Person,
    *,
    failures: int = 0,
    there: operators.ProviderSession | None = None,
) -> None:
    """Begin a session, and end the one that the browser had. Another person may have planted it (session fixation).

    Args:
        request: the request that signs in.
        answer: gets the session's cookie.
        person: who signs in.
        failures: how many earlier failures were not written down one by one.
        there: of an account of the organisation, its provider's session.
    """
    agent = request.http.headers.get("user-agent", "")
    detail = {"issuer": person.issuer} if person.issuer else {}
    with request.store.write() as connection:
        operators.end_session(connection, cookie_of(request.http, SESSION))
        if failures:
            _record(request, connection, person.name, FAILED, failures)
        client = client_key(client_host(request.http))
        audit.record(connection, person.name, "signed in", client, request.now, **detail)
        token = operators.begin_session(connection, person.name, agent, request.now, there)
    set_cookie(answer, request.http, SESSION, token, int(operators.SESSION_LIFETIME.total_seconds()))


def _attempt(request: ConsoleRequest, name: str, known: Credentials | None, keys: Sequence[str]) -> Attempt:
    """The attempt as it is counted. A name that nobody has is kept as a digest, however long it is."""
    source = client_key(client_host(request.http))
    if known is None:
        return Attempt(hashlib.sha256(name.encode("utf-8", "replace")).hexdigest(), False, source)
    return Attempt(known.name, True, source, device_of(keys, known.name, cookie_of(request.http, DEVICE)))


def _write_down(request: ConsoleRequest, actor: str, action: str, times: int) -> None:
    try:
        with request.store.write() as connection:
            _record(request, connection, actor, action, times)
    except StoreError as error:
        log.error("it could not be written down that somebody %s: %s", action, error)


def _record(request: ConsoleRequest, connection: Connection, actor: str, action: str, times: int) -> None:
    more = {"times": times} if times > 1 else {}
    audit.record(connection, actor, action, client_key(client_host(request.http)), request.now, **more)


def after_sign_in(request: ConsoleRequest) -> str:
    """The page to go to after signing in: always one of the console, never another site's (open redirect)."""
    wanted = request.value("next")
    is_ours = (
        wanted.startswith(("/console/", "/console?"))
        and "\\" not in wanted
        and "//" not in wanted.partition("?")[0]
    )
    return wanted if is_ours and wanted.isprintable() else "/console/"
