"""Reports near the thresholds of a base's name and day."""

from __future__ import annotations

from datetime import date
from functools import partial

from crawler.judging.bases.days import day_of
from crawler.judging.bases.naming import BaseName, BaseWords, name_of
from crawler.judging.text.nearness import outermost
from tests.builders import NOON, article, shipped_judge
from tests.crawler.margins.case import Case
from tests.crawler.margins.texts import after


def name_in(text: str, lang: str = "en") -> str:
    """What a text calls the base that its first word for one is of; empty where it has no name."""
    return _name_of(text, lang).own


def _name_of(text: str, lang: str) -> BaseName:
    found = shipped_judge().explain(article("", text, lang_hint=lang)).findings
    bases = sorted(outermost(found.of(["base", "base_head"])), key=lambda h: h.order)
    words = BaseWords(bases, (), bases[:1], found.of(["china_asean"]), found.of(["launch"]))
    return name_of(found, bases[0], words)


def day_in(text: str) -> date | None:
    """The day that a text of 28 November 2025 tells for its first base."""
    found = shipped_judge().explain(article("", text, lang_hint="en")).findings
    words = sorted(outermost(found.of(["base", "base_head"])), key=lambda h: h.order)
    return day_of(found, words[0], found.of(["launch"]), NOON.date())


def _named(text: str, expected: str, lang: str = "en") -> Case:
    return Case(f"the name in: {text}", partial(name_in, text, lang), expected)


def _dated(text: str, day: date | None) -> Case:
    return Case(f"the day in: {text}", partial(day_in, text), day)


THE_24TH = date(2025, 11, 24)
CASES = [
    _named("Laos opened a rice seed storage training centre.", "rice seed storage training centre"),
    _named("Laos opened hill side rice seed fish feed training centre.", "rice seed fish feed training centre"),
    _named("A rice laboratory opened. The Golden Hill Joint Laboratory for Rice has 40 rooms.", "Golden Hill Joint Laboratory for Rice"),
    _named("The Hill Rice Laboratory opened. The Golden Hill Hybrid Seed Tea Laboratory has 40 rooms.", "Hill Rice Laboratory"),
    _named("The Hill River Rice Laboratory opened. The “Golden Mekong Rice Joint Laboratory” has 40 rooms.", "Golden Mekong Rice Joint Laboratory"),
    _named("The Hill River Hybrid Seed Rice Laboratory opened. The “Golden Mekong Rice Joint Laboratory” has 40 rooms.", "Hill River Hybrid Seed Rice Laboratory"),
    _named("Diresmikan kawasan industri riset padi hibrida tahan panas di Bogor.", "kawasan industri riset padi hibrida tahan panas", "id"),
    _named(
        "Diresmikan kawasan industri riset padi hibrida tahan panas banjir garam tinggi angin kuat di Bogor.",
        "kawasan industri riset padi hibrida tahan panas banjir garam tinggi", "id",
    ),
    _named("A laboratory is to open. The Golden Hill Rice Laboratory by the long green river opened.", "Golden Hill Rice Laboratory"),
    _named("A laboratory is to open. The Golden Hill Rice Laboratory by the long river in the green land of tea opened.", ""),
    _named(f"A laboratory is to open. {after(200)}The Golden Hill Rice Laboratory opened.", "Golden Hill Rice Laboratory"),
    _named(f"A laboratory is to open. {after(360)}The Golden Hill Rice Laboratory opened.", ""),
    _dated("BANDAR SERI BEGAWAN, KUALA LUMPUR, BANGKOK, 24 November - A China-Laos industrial park was opened.", None),
    _dated("NAN BAN, LUANG PRABANG, OUDOMXAY, PHONGSALY, SAVANNAKHET, CHAMPASAK AND BOKEO, 24 November - A China-Laos industrial park was opened.", THE_24TH),
    _dated("A China-Laos industrial park opened to forty firms from both banks of the long river and from the old hills on 24 November, a man said.", THE_24TH),
    _dated("A China-Laos industrial park opened to forty firms from both banks of the long river and from the old hills and from the towns by the sea and from the three islands in the south of it on 24 November, a man said.", None),
    _dated("The China-Laos industrial park will also be opened by men who came on 24 November.", None),
    _dated("At the China-Laos industrial park people will see it is now opened since 24 November.", THE_24TH),
    _dated("The China-Laos industrial park is open. The ceremony took place on 5 October.", None),
    _dated("The China-Laos industrial park is open. The ceremony took place on 20 October.", date(2025, 10, 20)),
    _dated(f"The China-Laos industrial park is open. {after(600)}The ceremony took place on 24 November.", THE_24TH),
    _dated(f"The China-Laos industrial park is open. {after(1100)}The ceremony took place on 24 November.", None),
]  # fmt: skip
