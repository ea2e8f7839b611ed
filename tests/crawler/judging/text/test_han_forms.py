"""The table of simplified forms is OpenCC's, character by character."""

from __future__ import annotations

from crawler.judging.text.normal import _forms, normal_spelling
from scripts.build_han_forms import forms


def test_every_character_has_the_form_that_opencc_gives() -> None:
    assert _forms() == forms(), "python -m scripts.build_han_forms"


def test_traditional_and_japanese_are_found_by_simplified_terms() -> None:
    assert normal_spelling("鐵路開發") == normal_spelling("铁路开发")
    assert normal_spelling("広州の発展") == normal_spelling("广州の发展")
    assert normal_spelling("芸") == "芸", "a character of its own in mainland China"
