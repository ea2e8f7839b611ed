"""A person's own account: the open sessions, and another password."""

from __future__ import annotations

from starlette.responses import Response

from alerts.identity import operators
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.signing_in import SigningIn
from alerts.web.cookies import SESSION, set_cookie
from alerts.web.late_writes import SESSION_USE
from alerts.web.preferences import zones_elsewhere, zones_here
from crawler.model import AseanwatchError


class AccountPages:
    """The pages of the person who is signed in.

    Args:
        signing_in: checks the current password, and slows down guessing.
    """

    def __init__(self, signing_in: SigningIn) -> None:
        self._signing_in = signing_in

    def page(self, request: ConsoleRequest) -> Response:
        """The sessions, and the form for another password if the person has one."""
        return self._page(request)

    def change(self, request: ConsoleRequest) -> Response:
        """End one of the person's sessions, or set another password."""
        session = request.value("session")
        if not session:
            return self._set_password(request)
        with request.store.write() as connection:
            operators.end_sessions(connection, request.person.name, [session])
            request.audit(connection, "ended a session", request.person.name)
        return request.redirect("/console/account")

    def _set_password(self, request: ConsoleRequest) -> Response:
        """Set another password. All sessions end, and this browser gets a new one."""
        # Passwords are taken as they were typed: blanks at their ends count.
        current, new, repeated = (request.form_value(name) for name in ("current", "new", "again"))
        if new != repeated:
            return self._page(request, 422, request.gettext("The new password was typed in two ways."))
        try:
            # Asked for although the person is signed in: whoever finds an
            # open browser must not lock its owner out (OWASP ASVS 5, 6.2.3).
            if not self._signing_in.knows_password(request, current):
                return self._page(request, 403, request.gettext("The current password is wrong."))
            token = _replace_password(request, new)
        except AseanwatchError as error:
            return self._page(request, 422, request.words.said_error(error))
        answer = request.redirect("/console/account")
        set_cookie(answer, request.http, SESSION, token, int(operators.SESSION_LIFETIME.total_seconds()))
        return answer

    @staticmethod
    def _page(request: ConsoleRequest, status: int = 200, problem: str | None = None) -> Response:
        request.web.late.settle(SESSION_USE)
        with request.store.read() as connection:
            rows = operators.sessions_of(connection, request.person.name)
            has_password = operators.find_credentials(connection, request.person.name) is not None
        title = request.gettext("Account")
        zones = {
            "zones_here": zones_here(request.language),
            "zones_elsewhere": zones_elsewhere(request.language),
        }
        return request.page(
            "account.html.j2",
            "",
            status,
            title=title,
            rows=rows,
            has_password=has_password,
            problem=problem,
            **zones,
        )


def _replace_password(request: ConsoleRequest, password: str) -> str:
    """Set the password; returns the token of the new session."""
    name, browser = request.person.name, request.http.headers.get("user-agent", "")
    with request.store.write() as connection:
        operators.set_password(connection, name, password)
        token = operators.begin_session(connection, name, browser, request.now)
        request.audit(connection, "changed the password", name)
    return token
