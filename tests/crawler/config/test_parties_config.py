"""Configurations for other parties, as ``init --for`` writes them: they load without a word, and know whose news is whose."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from crawler.analysis.classify import classify, read_rows
from crawler.analysis.evaluate import evaluate
from crawler.config.advice import advice
from crawler.config.layers import packaged_values
from crawler.config.loading import load_with_lines
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

NEWS = [
    ("JP,KR:ASEAN",1,"th","ญี่ปุ่นและไทยลงนามความร่วมมือด้านเกษตร","ญี่ปุ่นและไทยลงนามบันทึกความเข้าใจด้านการเกษตรที่กรุงเทพฯ เมื่อวันจันทร์"),
    ("JP,KR:ASEAN",0,"th","จีนและไทยลงนามความร่วมมือด้านเกษตร","จีนและไทยลงนามบันทึกความเข้าใจด้านการเกษตรที่กรุงเทพฯ เมื่อวันจันทร์"),
    ("JP,KR:ASEAN",1,"id","Jepang dan Indonesia teken kerja sama hidrogen","Jepang dan Indonesia menandatangani nota kesepahaman tentang hidrogen di Jakarta."),
    ("JP,KR:ASEAN",0,"id","Tiongkok dan Indonesia teken kerja sama hidrogen","Tiongkok dan Indonesia menandatangani nota kesepahaman tentang hidrogen di Jakarta."),
    ("JP,KR:ASEAN",1,"vi","Hàn Quốc và Việt Nam ký thỏa thuận bán dẫn","Hàn Quốc và Việt Nam ký kết thỏa thuận hợp tác về bán dẫn tại Hà Nội."),
    ("JP,KR:ASEAN",1,"zh","日本与泰国签署铁路合作备忘录","日本与泰国16日在曼谷签署铁路合作备忘录。"),
    ("JP,KR:ASEAN",0,"zh","中国与泰国签署铁路合作备忘录","中国与泰国16日在曼谷签署铁路合作备忘录。"),
    ("JP,KR:ASEAN",0,"en","Japan, South Korea hold talks in Tokyo","Japan and South Korea held talks on chips in Tokyo and signed an agreement."),
    ("GCC:China",1,"en","Saudi Arabia and China sign solar deal","Saudi Arabia and China signed a deal in Riyadh to build solar plants together."),
    ("GCC:China",0,"en","China and Malaysia sign solar deal","China and Malaysia signed a deal in Kuala Lumpur to build solar plants together."),
    ("GCC:China",1,"ar","السعودية والصين توقعان اتفاقية تعاون في الطاقة","وقعت السعودية والصين اتفاقية تعاون في الطاقة الشمسية في الرياض."),
    ("US:Latin America",1,"es","Estados Unidos y Perú firman acuerdo de cooperación espacial","Estados Unidos y Perú firmaron en Lima un acuerdo de cooperación para un puerto espacial."),
    ("US:Latin America",0,"es","China y Perú firman acuerdo de cooperación portuaria","China y Perú firmaron en Lima un acuerdo de cooperación sobre el puerto de Chancay."),
    ("US:Latin America",0,"en","US and UK sign trade agreement","The United States and Britain signed a trade agreement in Washington."),
    ("France:Morocco,Algeria,Tunisia",1,"fr","La France et le Maroc signent un accord ferroviaire","La France et le Maroc ont signé à Rabat un accord de coopération ferroviaire."),
    ("France:Morocco,Algeria,Tunisia",0,"fr","L'Espagne et le Maroc signent un accord ferroviaire","L'Espagne et le Maroc ont signé à Rabat un accord de coopération ferroviaire."),
    ("Germany:Namibia",1,"de","Deutschland und Namibia vereinbaren Zusammenarbeit bei Wasserstoff","Deutschland und Namibia haben in Windhuk ein Abkommen über grünen Wasserstoff unterzeichnet."),
    ("Germany:Namibia",0,"de","Deutschland und Polen vereinbaren Zusammenarbeit","Deutschland und Polen haben in Warschau ein Abkommen über Zusammenarbeit unterzeichnet."),
    ("Russia:Africa",1,"ru","Россия и Египет подписали соглашение о промышленной зоне","Россия и Египет подписали в Каире соглашение о российской промышленной зоне в районе Суэцкого канала."),
    ("Russia:Africa",0,"ru","Россия и Индия подписали соглашение","Россия и Индия подписали в Москве соглашение о сотрудничестве."),
    ("Australia:Pacific Islands Forum",1,"en","Australia, Fiji sign policing pact","Australia and Fiji signed a policing pact in Suva; Canberra will train officers."),
    ("Australia:Pacific Islands Forum",0,"en","China, Solomon Islands sign policing pact","China and Solomon Islands signed a policing pact in Honiara."),
    ("South Korea:Niger",0,"en","Nigeria and South Korea agree on shipyard","Nigeria and South Korea agreed to build a shipyard in Lagos, in Niger Delta waters."),
    ("South Korea:Georgia",1,"en","South Korea and Georgia sign visa agreement","South Korea and Georgia signed a visa agreement in Tbilisi."),
    ("Turkey:Chad",1,"en","Turkey and Chad sign cooperation deal","Turkey and Chad signed a cooperation deal in N'Djamena."),
]  # fmt: skip
"""Parties, whether it is their news, its language, headline and text."""


@cache
def settings_for(pair: str) -> Settings:
    """The settings that are written for some parties; what is wrong or doubtful in them fails."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(config_text(parties_named(pair), packaged_values()), encoding="utf-8")
        loaded = load_with_lines(file, {})
    assert [*loaded.warning_lines("")] == []
    # The contact of the crawler is the operator's to write.
    assert [key for key, _ in advice(loaded.settings) if key != ("crawl", "user_agent")] == []
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
    "written",
    [
        "",
        "india",
        "indai:africa",
        "india:africa:asia",
        ":",
        "a-b",
        "EU:EU",
        "-",
        "EU:DE",
        "DE:EU",
        "EU:Europe",
        "Kenya:Africa",
    ],
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
    assert "ours: India, theirs: Africa (" in done.out
    assert "parties: {ours: [IN]" in (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert "write CD for Congo - Kinshasa" in run("init", "c", "--for", "india:congo", cwd=tmp_path).err
    failed = run("init", "b", "--for", "indai:africa", cwd=tmp_path)
    assert failed.status == 2
    assert "IN (India)" in failed.err
    assert not (tmp_path / "b").exists()


@pytest.mark.long
@pytest.mark.parametrize(("pair", "is_relevant", "lang", "title", "text"), NEWS)
def test_news_of_any_pair_is_told_apart(
    pair: str, is_relevant: int, lang: str, title: str, text: str
) -> None:
    found = judge_for(pair).classify(article(title, text))
    assert (found.lang, found.relevance.relevant) == (lang, bool(is_relevant))
