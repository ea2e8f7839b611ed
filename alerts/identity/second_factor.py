"""Checks the code of an authenticator (TOTP, RFC 6238). A code is accepted once."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import Connection, delete, func, select

from crawler.store.schema import used_codes
from crawler.store.upserts import upsert

STEP_SECONDS = 30
"""Seconds that a code is good for (RFC 6238)."""
REMEMBERED_STEPS = 7 * 86_400 // STEP_SECONDS
"""Used codes are remembered for this many steps: longer than any clock is set back."""


def redeem_code(connection: Connection, name: str, secret: str, code: str, now: datetime) -> bool:
    """Whether a code is right and unused; it is used from then on.

    A code from before one that was used is refused too. The exception is a used code of the future: it was used while the
    clock was wrong, and would lock its owner out until that moment comes. A used code stays used, whatever the clock does.
    """
    current = int(now.timestamp()) // STEP_SECONDS
    step = _step_of(secret, code, current)
    if step is None:
        return False
    mine = used_codes.c.operator == name
    later = select(func.count()).where(mine, used_codes.c.step >= step, used_codes.c.step <= current + 1)
    if connection.scalar(later):
        return False
    connection.execute(delete(used_codes).where(mine, used_codes.c.step < current - REMEMBERED_STEPS))
    # If two requests bring the same code at once, the database accepts it from one of them.
    noted = upsert(connection, used_codes, {"operator": name, "step": step}, ["operator", "step"])
    return connection.execute(noted.returning(used_codes.c.step)).first() is not None


def forget(connection: Connection, name: str) -> None:
    """Forget the used codes of a person who has another secret, or none."""
    connection.execute(delete(used_codes).where(used_codes.c.operator == name))


def _step_of(secret: str, code: str, current: int) -> int | None:
    """The time step of a code: the current one, or one beside it because clocks differ (RFC 6238, 5.2); None if it is wrong."""
    totp = pyotp.TOTP(secret)
    typed = "".join(code.split())
    # `compare_digest` takes no other text, and Arabic or
    # Thai digits are no code of an authenticator.
    if not typed.isascii():
        return None
    return next(
        (
            s
            for s in (current, current - 1, current + 1)
            if secrets.compare_digest(totp.at(s * STEP_SECONDS), typed)
        ),
        None,
    )
