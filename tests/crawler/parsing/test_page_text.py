"""The text of an article without what stands between and around its paragraphs."""

from __future__ import annotations

import json

import pytest

from benchmarks.layouts import HELD_BACK, SEEN, page_of, story_of
from crawler.judging.text.language import LANGUAGES
from crawler.parsing.pages import PageError, read_page
from tests.builders import NOON, article, shipped_judge
from tests.processor_time import takes_at_most

URL = "https://outlet.example/news/2025/11/1.html"
PARAGRAPHS = (
    "The council approved the plan for a wider ring road on Tuesday after a debate of four hours.",
    "Works begin in the spring, and the road will stay open on one lane while they last.",
    "Shops along the road asked for help, and the council set aside money for them.",
    "The last section will be finished within two years, the mayor said at the end of the meeting.",
)
FOREIGN = "China and ASEAN open a joint demonstration base for the digital economy in Nanning"


def read(body: str) -> str:
    html = f"<html><head><title>Ring road</title></head><body>{body}</body></html>"
    return read_page(html.encode(), url=URL, seen=NOON).text


def paragraphs(inside: str, mark: str = "<p>{}</p>") -> str:
    made = [mark.format(p) for p in PARAGRAPHS]
    return "".join([*made[:2], inside, *made[2:]])


@pytest.mark.parametrize(
    "inside",
    [
        f"<p><strong>Baca juga: <a href='/1'>{FOREIGN}</a></strong></p>",
        f"<p>相关阅读：<a href='/1'>{FOREIGN}</a></p>",
        f"<p>Read also:</p><p><a href='/1'>{FOREIGN}</a></p>",
        f"<ul><li><a href='/1'>{FOREIGN}</a></li><li><a href='/2'>{FOREIGN} again</a></li></ul>",
        f"<div class='x1'><a href='/1'><h3>{FOREIGN}</h3></a></div>",
        "".join(f"<div class='x1'><a href='/{n}'>{FOREIGN} {n}</a><p>Both sides of ASEAN and China signed it.</p></div>" for n in (1, 2)),
        f"<table><tr><td><b>Xem thêm</b></td><td><a href='/1'>{FOREIGN}</a></td></tr></table>",
    ],
)  # fmt: skip
def test_headlines_of_other_stories_between_paragraphs_are_left_out(inside: str) -> None:
    assert read(f"<article><h1>Ring road</h1>{paragraphs(inside)}</article>").split("\n") == list(PARAGRAPHS)


def test_a_sentence_with_a_link_in_it_stays() -> None:
    sentence = "The plan follows <a href='/1'>a report of the ministry</a>, which had asked for it a year ago already."
    assert "The plan follows a report of the ministry, which had" in read(
        f"<article>{paragraphs(f'<p>{sentence}</p>')}</article>"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_stands_around_an_article_makes_it_no_relevant_one(lang: str) -> None:
    judge = shipped_judge()
    for layout in (*SEEN[:4], *HELD_BACK[:2]):
        page = page_of(layout, story_of(lang, 3))
        text = read_page(page.html.encode(), url=URL, seen=NOON).text
        assert not judge.classify(article(page.story.title, text, lang_hint=lang)).relevance.relevant


@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">{"props": {"menu": ["News"], "story": {"blocks": [%s]}}}</script>',
        '<script type="application/json" data-state>{"article": {"body": "%s"}}</script>',
        '<script>window.__INITIAL_STATE__ = {"article": {"title": "Ring road", "content": "%s"}};</script>',
        '<script>window.__NUXT__=(function(a,b){return {data:[{body:"%s"}]}}("x",1));</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ring road", "articleBody": "%s"}</script>',
    ],
    ids=["next", "json", "state", "program", "linked data"],
)
def test_a_page_that_scripts_build_is_read_from_its_state(script: str) -> None:
    text = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    if "blocks" in script:
        text = ", ".join(f'{{"type": "p", "text": "{p}"}}' for p in PARAGRAPHS)
    assert read(f"<div id='app'></div>{script % text}").split("\n") == list(PARAGRAPHS)


def test_a_list_of_blocks_in_a_script_is_read_with_all_kinds_of_blocks() -> None:
    blocks = [
        {"type": "p", "text": PARAGRAPHS[0]},
        {"type": "h2", "text": "What comes next"},
        {"type": "list", "items": ["Walls at eleven places by next December", "Lifts at all of the stations by May 2026"]},
        {"type": "quote", "quote": {"body": PARAGRAPHS[1]}},
        {"type": "p", "text": PARAGRAPHS[2]},
        {"type": "ad", "slot": "top banner"},
        {"type": "p", "text": PARAGRAPHS[3]},
    ]  # fmt: skip
    related = [{"title": FOREIGN, "slug": "x", "body": f"{FOREIGN}. " * 9}] * 3
    state = json.dumps({"props": {"article": {"blocks": blocks}, "more": related}})
    assert read(f"<div id='__next'></div><script type='application/json'>{state}</script>").split("\n") == [
        PARAGRAPHS[0], "What comes next", "Walls at eleven places by next December", "Lifts at all of the stations by May 2026",
        *PARAGRAPHS[1:],
    ]  # fmt: skip


def test_a_script_of_many_strings_is_read_in_time_that_grows_with_them() -> None:
    blocks = [{"type": "p", "text": f"{PARAGRAPHS[n % 4]} Part {n}."} for n in range(15_000)]
    page = f"<div></div><script type='application/json'>{json.dumps({'story': blocks})}</script>"
    assert read(page).count("\n") == len(blocks) - 1
    assert takes_at_most(1.5, lambda: read(page))


def test_programs_are_no_text() -> None:
    code = (
        "function(a){return a.b==c&&d.e(f,g)?h.i.j(k):l.m(n)} var state = 'loading of the page is under way'; "
        * 20
    )
    with pytest.raises(PageError, match="no readable article"):
        read(f"<div id='app'></div><script>window.__DATA__ = 1; {code}</script>")


def test_an_article_of_captions_keeps_them() -> None:
    pictures = "".join(
        f"<figure><img src='/{n}.jpg'><figcaption>{p}</figcaption></figure>" for n, p in enumerate(PARAGRAPHS)
    )
    assert PARAGRAPHS[2] in read(f"<article><h1>Ring road</h1>{pictures}</article>")


@pytest.mark.parametrize(
    "wrapped",
    [
        "ສະພານະຄອນຕົກລົງໃນວັນອັງຄານທີ່ຈະຂະຫຍາຍຖະໜົນ",
        "市政府周二表示环城公路将在开学前拓宽",
        "สภาเมืองมีมติให้ขยายถนนวงแหวนก่อนเปิดภาคเรียน",
    ],
)
@pytest.mark.parametrize("width", [5, 12, 17])
def test_lines_wrapped_inside_words_are_joined(wrapped: str, width: int) -> None:
    whole = wrapped * 4
    lines = "\n        ".join(whole[i : i + width] for i in range(0, len(whole), width))
    assert read(f"<article><p>{lines}</p></article>") == whole


@pytest.mark.parametrize("mark", ["<p>{}</p>", "<div dir='auto'>{}</div>", "{}<br><br>", "<li>{}</li>"])
def test_paragraphs_of_one_length_are_not_joined(mark: str) -> None:
    texts = [
        f"{town}จัดงานแสดงสินค้าชายแดนครั้งที่สิบสองระหว่างวันหยุดยาวปลายปี"
        for town in ("เมืองน่าน", "เมืองแพร่", "เมืองตาก", "เมืองเลย")
    ]
    found = read(f"<article><div>{''.join(map(mark.format, texts))}</div></article>")
    assert found.split("\n") == texts


def test_lines_of_latin_words_keep_their_spaces() -> None:
    lines = PARAGRAPHS[0].replace(" ", "\n  ")
    assert read(f"<article><p>{lines}</p><p>{PARAGRAPHS[1]}</p></article>").split("\n")[0] == PARAGRAPHS[0]


@pytest.mark.parametrize(
    "repeated",
    [
        '<aside class="related"><a href="/2">{0}</a></aside>',
        '<figure><img src="/a.jpg"><figcaption>{0}</figcaption></figure>',
        '<ul class="cards"><li><a href="/2">Ring road grows</a><p>{0}</p></li>'
        '<li><a href="/3">Market moves</a><p>Stalls open on Monday at the river.</p></li></ul>',
        '<nav><a href="/2">{0}</a><a href="/3">Market moves</a></nav>',
    ],
    ids=["a link", "a caption", "a card", "navigation"],
)
@pytest.mark.parametrize("number", range(len(PARAGRAPHS)))
def test_a_paragraph_is_kept_though_something_else_on_the_page_says_the_same(
    repeated: str, number: int
) -> None:
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    found = read(f"<article><h1>Ring road</h1>{body}</article>{repeated.format(PARAGRAPHS[number])}")
    assert [line for line in found.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ("<ul><li>Cheaper tickets</li><li>Free parking at twelve stations</li></ul>", ["Cheaper tickets", "twelve stations"]),
        ("<ol><li>A joint laboratory</li><li>A rail school</li></ol>", ["A joint laboratory", "A rail school"]),
        ("<table><tr><td>Line</td><td>Cost</td></tr><tr><td>Ring</td><td>40 m</td></tr></table>", ["Ring", "40 m"]),
        ("<figure class='wp-block-table'><table><tr><td>Ring</td><td>40 m</td></tr></table></figure>", ["40 m"]),
    ],
    ids=["a list", "numbers", "a table", "a table in a figure"],
)  # fmt: skip
def test_short_items_of_lists_and_tables_are_kept_with_their_label(block: str, lines: list[str]) -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><p>The council named four measures:</p>{block}" + "".join(
        f"<p>{p}</p>" for p in PARAGRAPHS[1:]
    )
    found = read(f"<article><h1>Ring road</h1>{body}</article>")
    assert [line for line in lines if line not in found] == []
    assert "named four measures" in found


@pytest.mark.parametrize(
    "lede",
    ["<h2 class='sapo'>{}</h2>", "<p class='lead'><strong>{}</strong></p>", "<div class='summary'><p>{}</p></div>"],
)  # fmt: skip
def test_a_first_sentence_that_stands_apart_is_kept(lede: str) -> None:
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])
    found = read(
        f"<div><h1>Ring road</h1>{lede.format(PARAGRAPHS[0])}<div class='content'>{body}</div></div>"
    )
    assert found.split("\n")[0] == PARAGRAPHS[0]
