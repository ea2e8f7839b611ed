"""Parties that relevance does not follow: said at the key that was changed, with the line to write."""

from __future__ import annotations

import pytest

from crawler.config.advice import advice
from crawler.config.loading import read_config

HEAD = 'extends: packaged\ncrawl: {user_agent: "x (+https://a.sg/b)"}\n'
INDIA = "parties: {ours: [IN], theirs: ['002']}\n"
FOLLOWING = "both: both, elsewhere: elsewhere}\n"


def said(text: str) -> dict[str, str]:
    """The warnings of a configuration on its parties, by key."""
    settings = read_config((HEAD + text).encode(), "config.yaml", None, {}).settings
    return {".".join(map(str, key)): words for key, words in advice(settings) if key[0] == "parties"}


def test_parties_alone_leave_relevance_with_those_of_the_shipped_desk() -> None:
    found = said(INDIA)
    assert set(found) == {"parties", "parties.ours", "parties.theirs"}
    assert (
        "write relevance: {ours: ours, theirs: theirs, both: both, elsewhere: elsewhere}"
        in found["parties.ours"]
    )
    assert "names nothing of Africa" in found["parties.theirs"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "parties: {ours: [CN], theirs: [MY, TH]}\n",
        f"{INDIA}relevance: {{ours: ours, theirs: theirs, {FOLLOWING}",
        # Names in a set of one's own will do, of countries as of groups.
        f"{INDIA}terms: {{mine: {{en: [India]}}, them: {{en: [African Union]}}}}\nrelevance: {{ours: mine, theirs: them, {FOLLOWING}",
        f"{INDIA}terms: {{mine: {{'*': [$country_IN, Tata Motors]}}}}\nrelevance: {{ours: mine, theirs: theirs, {FOLLOWING}",
    ],
)
def test_nothing_is_said_where_relevance_names_the_parties(text: str) -> None:
    assert said(text) == {}


def test_one_side_that_names_nobody_is_told_alone() -> None:
    text = (
        f"{INDIA}terms: {{mine: {{en: [Tata Motors]}}}}\nrelevance: {{ours: mine, theirs: theirs, {FOLLOWING}"
    )
    assert set(said(text)) == {"parties.ours"}


@pytest.mark.parametrize(
    ("theirs", "missing"),
    [
        ("[TD, PE, VN]", "Chad, Peru"),
        ("[TD, VN, LA]", "Chad"),
        ("[MY, KE, GH, NP]", "Ghana, Kenya, Nepal"),
    ],
)
def test_each_country_that_relevance_leaves_out_is_named(theirs: str, missing: str) -> None:
    found = said(f"parties: {{ours: [CN], theirs: {theirs}}}\n")
    assert "parties.ours" not in found
    assert f"does not name {missing}, so that" in found["parties.theirs"]


def test_of_many_countries_some_are_named_and_the_rest_are_counted() -> None:
    text = f"{INDIA}terms: {{them: {{en: [Kenya]}}}}\nrelevance: {{ours: ours, theirs: them, {FOLLOWING}"
    assert " more, so that" in said(text)["parties.theirs"]
