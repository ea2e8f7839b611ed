"""Builds alerts/locale/places.json: what cities, provinces and towns are called in the languages of the frame.

The gazetteer (crawler/data/places.json and towns.json) has all spellings that news uses, without saying which language each
is of and which is usual. This script chooses one for each language: by its script, by our own list first
(place_spellings.yaml), and where that would be wrong by place_names.yaml beside this script. A place without a name in a
language is shown by its English one. Run by `make places`; the result is committed.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import opencc
import yaml
from build_places import is_vietnamese

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "id", "vi", "th", "zh")
HAN = re.compile(r"[\u3400-\u9fff]+")
THAI = re.compile(r"[\u0e00-\u0e7f]+")
OF_HAN = "市县州省区府"
"""Words for a town or province that a name is said without."""
OF_THAI = re.compile(
    r"^(?:กิ่งอำเภอ|จังหวัด|มณฑล|แขวง|นครหลวง|เทศบาลนคร|เทศบาลเมือง|เทศบาลตำบล|อำเภอ|เมือง|เขต|รัฐ|ประเทศ|นคร(?=หนาน)|จ\.\s?|อ\.\s?)"
)
OF_VIETNAMESE = re.compile(r"^(?:Thành phố|TP\.?|Tỉnh|Thị xã|Huyện|Quận)\s+|\s+(?:thị|Thị)$")
KIND_IN_ENGLISH = re.compile(r"^(?:Thi Tran|Thanh [Pp]ho|Thi Xa|thi xa|Huyen|Xa|Ap|Xom|Thon)\s+")
SHORTEST_THAI = 3
AT_HOME_IN_HAN = ("CN", "HK", "MO")
BADLY_TRANSLITERATED = ("PH", "TL")

simple = opencc.OpenCC("t2s").convert


def chinese(names: Iterable[str], own: Iterable[str], country: str, english: str) -> str | None:
    """The Chinese name: in China the one that stands with 市 too, elsewhere that of our own list, else the first."""
    kept = [simple(n) for n in (*own, *names) if HAN.fullmatch(n)]
    # Japanese writes 仏山 and 塩城, which no converter makes Chinese.
    kept = [n for n in kept if is_written_simply(n)] or kept
    with_kind = [n for n in kept if f"{n}市" in kept and len(n) >= 2]
    found = next(iter((with_kind if country in AT_HOME_IN_HAN else []) or kept), None)
    return found[:-1] if found and len(found) > 2 and found[-1] in OF_HAN else found


def is_written_simply(name: str) -> bool:
    """Whether all signs are among those of everyday Chinese."""
    try:
        return bool(name.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def thai(names: Iterable[str], own: Iterable[str], country: str, english: str) -> str | None:
    """The Thai name without the word for a town or province."""
    # CLDR transliterates provinces of these by machine: only what we listed ourselves is news' spelling.
    kept = [n for n in (own if country in BADLY_TRANSLITERATED else (*own, *names)) if THAI.fullmatch(n)]
    bare = [OF_THAI.sub("", n) for n in kept]
    if not english.startswith("Ban"):
        bare = [n.removeprefix("บ้าน") for n in bare]  # the word for a village, which some names begin with
    return next((n for n in bare if len(n) >= SHORTEST_THAI), None)


def vietnamese(names: Iterable[str], own: Iterable[str], country: str, english: str) -> str | None:
    """The Vietnamese name: of places in Viet Nam with its marks, of those in China as Vietnamese reads their signs."""
    if country not in ("VN", "CN", "HK", "MO"):
        return None  # news writes other places as English does, or as place_names.yaml says
    kept = [n for n in (*own, *names) if is_vietnamese(n)]
    bare = [unicodedata.normalize("NFC", OF_VIETNAMESE.sub("", n)) for n in kept]
    if country == "VN":
        # The gazetteer also has former names, names of the seat, and names
        # with some marks missing: Chau Phú for Châu Đốc, Hôi An for Hội An.
        wanted = {letters(english), letters(KIND_IN_ENGLISH.sub("", english))}
        return max((n for n in bare if letters(n) in wanted), key=marks, default=None)
    return next((n for n in bare if n), None)


def letters(name: str) -> str:
    """The letters of a name without marks, blanks and capitals."""
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in plain if c.isalpha()).lower()


def marks(name: str) -> int:
    """How many marks a Vietnamese name has; a stroke through a d is one."""
    return sum(unicodedata.combining(c) > 0 for c in unicodedata.normalize("NFD", name)) + sum(
        c in "Đđ" for c in name
    )


CHOICES: Mapping[str, Callable[[Iterable[str], Iterable[str], str, str], str | None]] = {
    "vi": vietnamese,
    "th": thai,
    "zh": chinese,
}


def places() -> Iterable[tuple[str, str, list[str], list[str]]]:
    """All places: English name, country, the gazetteer's spellings, those of our own list. Cities come before provinces."""
    table = json.loads((ROOT / "crawler/data/places.json").read_text(encoding="utf-8"))
    towns = json.loads((ROOT / "crawler/data/towns.json").read_text(encoding="utf-8"))["towns"]
    own: Any = yaml.safe_load((ROOT / "scripts/place_spellings.yaml").read_text(encoding="utf-8"))
    for city in table["cities"]:
        listed = own["cities"].get(city["country"], {}).get(city["name"], [])
        yield city["name"], city["country"], city["names"], listed
    for country, provinces in table["provinces"].items():
        for name, names in provinces.items():
            yield name, country, names, own["provinces"].get(country, {}).get(name, [])
    for town in towns:
        yield town["name"], town["country"], town["names"], []


def main() -> None:
    """Write the table."""
    corrected: Any = yaml.safe_load((ROOT / "scripts/place_names.yaml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for english, country, names, own in places():
        for lang, choose in CHOICES.items():
            name = choose(names, own, country, english)
            if name and name != english:
                found[lang].setdefault(english, name)
    for english, by_language in corrected.items():
        for lang, name in by_language.items():
            found[lang].pop(english, None)
            if name != english:
                found[lang][english] = name
    missing = [name for name in corrected if name not in {english for english, *_ in places()}]
    if missing:
        print(
            f"place_names.yaml names what the gazetteer does not have: {', '.join(missing)}", file=sys.stderr
        )
    ordered = {lang: dict(sorted(names.items())) for lang, names in found.items()}
    text = json.dumps(ordered, ensure_ascii=False, indent=0)
    (ROOT / "alerts/locale/places.json").write_text(text + "\n", encoding="utf-8")
    print({lang: len(names) for lang, names in ordered.items()})


if __name__ == "__main__":
    main()
