"""Signing in: by name, password and perhaps a code; by a one-time link while nobody is set up."""

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
from alerts.identity.keys import Sealed, keys_of
from alerts.identity.operators import Known, Person
from alerts.web.console.attempts import PATIENCE, Attempt, Attempts
from alerts.web.console.cookies import DEVICE, SESSION, cookie_of, set_cookie
from alerts.web.console.devices import device_of, mark
from alerts.web.console.failures import Failures
from alerts.web.console.hashing import BusyError, Lane
from alerts.web.console.visit import Visit
from alerts.web.proxies import source_of
from crawler.model import AseanwatchError
from crawler.store import StoreError

log = logging.getLogger("aseanwatch")
STRANGERS, EACH, DEVICES = 32, 3, 4
"""So many attempts are under way at most: of browsers that never signed in, of these from one source or at one name, and of
known browsers."""
FAILED = "failed to sign in"
SOMEBODY = "somebody"
"""Who failed by a name that nobody has: it may be a password, typed into the wrong field."""


def threads() -> CapacityLimiter:
    """Threads for forms that sign in: enough for all that may be under way, and for turning away the others."""
    return CapacityLimiter(STRANGERS + DEVICES + 4)


class SigningIn:
    """Lets people in, slowly where it fails, and few at a time."""

    def __init__(self) -> None:
        self._attempts = Attempts()
        self._failures = Failures()
        self._strangers, self._known = Lane(STRANGERS, EACH), Lane(DEVICES, DEVICES)

    def answer(self, visit: Visit) -> Response:
        """The page to sign in, and what comes of its form."""
        if not visit.posted:
            return self._page(visit, 200, "")
        keys = keys_of(visit.settings, visit.store)
        with visit.store.reading() as connection:
            known = operators.known(connection, visit.one("name"))
        who = _attempt(visit, visit.one("name"), known, keys)
        if wait := self._attempts.wait(who):
            return self._later(visit, wait)
        lane = self._known if who.device else self._strangers
        try:
            with lane.place(f"source {who.device or who.source}", f"name {who.name}") as one_by_one:
                self._take_turn(who)
                with one_by_one:
                    return self._tried(visit, who, known, keys)
        except BusyError as busy:
            return self._later(visit, busy.seconds)

    def _take_turn(self, who: Attempt) -> None:
        """Wait until it is this attempt's turn, where many fail by one name.

        Raises:
            BusyError: that would take too long.
        """
        turn = self._attempts.place(who)
        if turn > PATIENCE:
            raise BusyError(int(turn) + 1)
        if turn:
            time.sleep(turn)

    def _tried(self, visit: Visit, who: Attempt, known: Known | None, keys: Sequence[str]) -> Response:
        """Hash and judge one attempt. Nothing else is tried meanwhile, so that what failed just now counts."""
        if wait := self._attempts.wait(who):
            return self._later(visit, wait)
        password = (visit.form.get("password") or [""])[0]
        is_right = password_hashes.is_right(known.password if known else None, password)
        if known is None or not is_right:
            return self._failed(visit, who, known)
        renewed = password_hashes.renewed(known.password, password)
        with visit.store.writing() as connection:
            person = operators.admitted(connection, known.name, visit.one("code"), Sealed(tuple(keys)), visit.now)
            if person is not None and renewed:
                operators.renew_hash(connection, person.name, renewed)
        if person is None:
            return self._failed(visit, who, known, knew_password=True)
        self._attempts.succeeded(who)
        answer = self._let_in(visit, person, failures=self._failures.left(person.name))
        set_cookie(answer, visit.request, DEVICE, mark(keys, person.name, who.device))
        return answer

    def knows_password(self, visit: Visit, password: str) -> bool:
        """Whether who is signed in gave the right password; failures slow down the next attempt as they do at the door.

        Raises:
            AseanwatchError: too many failed, or too many are tried at once.
        """
        keys = keys_of(visit.settings, visit.store)
        with visit.store.reading() as connection:
            known = operators.known(connection, visit.person.name)
        who = _attempt(visit, visit.person.name, known, keys)
        try:
            with self._known.place(visit.person.name) as one_by_one, one_by_one:
                if wait := self._attempts.wait(who):
                    raise BusyError(wait)
                is_right = known is not None and password_hashes.is_right(known.password, password)
        except BusyError as busy:
            message = visit.say.say("Too many attempts. Try again in %(seconds)s seconds.", seconds=busy.seconds)
            raise AseanwatchError(message) from None
        if not is_right:
            self._attempts.failed(who, knew_password=False)
        return is_right

    def _failed(self, visit: Visit, who: Attempt, known: Known | None, *, knew_password: bool = False) -> Response:
        self._attempts.failed(who, knew_password=knew_password)
        answer = self._page(visit, 403, visit.say.say("Name, password or code is wrong."))
        return self._noted(answer, visit, known.name if known else SOMEBODY, FAILED)

    def _noted(self, answer: Response, visit: Visit, actor: str, action: str) -> Response:
        """An answer after which it is written down what failed, as often as the audit log bears.

        Not before it: how long the answer takes would tell for which names it is.
        """
        if times := self._failures.another(actor):
            answer.background = BackgroundTask(_write_down, visit, actor, action, times)
        return answer

    def by_link(self, visit: Visit) -> Response:
        """The page for a link that works once, and what comes of its form."""
        if not visit.posted:
            return self.first_page(visit, 200)
        secret = visit.one(sign_in_links.FIELD)
        with visit.store.reading() as connection:
            is_good = sign_in_links.is_good(connection, secret, visit.now)
        if is_good:
            with visit.store.writing() as connection:
                is_good = sign_in_links.use(connection, secret, visit.now)
        if not is_good:
            answer = self.first_page(visit, 403, visit.say.say("This link has been used, or is too old."))
            return self._noted(answer, visit, SOMEBODY, "came with a link that opens nothing")
        return self._let_in(visit, Person(operators.LOCAL, "operator"))

    def first_page(self, visit: Visit, status: int, problem: str = "") -> Response:
        """What everybody sees while nobody is set up."""
        title = visit.say.say("Nobody is set up yet")
        return visit.page("first.html.j2", "", status, title=title, after=_after(visit), field=sign_in_links.FIELD, problem=problem)

    def _let_in(self, visit: Visit, person: Person, failures: int = 0) -> Response:
        """Begin a session, and end the one that the browser had: it may be one that somebody else put there."""
        agent = visit.request.headers.get("user-agent", "")
        with visit.store.writing() as connection:
            operators.end_one(connection, cookie_of(visit.request, SESSION))
            if failures:
                _note(visit, connection, person.name, FAILED, failures)
            audit.note(connection, person.name, "signed in", source_of(visit.request), visit.now)
            token = operators.begin_session(connection, person.name, agent, visit.now)
        answer = RedirectResponse(_after(visit), 303)
        set_cookie(answer, visit.request, SESSION, token, int(operators.LASTS.total_seconds()))
        return answer

    def _later(self, visit: Visit, seconds: int) -> Response:
        message = visit.say.say("Too many attempts. Try again in %(seconds)s seconds.", seconds=seconds)
        answer = self._page(visit, 429, message)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    @staticmethod
    def _page(visit: Visit, status: int, problem: str) -> Response:
        title = visit.say.say("Sign in")
        return visit.page("sign_in.html.j2", "", status, title=title, after=_after(visit), problem=problem or None)


def _attempt(visit: Visit, name: str, known: Known | None, keys: Sequence[str]) -> Attempt:
    """Who tries. Of a made-up name a digest is enough, however long it is."""
    source = source_of(visit.request)
    if known is None:
        return Attempt(hashlib.sha256(name.encode("utf-8", "replace")).hexdigest(), False, source)
    return Attempt(known.name, True, source, device_of(keys, known.name, cookie_of(visit.request, DEVICE)))


def _write_down(visit: Visit, actor: str, action: str, times: int) -> None:
    try:
        with visit.store.writing() as connection:
            _note(visit, connection, actor, action, times)
    except StoreError as error:
        log.error("it could not be written down that somebody %s: %s", action, error)


def _note(visit: Visit, connection: Connection, actor: str, action: str, times: int) -> None:
    more = {"times": times} if times > 1 else {}
    audit.note(connection, actor, action, source_of(visit.request), visit.now, **more)


def _after(visit: Visit) -> str:
    """Where to go on: a page of the console, never another site."""
    wanted = visit.one("next")
    is_ours = wanted.startswith(("/console/", "/console?")) and "\\" not in wanted and "//" not in wanted.partition("?")[0]
    return wanted if is_ours and wanted.isprintable() else "/console/"
