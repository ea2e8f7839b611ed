"""What belongs to other stories on a page is none of its own, however short that is; and its own is not taken for theirs."""

from __future__ import annotations

import json

import pytest

from crawler.parsing.pages import read_page
from tests.builders import NOON
from tests.crawler.parsing.test_page_agreement import TEXTS

URL = "https://outlet.example/news/2025/11/1.html"
TITLE = {"en": "Council approves wider ring road", "id": "Dewan kota setujui jalan lingkar lebih lebar", "vi": "Hội đồng thông qua đường vành đai rộng hơn",
         "zh": "市政府通过拓宽环城公路计划", "th": "สภาเมืองอนุมัติขยายถนนวงแหวน", "km": "ក្រុមប្រឹក្សាអនុម័តផ្លូវក្រវាត់ក្រុង"}  # fmt: skip
OTHERS = {
    "en": ("Navy opens a new base in the gulf", "Two frigates reach the southern port", "Storm closes schools on the coast"),
    "id": ("Angkatan laut buka pangkalan baru", "Dua fregat tiba di pelabuhan selatan", "Badai tutup sekolah di pesisir"),
    "vi": ("Hải quân mở căn cứ mới trong vịnh", "Hai tàu hộ vệ đến cảng phía nam", "Bão khiến trường học đóng cửa"),
    "zh": ("海军在海湾启用新的基地", "两艘护卫舰抵达南部港口", "台风来袭沿海学校全部停课"),
    "th": ("กองทัพเรือเปิดฐานทัพใหม่ในอ่าว", "เรือฟริเกตสองลำถึงท่าเรือใต้", "พายุทำให้โรงเรียนชายฝั่งปิด"),
    "km": ("កងទ័ពជើងទឹកបើកមូលដ្ឋានថ្មី", "នាវាពីរគ្រឿងមកដល់កំពង់ផែ", "ព្យុះបិទសាលារៀននៅឆ្នេរ"),
}  # fmt: skip


def read(body: str, lang: str = "en", head: str = "") -> list[str]:
    html = f"<html><head><title>{TITLE[lang]}</title>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url=URL, seen=NOON).text.split("\n")


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def cards(pattern: str, lang: str) -> str:
    return "".join(pattern.format(n=n, t=t, x=f"{t}. {TEXTS[lang][3]}") for n, t in enumerate(OTHERS[lang]))


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("own", [1, 2, 4])
@pytest.mark.parametrize(
    ("around", "card"),
    [
        ("<article><h1>{h}</h1>{p}</article><section>{c}</section>", "<article><h3><a href='/{n}'>{t}</a></h3><p>{x}</p></article>"),
        ("<h1>{h}</h1><div class='b2'>{p}</div><div class='l9'>{c}</div>", "<div class='q{n} z'><a href='/{n}'><div>{t}</div></a><div>{x}</div></div>"),
        ("<article><h1>{h}</h1><div>{p}<div class='jp-relatedposts'>{c}</div></div></article>", "<div class='i'><h4><a href='/{n}'>{t}</a></h4><p>{x}</p></div>"),
        ("<main><h1>{h}</h1>{p}<section><h2>More</h2>{c}</section></main>", "<a class='card' href='/{n}'><h3>{t}</h3><p>{x}</p></a>"),
        ("<div class='post'><h3>{h}</h3><div class='body'>{p}</div></div><div class='sidebar'>{c}</div>", "<div class='it'><a href='/{n}'>{t}</a><div>{x}</div></div>"),
        ("<div><h1>{h}</h1><div class='TRS'>{p}</div></div><div class='relevent'><ul>{c}</ul></div>", "<li><a href='/{n}'>{t}</a><i>2025-11-2{n}</i></li>"),
    ],
    ids=["articles", "hashed", "named", "linked cards", "sidebar", "dated list"],
)  # fmt: skip
def test_a_short_article_is_read_without_the_cards_of_others(
    around: str, card: str, own: int, lang: str
) -> None:
    texts = TEXTS[lang][:own] if own < 4 else TEXTS[lang][:3]
    body = around.format(h=TITLE[lang], p=paragraphs(texts), c=cards(card, lang))
    assert read(body, lang) == list(texts)


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize(("own", "other"), [(1, 3), (2, 2), (3, 1)])
@pytest.mark.parametrize(
    "layout",
    [
        "<article><h1>{h}</h1>{p}</article><article><h1>{o}</h1>{x}</article>",
        "<div class='post'><h2>{h}</h2>{p}</div><div class='post'><h2>{o}</h2>{x}</div>",
        "<div class='w'><article><h1>{h}</h1>{p}</article></div><div class='next'><article><h2>{o}</h2>{x}</article></div>",
        "<div class='story'><h1>{h}</h1><div>{p}</div></div><div class='story'><h1>{o}</h1><div>{x}</div></div>",
    ],
    ids=["articles", "posts", "wrapped", "stories"],
)
def test_a_second_story_ends_the_article(layout: str, own: int, other: int, lang: str) -> None:
    others = tuple(f"{OTHERS[lang][1]}. {text}" for text in TEXTS[lang][4 - other :])
    texts = TEXTS[lang][:own]
    body = layout.format(h=TITLE[lang], p=paragraphs(texts), o=OTHERS[lang][0], x=paragraphs(others))
    assert read(body, lang) == list(texts)


@pytest.mark.parametrize(
    "layout",
    [
        "<main><h1>{h}</h1><p>{0}</p><h2>Why</h2><p>{1}</p><h2>What next</h2><p>{2}</p></main>",
        "<article><h1>{h}</h1><p class='standfirst'>{0}</p><div class='sidebar-content'><p>{1}</p><p>{2}</p></div></article>",
        "<article><h1>{h}</h1><section><p>{0}</p></section><section><h2>Why</h2><p>{1}</p></section><section><h2>Then</h2><p>{2}</p></section></article>",
        "<main><h1>{h}</h1><p>{0}</p><article class='u'><h3><a href='#1'>10:00</a></h3><p>{1}</p></article><article class='u'><h3><a href='#2'>9:00</a></h3><p>{2}</p></article></main>",
        "<div class='related-stories'><h1>{h}</h1><p>{0}</p><p>{1}</p><p>{2}</p></div>",
        "<article><h1>{h}</h1><p>{0}</p><dl><dt>Why is it wider?</dt><dd>{1}</dd><dt>When?</dt><dd>{2}</dd></dl></article>",
        "<article><h1>{h}</h1><p>{0}</p><p><a href='/t'>{1}</a></p><p>{2}</p></article>",
        "<article><h1>{h}</h1><div><p>{0}</p><p>{1}</p><div style='display:none'><p>{2}</p></div></div></article>",
    ],
    ids=["headings", "names", "sections", "live", "all in a box", "questions", "a linked sentence", "hidden end"],
)  # fmt: skip
def test_its_own_text_is_kept(layout: str) -> None:
    texts = TEXTS["en"][:3]
    found = read(layout.format(*texts, h=TITLE["en"]))
    assert [line for line in found if line in texts] == list(texts)


@pytest.mark.parametrize(
    "behind",
    [
        "<dl><dt>user1 2025-11-30 11:00</dt><dd>{o}, I heard at the port on Monday morning.</dd></dl>",
        "<aside><p>{o}</p></aside>",
        "<div role='complementary'><p>{o}</p></div>",
        "<div class='trending-now'><p>{o}</p></div>",
        "<div class='nextpost'><span>Up next</span><h4>{o}</h4></div>",
        "<div style='display:none'>{o}</div>",
    ],
    ids=["comments", "aside", "complementary", "trending", "next", "hidden"],
)
def test_boxes_of_few_words_are_none_of_it(behind: str) -> None:
    box = behind.format(o=OTHERS["en"][0])
    found = read(f"<article><h1>{TITLE['en']}</h1>{paragraphs(TEXTS['en'])}{box}</article>")
    assert found == list(TEXTS["en"])


LABELS = {
    "en": "Read more",
    "id": "Baca juga",
    "vi": "Xem thêm",
    "zh": "相关阅读",
    "th": "อ่านเพิ่มเติม",
    "km": "អានបន្ថែម",
}


@pytest.mark.parametrize("lang", LABELS)
@pytest.mark.parametrize("place", [2, 3])
@pytest.mark.parametrize(
    "box",
    [
        "<p><strong>{w}: <em>{o}</em></strong></p>",
        "<p>[{w}: {o}]</p>",
        "<p>• <a href='/1'>{o}</a> <span>(28/11/2025)</span></p>",
        "<p><b>{w}</b></p><p>{o}</p><p>{m}</p>",
        "<div class='z1'><div class='z2'>{w}</div><div class='z3'>{o}</div><div class='z3'>{m}</div></div>",
        "<table><tr><td>{w}</td></tr><tr><td>{o}</td></tr><tr><td>{m}</td></tr></table>",
    ],
    ids=["strong", "brackets", "link and date", "below", "box", "table"],
)
def test_headlines_of_others_are_told_by_their_label(box: str, place: int, lang: str) -> None:
    texts = TEXTS[lang][:3]
    pointers = box.format(w=LABELS[lang], o=OTHERS[lang][0], m=OTHERS[lang][1])
    body = paragraphs(texts[:place]) + pointers + paragraphs(texts[place:])
    found = read(f"<article><h1>{TITLE[lang]}</h1><div class='c'>{body}</div></article>", lang)
    assert found == list(texts)


@pytest.mark.parametrize(
    "sentence",
    [
        "Read more books, the mayor told the children of the school beside the road on Tuesday.",
        "Related works on the bridge begin in autumn, and they will last until the end of the year.",
        "Next year the road will be open to buses alone, the council said at the end of the day.",
    ],
)
def test_a_sentence_that_begins_as_a_label_does_is_kept(sentence: str) -> None:
    texts = (*TEXTS["en"][:2], sentence, TEXTS["en"][2])
    assert read(f"<article><h1>{TITLE['en']}</h1>{paragraphs(texts)}</article>") == list(texts)


def test_linked_data_of_another_story_are_not_its_text() -> None:
    other = " ".join(f"{o}. {TEXTS['en'][3]}" for o in OTHERS["en"] * 2)
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{OTHERS["en"][0]}","articleBody":"{other}"}}</script>'
    body = f"<article><h1>{TITLE['en']}</h1><p>{TEXTS['en'][0]}</p></article>"
    assert read(body, head=head) == [TEXTS["en"][0]]


def test_the_entries_of_a_live_page_are_read_from_its_linked_data() -> None:
    entries = ",".join(f'{{"@type":"BlogPosting","headline":"u","articleBody":"{t}"}}' for t in TEXTS["en"])
    head = f'<script type="application/ld+json">{{"@type":"LiveBlogPosting","headline":"{TITLE["en"]}","liveBlogUpdate":[{entries}]}}</script>'
    assert read(f"<article><h1>{TITLE['en']}</h1><p>Live</p></article>", head=head) == list(TEXTS["en"])


def _state(kind: str, lang: str) -> str:
    texts = TEXTS[lang]
    own = {"title": TITLE[lang], "body": f"<p>{texts[0]}</p>"}
    others = [
        {"title": o, "body": f"<p>{o}. {texts[1]}</p><p>{texts[2]} {texts[3]}</p>"} for o in OTHERS[lang]
    ]
    if kind == "more stories":
        return json.dumps({"props": {"story": own, "moreStories": others}})
    entries = {f"Article:{n}": one for n, one in enumerate((*others, own))}
    return json.dumps({"apollo": entries})


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("kind", ["more stories", "map"])
def test_of_the_stories_in_a_pages_state_its_own_is_read(kind: str, lang: str) -> None:
    script = f'<script id="__NEXT_DATA__" type="application/json">{_state(kind, lang)}</script>'
    assert read(f"<div id='__next'></div>{script}", lang) == [TEXTS[lang][0]]


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("form", ["parsed", "single"])
def test_text_in_literals_of_scripts_is_read(form: str, lang: str) -> None:
    markup = "".join(f'<p class="x">{text}</p>' for text in TEXTS[lang])
    code = {
        "parsed": f"window.__DATA__=JSON.parse({json.dumps(json.dumps({'content': markup}))})",
        "single": f"var content = '{markup}';",
    }[form]
    assert read(f"<div id='app'></div><script>{code}</script>", lang) == list(TEXTS[lang])


def test_linked_data_of_another_story_do_not_give_the_day() -> None:
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{OTHERS["zh"][0]}","datePublished":"2025-11-29"}}</script>'
    own = f"<time datetime='2025-06-03T08:00:00+07:00'>3 June 2025</time><p>{TEXTS['zh'][0]}</p>"
    html = f"<html><head><title>{TITLE['zh']}</title>{head}</head><body><article><h1>{TITLE['zh']}</h1>{own}</article></body></html>"
    day = read_page(html.encode(), url="https://outlet.example/a", seen=NOON).published
    assert day is not None and day.date().isoformat() == "2025-06-03"
