"""Whatever a provider answers, it is believed or refused in words of ours: no answer is an error of the program."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwk, jwt

from alerts.web.organisation.attempt import SignInAttempt
from alerts.web.organisation.id_tokens import ended_session, id_token_claims
from alerts.web.organisation.provider import Provider, ProviderError
from crawler.config.sign_in_settings import SignIn
from crawler.net.http import HttpAnswer
from tests.builders import NOON

ISSUER = "https://id.example"
KEY = jwk.generate_key("EC", "P-256", {"kid": "one"})
GOOD = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/a", "token_endpoint": f"{ISSUER}/t", "jwks_uri": f"{ISSUER}/k",
    "id_token_signing_alg_values_supported": ["ES256"], "token_endpoint_auth_methods_supported": ["client_secret_post"],
    "code_challenge_methods_supported": ["S256"], "userinfo_endpoint": f"{ISSUER}/u", "end_session_endpoint": f"{ISSUER}/e",
}  # fmt: skip
PUBLIC = KEY.as_dict(private=False)
CLAIMS = {
    "iss": ISSUER, "aud": "watch", "sub": "1", "exp": int(NOON.timestamp()) + 60, "iat": int(NOON.timestamp()), "nonce": "n",
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}}, "sid": "s", "azp": "watch", "at_hash": "x",
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from([ISSUER, "RSA", "EC", "OKP", "oct", "P-256", "ES256", "none", "HS256", "AQAB", "https://[", "http://x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, *PUBLIC, *CLAIMS]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def changed(good: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What is right, with some values replaced by whatever."""
    return st.dictionaries(st.sampled_from(sorted(good)), JSON, max_size=3).map(lambda more: good | more)


class Answering(Provider):
    """A provider that answers with what a test gives."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(
            SignIn.model_validate({"issuer": ISSUER, "client_id": "watch", "roles": {"operator": ["x"]}})
        )
        self.answers = answers

    def _ask(self, method: str, address: str, headers: Any = None, body: bytes | None = None) -> HttpAnswer:
        said = self.answers.get(address[-1], self.answers["description"])
        text = said if isinstance(said, bytes) else json.dumps(said).encode()
        return HttpAnswer(200, None, text, "application/json")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    description=changed(GOOD) | JSON,
    keys=st.lists(changed(PUBLIC) | JSON, max_size=3).map(lambda k: {"keys": k}) | JSON,
    claims=changed(CLAIMS),
    header=changed({"alg": "ES256", "kid": "one"}),
    tokens=JSON | st.binary(max_size=40),
)
def test_every_answer_is_believed_or_refused(
    description: Any, keys: Any, claims: dict[str, Any], header: dict[str, Any], tokens: Any
) -> None:
    signed = jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY, algorithms=["ES256"])
    other = json.dumps(header).encode().hex() + signed[signed.index(".") :]
    provider = Answering({"description": description, "k": keys, "t": tokens, "u": tokens})
    attempt = SignInAttempt("s", "n", "v" * 43, ISSUER, "/console/", "en", 0)
    for ask in (
        lambda: provider.address_to_sign_in(attempt, "https://watch.example/back", "en"),
        lambda: provider.redeem("code", attempt, "https://watch.example/back"),
        lambda: provider.more_about("token"),
        lambda: id_token_claims(provider, signed, "n", "a", NOON),
        lambda: id_token_claims(provider, other, "n", 7, NOON),
        lambda: ended_session(provider, signed, NOON),
        lambda: ended_session(provider, str(tokens), NOON),
    ):
        try:
            ask()
        except ProviderError as error:
            assert str(error)


def test_an_honest_answer_is_believed() -> None:
    claims = {k: v for k, v in CLAIMS.items() if k not in ("events", "at_hash")}
    token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, KEY, algorithms=["ES256"])
    provider = Answering({"description": GOOD, "k": {"keys": [PUBLIC]}})
    assert id_token_claims(provider, token, "n", "a", NOON)["sub"] == "1"
    logout = {k: v for k, v in CLAIMS.items() if k not in ("nonce", "azp", "at_hash")}
    token = jwt.encode({"alg": "ES256", "kid": "one"}, logout, KEY, algorithms=["ES256"])
    assert ended_session(provider, token, NOON).number == "s"
