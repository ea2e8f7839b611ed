"""The web pages on a real server, and requests to them."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from urllib.parse import urlencode, urlsplit

from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.store import Store


@dataclass(frozen=True)
class Answer:
    """The answer of a page."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()


@dataclass(frozen=True)
class Browser:
    """Requests pages from this machine, whatever host an address names."""

    port: int

    def get(self, address: str, /, **headers: str) -> Answer:
        """Open an address."""
        return self._ask(urllib.request.Request(self._local(address), headers=headers))

    def post(self, address: str, /, **form: str | list[str]) -> Answer:
        """Send a form."""
        return self._ask(
            urllib.request.Request(
                self._local(address), data=urlencode(form, doseq=True).encode(), method="POST"
            )
        )

    def sign_up(self, address: str, **form: str | list[str]) -> Answer:
        """Fill in the form as a browser does, and do the work that it asks for."""
        return self.post("/subscribe", **{"address": address, **worked(self.get("/").text), **form})

    def post_in_parts(self, address: str, /, **form: str) -> Answer:
        """Send a form as `multipart/form-data`."""
        parts = [
            f'--limit\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form.items()
        ]
        headers = {"Content-Type": 'multipart/form-data; boundary="limit"'}
        body = "".join([*parts, "--limit--\r\n"]).encode()
        return self._ask(
            urllib.request.Request(self._local(address), data=body, headers=headers, method="POST")
        )

    def _local(self, address: str) -> str:
        parts = urlsplit(address)
        return f"http://127.0.0.1:{self.port}{parts.path}{'?' + parts.query if parts.query else ''}"

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=20) as found:
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


def worked(page: str) -> dict[str, str | list[str]]:
    """Solve a form's challenge and return its fields."""
    challenge, bits = (
        re.search(r'name="challenge" value="([^"]+)"', page),
        re.search(r'data-bits="(\d+)"', page),
    )
    assert challenge is not None
    assert bits is not None
    least = 256 - int(bits[1])
    for answer in count():
        if int.from_bytes(sha256(f"{challenge[1]}:{answer}".encode()).digest()) >> least == 0:
            return {"challenge": challenge[1], "answer": str(answer)}
    raise AssertionError


@contextmanager
def serving(settings: Settings, store: Store, clock: Callable[[], datetime] = now) -> Iterator[Browser]:
    """Serve the pages of a configuration for the block."""
    pages = Pages(
        Live(None, settings.model_copy(update={"web": settings.web.model_copy(update={"port": 0})})),
        store,
        clock,
    )
    pages.start()
    try:
        yield Browser(pages.port)
    finally:
        pages.stop()
