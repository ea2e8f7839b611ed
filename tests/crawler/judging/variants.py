"""Spellings that are one word: for each kind a term and the ways in which people and machines write it."""

from __future__ import annotations

NBSP, ZWSP, SHY, NFD_E, IDEO = "\u00a0", "\u200b", "\u00ad", "e\u0301", "\u3000"
DASHES = "‐‑‒–—―−－﹣·・‧•"

VARIANTS: dict[str, list[tuple[str, str, list[str]]]] = {
    "case": [
        ("en", "demonstration base", ["Demonstration Base", "DEMONSTRATION BASE", "demonstration Base"]),
        ("vi", "đường sắt", ["ĐƯỜNG SẮT", "Đường sắt"]),
        ("tl", "kasunduan", ["KASUNDUAN", "Kasunduan"]),
        ("de", "straße", ["STRASSE", "Straße"]),
    ],
    "dashes": [
        ("en", "China-ASEAN", ["China ASEAN", *(f"China{d}ASEAN" for d in DASHES)]),
        ("zh", "中国-东盟", ["中国东盟", *(f"中国{d}东盟" for d in DASHES)]),
        ("th", "จีน-อาเซียน", ["จีนอาเซียน", "จีน–อาเซียน", "จีน‑อาเซียน"]),
        ("lo", "ລາວ-ຈີນ", ["ລາວ–ຈີນ", "ລາວຈີນ", "ລາວ·ຈີນ"]),
        ("km", "កម្ពុជា-ចិន", ["កម្ពុជា–ចិន", "កម្ពុជា—ចិន", "កម្ពុជាចិន"]),
        ("my", "တရုတ်-မြန်မာ", ["တရုတ်–မြန်မာ", "တရုတ်—မြန်မာ"]),
        ("id", "Tiongkok-ASEAN", ["Tiongkok–ASEAN", "Tiongkok ASEAN", "Tiongkok—ASEAN"]),
        ("en", "high-speed rail", ["high speed rail", "High‑Speed Rail"]),
    ],
    "spaces and line breaks": [
        ("en", "joint laboratory", ["joint\nlaboratory", f"joint{NBSP}laboratory", "joint  laboratory", "joint\r\nlaboratory", "joint\tlaboratory", "joint\u2009laboratory", "joint\u202flaboratory"]),
        ("zh", "示范基地", ["示范\n基地", f"示范{IDEO}基地", "示范 基地", f"示范{NBSP}基地"]),
        ("vi", "khu công nghiệp", ["khu\ncông nghiệp", f"khu{NBSP}công{NBSP}nghiệp", "khu công  nghiệp"]),
        ("ms", "taman perindustrian", ["taman\nperindustrian", f"taman{NBSP}perindustrian"]),
    ],
    "invisible characters": [
        ("en", "industrial park", [f"indus{SHY}trial park", f"industrial{ZWSP} park", "industrial\ufeff park", "in\u200cdustrial park"]),
        ("km", "សហប្រតិបត្តិការ", [f"សហ{ZWSP}ប្រតិបត្តិការ", f"សហប្រតិបត្តិ{ZWSP}ការ"]),
        ("th", "ความร่วมมือ", [f"ความ{ZWSP}ร่วมมือ", f"ความร่วม{SHY}มือ"]),
        ("lo", "ການຮ່ວມມື", [f"ການ{ZWSP}ຮ່ວມມື"]),
        ("my", "ပူးပေါင်းဆောင်ရွက်", [f"ပူးပေါင်း{ZWSP}ဆောင်ရွက်", "ပူးပေါင်း\u2060ဆောင်ရွက်"]),
        ("zh", "自贸区", [f"自{ZWSP}贸区", "自贸\ufeff区"]),
    ],
    "composed and decomposed": [
        ("vi", "hợp tác", ["hơ\u0323p ta\u0301c", "ho\u031b\u0323p ta\u0301c", "hợp ta\u0301c"]),
        ("vi", "Trung Quốc", ["Trung Quô\u0301c", "Trung Quo\u0302\u0301c"]),
        ("fr", "coopération", [f"coop{NFD_E}ration"]),
        ("tl", "Malacañang", ["Malacan\u0303ang"]),
        ("en", "financial", ["\ufb01nancial"]),
    ],
    "full width": [
        ("en", "ASEAN", ["ＡＳＥＡＮ", "ＡSEAN", "ａｓｅａｎ"]),
        ("zh", "5G", ["５Ｇ", "５G"]),
        ("en", "RCEP", ["ＲＣＥＰ"]),
    ],
    "Chinese scripts": [
        ("zh", "东盟", ["東盟"]),
        ("zh", "东协", ["東協"]),
        ("zh", "亚细安", ["亞細安"]),
        ("zh", "联合实验室", ["聯合實驗室", "联合實驗室"]),
        ("zh", "中国", ["中國"]),
        ("zh", "经济走廊", ["經濟走廊"]),
        ("zh", "产业园", ["產業園"]),
        ("zh", "马来西亚", ["馬來西亞"]),
        ("zh", "签署", ["簽署"]),
        ("zh", "一带一路", ["一帶一路"]),
    ],
    "quotes": [
        ("zh", "“两国双园”", ["「两国双园」", "《两国双园》", '"两国双园"']),
        ("en", "people's republic", ["people’s republic", "people‘s republic", "peopleʼs republic"]),
        ("vi", '"cửa khẩu thông minh"', ["“cửa khẩu thông minh”", "«cửa khẩu thông minh»"]),
    ],
    "Thai marks": [
        ("th", "น้ำ", ["น้\u0e4d\u0e32", "น\u0e4d\u0e49\u0e32"]),
        ("th", "สำนักงาน", ["ส\u0e4d\u0e32นักงาน"]),
        ("th", "ที่ตั้ง", ["ท\u0e48\u0e35ตั้ง", "ที่ต\u0e49\u0e31ง"]),
        ("th", "ความร่วมมือไทย", ["ความร่วมม\u0e37อไทย"]),
        ("th", "ผู้นำ", ["ผ\u0e49\u0e39นำ", "ผู้น\u0e4d\u0e32"]),
    ],
    "Lao marks": [
        ("lo", "ນ້ຳ", ["ນ້\u0ecd\u0eb2", "ນ\u0ecd\u0ec9\u0eb2"]),
        ("lo", "ແມ່ນ້ຳຂອງ", ["ແມ່ນ\u0ecd\u0ec9\u0eb2ຂອງ", "ແມ່ນໍ້າຂອງ"]),
        ("lo", "ໜອງຄາຍ", ["ຫນອງຄາຍ"]),
        ("lo", "ໝູ່ບ້ານ", ["ຫມູ່ບ້ານ"]),
        ("lo", "ຮ່ວມມື", ["ຮ່ວມມື"]),
    ],
    "Khmer marks": [
        ("km", "ស្ត្រី", ["ស្រ្តី"]),
        ("km", "រដ្ឋមន្ត្រី", ["រដ្ឋមន្រ្តី"]),
        ("km", "យុទ្ធសាស្ត្រ", ["យុទ្ធសាស្រ្ត"]),
        ("km", "ចាប់ផ្ដើម", ["ចាប់ផ្ដេីម"]),
        ("km", "គោលការណ៍", ["គេាលការណ៍"]),
    ],
    "Vietnamese tones": [
        ("vi", "hoà bình", ["hòa bình", "Hòa Bình"]),
        ("vi", "thoả thuận", ["thỏa thuận", "Thỏa thuận"]),
        ("vi", "khoá họp", ["khóa họp"]),
        ("vi", "toạ đàm", ["tọa đàm"]),
        ("vi", "sức khoẻ", ["sức khỏe", "SỨC KHỎE"]),
        ("vi", "uỷ ban", ["ủy ban", "Ủy ban"]),
        ("vi", "thuỷ điện", ["thủy điện"]),
        ("vi", "luỹ kế", ["lũy kế"]),
        ("vi", "xoá đói", ["xóa đói"]),
    ],
    "Malay and Indonesian": [
        ("id", "kerja sama", ["kerja samanya", "kerja-sama", "Kerja sama"]),
        ("id", "kemitraan", ["kemitraannya", "kemitraanlah"]),
        ("ms", "perjanjian", ["perjanjiannya", "perjanjian-nya"]),
        ("id", "ASEAN", ["se-ASEAN", "ke-ASEAN-an", "negara-negara ASEAN"]),
        ("id", "negara", ["negara-negara", "negaranya"]),
        ("ms", "pelaburan", ["pelaburannya", "pelaburan-pelaburan"]),
    ],
    "Filipino linkers": [
        ("tl", "Tsina", ["Tsinang", "Tsina't"]),
        ("tl", "base", ["baseng", "base'y"]),
        ("tl", "embahada", ["embahadang"]),
        ("tl", "proyekto", ["proyektong", "Proyektong"]),
    ],
    "English forms": [
        ("en", "park", ["parks", "park's", "Park’s", "parks'"]),
        ("en", "base", ["bases", "base’s"]),
        ("en", "Sino-ASEAN", ["Sino–ASEAN", "Sino ASEAN"]),
        ("en", "free trade area", ["free-trade area", "Free-Trade-Area", "free trade areas"]),
        ("en", "agreement", ["agreements", "agreement's"]),
    ],
}  # fmt: skip

INSIDE_OTHER_WORDS: list[tuple[str, str, str]] = [
    ("zh", "华", "华为发布新手机"),
    ("zh", "中国", "其中国有企业占多数"),
    ("th", "ยา", "มหาวิทยาลัยเปิดหลักสูตรใหม่"),
    ("th", "ลาว", "เขาพูดถึงกลาวิธีใหม่"),
    ("en", "base", "The database was rebased"),
    ("en", "park", "Parking is free near the sparkling hall"),
    ("id", "dana", "Pendanaan itu perdana"),
    ("vi", "ký", "kýlà"),
    ("en", "ASEAN", "An Aseanite firm"),
    ("ms", "hab", "kehabisan bahan"),
    ("lo", "ສູນ", "ສູນຍາກາດ"),
]
