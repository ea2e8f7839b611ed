"""What somebody refuses while saying what to look for is left out of the topic, and is never looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.authoring.answers import Answers
from alerts.authoring.building import term_sets, title_of
from alerts.authoring.completing import completed
from alerts.authoring.suggesting import check_words, parts_of, unwanted_terms
from alerts.authoring.trying import NewTopicTrial
from alerts.authoring.wishes import wish_of
from crawler.model import AseanwatchError
from tests.builders import shipped


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("durian NOT rice", "durian", ["rice"]),
        ("durian AND NOT rice", "durian", ["rice"]),
        ("durian and not rice", "durian", ["rice"]),
        ("durian -festival exports", "durian exports", ["festival"]),
        ("durian !festival", "durian", ["festival"]),
        ("durian －festival", "durian", ["festival"]),
        ("durian –festival", "durian", ["festival"]),
        ('durian -"food festival"', "durian", ['"food festival"']),
        ('durian not "food festival"', "durian", ['"food festival"']),
        ("durian -palm oil exports", "durian exports", ["palm oil"]),
        ("sầu riêng -lễ hội", "sầu riêng", ["lễ hội"]),
        ("durian NOT (rice OR corn)", "durian", ["rice", "corn"]),
        ("durian -(rice, corn) exports", "durian exports", ["rice", "corn"]),
        ("durian NOT rice AND exports", "durian exports", ["rice"]),
        ("durian, not festivals, exports", "durian, exports", ["festivals"]),
        ("durian but not festivals or concerts", "durian", ["festivals", "concerts"]),
        ("durian excluding festivals and concerts", "durian", ["festivals", "concerts"]),
        ("榴莲 不要 节", "榴莲", ["节"]),
        ("榴莲不要音乐节", "榴莲", ["音乐节"]),
        ("榴莲，节日除外", "榴莲", ["节日"]),
        ("除了节日以外的榴莲", "榴莲", ["节日"]),
        ("中非合作 非 农业", "中非合作", ["农业"]),
        ("sầu riêng trừ lễ hội", "sầu riêng", ["lễ hội"]),
        ("durian kecuali festival atau konser", "durian", ["festival", "konser"]),
        ("durian maliban sa pista", "durian", ["pista"]),
        ("ဒူးရင်း ပွဲတော်မပါ", "ဒူးရင်း", ["ပွဲတော်"]),
        # No refusals
        ("Doctors Without Borders", "Doctors Without Borders", []),
        ("visa-free travel, COVID-19, no-fly zone", "visa-free travel, COVID-19, no-fly zone", []),
        ("China - Laos railway", "China - Laos railway", []),
        ("decree no. 5", "decree no. 5", []),
        ('"not a drill" exercise', '"not a drill" exercise', []),
        ("hàng không Việt Nam", "hàng không Việt Nam", []),
        ("pesawat tanpa awak", "pesawat tanpa awak", []),
        ("南非 非洲", "南非 非洲", []),
    ],
)
def test_what_is_refused_is_parted_from_what_is_wanted(words: str, wanted: str, unwanted: list[str]) -> None:
    wish = wish_of(words)
    assert (wish.wanted, list(wish.unwanted)) == (wanted, unwanted)


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ("title:durian", "write durian alone"),
        ("标题：榴莲", "write 榴莲 alone"),
        ("keyword:durian", "write durian alone"),
        ("durian lang:zh", "leave it out"),
        ("durian NEAR/5 rice", "write the words alone"),
        ("durian^2", "write the words alone"),
        ("durian NOT", "write it behind"),
        ("durian 不要", "write it behind"),
        ("NOT rice", "write before it"),
        ("-rice", "write before it"),
        ("durian -durian", "is both looked for and refused"),
        ("durian 不要 榴莲", "is both looked for and refused"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_to_write(words: str, cure: str) -> None:
    with pytest.raises(AseanwatchError, match=cure):
        check_words(words)


_REFUSING = st.sampled_from(
    [
        "{} NOT {}", "{} not {}", "{} -{}", "{} !{}", "{} but not {}", "{} without {}", "{} except {}", "{} AND NOT {}", "{} 不要 {}", "{}不包括{}",
        "{}，{}除外", "除了{1}以外 {0}", "{} ยกเว้น {}", "{} ไม่เอา {}", "{} không phải {}", "{} bukan {}", "{} kecuali {}", "{} maliban sa {}",
        "{} ຍົກເວັ້ນ {}", "{} លើកលែងតែ {}", "{} {}မပါ",
    ]
)  # fmt: skip
_THINGS = {
    "durian": ["durian", "榴莲", "ทุเรียน", "sầu riêng", "ທຸລຽນ"],
    "festival": ["festival", "节日", "เทศกาล", "lễ hội"],
}


@given(
    _REFUSING,
    st.sampled_from(_THINGS["durian"]),
    st.sampled_from(_THINGS["festival"]),
)
def test_a_refusal_in_any_language_is_the_without_of_the_topic(form: str, wanted: str, refused: str) -> None:
    words = form.format(wanted, refused)
    if " " in refused and form[-1] != "}":
        return  # what refuses behind a word stands behind one word
    if form == "{}不包括{}" and refused.isascii():
        return
    check_words(words)
    parts = parts_of(words)
    assert [part.typed for part in parts] == [wanted]
    left_out = {term for own in unwanted_terms(words).values() for terms in own.values() for term in terms}
    assert left_out >= {"festival", "节日", "เทศกาล", "lễ hội"}
    assert left_out.isdisjoint(term.term for part in parts for term in part.terms)
    assert refused not in title_of(words)


def test_what_is_refused_is_the_without_of_the_topic() -> None:
    answers, name = completed(
        NewTopicTrial(shipped(), ()), Answers(looking_for="durian -festival", only_relevant=False)
    )
    assert (name, answers.query) == ("durian", "lead:$durian NOT title:$durian_without")
    assert "节日" in term_sets(answers, name)["durian_without"]["zh"]
