"""The day of a base's act: not that of the dateline or of who said so, and none where nobody knows it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.bases import days
from crawler.judging.bases.days import day_of
from crawler.judging.text.nearness import outermost
from tests.builders import article, shipped_judge

THURSDAY = date(2024, 5, 16)


def day(text: str, lang: str, *, is_dated: bool = True) -> date | None:
    """The day that a text of Thursday, 16 May 2024 tells for its first base."""
    found = shipped_judge().explain(article("", text, lang_hint=lang)).findings
    words = sorted(outermost(found.of(["base", "base_head"])), key=lambda h: h.order)
    return day_of(found, words[0], found.of(["launch"]), THURSDAY, is_dated=is_dated)


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [
        ("en", "BANGKOK, 16 May - A China-Thailand industrial park opened on Sunday in Rayong.", 12),
        ("en", "VIENTIANE, May 16 (Xinhua) -- China and Laos opened a training centre on Tuesday, an official said on Wednesday.", 14),
        ("en", "China and Malaysia signed an agreement on Monday to establish an industrial park, Bernama reported on Tuesday.", 13),
        ("en", "China and Laos signed an agreement on a joint laboratory. The ceremony took place on May 13.", 13),
        ("en", "A joint laboratory of China and Laos was opened the day before yesterday.", 14),
        ("zh", "新华社万象5月16日电 中老联合实验室12日揭牌。", 12),
        ("zh", "中老联合实验室上周五揭牌。", 10),
        ("id", "BEIJING, 16 Mei (Antara) - Pusat riset Indonesia-Tiongkok diresmikan pada 14 Mei.", 14),
        ("id", "Dalam pertemuan pada Rabu, delegasi Tiongkok hadir. Gubernur mengusulkan pusat riset bersama.", 15),
        ("ms", "Makmal bersama Malaysia-China dilancarkan pada Ahad, menurut kenyataan pada Isnin.", 12),
        ("vi", "HÀ NỘI, 16/5 - Phòng thí nghiệm chung Việt Nam - Trung Quốc được khánh thành hôm Chủ nhật.", 12),
        ("vi", "Lần thứ ba, phòng thí nghiệm chung được khánh thành hôm thứ Hai.", 13),
        ("th", "พิธีเปิดศูนย์วิจัยไทย-จีน จัดขึ้นเมื่อวานซืน", 14),
        ("tl", "Binuksan noong Martes ang sentro ng Pilipinas at Tsina, ayon sa DOST nitong Miyerkules.", 14),
        ("km", "មជ្ឈមណ្ឌលស្រាវជ្រាវកម្ពុជា-ចិន ត្រូវបានសម្ពោធ កាលពីម្សិលមិញ។", 15),
        ("lo", "ສູນຄົ້ນຄວ້າ ລາວ-ຈີນ ໄດ້ເປີດ ວານນີ້.", 15),
        ("en", "A China-Laos industrial park is to rise in Boten. The agreement was exchanged on Monday.", 13),
        ("my", "မြန်မာ-တရုတ် သုတေသနစင်တာကို ယမန်နေ့က ဖွင့်လှစ်ခဲ့သည်။", 15),
        ("zh", "5月14日，中国—老挝联合实验室在万象揭牌。", 14),
        ("zh", "5月14日电力领域中老联合实验室揭牌。", 14),
        ("zh", "五月十四日，中老联合实验室在万象揭牌。", 14),
        ("zh", "5月14號，中老联合实验室在永珍揭牌。", 14),
        ("vi", "Ngày 14/5, Trung Quốc - ASEAN khánh thành trung tâm đổi mới sáng tạo chung.", 14),
        ("vi", "Phòng thí nghiệm chung Việt Nam - Trung Quốc khánh thành hôm 14-5.", 14),
        ("id", "Pada 14 Mei, pusat riset Indonesia–Tiongkok diresmikan di Jakarta.", 14),
        ("ms", "Makmal bersama Malaysia-China dilancarkan pada 14hb Mei.", 14),
        ("tl", "Binuksan noong ika-14 ng Mayo ang sentro ng Pilipinas at Tsina.", 14),
        ("en", "On May 14, China–Laos joint laboratory was opened in Vientiane.", 14),
        ("th", "14 พ.ค. 67 พิธีเปิดศูนย์วิจัยไทย–จีน", 14),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_act(lang: str, text: str, told: int) -> None:
    assert day(text, lang) == date(2024, 5, told)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "VIENTIANE, May 16 (Xinhua) -- A China-Laos joint laboratory was opened recently."),
        ("en", "VIENTIANE, May 16—A China-Laos joint laboratory was opened recently."),
        ("en", "VIENTIANE, May 16 Lao News Agency - A China-Laos joint laboratory was opened recently."),
        ("zh", "新华社万象5月16日电（记者张三）中老联合实验室日前揭牌。"),
        ("zh", "新华社万象5月16日电中老联合实验室日前揭牌。"),
        ("en", "China will build a training centre in Laos, the ministry said on Monday."),
        ("en", "China and Laos agreed to open a joint laboratory next Monday."),
        ("id", "Indonesia dan Tiongkok sepakat membangun pusat riset bersama, kata menteri, Rabu."),
        (
            "id",
            "Kementerian tengah merancang pusat riset Indonesia-Tiongkok. Rancangan itu selesai November, ujarnya, Selasa.",
        ),
        ("tl", "Lalagdaan sa susunod na linggo ang kasunduan para sa industrial park ng Tsina."),
        ("tl", "Dalawang linggo nang bukas ang sentro ng Tsina at Pilipinas na inilunsad."),
        ("vi", "Theo kế hoạch được công bố sáng 15/5, hai bên sẽ xây dựng trung tâm đào tạo."),
        ("th", "จีนและลาวเห็นชอบให้จัดตั้งเขตความร่วมมือเศรษฐกิจ เจ้าหน้าที่กล่าวเมื่อวันพุธ"),
    ],
)
def test_no_day_is_told_where_the_act_has_none(lang: str, text: str) -> None:
    assert day(text, lang) is None


def test_without_a_day_of_publication_only_days_with_their_year_are_known() -> None:
    assert day("A China-Laos industrial park opened on Thursday.", "en", is_dated=False) is None
    assert day("A China-Laos industrial park opened on 12 May.", "en", is_dated=False) is None
    assert day("A China-Laos industrial park opened on 12 May 2024.", "en", is_dated=False) == date(
        2024, 5, 12
    )


def test_an_undated_article_tells_no_weekday() -> None:
    (base,) = (
        shipped_judge()
        .classify(
            article(
                "China-Laos industrial park opens",
                "The China-Laos industrial park opened in Vientiane on Thursday.",
            )
        )
        .bases
    )
    assert base.date is None


GIVES_BACK = re.compile(
    days._DATELINE_END.pattern.replace("[A-Z][A-Z]++", "[A-Z]{2,12}").replace("*+", "*"),
    days._DATELINE_END.flags,
)
"""The end of a dateline by a pattern that tries all ways."""


@given(
    text=st.lists(
        st.sampled_from(
            [*" ,.-—–:/()（）[]\n电讯", "AB", "A", "XINHUA", "a", "2024", "--", "(VNA)", "专", "៖"]
        ),
        max_size=14,
    ).map("".join)
)
def test_datelines_end_where_a_pattern_that_tries_all_ways_ends_them(text: str) -> None:
    quick, slow = days._DATELINE_END.match(text), GIVES_BACK.match(text)
    assert (quick and quick.span()) == (slow and slow.span())


def test_a_sentence_in_capitals_behind_a_day_takes_no_longer_than_another() -> None:
    words = "NOONG 16 MAYO INILUNSAD NG TSINA AT NG MGA BANSANG ASEAN ANG ISANG DEMONSTRATION BASE NG MAGKATUWANG NA INOBASYON"
    assert day(f"{words} PARA SA MGA UMUUSBONG NA INDUSTRIYA. 28585.", "tl") == date(2024, 5, 16)
