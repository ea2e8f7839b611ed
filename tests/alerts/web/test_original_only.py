"""A reader says whether machine translations are shown; nobody is asked where there is no assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from alerts.operations.subscription_changes import changed_keys
from alerts.web.preferences import choices, fields
from crawler.config.settings import Subscription
from tests.alerts.web.web_client import serving
from tests.builders import new_store, settings
from tests.machine_words import assisted

OWN = settings({"name": "desk", "to": ["desk@example.org"]}, signup=True)
BOX = "input[type=checkbox][name=original_only]"


@pytest.mark.parametrize(
    ("form", "former", "expected"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"original_only": ["0"]}, True, False),
        ({"original_only": ["0", "1"]}, False, True),
        ({"original_only": ["nonsense"]}, True, False),
    ],
)
def test_a_form_without_the_box_leaves_the_choice(form: Any, former: bool, expected: bool) -> None:
    before = Subscription.model_validate({"name": "desk", "original_only": former})
    assert choices(form, before)["original_only"] is expected
    after = before.model_copy(update={"original_only": expected})
    assert changed_keys(before, after) == ({} if former == expected else {"original_only": expected or None})


def test_the_choice_is_offered_where_there_is_an_assistant_or_it_was_made() -> None:
    plain, chosen = (
        Subscription.model_validate({"name": "desk", "original_only": only}) for only in (False, True)
    )
    offered = [
        fields(own, "en", one)["offers_original"] for own in (OWN, assisted(OWN)) for one in (plain, chosen)
    ]
    assert offered == [False, True, True, True]
    assert fields(OWN, "en", chosen)["chosen"]["original_only"] is True
    assert fields(OWN, "en", plain, {"original_only": ["0", "1"]})["chosen"]["original_only"] is True


def test_who_signs_up_can_choose_it(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for own, boxes in ((OWN, 0), (assisted(OWN), 1)):
        with serving(own, store) as browser:
            page = BeautifulSoup(browser.get("/").text, "lxml")
            assert len(page.select(BOX)) == boxes
