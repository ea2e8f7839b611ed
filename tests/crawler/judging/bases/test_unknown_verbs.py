"""A base that is introduced is news also where no table knows the verb; opinions, wishes and third countries are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import article, shipped_judge

PUBLISHED = datetime(2026, 6, 12, 8, tzinfo=UTC)

NEWS = [
    (
        "en",
        "Pepper growers of Kampot get a drying yard",
        "Officials snipped the ribbon in Kampot on Thursday.\n\n"
        "The Cambodia-China Pepper Quality Station was fitted out by a university of Guangxi. Both sides signed a plan for training.",
    ),
    (
        "zh",
        "万象有了“稻种银行”",
        "6月11日，中老水稻种质资源库收下头一袋稻种，中国专家在场。两国农业合作密切。",
    ),
    (
        "vi",
        "Lạng Sơn có nơi kiểm định trái cây chung với Quảng Tây",
        "Sáng 11/6, Trạm Kiểm định nông sản chung Việt - Trung tại cửa khẩu Tân Thanh chạy thử lô sầu riêng đầu tiên.",
    ),
    (
        "id",
        "Balai benih kopi dibuka bersama Yunnan",
        "Balai benih kopi Indonesia-Tiongkok diresmikan di Bandung pada Kamis, hasil kerja sama dengan Yunnan.",
    ),
    (
        "th",
        "เชียงใหม่มีแปลงหญ้าจวินเฉ่าแล้ว",
        "มหาวิทยาลัยแม่โจ้และมหาวิทยาลัยฝูเจี้ยนของจีนตัดริบบิ้นเมื่อวันที่ 11 มิถุนายน ณ แปลงสาธิตหญ้าจวินเฉ่าไทย-จีน",
    ),
    (
        "lo",
        "ຫຼວງພະບາງມີໂຮງຝຶກຊ່າງທາງລົດໄຟ",
        "ວັນທີ 11 ມິຖຸນາ ໄດ້ຕັດແຖບຜ້າເປີດໂຮງຮຽນວິຊາຊີບທາງລົດໄຟ ລາວ-ຈີນ ຢູ່ຫຼວງພະບາງ.",
    ),
    (
        "my",
        "တောင်ကြီးတွင် တရုတ်-မြန်မာ ပျိုးဥယျာဉ် ဖွင့်",
        "တရုတ်-မြန်မာ လက်ဖက်ပျိုးဥယျာဉ်ကို ဇွန် ၁၁ ရက်က တောင်ကြီးမြို့တွင် ဖွင့်လှစ်ခဲ့သည်။",
    ),
]


NO_NEWS = [
    (
        "en",
        "Opinion: What a workshop needs",
        "The China-Laos Luban Workshop was opened in Vientiane on Thursday.",
    ),
    ("zh", "【评论】揭牌之后", "6月11日，中老联合实验室在万象揭牌。"),
    (
        "en",
        "Milk in Laos",
        "Had the China-Laos Dairy Training Centre been built, milk would be cheaper, officials said.",
    ),
    (
        "en",
        "Ribbons in Laos",
        "Every few months a China-Laos training centre is opened somewhere, officials said.",
    ),
    ("zh", "老挝合作", "每隔几个月就有一个中老培训中心揭牌。"),
    ("vi", "Hợp tác nghề với Trung Quốc", "Mỗi năm một trung tâm đào tạo Việt - Trung được khánh thành."),
    (
        "en",
        "Park officials of China and Laos meet",
        "The committee of the Boten Special Economic Zone in Laos sat down with a Chinese firm on Thursday.",
    ),
    ("vi", "Khánh thành Trung tâm giống tôm Việt - Hàn", "Trung tâm giống tôm Việt - Hàn mở cửa ngày 11/6."),
]


def tells_of_a_base(lang: str, title: str, text: str) -> bool:
    found = shipped_judge().classify_without_features(
        article(title, text, lang_hint=lang, published=PUBLISHED, first_seen=PUBLISHED)
    )
    return found.new_base


@pytest.mark.parametrize(("lang", "title", "text"), NEWS)
def test_a_base_that_is_introduced_is_news(lang: str, title: str, text: str) -> None:
    assert tells_of_a_base(lang, title, text)


@pytest.mark.parametrize(("lang", "title", "text"), NO_NEWS)
def test_what_only_speaks_of_a_base_is_none(lang: str, title: str, text: str) -> None:
    assert not tells_of_a_base(lang, title, text)


def test_a_pronoun_is_no_third_country() -> None:
    told = '"They told us on Monday" that the China-Laos training centre would open in Pakse, a teacher said.'
    assert tells_of_a_base("en", "China and Laos to train nurses", told)
    assert not tells_of_a_base(
        "en", "China helps", told.replace("China-Laos", "Laos-US").replace("us", "Laos")
    )


def test_an_empty_line_is_no_sentence() -> None:
    lines = (
        "The China-Laos rice centre was visited.\n\nOne.\n\nTwo.\n\nThe centre opened in Pakse on Thursday."
    )
    assert tells_of_a_base("en", "China and Laos", lines)
