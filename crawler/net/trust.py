"""Whose certificates are believed: the authorities of certifi, unless a source says otherwise for its own site."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pycurl

from crawler.config.trust import Trust
from crawler.net.cause import Cause

_NAMES = re.compile(r"(?:DNS|IP Address):([^,\s]+)")
_KEY = re.compile(r"public key hash: (sha256//[A-Za-z0-9+/]{43}=)")


def set_trust(curl: pycurl.Curl, trust: Trust) -> None:
    """Tell libcurl which certificates are believed."""
    if trust.authorities is not None:
        curl.setopt(pycurl.CAINFO, trust.authorities)
    if trust.pin is not None:
        curl.setopt(pycurl.PINNEDPUBLICKEY, trust.pin)
    if trust.pin is not None and trust.authorities is None:
        # libcurl compares the key all the same; nobody else's key passes.
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)
        curl.setopt(pycurl.SSL_VERIFYHOST, 0)


NO_KEY = Trust(pin="sha256//" + "A" * 43 + "=")
"""No server's key: the connection ends before anything is asked, and libcurl says which key the server has."""
INVALID = Cause("tls", "the certificate is not valid")
WRONG_PIN = Cause("certificate pin", "the server has another key than `pin` says")
NO_AUTHORITIES = Cause("tls", "the file of certificates that `trust` names cannot be read")
_NAME = Cause("certificate name", "the certificate is for another name")
_NOT_YET = Cause("certificate expired", "the certificate is not valid yet")
_EXPIRED = Cause("certificate expired", "the certificate has expired")
_SELF_SIGNED = Cause("certificate self-signed", "the certificate is signed by itself; nobody vouches for it")
_OWN_AUTHORITY = Cause("certificate issuer", "the certificate is from an authority that is not known")
_NO_ISSUER = Cause(
    "certificate issuer",
    "the server does not send the intermediate certificate, or its authority is not known",
)
_CAUSES = {
    9: _NOT_YET,
    10: _EXPIRED,
    18: _SELF_SIGNED,
    19: _OWN_AUTHORITY,
    20: _NO_ISSUER,
    21: _NO_ISSUER,
}
"""By OpenSSL's code of a verification (``X509_V_ERR_…``, x509_vfy.h)."""


def invalid_certificate(code: int, message: str) -> Cause:
    """Why a certificate is not believed.

    Args:
        code: OpenSSL's code, ``CURLINFO_SSL_VERIFYRESULT``.
        message: libcurl's words. It checks the name itself, and has no code for it.
    """
    if "subject name" in message:
        return _NAME
    return _CAUSES.get(code, INVALID)


def further_faults(certificate: Mapping[str, str], host: str, now: datetime, first: Cause) -> Cause:
    """Why a certificate is not believed, with all else that is wrong with it; OpenSSL gives up at the first fault.

    Args:
        certificate: its fields, by libcurl's names (``CURLINFO_CERTINFO``).
        host: the name that was asked for.
        now: the present moment.
        first: the fault that is known.
    """
    also = [fault for fault in _faults(certificate, host, now) if fault.kind != first.kind]
    return first._replace(message="; ".join((first.message, *(fault.message for fault in also))))


def _faults(certificate: Mapping[str, str], host: str, now: datetime) -> Iterator[Cause]:
    begins, ends = (_moment(certificate.get(name)) for name in ("Start date", "Expire date"))
    if ends is not None and ends < now:
        yield _EXPIRED
    elif begins is not None and begins > now:
        yield _NOT_YET
    if certificate.get("Subject") and certificate.get("Subject") == certificate.get("Issuer"):
        yield _SELF_SIGNED
    names = _NAMES.findall(certificate.get("X509v3 Subject Alternative Name", ""))
    if names and not any(_is_name(name.lower(), host.lower()) for name in names):
        yield _NAME


def _moment(written: str | None) -> datetime | None:
    """A date as OpenSSL prints it."""
    with suppress(ValueError, TypeError):
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(written or ""), UTC)
    return None


def _is_name(name: str, host: str) -> bool:
    """Whether a name of a certificate is that of a host; a star stands for its first part (RFC 6125, 6.4.3)."""
    return name == host or (name.startswith("*.") and name[1:] == host[host.find(".") :])


def key_in(log: str) -> str | None:
    """The pin of the key that a server has, by what libcurl said of a connection with `NO_KEY`; None where it had none."""
    found = _KEY.search(log)
    return found[1] if found else None
