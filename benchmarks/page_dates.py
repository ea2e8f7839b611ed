"""How well the day of an article is found on its page, beside htmldate in the same run: ``python -m benchmarks.page_dates``.

The pages have the markup of news sites of the region (content systems, agencies, ministries, old tables), in ten languages,
with sentences of our own, and with what misleads: clocks, tickers, related news, comments, dates of changes, of the build, of
the footer. Each page has a day that its article was published on; the day counts in the zone of the outlet or in UTC.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from htmldate import find_date

from benchmarks.feeds import sentences
from crawler.parsing.dates.context import Origin
from crawler.parsing.pages import PageError, read_page

SEEN = datetime(2026, 11, 27, 12, tzinfo=UTC)
OBFUSCATED = 0.4
"""The share of pages whose classes and ids were made by a program, so that they tell nothing."""
ZONES = {"en": ("SG", "Asia/Singapore"), "zh": ("CN", "Asia/Shanghai"), "id": ("ID", "Asia/Jakarta"), "ms": ("MY", "Asia/Kuala_Lumpur"),
         "vi": ("VN", "Asia/Ho_Chi_Minh"), "th": ("TH", "Asia/Bangkok"), "tl": ("PH", "Asia/Manila"), "km": ("KH", "Asia/Phnom_Penh"),
         "lo": ("LA", "Asia/Vientiane"), "my": ("MM", "Asia/Yangon")}  # fmt: skip
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
    "tl": "Enero Pebrero Marso Abril Mayo Hunyo Hulyo Agosto Setyembre Oktubre Nobyembre Disyembre",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "km": "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
    "lo": "ມັງກອນ ກຸມພາ ມີນາ ເມສາ ພຶດສະພາ ມິຖຸນາ ກໍລະກົດ ສິງຫາ ກັນຍາ ຕຸລາ ພະຈິກ ທັນວາ",
    "my": "ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ",
}  # fmt: skip
SHORT = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agt Sep Okt Nov Des",
    "th": "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
}
DIGITS = {"km": "០១២៣៤៥៦៧៨៩", "my": "၀၁၂၃၄၅၆၇၈၉", "lo": "໐໑໒໓໔໕໖໗໘໙", "th": "๐๑๒๓๔๕๖๗๘๙"}
ID_DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
VI_DAYS = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"]


def local(text: str, lang: str) -> str:
    """Digits as the language writes them."""
    return text.translate({ord(str(i)): c for i, c in enumerate(DIGITS[lang])}) if lang in DIGITS else text


def written(at: datetime, lang: str, style: int) -> str:
    """A moment as readers see it, in the zone of the outlet."""
    month = MONTHS[lang].split()[at.month - 1] if lang in MONTHS else ""
    clock = f"{at:%H:%M}"
    day = at.day
    forms = {
        "en": (f"{month} {day}, {at.year} {at:%I:%M %p}", f"{day} {month} {at.year}", f"Published on {SHORT['en'].split()[at.month - 1]} {day:02}, {at.year}, {clock}"),
        "zh": (f"{at:%Y-%m-%d %H:%M}", f"{at.year}年{at.month}月{day}日 {clock}", f"发布时间：{at:%Y/%m/%d %H:%M:%S}"),
        "id": (f"{ID_DAYS[at.weekday()]}, {day} {SHORT['id'].split()[at.month - 1]} {at.year} {clock} WIB", f"{day} {month} {at.year} {at:%H.%M}", f"{ID_DAYS[at.weekday()]}, {at:%d/%m/%Y %H:%M} WIB"),
        "ms": (f"{day} {month} {at.year}, {at:%I:%M %p}", f"Diterbitkan: {month} {day}, {at.year} {at:%I:%M %p}", f"{at:%d/%m/%Y}"),
        "vi": (f"{VI_DAYS[at.weekday()]}, {day}/{at.month}/{at.year}, {clock} (GMT+7)", f"{at:%d/%m/%Y %H:%M}", f"Ngày {day} tháng {at.month} năm {at.year}, {clock}"),
        "th": (f"{day} {month} {at.year + 543} {clock} น.", f"{day} {SHORT['th'].split()[at.month - 1]} {at.year + 543}", f"วันที่เผยแพร่ {local(f'{day} {month} {at.year + 543}', 'th')}"),
        "tl": (f"{month} {day}, {at.year} {at:%I:%M %p}", f"{month} {day}, {at.year}", f"{day} {month} {at.year}"),
        "km": (local(f"ថ្ងៃទី{day} ខែ{month} ឆ្នាំ{at.year} ម៉ោង {clock}", "km"), f"{day} {month} {at.year} {clock}", local(f"{day} {month} {at.year}", "km")),
        "lo": (f"ວັນທີ {day} {month} {at.year} ເວລາ {clock}", f"{at:%d/%m/%Y %H:%M}", f"{day} {month} {at.year}"),
        "my": (local(f"{day} {month} {at.year}", "my"), f"{month} {day}, {at.year}", local(f"{at:%d-%m-%Y}", "my")),
    }  # fmt: skip
    return forms[lang][style % 3]


@dataclass(frozen=True, slots=True)
class News:
    """What a layout puts into its page."""

    lang: str
    at: datetime
    title: str
    text: str
    others: tuple[str, ...]
    chance: random.Random

    def line(self, style: int | None = None, shift: timedelta = timedelta()) -> str:
        """The date as readers see it."""
        return written(self.at + shift, self.lang, self.chance.randrange(3) if style is None else style)

    def older(self) -> str:
        """A date of other news."""
        return self.line(shift=-timedelta(days=self.chance.randrange(3, 900)))

    @property
    def iso(self) -> str:
        """With its zone."""
        return self.at.isoformat()

    @property
    def plain(self) -> str:
        """Without a zone."""
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


def page(
    news: News,
    head: str,
    top: str,
    *,
    body: str | None = None,
    h1: str | None = None,
    before: str = "",
    behind: str = "",
) -> str:
    """A page around its parts."""
    heading = h1 if h1 is not None else f"<h1>{escape(news.title)}</h1>"
    clock = f"<div class='topbar'><span id='clock'>{written(SEEN, news.lang, 0)}</span></div>"
    related = "".join(
        f"<li><a href='/r{n}'>{escape(t)}</a> <span class='date'>{news.older()}</span></li>"
        for n, t in enumerate(news.others[:4])
    )
    return (
        f"<!DOCTYPE html><html lang='{'fil' if news.lang == 'tl' else news.lang}'><head><meta charset='utf-8'><title>{escape(news.title)} - The Outlet</title>{head}</head>"
        f"<body>{clock}<nav><a href='/'>Home</a> <a href='/news'>News</a></nav>{before}{heading}{top}{body if body is not None else news.text}{behind}"
        f"<div class='related-posts'><h3>More</h3><ul>{related}</ul></div><footer>© 2012-{SEEN.year} The Outlet. {news.older()}</footer></body></html>"
    )


def linked(kind: str, news: News, **more: str) -> str:
    """A node of linked data."""
    fields = {"@type": kind, "headline": news.title, "datePublished": news.iso} | more
    return "{" + ",".join(f'"{k}":"{v.replace(chr(34), "")}"' for k, v in fields.items()) + "}"


def script(text: str) -> str:
    """Linked data in its element."""
    return f"<script type='application/ld+json'>{text}</script>"


Layout = Callable[[News], str]
LAYOUTS: dict[str, Layout] = {
    "open graph": lambda n: page(n, f"<meta property='article:published_time' content='{n.iso}'><meta property='og:updated_time' content='{(n.at + timedelta(days=9)).isoformat()}'>", f"<p class='meta'>{n.line()}</p>"),
    "naive open graph": lambda n: page(n, f"<meta property='article:published_time' content='{n.plain}'>", ""),
    "graph": lambda n: page(n, script('{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"O"},' + linked("WebPage", n, dateModified=(n.at + timedelta(days=30)).isoformat()) + "," + linked("NewsArticle", n) + "]}"), f"<time datetime='{(n.at + timedelta(days=30)).isoformat()}' class='updated'>x</time>"),
    "several articles": lambda n: page(n, script("[" + ",".join([*(linked("NewsArticle", n, headline=o, datePublished=(n.at - timedelta(days=40 + i)).isoformat()) for i, o in enumerate(n.others[:3])), linked("NewsArticle", n)]) + "]"), ""),
    "nested, as a list": lambda n: page(n, script('[{"@type":["WebPage"],"mainEntity":' + linked("Article", n, datePublished=n.plain) + '},{"@type":"ItemList","itemListElement":[' + linked("NewsArticle", n, headline="x", datePublished="2019-01-01") + "]}]"), ""),
    "broken linked data": lambda n: page(n, script('{"@type":"NewsArticle","headline":"A "quoted" word","datePublished":"' + n.iso + '",}'), ""),
    "linked data with line breaks": lambda n: page(n, script("/*<![CDATA[*/" + linked("NewsArticle", n, description="one\ntwo") + "/*]]>*/"), ""),
    "bad meta first": lambda n: page(n, "<meta name='pubdate' content='now'><meta name='date' content=''><meta property='article:published_time' content='0000-00-00'>" + f"<meta name='publishdate' content='{n.plain}'>", ""),
    "PubDate": lambda n: page(n, f"<meta name='PubDate' content='{n.at:%Y-%m-%d %H:%M}'>", ""),
    "og:time": lambda n: page(n, f"<meta property='og:time' content='{n.plain}'>", ""),
    "release date": lambda n: page(n, f"<meta property='og:release_date' content='{n.iso}'>", f"<span>{n.line()}</span>"),
    "dc": lambda n: page(n, f"<meta name='DC.date.issued' content='{n.at:%Y-%m-%d}'><meta name='dcterms.modified' content='{(n.at + timedelta(days=4)):%Y-%m-%d}'>", ""),
    "parsely": lambda n: page(n, f"<meta name='parsely-pub-date' content='{n.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'>", ""),
    "build date": lambda n: page(n, f"<meta name='date' content='{SEEN:%Y-%m-%d}'>", f"<div class='byline'><span class='author'>Desk</span> | <span class='date'>{n.line()}</span></div>"),
    "dateUpdate": lambda n: page(n, f"<meta name='dateUpdate' content='{n.plain}'>", ""),
    "microdata": lambda n: page(n, "", f"<div itemscope itemtype='https://schema.org/NewsArticle'><meta itemprop='datePublished' content='{n.iso}'><meta itemprop='dateModified' content='{(n.at + timedelta(days=3)).isoformat()}'></div>"),
    "microdata in a span": lambda n: page(n, "", f"<div class='info'><span itemprop='datePublished' content='{n.plain}'>{n.line()}</span></div>"),
    "wordpress": lambda n: page(n, "", f"<span class='posted-on'><a href='/p'><time class='entry-date published' datetime='{n.iso}'>{n.line()}</time><time class='updated' datetime='{(n.at + timedelta(days=2)).isoformat()}'>{n.line(shift=timedelta(days=2))}</time></a></span>"),
    "ticker first": lambda n: page(n, "", f"<div class='author-date'><time datetime='{n.iso}'>{n.line()}</time></div>", before=f"<div class='breaking-news'><a href='/b'>{escape(n.others[0])}</a><time datetime='2019-01-02T00:00:00Z'>2 Jan 2019</time></div>"),
    "related first": lambda n: page(n, "", f"<div class='date'>{n.line()}</div>", before="<aside>" + "".join(f"<article><a href='/a{i}'><h3>{escape(o)}</h3></a><time datetime='{(n.at - timedelta(days=90)).isoformat()}'>x</time></article>" for i, o in enumerate(n.others[:3])) + "</aside>"),
    "line": lambda n: page(n, "", f"<div class='detail-time'>{n.line()}</div>"),
    "line with a name": lambda n: page(n, "", f"<div class='info'><span>The Outlet</span>　<span>{n.line()}</span>　<a href='/s'>Source: Agency</a></div>"),
    "line above": lambda n: page(n, "", "", before=f"<div class='article'><div class='cat'>News | {n.line()}</div>", behind="</div>"),
    "line below the lead": lambda n: page(n, "", f"<p class='lead'><strong>{escape(' '.join(n.others[:3]))}</strong></p><div class='author'>Desk</div><div class='time'>{n.line()}</div>"),
    "line, then a change": lambda n: page(n, "", f"<p>{n.line()}</p><p>Updated: {n.line(shift=timedelta(days=5))}</p>"),
    "a change, then the line": lambda n: page(n, "", f"<p>Last updated {n.line(1, shift=timedelta(days=5))}</p><p>Published {n.line(1)}</p>"),
    "parts of a line": lambda n: page(n, "", f"<div class='d'><b>{n.at.day}</b> <i>{(MONTHS.get(n.lang) or MONTHS['en']).split()[n.at.month - 1]}</i> <u>{n.at.year}</u></div>"),
    "old table": lambda n: page(n, "", "", h1="", body=f"<table><tr><td align='center'><b><font size='5'>{escape(n.title)}</font></b></td></tr><tr><td>The Outlet {n.line()}</td></tr><tr><td>{n.text}</td></tr></table>"),
    "site name as first h1": lambda n: page(n, "", f"<div class='meta'>{n.line()}</div>", before="<header><h1 class='logo'>The Outlet</h1></header>", h1=f"<h2 class='title'>{escape(n.title)}</h2>"),
    "baidu": lambda n: page(n, "", f"<div class='laiyuan'><span id='pubtime_baidu'>{n.plain}</span> <span id='source_baidu'>The Outlet</span></div>"),
    "by script": lambda n: page(n, "", "", behind=f"<script>window.__STATE__={{\"article\":{{\"publishTime\":\"{n.plain}\",\"id\":7}}}}</script>"),
    "address": lambda n: page(n, "", ""),
    "text names other days": lambda n: page(n, "", f"<div class='date'>{n.line()}</div>", body=f"<p>{n.older()} {escape(' '.join(n.others))}</p>{n.text}"),
    "nothing": lambda n: page(n, "", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A page with the day of its article."""

    layout: str
    lang: str
    url: str
    html: str
    at: datetime | None


def obfuscated(html: str, chance: random.Random) -> str:
    """A page with classes and ids that tell nothing."""
    return re.sub(r"(class|id)='[^']*'", lambda _: f"class='c{chance.randrange(10**6)}'", html)


def cases(count: int = 340) -> Iterator[Case]:
    """The pages: each layout in each language; the same number always gives the same."""
    names = list(LAYOUTS)
    languages = list(ZONES)
    for number in range(count):
        layout, lang = names[number % len(names)], languages[(number // len(names)) % len(languages)]
        chance = random.Random(number)
        pool = sentences()[lang, False] + sentences()[lang, True][:20]
        zone = ZoneInfo(ZONES[lang][1])
        at = datetime(2025, 1, 1, tzinfo=zone) + timedelta(minutes=chance.randrange(690 * 24 * 60))
        text = "".join(f"<p>{escape(' '.join(chance.sample(pool, 4)))}</p>" for _ in range(5))
        news = News(lang, at, chance.choice(pool), text, tuple(chance.sample(pool, 6)), chance)
        place = f"{at:%Y/%m/%d}/" if layout == "address" else "news/"
        html = LAYOUTS[layout](news)
        if chance.random() < OBFUSCATED:
            html = obfuscated(html, chance)
        yield Case(
            layout, lang, f"https://o.example/{place}{number}.html", html, None if layout == "nothing" else at
        )


def ours(case: Case, *, known: bool) -> datetime | date | None:
    """The date that aseanwatch finds; with what a source's configuration says, or from the page alone."""
    origin = Origin(case.url, case.lang, ZONES[case.lang][0]) if known else None
    try:
        return read_page(case.html.encode(), url=case.url, seen=SEEN, origin=origin).published
    except PageError:
        return None


def of_htmldate(case: Case) -> date | None:
    """The day that htmldate finds."""
    found = find_date(case.html, url=case.url, original_date=True, max_date=SEEN.date().isoformat())
    return date.fromisoformat(found) if found else None


def verdict(case: Case, found: datetime | date | None) -> str:
    """Right, none or wrong."""
    if found is None:
        return "right" if case.at is None else "none"
    if case.at is None:
        return "wrong"
    if isinstance(found, datetime):
        zone = ZoneInfo(ZONES[case.lang][1])
        return "right" if case.at.date() in (found.astimezone(zone).date(), found.date()) else "wrong"
    return "right" if found in (case.at.date(), case.at.astimezone(UTC).date()) else "wrong"


def main() -> None:
    """Compare and print."""
    ways: dict[str, Callable[[Case], datetime | date | None]] = {
        "aseanwatch": lambda case: ours(case, known=True),
        "aseanwatch, no source": lambda case: ours(case, known=False),
        "htmldate": of_htmldate,
    }
    every = list(cases())
    print(f"{len(every)} pages, {len(LAYOUTS)} layouts, {len(ZONES)} languages")
    for name, way in ways.items():
        begin = time.process_time()
        found = [(case, verdict(case, way(case))) for case in every]
        spent = (time.process_time() - begin) / len(every) * 1000
        counts = Counter(v for _, v in found)
        shares = " ".join(f"{what} {counts[what] / len(every):.3f}" for what in ("right", "none", "wrong"))
        print(f"{name:22} {shares}   {spent:.1f} ms a page")
        by_lang = {lang: [v for c, v in found if c.lang == lang] for lang in ZONES}
        print(" " * 22, " ".join(f"{lang} {v.count('right') / len(v):.2f}" for lang, v in by_lang.items()))
        if "--all" in sys.argv:
            for case, what in found:
                if what != "right":
                    print("   ", what, case.layout, case.lang, case.at, way(case))


if __name__ == "__main__":
    main()
