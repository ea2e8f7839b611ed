"""Texts near the thresholds of reading them: their language, dates, numbers, names, places, editions, credits, words."""

from __future__ import annotations

from datetime import date
from functools import cache, partial

from crawler.judging.entities.anchors import head_of
from crawler.judging.entities.credit import credit_of
from crawler.judging.entities.editions import editions
from crawler.judging.judge import Judge, Rules
from crawler.judging.places.event_places import Ground, covers, elsewhere, meet
from crawler.judging.queries.suggesting import Tally, unknown_words
from crawler.judging.text.dates import dates_in
from crawler.judging.text.language import language_of
from crawler.judging.text.numbers import numbers_in
from crawler.model import TermSet, Topic
from tests.builders import TERMS, article, judge, shipped_judge
from tests.crawler.margins.case import Case

DAY = date(2025, 11, 28)
_SENTENCES = (
    "Residents watched the river rise.",
    "The weather office kept its warning.",
    "Boats stayed in the harbour of the old town.",
    "Farms beside the lower dam were dry.",
    "Rain is forecast.",
)


def after(characters: int) -> str:
    """Plain sentences of about so many characters, with a space behind them."""
    made, number = "", 0
    while len(made) < characters - 15:
        made += _SENTENCES[number % len(_SENTENCES)] + " "
        number += 1
    return made


def language(text: str, hint: str | None = None) -> str | None:
    return language_of("", text, hint)


def day_of(text: str) -> list[date]:
    return [mention.day for mention in dates_in(text, "zh", DAY)]


def same_numbers(one: str, other: str) -> bool:
    return numbers_in(one, "en") == numbers_in(other, "en")


def edition(text: str, name: str = "River Fair") -> list[str]:
    low = text.index(name)
    return sorted(editions(text, [(name, low, low + len(name))]))


def has_anchor(anchor: str, title: str, text: str, lang: str = "en") -> bool:
    """Whether an article has an anchor (see `crawler.judging.entities.anchors`)."""
    return anchor in shipped_judge().classify(article(title, text, lang_hint=lang)).anchors.features


def waits_for_page(summary: str) -> bool:
    return shipped_judge().classify_without_page(article("Ferries run again", summary)) is None


def retracts(text: str) -> bool:
    return shipped_judge().classify(article("Ferries run again", text)).retracts


@cache
def _trade_judge(threshold: float) -> Judge:
    sets = {name: TermSet(name, spellings) for name, spellings in TERMS.items()}
    return Judge(Rules(sets, (Topic("trade", "$trade", "trade", "story", threshold, False),)))


RIVALS = ("rice", "corn", "tea", "soy")


@cache
def _rival_judge() -> Judge:
    sets = {name: TermSet(name, spellings) for name, spellings in TERMS.items()}
    return Judge(Rules(sets, tuple(Topic(name, name, threshold=0.01, if_best=True) for name in RIVALS)))


def rivals(more: str, text: str) -> set[str]:
    """The topics of an article on cooperation with a longer headline; topics are rivals for it."""
    title = f"China and Malaysia signed a cooperation agreement. {more}"
    return {topic.name for topic in _rival_judge().classify(article(title, text)).topics}


def is_of_trade(text: str, threshold: float) -> bool:
    return bool(_trade_judge(threshold).classify(article("Ferries run again", text)).topics)


def unknown(text: str) -> set[str]:
    found = judge()._matcher.find({"title": "", "text": text}, "en")
    return unknown_words(found)


def suggested(together: int, of_word: int, of_topic: int, articles: int) -> bool:
    """Whether a word is suggested for a topic: so many articles have both, the word, the topic."""
    tally = Tally()
    for number in range(articles):
        has_word = number < of_word
        in_topic = number < together or of_word <= number < of_word + of_topic - together
        tally.add("en", ["sturgeon"] if has_word else ["perch"], ["fish"] if in_topic else [], relevant=True)
    return any(s.term == "sturgeon" for s in tally.suggestions())


ROUND = "Vientiane and Hanoi"
UNMARKED = "Thanh pho Ho Chi Minh mo rong hop tac voi Trung Quoc ve duong sat va cang bien moi. " * 5
QUOTED = (
    "The mayor said that the new line would bring visitors to the coast and goods to the port of the city. "
    * 5
)
MEETING = "China and Laos will cooperate on ferries, officials said in Vientiane. "

CASES = [
    Case("a Malay piece with an English name in it", partial(language, "Nanning. The 22nd terus meningkat ketika", "vi"), "ms"),
    Case(
        "an English piece behind Malay words",
        partial(language, "rancang sambutan Tahun Baru in Kuala Lumpur. The leaders of ASEAN, China and the", "en"),
        "en",
    ),
    Case(
        "an English piece behind an Indonesian name",
        partial(language, "restrukturisasi utang kereta cepat the Thai Red Cross for victims of the floods in Hat Yai, Songkhla province.", "en"),
        "en",
    ),
    Case("an Indonesian piece behind an English one", partial(language, "ASEAN at the summit in Kuala Tiongkok. Pemerintah Indonesia meminta jangka waktu"), "id"),
    Case(
        "an Indonesian sentence behind English words",
        partial(language, "to align rules and memperluas kerja sama energi bersih dalam Komunitas Emisi Nol Asia.", "vi"),
        "id",
    ),
    Case(
        "an English sentence behind Indonesian words",
        partial(language, "inovasi kolaboratif untuk Kuala Lumpur on Oct. 28, in the presence of Premier Li Qiang and Malaysian"),
        "en",
    ),
    Case("an English text that quotes a Vietnamese name", partial(language, QUOTED + "It will be called đường Thống."), "en"),
    Case("a Vietnamese text that hardly writes its marks", partial(language, UNMARKED + "Đường sắt mở rộng thêm."), "vi"),
    Case("an Indonesian sentence behind a Vietnamese word", partial(language, "sắt, ASEAN sepakat memperluas kerja sama energi bersih dalam Komunitas."), "id"),
    Case("two Vietnamese words", partial(language, "quả lớn", "tl"), "vi"),
    Case("a Tagalog name of a place", partial(language, "sa Bajo de Masinloc", "vi"), "tl"),
    Case("an English piece with a word that Tagalog has too", partial(language, "mula jual Lumpur on Oct. 28, in the presence of", "tl"), "en"),
    Case("a headline of three words", partial(language, "Timor Leste Resmi", "id"), "id"),
    Case("five English words in a feed that says it is Indonesian", partial(language, "and China continue talks on", "id"), "en"),
    Case("an English headline of two names", partial(language, "Jakarta-Bandung train", "en"), "en"),
    Case("a dish in an English headline", partial(language, "A chef in Đà Nẵng makes phở"), "en"),
    Case("a Vietnamese headline in capitals", partial(language, "Chợ Phố Kinh"), "vi"),
    Case("an English one with a name in capitals", partial(language, "NGUYỄN PHÚ TRỌNG CHAIR TO CHINESE SCHOLAR"), "en"),
    Case("an English title in an Indonesian headline", partial(language, "Film The Battle of the Lake tayang serentak besok"), "id"),
    Case("English behind a name, in a feed that says it is Vietnamese", partial(language, "Lê Hoài Trung on ties with Beijing", "vi"), "en"),
    Case("an English headline of names, in an English feed", partial(language, "Sarawak eyes China durian market", "en"), "en"),
    Case("an Indonesian headline in a feed that says it is English", partial(language, "Ekspor Sawit RI ke China Naik", "en"), "id"),
    Case("a Chinese headline with English words in brackets", partial(language, "中国东盟博览会南宁国际会展中心公众开放日活动预告 (open day)"), "zh"),
    Case("an English headline with a Chinese title in brackets", partial(language, "Book Review: Living Together (与共)"), "en"),
    Case("fourteen English words in a feed that says nothing", partial(language, "The chef cooks phở, bún chả and bánh cuốn in Đà Nẵng"), "en"),
    Case("a Japanese headline with few kana", partial(language, "東京で展示会が開幕、来場多数"), "ja"),
    Case("a Chinese headline with one kana", partial(language, "他在东京品尝了寿司の味道"), "zh"),
    Case("a bare day of tomorrow", lambda: day_of("29日举行开幕式"), [date(2025, 11, 29)]),
    Case("twelve firms are too common", lambda: same_numbers("12 firms", "no firms"), True),
    Case("fourteen are not", lambda: same_numbers("14 firms", "no firms"), False),
    Case("numbers that agree in four digits are equal", lambda: same_numbers("12,341 tonnes", "12,343 tonnes"), True),
    Case("numbers that agree in two are not", lambda: same_numbers("12,310 tonnes", "12,340 tonnes"), False),
    Case("a text is read to its thousandth character", lambda: "sturgeon" in head_of(after(1000) + "sturgeon"), True),
    Case("and not to its fifteen hundredth", lambda: "sturgeon" in head_of(after(1500) + "sturgeon"), False),
    Case("a Chinese text is read to its five hundredth character", lambda: "鲟鱼" in head_of("河水上涨" * 125 + "鲟鱼"), True),
    Case("and not to its seven hundredth", lambda: "鲟鱼" in head_of("河水上涨" * 175 + "鲟鱼"), False),
    Case("a firm in the first words of a text without a headline", lambda: has_anchor("h:Huawei", "", MEETING + "Huawei came."), True),
    Case("a firm in its second sentence", lambda: has_anchor("h:Huawei", "", MEETING + after(40) + "Huawei came."), False),
    Case("a day of last month", lambda: has_anchor("d:2025-10-29", "Ferries run again", MEETING + "It was agreed on 29 October."), True),
    Case("a day of seven weeks ago", lambda: has_anchor("d:2025-10-09", "Ferries run again", MEETING + "It was agreed on 9 October."), False),
    Case("a name of three letters", lambda: has_anchor("m:nam", "Ferries run again", MEETING + "They reached the Nam Phrang."), True),
    Case("a name of two letters", lambda: has_anchor("m:bo", "Ferries run again", MEETING + "They reached the Bo Phrang."), False),
    Case("an edition's number thirty characters before its name", lambda: edition("The 4th, in the town at the mouth of it, River Fair"), ["River Fair#4"]),
    Case("one sixty characters before it", lambda: edition("The 4th, " + "in the town at the mouth of the river that runs here, " + "River Fair"), []),
    Case("one fifteen characters behind it", lambda: edition("River Fair, it was the 4th"), ["River Fair#4"]),
    Case("one thirty characters behind it", lambda: edition("River Fair, held in the old town, the 4th"), []),
    Case("an agency at the hundred and twentieth character", lambda: credit_of(after(120) + "(Xinhua) " + after(400)), "Xinhua"),
    Case("one at the two hundredth", lambda: credit_of(after(200) + "(Xinhua) " + after(400)), None),
    Case("one sixty characters before the end", lambda: credit_of(after(400) + "(Xinhua) " + after(50)), "Xinhua"),
    Case("one a hundred and twenty characters before it", lambda: credit_of(after(400) + "(Xinhua) " + after(120)), None),
    Case("a city in the hundred and fiftieth character is the place", lambda: has_anchor("s:Khon Kaen", "China and Thailand cooperate", after(150) + "They met in Khon Kaen."), True),
    Case("one in the three hundredth is not", lambda: has_anchor("s:Khon Kaen", "China and Thailand cooperate", after(300) + "They met in Khon Kaen."), False),
    Case("towns 40 kilometres apart are one place", lambda: meet(["Can Tho"], ["Thot Not"]), True),
    Case("towns 67 kilometres apart are two", lambda: meet(["Ho Chi Minh City"], ["Xuan Loc"]), False),
    Case(
        "a report of three cities holds two that have one in common",
        lambda: covers(_at("Nanning", "Hanoi", "Jakarta"), _at("Nanning", "Hanoi"), _at("Nanning", "Jakarta")),
        True,
    ),
    Case("small places thirteen kilometres apart", lambda: elsewhere(_at("Ban Nape"), _at("Ban Namuang")), False),
    Case("small places eighteen kilometres apart", lambda: elsewhere(_at("Ban Sop-Hao"), _at("Ban Pahang")), True),
    Case("one city in common does not make one place of two", lambda: elsewhere(_at("Kunming", "Vientiane"), _at("Kunming", "Hanoi")), True),
    Case("a summary of forty characters says too little", lambda: waits_for_page("The ferries run again, the owner said."), True),
    Case("one of eighty says enough", lambda: waits_for_page("The ferries run again, the owner said, and they will not stop before the rain ends."), False),
    Case("a correction in the first words", lambda: retracts("On Monday we wrote: correction: ferries do not run."), True),
    Case("one in the second sentence", lambda: retracts("The ferries run again, the owner of them said. Correction: they do not."), False),
    Case("a term far below is worth something", lambda: is_of_trade(after(500) + "Trade grew.", 0.07), True),
    Case("but little", lambda: is_of_trade(after(500) + "Trade grew.", 0.1), False),
    Case("a term in the thirtieth word is early", lambda: is_of_trade(after(180) + "Trade grew.", 0.2), True),
    Case("one in the fiftieth is not", lambda: is_of_trade(after(300) + "Trade grew.", 0.15), False),
    Case("a term that comes back is worth more", lambda: is_of_trade("Trade grew. Trade fell. Trade rose.", 0.29), True),
    Case("but not as much as another one", lambda: is_of_trade("Trade grew. Trade fell. Trade rose.", 0.33), False),
    Case("in a text of fifty words a term is worth a little less", lambda: is_of_trade("Trade grew. " + after(300), 0.18), True),
    Case("than in one of forty", lambda: is_of_trade("Trade grew. " + after(300), 0.21), False),
    Case("in a long text a term is worth something", lambda: is_of_trade("Trade grew. " + after(1000), 0.13), True),
    Case("but less", lambda: is_of_trade("Trade grew. " + after(1000), 0.2), False),
    Case("one term in the lead passes a low threshold", lambda: is_of_trade("Trade grew.", 0.2), True),
    Case("and no higher one", lambda: is_of_trade("Trade grew.", 0.3), False),
    Case("three words in a row may be a term, four are none", lambda: {len(w.split()) for w in unknown("grey wolf pack hunts")}, {1, 2, 3}),
    Case("words of the first seven hundred characters are looked at", lambda: "sturgeon" in unknown(after(700) + "sturgeon"), True),
    Case("words of the next hundreds are not", lambda: "sturgeon" in unknown(after(1000) + "sturgeon"), False),
    Case("words of three letters are, of two are not", lambda: sorted(unknown("fox. ox.")), ["fox"]),
    Case("a topic that comes near the best", lambda: rivals("Rice", "Rice. Corn. Corn."), {"rice", "corn"}),
    Case("a topic that does not", lambda: rivals("Rice", "Rice. Corn."), {"rice"}),
    Case("as many topics as may match", lambda: len(rivals("", "Rice. Corn. Tea. Soy.")), 3),
    Case("a word that a topic has a little oftener", lambda: suggested(6, 8, 20, 60), True),
    Case("one that it has hardly oftener", lambda: suggested(5, 8, 20, 60), False),
    Case("a word that every sixth article has", lambda: suggested(10, 10, 20, 60), True),
    Case("a word that every fourth article has", lambda: suggested(15, 15, 20, 60), False),
]  # fmt: skip


def _at(*cities: str) -> Ground:
    return Ground(frozenset(cities), frozenset(), frozenset())
