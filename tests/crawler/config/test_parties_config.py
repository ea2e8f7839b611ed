"""Configurations for other parties, as ``init --for`` writes them: they load without a word, and know whose news is whose."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from crawler.analysis.classify import classify, read_rows
from crawler.analysis.evaluate import evaluate
from crawler.config.advice import advice
from crawler.config.layers import packaged_values
from crawler.config.load import load_with_lines
from crawler.config.parties_config import config_text, parties_named
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.judging.territories import UnknownTerritoryError
from crawler.model import Article
from tests.builders import NOON, article
from tests.conftest import run

SETS = Path(__file__).parents[3] / "examples/desks"
PAIRS = (
    "india-africa",
    "JP,KR:ASEAN",
    "EU:MERCOSUR",
    "japan:mercosur",
    "EU:Central Asia",
    "Brazil:Angola,Mozambique",
    "GCC:SAARC",
)


@cache
def settings_for(pair: str) -> Settings:
    """The settings that are written for some parties; what is wrong or doubtful in them fails."""
    folder = Path(__import__("tempfile").mkdtemp())
    file = folder / "config.yaml"
    file.write_text(config_text(parties_named(pair), packaged_values()), encoding="utf-8")
    loaded = load_with_lines(file, {})
    assert [*loaded.warning_lines("")] == []
    assert list(advice(loaded.settings)) == []
    return loaded.settings


@cache
def judge_for(pair: str) -> Judge:
    """A judge for some parties."""
    return Judge(settings_for(pair).rules())


def news(title: str, text: str = "") -> Article:
    """An article of our own."""
    return article(title, text or f"{title}. Officials of both countries signed the agreement on Monday.")


@pytest.mark.parametrize(
    ("written", "ours", "theirs"),
    [("india-africa", ("IN",), ("002",)), ("india:africa", ("IN",), ("002",)), ("JP,KR:ASEAN", ("JP", "KR"), ("ASEAN",)),
     ("EU:MERCOSUR", ("EU",), ("MERCOSUR",)), ("guinea-bissau-india", ("GW",), ("IN",)), ("india-guinea-bissau", ("IN",), ("GW",)),
     ("south korea:central asia", ("KR",), ("CENTRAL_ASIA",))],
)  # fmt: skip
def test_short_forms_name_both_sides(written: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    between = parties_named(written)
    assert (between.ours.codes, between.theirs.codes) == (ours, theirs)


@pytest.mark.parametrize(
    "written", ["", "india", "indai:africa", "india:africa:asia", ":", "a-b", "EU:EU", "-"]
)
def test_what_names_no_two_sides_is_refused(written: str) -> None:
    with pytest.raises(UnknownTerritoryError):
        parties_named(written)


@pytest.mark.parametrize("pair", PAIRS)
def test_the_written_file_is_right_and_has_sources_and_topics(pair: str) -> None:
    made = settings_for(pair)
    assert made.parties.sides == parties_named(pair)
    assert any(s.kind == "search" for s in made.sources)
    assert len(made.topics) == 12
    assert not any(s.country == "CN" for s in made.sources)


def test_packaged_sources_of_the_countries_are_kept() -> None:
    kept = {s.country for s in settings_for("JP,KR:ASEAN").sources}
    assert {"TH", "VN", "ASEAN"} <= kept
    assert len(settings_for("india-africa").sources) < 10


@pytest.mark.parametrize(
    ("pair", "ours", "theirs", "other"),
    [("india-africa", "India", "Kenya", "China"), ("JP,KR:ASEAN", "Japan", "Thailand", "China"), ("EU:MERCOSUR", "Germany", "Uruguay", "Japan"),
     ("EU:Central Asia", "Italy", "Uzbekistan", "Russia"), ("Brazil:Angola,Mozambique", "Brazil", "Angola", "Portugal")],
)  # fmt: skip
def test_relevance_follows_the_parties(pair: str, ours: str, theirs: str, other: str) -> None:
    judge = judge_for(pair)
    yes = judge.classify(news(f"{ours} and {theirs} sign agreement on trade cooperation"))
    assert yes.relevance.relevant
    assert len(yes.countries) == 2
    for one, two in ((other, theirs), (ours, other)):
        no = judge.classify(news(f"{one} and {two} sign agreement on trade cooperation"))
        assert not no.relevance.relevant, (one, two)


def test_a_base_has_its_name_side_and_city() -> None:
    text = "India and Kenya on Tuesday opened the India-Kenya Solar Training Centre in Nakuru. Indian High Commissioner cut the ribbon."
    found = judge_for("india-africa").classify(
        article("India, Kenya open solar training centre in Nakuru", text)
    )
    base = found.bases[0]
    assert (base.name, base.cities, base.countries, base.is_new) == (
        "India-Kenya Solar Training Centre",
        ("Nakuru",),
        ("KE",),
        True,
    )


def test_a_base_without_a_name_is_described_by_the_parties() -> None:
    found = judge_for("india-africa").classify(
        article(
            "Un campus indien à Accra",
            "L'Inde et le Ghana ont signé mercredi un accord pour la création d'un centre d'innovation à Accra.",
        )
    )
    assert [b.name_en for b in found.bases if "India–Ghana" in b.name_en]


@pytest.mark.parametrize(
    "title",
    [
        "South African of Indian origin wins race in Durban",
        "Guinea fowl farming agreement signed in Kerala",
        "Indian Ocean tuna talks: agreement signed with Maldives",
        "Papua New Guinea and India sign agreement on trade",
    ],
)
def test_longer_names_are_not_the_countries_that_they_hold(title: str) -> None:
    found = judge_for("india-africa").classify(article(title, f"{title}."))
    assert not found.relevance.relevant


@pytest.mark.parametrize(
    "name", ["india-africa-develop", "india-africa-held-out", "japan-mercosur", "eu-central-asia"]
)
def test_labelled_news_of_other_parties_is_told_apart(name: str) -> None:
    pair = {"japan-mercosur": "japan:mercosur", "eu-central-asia": "EU:Central Asia"}.get(
        name, "india-africa"
    )
    measures, _ = evaluate(read_rows(SETS / f"{name}.jsonl"), judge_for(pair), NOON)
    assert measures["relevant"]["f1"] >= 0.93


def test_stories_of_other_parties_are_joined_across_languages() -> None:
    rows = read_rows(SETS / "india-africa-develop.jsonl")
    stories = {row["id"]: row["story"] for row in classify(rows, judge_for("india-africa"), NOON)}
    assert stories["a1"] == stories["a2"]
    assert stories["a1"] != stories["f1"]


def test_the_command_writes_the_file_and_says_what_is_near(tmp_path: Path) -> None:
    done = run("init", "--for", "india-africa", cwd=tmp_path)
    assert done.status == 0
    assert "parties: {ours: [IN]" in (tmp_path / "config.yaml").read_text(encoding="utf-8")
    failed = run("init", "b", "--for", "indai:africa", cwd=tmp_path)
    assert failed.status == 2
    assert "IN (India)" in failed.err
    assert not (tmp_path / "b").exists()
