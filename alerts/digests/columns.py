"""The lines under each story of a digest, in HTML and in plain text.

A new column is a row of `COLUMNS`. Where it shows what a digest does not hold yet, add the value to
`alerts.digests.digest.StoryItem`, with a default for digests of former versions, and fill it in `alerts.digests.build`.
Labels are translated in ``alerts/locale`` (``make messages``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from alerts.digests.digest import StoryItem
from alerts.digests.wording import N_, Words


class Column(NamedTuple):
    """One line under a story: its label, to be translated, and what it says in a reader's words; an empty value leaves it out."""

    label: str
    value: Callable[[StoryItem, Words], str]


_AS_A_WHOLE = N_("concerns %(group)s as a whole")


def _why(story: StoryItem, say: Words) -> str:
    """The topics with the terms found. Digests of former versions have them as lines only."""
    found = [
        f"{t.title}{say.marks.colon}{say.joined(t.terms)}" if t.terms else t.title for t in story.topics
    ] or list(story.why)
    return say.clauses(
        [*found, *([say.gettext(_AS_A_WHOLE, group=say.party(story.whole))] if story.as_a_whole else [])]
    )


COLUMNS: Sequence[Column] = (Column(N_("Why you get this:"), _why),)
