"""The part of a report that tells what its headline does not: a sentence or two, as written. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from alerts.digests.excerpt import harmless, shortened
from crawler.judging.bases.sentences import sentences_in
from crawler.parsing.headline_likeness import pairs_of
from crawler.store.leading import UNSPACED

SNIPPET = 260
"""Characters of a summary in a digest. Assistants are asked for the translation of just these."""
SENTENCES = 6
"""So many sentences from the beginning are considered. What a report tells first weighs most in news."""
REPEATS = 0.75
"""Share of a sentence's pairs of characters that its headline has too: such a sentence adds nothing."""
COVERS = 0.7
"""Share of the headline that a sentence repeats: such a sentence must add as much again as the headline has."""
SHORTEST = 40
"""Characters: a shorter sentence is a caption, a credit or a heading."""
SHORTEST_UNSPACED = 10
_DATELINE = re.compile(
    # A dash without blanks belongs to a name: 中国—东盟.
    # VIENTIANE, Feb. 24 (Xinhua) -- / (Xinhua) — / Hà Nội (TTXVN) – / JAKARTA, KOMPAS.com - / กรุงเทพฯ –
    r"\s*(?:[^\W\d_][^\n。:;!?]{1,60}?|\([^()\n]{2,40}\))(?:\s*--+\s*|\s+[—–-]\s+|(?<=[A-Z]{3})[—–]\s*|(?<=\))\s*[—–-]\s*)"
    r"(?:\([^()\n]{2,40}\)\s*)?"
    # 新华社万象2月24日电（记者…） / 中新网2月24日电 / 本报讯
    # KUALA LUMPUR: / ភ្នំពេញ៖ / 【9月27日 東方新報】 / (UPDATE)
    r"|\s*(?:[A-Z][A-Z .,'’-]{2,40}:\s|[\u1780-\u17ff()]{3,24}៖|【[^】\n]{1,30}】|\([A-Z]{4,12}\)\s)\s*"
    r"|\s*(?:[^\s，。！？]{0,24}?\d{1,2}日(?:电|電|讯|訊)|[^\s，。！？]{1,8}[社报報网網台](?:电|電|讯|訊)(?=[\s（(：:]))"
    r"\s*(?:[（(][^）)\n]{1,40}[）)])?\s*[：:]?\s*"
)
"""Place, day and agency before the first sentence."""
_DATELINE_WORDS = 8
_OPENS_QUOTE = re.compile(r"\s*[“\"«「『‘]")


def summary_span(title: str, text: str, evidence: Sequence[dict[str, Any]], most: int) -> tuple[int, int]:
    """Where the summary of a report stands in its text.

    It begins with the sentence that tells most beyond the headline, without its dateline; the next one follows where both
    fit. A report whose text only repeats its headline has none.

    Args:
        title: the headline, as published.
        text: the text, as published.
        evidence: the terms that were found in it, as stored with an article.
        most: characters that the summary may have; a longer first sentence is given whole, to be cut by who shows it.

    Returns:
        The span ``[start, end)``; both are 0 where there is no summary.
    """
    spans = [(_begin(text, a, b), b) for a, b in sentences_in(text[: most * 20])[: 2 * SENTENCES]]
    spans = [(a, _end(text, a, b)) for a, b in spans]
    fitting = [span for span in spans if _says_something(text[span[0] : span[1]])][:SENTENCES]
    headline = pairs_of(title)

    def adds(span: tuple[int, int]) -> bool:
        return not _is_within(headline, pairs_of(text[span[0] : span[1]]))

    worth = {span: _worth(text, span, place, evidence) for place, span in enumerate(fitting)}
    # The best first: looking at what a sentence repeats costs most, and mostly the first one adds something.
    best = next((span for span in sorted(fitting, key=worth.__getitem__, reverse=True) if adds(span)), None)
    if best is None:
        return 0, 0
    start, end = best
    following = next((span for span in spans if span[0] >= end), None)
    if following and following[1] - start <= most and following in worth and adds(following):
        end = following[1]
    return start, end


class Summary(NamedTuple):
    """The summary of a report: where it begins in the report's text, and what it says; as long as there, so that offsets stay true."""

    start: int
    text: str


def summarised(report: Any, most: int) -> Summary:
    """The summary of a report (a row with ``title``, ``text`` and ``evidence``), cut at ``most`` characters; empty without a headline."""
    if not report.title:
        return Summary(0, "")  # the text stands in its place
    start, end = summary_span(report.title, report.text, report.evidence or (), most)
    return Summary(start, shortened(report.text[start:end], most))


def summary(report: Any, most: int) -> str:
    """The same as text that is harmless in a page."""
    return harmless(summarised(report, most).text)


def _begin(text: str, start: int, end: int) -> int:
    """Where a sentence begins behind its blanks, and behind the dateline if it is the first one."""
    begin = start
    if (
        not text[:start].strip()
        and (line := _DATELINE.match(text, start, end))
        and _is_dateline(line[0], text[line.end() : end])
    ):
        begin = line.end()
    while begin < end and text[begin].isspace():
        begin += 1
    return begin


def _is_dateline(line: str, rest: str) -> bool:
    # "Hanoi – which hosts the fair – said" goes on in lower case. No dateline does.
    return len(line.split()) <= _DATELINE_WORDS and not rest[:1].islower() and bool(rest)


def _end(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _says_something(sentence: str) -> bool:
    return len(sentence) >= (SHORTEST_UNSPACED if UNSPACED.search(sentence) else SHORTEST)


def repeats(title: str, sentence: str) -> bool:
    """Whether a sentence tells nothing beyond the headline."""
    return _is_within(pairs_of(title), pairs_of(sentence))


def _is_within(headline: set[str], said: set[str]) -> bool:
    if not headline or not said:
        return False
    shared = len(headline & said)
    adds_little = len(said) - shared < len(headline)
    return shared > REPEATS * len(said) or (shared > COVERS * len(headline) and adds_little)


def _worth(text: str, span: tuple[int, int], place: int, evidence: Sequence[dict[str, Any]]) -> float:
    """What a sentence is worth as a summary: terms that were found in it, its place, and that it is no bare quotation."""
    start, end = span
    found = {e["term"] for e in evidence if e["field"] == "text" and start <= e["start"] < end}
    return min(len(found), 3) - 0.75 * place - bool(_OPENS_QUOTE.match(text, start))
