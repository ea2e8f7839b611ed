"""One request of the console: who asks, in which language, with which form; and how a page is answered."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alerts.digests.render import environment
from alerts.digests.wording import Words, words
from alerts.identity import audit
from alerts.identity.keys import keys_of
from alerts.identity.operators import Person
from alerts.operations.live_config import Live
from alerts.web.console import notice
from alerts.web.console.cookies import NOTICE, cookie_of
from crawler.config.settings import Settings
from crawler.store import Store

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
PAUSE = timedelta(minutes=30)
"""Who was away for so long comes for another visit."""
LARGEST = 2**62
_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")
SECTIONS = ("today", "register", "topics", "sources", "subscriptions", "deliveries", "health")


@dataclass(frozen=True)
class Visit:
    """A request with all that answers it. ``last`` is when the visit before this one ended."""

    live: Live
    settings: Settings
    store: Store
    now: datetime
    request: Request
    form: Mapping[str, Sequence[str]]
    language: str
    person: Person
    token: str
    last: datetime | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def say(self) -> Words:
        """The words of the page, which show moments in the operators' zone."""
        return words(self.language).at(self.now, self.settings.schedule.timezone)

    @property
    def posted(self) -> bool:
        """Whether something is to be changed."""
        return self.request.method == "POST"

    @property
    def in_part(self) -> bool:
        """Whether only a part of the page is asked for, by its script."""
        return self.request.headers.get("hx-request") == "true"

    def one(self, name: str, default: str = "") -> str:
        """The first value of a field of the form, or of the address."""
        values = self.form.get(name)
        return (values[0] if values else self.request.query_params.get(name, default)).strip()

    def many(self, name: str) -> list[str]:
        """All values of a field of the form."""
        return [v.strip() for v in self.form.get(name, ()) if v.strip()]

    def numbers(self, name: str) -> list[int]:
        """All numbers of a field."""
        return [int(v) for v in self.many(name) if v.isascii() and v.isdecimal() and len(v) < 19]

    def number(self, name: str) -> int:
        """A number in the path; one that is larger than any of ours is none of ours."""
        return min(int(self.request.path_params[name]), LARGEST)

    def numbered(self, name: str) -> int:
        """A number in a field; 0 where there is none."""
        text = self.one(name)
        return min(int(text), LARGEST) if text.isascii() and text.isdecimal() and len(text) < 20 else 0

    def note(self, connection: Connection, action: str, target: object, **detail: Any) -> None:
        """Write a change into the audit log."""
        audit.note(connection, self.person.name, action, target, self.now, **detail)

    @property
    def notice(self) -> str:
        """What the change before this page came to."""
        return notice.opened(self.token, self.request.scope["path"], cookie_of(self.request, NOTICE), self.now)

    def page(self, template: str, section: str, status: int = 200, **values: Any) -> Response:
        """A page of the console."""
        given = {
            "visit": self,
            "section": section,
            "sections": SECTIONS,
            "asset": asset,
            "problem": None,
            "say": self.say,
            **values,
        }
        text = environment(self.language).get_template(f"console/{template}").render(given)
        if cookie_of(self.request, NOTICE) and not self.in_part:
            self.cookies[NOTICE] = ""  # it was said, or is none for this page
        return HTMLResponse(text, status)

    def to(self, path: str, told: str = "") -> Response:
        """Send the browser on, after a change; ``told`` is said there."""
        if told:
            self.cookies[NOTICE] = notice.sealed(self.token, urlsplit(path).path, told, self.now)
        return RedirectResponse(path, 303)

    def problem(self, message: str, status: int = 422) -> Response:
        """Say what did not work: what is kept is as it was."""
        title = self.say.say("That did not work.")
        return self.page("problem.html.j2", "", status, title=title, message=self.unforged(message))

    def unforged(self, message: str) -> str:
        """A message without words of the address, for a link can hold any; another one where there are some."""
        if not self.posted and any(not _NAME.fullmatch(v) and v in message for v in self._addressed()):
            return self.say.say("There is nothing at this address.")
        return message

    def _addressed(self) -> list[str]:
        """What the address says, each part without blanks around it, as messages quote it."""
        given = [*self.request.path_params.values(), *self.request.query_params.values()]
        return [text for one in given if (text := str(one).strip())]


Handler = Callable[[Visit], Response]


def form_token(settings: Settings, store: Store, secret: str) -> str:
    """What forms of one session carry, so that no other site can post them."""
    return hmac.new(keys_of(settings, store)[0].encode(), f"form {secret}".encode(), hashlib.sha256).hexdigest()


@cache
def asset(name: str) -> str:
    """The address of a static file, another one for each content, so that browsers may keep it for ever."""
    content = files("alerts").joinpath("web", "static", name).read_bytes()
    return f"/console/static/{quote(name)}?v={hashlib.blake2b(content, digest_size=6).hexdigest()}"
