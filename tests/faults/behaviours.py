"""The behaviours of servers, each with its expected result. We wrote the news in them."""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import brotli

from tests.faults.server import Asked, Behaviour, Writer
from tests.ingesting import item, rss

MOST = 400_000
"""crawl.max_size in the suite."""
SECONDS = 1.5
"""crawl.timeout in the suite."""
THREE = rss(
    *(
        item(
            f"Port opens berth {n}",
            f"https://outlet.example/{n}",
            summary=f"Ships call at berth {n} from Monday on.",
        )
        for n in range(3)
    )
)
THAI = "ท่าเรือเปิดท่าใหม่"
CHINESE, TRADITIONAL, VIETNAMESE = "港口启用新泊位", "港口啟用新泊位", "Cảng mở bến mới"


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour of a server, and the expected result.

    Attributes:
        does: the behaviour.
        outcome: of the poll: ok, unchanged or failed. ``kind`` is the kind of failure.
        stored: how many entries are stored. ``title`` is the first one's.
        message: words in the reported failure.
        source: more keys of the source.
    """

    does: Behaviour
    outcome: str = "ok"
    kind: str | None = None
    stored: int = 0
    message: str = ""
    title: str | None = None
    source: dict[str, Any] = field(default_factory=dict)


def raw(data: bytes) -> Behaviour:
    async def does(_: Asked, writer: Writer) -> None:
        writer.write(data)

    return does


def answer(body: bytes, headers: dict[str, str] | None = None, status: str = "200 OK") -> Behaviour:
    given = {
        "Content-Type": "application/rss+xml",
        "Content-Length": str(len(body)),
        "Connection": "close",
    } | (headers or {})
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return raw(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)


def xml(text: str, encoding: str, declared: str | None, content_type: str = "application/xml") -> Behaviour:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    feed = f"{declaration}<rss version='2.0'><channel><title>{text}</title>{item(text, summary=text * 6)}</channel></rss>"
    return answer(feed.encode(encoding), {"Content-Type": content_type})


def drip(first: bytes, part: bytes, pause: float = 0.05) -> Behaviour:
    async def does(_: Asked, writer: Writer) -> None:
        writer.write(first)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return does


def flood(first: bytes, part: bytes) -> Behaviour:
    return drip(first, part, 0)


async def silent(_: Asked, writer: Writer) -> None:
    await asyncio.sleep(3600)


async def at_once(_: Asked, writer: Writer) -> None:
    writer.close()


def reset(first: bytes) -> Behaviour:
    async def does(_: Asked, writer: Writer) -> None:
        writer.write(first)
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return does


def redirect(target: str, status: str = "302 Found") -> Behaviour:
    return answer(b"", {"Location": target}, status)


async def chain(asked: Asked, writer: Writer) -> None:
    number = int(asked.path.rpartition("-")[2])
    await redirect(f"/chain-{number + 1}")(asked, writer)


async def always_304(asked: Asked, writer: Writer) -> None:
    if "if-none-match" in asked.headers:
        await raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")(asked, writer)
    else:
        await answer(THREE, {"ETag": '"always"'})(asked, writer)


async def lying_304(asked: Asked, writer: Writer) -> None:
    """Always answers "unchanged", although it has something new each time."""
    if "if-none-match" in asked.headers:
        await raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")(asked, writer)
    else:
        rows = (
            item(f"Port {n}", f"https://outlet.example/lie/{n}", summary="Ships call there.")
            for n in range(asked.before, asked.before + 3)
        )
        await answer(rss(*rows), {"ETag": '"always"'})(asked, writer)


async def honest_304(asked: Asked, writer: Writer) -> None:
    """A gzip file that never changes but is packed again for each answer, with a correct 304."""
    if "if-none-match" in asked.headers:
        await raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")(asked, writer)
    else:
        await answer(gzip.compress(SITEMAP, mtime=asked.before + 1), {"ETag": '"same"'})(asked, writer)


async def turned_over(asked: Asked, writer: Writer) -> None:
    """Lists other entries in each answer, and links to the page with those between (RFC 5005)."""
    month, day = (12, 1) if asked.before else (11, 28)
    rows = (
        item(
            f"Port {day}-{n}",
            f"https://outlet.example/turned/{day}/{n}",
            at=datetime(2025, month, day, n, tzinfo=UTC),
        )
        for n in range(6)
    )
    link = '<link xmlns="http://www.w3.org/2005/Atom" rel="prev-archive" href="/turned-archive"/>'
    await answer(rss(*rows).replace(b"<title>Feed</title>", b"<title>Feed</title>" + link.encode()))(
        asked, writer
    )


TURNED_ARCHIVE = rss(
    *(
        item(
            f"Port 30-{n}", f"https://outlet.example/turned/30/{n}", at=datetime(2025, 11, 30, n, tzinfo=UTC)
        )
        for n in range(6)
    )
)


async def another_date(asked: Asked, writer: Writer) -> None:
    body = THREE.replace(
        b"<title>Feed</title>", b"<title>Feed</title><lastBuildDate>%d</lastBuildDate>" % asked.before
    )
    await answer(body + b"<!-- made in %d ms -->" % asked.before)(asked, writer)


async def another_guid(asked: Asked, writer: Writer) -> None:
    rows = (
        item(
            f"Port {n}",
            f"https://outlet.example/{n}",
            guid=f"{asked.before}-{n}",
            summary="Ships call there.",
        )
        for n in range(3)
    )
    await answer(rss(*rows))(asked, writer)


def zipped(body: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        body = gzip.compress(body)
    return body


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
ITEM = item("Port opens berth", summary="Ships call there from Monday on.")
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + f"]><rss version='2.0'><channel><item><title>&m;</title><link>https://outlet.example/1</link></item>{ITEM}</channel></rss>"
).encode()
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>Port &x;</title>'
    b"<link>https://outlet.example/1</link></item></channel></rss>"
)
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action='/login'>Your name</form></body></html>"
SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://outlet.example/new-berth</loc></url></urlset>'


MANY = rss(
    *(
        item(f"Port opens berth {n}", f"https://outlet.example/{n}", summary=f"{Random(n).random()}")
        for n in range(200)
    )
)
"""A feed of which half is some ten kilobytes, also compressed."""


def _flipped(body: bytes, place: float) -> bytes:
    """A compressed body with some bytes of it turned round, from a place (0..1) on."""
    at = 10 + int(len(body) * place)
    return body[:at] + bytes(b ^ 0xFF for b in body[at : at + 40]) + body[at + 40 :]


DAMAGES: tuple[tuple[str, Callable[[bytes], bytes], bool], ...] = (
    ("damaged-at-once", lambda body: _flipped(body, 0), False),
    ("cut-at-once", lambda body: body[:14], False),
    ("damaged-late", lambda body: _flipped(body[:-8], 1)[: int(len(body) * HALF)] + b"\xff" * 200, True),
    ("cut-late", lambda body: body[: int(len(body) * HALF)], True),
)
"""Ways to damage a compressed answer, and whether anything of it can be read."""
HALF = 0.522
PICTURES = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">%s</urlset>' % b"".join(
    b"<url><loc>https://outlet.example/news-%d</loc>%s</url>"
    % (n, b"<image:image><image:loc>https://outlet.example/picture.jpg</image:loc></image:image>" * 150)
    for n in range(50)
)  # fmt: skip


def one(title: str = "Port opens berth", **more: str) -> Behaviour:
    return answer(rss(item(title, summary="Ships call there from Monday on.", **more)))


def cases(port: Callable[[], int], size: int = 60_000_000) -> dict[str, Case]:
    """All behaviours by path; ``port`` is the server's, ``size`` the bytes of what is too large once unpacked."""
    here = f"http://127.0.0.1:{port()}"
    blanks = b" " * size
    return {
        # The connection
        "well": Case(answer(THREE), stored=3),
        "silent": Case(silent, "failed", "timeout", message="in time"),
        "drip-body": Case(drip(HEAD + b"\r\n", b"<"), "failed", "timeout", message="in time"),
        "drip-headers": Case(drip(b"HTTP/1.1 200 OK\r\n", b"X"), "failed", "timeout", message="in time"),
        "closes-at-once": Case(at_once, "failed", "broken"),
        "reset-in-headers": Case(reset(b"HTTP/1.1 200 OK\r\nConte"), "failed", "broken"),
        "reset-in-body": Case(reset(HEAD + b"Content-Length: 9999\r\n\r\n<rss"), "failed", "broken"),
        "half-closed": Case(raw(b"HTTP/1.1 200 OK\r\nContent-"), "failed", "empty"),
        "no-http": Case(raw(b"220 mail.example ESMTP\r\n"), "failed", "broken"),
        "http-0.9": Case(raw(THREE), "failed", "broken"),
        # Lengths
        "length-too-long": Case(
            answer(THREE, {"Content-Length": str(len(THREE) + 500)}), stored=3, message="shorter than it says"
        ),
        "length-too-long-and-cut": Case(
            answer(THREE[:300], {"Content-Length": "5000"}), "failed", "broken", message="cut short"
        ),
        "length-too-short": Case(
            answer(THREE, {"Content-Length": str(len(THREE) - 200)}), stored=2, message="broken XML"
        ),
        "length-negative": Case(answer(THREE, {"Content-Length": "-5"}), "failed", "broken"),
        "length-twice": Case(
            raw(HEAD + b"Content-Length: 10\r\nContent-Length: 99\r\n\r\n" + THREE), "failed", "broken"
        ),
        "chunks-broken": Case(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + THREE), "failed", "broken"
        ),
        "chunks-without-end": Case(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(THREE) + THREE + b"\r\n"),
            stored=3,
            message="shorter than it says",
        ),
        # Sizes
        "endless-headers": Case(
            flood(b"HTTP/1.1 200 OK\r\n", b"X-Filler: " + b"x" * 1000 + b"\r\n"), "failed", "too large"
        ),
        "one-endless-header": Case(flood(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 10_000), "failed", "too large"),
        "endless-body": Case(
            flood(HEAD + b"\r\n<rss>", b" " * 10_000), "failed", "too large", message="max_size"
        ),
        "declares-200-mb": Case(answer(b"<rss", {"Content-Length": "200000000"}), "failed", "too large"),
        "gzip-bomb": Case(answer(zipped(blanks), {"Content-Encoding": "gzip"}), "failed", "too large"),
        "gzip-bomb-in-a-file": Case(answer(zipped(blanks)), "failed", "too large", message="unpacked"),
        "brotli-bomb": Case(
            answer(brotli.compress(blanks, quality=5), {"Content-Encoding": "br"}), "failed", "too large"
        ),
        "a-hundred-thousand-items": Case(
            answer(
                zipped(rss(*([item("a", "https://o.example/1")] * (size // 600)))),
                {"Content-Encoding": "gzip"},
            ),
            "failed",
            "too large",
        ),
        # Encodings of the transfer
        "gzip": Case(answer(zipped(THREE), {"Content-Encoding": "gzip"}), stored=3),
        "gzip-twice": Case(answer(zipped(THREE, 2), {"Content-Encoding": "gzip, gzip"}), stored=3),
        "deflate": Case(answer(zlib.compress(THREE), {"Content-Encoding": "deflate"}), stored=3),
        "brotli": Case(answer(brotli.compress(THREE), {"Content-Encoding": "br"}), stored=3),
        "says-gzip-is-plain": Case(answer(THREE, {"Content-Encoding": "gzip"}), stored=3),
        "says-brotli-is-gzip": Case(answer(zipped(THREE), {"Content-Encoding": "br"}), stored=3),
        "gzip-cut": Case(
            answer(zipped(THREE)[:-30], {"Content-Encoding": "gzip"}), stored=1, message="its end is missing"
        ),
        "gzip-file": Case(answer(zipped(SITEMAP)), stored=1, source={"kind": "sitemap"}),
        **{
            f"gzip-{how}": Case(
                answer(damage(zipped(MANY)), {"Content-Encoding": "gzip"}),
                "ok" if is_readable else "failed",
                stored=101 if is_readable else 0,
                message="its end is missing" if is_readable else "the compressed answer is damaged",
            )
            for how, damage, is_readable in DAMAGES
        },
        **{
            f"gzip-{how}-in-a-file": Case(
                answer(damage(zipped(MANY))),
                "ok" if is_readable else "failed",
                None if is_readable else "encoding",
                stored=101 if is_readable else 0,
                message="the compressed answer is damaged",
            )
            for how, damage, is_readable in DAMAGES
        },
        "sitemap-above-max-size": Case(answer(PICTURES), stored=50, source={"kind": "sitemap"}),
        "sitemap-above-max-size-in-a-file": Case(
            answer(zipped(PICTURES)), stored=50, source={"kind": "sitemap"}
        ),
        "feed-above-max-size": Case(answer(b" " * 500_000 + THREE), "failed", "too large"),
        # Redirects
        "redirect-to-itself": Case(redirect("/redirect-to-itself"), "failed", "redirects", message="circle"),
        "redirect-loop": Case(redirect("/redirect-loop-2"), "failed", "redirects", message="circle"),
        "redirect-loop-2": Case(redirect("/redirect-loop"), "failed", "redirects"),
        **{f"chain-{n}": Case(chain, "failed", "redirects" if n < 3 else None) for n in range(1, 10)},
        "redirect-to-metadata": Case(
            redirect("http://169.254.169.254/latest/meta-data/"), "failed", "guard", message="private"
        ),
        "redirect-to-private": Case(redirect("http://10.0.0.1/feed"), "failed", "guard", message="private"),
        "redirect-to-number": Case(redirect("http://2852039166/"), "failed", message=""),
        "redirect-to-mapped": Case(
            redirect("http://[::ffff:10.0.0.1]/"), "failed", "guard", message="private"
        ),
        "redirect-to-file": Case(redirect("file:///etc/passwd"), "failed", "guard", message="scheme"),
        "redirect-to-script": Case(redirect("javascript:alert(1)"), "failed", "guard", message="scheme"),
        "redirect-to-mail-port": Case(
            redirect("http://outlet.example:25/"), "failed", "guard", message="port 25"
        ),
        "redirect-without-target": Case(answer(b"", status="302 Found"), "failed", "http 302"),
        "redirect-for-good": Case(redirect("/well", "301 Moved Permanently"), stored=3),
        "redirect-308": Case(redirect(f"{here}/well", "308 Permanent Redirect"), stored=3),
        "redirect-to-page": Case(redirect("/page"), "failed", "not a feed"),
        # Statuses
        "404": Case(answer(b"", status="404 Not Found"), "failed", "http 404"),
        "401": Case(answer(PAGE, status="401 Unauthorized"), "failed", "http 401"),
        "403": Case(answer(PAGE, status="403 Forbidden"), "failed", "http 403"),
        "410": Case(answer(b"", status="410 Gone"), "failed", "http 410"),
        "429": Case(answer(b"", {"Retry-After": "7200"}, "429 Too Many Requests"), "failed", "busy"),
        "503": Case(
            answer(b"", {"Retry-After": "Fri, 28 Nov 2125 12:00:00 GMT"}, "503 Service Unavailable"),
            "failed",
            "busy",
        ),
        "500": Case(answer(THREE, status="500 Internal Server Error"), "failed", "http 500"),
        "204": Case(answer(b"", status="204 No Content"), "failed", "http 204"),
        "999": Case(answer(b"", status="999 Denied"), "failed", "http 999", message="unknown status"),
        "304-unasked": Case(
            raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"), "failed", "http 304"
        ),
        # Conditions
        "always-304": Case(always_304, stored=3),
        "honest-304": Case(honest_304, stored=1, source={"kind": "sitemap"}),
        "lying-304": Case(lying_304, stored=3),
        "turned-over": Case(turned_over, stored=6),
        "turned-archive": Case(answer(TURNED_ARCHIVE), stored=6),
        "another-date": Case(another_date, stored=3),
        "another-guid": Case(another_guid, stored=3),
        # Encodings of the text
        "gbk-undeclared": Case(xml(CHINESE, "gbk", None), stored=1),
        "gbk-as-gb2312": Case(xml(CHINESE + "镕", "gbk", "gb2312"), stored=1, title=CHINESE + "镕"),
        "gbk-declared-utf-8": Case(xml(CHINESE, "gbk", "utf-8"), stored=1),
        "big5": Case(xml(TRADITIONAL, "big5", "big5"), stored=1, title=TRADITIONAL),
        "big5-by-header": Case(
            xml(TRADITIONAL, "big5", None, "application/xml; charset=big5"), stored=1, title=TRADITIONAL
        ),
        "tis-620": Case(xml(THAI, "tis-620", "tis-620"), stored=1, title=THAI),
        "tis-620-undeclared": Case(xml(THAI, "tis-620", None), stored=1),
        "windows-1258": Case(
            xml("Cang mo ben moi ơ", "cp1258", "windows-1258"), stored=1, title="Cang mo ben moi ơ"
        ),
        "utf-16-with-mark": Case(xml(VIETNAMESE, "utf-16", "utf-16"), stored=1, title=VIETNAMESE),
        "utf-16-without-mark": Case(xml(VIETNAMESE, "utf-16-le", "utf-16"), stored=1, title=VIETNAMESE),
        "utf-8-called-latin": Case(xml(VIETNAMESE, "utf-8", "iso-8859-1"), stored=1, title=VIETNAMESE),
        "utf-8-with-mark": Case(answer(b"\xef\xbb\xbf" + THREE), stored=3),
        "unknown-encoding": Case(xml(VIETNAMESE, "utf-8", "x-nonsense"), stored=1, title=VIETNAMESE),
        # XML
        "cut": Case(answer(THREE[:-150]), stored=2, message="broken XML"),
        "unknown-entity": Case(one("Port&amp;nbsp;opens"), stored=1),
        "html-entity": Case(answer(THREE.replace(b"opens", b"opens&nbsp;a")), stored=3),
        "bare-ampersand": Case(
            answer(THREE.replace(b"opens", b"opens & closes")), stored=3, message="broken XML"
        ),
        "nul": Case(answer(THREE.replace(b"opens", b"op\0ens")), stored=3, message="broken XML"),
        "control-characters": Case(
            answer(THREE.replace(b"opens", b"op\x0bens")), stored=3, message="broken XML"
        ),
        "tags-crossed": Case(answer(THREE.replace(b"</title><link>", b"<link></title>")), outcome="ok"),
        "two-roots": Case(answer(THREE + THREE), stored=3, message="broken XML"),
        "blank-before": Case(answer(b"\n\n  <?xml version='1.0'?>" + THREE), stored=3),
        "words-before": Case(
            answer(b"Warning: mysql_connect() in /srv/feed.php<br/>" + THREE), stored=3, message="broken XML"
        ),
        "unknown-prefix": Case(answer(THREE.replace(b"<item>", b"<item><x:y>1</x:y>")), stored=3),
        "laughs": Case(answer(LAUGHS), stored=2, message="broken XML"),
        "entity-outside": Case(answer(OUTSIDE), stored=1),
        "deep": Case(
            answer(
                b"<rss version='2.0'><channel>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</channel></rss>"
            ),
            "failed",
            "not a feed",
            message="too deeply",
        ),
        "deep-markup": Case(one("<b>" * 5000 + "Port" + "</b>" * 5000), stored=1),
        # No feeds
        "page": Case(answer(PAGE, {"Content-Type": "text/html"}), "failed", "not a feed", message="web page"),
        "sign-in": Case(answer(PAGE), "failed", "not a feed", message="web page"),
        "empty": Case(answer(b""), "failed", "empty"),
        "picture": Case(answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), "failed", "not a feed"),
        "no-items": Case(answer(rss()), stored=0, message="no entries"),
        "json": Case(
            answer(json.dumps({"items": [{"url": "https://o.example/1", "title": "Port"}]}).encode()),
            stored=1,
        ),
        "json-cut": Case(answer(b'{"items": [{"url": "https'), "failed", "not a feed"),
        "json-deep": Case(
            answer(b"[" * 100_000, {"Content-Type": "application/json"}), "failed", "not a feed"
        ),
        "list-without-items": Case(
            answer(PAGE, {"Content-Type": "text/html"}),
            "failed",
            "selector",
            source={"kind": "listing", "select": {"item": "li.news", "link": "a@href"}},
        ),
        # Entries
        "guid-twice": Case(
            answer(
                rss(ITEM, ITEM, item("Another", "https://outlet.example/2", guid="https://outlet.example/1"))
            ),
            stored=2,
        ),
        "link-reused": Case(answer(rss(*(item(f"Port {n}", guid=str(n)) for n in range(3)))), stored=3),
        "future": Case(
            answer(
                THREE.replace(
                    b"<description>", b"<pubDate>Fri, 28 Nov 2125 12:00:00 GMT</pubDate><description>"
                )
            ),
            stored=3,
        ),
        "buddhist-era": Case(
            answer(
                THREE.replace(
                    b"<description>", b"<pubDate>Fri, 28 Nov 2568 04:00:00 GMT</pubDate><description>"
                )
            ),
            stored=3,
        ),
        "relative-links": Case(one(url="/news/1"), stored=1),
        "script-links": Case(one(url="javascript:alert(1)"), stored=0),
        "no-link": Case(answer(rss("<item><title>Port</title></item>")), stored=0),
        "long-link": Case(one(url="https://outlet.example/" + "a" * 10_000), stored=0),
        "bidi-title": Case(one("Port \u202eneposrevo"), stored=1, title="Port neposrevo"),
        "script-title": Case(one("<script>alert(1)</script>Port"), stored=1, title="Port"),
        "two-thousand-items": Case(
            answer(
                zipped(rss(*(item("a", f"https://o.example/{n}") for n in range(2500)))),
                {"Content-Encoding": "gzip"},
            ),
            stored=2000,
        ),
    }
