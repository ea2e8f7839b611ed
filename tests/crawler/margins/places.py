"""Reports near the thresholds of where a base lies, and of what it is called."""

from __future__ import annotations

from functools import partial

from tests.builders import article, shipped_judge
from tests.crawler.margins.case import Case
from tests.crawler.margins.texts import has_anchor


def cities_of(title: str, text: str, lang: str = "en") -> tuple[str, ...]:
    return tuple(
        c
        for b in shipped_judge().classify_without_features(article(title, text, lang_hint=lang)).bases
        for c in b.cities
    )


def name_of(title: str, text: str, lang: str) -> str:
    return next(
        (
            b.name
            for b in shipped_judge().classify_without_features(article(title, text, lang_hint=lang)).bases
        ),
        "",
    )


OPENED = "The China-Laos industrial park was opened on Monday"
JOINT = "China and Laos cooperate"
SONGS = "with songs and rice and rain for all the guests from both banks of the long river"
DATELINE = "(Xinhua) -- The China-Laos industrial park was opened on Monday."
TRAINING = ("China-Laos training base opens {}", "China and Laos opened the training base {}.")
BOTEN, VANG_VIENG, PAKSE, SAVANNAKHET = "Boten", "Vang Vieng", "Pakse", "Savannakhet"


def _cities(text: str, *expected: str) -> Case:
    return Case(f"the cities of: {text}", partial(cities_of, JOINT, text), expected)


def _named(title: str, text: str, lang: str, expected: str) -> Case:
    return Case(f"the name in: {text}", partial(name_of, title, text, lang), expected)


def _training(where: str, anchor: str) -> Case:
    title, text = (part.format(where) for part in TRAINING)
    return Case(f"a training base {where} is in {anchor}", partial(has_anchor, anchor, title, text), True)


ID = ("Tiongkok dan Indonesia bekerja sama", "{} diresmikan pada Senin.", "id")
ZH = ("中国与老挝合作", "中老{}示范基地揭牌。", "zh")
RIVER_ZH = "湄公河流域金色丝路茶叶橡胶木薯"
CASES = [
    _cities(f"{OPENED}. Guests {SONGS} with songs and rice in Boten. They met in Vang Vieng.", BOTEN),
    _cities(
        f"{OPENED}. Guests {SONGS} {SONGS} with songs and rice and rain for all the guests from both sides of it in Vientiane. They met.",
    ),
    _cities(f"{OPENED}. Guests {SONGS} with songs and rice and rain for all the guests in Vientiane. They met in Vang Vieng.", "Vientiane"),
    _cities(f"{OPENED} in the city of Vientiane.", "Vientiane"),
    _cities(f"{OPENED}, officials of the office in Boten said."),
    _cities(f"{OPENED}, officials of the small trade office in Boten said.", BOTEN),
    _cities(f"BOTEN, VANG VIENG {DATELINE}", BOTEN, VANG_VIENG),
    _cities(f"BOTEN, VANG VIENG, PAKSE {DATELINE}"),
    _cities(f"{OPENED}: Boten, Vang Vieng, Pakse.", BOTEN, VANG_VIENG, PAKSE),
    _cities(f"{OPENED}: Boten, Vang Vieng, Pakse, Savannakhet."),
    _training("at Qwer Tang University", "y:qwer tang"),
    _training("at Qwer Tang Lo Mun Bai University", "u:qwer tang lo"),
    _training("in Qwer Tang Lo", "u:qwer tang lo"),
    _training("in Qwer Tang Lo Mun", "u:qwer tang lo"),
    _named(
        ID[0], ID[1].format("Kawasan industri riset padi hibrida tahan Tiongkok-Indonesia"), "id",
        "Kawasan industri riset padi hibrida tahan Tiongkok-Indonesia",
    ),
    _named(ZH[0], ZH[1].format(RIVER_ZH), "zh", f"中老{RIVER_ZH}示范基地"),
    _named(ZH[0], ZH[1].format(f"{RIVER_ZH}甘蔗稻米水果咖啡香蕉榴莲山竹"), "zh", f"老{RIVER_ZH}甘蔗稻米水果咖啡香蕉榴莲山竹示范基地"),
    Case(
        "ASEAN in the first words of a text without a headline",
        partial(has_anchor, "g:ASEAN", "", "China will cooperate with partners with and with ASEAN and Vietnam and Laos."),
        True,
    ),
    Case(
        "ASEAN in its third sentence",
        partial(
            has_anchor, "g:ASEAN", "",
            "China and Laos met. Residents watched the river rise. The weather office kept its warning. ASEAN welcomed it in Bangkok.",
        ),
        False,
    ),
    Case(
        "Bangkok in its third sentence",
        partial(
            has_anchor, "s:Bangkok", "",
            "China and Laos met. Residents watched the river rise. The weather office kept its warning. ASEAN welcomed it in Bangkok.",
        ),
        False,
    ),
]  # fmt: skip
