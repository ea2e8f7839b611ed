"""Names with signs pass as spellings; each of the shipped ones does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import spelling_signs
from crawler.config.spelling_signs import query_in_spelling, sign_advice
from crawler.judging.text.terms import shown_part

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
    assert sign_advice(name) is None


@given(st.text(st.sampled_from(" aBzé1東和或与国ไทก็ʼ_-'\"“(#*^$=.,:;、&%?/|\\٣"), max_size=9))
def test_letters_with_spaces_between_them_need_no_rule(written: str) -> None:
    said = next((m for say in spelling_signs._RULES if (m := say(written, shown_part(written)))), None)
    common = spelling_signs._too_common(written, shown_part(written))
    wanted = None if written.startswith("$") else said or common
    assert sign_advice(written) == wanted
