"""The search finds a thing by its names in all languages."""

import pytest

from crawler.store import Store, search
from tests.builders import keep, new_store

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
    ],
)
def test_a_thing_is_found_by_its_names_in_all_languages(store: Store, query: str, langs: set[str]) -> None:
    assert found(store, query) == langs


def test_the_longest_name_is_one_thing() -> None:
    parsed = search.parse("Jakarta kereta cepat -durian")
    assert [t.typed for t in parsed.wanted] == ["Jakarta", "kereta cepat"]
    assert [t.typed for t in parsed.unwanted] == ["durian"]


@pytest.mark.parametrize(
    "query", ["", '"', "-", "--", "***", '""', "- -a", "AND", "OR NOT", "(a", "a & b", "' <-> '", "\x00"]
)
def test_nothing_typed_is_an_error(store: Store, query: str) -> None:
    found(store, query)


def test_a_snippet_shows_the_words_in_their_surroundings() -> None:
    text = "x " * 200 + "two countries will build a 铁路 for trains " + "y " * 200
    start, end, low, high = search.snippet_span(search.parse("railway"), text) or (0, 0, 0, 0)
    assert text[low:high] == "铁路"
    assert start < low < high < end
    assert end - start < 200
    assert search.snippet_span(search.parse("durian"), text) is None
    assert search.snippet_span(search.parse(""), text) is None
