"""All numbers that judging depends on, and that could have been chosen otherwise, in frozen tables.

Judging reads the tables that are in use (`weights`). A tool or test that wants to know what other numbers would do puts
others into use for a while, in its own thread or task only:

    with using(scaled(JudgingWeights(), "relevance.bias", 0.5)):
        judge.classify(article)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.judging.weights.bases import BaseWeights, RegisterWeights
from crawler.judging.weights.copies import CopyWeights, RepublishingWeights
from crawler.judging.weights.entities import (
    AnchorWeights,
    CreditWeights,
    EditionWeights,
    NameWeights,
    SoundWeights,
)
from crawler.judging.weights.places import EventPlaceWeights, LocatingWeights, TownWeights
from crawler.judging.weights.relevance import (
    FirstLookWeights,
    RelevanceWeights,
    SuggestionWeights,
    TopicWeights,
)
from crawler.judging.weights.stories import GroupingWeights, LikenessWeights
from crawler.judging.weights.text import DateWeights, LanguageWeights
from crawler.runtime.weight_tables import InUse


@dataclass(frozen=True, slots=True)
class JudgingWeights:
    """The weights of all decisions of judging."""

    first_look: FirstLookWeights = field(default_factory=FirstLookWeights)
    relevance: RelevanceWeights = field(default_factory=RelevanceWeights)
    topics: TopicWeights = field(default_factory=TopicWeights)
    suggestions: SuggestionWeights = field(default_factory=SuggestionWeights)
    language: LanguageWeights = field(default_factory=LanguageWeights)
    dates: DateWeights = field(default_factory=DateWeights)
    anchors: AnchorWeights = field(default_factory=AnchorWeights)
    names: NameWeights = field(default_factory=NameWeights)
    sounds: SoundWeights = field(default_factory=SoundWeights)
    editions: EditionWeights = field(default_factory=EditionWeights)
    credit: CreditWeights = field(default_factory=CreditWeights)
    event_places: EventPlaceWeights = field(default_factory=EventPlaceWeights)
    locating: LocatingWeights = field(default_factory=LocatingWeights)
    towns: TownWeights = field(default_factory=TownWeights)
    bases: BaseWeights = field(default_factory=BaseWeights)
    register: RegisterWeights = field(default_factory=RegisterWeights)
    likeness: LikenessWeights = field(default_factory=LikenessWeights)
    grouping: GroupingWeights = field(default_factory=GroupingWeights)
    copies: CopyWeights = field(default_factory=CopyWeights)
    republishing: RepublishingWeights = field(default_factory=RepublishingWeights)


_IN_USE = InUse("judging_weights", JudgingWeights())
weights = _IN_USE.get
"""Gives the weights in use: the packaged ones, unless `using` has put others in their place."""
using = _IN_USE.using
