"""Bytes to text: as declared where that fits nearly everywhere, else as the bytes say."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.charsets import decode, decode_page, decode_xml, encoding_of, is_garbled

TEXTS = {
    "zh": "中国与老挝签署铁路合作协议，双方同意在万象建立联合实验室。外交部发言人周二表示，新线路明年通车。",
    "zh-TW": "中國與寮國簽署鐵路合作協議，雙方同意在永珍建立聯合實驗室。外交部發言人週二表示，新線路明年通車。",
    "th": "จีนและลาวลงนามข้อตกลงความร่วมมือด้านรถไฟ และเปิดศูนย์วิจัยร่วมที่เวียงจันทน์เมื่อวันอังคาร",
    "vi": "Trung Quốc và Việt Nam ký thỏa thuận hợp tác đường sắt, mở phòng thí nghiệm chung tại Hà Nội hôm thứ Ba",
    "km": "កម្ពុជា និងចិន បានចុះហត្ថលេខាលើកិច្ចព្រមព្រៀងផ្លូវដែក នៅថ្ងៃអង្គារ",
    "lo": "ລາວ ແລະ ຈີນ ເຊັນສັນຍາຮ່ວມມືດ້ານລົດໄຟ ທີ່ນະຄອນຫຼວງວຽງຈັນ ໃນວັນອັງຄານ",
    "my": "မြန်မာနှင့် တရုတ် ရထားလမ်းသဘောတူညီချက်ကို အင်္ဂါနေ့တွင် လက်မှတ်ရေးထိုးခဲ့သည်",
    "fr": "L'accord a été signé à Vientiane, où les délégués ont déjà été reçus mardi à l'hôtel de la République.",
}
ENCODINGS = [
    *((lang, "utf-8", "UTF-8") for lang in TEXTS),
    ("zh", "gb18030", "gb2312"), ("zh", "gb18030", "GBK"), ("zh-TW", "big5hkscs", "Big5"), ("zh-TW", "gb18030", "gbk"),
    ("th", "cp874", "TIS-620"), ("th", "cp874", "windows-874"), ("fr", "cp1252", "latin1"), ("fr", "cp1252", "us-ascii"),
]  # fmt: skip


def damaged(body: bytes, how: str) -> bytes:
    place = len(body) // 2
    return {
        "whole": body,
        "one byte too many": body[:place] + b"\xff" + body[place:],
        "its end cut": body[:-1] if body[-1] > 0x7F else body[:-2],
    }[how]


@pytest.mark.parametrize("how", ["whole", "one byte too many", "its end cut"])
@pytest.mark.parametrize(("lang", "encoding", "label"), ENCODINGS)
def test_what_is_declared_is_believed_although_a_byte_does_not_fit(
    lang: str, encoding: str, label: str, how: str
) -> None:
    found = decode(damaged(TEXTS[lang].encode(encoding), how) + b"</a>", header=label)
    assert (found.encoding, found.note) == (encoding_of(label), None)
    begin = len(TEXTS[lang]) // 2 - 3
    assert found.text[:begin] == TEXTS[lang][:begin]
    assert found.text.endswith("</a>")


@pytest.mark.parametrize("wrong", ["", "iso-8859-1", "utf-8", "gb2312", "big5", "tis-620"])
@pytest.mark.parametrize(("lang", "encoding", "label"), ENCODINGS)
def test_a_wrong_declaration_is_found_out(lang: str, encoding: str, label: str, wrong: str) -> None:
    found = decode(TEXTS[lang].encode(encoding), header=wrong)
    assert found.text == TEXTS[lang]
    if wrong and encoding_of(wrong) != encoding_of(label):
        assert found.note == f"the encoding is not the declared one; read as {found.encoding}"


@pytest.mark.parametrize(("lang", "encoding", "label"), ENCODINGS)
def test_the_header_of_a_server_gives_way_to_what_the_document_says(
    lang: str, encoding: str, label: str
) -> None:
    body = f'<?xml version="1.0" encoding="{label}"?><a>{TEXTS[lang]}</a>'.encode(encoding)
    assert TEXTS[lang] in decode_xml(body, "text/xml; charset=ISO-8859-1").text
    page = f'<!-- charset=x --><meta http-equiv="Content-Type" content="text/html; charset={label}">{TEXTS[lang]}'
    assert TEXTS[lang] in decode_page(page.encode(encoding), "text/html; charset=ISO-8859-1").text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "utf-16-le")],
)  # fmt: skip
def test_the_first_bytes_count_before_all_that_is_declared(mark: bytes, encoding: str) -> None:
    found = decode(mark + f"<a>{TEXTS['zh']}".encode(encoding), header="iso-8859-1", document="gbk")
    assert (found.text, found.encoding, found.note) == (f"<a>{TEXTS['zh']}", encoding, None)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"), ("GBK", "gb18030"), ("x-gbk", "gb18030"), ("csgb2312", "gb18030"), ("Big5-HKSCS", "big5hkscs"),
        ("cn-big5", "big5hkscs"), ("TIS-620", "cp874"), ("ISO-8859-11", "cp874"), ("latin1", "cp1252"), (" us-ascii ", "cp1252"),
        ("unicode-1-1-utf-8", "utf-8"), ("ks_c_5601-1987", "cp949"), ("x-sjis", "cp932"), ("windows-1258", "cp1258"),
        ("rot13", None), ("base64", None), ("no-such-thing", None), ("", None), ("x" * 500, None), ("\0", None),
    ],
)  # fmt: skip
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str | None) -> None:
    assert encoding_of(label) == codec


@pytest.mark.parametrize(
    ("character", "label"), [("镕", "gb2312"), ("碁", "big5"), ("…", "iso-8859-1"), ("–", "tis-620")]
)
def test_characters_that_only_the_larger_encoding_has_are_read(character: str, label: str) -> None:
    body = character.encode(encoding_of(label) or "")
    assert decode(b"<a>" + body, header=label).text == f"<a>{character}"


def test_the_euro_sign_of_windows_is_read_in_chinese_text() -> None:
    assert decode("价格为".encode("gbk") + b"\x80" + "五".encode("gbk"), header="gbk").text == "价格为€五"


def test_of_a_text_with_hardly_any_letter_beyond_ascii_half_a_character_is_told_from_windows_letters() -> (
    None
):
    assert decode(b"Cooperation agreed \xe2\x80</a>", header="utf-8").text == "Cooperation agreed \ufffd</a>"
    assert decode(b"Caf\xe9 \x93open\x94</a>", header="utf-8").text == "Café “open”</a>"


def test_a_text_that_was_taken_for_one_of_single_bytes_is_known_by_its_look() -> None:
    for lang in ("zh", "th", "km", "lo", "my"):
        assert is_garbled(TEXTS[lang].encode().decode("iso8859_2"))
    assert not any(map(is_garbled, TEXTS.values()))


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "gbk", "big5", "tis-620", "latin1", "hz", "utf-16", "nonsense"]),
)
def test_any_bytes_become_text(body: bytes, label: str) -> None:
    text = decode(body, header=label).text
    assert text.encode("utf-8", "strict") is not None


@pytest.mark.parametrize("declared", ["utf-8", ""])
@pytest.mark.parametrize("many", [1, 3, 12])
@pytest.mark.parametrize(
    ("whole", "other", "encoding"),
    [
        ("China’s pact", "It’s done", "cp1252"), ("China’s pact", "“Café” – a “naïve” idea", "cp1252"),
        ("Trung Quốc và ASEAN ký thỏa thuận", "‘Pact’ – ‘Rail’ – ‘Port’", "cp1252"),
        (TEXTS["zh"], "东盟与中国铁路合作项目开工仪式", "gb18030"), (TEXTS["zh-TW"], "鐵路合作協議簽署儀式在永珍舉行", "big5hkscs"),
        (TEXTS["th"], "จีนและลาวลงนามข้อตกลง", "cp874"), (TEXTS["lo"], "Café naïve", "cp1252"),
        ("Perjanjian ’24", "‘Rel’", "cp1252"), ("Económico y política", "Año – ‘nuevo’", "cp1252"),
    ],
)  # fmt: skip
def test_a_stretch_of_another_encoding_is_read_by_itself_and_garbles_no_other(
    whole: str, other: str, encoding: str, many: int, declared: str
) -> None:
    foreign = f"<t>{other}</t>".encode(encoding) * many
    found = decode(f"<t>{whole}</t>".encode() + foreign, document=declared)
    assert found.text == f"<t>{whole}</t>" + f"<t>{other}</t>" * many
    assert found.note == f"{many} places are not in utf-8; read as {encoding}"


def test_a_sign_of_word_within_a_text_of_utf8_is_read_and_what_fits_nowhere_is_not() -> None:
    found = decode(b"<t>China\xe2\x80\x99s \x93pact\x94</t><t>\xe4\xb8\xad\xff\xfe</t>", document="utf-8")
    assert found.text == "<t>China’s “pact”</t><t>中\ufffd\ufffd</t>"


def test_a_stretch_of_utf8_is_read_in_a_document_of_another_encoding() -> None:
    body = f"<t>{TEXTS['zh']}</t>".encode("gb18030") + f"<t>{TEXTS['zh'][:12]}</t>".encode()
    found = decode(body, document="gb2312")
    assert found.text == f"<t>{TEXTS['zh']}</t><t>{TEXTS['zh'][:12]}</t>"


@pytest.mark.parametrize(
    "text", ["China’s pact", "Cá và tôm", "Đường sắt", "Trung Quốc", "中国", "จีน", "“Rail”"]
)
def test_words_of_utf8_that_were_read_as_windows_1252_are_garbled(text: str) -> None:
    misread = "".join(_of_byte(byte) for byte in text.encode())
    assert is_garbled(misread)
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    ["LA LIBERTÉ” – “ÉTÉ…”", "à « Hanoï »", "SÃO PAULO", "Âge d’or", "R$ 5 € – £3", "ĐÀ NẴNG", "“TẤT CẢ”"],
)
def test_letters_with_marks_before_signs_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


def _of_byte(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
