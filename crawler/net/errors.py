"""Why a request gave no usable answer: each cause has a short stable kind for the record and a line for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pycurl

from crawler.net.cause import Cause
from crawler.net.replies import Reply
from crawler.net.site_limiter import SiteBackoffError
from crawler.net.trust import INVALID, NO_AUTHORITIES, WRONG_PIN

HEADERS_TOO_LARGE = Cause("too large", "the answer's headers are too large")
BODY_TOO_LARGE = Cause("too large", "the answer is larger than crawl.max_size")
REFUSED = Cause("refused", "the host refuses the connection")
UNREACHABLE = Cause("unreachable", "the host cannot be reached")
CAUSES = {
    pycurl.E_COULDNT_RESOLVE_HOST: Cause("dns", "the host name is unknown"),
    pycurl.E_COULDNT_RESOLVE_PROXY: Cause("proxy", "the host name of crawl.proxy is unknown"),
    pycurl.E_OPERATION_TIMEDOUT: Cause("timeout", "no whole answer in time"),
    pycurl.E_PARTIAL_FILE: Cause("broken", "the answer was cut short"),
    pycurl.E_GOT_NOTHING: Cause("broken", "the connection broke before an answer came"),
    pycurl.E_RECV_ERROR: Cause("broken", "the connection broke in the middle of the answer"),
    pycurl.E_SEND_ERROR: Cause("broken", "the connection broke while asking"),
    pycurl.E_SSL_CONNECT_ERROR: Cause("tls", "no secure connection could be made"),
    pycurl.E_SSL_CACERT: INVALID,
    pycurl.E_SSL_CACERT_BADFILE: NO_AUTHORITIES,
    pycurl.E_SSL_PINNEDPUBKEYNOTMATCH: WRONG_PIN,
    pycurl.E_BAD_CONTENT_ENCODING: Cause("encoding", "the answer is not compressed as it says"),
    # Bytes behind a compressed answer, such as a second member: libcurl refuses to write what it cannot place.
    pycurl.E_WRITE_ERROR: Cause("encoding", "the answer is not compressed as it says"),
    pycurl.E_FILESIZE_EXCEEDED: BODY_TOO_LARGE,
    pycurl.E_URL_MALFORMAT: Cause("address", "the address cannot be read"),
    pycurl.E_UNSUPPORTED_PROTOCOL: Cause("broken", "the answer is no HTTP"),
    # pycurl has no names for these two: CURLE_WEIRD_SERVER_REPLY and CURLE_TOO_LARGE.
    8: Cause("broken", "the answer is no HTTP"),
    100: HEADERS_TOO_LARGE,
}
"""By libcurl's code."""
TRANSIENT = ("broken", "refused", "unreachable")
"""Kinds that often pass within moments."""


class FetchError(Exception):
    """No usable answer. ``kind`` is a short stable word, the text one line; ``partial`` is what came before it was cut."""

    def __init__(self, kind: str, message: str, partial: Reply | None = None) -> None:
        super().__init__(message)
        self.kind, self.partial = kind, partial


class SiteBackedOffError(FetchError):
    """Nothing was asked: the site of the address asked to be left alone, for another ``seconds``."""

    def __init__(self, backoff: SiteBackoffError) -> None:
        until = datetime.now(UTC) + timedelta(seconds=backoff.seconds)
        super().__init__(
            "resting", f"{backoff.site} asked to be left alone and rests until {until:%Y-%m-%d %H:%M} UTC"
        )
        self.seconds = backoff.seconds


class TransientFetchError(FetchError):
    """The connection failed in a way that often passes within moments; Scrapy asks for such a page again."""
