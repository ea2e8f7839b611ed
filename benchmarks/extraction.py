"""How well an article is extracted from its page, compared with trafilatura's defaults: ``python -m benchmarks.extraction``.

The pages are in ten languages and six layouts of news sites, composed of our own sentences: navigation, teasers of other articles,
cookie banners, captions, share buttons, comments, related links, footers. Precision, recall and F1 count pairs of neighbouring
characters without white space, which is fair to scripts without spaces. Dates and authors count as found or not.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import trafilatura

from benchmarks.feeds import sentences
from crawler.judging.text.language import LANGUAGES
from crawler.parsing.pages import PageError, read_page
from tests.builders import NOON

WHEN = datetime(2025, 11, 28, 9, 20, tzinfo=UTC)
AUTHOR = "Ratna Wijaya"
CHROME = (
    "<header><nav><ul>{links}</ul></nav><form><input placeholder='Search'></form></header>",
    "<footer><p>© 2025 News Group. All rights reserved. Terms of use. Privacy policy. Contact us.</p><ul>{links}</ul></footer>",
    "<div class='cookie-consent'><p>We use cookies to improve your experience and show you relevant advertising. <button>Accept</button></p></div>",
    "<aside class='related'><h3>More news</h3>{teasers}</aside>",
    "<div class='share'><a href='#'>Facebook</a> <a href='#'>WhatsApp</a> <a href='#'>Telegram</a> <a href='#'>Copy link</a></div>",
    "<section id='comments'><h3>Comments</h3><div class='comment'><b>Reader</b><p>{comment}</p></div></section>",
)


def page(lang: str, layout: int, seed: int) -> tuple[str, str]:
    """A page and the text of its article."""
    chance = random.Random(seed)
    pool = sentences()[lang, False] + sentences()[lang, True][:20]
    stop = "。" if lang == "zh" else "" if lang in ("th", "lo", "km", "my") else "."
    paragraphs = [" ".join(s + stop for s in chance.sample(pool, 3)) for _ in range(chance.randint(3, 6))]
    title = chance.choice(pool)
    others = chance.sample(pool, 8)
    fill = {
        "links": "".join(f"<li><a href='/{n}'>{escape(t[:18])}</a></li>" for n, t in enumerate(others)),
        "teasers": "".join(
            f"<div class='teaser'><a href='/t{n}'>{escape(t)}</a></div>" for n, t in enumerate(others)
        ),
        "comment": escape(chance.choice(pool)),
    }
    header, footer, cookies, related, share, comments = (part.format(**fill) for part in CHROME)
    body = [f"<p>{escape(p)}</p>" for p in paragraphs]
    if layout == 1:
        body = ["".join(f"{escape(p)}<br><br>" for p in paragraphs)]
    if layout == 2:
        body = [f"<div>{escape(p)}</div>" for p in paragraphs]
    if layout == 3:
        body.insert(1, "<figure><img src='/a.jpg'><figcaption>Photo: News Group</figcaption></figure>")
        body.insert(3, f"<div class='read-also'><a href='/x'>{escape(others[0])}</a></div>")
    if layout == 4:
        body.insert(2, "<h2>" + escape(others[1][:40]) + "</h2>")
        paragraphs.insert(2, others[1][:40])
    wrapper = ("<article>{}</article>", "<div class='content-detail'>{}</div>", "<div id='main'><div class='text'>{}</div></div>",
               "<article class='post'><div class='entry-content'>{}</div></article>", "<main><section>{}</section></main>",
               "<table><tr><td class='article'>{}</td></tr></table>")[layout]  # fmt: skip
    byline = f"<div class='byline'><span class='author'>{AUTHOR}</span> <time datetime='{WHEN.isoformat()}'>28/11/2025</time></div>"
    head = (
        f"<title>{escape(title)} | News Group</title><meta property='og:title' content={title!r}>"
        f"<meta property='article:published_time' content='{WHEN.isoformat()}'><meta name='author' content='{AUTHOR}'>"
    )
    inner = f"<h1>{escape(title)}</h1>{byline}{share}" + wrapper.format("".join(body)) + share
    html = f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head><body>{cookies}{header}{inner}{related}{comments}{footer}</body></html>"
    return html, "\n".join(paragraphs)


def pairs(text: str) -> Counter[str]:
    """Pairs of neighbouring characters."""
    plain = "".join(text.split())
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))


def f1(found: str, wanted: str) -> float:
    """The harmonic mean of precision and recall."""
    a, b = pairs(found), pairs(wanted)
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values())) if common else 0.0


def ours(html: str) -> str:
    """The text that aseanwatch extracts."""
    try:
        return read_page(html.encode(), url="https://o.example/news/1", seen=NOON).text
    except PageError:
        return ""


def defaults(html: str) -> str:
    """The text that trafilatura extracts by default."""
    return trafilatura.extract(html, url="https://o.example/news/1") or ""


def main() -> None:
    """Compare and print."""
    ways: dict[str, Callable[[str], str]] = {"ours": ours, "trafilatura": defaults}
    scores: dict[str, dict[str, list[float]]] = {name: {} for name in ways}
    layouts: dict[str, dict[int, list[float]]] = {name: {} for name in ways}
    dated = authored = count = 0
    for lang in LANGUAGES:
        for layout in range(6):
            for n in range(5):
                html, wanted = page(lang, layout, hash((layout, n)) % 10_000)
                count += 1
                for name, way in ways.items():
                    score = f1(way(html), wanted)
                    scores[name].setdefault(lang, []).append(score)
                    layouts[name].setdefault(layout, []).append(score)
                try:
                    document = read_page(html.encode(), url="https://o.example/news/1", seen=NOON)
                    dated += document.published == WHEN
                    authored += document.author == AUTHOR
                except PageError:
                    pass
    print(f"F1 over {count} pages     " + " ".join(f"{lang:>6}" for lang in LANGUAGES) + "     all")
    for name, by_lang in scores.items():
        means = [sum(v) / len(v) for v in by_lang.values()]
        print(f"{name:20} " + " ".join(f"{m:>6.3f}" for m in means) + f"  {sum(means) / len(means):.3f}")
    for name, by_layout in layouts.items():
        print(f"{name:20} by layout " + " ".join(f"{sum(v) / len(v):.3f}" for v in by_layout.values()))
    print(f"dates right {dated / count:.3f}, authors right {authored / count:.3f}")


if __name__ == "__main__":
    main()
