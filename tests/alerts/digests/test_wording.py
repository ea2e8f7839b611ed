"""Dates show their year where it is not this one, in the reader's zone; numbers have the signs of the language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from alerts.digests.wording import words

NEW_YEAR = datetime(2026, 1, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "this_year", "last_year"),
    [
        ("en", "1 Jan 02:00", "12 May 2018 10:30"),
        ("id", "1 Jan 02.00", "12 Mei 2018 10.30"),
        ("zh", "1月1日 02:00", "2018年5月12日 10:30"),
    ],
)
def test_a_moment_of_another_year_shows_it(language: str, this_year: str, last_year: str) -> None:
    say = words(language).at(NEW_YEAR)
    assert say.moment(NEW_YEAR) == this_year
    assert say.moment(datetime(2018, 5, 12, 10, 30, tzinfo=UTC)) == last_year


def test_where_nobody_knows_when_it_is_read_the_year_is_shown() -> None:
    assert words("en").moment(NEW_YEAR) == "1 Jan 2026 02:00"


def test_the_year_is_that_of_the_readers_zone() -> None:
    eve = datetime(2025, 12, 31, 20, tzinfo=UTC)
    assert words("en").at(eve, "Asia/Jakarta").moment(eve) == "1 Jan 03:00"
    assert words("en").at(eve, "America/Lima").moment(NEW_YEAR) == "31 Dec 21:00"
    assert (
        words("en").at(NEW_YEAR, "Asia/Jakarta").moment(datetime(2025, 12, 31, 10, tzinfo=UTC))
        == "31 Dec 2025 17:00"
    )


@pytest.mark.parametrize("language", ["en", "id", "vi", "th", "zh"])
@given(value=st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e7, 1e7)), decimals=st.integers(0, 3))
def test_a_number_is_written_as_babel_writes_it(language: str, value: float, decimals: int) -> None:
    form = "#,##0." + "0" * decimals if decimals else "#,##0"
    assert words(language).number(value, decimals) == format_decimal(
        round(value, decimals), format=form, locale=language
    )
