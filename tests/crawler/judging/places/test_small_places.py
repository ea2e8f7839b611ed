"""Districts and towns below the cities, and what takes the place of what."""

from __future__ import annotations

import pytest

from crawler.judging.places.known_places import country_of, position_of
from crawler.judging.places.small_places import small_places
from crawler.runtime.data_tables import table


@pytest.mark.parametrize(
    ("country", "spelling", "place"),
    [
        ("VN", "Long Biên", "Hanoi"),
        ("VN", "An Dương", "Haiphong"),
        ("VN", "Bát Xát", "Bat Xat"),
        ("TH", "ปทุมวัน", "Bangkok"),
        ("TH", "ปลวกแดง", "Pluak Daeng"),
        ("KH", "កៀនស្វាយ", "Kien Svay"),
        ("LA", "ຫາດຊາຍຟອງ", "Vientiane"),
        ("MM", "ချမ်းမြသာစည်", "Mandalay"),
        ("MY", "Hulu Terengganu", "Hulu Terengganu"),
        ("ID", "Kabupaten Morowali Utara", "Morowali Utara"),
        ("PH", "Tambler", "General Santos"),
        ("SG", "Jurong", "Singapore"),
        ("CN", "勐海县", "Menghai"),
        ("CN", "青秀区", "Nanning"),
        ("VN", "Đà Lạt", "Da Lat"),
        ("VN", "Sapa", "Sa Pa"),
        ("VN", "文关县", "Van Quan"),
        ("TH", "七岩", "Cha-am"),
        ("MY", "峇六拜", "Bayan Lepas"),
        ("MM", "Mu-se", "Muse"),
    ],
)
def test_a_district_of_a_city_is_told_as_that_city_and_others_by_their_own_names(
    country: str, spelling: str, place: str
) -> None:
    small = small_places(country)
    found = small.matcher.find({"text": f"-- {spelling} --"}, None).hits.values()
    assert place in {small.place(hit.pattern).name for hits in found for hit in hits}


def test_where_a_small_place_lies_is_known_by_its_name() -> None:
    assert country_of("Bat Xat") == "VN"
    assert position_of("Bat Xat") is not None


def test_every_spelling_of_our_own_is_of_a_place_that_is_known_in_its_country() -> None:
    own = table("town_spellings.yaml")["spellings"]
    lost = [(code, name) for code, named in own.items() for name in named if country_of(name) != code]
    assert lost == []
