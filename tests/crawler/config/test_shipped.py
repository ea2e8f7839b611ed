"""The configuration that ships: real addresses, every country and language, and the topics that people ask for."""

from __future__ import annotations

from crawler.judging.parties import CHINA_ASEAN
from tests.builders import shipped

LANGUAGES = {"en", "zh", "id", "ms", "vi", "th", "tl", "km", "lo", "my"}
TOPICS = {
    "demonstration_base", "trade_investment", "infrastructure_transport", "digital_ai_science", "green_energy", "education_culture",
    "agriculture_food", "finance", "diplomacy", "health", "tourism", "security_law",
}  # fmt: skip


def test_sources_cover_every_country_and_language() -> None:
    sources = [s for s in shipped().sources if s.enabled]
    assert len(sources) >= 80
    assert {s.country for s in sources} >= CHINA_ASEAN.theirs.countries | {"CN"}
    assert {s.lang for s in sources} >= LANGUAGES
    assert {s.kind for s in sources} >= {"feed", "search"}
    assert len({s.address for s in sources}) == len(sources)


def test_every_term_set_of_a_topic_has_every_language() -> None:
    for name in ("cooperation", "base", "launch"):
        assert set(shipped().terms[name]) >= LANGUAGES, name


def test_topics_and_china() -> None:
    assert set(shipped().topics) == TOPICS
    assert shipped().topics["demonstration_base"].alert == "new_base"
    assert "CN" in CHINA_ASEAN.ours.countries
