"""A provider of accounts on the loopback that says whatever a test wants: also what no honest provider says."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "aseanwatch", "s3cret of the client: +/%"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
Change = Callable[[dict[str, Any]], None]


@dataclass
class FakeProvider:
    """The provider's state. Everything that it answers can be changed.

    Attributes:
        url: its issuer.
        clock: the moment that its tokens carry.
        claims: what its ID tokens say beside what they must.
        userinfo: what it says of a person on request.
        key: what it signs with; `shown` are the keys that it publishes.
        alg: how it signs.
        described: changes its description before it is sent.
        token: changes the claims of an ID token before it is signed.
        signed: makes the token of header and claims, in place of a signature by `key`.
        broken: by path: answers in place of the right one (status, body), or None to take the connection away.
        asked: the paths that were asked.
        secrets: how clients said who they are.
    """

    url: str
    clock: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: _rsa("one"))
    shown: list[Any] = field(default_factory=list)
    alg: str = "RS256"
    described: Change = lambda said: None
    token: Change = lambda claims: None
    signed: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    broken: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        """A token with the provider's signature."""
        return str(
            jwt.encode(
                {"alg": self.alg, "kid": self.key.kid, **header}, claims, self.key, algorithms=[self.alg]
            )
        )

    def authorize(self, address: str, **more: str) -> str:
        """What a browser does that was sent here, after the person signed in: the address that it is sent back to."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        said = {"code": code, "state": asked["state"], "iss": self.url, **more}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in said.items() if v})}"

    def _description(self) -> dict[str, Any]:
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/me",
            "end_session_endpoint": f"{self.url}/out",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.described(said)
        return said

    def _tokens(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.secrets.append(authorization)
        asked = self.codes.get(form.get("code", ""))
        proof = (
            urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        )
        if asked is None or asked["code_challenge"] != proof or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        moment = int(self.clock().timestamp())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "person-1", "iat": moment, "exp": moment + 300, "nonce": asked["nonce"],
            "preferred_username": "mei", "sid": "s1", **self.claims,
        }  # fmt: skip
        self.token(claims)
        claims = {k: v for k, v in claims.items() if v is not None}
        header = {"alg": self.alg, "kid": self.key.kid}
        token = self.signed(header, claims) if self.signed else self.sign(claims)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """The answer to a request: its status, and what is sent as JSON."""
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]  # type: ignore[no-any-return]
        if path == "/.well-known/openid-configuration":
            return 200, self._description()
        if path == "/keys":
            return 200, {"keys": [k.as_dict(private=False) for k in (self.shown or [self.key])]}
        if path == "/token":
            return self._tokens(form, authorization)
        if path == "/me":
            return 200, {"sub": "person-1", **self.userinfo}
        return 404, {}


def _rsa(kid: str) -> Any:
    return jwk.generate_key("RSA", 2048, {"kid": kid, "use": "sig"})


def rsa(kid: str) -> Any:
    """A new key."""
    return _rsa(kid)


@contextmanager
def provider(clock: Callable[[], datetime]) -> Iterator[FakeProvider]:
    """A provider that answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            found = made.answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
            if found is None:
                self.close_connection = True
                return
            status, said = found
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", said["to"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _do  # noqa: N815 - the names of the standard library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = FakeProvider(f"http://127.0.0.1:{server.server_port}", clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
