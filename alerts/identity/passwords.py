"""Refuses passwords that are easy to guess."""

from __future__ import annotations

from crawler.model import AseanwatchError, Phrase

SHORTEST, LONGEST = 10, 1024
"""Characters of a password (NIST SP 800-63B asks for at least 8, and to permit at least 64)."""
FEWEST_GUESSES = 1e8
"""The guesses that a password must withstand. The estimate's authors call that safe against guessing through a sign-in that slows down
(zxcvbn, score 3: Wheeler, USENIX Security 2016)."""
OUR_WORDS = (
    "aseanwatch",
    "asean",
    "watch",
    "china",
    "news",
    "digest",
    "operator",
    "reader",
    "console",
    "admin",
)
"""Words that are tried first to guess a password of this product, in any combination with digits and signs."""
_LOOKED_AT = 72
"""Characters that are estimated. More can only make the password harder to guess, and the time grows with their square."""


def check(password: str, name: str) -> None:
    """Refuse a password that is too short, too long, or easy to guess.

    Lists of common and of leaked passwords, of names and words, keyboards' rows, dates and repetitions are looked through, all
    of them within the library; nothing is asked of anybody.

    Args:
        password: what somebody wants to sign in with.
        name: of that person; it is no secret.

    Raises:
        AseanwatchError: it is refused; the message says why and never repeats it.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - some megabytes of lists that only setting a password needs

    if len(password) < SHORTEST:
        raise AseanwatchError(Phrase("a password has at least %(count)s characters", count=SHORTEST))
    if len(password) > LONGEST:
        raise AseanwatchError(Phrase("a password has at most %(count)s characters", count=LONGEST))
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=[name, *OUR_WORDS])
    if found["guesses"] < FEWEST_GUESSES:
        why = found["feedback"]["warning"].rstrip(".")
        hint = f" ({why[0].lower()}{why[1:]})" if why else ""
        raise AseanwatchError(
            f"this password is easy to guess{hint}; several words that do not belong together are a good one"
        )
