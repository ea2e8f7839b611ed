"""The context of one request to the console: the person, the language and the form, and how a page is answered."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alerts.digests.machine_made import NO_MACHINE
from alerts.digests.proofs import proof_for
from alerts.digests.render import environment
from alerts.digests.wording import Words
from alerts.identity import audit
from alerts.identity.keys import SecretBox, box_of, signing_keys
from alerts.identity.operators import Person
from alerts.operations import first_steps
from alerts.operations.first_steps import StepAndState
from alerts.operations.live_config import Live
from alerts.web.console import notice
from alerts.web.console.notice import Notice
from alerts.web.cookies import NOTICE, ORIGINAL, ZONE, cookie_of
from alerts.web.page_request import PageRequest
from alerts.web.preferences import is_zone
from crawler.config.settings import Settings
from crawler.store import Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # Not "no-referrer": browsers would then send "null" as the origin
    # of forms, and `same_site` could not tell them from another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A page of another site that opens the console gets no handle on its window.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
LARGEST_ID = 2**62
"""Ids beyond this are cut to it. No row has it, and both databases can still compare with it."""
_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class ConsoleRequest(PageRequest):
    """A request to the console.

    Attributes:
        person: who is signed in; a person without a name if nobody is.
        form_token: the token that forms of this session carry against cross-site requests.
        cookies: cookies that the answer sets.
        sections: the navigation: path below ``/console/`` and English label of each section.
    """

    person: Person
    form_token: str
    cookies: dict[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def live(self) -> Live:
        """The configuration, to be changed."""
        return self.web.live

    @cached_property
    def words(self) -> Words:  # made once: a page asks for it often
        """The texts of the page, which show moments in the person's zone."""
        return super().words.at(self.now, self.zone)

    @cached_property
    def zone(self) -> str:
        """The zone that times are shown in: the one that the person chose, else the operators'."""
        chosen = cookie_of(self.http, ZONE)
        return chosen if is_zone(chosen) else self.settings.schedule.timezone

    @property
    def is_original_only(self) -> bool:
        """Whether the person wants reports in their own words alone."""
        return cookie_of(self.http, ORIGINAL) == "1"

    @property
    def machine_languages(self) -> tuple[str, ...]:
        """The languages in which a machine's words are shown; none to a person who wants the original alone."""
        return () if self.is_original_only else super().machine_languages

    @property
    def is_partial(self) -> bool:
        """Whether the page's script asks for only a part of the page."""
        return self.http.headers.get("hx-request") == "true"

    @property
    def action(self) -> str:
        """The button of the form that was pressed; empty if there is none."""
        return self.value("do")

    def value(self, name: str, default: str = "") -> str:
        """The first value of a form field without blanks around it, or of the query if the form does not have the field."""
        values = self.form.get(name)
        return (values[0] if values else self.http.query_params.get(name, default)).strip()

    def values(self, name: str) -> list[str]:
        """All values of a form field that are not blank."""
        return [v.strip() for v in self.form.get(name, ()) if v.strip()]

    def integers(self, name: str) -> list[int]:
        """All values of a form field that are ids."""
        return [int(v) for v in self.values(name) if v.isascii() and v.isdecimal() and len(v) < 19]

    def integer(self, name: str) -> int:
        """The id in a field; 0 if there is none."""
        text = self.value(name)
        # ``isdecimal`` alone takes the digits of every script. The length is bounded
        # because `int` takes quadratic time, and refuses more than 4,300 digits.
        return min(int(text), LARGEST_ID) if text.isascii() and text.isdecimal() and len(text) < 20 else 0

    def path_id(self, name: str) -> int:
        """The id in the path."""
        return min(int(self.http.path_params[name]), LARGEST_ID)

    def audit(self, connection: Connection, action: str, target: object, **detail: Any) -> None:
        """Record a change of this person in the audit log."""
        audit.record(connection, self.person.name, action, target, self.now, **detail)

    @cached_property
    def first_steps(self) -> tuple[StepAndState, ...]:
        """The first steps of the installation; none once they are done, and none for people who may change nothing."""
        if not self.person.may_change:
            return ()
        with self.store.read() as connection:
            return first_steps.steps_of(connection, self.settings)

    @property
    def notice(self) -> Notice | None:
        """The result of the change that led to this page; None if there was none."""
        return notice.opened(self.form_token, self.http.scope["path"], cookie_of(self.http, NOTICE), self.now)

    def page(self, template: str, section: str, status: int = 200, **values: Any) -> Response:
        """A page of the console.

        Args:
            template: its name in ``templates/console``.
            section: the entry of the navigation that is marked as current.
            status: the status of the answer.
            values: the variables of the template; ``tab_title`` is the name of the window where that is not the title.
        """
        context = {
            "request": self,
            "section": section,
            "asset": asset,
            "problem": None,
            "tab_title": "",
            "say": self.words,
            "machine": NO_MACHINE,
            "proof": lambda proved: proof_for(proved, self.reading_languages),
            "topic_title": lambda name: self.settings.topic_title(name, self.language),
            **values,
        }
        text = environment(self.language).get_template(f"console/{template}").render(context)
        if cookie_of(self.http, NOTICE) and not self.is_partial:
            self.cookies[NOTICE] = ""  # the page has shown it, or it was for another page
        return HTMLResponse(text, status)

    @property
    def box(self) -> SecretBox | None:
        """Encrypts what the history keeps of entries that hold a key or a password; None without a secret of the service."""
        return box_of(self.settings, self.store)

    def changed(self, text: str, number: int | None) -> Notice:
        """The notice of a change of the configuration.

        Args:
            text: says it.
            number: of the change in the history, which the notice offers to take back; None if it has none.
        """
        if not number:
            return Notice(text)
        undo = {"number": str(number), "do": "back"}
        link = f"/console/changes#change-{number}"
        return Notice(text, link, self.gettext("What changed"), undo, "/console/changes")

    def public_address(self, path: str) -> str:
        """The address of a page as others reach it."""
        url = self.http.url
        start = self.settings.delivery.public_url or f"{url.scheme}://{url.netloc}"
        return start.rstrip("/") + path

    def redirect(self, path: str, message: str | Notice = "", undo: int | None = None) -> Response:
        """Send the browser to another page after a change; that page shows the message as its notice.

        Args:
            path: of the page.
            message: the notice.
            undo: the number of the change of the configuration that the notice offers to take back.
        """
        if message:
            shown = message if isinstance(message, Notice) else self._notice(message, undo)
            self.cookies[NOTICE] = notice.sealed(self.form_token, urlsplit(path).path, shown, self.now)
        return RedirectResponse(path, 303)

    def _notice(self, text: str, undo: int | None) -> Notice:
        if not undo:
            return Notice(text)
        link = f"/console/changes#change-{undo}"
        fields = {"number": str(undo), "do": "back"}
        return Notice(text, link, self.gettext("What changed"), fields, "/console/changes")

    def problem(self, message: str, status: int = 422) -> Response:
        """A page that says why nothing was changed."""
        title = self.gettext("That did not work.")
        return self.page("problem.html.j2", "", status, title=title, message=self.without_reflection(message))

    def without_reflection(self, message: str) -> str:
        """The message, or a neutral one if it repeats free text of the URL.

        Anybody can write a link. If the page repeated its words, they would look like ours. Names in the form of ours may be
        repeated, as may what the person posted.
        """
        if not self.is_post and any(not _NAME.fullmatch(v) and v in message for v in self._url_values()):
            return self.gettext("There is nothing at this address.")
        return message

    def _url_values(self) -> list[str]:
        """The values in the path and the query, without blanks around them, as messages quote them."""
        values = [*self.http.path_params.values(), *self.http.query_params.values()]
        return [text for value in values if (text := str(value).strip())]


ConsoleHandler = Callable[[ConsoleRequest], Response]
"""Answers one request to the console."""


def form_token(settings: Settings, store: Store, secret: str) -> str:
    """The token that forms of one session carry, so that no other site can post them."""
    return hmac.new(
        signing_keys(settings, store)[0].encode(), f"form {secret}".encode(), hashlib.sha256
    ).hexdigest()


@cache
def asset(name: str) -> str:
    """The URL of a static file. It changes with the content, so that browsers may cache the file for ever."""
    content = files("alerts").joinpath("web", "static", name).read_bytes()
    return f"/console/static/{quote(name)}?v={hashlib.blake2b(content, digest_size=6).hexdigest()}"
