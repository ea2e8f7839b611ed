"""Hard cases in ten languages: different news that shares most of its text, and duplicates that were edited.

Each case is a series of articles in the order of arrival; the last one is tested. ``original`` is the article that it repeats.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import opencc

from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.script import UNSPACED

COUNTRIES = ("LA", "VN", "TH", "MY", "KH", "ID", "PH", "MM")


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a case."""

    outlet: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """Articles in the order of arrival, and the one that the last one repeats; None if it is other news."""

    lang: str
    kind: str
    items: tuple[Item, ...]
    original: int | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language: ``{p}`` is a country, ``{g}`` a good, ``{n}`` and ``{m}`` are numbers."""

    word: str
    teaser: str
    paywall: str
    footer: str
    title: str
    own: str
    template: str
    rate_title: str
    rate: str
    goods: tuple[str, ...]


PHRASES = {
    "en": Phrases(
        "News", "Our correspondents follow business and politics in the region every day, and explain what matters to our readers.",
        "This article is for subscribers only. Sign in or subscribe to continue reading this story and get unlimited access to all of our coverage of business, politics and the economy.",
        "Follow us on all channels and download our app to read every story without advertisements wherever you are. All rights reserved, no part may be reproduced without written permission.",
        "China and {p} sign {g} agreement", "Ministers of China and {p} signed an agreement on {g}, officials said.",
        "The agreement was signed in the presence of both ministers, who spoke of the long friendship between China and {p} and hoped that trade in {g} would grow by {n} percent this year.",
        "Exchange rates of the day", "The central bank set the reference rate at {n} this morning, {m} points away from the day before, and trade in bonds was calm until the evening, the bank said in its daily note to the market.",
        ("durian", "railway", "rice", "solar", "fishery", "tourism"),
    ),
    "zh": Phrases(
        "新闻", "本报记者每天关注本地区的经济和政治动态,为读者解读重要新闻。",
        "本文仅供订阅用户阅读。请登录或订阅以继续阅读全文,并不受限制地浏览我们有关商业、政治和经济的全部报道,订阅用户还可以收听播客和阅读电子版。",
        "请关注我们的公众号并下载客户端,随时随地阅读全部报道而没有广告。版权所有,未经书面许可不得转载、摘编或以其他方式使用本网站的任何内容。",
        "中国与{p}签署{g}合作协议", "官员表示,中国与{p}的部长签署了关于{g}的协议。",
        "协议在两国部长的见证下签署,他们谈到中国与{p}之间的长期友谊,并希望今年{g}贸易增长{n}个百分点,双方还将成立联合工作组。",
        "今日外汇牌价", "央行今天上午将中间价定为{n},与前一天相差{m}个基点,债券市场交易直到傍晚都很平静,央行在每日向市场发布的公告中表示。",
        ("榴莲", "铁路", "大米", "太阳能", "渔业", "旅游"),
    ),
    "id": Phrases(
        "Berita", "Koresponden kami mengikuti bisnis dan politik di kawasan ini setiap hari dan menjelaskan apa yang penting bagi pembaca.",
        "Artikel ini hanya untuk pelanggan. Silakan masuk atau berlangganan untuk melanjutkan membaca dan mendapatkan akses tanpa batas ke semua liputan bisnis, politik, dan ekonomi kami.",
        "Ikuti kami di semua saluran dan unduh aplikasi kami untuk membaca setiap berita tanpa iklan di mana pun Anda berada. Hak cipta dilindungi, dilarang memperbanyak tanpa izin tertulis.",
        "Tiongkok dan {p} teken perjanjian {g}", "Menteri Tiongkok dan {p} menandatangani perjanjian tentang {g}, kata pejabat.",
        "Perjanjian itu ditandatangani di hadapan kedua menteri, yang berbicara tentang persahabatan lama antara Tiongkok dan {p} serta berharap perdagangan {g} tumbuh {n} persen tahun ini.",
        "Kurs hari ini", "Bank sentral menetapkan kurs acuan pada {n} pagi ini, selisih {m} poin dari hari sebelumnya, dan perdagangan obligasi tenang sampai sore, kata bank itu dalam catatan harian kepada pasar.",
        ("durian", "kereta", "beras", "surya", "perikanan", "pariwisata"),
    ),
    "ms": Phrases(
        "Berita", "Wartawan kami mengikuti perniagaan dan politik di rantau ini setiap hari dan menerangkan perkara penting kepada pembaca.",
        "Artikel ini hanya untuk pelanggan. Sila log masuk atau langgan untuk terus membaca dan mendapat akses tanpa had kepada semua liputan perniagaan, politik dan ekonomi kami.",
        "Ikuti kami di semua saluran dan muat turun aplikasi kami untuk membaca setiap berita tanpa iklan di mana sahaja anda berada. Hak cipta terpelihara, dilarang mengeluar ulang tanpa kebenaran bertulis.",
        "China dan {p} meterai perjanjian {g}", "Menteri China dan {p} menandatangani perjanjian mengenai {g}, kata pegawai.",
        "Perjanjian itu ditandatangani di hadapan kedua-dua menteri, yang bercakap tentang persahabatan lama antara China dan {p} serta berharap perdagangan {g} berkembang {n} peratus tahun ini.",
        "Kadar pertukaran hari ini", "Bank pusat menetapkan kadar rujukan pada {n} pagi ini, beza {m} mata daripada hari sebelumnya, dan dagangan bon tenang hingga petang, kata bank itu dalam nota harian kepada pasaran.",
        ("durian", "kereta api", "beras", "solar", "perikanan", "pelancongan"),
    ),
    "vi": Phrases(
        "Tin tức", "Phóng viên của chúng tôi theo dõi kinh doanh và chính trị trong khu vực mỗi ngày và giải thích điều quan trọng cho bạn đọc.",
        "Bài viết này chỉ dành cho người đăng ký. Hãy đăng nhập hoặc đăng ký để đọc tiếp và được truy cập không giới hạn mọi tin bài về kinh doanh, chính trị và kinh tế của chúng tôi.",
        "Hãy theo dõi chúng tôi trên mọi kênh và tải ứng dụng để đọc mọi tin bài không quảng cáo dù bạn ở đâu. Giữ toàn quyền, không được sao chép khi chưa có sự đồng ý bằng văn bản.",
        "Trung Quốc và {p} ký thỏa thuận {g}", "Bộ trưởng Trung Quốc và {p} đã ký thỏa thuận về {g}, các quan chức cho biết.",
        "Thỏa thuận được ký trước sự chứng kiến của hai bộ trưởng, những người nói về tình hữu nghị lâu đời giữa Trung Quốc và {p} và hy vọng thương mại {g} tăng {n} phần trăm trong năm nay.",
        "Tỷ giá hôm nay", "Ngân hàng trung ương đặt tỷ giá trung tâm ở mức {n} sáng nay, chênh {m} điểm so với ngày hôm trước, và giao dịch trái phiếu yên ắng cho đến chiều, ngân hàng cho biết trong bản tin hằng ngày.",
        ("sầu riêng", "đường sắt", "gạo", "điện mặt trời", "thủy sản", "du lịch"),
    ),
    "tl": Phrases(
        "Balita", "Sinusubaybayan ng aming mga mamamahayag ang negosyo at politika sa rehiyon araw-araw at ipinaliliwanag ang mahalaga sa mambabasa.",
        "Ang artikulong ito ay para lamang sa mga subscriber. Mag-sign in o mag-subscribe upang magpatuloy sa pagbabasa at makakuha ng walang limitasyong access sa lahat ng aming ulat tungkol sa negosyo at ekonomiya.",
        "Sundan kami sa lahat ng channel at i-download ang aming app upang mabasa ang bawat ulat nang walang patalastas saan ka man naroroon. Nakalaan ang lahat ng karapatan, bawal kopyahin nang walang pahintulot.",
        "China at {p} lumagda sa kasunduan sa {g}", "Lumagda ang mga ministro ng China at {p} sa kasunduan tungkol sa {g}, ayon sa mga opisyal.",
        "Nilagdaan ang kasunduan sa harap ng dalawang ministro, na nagsalita tungkol sa mahabang pagkakaibigan ng China at {p} at umaasang lalago ang kalakalan ng {g} nang {n} porsiyento ngayong taon.",
        "Palitan ng piso ngayong araw", "Itinakda ng bangko sentral ang batayang palitan sa {n} ngayong umaga, {m} puntos ang layo mula kahapon, at tahimik ang kalakalan ng bono hanggang gabi, ayon sa pang-araw-araw na tala ng bangko.",
        ("durian", "riles", "bigas", "solar", "pangisdaan", "turismo"),
    ),
    "th": Phrases(
        "ข่าว", "ผู้สื่อข่าวของเราติดตามธุรกิจและการเมืองในภูมิภาคทุกวัน และอธิบายเรื่องสำคัญให้ผู้อ่านเข้าใจ",
        "บทความนี้สำหรับสมาชิกเท่านั้น กรุณาเข้าสู่ระบบหรือสมัครสมาชิกเพื่ออ่านต่อและเข้าถึงข่าวธุรกิจ การเมือง และเศรษฐกิจทั้งหมดของเราได้ไม่จำกัด พร้อมฟังพอดแคสต์และอ่านฉบับอิเล็กทรอนิกส์",
        "ติดตามเราได้ทุกช่องทางและดาวน์โหลดแอปพลิเคชันเพื่ออ่านทุกข่าวโดยไม่มีโฆษณาไม่ว่าคุณจะอยู่ที่ใด สงวนลิขสิทธิ์ตามกฎหมาย ห้ามทำซ้ำส่วนหนึ่งส่วนใดโดยไม่ได้รับอนุญาตเป็นลายลักษณ์อักษร",
        "จีนและ{p}ลงนามความตกลงเรื่อง{g}", "รัฐมนตรีของจีนและ{p}ลงนามความตกลงเรื่อง{g} เจ้าหน้าที่กล่าว",
        "ความตกลงลงนามต่อหน้ารัฐมนตรีทั้งสองฝ่าย ซึ่งกล่าวถึงมิตรภาพอันยาวนานระหว่างจีนและ{p} และหวังว่าการค้า{g}จะเติบโต {n} เปอร์เซ็นต์ในปีนี้ ทั้งสองฝ่ายจะตั้งคณะทำงานร่วมกัน",
        "อัตราแลกเปลี่ยนวันนี้", "ธนาคารกลางกำหนดอัตราอ้างอิงที่ {n} เมื่อเช้านี้ ต่างจากวันก่อน {m} จุด และการซื้อขายพันธบัตรเงียบสงบจนถึงเย็น ธนาคารกล่าวในบันทึกประจำวันถึงตลาด",
        ("ทุเรียน", "รถไฟ", "ข้าว", "พลังงานแสงอาทิตย์", "ประมง", "ท่องเที่ยว"),
    ),
    "lo": Phrases(
        "ຂ່າວ", "ນັກຂ່າວຂອງພວກເຮົາຕິດຕາມທຸລະກິດ ແລະ ການເມືອງໃນພາກພື້ນທຸກມື້ ແລະ ອະທິບາຍເລື່ອງສຳຄັນໃຫ້ຜູ້ອ່ານ",
        "ບົດຄວາມນີ້ສຳລັບສະມາຊິກເທົ່ານັ້ນ ກະລຸນາເຂົ້າສູ່ລະບົບ ຫຼື ສະໝັກສະມາຊິກເພື່ອອ່ານຕໍ່ ແລະ ເຂົ້າເຖິງຂ່າວທຸລະກິດ ການເມືອງ ແລະ ເສດຖະກິດທັງໝົດຂອງພວກເຮົາໂດຍບໍ່ຈຳກັດ",
        "ຕິດຕາມພວກເຮົາໃນທຸກຊ່ອງທາງ ແລະ ດາວໂຫຼດແອັບເພື່ອອ່ານທຸກຂ່າວໂດຍບໍ່ມີໂຄສະນາ ບໍ່ວ່າທ່ານຈະຢູ່ໃສ ສະຫງວນລິຂະສິດທັງໝົດ ຫ້າມເຮັດຊ້ຳໂດຍບໍ່ໄດ້ຮັບອະນຸຍາດເປັນລາຍລັກອັກສອນ",
        "ຈີນ ແລະ {p} ລົງນາມສັນຍາ{g}", "ລັດຖະມົນຕີຂອງຈີນ ແລະ {p} ໄດ້ລົງນາມສັນຍາກ່ຽວກັບ{g} ເຈົ້າໜ້າທີ່ກ່າວ",
        "ສັນຍາໄດ້ລົງນາມຕໍ່ໜ້າລັດຖະມົນຕີທັງສອງຝ່າຍ ເຊິ່ງໄດ້ກ່າວເຖິງມິດຕະພາບອັນຍາວນານລະຫວ່າງຈີນ ແລະ {p} ແລະ ຫວັງວ່າການຄ້າ{g}ຈະເຕີບໂຕ {n} ເປີເຊັນໃນປີນີ້",
        "ອັດຕາແລກປ່ຽນມື້ນີ້", "ທະນາຄານກາງກຳນົດອັດຕາອ້າງອີງທີ່ {n} ໃນຕອນເຊົ້ານີ້ ຕ່າງຈາກມື້ກ່ອນ {m} ຈຸດ ແລະ ການຊື້ຂາຍພັນທະບັດງຽບສະຫງົບຈົນຮອດຄ່ຳ ທະນາຄານກ່າວໃນບັນທຶກປະຈຳວັນ",
        ("ທຸລຽນ", "ລົດໄຟ", "ເຂົ້າ", "ພະລັງງານແສງຕາເວັນ", "ການປະມົງ", "ການທ່ອງທ່ຽວ"),
    ),
    "km": Phrases(
        "ព័ត៌មាន", "អ្នកយកព័ត៌មានរបស់យើងតាមដានអាជីវកម្មនិងនយោបាយក្នុងតំបន់ជារៀងរាល់ថ្ងៃ ហើយពន្យល់រឿងសំខាន់ដល់អ្នកអាន",
        "អត្ថបទនេះសម្រាប់តែអ្នកជាវប៉ុណ្ណោះ សូមចូលគណនីឬជាវដើម្បីបន្តអាន និងទទួលបានការចូលអានគ្មានដែនកំណត់នូវព័ត៌មានអាជីវកម្ម នយោបាយ និងសេដ្ឋកិច្ចទាំងអស់របស់យើង",
        "សូមតាមដានយើងនៅគ្រប់បណ្តាញ និងទាញយកកម្មវិធីរបស់យើងដើម្បីអានគ្រប់ព័ត៌មានដោយគ្មានការផ្សាយពាណិជ្ជកម្មទោះអ្នកនៅទីណា រក្សាសិទ្ធិគ្រប់យ៉ាង ហាមចម្លងដោយគ្មានការអនុញ្ញាតជាលាយលក្ខណ៍អក្សរ",
        "ចិន និង{p} ចុះហត្ថលេខាលើកិច្ចព្រមព្រៀង{g}", "រដ្ឋមន្ត្រីចិន និង{p} បានចុះហត្ថលេខាលើកិច្ចព្រមព្រៀងស្តីពី{g} មន្ត្រីបាននិយាយ",
        "កិច្ចព្រមព្រៀងត្រូវបានចុះហត្ថលេខានៅចំពោះមុខរដ្ឋមន្ត្រីទាំងពីរ ដែលបាននិយាយអំពីមិត្តភាពដ៏យូរអង្វែងរវាងចិន និង{p} ហើយសង្ឃឹមថាពាណិជ្ជកម្ម{g}នឹងកើនឡើង {n} ភាគរយនៅឆ្នាំនេះ",
        "អត្រាប្តូរប្រាក់ថ្ងៃនេះ", "ធនាគារកណ្តាលបានកំណត់អត្រាយោងនៅ {n} នៅព្រឹកនេះ ខុសពីថ្ងៃមុន {m} ពិន្ទុ ហើយការជួញដូរប័ណ្ណបំណុលស្ងប់ស្ងាត់រហូតដល់ល្ងាច ធនាគារបាននិយាយក្នុងកំណត់ត្រាប្រចាំថ្ងៃ",
        ("ទុរេន", "ផ្លូវដែក", "អង្ករ", "ថាមពលព្រះអាទិត្យ", "ជលផល", "ទេសចរណ៍"),
    ),
    "my": Phrases(
        "သတင်း", "ကျွန်ုပ်တို့၏ သတင်းထောက်များသည် ဒေသတွင်း စီးပွားရေးနှင့် နိုင်ငံရေးကို နေ့စဉ် စောင့်ကြည့်ပြီး စာဖတ်သူများအတွက် အရေးကြီးသည်များကို ရှင်းပြသည်။",
        "ဤဆောင်းပါးသည် စာရင်းသွင်းသူများအတွက်သာ ဖြစ်သည်။ ဆက်လက်ဖတ်ရှုရန်နှင့် စီးပွားရေး၊ နိုင်ငံရေးဆိုင်ရာ သတင်းအားလုံးကို အကန့်အသတ်မရှိ ဖတ်ရှုရန် အကောင့်ဝင်ပါ သို့မဟုတ် စာရင်းသွင်းပါ။",
        "ကျွန်ုပ်တို့ကို လမ်းကြောင်းအားလုံးတွင် စောင့်ကြည့်ပြီး ကြော်ငြာမပါဘဲ သတင်းအားလုံးကို မည်သည့်နေရာမှမဆို ဖတ်ရှုရန် အက်ပ်ကို ရယူပါ။ မူပိုင်ခွင့်အားလုံး ရယူထားသည်၊ ခွင့်ပြုချက်မရှိဘဲ ကူးယူခြင်း မပြုရ။",
        "တရုတ်နှင့် {p} {g} သဘောတူညီချက် လက်မှတ်ရေးထိုး", "တရုတ်နှင့် {p} ဝန်ကြီးများသည် {g} ဆိုင်ရာ သဘောတူညီချက်ကို လက်မှတ်ရေးထိုးခဲ့သည်ဟု အရာရှိများက ပြောသည်။",
        "သဘောတူညီချက်ကို ဝန်ကြီးနှစ်ဦးရှေ့တွင် လက်မှတ်ရေးထိုးခဲ့ပြီး တရုတ်နှင့် {p} အကြား ရှည်ကြာသော ချစ်ကြည်ရေးအကြောင်း ပြောကြားကာ {g} ကုန်သွယ်မှု ယခုနှစ်တွင် {n} ရာခိုင်နှုန်း တိုးတက်မည်ဟု မျှော်လင့်သည်။",
        "ယနေ့ ငွေလဲနှုန်း", "ဗဟိုဘဏ်သည် ယနေ့နံနက်တွင် ရည်ညွှန်းနှုန်းကို {n} သတ်မှတ်ခဲ့ပြီး ယမန်နေ့နှင့် {m} မှတ် ကွာခြားကာ ငွေချေးစာချုပ်ရောင်းဝယ်မှုသည် ညနေအထိ တိတ်ဆိတ်ခဲ့သည်ဟု ဘဏ်က နေ့စဉ်မှတ်တမ်းတွင် ပြောသည်။",
        ("ဒူးရင်း", "ရထားလမ်း", "ဆန်", "နေရောင်ခြည်စွမ်းအင်", "ငါးလုပ်ငန်း", "ခရီးသွား"),
    ),
}  # fmt: skip


def country(code: str, lang: str) -> str:
    """The name of a country in a language, by the packaged gazetteer."""
    spellings = next(s for s in gazetteer().sets if s.name == f"country_{code}").spellings
    return str((spellings.get(lang) or spellings["en"])[0]).strip("=*")


def cases(lang: str, repeats: int, words: Sequence[str], seed: int = 11) -> Iterator[Case]:
    """All kinds of cases in one language, each several times with different facts and outlets.

    Args:
        lang: the language.
        repeats: how often each kind comes.
        words: words of the language, of which long reports are made.
        seed: of the chance.
    """
    chance, phrases = random.Random(f"{seed}{lang}"), PHRASES[lang]
    for number in range(repeats):
        yield from _around_the_same_words(lang, phrases, chance, f"{lang}{number}")
        yield from _edited(lang, phrases, chance, f"{lang}{number}", words)


def _facts(lang: str, phrases: Phrases, chance: random.Random, count: int = 3) -> list[dict[str, str]]:
    places, goods = chance.sample(COUNTRIES, count), chance.sample(phrases.goods, count)
    numbers = chance.sample(range(101, 999), 2 * count)
    return [
        {"p": country(p, lang), "g": g, "n": f"{numbers[2 * i] / 100}", "m": str(numbers[2 * i + 1])}
        for i, (p, g) in enumerate(zip(places, goods, strict=True))
    ]


def _around_the_same_words(lang: str, phrases: Phrases, chance: random.Random, mark: str) -> Iterator[Case]:
    """Different news that shares most of its text."""
    texts = {
        "one word": lambda _: phrases.word,
        "teaser": lambda _: phrases.teaser,
        "paywall": lambda _: phrases.paywall,
        "long paywall": lambda _: f"{phrases.paywall} {phrases.footer}",
        "footer behind": lambda f: f"{phrases.own.format(**f)} {phrases.footer}",
        "footer before": lambda f: f"{phrases.footer} {phrases.own.format(**f)}",
        "long footer": lambda f: (
            f"{phrases.own.format(**f)} {phrases.footer} {phrases.teaser} {phrases.paywall}"
        ),
        "template": lambda f: phrases.template.format(**f),
    }
    for kind, text in texts.items():
        made = _facts(lang, phrases, chance)
        items = [Item(f"{kind} {mark}", phrases.title.format(**f), text(f)) for f in made]
        yield Case(lang, kind, tuple(items[:2]))
        yield Case(lang, f"{kind}, third", tuple(items))
    one, other = _facts(lang, phrases, chance, 2)
    rates = [Item(f"rates {mark}", phrases.rate_title, phrases.rate.format(**f)) for f in (one, other)]
    yield Case(lang, "daily rates", tuple(rates))
    elsewhere = [
        Item(f"template {n} {mark}", phrases.title.format(**f), phrases.template.format(**f))
        for n, f in enumerate((one, other))
    ]
    yield Case(lang, "template of an agency", tuple(elsewhere))
    numbers = [
        Item(
            f"numbers {n} {mark}",
            phrases.title.format(**one),
            phrases.template.format(**{**one, "n": f["n"]}),
        )
        for n, f in enumerate((one, other))
    ]
    yield Case(lang, "other numbers, same headline", tuple(numbers))


def _edited(
    lang: str, phrases: Phrases, chance: random.Random, mark: str, words: Sequence[str]
) -> Iterator[Case]:
    """Duplicates as re-publishers make them."""
    fact, *more = _facts(lang, phrases, chance)
    gap, stop = ("", "。") if lang in UNSPACED.values() else (" ", ". ")
    sentences = [gap.join(chance.choice(words) for _ in range(13)) + stop for _ in range(14)]
    text = f"{phrases.own.format(**fact)} {''.join(sentences)}"
    original = Item(f"agency {mark}", phrases.title.format(**fact), text)
    other = gap.join(sentences[3].rstrip(stop).split(gap)[:8]) if gap else sentences[3][:12]

    def repeated(kind: str, item: Item) -> Case:
        return Case(lang, kind, (original, item), 0)

    yield repeated("re-headlined", Item(f"a {mark}", other, text))
    half = "".join(sentences[: len(sentences) // 2])
    yield repeated("shortened", Item(f"b {mark}", original.title, f"{phrases.own.format(**fact)} {half}"))
    yield repeated(
        "shortened, re-headlined", Item(f"c {mark}", other, f"{phrases.own.format(**fact)} {half}")
    )
    yield repeated("framed", Item(f"d {mark}", other, f"({lang.upper()}) -- {text}\n{phrases.footer}"))
    if lang == "zh":
        converted = opencc.OpenCC("s2t").convert
        yield repeated("other script", Item(f"e {mark}", converted(other), converted(text)))
    short = f"{phrases.template.format(**fact)} {sentences[0]}"
    frames = (phrases.footer, f"{phrases.paywall} {phrases.teaser}")
    before = [
        Item(f"f{n} {mark}", phrases.title.format(**f), f"{phrases.own.format(**f)} {frame}")
        for n, frame in enumerate(frames) for f in more
    ]  # fmt: skip
    own_footers = [
        Item(f"f{n} {mark}", phrases.title.format(**fact), f"{short} {frame}")
        for n, frame in enumerate(frames)
    ]
    yield Case(lang, "one report, own footers", (*before, *own_footers), len(before))
    translated = next(p for name, p in PHRASES.items() if name != lang)
    yield Case(
        lang,
        "translation",
        (original, Item(f"g {mark}", translated.title.format(**fact), translated.template.format(**fact))),
    )
