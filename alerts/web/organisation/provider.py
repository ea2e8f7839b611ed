"""The organisation's provider: what it says of itself, its keys, and what it is asked. Nothing that it says is believed unchecked.

The provider is asked over the guard: no address of the inner network unless ``web.sign_in.allow_private`` names it, no
redirects, bounded answers and bounded time. What it says of itself is kept for an hour, a failure for some seconds, so that
strangers who press the button cannot make us ask it again and again.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlsplit

import urllib3

from alerts.web.organisation.attempt import SignInAttempt
from crawler.config.sign_in_settings import SignIn
from crawler.model import AseanwatchError
from crawler.net.guard import Guard
from crawler.net.http import HttpAnswer, NotAllowedError, TooLongError, ask
from crawler.net.unreachable import NOT_TRUSTED, why_unreachable
from crawler.runtime.extras import how_to_add

log = logging.getLogger("aseanwatch")

TIMEOUT = timedelta(seconds=8)
LONGEST = 256 * 1024
"""Bytes of an answer. The descriptions and keys of large providers have some thousand."""
GOOD_FOR, BAD_FOR, KEYS_REST = 3600.0, 10.0, 30.0
"""Seconds that a description and its keys are kept, that a failure is, and between two looks for a key that is not known."""
MOST_KEYS = 100


class ProviderError(AseanwatchError):
    """The provider cannot be asked, or says what must not be believed. The message is for the log; it has no secret."""


class ProviderAwayError(ProviderError):
    """The provider does not answer, or not in time: it is worth trying again."""


@dataclass(frozen=True, slots=True)
class ProviderDescription:
    """What the provider says of itself (OpenID Connect Discovery 1.0), as far as it was checked.

    Attributes:
        authorization: where people are sent to.
        token: where a code is redeemed.
        jwks: where its keys are.
        userinfo: where more is said of a person; empty if nowhere.
        end_session: where people are sent to sign out; empty if nowhere.
        algorithms: how it signs, as far as we take it.
        by_body: whether the client's secret goes into the body, because it takes no other way.
        names_itself: whether each of its answers by the browser names it (RFC 9207).
    """

    authorization: str
    token: str
    jwks: str
    userinfo: str
    end_session: str
    algorithms: tuple[str, ...]
    by_body: bool
    names_itself: bool


ALGORITHMS = (
    "RS256",
    "ES256",
    "PS256",
    "EdDSA",
    "Ed25519",
    "RS384",
    "RS512",
    "ES384",
    "ES512",
    "PS384",
    "PS512",
)
"""Signatures that only the provider can make: none that whoever knows a public key or the client's secret can make too."""


class Provider:
    """One provider.

    Args:
        sign_in: the section of the configuration.
        ticks: a monotonic clock, in seconds.

    Raises:
        AseanwatchError: the extra ``oidc`` is not installed.
    """

    def __init__(self, sign_in: SignIn, ticks: Callable[[], float] = time.monotonic) -> None:
        require_authlib()
        self.sign_in = sign_in
        self._ticks = ticks
        self._guard = Guard(sign_in.allow_private)
        self._lock = threading.Lock()
        self._description: tuple[float, ProviderDescription | ProviderError] | None = None
        self._keys: tuple[float, list[dict[str, Any]]] | None = None

    def description(self) -> ProviderDescription:
        """What the provider says of itself.

        Raises:
            ProviderError: it cannot be asked, or what it says must not be believed.
        """
        # One at a time: whoever comes meanwhile gets what the first one was told.
        with self._lock:
            now = self._ticks()
            if self._description is not None:
                at, kept = self._description
                if now - at < (BAD_FOR if isinstance(kept, ProviderError) else GOOD_FOR):
                    if isinstance(kept, ProviderError):
                        raise kept
                    return kept
            try:
                found = self._described()
            except ProviderError as error:
                self._description = (self._ticks(), error)
                raise
            self._description = (self._ticks(), found)
            return found

    def keys(self, *, but_newer: bool = False) -> list[dict[str, Any]]:
        """The provider's public keys (JWK, RFC 7517).

        Args:
            but_newer: a token names a key that is not among those known: they are fetched again, if that was not just done.

        Raises:
            ProviderError: they cannot be had.
        """
        address = self.description().jwks
        with self._lock:
            now = self._ticks()
            if self._keys is not None and now - self._keys[0] < (KEYS_REST if but_newer else GOOD_FOR):
                return self._keys[1]
            found = self._json(self._ask("GET", address), "its keys").get("keys")
            if not isinstance(found, list) or len(found) > MOST_KEYS:
                raise ProviderError(f"{self.sign_in.issuer} gives no list of keys that can be used")
            # Only public keys for signatures: a symmetric one would let its readers sign as the provider.
            usable = [
                k
                for k in found
                if isinstance(k, dict)
                and k.get("kty") in ("RSA", "EC", "OKP")
                and k.get("use", "sig") == "sig"
            ]
            self._keys = (self._ticks(), usable)
            return usable

    def address_to_sign_in(self, attempt: SignInAttempt, back: str, language: str) -> str:
        """Where a person is sent to sign in.

        Args:
            attempt: the sign-in.
            back: our address that the person comes back to.
            language: what the person reads.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415 - an extra
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - as above

        return str(
            prepare_grant_uri(
                self.description().authorization,
                self.sign_in.client_id,
                "code",
                redirect_uri=back,
                scope=" ".join(self.sign_in.scopes),
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
                ui_locales=language,
            )
        )

    def redeem(self, code: str, attempt: SignInAttempt, back: str) -> Mapping[str, Any]:
        """Redeem a code; returns the provider's tokens.

        Raises:
            ProviderError: it does not answer, or refuses.
        """
        from authlib.oauth2.auth import ClientAuth  # noqa: PLC0415 - an extra
        from authlib.oauth2.rfc6749.parameters import prepare_token_request  # noqa: PLC0415 - as above

        found = self.description()
        body = prepare_token_request(
            "authorization_code", redirect_uri=back, code=code, code_verifier=attempt.verifier
        )
        name, secret = self.sign_in.client_id, self.sign_in.client_secret.get_secret_value()
        method = "none" if not secret else "client_secret_post" if found.by_body else "client_secret_basic"
        if method == "client_secret_basic":
            name, secret = quote_plus(name), quote_plus(secret)  # RFC 6749, 2.3.1
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        _, headers, body = ClientAuth(name, secret, method).prepare("POST", found.token, headers, body)
        answer = self._ask("POST", found.token, headers, body.encode())
        if answer.status in (400, 401):  # 401 where it does not know the client (RFC 6749, 5.2)
            # Only the code of the error: what else stands there may repeat what we sent.
            reason = str(_loaded(answer.body).get("error", "?"))[:60]
            is_client = answer.status == 401 or reason in ("invalid_client", "unauthorized_client")
            hint = "; web.sign_in.client_id or client_secret is not what it knows" if is_client else ""
            raise ProviderError(f"{self.sign_in.issuer} does not redeem the code: {reason!r}{hint}")
        return self._json(answer, "its tokens")

    def more_about(self, access_token: str) -> Mapping[str, Any]:
        """What the provider says of a person beside the ID token; nothing if it says nothing as JSON.

        Raises:
            ProviderError: it does not answer.
        """
        address = self.description().userinfo
        if not address or not access_token.isascii() or not access_token.isprintable():
            return {}
        answer = self._ask("GET", address, {"Authorization": f"Bearer {access_token}"})
        if answer.content_type != "application/json":
            log.warning("%s says more of people only in a form that is not read here", self.sign_in.issuer)
            return {}
        return self._json(answer, "what it knows of a person")

    def _described(self) -> ProviderDescription:
        issuer = self.sign_in.issuer
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        said = self._json(self._ask("GET", address), "its description")
        if said.get("issuer") != issuer:
            named = repr(said.get("issuer"))[:200]
            raise ProviderError(
                f"{address} is the description of {named}: web.sign_in.issuer must be written exactly like that"
            )
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        signs = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        algorithms = tuple(a for a in ALGORITHMS if isinstance(signs, list) and a in signs)
        if not algorithms:
            raise ProviderError(f"{issuer} signs in no way that is safe: it offers {str(signs)[:100]}")
        pkce = said.get("code_challenge_methods_supported")
        if isinstance(pkce, list) and "S256" not in pkce:
            raise ProviderError(f"{issuer} does not take PKCE by S256: {str(pkce)[:100]}")
        return ProviderDescription(
            authorization=self._endpoint(said, "authorization_endpoint"),
            token=self._endpoint(said, "token_endpoint"),
            jwks=self._endpoint(said, "jwks_uri"),
            userinfo=self._endpoint(said, "userinfo_endpoint", is_needed=False),
            end_session=self._endpoint(said, "end_session_endpoint", is_needed=False),
            algorithms=algorithms,
            by_body=isinstance(methods, list) and "client_secret_basic" not in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )

    def _endpoint(self, said: Mapping[str, Any], name: str, *, is_needed: bool = True) -> str:
        address = said.get(name)
        if address is None and not is_needed:
            return ""
        if not isinstance(address, str) or not address.isprintable() or len(address) > 2000:
            raise ProviderError(f"{self.sign_in.issuer} says no {name} that can be used")
        self._check(address)
        return address

    def _check(self, address: str) -> None:
        """Refuse an address that is no web address, or has no TLS and is not one that the operator allowed."""
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
            _ = parts.port
        except ValueError:
            raise ProviderError(f"{self.sign_in.issuer} names an address that cannot be read") from None
        is_allowed = parts.scheme == "https" or (parts.scheme == "http" and self._is_named(host))
        if not host or not is_allowed or parts.username is not None:
            raise ProviderError(
                f"{parts.scheme}://{host} has no TLS; web.sign_in.allow_private can name its host"
            )

    def _is_named(self, host: str) -> bool:
        """Whether the operator let this very host through, so that it may do without TLS."""
        try:
            return self._guard.name_trusted(host) or (
                bool(self.sign_in.allow_private) and self._guard.address_allowed(host)
            )
        except ValueError:
            return False

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        self._check(address)
        host = urlsplit(address).hostname
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        try:
            answer = ask(
                self._guard, method, address, sent, TIMEOUT, body=body, most=LONGEST, trust=self.sign_in.trust
            )
        except NotAllowedError:
            raise ProviderError(
                f"{host} leads to an address that is not public; web.sign_in.allow_private can let it through"
            ) from None
        except TooLongError as error:
            raise ProviderError(f"{host}: {error}") from None
        except (OSError, urllib3.exceptions.HTTPError) as error:
            why = why_unreachable(error)
            hint = "; web.sign_in.trust can name the authority that signed it" if why == NOT_TRUSTED else ""
            raise ProviderAwayError(f"{host} cannot be reached: {why}{hint}") from None
        if answer.status >= 500 or answer.status == 429:
            raise ProviderAwayError(f"{host} answers {answer.status}")
        return answer

    def _json(self, answer: HttpAnswer, what: str) -> dict[str, Any]:
        if answer.status != 200:
            raise ProviderError(f"{self.sign_in.issuer} answers {answer.status} when asked for {what}")
        found = _loaded(answer.body)
        if not found:
            raise ProviderError(f"{self.sign_in.issuer} does not say {what} as JSON")
        return found


def require_authlib() -> None:
    """Say which extra is missing, where it is.

    Raises:
        AseanwatchError: it is not installed.
    """
    try:
        import authlib.oauth2  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        raise AseanwatchError(
            f"signing in with the organisation's account needs: {how_to_add('oidc')}"
        ) from None


def _loaded(body: bytes) -> dict[str, Any]:
    """A JSON object; empty if it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
