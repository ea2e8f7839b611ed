"""Whose certificates a source believes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trust:
    """What a source says of its server's certificate.

    Attributes:
        authorities: a file (PEM) of certificates that are believed instead of the usual ones.
        pin: the hash of the key that the server must have, as RFC 7469 forms it, behind ``sha256//``. With it alone whoever
            signed the certificate, for which name and until when, does not count.
    """

    authorities: str | None = None
    pin: str | None = None


USUAL = Trust()
"""The usual authorities, and any key that they vouch for."""
