"""How often the language of an article is told right, beside py3langid's own model: ``python -m benchmarks.languages``.

A thousand articles in the ten languages, composed of our own sentences: a headline and up to twelve sentences; one in ten is a
headline and a teaser. English, Indonesian and Filipino ones name people and places of Viet Nam in full spelling, as papers from
there do. Others quote English, or have foreign names in brackets. The source says its language in two of three, the page claims
English in one of three. Shares are printed with Wilson's intervals of 95 %.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import py3langid

from benchmarks.feeds import sentences
from crawler.judging.text.language import LANGUAGES, language_of

NAMES = (
    "Phạm Minh Chính", "Nguyễn Thị Hồng", "Bùi Thanh Sơn", "Đà Nẵng", "Quảng Ninh", "Cần Thơ", "Lào Cai", "Hồ Chí Minh", "Phú Quốc", "Trần Quốc Vượng",
    "Thủ Đức", "Bà Rịa–Vũng Tàu", "Lạng Sơn", "Huế", "Đặng Hoàng Giang",
)  # fmt: skip
SAID = {
    "en": "{} and {} were named in the statement, said {}",
    "id": "{} dan {} disebut dalam pernyataan itu, kata {}",
    "tl": "Binanggit sa pahayag ang {} at {}, ayon kay {}",
}
QUOTES = (
    "China Railway High-speed (CRH)",
    "(Belt and Road Initiative)",
    "“win-win cooperation”",
    "(ASEAN Plus Three)",
)
COUNT = 1000


class Made(NamedTuple):
    """An article with its language, and what is claimed of it."""

    title: str
    text: str
    lang: str
    claim: str | None


def articles(count: int, seed: int = 7) -> list[Made]:
    """Articles, as many in each language."""
    chance = random.Random(seed)
    return [_article(LANGUAGES[number % len(LANGUAGES)], chance) for number in range(count)]


def _article(lang: str, chance: random.Random) -> Made:
    pool = sentences()[lang, False] + sentences()[lang, True]
    stop = "。" if lang == "zh" else "" if lang in ("th", "lo", "km", "my") else "."
    length = 1 if chance.random() < 0.1 else chance.randint(3, 12)
    lines = chance.sample(pool, min(length, len(pool)))
    title = chance.choice(pool)
    if lang in SAID and chance.random() < 0.5:
        lines.insert(0, SAID[lang].format(*chance.sample(NAMES, 3)))
        title = f"{chance.choice(NAMES)}: {title}"
    elif lang != "en" and chance.random() < 0.3:
        lines[0] = f"{lines[0]} {chance.choice(QUOTES)}"
    claim = lang if chance.random() < 2 / 3 else "en" if chance.random() < 0.5 else None
    return Made(title, " ".join(line + stop for line in lines), lang, claim)


def wilson(right: int, count: int) -> tuple[float, float]:
    """The interval of 95 % of a share."""
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return middle - half, middle + half


def main() -> None:
    made = articles(COUNT)
    ways: dict[str, Callable[[Made], str | None]] = {
        "aseanwatch": lambda a: language_of(a.title, a.text, a.claim),
        "aseanwatch, nothing claimed": lambda a: language_of(a.title, a.text),
        "py3langid, all its languages": lambda a: str(py3langid.classify(f"{a.title}\n{a.text}")[0]),
    }
    for name, tell in ways.items():
        wrong = Counter((a.lang, tell(a)) for a in made if tell(a) != a.lang)
        right = len(made) - wrong.total()
        low, high = wilson(right, len(made))
        worst = ", ".join(f"{a} as {b} {n}" for (a, b), n in wrong.most_common(4))
        print(f"{name:30} {right / len(made):.3f} ({low:.3f}–{high:.3f})  {worst}")


if __name__ == "__main__":
    main()
