"""The day on which a base was launched, signed, opened."""

from __future__ import annotations

from datetime import date

from crawler.judging.text.dates import dates_in
from crawler.judging.text.matching import Findings
from crawler.judging.weights import weights


def day_of(findings: Findings, sentence: str, published: date) -> date | None:
    """The day of the act: the latest one that the sentence, else the text, names and that is not to come.

    Where the sentence names only days that are long past, it looks back on one of them, whatever day the text names besides.
    """
    named = [m.day for m in dates_in(sentence, findings.lang, published) if m.day <= published]
    weigh = weights().bases
    # Else a day of this week, named somewhere in the text,
    # would make the opening of years ago one of today.
    if named and max(named) < published - weigh.look_back:
        return max(named)
    earliest = published - weigh.day_reach
    for text in (sentence, findings.fields["text"].original[: weigh.day_text]):
        past = [m.day for m in dates_in(text, findings.lang, published) if earliest <= m.day <= published]
        if past:
            # In the sentence of the act the latest day is that of
            # the act; in a text the first one is that of the news.
            return max(past) if text is sentence else past[0]
    return None
