"""How everything is fetched: behind the guard, within bounds and each site's limits.

Redirects are followed here, one request after the other, so that the guard sees each address at the
moment of its connection: neither a name that changes its mind nor a redirect leads inside.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlencode, urljoin, urlsplit

import pycurl
from w3lib.url import safe_url_string

from crawler.config.trust import USUAL, Trust
from crawler.net.cause import Cause
from crawler.net.cookies import Cookies
from crawler.net.errors import (
    BODY_TOO_LARGE,
    CAUSES,
    REFUSED,
    TRANSIENT,
    UNREACHABLE,
    FetchError,
    SiteBackedOffError,
    TransientFetchError,
)
from crawler.net.guard import Guard
from crawler.net.replies import REDIRECTS, Hop, Reply
from crawler.net.site_limiter import SiteBackoffError, SiteLimiter
from crawler.net.transfers import Transfer, TransferRequest, Transfers
from crawler.net.trust import NO_KEY, further_faults, invalid_certificate, key_in
from crawler.net.unpacking import UnpackError, unpacked_part
from crawler.parsing.urls import same_site
from crawler.runtime.frozen import changed

MAX_REDIRECTS = 6
MAX_URL_LENGTH = 2000
LONGEST_ANSWER_TO_FORM = 4_000
"""Bytes that are read of an answer to a form: a few words of why it is refused."""
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_KEPT_BETWEEN_HOSTS = ("if-none-match", "if-modified-since", "accept")
"""Headers that may go to another site that a redirect leads to. All others may hold a key of the first one."""


class Fetcher:
    """Fetches addresses, many at once. Make and use it on one running event loop; ``close`` it at the end.

    Args:
        guard: which hosts may be spoken to.
        limiter: how many requests a site gets at once, and how quickly one after another.
        user_agent: who asks.
        concurrency: requests at once in all.
        timeout: seconds for one request from connecting to the last byte.
        max_size: bytes of one answer, before and after decompression.
        proxy: what all requests go through; it then resolves names, which the guard cannot see.
    """

    def __init__(
        self,
        guard: Guard,
        limiter: SiteLimiter,
        user_agent: str,
        concurrency: int = 64,
        timeout: float = 30.0,
        max_size: int = 10_000_000,
        proxy: str | None = None,
    ) -> None:
        self.guard, self.limiter = guard, limiter
        self._max_size = max_size
        self._slots = asyncio.Semaphore(concurrency)
        self._transfers = Transfers(
            guard, user_agent, timeout, max_connections=concurrency * 2, proxy=proxy or ""
        )

    async def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        follow_redirects: bool = True,
        max_size: int | None = None,
        decompress: bool = True,
        cookies: Cookies | None = None,
        trust: Trust | None = None,
        cut: bool = False,
    ) -> Reply:
        """The answer at an address, after its redirects.

        A server that sets a cookie and leads to the same address again wants to see the cookie; each fetch remembers them for
        itself, and nothing is remembered of one for another.

        Args:
            url: the address.
            headers: sent as they are; only those of conditions go along to another site, or from https to http.
            follow_redirects: whether redirects are followed.
            max_size: bytes, instead of the usual.
            decompress: whether compressed answers are asked for and decompressed.
            cookies: what was set on the way here, where the caller follows redirects; it is added to.
            trust: what is said of the certificate of this site; it goes no further than headers do.
            cut: whether of an answer larger than ``max_size`` the beginning is taken; the reply's notes say so.

        Raises:
            Refused: the guard does not let it through.
            SiteBackedOffError: the site is to be left alone; nothing was asked of it.
            FetchError: no whole answer came.
        """
        begun, current = monotonic(), url
        sent = dict(headers or {})
        hops: list[Hop] = []
        cookies = cookies if cookies is not None else Cookies()
        visited = {(url, cookies.header_for(url))}
        while True:
            cookie = cookies.header_for(current)
            own = {**sent, "Cookie": cookie} if cookie else sent
            request = TransferRequest(
                current, own, max_size or self._max_size, decompress, trust or USUAL, cut
            )
            reply = await self._send_with_fallback(request)
            cookies.take(reply.cookies, current)
            target = reply.headers.get("location")
            if not follow_redirects or reply.status not in REDIRECTS or not target:
                return changed(reply, url=current, hops=tuple(hops), seconds=monotonic() - begun)
            following = _joined(current, target)
            hops.append(Hop(reply.status, following))
            # With another cookie the same address may answer otherwise.
            if (following, cookies.header_for(following)) in visited:
                raise FetchError("redirects", "redirects lead round in a circle")
            if len(hops) > MAX_REDIRECTS:
                raise FetchError("redirects", "too many redirects in a row")
            if not _keeps_headers(current, following):
                trust = None
                sent = {name: value for name, value in sent.items() if name.lower() in _KEPT_BETWEEN_HOSTS}
            visited.add((following, cookies.header_for(following)))
            current = following

    async def post(self, url: str, form: Mapping[str, str]) -> Reply:
        """The answer to a form that is posted, after redirects that say to post it again (307 and 308).

        Args:
            url: the address.
            form: its fields.

        Raises:
            Refused, SiteBackedOffError, FetchError: as `fetch`; also where a redirect leads from https to http, for the fields
                may hold a secret.
        """
        body, current = urlencode(form).encode(), url
        hops: list[Hop] = []
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._send(
                TransferRequest(
                    current, {"Accept": "*/*"}, LONGEST_ANSWER_TO_FORM, False, cut=True, form=body
                )
            )
            target = reply.headers.get("location")
            if reply.status not in (307, 308) or not target:
                return replace(reply, url=current, hops=tuple(hops))
            following = _joined(current, target)
            if current.startswith("https:") and not following.startswith("https:"):
                raise FetchError("redirects", "a redirect leads from https to http")
            hops.append(Hop(reply.status, following))
            current = following
        raise FetchError("redirects", "too many redirects in a row")

    async def _send_with_fallback(self, request: TransferRequest) -> Reply:
        """Send a request; where libcurl cannot decompress the answer, ask for it plain and read what is readable of it.

        Servers send bytes behind a gzip member, or label a plain body as compressed; browsers read both.
        """
        try:
            return await self._send(request)
        except FetchError as error:
            if not request.decompress or error.kind != "encoding":
                raise
        plain = replace(request, headers={**request.headers, "Accept-Encoding": "identity"}, decompress=False)
        reply = await self._send(plain)
        try:
            coding = reply.headers.get("content-encoding", "").lower()
            found = unpacked_part(reply.body, request.max_size, coding)
        except UnpackError as error:
            raise FetchError(error.kind, str(error)) from None
        if found.is_cut and not request.cut:
            raise FetchError(*BODY_TOO_LARGE)
        notes = (*reply.notes, *([found.problem] if found.problem else []), *_cut(request, found.is_cut))
        return replace(reply, body=found.content, notes=notes)

    async def _send(self, request: TransferRequest) -> Reply:
        safe = _sendable(request.url)
        self.guard.check(safe)
        if len(safe) > MAX_URL_LENGTH:
            raise FetchError("address", f"the address is longer than {MAX_URL_LENGTH} characters")
        try:
            async with self.limiter.slot(safe), self._slots:
                self.limiter.check(safe)  # the site may have asked for a backoff while we waited
                transfer = await self._transfers.run(
                    request if safe == request.url else replace(request, url=safe)
                )
        except SiteBackoffError as backoff:
            raise SiteBackedOffError(backoff) from None
        body, cookies = b"".join(transfer.parts), tuple(transfer.cookies)
        notes = _cut(request, transfer.is_cut)
        reply = Reply(request.url, transfer.status, transfer.headers, body, cookies=cookies, notes=notes)
        self.limiter.record_response(
            safe, reply.status, reply.headers.get("retry-after"), reply.headers.get("date")
        )
        if _is_certificate_refused(transfer):
            raise FetchError(*await self._certificate_fault(safe, transfer))
        _raise_for_failure(transfer, reply)
        if not body and request.decompress and reply.status == 200 and _is_packed(reply):
            # libcurl gives nothing of a stream that breaks off early, and says nothing of it.
            raise FetchError(*CAUSES[pycurl.E_BAD_CONTENT_ENCODING])
        return reply

    async def _certificate_fault(self, url: str, transfer: Transfer) -> Cause:
        """All that is wrong with the certificate that ended a transfer."""
        assert transfer.error is not None
        first = invalid_certificate(transfer.verified, str(transfer.error.args[1]))
        async with self._slots:
            look = await self._transfers.run(TransferRequest(url, {}, 0, False, NO_KEY))
        return further_faults(look.certificate, urlsplit(url).hostname or "", datetime.now(UTC), first)

    async def key_of(self, url: str) -> str | None:
        """The pin (see `Trust`) of the key that a server shows; None where it shows none. Nothing is asked of it.

        Raises:
            Refused: the guard does not let it through.
            FetchError: the address cannot be read.
        """
        safe = _sendable(url)
        self.guard.check(safe)
        async with self._slots:
            transfer = await self._transfers.run(TransferRequest(safe, {}, 0, False, NO_KEY))
        return key_in("".join(transfer.log))

    def close(self) -> None:
        """Drop what is under way and close all connections."""
        self._transfers.close()


def _is_certificate_refused(transfer: Transfer) -> bool:
    """Whether libcurl gave a transfer up because it does not believe the server's certificate."""
    was_given_up_here = transfer.refused is not None or transfer.cause is not None or transfer.is_cut
    return (
        not was_given_up_here and transfer.error is not None and transfer.error.args[0] == pycurl.E_SSL_CACERT
    )


def _is_packed(reply: Reply) -> bool:
    return reply.headers.get("content-encoding", "identity").lower() not in ("", "identity")


def _cut(request: TransferRequest, is_cut: bool) -> tuple[str, ...]:
    """What is said of an answer of which only the beginning was taken."""
    if not is_cut:
        return ()
    return (f"the answer is larger than {request.max_size / 1_000_000:.3g} MB; only its beginning was read",)


def _keeps_headers(url: str, following: str) -> bool:
    """Whether what was sent to an address may be sent to where it leads: on the same site, and not in the clear after https."""
    is_downgrade = url.startswith("https:") and not following.startswith("https:")
    return same_site(url, following) and not is_downgrade


def _sendable(url: str) -> str:
    """An address in ASCII.

    Raises:
        FetchError: it cannot be written so, such as a host that is no name by IDNA.
    """
    try:
        safe = safe_url_string(url) if not url.isascii() or " " in url else url
    except ValueError:
        raise FetchError("address", "the address cannot be read") from None
    if not _SENDABLE.fullmatch(safe):
        raise FetchError("address", "the address cannot be read")
    return safe


def _joined(url: str, target: str) -> str:
    """Where a redirect leads."""
    try:
        return urljoin(url, target)
    except ValueError:
        raise FetchError("address", "a redirect leads to no address") from None


def _raise_for_failure(transfer: Transfer, reply: Reply) -> None:
    """Raise what made a transfer fail, where it did.

    Raises:
        Refused: its connection led to an address that the guard does not let through.
        FetchError: no whole answer came.
    """
    if transfer.refused is not None:
        raise transfer.refused
    if transfer.is_cut:
        return
    if transfer.cause is not None:
        raise FetchError(*transfer.cause)
    if transfer.error is None:
        return
    code = transfer.error.args[0]
    if code == pycurl.E_COULDNT_CONNECT:
        cause = REFUSED if transfer.os_error == errno.ECONNREFUSED else UNREACHABLE
    else:
        cause = CAUSES.get(code, Cause("broken", str(transfer.error.args[1]) or "the connection was lost"))
    error = TransientFetchError if cause.kind in TRANSIENT else FetchError
    raise error(*cause, partial=reply if code == pycurl.E_PARTIAL_FILE else None)
