"""How a digest is laid out: cards under headings, bases first, then topics, last what is only new to us; and the lines in brief. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.digests.digest import LONGEST_LINE, BaseItem, Digest, StoryItem, base_line, base_of
from alerts.digests.excerpt import shortened
from alerts.digests.wording import MACHINE_MARK, MACHINE_TRANSLATION, N_, Words, capitalised

BRIEFS = 3
"""Lines at the head of a digest."""
MOST_TITLES = 3
"""Headings that the last of them names."""
MANY = 12
"""A digest with more cards than this begins with a list of its sections."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that happened: a story, a base, or a base with the story that tells of it."""

    base: BaseItem | None
    story: StoryItem | None

    @property
    def news(self) -> str:
        """What it tells beyond its title: the sentence that proves the base, or the summary of the story."""
        if self.base is not None:
            return self.base.sentence
        return "".join(piece.text for piece in self.story.snippet) if self.story else ""

    def news_in(self, say: Words) -> str:
        """The same as one line shows it: what a machine made of it after the mark that says so."""
        made = self.base.sentence_translation if self.base else self.story and self.story.summary_translation
        return say.machine_made(made.text) if made and self.news else self.news

    def title_in(self, say: Words, mark: str = MACHINE_MARK) -> str:
        """The name of the base, or the headline of the story, likewise."""
        if self.base is not None:
            return self.base.name_in(say, mark)
        return self.story.best.title_in(say, mark) if self.story else ""


@dataclass(frozen=True, slots=True)
class DigestSection:
    """Cards under one heading."""

    title: str
    cards: tuple[Card, ...]
    is_of_bases: bool = False


def sections_of(digest: Digest, stories: Sequence[StoryItem], say: Words) -> tuple[DigestSection, ...]:
    """The sections of a digest, none of them empty.

    Args:
        digest: the digest.
        stories: those of its stories that are shown.
        say: the reader's words.
    """
    bases = list(digest.bases)
    cards = [Card(_taken(bases, s), s) for s in stories]
    # A base whose story is not shown, because the digest would be too long, is shown without it.
    about_bases = (*(c for c in cards if c.base), *(Card(b, None) for b in bases))
    grouped: dict[str, list[Card]] = {}
    for card in cards:
        if card.base is None and card.story is not None:
            grouped.setdefault(_heading(card.story, say), []).append(card)
    last = say.gettext(N_("Also new to us"))
    order = sorted(grouped, key=lambda title: title == last)
    # A heading that mentions the bases of former versions
    # stays true: a stage that was reached is no new base.
    title = N_("New bases") if any(c.base and not c.base.update for c in about_bases) else N_("Bases")
    first = (DigestSection(say.gettext(title), about_bases, is_of_bases=True),) if about_bases else ()
    return (*first, *(DigestSection(title, tuple(grouped[title])) for title in order))


def _taken(bases: list[BaseItem], story: StoryItem) -> BaseItem | None:
    """The base that a story tells of, taken out of ``bases``; None if it tells of none of them."""
    key = base_of(story.key, story.base)
    found = next((b for b in bases if b.key == key and b.story in (None, story.story)), None)
    if found is not None:
        bases.remove(found)
    return found


def _heading(story: StoryItem, say: Words) -> str:
    if story.old:
        return say.gettext(N_("Also new to us"))
    if story.corrects:
        return say.gettext(N_("Corrections"))
    return story.topics[0].title if story.topics else say.gettext(N_("Stories"))


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A line at the head of a digest, and the language that it is written in.

    ``place`` is the number of the card that it leads to; 0 for none. ``label`` stands before a text that the reader may not be
    able to read.
    """

    text: str
    lang: str
    place: int = 0
    label: str = ""


def in_brief(sections: Sequence[DigestSection], say: Words) -> tuple[BriefLine, ...]:
    """The lines at the head: the first news, and where the rest is. None where they would only repeat all there is."""
    cards = _cards_of(sections)
    if len(cards) <= BRIEFS:
        return ()
    first_cards = cards[:BRIEFS] if len(cards) > BRIEFS + 1 else cards[: BRIEFS - 1]
    rest = len(cards) - len(first_cards)
    titles = [s.title for s in sections if any(c not in first_cards for c in s.cards)]
    more = say.ngettext(
        "%(num)d more story in %(topics)s",
        "%(num)d more stories in %(topics)s",
        rest,
        topics=_some(titles, say),
    )
    return (
        *(_line(card, place, say) for place, card in enumerate(first_cards, 1)),
        BriefLine(more, say.language),
    )


def _some(titles: Sequence[str], say: Words) -> str:
    shown = [*titles[:MOST_TITLES], *(["…"] if len(titles) > MOST_TITLES else [])]
    return say.joined(shown)


def _line(card: Card, place: int, say: Words) -> BriefLine:
    if card.base is not None:
        return BriefLine(base_line(card.base, say), say.language, place)
    assert card.story is not None  # a card has one or both
    best = card.story.best
    # There is room for the full words here, in the place of what helps with a headline that cannot be read.
    made = best.translation
    label = capitalised(say.gettext(MACHINE_TRANSLATION)) if made else card.story.label(say)
    title = shortened(made.text if made else best.title, LONGEST_LINE)
    return BriefLine(title, made.lang if made else best.lang, place, label)


def _cards_of(sections: Sequence[DigestSection]) -> list[Card]:
    return [card for section in sections for card in section.cards]


def preview_of(sections: Sequence[DigestSection], say: Words) -> str:
    """What mail programs show beside the subject: what the first card tells beyond it, then the next headlines.

    A phone shows some 90 characters of it, so it begins with news; where the first card tells nothing beyond its headline,
    that is who reported.
    """
    cards = _cards_of(sections)
    parts = [card.news_in(say) for card in cards[:1]] + [card.title_in(say) for card in cards[1:3]]
    found = [part for part in parts if part] or [_reported(card, say) for card in cards[:1]]
    return shortened(" · ".join(found), LONGEST_LINE)


def _reported(card: Card, say: Words) -> str:
    """By whom and how often a card's news was reported."""
    if card.base is not None:
        return _by(say, card.base.proof.outlet, card.base.reports, card.base.languages)
    assert card.story is not None  # a card has one or both
    return _by(say, card.story.best.outlet, card.story.reports, card.story.languages)


def _by(say: Words, outlet: str, reports: int, languages: Sequence[str]) -> str:
    return say.bracketed(outlet, say.reports_in_languages(reports, len(languages)))
