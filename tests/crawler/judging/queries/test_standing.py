"""Who is named in passing takes no part, in any language."""

from __future__ import annotations

import pytest

from tests.builders import article, shipped_judge

RAIN = " ".join(["Rain fell on both banks of the river and on the fields behind them."] * 5)
HUJAN = " ".join(["Hujan turun di kedua tepi sungai dan di sawah di belakangnya."] * 5)
REASON = "a party only in passing"


def in_passing(title: str, text: str, lang: str = "en") -> bool:
    reading = shipped_judge().classify_without_features(article(title, text, lang_hint=lang))
    return REASON in dict(reading.relevance.reasons)


@pytest.mark.parametrize(
    ("title", "text", "lang"),
    [
        ("China-US trade war widens", f"China and the United States raised tariffs. {RAIN} Some firms moved to Vietnam.", "en"),
        ("Taiwan courts the south", f"Taipei and Hanoi agreed on cooperation. {RAIN} Factories have left China.", "en"),
        ("Thirty nations at a workshop", f"Researchers of Kenya, Brazil, India, China and Peru met in Chiang Mai for a workshop. {RAIN}", "en"),
        ("日本与泰国签署备忘录", "日本与泰国签署氢能合作备忘录。" + "雨水落在河的两岸和后面的田野上。" * 8 + "近年中国电动车销量大增。", "zh"),
        ("Jepang dan Indonesia sepakat", f"Jepang dan Indonesia sepakat bekerja sama. {HUJAN} Harga bawang dari Tiongkok naik.", "id"),
    ],
)  # fmt: skip
def test_a_party_of_the_background_takes_no_part(title: str, text: str, lang: str) -> None:
    assert in_passing(title, text, lang)


@pytest.mark.parametrize(
    ("title", "text", "lang"),
    [
        ("Hospital in Cebu reopens with Chinese help", f"The hospital was closed. {RAIN}", "en"),
        ("Hospital in Cebu reopens", f"Doctors from China came back on Monday. {RAIN}", "en"),
        ("Hospital in Cebu reopens", f"The hospital was closed for a year. {RAIN} China donated beds.", "en"),
        ("中柬医院重新开放", "医院关闭了一年。" + "雨水落在河的两岸和后面的田野上。" * 8, "zh"),
        ("วัดเปิดอีกครั้ง", "โรงพยาบาลในเชียงใหม่เปิดอีกครั้ง " + "ฝนตกทั้งสองฝั่งแม่น้ำ " * 8 + "\nจีนบริจาคเตียง", "th"),
    ],
)  # fmt: skip
def test_a_party_of_headline_lead_or_a_sentence_of_cooperation_does(title: str, text: str, lang: str) -> None:
    assert not in_passing(title, text, lang)


@pytest.mark.parametrize(
    "text",
    [
        "Peking opera and Peking duck delighted guests in Singapore, where a partnership of cooks was celebrated.",
        "Hong Kong flu spread in Thailand in 1968; hospitals agreed on cooperation.",
        "The potter signs bone China and Chinese porcelain in Penang together with his partners.",
        "Pedagang Pasar Cina di Surabaya sepakat bekerja sama dengan pemerintah kota.",
        "Peniaga Melaka bersetuju bekerjasama menjual barangan buatan China.",
        "Cửa hàng ở Hà Nội hợp tác bán hàng Trung Quốc giá rẻ.",
        "โรงงานในสมุทรสาครร่วมมือกันต้านสินค้าเมดอินไชน่า",
        "Nagkasundo ang mga tindera sa Cebu laban sa gawang Tsina.",
        "The Indochina museum of Hanoi agreed on cooperation with a museum in Laos.",
        "Chinatown traders in Bangkok agreed on cooperation before Chinese New Year.",
    ],
)
def test_what_is_called_after_china_is_not_china(text: str) -> None:
    assert not shipped_judge().classify_without_features(article("News of the day", text)).relevance.relevant


@pytest.mark.parametrize(
    "text",
    [
        "A Thai-Chinese training base was opened at Khon Kaen by both sides.",
        "China made a donation of rice to Laos.",
        "Chinese and Malaysian universities agreed on cooperation.",
    ],
)
def test_what_only_looks_like_such_a_name_is_china(text: str) -> None:
    findings = shipped_judge().explain(article("News of the day", text)).findings
    assert findings.hits.get("country_CN")
