"""Checks what a provider signed: the ID token of a sign-in, and the token by which it says that a session has ended."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alerts.web.organisation.provider import Provider, ProviderError

CLOCK_SKEW = 120
"""Seconds by which the provider's clock and ours may differ."""
LONGEST = 64 * 1024
TRIED_KEYS = 8
"""Keys that are tried where a token names none."""
LEAST_RSA_BITS = 2048
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_AGE = 300
"""Seconds that a message of an ended session is believed, by when it was made."""
Claims = Mapping[str, Any]


def id_token_claims(
    provider: Provider, token: object, nonce: str, access_token: object, now: datetime
) -> Claims:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7).

    Args:
        provider: who must have signed it.
        token: the token.
        nonce: it must have been made for the sign-in with this one.
        access_token: what came with it, whose hash it may name.
        now: the present moment.

    Raises:
        ProviderError: it must not be believed.
    """
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - an extra
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above

    sign_in = provider.sign_in
    header, claims = _verified(provider, token)
    checked = CodeIDToken(
        claims,
        header,
        {
            "iss": {"essential": True, "value": sign_in.issuer},
            "aud": {"essential": True, "value": sign_in.client_id},
            "sub": {"essential": True},
        },
        {"nonce": nonce, "client_id": sign_in.client_id, "access_token": access_token},
    )
    try:
        checked.validate(int(now.timestamp()), CLOCK_SKEW)
    except (JoseError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise ProviderError(f"the ID token of {sign_in.issuer} is refused: {error}"[:300]) from None
    subject = claims["sub"]
    if not subject or len(subject) > 255 or not subject.isprintable():
        raise ProviderError(f"the ID token of {sign_in.issuer} names nobody")
    return claims


@dataclass(frozen=True, slots=True)
class EndedSession:
    """What the provider says has ended: a person's sessions, or one session. ``at`` is when it said so."""

    subject: str
    number: str
    at: datetime


def ended_session(provider: Provider, token: object, now: datetime) -> EndedSession:
    """What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6).

    Raises:
        ProviderError: it must not be believed.
    """
    issuer = provider.sign_in.issuer
    _, claims = _verified(provider, token)
    audience = claims.get("aud")
    events = claims.get("events")
    made = _time(claims.get("iat"))
    ends = _time(claims.get("exp", claims.get("iat")))
    moment = now.timestamp()
    is_good = (
        claims.get("iss") == issuer
        and provider.sign_in.client_id in (audience if isinstance(audience, list) else [audience])
        and isinstance(events, dict)
        and isinstance(events.get(LOGOUT), dict)
        # An ID token must not pass for one.
        and "nonce" not in claims
        and abs(moment - made) <= LOGOUT_AGE + CLOCK_SKEW
        and ends >= moment - LOGOUT_AGE - CLOCK_SKEW
    )
    subject, number = claims.get("sub", ""), claims.get("sid", "")
    if not is_good or not isinstance(subject, str) or not isinstance(number, str) or not (subject or number):
        raise ProviderError(f"a message of {issuer} that a session has ended is refused")
    return EndedSession(subject, number, datetime.fromtimestamp(made + CLOCK_SKEW, UTC))


def _time(value: object) -> float:
    """A moment in seconds since 1970; 0, which is long ago, for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 1e11 else 0.0  # type: ignore[arg-type, operator]


def _verified(provider: Provider, token: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token whose signature is the provider's."""
    issuer = provider.sign_in.issuer
    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST:
        raise ProviderError(f"{issuer} gives no token that can be read")
    header = _header(token)
    algorithms = provider.description().algorithms
    if header.get("alg") not in algorithms:
        raise ProviderError(
            f"{issuer} signed by {str(header.get('alg'))[:20]!r}; taken are {', '.join(algorithms)}"
        )
    known = provider.keys()
    found = _claims_by(known, token, header)
    if found is None:
        # Keys are rotated: one that is not known yet may have signed.
        newer = provider.keys(but_newer=True)
        found = _claims_by(newer, token, header) if newer is not known else None
    if found is None:
        raise ProviderError(f"the signature of a token is none of {issuer}'s")
    return header, found


def _claims_by(
    keys: Sequence[Mapping[str, Any]], token: str, header: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The claims of a token that one of these keys signed; None if none did."""
    from joserfc import jwt  # noqa: PLC0415 - an extra

    for key in _fitting(keys, header):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of weak keys, which were left out before
                found = jwt.decode(token, key, algorithms=[str(header["alg"])])
        except Exception:  # likewise: what cannot be verified is not verified
            continue
        if isinstance(found.claims, dict):
            return dict(found.claims)
    return None


def _fitting(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> list[Any]:
    from joserfc import jwk  # noqa: PLC0415 - an extra

    number = header.get("kid")
    found = []
    for key in keys:
        if number is not None and key.get("kid") != number:
            continue
        if key.get("alg") not in (None, header.get("alg")) or _is_weak(key):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found.append(jwk.import_key(dict(key)))
        except (
            Exception
        ):  # a key of odd values raises whatever it meets; one that cannot be read signs nothing
            continue
        if len(found) == TRIED_KEYS:
            break
    return found


def _is_weak(key: Mapping[str, Any]) -> bool:
    modulus = key.get("n")
    return key.get("kty") == "RSA" and isinstance(modulus, str) and len(modulus) * 6 < LEAST_RSA_BITS


def _header(token: str) -> dict[str, Any]:
    """The header of a token, unverified; empty if it is none."""
    part = token.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
