"""The search finds a thing by its names in all languages."""

import pytest

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
        ("railway$", set()),
    ],
)
def test_a_thing_is_found_by_its_names_in_all_languages(store: Store, query: str, langs: set[str]) -> None:
    assert found(store, query) == langs


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
}
"""What a query refuses because its words stand in a row, which in a search means all of them."""


@pytest.mark.parametrize(
    ("typed", "cure"), [(row[0], row[2]) for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_topics_refuse_the_search_refuses_or_reads_as_words(typed: str, cure: str) -> None:
    found = parse_search(typed)
    if typed in ROWS:
        assert _shape(found.root) == ROWS[typed]
    elif any(c.isalnum() for c in typed):
        assert found.root is None
        assert "column" in found.problem
        assert cure in found.problem or "write" in found.problem
    else:
        assert found.root is None


@pytest.mark.parametrize(
    "typed", ["$china", "title:railway", "lang:zh", "country:LA railway", "source:x", "new:base", "railway NEAR/5 Laos", "railway^2", "=ASEAN", "-durian"],
)  # fmt: skip
def test_what_an_index_of_words_cannot_answer_is_refused_with_what_to_do(typed: str) -> None:
    found = parse_search(typed)
    assert found.root is None
    assert "write" in found.problem or "choose" in found.problem


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
