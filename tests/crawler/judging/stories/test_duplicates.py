"""Re-published texts are known again; reports that only share a subject are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.stories.duplicates import are_enough, fingerprint, shares_enough, text_hash

TEXT = (
    "The two sides opened a joint laboratory on Tuesday. Researchers from six universities will study rice that stands salt water, "
    "and share their seeds with farmers. The first field lies near the coast, where storms have spoilt three harvests since 2019."
)


def containment(a: str, b: str) -> float:
    """The share of the shorter text that stands in the other one; 0 where it is too little for a copy."""
    one, two = fingerprint(a), fingerprint(b)
    smaller, shared = min(len(one), len(two)), len(one & two)
    return shared / smaller if shares_enough(shared, smaller) else 0.0


def test_a_copy_with_a_frame_around_it_is_known_again() -> None:
    assert containment("BEIJING - " + TEXT + " The report was edited by our desk.", TEXT) > 0.9
    assert containment(TEXT[: len(TEXT) * 2 // 3], TEXT) > 0.9


def test_another_report_of_the_same_event_is_no_copy() -> None:
    other = "A laboratory for rice that grows in salt water was opened this week by scientists of both countries, who hope for seeds."
    assert containment(other, TEXT) == 0.0


def test_spacing_case_and_script_do_not_matter() -> None:
    assert text_hash("", "中國與東盟  合作") == text_hash("", "中国与东盟合作")


words = st.lists(st.sampled_from(TEXT.split()), min_size=20, max_size=60).map(" ".join)


@given(words, words, words)
def test_a_text_is_found_inside_any_frame(before: str, text: str, behind: str) -> None:
    own = fingerprint(text)
    if are_enough(len(own)):
        assert containment(text, f"{before} {text} {behind}") >= 0.6
