"""One's own account: the sessions that are open, and another password."""

from __future__ import annotations

from starlette.responses import Response

from alerts.identity import operators
from alerts.web.console.cookies import SESSION, set_cookie
from alerts.web.console.gate import Gate
from alerts.web.console.visit import Visit
from crawler.model import AseanwatchError


class Account:
    """The pages of who is signed in.

    Args:
        gate: whose sign-in says whether a password is right.
    """

    def __init__(self, gate: Gate) -> None:
        self._signing_in = gate.signing_in

    def page(self, visit: Visit) -> Response:
        """The sessions, and the form for another password where there is one."""
        return self._page(visit)

    def change(self, visit: Visit) -> Response:
        """End one of one's own sessions, or take another password."""
        if visit.one("session"):
            with visit.store.writing() as connection:
                operators.end_sessions(connection, visit.person.name, [visit.one("session")])
                visit.note(connection, "ended a session", visit.person.name)
            return visit.to("/console/account")
        return self._new_password(visit)

    def _new_password(self, visit: Visit) -> Response:
        """All sessions end but this one, which is begun anew."""
        old, new, again = ((visit.form.get(name) or [""])[0] for name in ("current", "new", "again"))
        if new != again:
            return self._page(visit, 422, visit.say.say("The new password was typed in two ways."))
        try:
            if not self._signing_in.knows_password(visit, old):
                return self._page(visit, 403, visit.say.say("The current password is wrong."))
            with visit.store.writing() as connection:
                operators.set_password(connection, visit.person.name, new)
                token = operators.begin_session(
                    connection, visit.person.name, visit.request.headers.get("user-agent", ""), visit.now
                )
                visit.note(connection, "changed the password", visit.person.name)
        except AseanwatchError as error:
            return self._page(visit, 422, str(error))
        answer = visit.to("/console/account")
        set_cookie(answer, visit.request, SESSION, token, int(operators.LASTS.total_seconds()))
        return answer

    @staticmethod
    def _page(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
        with visit.store.reading() as connection:
            rows = operators.sessions_of(connection, visit.person.name)
            has_password = operators.known(connection, visit.person.name) is not None
        title = visit.say.say("Account")
        return visit.page("account.html.j2", "", status, title=title, rows=rows, has_password=has_password, problem=problem)
