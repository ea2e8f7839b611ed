"""News near the threshold of relevance: just cooperation between China and a member state, or just not."""

from __future__ import annotations

from functools import partial

from tests.builders import article, shipped_judge
from tests.crawler.margins.case import Case

_RIVER = [
    "after",
    "residents",
    "had",
    "watched",
    "the",
    "river",
    "rise",
    "while",
    "the",
    "weather",
    "office",
    "kept",
    "its",
    "warning",
    "for",
    "boats",
    "in",
    "the",
    "harbour",
    "of",
    "the",
    "old",
    "town",
    "and",
    "for",
    "farms",
    "beside",
    "the",
    "lower",
    "dam",
    "and",
    "the",
    "mill",
]


def meanwhile(words: int) -> str:
    """A clause of so many words that says nothing of any party."""
    return " ".join(_RIVER[:words])


def is_relevant(title: str, text: str, lang: str) -> bool:
    return shipped_judge().classify_without_features(article(title, text, lang_hint=lang)).relevance.relevant


def _case(title: str, text: str, lang: str, expected: bool) -> Case:
    return Case(f"{title} | {text}", partial(is_relevant, title, text, lang), expected)


def passes(title: str, text: str, lang: str = "en") -> Case:
    return _case(title, text, lang, True)


def fails(title: str, text: str, lang: str = "en") -> Case:
    return _case(title, text, lang, False)


_BANKS = " ".join(["Rain fell on both banks of the river."] * 4) + " "
_TREATIES = "China signed a memorandum, a treaty, a protocol, a pact and a deal with a partner. "

CASES = [
    fails("News of the day", f"China held talks with a partner, signed a pact and agreed on aid. {_BANKS}{_BANKS}{_BANKS}China and Laos lie on the river."),
    fails("News of the day", "China gave a grant and training to Laos. Police arrested a gang of scammers."),
    passes("News of the day", "China and Laos signed a pact. Police arrested a gang of scammers. The suspects were jailed."),
    passes("News of the day", f"{_TREATIES}{_BANKS}Boats lay still. China and Laos lie on the river."),
    passes("News of the day", f"China held talks on ferries. {_BANKS}China and Laos lie on the river."),
    fails("News of the day", f"China held talks on ferries. {_BANKS}{' '.join(['Boats lay still in the harbour.'] * 4)} China and Laos lie on the river."),
    passes("News of the day", "China, Laos, Japan and Russia signed a treaty, held talks and agreed on aid."),
    fails("News of the day", "China, Laos, Japan, Russia and India signed a treaty, held talks and agreed on aid."),
    fails("Football: China beat Laos", "Japan and the United States signed an agreement. A delegation visited Laos."),
    passes("Football: China beat Laos", "China and Laos will cooperate on flood forecasts. Japan and the United States signed an agreement."),
    passes("Japan holds forum on the river", "Japan offered a loan. Laos exported cassava. Prices fell. A delegation of China on tour visited Laos."),
    passes("Japan holds forum on the river", "Laos exported cassava. Prices fell. A delegation of China visited Laos."),
    fails("Partnership on river mooted", f"China spoke. Boats stopped {meanwhile(23)}. Laos listened."),
    passes("News of the day", f"China held talks, {meanwhile(6)}, with Laos."),
    fails("News of the day", f"China held talks, {meanwhile(15)}, with Laos."),
    fails("日本举办论坛", "日本、中国和越南代表出席，讨论合作。", "zh"),
    passes("China and Laos meet on the river", "China sent experts."),
    passes("China-ASEAN Expo opens", "A football match followed."),
    passes("Ministers meet in Vientiane", "China met experts. Japan and the United States signed an agreement."),
    fails("Chinese and Lao officials discuss trade", "Police arrested members of a scam gang. The agreement covers training and investment."),
    fails("Ferries, fish and rain", f"Laos and China. Japan and Japan. Boats stopped {meanwhile(20)} {meanwhile(1)}. There was talk of a joint laboratory."),
    passes(
        "China-ASEAN forum",
        "The China-ASEAN bloc met. Football followed. Japan sent ministers. India sent ministers. Russia sent ministers. "
        "Australia sent ministers. There was talk of trade. There was talk of durian. There was talk of a railway.",
    ),
    fails("News of the day", f"China held talks, {meanwhile(3)}, with Laos. Japan sent ministers."),
    fails("News of the day", f"Laos spoke and then China. Boats stopped {meanwhile(24)}. There was talk of a partnership. Japan sent ministers."),
    fails("Laos, Japan sign pact on ferries as Chinese rivals expand", "Laos and Japan signed a treaty on ferries. Chinese rivals spoke."),
    fails(
        "Laos and Japan sign pact",
        "Laos and Japan agreed on aid and signed a treaty. China and Laos held talks. China and Laos signed a protocol.",
    ),
    passes(
        "Laos and Japan sign pact",
        "Laos and Japan agreed on aid and signed a treaty. China and Laos held talks. China and Laos signed a protocol. China gave Laos a grant.",
    ),
    passes("News of the day", "China and old Laos, Japan signed a treaty, held talks and agreed on aid."),
    fails("News of the day", "China and the old Laos, Japan signed a treaty, held talks and agreed on aid."),
    passes("News of the day", f"China held talks. Boats stopped {meanwhile(16)}. Laos listened. Boats stopped {meanwhile(16)}. Boats stopped {meanwhile(16)}. There was a partnership."),
    fails("News of the day", f"Laos listened. Boats stopped {meanwhile(16)}. China watched, {meanwhile(32)}, and spoke of talks and ferries."),
    passes("Prices follow demand of China", "Farmers in Laos agreed on a partnership and signed a treaty. China bought less."),
    fails("Prices follow demand of China", "Farmers in Laos agreed on a path. China bought less."),
    passes("Forum of powers", "The China-ASEAN Expo was held. Football followed. Japan sent ministers."),
    fails(
        "Japan at forum",
        "The China-ASEAN Expo was held. Japan sent ministers. India sent ministers. Russia sent ministers. Australia sent ministers. "
        "South Korea sent ministers.",
    ),
]  # fmt: skip
