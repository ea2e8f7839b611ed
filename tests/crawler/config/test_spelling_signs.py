"""Names with signs pass as spellings; each of the shipped ones does."""

from __future__ import annotations

import pytest

from crawler.config.spelling_signs import query_in_spelling, sign_advice

NAMES = [
    "C++",
    "A*STAR",
    "AT&T",
    "Yahoo!",
    ".NET",
    "G20/OECD",
    "+86",
    "Two Countries, Twin Parks",
    "K-pop!",
    "R&D",
    "24/7",
    "U.S.",
    "P.R.C.",
    "Co., Ltd.",
    "Lower Mekong Initiative (LMI)",
    "Xi'an",
    "100%",
    "#1",
    "S$5",
    "US$",
    "=ASEAN",
    "rail*",
    "1,000",
    "10:30",
    "Mission: Impossible",
    "Title: a study",
    "and/or",
    "China+1",
    "10+3",
    "Ph.D.",
    "B&R",
    "“一带一路”倡议",
    "中国—东盟",
    "IT",
    "5G",
    "Where next",
    "ร.ฟ.ท.",
    "สวทช.",
    "rail and road",
    "trial or error",
    "Do not disturb",
    "near miss",
    "S&P 500",
    "A+",
    "Moody's",
    "Viettel (VTP)",
    "E=mc2",
    "(H)RV",
    "@TheASEAN",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_signs_passes(name: str) -> None:
    assert query_in_spelling(name) is None
    assert list(sign_advice(name)) == []
