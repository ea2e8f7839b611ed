"""Whatever is judged can be stored, and is read back as it was."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from crawler.store import Store
from tests.builders import new_store
from tests.crawler.store.round_trip import SENTENCES, news, stored_and_read_back


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        made = new_store(Path(folder))
        yield made
        made.close()


@given(title=news, text=news)
@settings(max_examples=100)
def test_any_news_is_read_back_as_it_was_judged(store: Store, title: str, text: str) -> None:
    stored_and_read_back(store, title, text)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_headline_of_each_language_is_stored_with_its_evidence(store: Store, sentence: str) -> None:
    stored_and_read_back(store, sentence, f"{sentence} ASEAN China cooperation agreement")
