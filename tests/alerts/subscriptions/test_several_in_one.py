"""Several addresses in one text: refused where it is written, and none of their mail is lost where an older version took it."""

from __future__ import annotations

import pytest

from alerts.subscriptions.subscriptions import recipients_of
from crawler.config.mail_addresses import address_meant, each_address, is_address
from crawler.config.settings import Subscription


@pytest.mark.parametrize("text", ["a@newsroom.sg, c@newsroom.sg", "a@newsroom.sg; c@newsroom.sg"])
def test_each_reader_gets_mail_of_what_an_older_version_stored(text: str) -> None:
    assert not is_address(text)
    assert address_meant(text) == "[a@newsroom.sg, c@newsroom.sg]"
    stored = Subscription(name="desk", to=(text,))
    assert recipients_of(stored, ()) == ("a@newsroom.sg", "c@newsroom.sg")


@pytest.mark.parametrize(
    "text",
    ["a@newsroom.sg", "Desk <a@newsroom.sg>", '"Desk, the" <a@newsroom.sg>', "a@newsroom.sg (Desk)", '"a b"@newsroom.sg', "观察@新闻.中国"],
)  # fmt: skip
def test_one_address_stays_as_it_is_written(text: str) -> None:
    assert is_address(text)
    assert each_address(text) == (text,)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("desk＠newsroom.sg", "desk@newsroom.sg"),
        ("desk@newsroom，sg", "desk@newsroom.sg"),
        ("desk at newsroom.sg", "desk@newsroom.sg"),
        ("mailto:desk@newsroom.sg", "desk@newsroom.sg"),
        ("《desk@newsroom.sg》", "desk@newsroom.sg"),
        ("Desk desk@newsroom.sg", "Desk <desk@newsroom.sg>"),
        ("desk", None),
        ("desk@-newsroom.sg", None),
    ],
)
def test_what_is_no_address_is_told_with_the_one_that_was_meant(text: str, meant: str | None) -> None:
    assert not is_address(text)
    assert address_meant(text) == meant
