"""Rendering: short enough for every mail program, in the reader's language, and harmless whatever the news says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from alerts.digests.columns import COLUMNS, Column
from alerts.digests.digest import BaseItem, Digest, ReportItem, StoryItem
from alerts.digests.excerpt import Piece, harmless, marked, shortened
from alerts.digests.marks import ARCHIVE, MANAGE
from alerts.digests.message import OutgoingMessage, RenderedMessage, compose
from alerts.digests.render import PageLinks, _part, environment, render, web_link
from alerts.digests.wording import FRAMES
from tests.builders import NOON

MARKS = PageLinks(MANAGE, ARCHIVE)


def report(
    title: str = "China and Laos agree", lang: str = "en", url: str = "https://outlet.example/1", **more: Any
) -> ReportItem:
    return ReportItem(
        **{"title": title, "lang": lang, "outlet": "outlet.example", "url": url, "when": NOON} | more
    )


def story(title: str = "China and Laos agree", number: int = 1, **more: Any) -> StoryItem:
    best = more.pop("best", report(title))
    values: dict[str, Any] = {
        "key": f"story:{number}", "story": number, "headline": (Piece(title),), "snippet": (Piece("They "), Piece("agreed", True)),
        "best": best, "english": None, "others": (), "more": 0, "reports": 1, "languages": (best.lang,), "why": ("Trade: agreed",),
    }  # fmt: skip
    return StoryItem(**values | more)


def digest(*stories: StoryItem, **more: Any) -> Digest:
    values: dict[str, Any] = {
        "subscription": "desk", "title": "The desk", "language": "en", "start": NOON - timedelta(days=1), "end": NOON, "zone": "Asia/Jakarta",
        "bases": (), "stories": stories, "omitted": 0, "silent": (),
    }  # fmt: skip
    return Digest(**values | more)


BASE = BaseItem(
    key="base-1", name="Innovation Base", original="创新基地", original_lang="zh", kind="base", stage="launched", day="2025-11-28",
    cities=("Shenzhen", "Singapore"), sentence="基地启动。", proof=report("创新基地", "zh"), reports=2, languages=("zh", "en"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        (
            "en",
            "Launched: Innovation Base (Shenzhen +1)",
            ["New bases", "Launched, 28 Nov 2025", "Shenzhen (China), Singapore", "Why you get this:"],
        ),
        (
            "id",
            "Diluncurkan: Innovation Base (Shenzhen +1)",
            ["Diluncurkan, 28 Nov 2025", "Shenzhen (Tiongkok), Singapura", "Mengapa Anda menerima ini:"],
        ),
        (
            "vi",
            "Đã khởi động: Innovation Base (Thâm Quyến +1)",
            [
                "Đã khởi động, 28/11/2025",
                "Thâm Quyến (Trung Quốc), Singapore",
                "2 bài bằng 2 ngôn ngữ (tiếng Trung, tiếng Anh)",
            ],
        ),
        (
            "th",
            "เปิดตัวแล้ว: Innovation Base (เซินเจิ้น +1)",
            ["เปิดตัวแล้ว 28 พ.ย. 2568", "เซินเจิ้น (จีน), สิงคโปร์", "เหตุที่คุณได้รับข่าวนี้:"],
        ),
        (
            "zh",
            "启动：Innovation Base（深圳 +1）",
            [
                "启动，2025年11月28日：",
                "深圳（中国）、新加坡",
                "2篇报道，2种语言（中文、英语）",
                "您收到此条的原因：",
            ],
        ),
    ],
)
def test_the_frame_is_in_the_reader_s_language(language: str, subject: str, words: list[str]) -> None:
    found = render(digest(story(), language=language, bases=(BASE,)))
    assert found.subject == subject
    page = BeautifulSoup(found.html, "lxml")
    assert page.html["lang"] == language
    shown = " ".join(page.get_text(" ").split())
    for word in words:
        assert word in shown
        assert word.casefold() in found.text.casefold()


def test_a_long_digest_is_cut_where_mail_programs_cut_and_says_so() -> None:
    others = tuple(report(f"Report {n} of the same thing", "lo") for n in range(5))
    many = [story(f"ຈີນ ແລະ ລາວ ຮ່ວມມືກັນ {n} " * 4, n, others=others, more=3) for n in range(200)]
    found = render(digest(*many), links=MARKS)
    raw = compose(
        OutgoingMessage(
            "<a@example.org>", "a@example.org", RenderedMessage("desk", "W <w@example.org>", NOON, found)
        )
    )
    html = raw[raw.index(b"text/html") :]
    assert 80_000 < len(html) < 100_000
    shown = found.html.count("<article")
    assert f"{200 - shown} more stories are not shown here." in found.html
    assert ARCHIVE in found.html
    whole = render(digest(*many), most_bytes=50_000_000)
    assert whole.html.count("<article") == 200


def test_the_same_story_has_each_reader_s_own_hour() -> None:
    for zone, hour in (
        ("Asia/Jakarta", "19:00"),
        ("UTC", "12:00"),
        ("Asia/Yangon", "18:30"),
        ("Asia/Jakarta", "19:00"),
    ):
        local = NOON.astimezone(ZoneInfo(zone))
        best = report(when=local)
        own = digest(
            story(best=best, others=(best,)),
            bases=(replace(BASE, proof=best),),
            start=local,
            end=local,
            zone=zone,
        )
        found = render(own)
        for shown in (found.html, found.text):
            assert set(re.findall(r"28 Nov (?:2025 )?(\d\d:\d\d)", shown)) == {hour}, zone


def test_an_english_headline_stands_beneath_one_in_another_language() -> None:
    best = report("中国与老挝达成协议", "zh")
    page = render(digest(story("中国与老挝达成协议", best=best, english=report())))
    assert 'lang="zh"' in page.html
    assert "In English:" in page.html
    assert "  In English: China and Laos agree\n" in page.text


def test_scripts_without_spaces_have_their_language_and_line_height() -> None:
    for lang in ("th", "lo", "km", "my"):
        page = BeautifulSoup(render(digest(story(best=report(lang=lang)))).html, "lxml")
        heading = page.select_one(f"h3[lang={lang}]")
        assert heading["class"] == ["tall"]
        assert "1.75" in heading["style"]


hostile_text = st.one_of(
    st.sampled_from([
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u202eevil\u202c", "a\r\nBcc: b@example.org", "&lt;b&gt;", "{{ 7 * 7 }}",
        "%(name)s", MANAGE, "\x00\x1b[31m", "</title></style><script>", "\ud800", "x" * 5000, '" onclick="alert(1)',
    ]),
    st.text(max_size=200),
)  # fmt: skip
hostile_url = st.one_of(
    st.sampled_from([
        "javascript:alert(1)", "data:text/html,<script>", "https://a.example/\" onclick=\"x", "https://a.example/\r\nX: y", "http://[bad",
        "https://例子.中国/新闻", "vbscript:x", "https://a.example/" + "x" * 9000, f"https://a.example/{MANAGE}",
    ]),
    st.text(max_size=60).map(lambda t: f"https://a.example/{t}"),
)  # fmt: skip


@given(hostile_text, hostile_text, hostile_url, st.sampled_from(sorted(FRAMES)))
def test_news_can_do_no_harm(title: str, sentence: str, url: str, language: str) -> None:
    clean = harmless(shortened(title, 300))
    best = report(clean, url=url, outlet=harmless(sentence))
    one = story(
        headline=marked(title, [(0, 3)]),
        snippet=marked(sentence, [(1, 2)]),
        best=best,
        others=(best,),
        why=(clean,),
    )
    base = replace(BASE, name=clean, original=harmless(sentence), sentence=harmless(sentence), proof=best)
    found = render(digest(one, bases=(base,), language=language), links=MARKS)
    page = BeautifulSoup(found.html, "html.parser")
    assert not page.find_all(["script", "img", "iframe", "object", "form", "svg", "link"])
    assert not [a for e in page.find_all(True) for a in e.attrs if a.startswith("on")]
    for link in page.find_all("a"):
        assert re.match(rf"https?://|#$|{MANAGE}|{ARCHIVE}", link["href"]), link
    shown = found.html + found.text + found.subject
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", shown)
    assert found.html.count(MANAGE) == 3
    assert "\n" not in found.subject


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6))
def test_marking_loses_no_text(text: str, spans: list[tuple[int, int]]) -> None:
    assert "".join(p.text for p in marked(text, sorted(spans))) == harmless(text)


def test_links_that_lead_elsewhere_than_the_web_lead_nowhere() -> None:
    assert web_link("javascript:alert(1)") == "#"
    assert (
        web_link("https://例子.中国/新闻?a=b c")
        == "https://xn--fsqu00a.xn--fiqs8s/%E6%96%B0%E9%97%BB?a=b%20c"
    )
    assert web_link("https://a.example/path?x=1&y=2#z") == "https://a.example/path?x=1&y=2#z"


def test_a_title_of_a_megabyte_is_shortened_at_once() -> None:
    from alerts.digests.build import _item

    class Row:
        title, text, url, outlet, source, lang, duplicate_of = (
            "x" * 1_000_000,
            "",
            "https://a.example/",
            None,
            "a",
            "en",
            None,
        )
        when = NOON

    assert len(_item(Row, ZoneInfo("UTC")).title) <= 301


def test_a_column_stands_under_each_story_in_both_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    outlets = Column("Outlets:", lambda item, say: item.best.outlet if item.reports > 1 else "")
    language = Column("Language:", lambda item, say: say.language_name(item.best.lang))
    monkeypatch.setattr("alerts.digests.render.COLUMNS", (*COLUMNS, outlets, language))
    environment.cache_clear()
    _part.cache_clear()
    try:
        told = digest(story("Rail opens", reports=2), story("Port opens", 2))
        made, indonesian = render(told), render(replace(told, language="id"))
    finally:
        environment.cache_clear()
        _part.cache_clear()
    assert made.text.count("  Why you get this: Trade: agreed\n  Outlets: outlet.example") == 1
    assert made.html.count("Outlets: outlet.example") == 1
    assert made.html.count("Why you get this:") == 2
    assert made.text.count("Language: English") == 2
    assert indonesian.text.count("Language: Inggris") == 2


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Koridor Ekonomi Brunei", ["Koridor", " Ekonomi"], "*Koridor Ekonomi* Brunei"),
        ("友谊关智慧口岸", ["智慧", "口岸"], "友谊关*智慧口岸*"),
        ("trade and trade talks", ["trade "], "*trade* and trade talks"),
        ("a b", ["a", "b"], "*a b*"),
        ("a, b", ["a", "b"], "*a*, *b*"),
        ("overlapping", ["overlap", "lapping"], "*overlapping*"),
        ("nothing", [" "], "nothing"),
    ],
)
def test_marks_that_touch_are_one(text: str, words: list[str], shown: str) -> None:
    spans = [(text.find(word), text.find(word) + len(word)) for word in words]
    pieces = marked(text, spans)
    assert "".join(f"*{p.text}*" if p.marked else p.text for p in pieces) == shown
