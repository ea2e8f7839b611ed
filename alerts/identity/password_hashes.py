"""Hashes passwords, and verifies them.

The hashes are Argon2id with the library's defaults (RFC 9106, second recommended option). One hash takes 64 MB and a tenth of
a second of every core, on purpose. A caller that hashes for strangers must limit how many are made at once.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from alerts.identity.passwords import LONGEST, check
from crawler.model import AseanwatchError


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to verify against if there is no such operator, so that the answer takes as long."""
    return _hasher().hash(secrets.token_urlsafe(16))


def hash_password(password: str, name: str) -> str:
    """The hash of a person's new password.

    Raises:
        AseanwatchError: it is refused (`alerts.identity.passwords`), or no text.
    """
    text = normalized(password)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise AseanwatchError("a password is text in UTF-8 without control characters")
    check(text, name)
    return _hasher().hash(text)


def verify(kept: str | None, password: str) -> bool:
    """Whether a password matches a stored hash. It takes as long if there is no hash.

    Passwords from before they were normalised were hashed as they were typed. That is tried too if it makes a difference:
    normalising changes every Thai word with sara am, for example.
    """
    if len(password) > LONGEST or not _is_unicode(password):
        return False  # no stored password can match; this depends only on what was typed, so that it tells nothing about the name
    # How many hashes are made depends on what was typed, and not on whether the name exists.
    return any(_matches(kept, text) for text in dict.fromkeys((normalized(password), password)))


def rehash_if_weak(kept: str, password: str) -> str | None:
    """A new hash of the right password if the library's defaults have become stronger; else None."""
    return _hasher().hash(normalized(password)) if _hasher().check_needs_rehash(kept) else None


def normalized(password: str) -> str:
    """One form for all ways to type the same password (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


def _matches(kept: str | None, text: str) -> bool:
    try:
        return _hasher().verify(kept or _nobody(), text) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _is_unicode(text: str) -> bool:
    """Bytes that are no UTF-8 come as lone surrogates, which nothing can be hashed of."""
    return not any(unicodedata.category(c) == "Cs" for c in text)
