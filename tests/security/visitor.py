"""A visitor of the console with a minimal browser, which keeps cookies and reads the forms of a page."""

from __future__ import annotations

import http.client
import re
import ssl
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def form(self) -> str:
        """The fields that forms of this page must send."""
        found = re.search(r'name="form" value="(\w+)"', self.text)
        return found[1] if found else ""


@dataclass
class Visitor:
    """A visitor of a site.

    Attributes:
        url: the site's address.
        headers: sent with every request, such as ``Host`` or what a proxy adds.
        cookies: by name.
        trust: the certificates of a site with TLS.
    """

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, Morsel[str]] = field(default_factory=dict)
    trust: ssl.SSLContext | None = None

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Send one request, and keep the cookies of its answer."""
        at = urlsplit(self.url)
        host, port = at.hostname or "", at.port
        way = (
            http.client.HTTPSConnection(host, port, timeout=120, context=self.trust)
            if at.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=120)
        )
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={c.value}" for name, c in self.cookies.items())
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            way.request(method, path, body, sent)
            answer = way.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            way.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return Answer(answer.status, answer.headers, text)

    def sign_in(self, name: str, password: str, code: str = "") -> Answer:
        """Fill in the sign-in form and send it."""
        return self.post(name=name, password=password, code=code)

    def follow(self, link: str) -> Answer:
        """Open a one-time link as its page's script does."""
        return self.post(link=link.partition("#link=")[2])

    def post(self, **fields: str) -> Answer:
        """Send a form of the sign-in page."""
        form = self.ask("/console/sign-in").form
        return self.ask("/console/sign-in", "POST", urlencode({**fields, "form": form}))

    @property
    def is_in(self) -> bool:
        """Whether the console is open to this visitor."""
        return self.ask("/console/account").status == 200
