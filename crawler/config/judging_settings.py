"""The sections of config.yaml that say what is news: relevance, topics, judging, stories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from crawler.config.section import FrameLanguage, Section
from crawler.config.values import Duration, JudgeName
from crawler.model import TermSet


class RelevanceSettings(Section):
    """Which term sets decide whether an article reports cooperation between the parties, and from which score on."""

    ours: str = Field("china", description="term set of names of our side")
    theirs: str = Field("asean_or_member", description="term set of names of their side")
    both: str = Field("china_asean", description="term set of names that mean both sides")
    two_sides: str = Field("two_sides", description="term set of words for the two sides of something")
    cooperation: tuple[str, ...] = Field(("cooperation",), description="term sets of words of cooperation")
    matters: tuple[str, ...] = Field((), description="term sets of matters that make cooperation likelier")
    strong: tuple[str, ...] = Field(
        ("agreement",), description="term sets that weigh as much as several others"
    )
    against: tuple[str, ...] = Field(
        ("dispute", "crime", "sport", "festival"), description="term sets that speak against cooperation"
    )
    softens: tuple[str, ...] = Field(
        (),
        description="term sets of what is signed or given: beside both parties, in the headline or the first sentence, "
        "it halves what speaks against",
    )
    subjects: tuple[str, ...] = Field(
        (), description="term sets of what a headline may tell of both, that says nothing of cooperation"
    )
    deeds: tuple[str, ...] = Field(
        (), description="term sets of what one side does for the other in such a headline, or both do"
    )
    happenings: tuple[str, ...] = Field(
        (), description="term sets of what happens to both, and speaks against a headline that says no more"
    )
    elsewhere: str = Field("other_power", description="term set of names of third parties")
    threshold: float = Field(0.5, ge=0, le=1, description="the score from which an article is relevant")


class Examples(Section):
    """News that a topic must match, and must not: a text (its first line is the headline), or a stored article's address."""

    match: tuple[str, ...] = Field((), description="news that the topic must match")
    no_match: tuple[str, ...] = Field((), description="news that it must not match")


def _by_language(value: Any) -> Any:
    """A title as a mapping of languages to texts; a text alone counts as English, which all others fall back to."""
    if isinstance(value, str):
        return {"en": value} if value else {}
    if not isinstance(value, Mapping):
        raise ValueError(
            f"{value!r} is no title; allowed: a text, or one for each language such as {{en: Trade, zh: 贸易}}"
        )
    return value


def _as_written(title: Mapping[str, str]) -> str | dict[str, str]:
    """A title as config.yaml has it."""
    return title.get("en", "") if set(title) <= {"en"} else dict(title)


_TITLE_TEXT = {"type": "string", "minLength": 1}
Title = Annotated[
    dict[FrameLanguage, Annotated[str, StringConstraints(min_length=1)]],
    BeforeValidator(_by_language),
    PlainSerializer(_as_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {code: _TITLE_TEXT for code in get_args(FrameLanguage)},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""What readers see: a text, or one for each language of the frame."""


class TopicSetting(Section):
    """What an operator wants to hear of."""

    title: Title = Field(
        {}, description="what readers see, a text or one for each language; default: the name"
    )
    query: str = Field(description="what it matches (docs/topics.md)")
    alert: Literal["article", "story", "new_base"] = Field(
        "story", description="what is told: each report, each new story, each new base"
    )
    threshold: float = Field(0.0, ge=0, le=1, description="the least score of a match")
    only_relevant: bool = Field(
        True, description="match only articles that report cooperation between the parties"
    )
    if_best: bool = Field(
        False,
        description="a rival for what relevant news is about: the best one matches even below its threshold, others only "
        "near the best",
    )
    examples: Examples = Examples()

    def title_in(self, language: str) -> str:
        """The title for readers of a language: its own, else the English one, else any; empty where none is."""
        titles = {str(code): text for code, text in self.title.items()}
        for code in (language, "en", *titles):
            if code in titles:
                return titles[code]
        return ""


class Judging(Section):
    """What judges besides the rules of this file."""

    also: tuple[JudgeName, ...] = Field((), description="judges that installed packages add, in this order")


class Stories(Section):
    """How reports are grouped."""

    window: Duration = Field(timedelta(days=5), description="how far reports of one story may lie apart")


def term_set(name: str, spellings: dict[str, tuple[str, ...]]) -> TermSet:
    """A term set from its form in config.yaml, where ``except`` lists the exceptions."""
    own = {lang: s for lang, s in spellings.items() if lang != "except"}
    return TermSet(name, own, spellings.get("except", ()))
