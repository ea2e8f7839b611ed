"""One configuration on top of another: the rule of merging, and that every difference can be said by it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config.merging import Merged, merged
from crawler.config.overlays import NOTHING, overlay
from crawler.model import AseanwatchError

WORDS = st.sampled_from(["rail", "rail link", "高铁", "kereta", "=PLN", "$base", "-x", "1"])
NAMES = st.sampled_from(["a", "b", "c", "d-1", "e"])
LANGUAGES = st.sampled_from(["en", "zh", "id", "*", "except"])
SETS = st.dictionaries(NAMES, st.dictionaries(LANGUAGES, st.lists(WORDS, max_size=4), max_size=3), max_size=3)
TITLES = st.one_of(WORDS, st.dictionaries(LANGUAGES, WORDS, max_size=2))
TOPICS = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {"query": WORDS},
        optional={
            "title": TITLES,
            "threshold": st.sampled_from([0, 0.5, 1]),
            "if_best": st.booleans(),
            "examples": st.dictionaries(st.sampled_from(["match", "no_match"]), st.lists(WORDS, max_size=3)),
        },
    ),
    max_size=3,
)
SOURCES = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "url": WORDS},
        optional={"enabled": st.booleans(), "headers": st.dictionaries(NAMES, WORDS, max_size=2)},
    ),
    max_size=4,
    unique_by=lambda source: source["name"],
)
KINDS_KEPT = st.fixed_dictionaries(
    {},
    optional={
        "terms": SETS,
        "sources": SOURCES,
        "topics": st.dictionaries(
            NAMES, st.dictionaries(st.just("title"), st.dictionaries(LANGUAGES, WORDS))
        ),
        "web": st.fixed_dictionaries({}, optional={"port": st.integers(0, 3), "names": st.lists(WORDS)}),
    },
)
"""Configurations in which a key holds the same kind of value in all of them."""
RELEVANCE = st.dictionaries(NAMES, st.one_of(WORDS, st.lists(WORDS, max_size=3)), max_size=2)
CONFIGURATIONS = st.builds(
    lambda held, more: {**held, **more},
    KINDS_KEPT,
    st.fixed_dictionaries({}, optional={"topics": TOPICS, "relevance": RELEVANCE}),
)


def sorted_out(values: dict[str, Any]) -> dict[str, Any]:
    """A configuration without what means nothing: the order of sources, and of the words of sets."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return sorted(set(value))
        return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value

    made = {k: plain(v) if k in ("terms", "relevance") else v for k, v in values.items()}
    return made | {"sources": sorted(values.get("sources", []), key=lambda s: s["name"])}


def on_top(*layers: dict[str, Any]) -> dict[str, Any]:
    """What configurations say together, of which nothing was to be complained."""
    out = merged(layers)
    assert out.problems == []
    return out.values


@given(CONFIGURATIONS)
def test_an_empty_one_on_top_changes_nothing_and_neither_does_the_same_again(base: dict[str, Any]) -> None:
    assert on_top(base, {}) == base
    assert on_top({}, base) == base
    assert sorted_out(on_top(base, base)) == sorted_out(base)


@given(CONFIGURATIONS, CONFIGURATIONS)
def test_every_difference_can_be_said_and_the_shortest_form_stays_so(
    base: dict[str, Any], wanted: dict[str, Any]
) -> None:
    over = overlay(base, wanted)
    said = {} if over is NOTHING else over
    out = merged([base, said])
    assert out.problems == [] and out.warnings == [], "nothing is removed that is not there"
    assert sorted_out(out.values) == sorted_out(wanted)
    again = overlay(base, out.values)
    assert ({} if again is NOTHING else again) == said


@given(KINDS_KEPT, KINDS_KEPT, KINDS_KEPT)
def test_what_adds_and_changes_may_be_put_together_first(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    # What removes is about what lies beneath, so that it cannot be put together before that is known.
    assert on_top(on_top(one, two), three) == on_top(one, two, three)
    assert sorted_out(on_top(one, on_top(two, three))) == sorted_out(on_top(one, two, three))


@given(SOURCES, SOURCES)
def test_sources_keep_their_places_and_new_ones_go_to_the_end(
    base: list[dict[str, Any]], over: list[dict[str, Any]]
) -> None:
    names = [s["name"] for s in on_top({"sources": base}, {"sources": over}).get("sources", [])]
    known = [s["name"] for s in base]
    assert names == known + [s["name"] for s in over if s["name"] not in known]


@given(CONFIGURATIONS, CONFIGURATIONS, CONFIGURATIONS)
def test_every_value_knows_the_file_it_stands_in(
    base: dict[str, Any], middle: dict[str, Any], wanted: dict[str, Any]
) -> None:
    over = overlay(on_top(base, middle), wanted)
    layers = [base, middle, {} if over is NOTHING else over]
    out = merged(layers)

    def check(value: Any, key: tuple[str | int, ...]) -> None:
        trace = out.trace.find(key)
        if isinstance(value, dict):
            for name, inner in value.items():
                check(inner, (*key, name))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                check(inner, (*key, number))
        else:
            held: Any = layers[trace.layer]
            for part in trace.key:
                held = held[part]
            assert held == value

    check(out.values, ())


BASE = {
    "sources": [{"name": "cna", "url": "u", "lang": "en"}, {"name": "topik-id", "url": "v"}],
    "terms": {"rail": {"en": ["railway", "rail link"], "th": ["รถไฟ"]}, "sport": {"en": ["football"]}},
    "topics": {"tourism": {"query": "$t", "threshold": 0.3}},
    "relevance": {"against": ["sport", "festival"]},
}


@pytest.mark.parametrize(
    ("over", "where", "expected"),
    [
        ({"terms": {"rail": {"en": ["maglev", "railway"]}}}, "terms.rail.en", ["railway", "rail link", "maglev"]),
        ({"terms": {"rail": {"remove": {"en": ["rail link"]}}}}, "terms.rail.en", ["railway"]),
        ({"terms": {"rail": {"remove": {"th": True}}}}, "terms.rail.th", None),
        ({"terms": {"rail": {"remove": ["th"]}}}, "terms.rail.th", None),
        ({"terms": {"rail": {"remove": ["en"], "en": ["tram"]}}}, "terms.rail.en", ["tram"]),
        ({"terms": {"rail": {"replace": True, "zh": ["高铁"]}}}, "terms.rail", {"zh": ["高铁"]}),
        ({"terms": {"sport": {"remove": True}}}, "terms.sport", None),
        ({"remove": {"terms": ["sport"]}}, "terms.sport", None),
        ({"remove": {"terms": {"rail": {"en": ["railway"]}}}}, "terms.rail.en", ["rail link"]),
        ({"topics": {"tourism": {"threshold": 0.5}}}, "topics.tourism", {"query": "$t", "threshold": 0.5}),
        ({"topics": {"tourism": {"remove": ["threshold"]}}}, "topics.tourism", {"query": "$t"}),
        ({"topics": {"remove": ["tourism"]}}, "topics", {}),
        ({"sources": [{"name": "cna", "lang": "zh"}]}, "sources.0", {"name": "cna", "url": "u", "lang": "zh"}),
        ({"sources": [{"name": "cna", "remove": True}]}, "sources.0.name", "topik-id"),
        ({"sources": [{"name": "cna", "remove": ["lang"]}]}, "sources.0", {"name": "cna", "url": "u"}),
        ({"sources": [{"name": "cna", "replace": True, "url": "w"}]}, "sources.0", {"name": "cna", "url": "w"}),
        ({"remove": {"sources": ["cna"]}}, "sources.0.name", "topik-id"),
        ({"remove": {"sources": {"cna": ["lang"]}}}, "sources.0", {"name": "cna", "url": "u"}),
        ({"remove": ["sources"], "sources": [{"name": "x", "url": "y"}]}, "sources", [{"name": "x", "url": "y"}]),
        ({"relevance": {"against": ["crime"]}}, "relevance.against", ["sport", "festival", "crime"]),
        ({"relevance": {"remove": {"against": ["sport"]}}}, "relevance.against", ["festival"]),
    ],
)  # fmt: skip
def test_the_forms(over: dict[str, Any], where: str, expected: Any) -> None:
    out = merged([BASE, over])
    assert (out.problems, out.warnings) == ([], [])
    found: Any = out.values
    for part in where.split("."):
        found = found[int(part)] if part.isdigit() else found.get(part)
    assert found == expected


def said(out: Merged) -> list[tuple[str, str]]:
    """The problems and warnings, each by its key."""
    return [(".".join(map(str, r.key)), r.message) for r in (*out.problems, *out.warnings)]


@pytest.mark.parametrize(
    ("over", "key", "message"),
    [
        ({"terms": {"rail": {"remove": {"en": ["rail-link"]}}}}, "terms.rail.remove.en.0", "did you mean rail link?"),
        ({"terms": {"rail": {"remove": {"vi": True}}}}, "terms.rail.remove.vi", "there is no vi beneath"),
        ({"terms": {"rale": {"remove": True}}}, "terms.rale", "did you mean rail?"),
        ({"topics": {"remove": ["tourismo"]}}, "topics.remove.0", "did you mean tourism?"),
        ({"sources": [{"name": "topik", "remove": True}]}, "sources.0.name", "did you mean topik-id?"),
        ({"remove": {"sources": ["cnn"]}}, "remove.sources.0", "did you mean cna?"),
        ({"topics": {"new": {"replace": True, "query": "x"}}}, "topics.new.replace", "nothing beneath"),
        ({"sources": [{"name": "cna", "remove": True, "url": "x"}]}, "sources.0.remove", "replace: true with"),
        ({"topics": {"tourism": {"remove": True, "query": "x"}}}, "topics.tourism.remove", "query stands beside it"),
        ({"terms": {"rail": {"remove": "th"}}}, "terms.rail.remove", "allowed: true alone, a list"),
        ({"terms": {"rail": {"remove": {"en": "rail link"}}}}, "terms.rail.remove.en", "allowed: true, or a list"),
        ({"terms": {"rail": {"replace": "yes"}}}, "terms.rail.replace", "allowed: true"),
        ({"terms": None}, "terms", "is empty; leave the key out, or say what goes: remove: [terms]"),
        ({"topics": {"tourism": None}}, "topics.tourism", "is empty; leave the key out"),
        ({"remove": True}, "remove", "nothing would be left"),
        ({"sources": [{"name": "x", "url": "1"}, {"name": "x", "url": "2"}]}, "sources.1.name", "used twice"),
    ],
)  # fmt: skip
def test_what_has_no_effect_or_cannot_be_meant_is_said_at_its_place(
    over: dict[str, Any], key: str, message: str
) -> None:
    found = said(merged([BASE, over]))
    assert [k for k, _ in found] == [key]
    assert message in found[0][1]


def test_what_would_be_read_as_a_removal_is_not_written() -> None:
    with pytest.raises(AseanwatchError, match=r"terms\.rail: remove cannot be the name"):
        overlay({"terms": {"rail": {"en": ["x"]}}}, {"terms": {"rail": {"remove": ["x"]}}})
    with pytest.raises(AseanwatchError, match=r"terms\.new: replace cannot be the name"):
        overlay({"terms": {}}, {"terms": {"new": {"replace": ["x"]}}})
