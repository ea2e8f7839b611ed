"""Places by all their names: provinces and cities of China and of ASEAN in the languages of the region, and small places."""

from __future__ import annotations

import pytest

from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.distances import near
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.known_places import country_of, is_small, position_of
from crawler.judging.places.small_places import small_places_in
from crawler.judging.text.nearness import outermost
from tests.builders import article, shipped_judge


def places_in(text: str, lang: str) -> set[str]:
    """The cities and provinces that a text names."""
    found = shipped_judge().explain(article("A headline", text, lang_hint=lang)).findings
    hits = outermost(h for name, own in found.hits.items() if name.startswith("places_") for h in own)
    return {place.name for h in hits if (place := gazetteer().place(h.pattern)) is not None}


@pytest.mark.parametrize(
    ("lang", "text", "names"),
    [
        ("km", "ក្រុមហ៊ុនពីខេត្តចេជាំង និងខេត្តគុយចូវ ប្រទេសចិន មកដល់ទីក្រុងហាងចូវ។", {"Zhejiang", "Guizhou", "Hangzhou"}),
        ("km", "ពាណិជ្ជករពីខេត្តក្វាងនិញ ប្រទេសវៀតណាម ជួបភាគីចិន។", {"Quang Ninh"}),
        ("lo", "ບໍລິສັດຈາກແຂວງຫູໜານ ແລະ ນະຄອນສາງຊາ ສປ ຈີນ ມາຮອດແຂວງຜົ້ງສາລີ.", {"Hunan", "Changsha", "Phongsali"}),
        ("my", "စီချွမ်ပြည်နယ် ချန်တူးမြို့မှ တရုတ်ကုမ္ပဏီများ မူဆယ်မြို့သို့ ရောက်ရှိသည်။", {"Sichuan", "Chengdu", "Muse"}),
        ("th", "ผู้แทนจากมณฑลเจ้อเจียงและนครหางโจวของจีนเยือนจังหวัดเลย", {"Zhejiang", "Hangzhou", "Loei"}),
        ("vi", "Doanh nghiệp Trung Quốc từ Chiết Giang, Hàng Châu đến Thái Nguyên và Bắc Ninh.", {"Zhejiang", "Hangzhou", "Thai Nguyen", "Bac Ninh"}),
        ("zh", "浙江和贵州的企业到访越南高平省、老挝沙湾拿吉省和缅甸皎漂。", {"Zhejiang", "Guizhou", "Cao Bang", "Savannakhet", "Kyaukphyu"}),
        ("id", "Pengusaha Tiongkok dari Zhejiang berkunjung ke Sulawesi Tengah dan Morowali.", {"Zhejiang", "Central Sulawesi", "Morowali"}),
        ("ru", "Китайская компания построит завод в Хайфоне.", {"Haiphong"}),
    ],
)  # fmt: skip
def test_places_are_known_in_the_languages_of_the_region(lang: str, text: str, names: set[str]) -> None:
    assert places_in(text, lang) == names


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("th", "จีนและไทยไม่เคยแพร่ข่าวนี้เลย และน่านน้ำยังสงบ"),
        ("zh", "中国与东盟愿维护和平与太平。"),
        ("en", "China spoke to Nan and Tak of trade."),
    ],
)
def test_ordinary_words_are_no_places(lang: str, text: str) -> None:
    assert places_in(text, lang) == set()


def test_each_province_is_of_one_country_and_no_capital() -> None:
    known = gazetteer()
    assert set(known.provinces.values()) <= CHINA_ASEAN.theirs.countries | {"CN"}
    assert known.capitals.isdisjoint(known.provinces)


def test_namesakes_bear_the_name_of_their_province() -> None:
    assert places_in("中国萍乡的企业来了。", "zh") == {"Pingxiang, Jiangxi"}
    assert places_in("广西凭祥的企业来了。", "zh") == {"Guangxi", "Pingxiang"}
    assert not near("Pingxiang", "Pingxiang, Jiangxi")


def test_small_places_are_found_where_their_country_is_concerned() -> None:
    found = shipped_judge().explain(article("A headline", "A centre of China opened in Moc Chau.")).findings
    assert [p for _, p in small_places_in(found, frozenset({"VN"}), ())] == [Place("Moc Chau", "VN")]
    assert small_places_in(found, frozenset({"LA"}), ()) == []


def test_a_small_place_inside_a_longer_name_is_none() -> None:
    found = shipped_judge().explain(article("A headline", "It opened in Moc Chau Street.")).findings
    assert small_places_in(found, frozenset({"VN"}), ()) == []


def test_small_places_have_a_country_and_a_position() -> None:
    assert (country_of("Moc Chau"), country_of("Nanning"), country_of("Nowhere")) == ("VN", "CN", None)
    assert position_of("Moc Chau") and position_of("Nanning") and position_of("Nowhere") is None
    assert is_small("Moc Chau")
    assert not is_small("Nanning")
