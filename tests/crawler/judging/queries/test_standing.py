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
    ("title", "text", "lang"),
    [
        ("Thailand, Japan sign hydrogen pact as Chinese firms expand", "Thailand and Japan signed an agreement on Saturday. Chinese firms have invested, too.", "en"),
        ("印度与新加坡签署半导体备忘录", "印度和新加坡3日签署半导体合作备忘录,以减少对中国供应链的依赖。", "zh"),
        ("台湾与越南签署投资协议", "台湾与越南签署新版投资保障协议,台商将减少在中国大陆的投资。", "zh"),
        ("Jepang dan Indonesia sepakati MRT", "Indonesia dan Jepang menandatangani pinjaman. Harganya lebih mahal dari tawaran Tiongkok.", "id"),
        ("Malaysia, Korea Selatan meterai perjanjian", "Malaysia dan Korea Selatan menandatangani perjanjian bagi mengurangkan kebergantungan kepada China.", "ms"),
        ("Việt Nam và Hàn Quốc mở trung tâm", "Việt Nam và Hàn Quốc ký thỏa thuận mở trung tâm bán dẫn tại Đà Nẵng. Trung Quốc cũng cạnh tranh.", "vi"),
        ("ไทย-ญี่ปุ่นร่วมมือรถไฮบริด", "ไทยและญี่ปุ่นลงนามความร่วมมือพัฒนารถยนต์ไฮบริด หวังแข่งกับรถยนต์จากจีนที่เข้ามาขายจำนวนมาก", "th"),
        ("ລາວ ແລະ ຫວຽດນາມ ເຊັນສັນຍາ", "ລາວ ແລະ ຫວຽດນາມ ໄດ້ເຊັນສັນຍາຊື້ຂາຍໄຟຟ້າ ທີ່ຮ່າໂນ້ຍ. ກ່ອນໜ້ານີ້ລາວກໍຂາຍໄຟຟ້າໃຫ້ໄທ ແລະ ຈີນ.", "lo"),
        ("La France et le Vietnam signent un accord", "La France et le Vietnam ont signé un accord nucléaire, alors que la Chine renforce sa présence.", "fr"),
        ("日本とベトナム、人材育成で合意", "日本とベトナムは半導体人材の育成で協力することで合意した。中国への依存を減らす。", "ja"),
        ("한국·인도네시아, 공동 투자 합의", "한국과 인도네시아가 배터리 공장 공동 투자에 합의했다. 중국 기업과 경쟁한다.", "ko"),
        ("中国与塞尔维亚签署协议", "中国与塞尔维亚签署高铁合作协议,此前的铁路通往泰国。", "zh"),
        ("Kenya and China break ground on park", "Kenya and China broke ground on a textile park. Parks like it operate in Cambodia.", "en"),
    ],
)  # fmt: skip
def test_what_one_side_does_with_others_is_not_done_together(title: str, text: str, lang: str) -> None:
    reading = shipped_judge().classify_without_features(article(title, text, lang_hint=lang))
    assert not reading.relevance.relevant, reading.relevance.reasons


@pytest.mark.parametrize(
    ("title", "text", "lang"),
    [
        ("China, Japan and ASEAN sign pact", "China, ASEAN, Japan and South Korea signed an agreement on rice reserves.", "en"),
        ("China and Laos sign railway pact", "China and Laos signed an agreement. Japan and Laos had signed one before, worth 90 million US dollars.", "en"),
        ("Cambodia breaks ground on canal", "Cambodia broke ground on a canal worth 1.7 billion US dollars with China Road and Bridge Corporation.", "en"),
        ("Tiongkok Ajak ASEAN, Jepang dan Korea Kerja Sama", "China mengajak ASEAN, Jepang dan Korea Selatan memperkuat kerja sama teknologi.", "id"),
        ("习近平同印度尼西亚总统会谈", "习近平在北京同印度尼西亚总统举行会谈,两国签署合作文件。", "zh"),
    ],
)  # fmt: skip
def test_what_both_sides_do_beside_others_is(title: str, text: str, lang: str) -> None:
    reading = shipped_judge().classify_without_features(article(title, text, lang_hint=lang))
    assert reading.relevance.relevant, reading.relevance.reasons


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
