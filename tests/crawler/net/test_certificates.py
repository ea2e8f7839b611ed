"""Certificates that nobody vouches for are refused, each by what is wrong with it, and a source can vouch for its own site."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.config.settings import Source
from crawler.config.trust import Trust
from crawler.documents.reader import ReaderPool
from crawler.net.cause import Cause
from crawler.net.errors import FetchError
from crawler.net.fetcher import Fetcher
from crawler.net.guard import Guard
from crawler.net.site_limiter import SiteLimiter
from crawler.net.trust import further_faults
from crawler.sources.probe import probe

NOW = datetime.now(UTC)
T = TypeVar("T")


@dataclass
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue(name: str, by: Issued | None = None, days: int = 1, is_authority: bool = False) -> Issued:
    """A certificate for an IP address or an authority, signed by another one or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    until = NOW + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=9))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
        made = made.add_extension(names, critical=False)
    return Issued(made.sign(by.key if by else key, hashes.SHA256()), key)


ROOT = issue("Root", is_authority=True, days=8)
MIDDLE = issue("Middle", ROOT, is_authority=True, days=8)
OWN = issue("127.0.0.1", MIDDLE)
ALONE = issue("127.0.0.1")


def ask(folder: Path, shown: Issued, *chain: Issued, act: Callable[[Fetcher, str], Awaitable[T]]) -> T:
    """Do something with a server that shows a certificate and a chain."""
    key = shown.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(key + shown.pem + b"".join(one.pem for one in chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def run() -> T:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        fetcher = Fetcher(Guard(["127.0.0.1"]), SiteLimiter(), "test")
        try:
            return await act(fetcher, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed")
        finally:
            fetcher.close()
            server.close()

    return asyncio.run(run())


def fetched(folder: Path, shown: Issued, *chain: Issued, trust: Trust | None = None) -> bytes:
    async def act(fetcher: Fetcher, url: str) -> bytes:
        return (await fetcher.fetch(url, trust=trust)).body

    return ask(folder, shown, *chain, act=act)


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    return str(tmp_path / "root.pem")


@pytest.mark.parametrize(
    ("shown", "chain", "kind", "words"),
    [
        (ALONE, (), "certificate self-signed", "nobody vouches"),
        (OWN, (MIDDLE, ROOT), "certificate issuer", "authority that is not known"),
        (OWN, (), "certificate issuer", "does not send the intermediate certificate"),
    ],
)
def test_what_nobody_vouches_for_is_refused(
    tmp_path: Path, shown: Issued, chain: tuple[Issued, ...], kind: str, words: str
) -> None:
    with pytest.raises(FetchError, match=words) as caught:
        fetched(tmp_path, shown, *chain)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("shown", "kind", "words"),
    [
        (issue("127.0.0.1", MIDDLE, days=-1), "certificate expired", "has expired"),
        (issue("127.0.0.1", MIDDLE, days=20), "certificate expired", "not valid yet"),
        (issue("127.0.0.2", MIDDLE), "certificate name", "another name"),
    ],
)
def test_a_wrong_one_of_a_known_authority_is_refused(
    tmp_path: Path, root: str, shown: Issued, kind: str, words: str
) -> None:
    with pytest.raises(FetchError, match=words) as caught:
        fetched(tmp_path, shown, MIDDLE, trust=Trust(root))
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("shown", "chain", "kind", "words"),
    [
        (
            issue("127.0.0.1", MIDDLE, days=-1),
            (MIDDLE, ROOT),
            "certificate issuer",
            "an authority that is not known; the certificate has expired",
        ),
        (
            issue("127.0.0.1", MIDDLE, days=20),
            (),
            "certificate issuer",
            "or its authority is not known; the certificate is not valid yet",
        ),
        (
            issue("127.0.0.2", days=-1),
            (),
            "certificate name",
            "another name; the certificate has expired; the certificate is signed by itself",
        ),
    ],
)
def test_all_that_is_wrong_is_said(
    tmp_path: Path, shown: Issued, chain: tuple[Issued, ...], kind: str, words: str
) -> None:
    with pytest.raises(FetchError, match=words) as caught:
        fetched(tmp_path, shown, *chain)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("names", "is_another"),
    [
        ("DNS:news.example", False),
        ("DNS:*.example", False),
        ("DNS:*.other.example, DNS:news.example", False),
        ("DNS:*.news.example", True),
        ("DNS:example, DNS:www.example", True),
        ("", False),
    ],
)
def test_a_star_stands_for_one_part_of_a_name(names: str, is_another: bool) -> None:
    found = further_faults(
        {"X509v3 Subject Alternative Name": names},
        "news.example",
        NOW,
        Cause("certificate issuer", "unknown"),
    )
    assert ("another name" in found.message) is is_another


def test_a_wrong_name_of_a_known_authority_that_has_expired_too(tmp_path: Path, root: str) -> None:
    with pytest.raises(FetchError, match="for another name; the certificate has expired") as caught:
        fetched(tmp_path, issue("127.0.0.2", MIDDLE, days=-1), MIDDLE, trust=Trust(root))
    assert caught.value.kind == "certificate name"


def test_an_own_authority_or_the_missing_certificate_is_enough(tmp_path: Path, root: str) -> None:
    assert fetched(tmp_path, OWN, MIDDLE, trust=Trust(root)) == b"ok"
    (tmp_path / "middle.pem").write_bytes(MIDDLE.pem)
    assert fetched(tmp_path, OWN, trust=Trust(str(tmp_path / "middle.pem"))) == b"ok"


def test_a_missing_file_of_authorities_is_told(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="`trust` names cannot be read"):
        fetched(tmp_path, OWN, MIDDLE, trust=Trust(str(tmp_path / "gone.pem")))


@pytest.mark.parametrize("shown", [ALONE, issue("127.0.0.1", days=-1), issue("127.0.0.2")])
def test_a_pinned_key_is_enough_whoever_signed_it_and_no_other_is(tmp_path: Path, shown: Issued) -> None:
    async def key(fetcher: Fetcher, url: str) -> str | None:
        return await fetcher.key_of(url)

    pin = ask(tmp_path, shown, act=key)
    assert pin is not None
    assert fetched(tmp_path, shown, trust=Trust(pin=pin)) == b"ok"
    with pytest.raises(FetchError) as caught:
        fetched(tmp_path, issue("127.0.0.1"), trust=Trust(pin=pin))
    assert caught.value.kind == "certificate pin"


def test_probing_prints_the_key_of_a_certificate_that_is_not_believed(tmp_path: Path) -> None:
    async def look(fetcher: Fetcher, url: str) -> dict[str, object]:
        readers = ReaderPool()
        try:
            return await probe(fetcher, readers, Source(name="outlet", url=url), NOW)
        finally:
            readers.close()

    found = ask(tmp_path, ALONE, act=look)
    assert "nobody vouches" in str(found["problem"])
    assert str(found["pin"]).startswith("sha256//")


def test_what_a_source_trusts_counts_on_its_own_site_alone() -> None:
    pinned = Source(name="outlet", url="https://news.example/feed").model_copy(
        update={"pin": "sha256//" + "A" * 43 + "="}
    )
    assert pinned.trust_for("https://www.news.example/1.html") == Trust(pin=pinned.pin)
    assert pinned.trust_for("https://other.example/1.html") is None
    assert pinned.trust_for("http://news.example/1.html") is None
