"""The search finds a thing by its names in all languages."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.store import Store, search
from crawler.store.search_query import SearchNode, parse_search
from tests.builders import keep, new_store
from tests.crawler.judging.queries.test_as_typed import ACCEPTED, REFUSED

REPORTS = {
    "en": ("China and Laos sign a railway agreement", "Trains will run to Vientiane from next year, both sides agreed."),
    "zh": ("中泰签署铁路合作协议", "中国与泰国在曼谷签署铁路合作协议。"),
    "th": ("จีน-ไทยลงนามความร่วมมือรถไฟ", "จีนและไทยลงนามความร่วมมือด้านรถไฟที่กรุงเทพฯ"),
    "id": ("Indonesia dan Tiongkok sepakati kerja sama kereta cepat", "Indonesia dan Tiongkok menandatangani kerja sama kereta cepat di Jakarta."),
    "vi": ("Việt Nam và Trung Quốc ký thỏa thuận hợp tác sầu riêng", "Việt Nam và Trung Quốc ký thỏa thuận hợp tác tại Nam Ninh."),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = new_store(tmp_path_factory.mktemp("search"))
    for lang, (title, body) in REPORTS.items():
        keep(made, title, body, lang_hint=lang, url=f"https://{lang}.example/1")
    search.refresh(made)
    return made


def found(store: Store, query: str) -> set[str]:
    from sqlalchemy import select

    from crawler.store.schema import articles

    with store.read() as connection:
        stories = search.stories_with(connection, query)
        return set(connection.scalars(select(articles.c.lang).where(articles.c.story_id.in_(stories))))


@pytest.mark.parametrize(
    ("query", "langs"),
    [
        ("railway", {"en", "zh", "th", "id"}),
        ("铁路", {"en", "zh", "th", "id"}),
        ("รถไฟ", {"en", "zh", "th", "id"}),
        ("kereta", {"en", "zh", "th", "id"}),
        ("kereta cepat", {"id"}),
        ("durian", {"vi"}),
        ("榴莲", {"vi"}),
        ("Bangkok railway", {"zh", "th"}),
        ("曼谷", {"zh", "th"}),
        ("railway -Jakarta", {"en", "zh", "th"}),
        ('"railway"', {"en"}),
        ('"kereta cepat"', {"id"}),
        ("qwertzu", set()),
        ("railway OR durian", {"en", "zh", "th", "id", "vi"}),
        ("（铁路 OR 榴莲） -雅加达", {"en", "zh", "th", "vi"}),
        ("railway -(Jakarta OR Bangkok)", {"en"}),
        ("(railway -Jakarta) -(Bangkok -Thailand)", {"en", "zh", "th"}),
        ("durian, “kereta cepat”", {"id", "vi"}),
        ("railway$", {"en", "zh", "th", "id"}),
        ("铁路*", {"zh"}),
        ("铁*", {"zh"}),
        ("签", {"zh"}),
        # The last letter before a sign: a word by itself.
        ("路", {"zh"}),
        ("议", {"zh"}),
        ("路 曼谷", {"zh"}),
        ("议 -铁", set()),
        ('"铁路 签署"', set()),
        ("a", {"en"}),
        ("to-a", set()),
        ("中*", {"zh"}),
        ("ร*", {"th"}),
    ],
)
def test_a_thing_is_found_by_its_names_in_all_languages(store: Store, query: str, langs: set[str]) -> None:
    assert found(store, query) == langs


def test_each_letter_and_each_word_of_a_report_finds_it(store: Store) -> None:
    for lang, (title, body) in REPORTS.items():
        words = set(re.findall(r"\w+", f"{title} {body}")) if lang in ("en", "id", "vi") else set()
        letters = {c for c in title + body if c.isalnum()} if lang == "zh" else set()
        for typed in words | letters | {f"x-{c} OR {c}" for c in letters}:
            assert lang in found(store, typed), typed


def test_the_longest_name_is_one_thing() -> None:
    parsed = parse_search("Jakarta kereta cepat -durian")
    assert [t.typed for t in parsed.wanted] == ["Jakarta", "kereta cepat"]
    assert [t.typed for t in parsed.unwanted] == ["durian"]


@pytest.mark.parametrize(
    "query", ["", '"', "-", "--", "***", '""', "- -a", "AND", "OR NOT", "(a", "a & b", "' <-> '", "\x00"]
)
def test_nothing_typed_is_an_error(store: Store, query: str) -> None:
    found(store, query)


def _shape(node: SearchNode | None) -> object:
    if node is None:
        return None
    if node.term is not None:
        return node.term.typed
    return (node.kind, *map(_shape, node.children))


@pytest.mark.parametrize(("typed", "meant"), [row[:2] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_what_topics_read_the_search_reads_alike_or_says_why_not(typed: str, meant: str) -> None:
    one, other = parse_search(typed), parse_search(meant)
    assert _shape(one.root) == _shape(other.root)
    assert bool(one.problem) == bool(other.problem)
    assert one.root is not None or "write" in one.problem or "choose" in one.problem


ROWS = {
    "railway within 6 road": ("and", "railway", "within", "6", "road"),
    "at least 2 (railway, road)": ("and", "at", "least", "2", ("or", "railway", "road")),
    "railway BUT road": ("and", "railway", "BUT", "road"),
    "铁路 和 老挝": ("and", "铁路", "老挝"),
    "铁路 或 公路": ("or", "铁路", "公路"),
    "铁路 或者 公路": ("or", "铁路", "公路"),
    "ทางรถไฟ และ ลาว": ("and", "ทางรถไฟ", "ลาว"),
    "ทางรถไฟ หรือ ถนน": ("or", "ทางรถไฟ", "ถนน"),
    "đường sắt và Lào": ("and", "đường sắt", "Lào"),
    "kereta atau jalan": ("or", "kereta", "jalan"),
    "kereta dan jalan": ("and", "kereta", "jalan"),
    "đường sắt": "đường sắt",
    "high speed rail": ("and", "high speed", "rail"),
    "铁路 公路": ("and", "铁路", "公路"),
    "铁路？": "铁路",
    "railway & road": ("and", "railway", "road"),
    "railway | road": ("and", "railway", "road"),
    "railway + road": ("and", "railway", "road"),
    "Laos - railway": ("and", "Laos", "railway"),
    "标题：铁路": ("and", "标题", "铁路"),
    "kereta tidak jalan": ("and", "kereta", "tidak", "jalan"),
    "【铁路】": "铁路",
    "“一带一路": "一带一路",
    'railway AND "road': ("and", "railway", "road"),
    "US$500": "US$500",
    "10:30": "10:30",
    "'high speed rail'": ("and", "high speed", "rail"),
}
"""What a query refuses because its words stand in a row or among other punctuation, which in a search means all of them."""
FOREIGN = re.compile(
    r"\$[a-z]|(near|onear|atleast)/|title:|title=|lang|country:|source:|site:|https?:|date:|new:|\^-?\d|NEAR|ADJ|XOR|ANDNOT|ATLEAST"
    r"|\b(w|pre|near)[/:]\d",
    re.IGNORECASE,
)
"""What only topics and other search programs read."""


@pytest.mark.parametrize("typed", [row[0] for row in REFUSED])
def test_what_topics_refuse_the_search_reads_as_words_unless_it_is_syntax(typed: str) -> None:
    found = parse_search(typed)
    if typed in ROWS:
        assert _shape(found.root) == ROWS[typed]
    if found.problem:
        assert FOREIGN.search(typed)
        assert "column" in found.problem
        assert "write" in found.problem or "choose" in found.problem
    else:
        assert (found.root is not None) == any(c.isalnum() for c in typed)


@pytest.mark.parametrize(
    "typed", ["$china", "title:railway", "lang:zh", "country:LA railway", "source:x", "new:base", "railway NEAR/5 Laos",
              "railway^2", "=ASEAN", "-durian", "ATLEAST/2 (a, b)", "railway W/5 road", "site:asean.org", "lang=zh"],
)  # fmt: skip
def test_what_an_index_of_words_cannot_answer_is_refused_with_what_to_do(typed: str) -> None:
    found = parse_search(typed)
    assert found.root is None
    assert "write" in found.problem or "choose" in found.problem


SYNTAX = [
    "$china", "$country_LA AND rice", "-$trade rice", "rice -$country_CN", "title:railway", "-title:railway", "Title:(rail, road) Laos",
    "title:lang:zh rice", "lang:(zh OR en) AND rice", "country:TH,LA rice", "source: \"Vientiane Times\" rice", "rice NEAR/5 Laos", "NEAR/5",
    "rice NEAR 4 Laos", "rice near:4 Laos", "(rice ONEAR/3 Laos) OR title:x", "ATLEAST/2 (rice, road)", "title:ATLEAST/2 (rice, road)",
    "rice^2, \"road\"^3", "=ASEAN rice", "-=ASEAN rice", "https://asean.org/feed", "rice XOR road", "rice ANDNOT road", "-durian",
    "date:[2025 TO 2026] rice", "new:base AND $china", "rice NEAR/x (", "标题：“老挝” title：农业", "lead:rice text:(", "$places_MM, $people_ASEAN",
]  # fmt: skip


@pytest.mark.parametrize("typed", SYNTAX + [row[0] for row in (*ACCEPTED, *REFUSED)])
def test_the_search_takes_each_cure_that_it_proposes(typed: str) -> None:
    problem = parse_search(typed).problem
    assert problem or typed not in SYNTAX
    for cure in problem.split("; ")[1:]:
        verb, _, written = cure.partition(" ")
        assert verb in ("write", "choose")
        if verb == "write":
            assert parse_search(written.rpartition("such as ")[2]).root is not None


_WORDS = st.sampled_from(
    [
        "China",
        "Laos",
        "rice",
        "Lào",
        "铁路",
        "农",
        "老挝农业",
        "ข้าว",
        "ລາວ",
        "ខ្មែរ",
        "မြန်မာ",
        "kerja",
        "8",
        "2026",
        "x",
    ]
)
_SIGNS = st.text("""!?.,:;…–—-+&/|\\'"“”‘’«»《》「」()[]{}<>【】（）：，。、！？·•@#%_~`=°€ """, max_size=4)
_OTHER = re.compile(r"(?:^|[\s(\u3000（])[-!－！−–—][^\s]|=")
"""A sign right before a word leaves it out."""


@given(st.lists(st.tuples(_SIGNS, _WORDS, _SIGNS), min_size=1, max_size=8))
def test_whatever_has_no_syntax_is_searched_by_its_words(parts: list[tuple[str, str, str]]) -> None:
    typed = " ".join(map("".join, parts))
    assume(not _OTHER.search(typed))
    found = parse_search(typed)
    assert found.problem == ""
    assert found.root is not None
    assert not found.unwanted


@given(st.text("ab农ก1 \t\n()-!\"“”,:^$*?&|/=~'_.;AND OR NOT NEAR/5", max_size=60))
def test_no_text_is_an_error_and_each_is_understood_or_told(typed: str) -> None:
    found = parse_search(typed)
    assert found.root is None or not found.problem
    if found.root is None and not found.problem:
        assert not any(c.isalnum() for c in re.sub("AND|OR|NOT", " ", typed, flags=re.IGNORECASE))


HEADLINES = [
    "China and Laos sign a railway agreement",
    "“China and Laos” sign: a railway agreement…",
    "[Update] China, Laos sign a railway agreement | Laos",
    "中泰签署铁路合作协议！",
    "【中泰】签署铁路：合作协议？",
    "จีน-ไทยลงนามความร่วมมือรถไฟ!",
    "Indonesia dan Tiongkok – sepakati “kerja sama” (kereta cepat)",
    "Việt Nam và Trung Quốc ký thỏa thuận: hợp tác sầu riêng…",
]


@pytest.mark.parametrize("typed", HEADLINES)
def test_a_pasted_headline_is_read(typed: str) -> None:
    assert parse_search(typed).problem == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("China says it will not join the Laos rice pact", "not"),
        ("CHINA WILL NOT JOIN LAOS RICE PACT", "NOT"),
        ("Laos says it will “not now” join", "not now"),
        ("Laos will not join the “rice not road” pact", "rice not road"),
        ("Source: Xinhua", "Source"),
        ("Text: joint statement of China", "Text"),
    ],
)
def test_in_a_sentence_words_are_words(typed: str, meant: str) -> None:
    assert meant in [term.typed for term in parse_search(typed).wanted]


def test_a_name_with_and_in_it_is_one_thing() -> None:
    assert [t.typed for t in parse_search("Belt and Road Initiative").wanted] == ["Belt and Road Initiative"]


def test_a_snippet_shows_the_words_in_their_surroundings() -> None:
    text = "x " * 200 + "two countries will build a 铁路 for trains " + "y " * 200
    start, end, low, high = search.snippet_span(parse_search("railway"), text) or (0, 0, 0, 0)
    assert text[low:high] == "铁路"
    assert start < low < high < end
    assert end - start < 200
    assert search.snippet_span(parse_search("durian"), text) is None
    assert search.snippet_span(parse_search(""), text) is None
