"""Who can be a party: countries, regions and groups by code or name, what they contain, and what is said of a name that is none."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.territories import (
    UnknownTerritoryError,
    countries_of,
    english_name,
    groups,
    is_country,
    name_in,
    names_of_territories,
    parties,
    party,
    regions,
    territory,
    territory_meant,
)

COUNTRIES = sorted(code for code in names_of_territories()["en"] if is_country(code))
EVERY = [*COUNTRIES, *sorted(regions()), *sorted(groups())]
FRAMES = ("en", "id", "vi", "th", "zh")


@pytest.mark.parametrize("code", EVERY)
def test_each_is_found_by_its_code_and_by_its_english_name(code: str) -> None:
    assert territory(code) == territory(code.lower()) == code
    same = countries_of(territory(english_name(code)))
    # Some regions of UN M.49 share their name with a group ("Central Asia").
    assert same == countries_of(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [("cote d'ivoire", "CI"), ("Côte-d’Ivoire", "CI"), ("UK", "GB"), ("south korea", "KR"), ("Africa", "002"), ("latin america", "419"),
     ("mercosul", "MERCOSUR"), ("European Union", "EU"), ("asean", "ASEAN"), ("Türkiye", "TR"), ("Gulf Cooperation Council", "GCC")],
)  # fmt: skip
def test_names_are_read_as_people_write_them(written: str, code: str) -> None:
    assert territory(written) == code


@pytest.mark.parametrize(
    ("written", "near"),
    [("Indai", "India"), ("Afrca", "Africa"), ("Brasil", "Brazil"), ("Germny", "Germany")],
)
def test_a_name_that_is_none_is_refused_with_near_ones(written: str, near: str) -> None:
    with pytest.raises(UnknownTerritoryError, match=rf"{written!r} is no country.*near it: .*{near}"):
        territory(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [("England", "GB"), ("PRC", "CN"), ("tp", "TL"), ("Thailnad", "TH"), ("泰国", "TH"), ("泰國", "TH"), ("ไทย", "TH"), ("ລາວ", "LA"), ("Deutschland", "DE"),
     ("África", "002"), ("非洲", "002"), ("欧盟", "EU"), ("东盟", "ASEAN"), ("Mercosur", "MERCOSUR"), ("MERCOSURE", "MERCOSUR"), ("zz", None), ("x", None), ("", None)],
)  # fmt: skip
def test_what_was_meant_is_known_in_any_language_for_groups_as_for_countries(
    written: str, code: str | None
) -> None:
    assert territory_meant(written) == code


def test_a_name_in_another_language_is_refused_with_its_code() -> None:
    with pytest.raises(UnknownTerritoryError, match=r"near it: EU \(European Union\)"):
        territory("欧盟")


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_code_or_refused_in_one_line(text: str) -> None:
    try:
        assert territory(text) in EVERY
    except UnknownTerritoryError as error:
        assert "is no country" in str(error)
        assert territory_meant(text) in (None, *EVERY)


def test_groups_have_countries_only() -> None:
    strange = {(g, c) for g in groups() for c in countries_of(g) if c not in COUNTRIES}
    assert not strange
    assert len(countries_of("EU")) == 27
    assert countries_of("002") >= countries_of("AFRICAN_UNION") - {"EH"}
    assert countries_of("143") == countries_of("CENTRAL_ASIA")


def test_the_shipped_parties_are_what_they_say() -> None:
    assert parties(["CN", "HK", "MO"], ["ASEAN"]) == CHINA_ASEAN
    assert (CHINA_ASEAN.whole, CHINA_ASEAN.home, CHINA_ASEAN.is_default) == ("ASEAN", "CN", True)
    assert CHINA_ASEAN.listed[0] == "CN"
    assert set(CHINA_ASEAN.listed) == {"CN", *CHINA_ASEAN.theirs.countries}


def test_a_country_named_for_itself_leaves_the_group_on_the_other_side() -> None:
    between = parties(["India"], ["BRICS"])
    assert between.ours.countries == {"IN"}
    assert "IN" not in between.theirs.countries


@pytest.mark.parametrize(("ours", "theirs"), [(["IN"], ["KE", "IN"]), (["EU"], ["EU"]), ([], ["EU"])])
def test_what_cannot_be_two_sides_is_refused(ours: list[str], theirs: list[str]) -> None:
    with pytest.raises(UnknownTerritoryError):
        parties(ours, theirs)


@given(
    st.lists(st.sampled_from(EVERY), min_size=1, max_size=3),
    st.lists(st.sampled_from(EVERY), min_size=1, max_size=3),
)
def test_sides_never_share_a_country(ours: list[str], theirs: list[str]) -> None:
    try:
        between = parties(ours, theirs)
    except UnknownTerritoryError:
        assert party(ours).countries & party(theirs).countries
        return
    assert between.ours.countries.isdisjoint(between.theirs.countries)
    assert between.ours.countries
    assert between.theirs.countries
    assert between.all <= set(COUNTRIES)


@pytest.mark.parametrize("lang", FRAMES)
def test_every_group_and_region_has_a_name_for_readers(lang: str) -> None:
    assert all(name_in(code, lang) and "(" not in name_in(code, lang) for code in EVERY)
    assert name_in("ASEAN", "th") == "อาเซียน"
    assert name_in("MERCOSUR", "zh") == "南方共同市场"


def test_parties_are_sent_to_another_process_without_what_was_worked_out_here() -> None:
    here = parties(["CN"], ["ASEAN"])
    # Another process has other hashes of the same texts.
    here.__dict__["_hash"] = hash(here) + 1
    sent = pickle.loads(pickle.dumps(here))
    here.__dict__.pop("_hash")
    assert sent == here and hash(sent) == hash(here)
