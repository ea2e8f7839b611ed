"""What bases are called: whole names and nothing but the name, in the languages of the region."""

from __future__ import annotations

import pytest

from crawler.judging.bases.descriptions import is_description
from crawler.judging.bases.name_in_english import kind_in_english
from crawler.judging.bases.naming import BaseName, BaseWords, name_of
from crawler.judging.text.matching import Hit
from crawler.judging.text.nearness import outermost
from tests.builders import article, shipped_judge


def named(
    text: str, lang: str, *, title: str = "", countries: tuple[str, ...] = (), number: int = 0
) -> BaseName:
    """What a text calls the base that its first word for one (or the one with a number) is of."""
    found = shipped_judge().explain(article(title, text, lang_hint=lang)).findings
    words: list[Hit] = sorted(outermost(found.of(["base", "base_head"])), key=lambda h: h.order)
    around = BaseWords(
        words,
        (),
        (),
        found.of(["china_asean"]),
        found.of(["launch"]),
        old=found.of(["established", "base_progress"]),
    )
    name = name_of(found, words[number], around)
    return name.or_described(found, words[number], countries, ())


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        # Heads that come last: the name is what stands before them.
        ("en", "Officials on Sunday opened the China-Laos Joint Laboratory for Rice Breeding and Seed Health in Vientiane.", "China-Laos Joint Laboratory for Rice Breeding and Seed Health"),
        ("en", "Cambodia on Thursday inaugurated its first Luban Workshop for Railway Technology.", "Luban Workshop for Railway Technology"),
        ("en", "They agreed to establish the Malaysia-China Tropical Fruit Demonstration Park (MCTFDP) in Johor and of the China-Indonesia halal hub.", "Malaysia-China Tropical Fruit Demonstration Park"),
        ("en", "Huawei launched the Indonesia-China Artificial Intelligence (AI) Innovation Centre on Monday.", "Indonesia-China Artificial Intelligence (AI) Innovation Centre"),
        ("en", "A demonstration zone for border trade was opened by Laos and Yunnan.", "demonstration zone for border trade"),
        ("en", "They opened a new China-Asean research and development (R&D) centre.", "China-Asean research and development (R&D) centre"),
        ("en", "The Ministry of Health and the China-Laos Training Centre signed on Monday.", "China-Laos Training Centre"),
        ("en", "Singapore and Jakarta will each house a demonstration base for coming industries. The China-ASEAN Innovation Demonstration Base was launched on Friday.", "China-ASEAN Innovation Demonstration Base"),
        ("zh", "新华社万象5月14日电(记者 林一)中国—老挝水稻育种联合实验室12日正式揭牌。", "中国—老挝水稻育种联合实验室"),
        ("zh", "中越德天(板约)瀑布跨境旅游合作区15日正式运营。", "中越德天(板约)瀑布跨境旅游合作区"),
        ("zh", "9日,柬埔寨首个铁道技术鲁班工坊在金边启用。", "铁道技术鲁班工坊"),
        ("zh", "老挝政府批准设立磨丁现代农业与食品加工产业园。", "磨丁现代农业与食品加工产业园"),
        ("zh", "双方将建设一个70公顷现代水稻产业合作区。", "现代水稻产业合作区"),
        ("zh", "由两国企业合办的印尼—中国轨道交通培训基地亮相。", "印尼—中国轨道交通培训基地"),
        ("zh", "中菲金枪鱼及海产品加工产业园开工。", "中菲金枪鱼及海产品加工产业园"),
        ("id", "Mereka membangun kawasan industri hijau bersama investor China.", "kawasan industri hijau"),
        ("id", "Pusat Riset dan Pengolahan Hasil Laut Bitung diresmikan.", "Pusat Riset dan Pengolahan Hasil Laut Bitung"),
        ("ms", "Menubuhkan Zon Integrasi dan Pembangunan Industri Rentas Sempadan China-ASEAN di Nanning.", "Zon Integrasi dan Pembangunan Industri Rentas Sempadan China-ASEAN"),
        ("vi", "Phòng thí nghiệm chung Việt Nam - Trung Quốc về sinh thái biển chính thức hoạt động.", "Phòng thí nghiệm chung Việt Nam - Trung Quốc về sinh thái biển"),
        ("vi", "Ký kết xây dựng Trung tâm Nghiên cứu giống lúa lai Việt - Trung bằng vốn viện trợ.", "Trung tâm Nghiên cứu giống lúa lai Việt - Trung"),
        ("th", "เพื่อตั้งศูนย์วิจัยพลังงานใหม่จุฬาฯ-ชิงหวาขึ้นที่เขตปทุมวัน", "ศูนย์วิจัยพลังงานใหม่จุฬาฯ-ชิงหวา"),
        ("lo", "ອະນຸມັດໃຫ້ສ້າງຕັ້ງເຂດຮ່ວມມືເສດຖະກິດຜ່ານແດນຫຼວງນ້ຳທາ-ສິບສອງປັນນາ ໃນເດືອນນີ້", "ເຂດຮ່ວມມືເສດຖະກິດຜ່ານແດນຫຼວງນ້ຳທາ-ສິບສອງປັນນາ"),
        ("my", "ထို့ပြင် မြန်မာ-တရုတ် ရိုးရာဆေးပညာစင်တာကို ဖွင့်လှစ်ခဲ့သည်။", "မြန်မာ-တရုတ် ရိုးရာဆေးပညာစင်တာ"),
        ("my", "ဆေးရုံကြီးဝင်းအတွင်း မြန်မာ-တရုတ် ရိုးရာဆေးပညာစင်တာကို ဖွင့်လှစ်ခဲ့သည်။", "မြန်မာ-တရုတ် ရိုးရာဆေးပညာစင်တာ"),
        ("my", "မနေ့က ပန္နက်ချခဲ့တဲ့ တရုတ်-မြန်မာ သုတေသနစင်တာ ဖွင့်လှစ်ခဲ့တယ်။", "တရုတ်-မြန်မာ သုတေသနစင်တာ"),
        ("zh", "老挝农业部与老挝水稻研究中心签约。", "老挝水稻研究中心"),
        ("zh", "河内中国文化中心揭牌。", "河内中国文化中心"),
        ("my", "ရန်ကုန်တွင် လူပန်နည်းပညာသင်တန်းစင်တာကို ဖွင့်လှစ်ခဲ့သည်။", "လူပန်နည်းပညာသင်တန်းစင်တာ"),
        ("my", "တရုတ်-မြန်မာ စပါးမျိုးကောင်းမျိုးသန့် ပူးတွဲဓာတ်ခွဲခန်းကို ဖွင့်လှစ်ခဲ့သည်။", "တရုတ်-မြန်မာ စပါးမျိုးကောင်းမျိုးသန့် ပူးတွဲဓာတ်ခွဲခန်း"),
        ("my", "ကုမ္ပဏီများက ရင်းနှီးမြှုပ်နှံမည့် မြစ်ကြီးနား စီးပွားရေးဖွံ့ဖြိုးမှုဇုန်ကို တည်ဆောက်မည်။", "မြစ်ကြီးနား စီးပွားရေးဖွံ့ဖြိုးမှုဇုန်"),
        ("my", "မဲခေါင်-လန်ချန်း စိုက်ပျိုးရေးသရုပ်ပြစခန်းများကို ဖွင့်လှစ်ခဲ့သည်။", "မဲခေါင်-လန်ချန်း စိုက်ပျိုးရေးသရုပ်ပြစခန်း"),
        # Heads that come first: the name is what stands behind them.
        ("id", "Laboratorium Bersama Pemuliaan Padi Indonesia-Tiongkok diresmikan di Bogor.", "Laboratorium Bersama Pemuliaan Padi Indonesia-Tiongkok"),
        ("id", "Zona demonstrasi pertanian modern Indonesia dan Tiongkok akan dibangun di Lampung.", "Zona demonstrasi pertanian modern Indonesia dan Tiongkok"),
        ("ms", "Kerajaan membangunkan Taman Perindustrian Halal Melaka-Guangxi semalam.", "Taman Perindustrian Halal Melaka-Guangxi"),
        ("ms", "Pusat Kecemerlangan Perubatan Tradisional Cina Malaysia (MTCMCE) dibuka secara rasmi.", "Pusat Kecemerlangan Perubatan Tradisional Cina Malaysia"),
        ("vi", "Phòng thí nghiệm chung Việt Nam - Trung Quốc về công nghệ lúa lai đã được khánh thành.", "Phòng thí nghiệm chung Việt Nam - Trung Quốc về công nghệ lúa lai"),
        ("vi", "Khu hợp tác kinh tế qua biên giới Đồng Đăng - Bằng Tường đã được phê duyệt.", "Khu hợp tác kinh tế qua biên giới Đồng Đăng - Bằng Tường"),
        ("vi", "Trung tâm Hợp tác Văn hóa và Giáo dục Việt - Trung vừa được thành lập.", "Trung tâm Hợp tác Văn hóa và Giáo dục Việt - Trung"),
        ("th", "ร่วมพิธีเปิดห้องปฏิบัติการร่วมไทย-จีนด้านการปรับปรุงพันธุ์ข้าวอย่างเป็นทางการ เมื่อวันอังคาร", "ห้องปฏิบัติการร่วมไทย-จีนด้านการปรับปรุงพันธุ์ข้าว"),
        ("th", "จีนและไทยจะสร้างฐานสาธิตการเกษตรสมัยใหม่ล้านช้าง-แม่โขง ที่ขอนแก่น", "ฐานสาธิตการเกษตรสมัยใหม่ล้านช้าง-แม่โขง"),
        ("th", "บริษัทจีนเตรียมก่อสร้างนิคมอุตสาหกรรมยานยนต์ไฟฟ้า CN-Rayong ในจังหวัดระยอง", "นิคมอุตสาหกรรมยานยนต์ไฟฟ้า CN-Rayong"),
        ("lo", "ຫ້ອງທົດລອງຮ່ວມ ລາວ-ຈີນ ດ້ານການປັບປຸງພັນເຂົ້າ ໄດ້ເປີດຢ່າງເປັນທາງການ.", "ຫ້ອງທົດລອງຮ່ວມ ລາວ-ຈີນ ດ້ານການປັບປຸງພັນເຂົ້າ"),
        ("lo", "ພິທີເປີດ ສູນຄົ້ນຄວ້າ ແລະ ພັດທະນາຢາພື້ນເມືອງ ລາວ-ຈີນ ຈັດຂຶ້ນ.", "ສູນຄົ້ນຄວ້າ ແລະ ພັດທະນາຢາພື້ນເມືອງ ລາວ-ຈີນ"),
        ("km", "មន្ទីរពិសោធន៍រួមកម្ពុជា-ចិន ស្តីពីការបង្កាត់ពូជស្រូវ ត្រូវបានសម្ពោធ។", "មន្ទីរពិសោធន៍រួមកម្ពុជា-ចិន ស្តីពីការបង្កាត់ពូជស្រូវ"),
        ("km", "បង្កើតវិទ្យាស្ថានស្រាវជ្រាវ ដាំដុះ និងចម្រាញ់ឱសថ នៅកម្ពុជា។", "វិទ្យាស្ថានស្រាវជ្រាវ ដាំដុះ និងចម្រាញ់ឱសថ"),
        ("km", "បើកមជ្ឈមណ្ឌលលូបានបច្ចេកវិទ្យាផ្លូវដែក នៅភ្នំពេញ។", "មជ្ឈមណ្ឌលលូបានបច្ចេកវិទ្យាផ្លូវដែក"),
        ("tl", "Binuksan noong Linggo ang Pinagsamang Laboratoryo ng Pilipinas at Tsina sa Pagpaparami ng Palay sa Cebu.", "Pinagsamang Laboratoryo ng Pilipinas at Tsina sa Pagpaparami ng Palay"),
        ("tl", "Itatayo sa Tarlac ang Philippine-China Friendship Industrial Park, sabi ng DTI.", "Philippine-China Friendship Industrial Park"),
        ("es", "El Parque Industrial China-Filipinas de Tarlac fue inaugurado ayer.", "Parque Industrial China-Filipinas de Tarlac"),
        ("fr", "Le Centre sino-laotien de recherche sur le riz a été inauguré lundi.", "Centre sino-laotien de recherche sur le riz"),
        # In quotes.
        ("id", 'Kedua negara meluncurkan "Pusat Riset Produk Halal Indonesia-China" kemarin.', "Pusat Riset Produk Halal Indonesia-China"),
        ("zh", "泰国与广西的“泰中中医药产业园”项目签约。", "泰中中医药产业园"),
        ("km", "បានចុះហត្ថលេខាបង្កើត «មជ្ឈមណ្ឌលស្រាវជ្រាវឱសថបុរាណកម្ពុជា-ចិន» នៅភ្នំពេញ។", "មជ្ឈមណ្ឌលស្រាវជ្រាវឱសថបុរាណកម្ពុជា-ចិន"),
    ],
)  # fmt: skip
def test_a_name_is_whole_and_nothing_but_the_name(lang: str, text: str, name: str) -> None:
    assert named(text, lang).own == name


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "The China-Laos Joint Laboratory for Rice was opened near the Saysettha Development Zone. This laboratory has 40 staff.", "China-Laos Joint Laboratory for Rice"),
        ("lo", "ຫ້ອງທົດລອງຮ່ວມ ລາວ-ຈີນ ໄດ້ເປີດ. ຫ້ອງທົດລອງດັ່ງກ່າວ ມີ 40 ຄົນ.", "ຫ້ອງທົດລອງຮ່ວມ ລາວ-ຈີນ"),
        ("my", "မြန်မာ-တရုတ် ပူးတွဲဓာတ်ခွဲခန်းကို ဖွင့်လှစ်ခဲ့သည်။ ယင်းဓာတ်ခွဲခန်းသည် ခေတ်မီသည်။", "မြန်မာ-တရုတ် ပူးတွဲဓာတ်ခွဲခန်း"),
        ("vi", "Trung tâm đào tạo đường sắt Việt - Trung được khánh thành. Trung tâm này có 40 người.", "Trung tâm đào tạo đường sắt Việt - Trung"),
    ],
)  # fmt: skip
def test_what_points_back_has_the_name_that_was_said_before(lang: str, text: str, name: str) -> None:
    last = -1
    assert named(text, lang, number=last).own == name


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "China will build an industrial park in Tarlac, close to the Clark Freeport Zone and the Luisita Industrial Park, he said."),
        ("zh", "中方将在柬新建两个经济特区。西哈努克港经济特区入驻企业已达200家。"),
        ("id", "Tiongkok akan membangun kawasan industri di Kalimantan Utara. Kawasan Industri Morowali sudah menampung 50 perusahaan."),
        ("vi", "Doanh nghiệp Trung Quốc sẽ xây dựng khu công nghiệp mới ở Tây Ninh. Khu công nghiệp Phước Đông cách đó 10 km."),
        ("th", "จีนจะสร้างนิคมอุตสาหกรรมใหม่ในจังหวัดปราจีนบุรี ปัจจุบันนิคมอุตสาหกรรมไทย-จีนระยองมีโรงงาน 180 แห่ง"),
        ("km", "ចិនគ្រោងបង្កើតតំបន់សេដ្ឋកិច្ចពិសេសពីរបន្ថែមនៅកម្ពុជា។ តំបន់សេដ្ឋកិច្ចពិសេសក្រុងព្រះសីហនុទទួលបានក្រុមហ៊ុនទី២០០។"),
        ("my", "တရုတ်က မူဆယ်တွင် စီးပွားရေးဇုန် တည်ဆောက်မည်။ ကျောက်ဖြူအထူးစီးပွားရေးဇုန်တွင် ကုမ္ပဏီ ၁၀ ခု ရှိသည်။"),
        ("tl", "Itatayo ng Tsina ang isang industrial park sa Tarlac. May 50 kompanya na sa Subic-Clark Industrial Park."),
    ],
)  # fmt: skip
def test_a_new_base_does_not_get_the_name_of_another_one_nearby(lang: str, text: str) -> None:
    assert is_description(named(text, lang, countries=("CN", "KH")).own)


def test_an_official_name_in_quotes_wins_over_what_describes_the_base() -> None:
    text = "ສູນທົດສອບຄຸນນະພາບການກໍ່ສ້າງ ຈະສ້າງຂຶ້ນ. ສູນດັ່ງກ່າວມີຊື່ທາງການວ່າ “ສູນກວດກາ ແລະ ທົດສອບຄຸນນະພາບວິສະວະກຳການກໍ່ສ້າງ”."
    assert named(text, "lo").own == "ສູນກວດກາ ແລະ ທົດສອບຄຸນນະພາບວິສະວະກຳການກໍ່ສ້າງ"


def test_a_quotation_that_says_something_is_no_name() -> None:
    text = 'China and Laos opened a training centre. "This training centre will change lives," he said.'
    assert named(text, "en", countries=("CN", "LA")).own == "training centre (China–Laos)"


def test_burmese_in_zawgyi_is_written_in_unicode() -> None:
    assert named("တ႐ုတ္-ျမန္မာ စီးပြားေရးဇုန္ကို တည္ေဆာက္မည္။", "my").own == "တရုတ်-မြန်မာ စီးပွားရေးဇုန်"


@pytest.mark.parametrize(
    ("lang", "text", "own", "english"),
    [
        ("en", "China and Laos opened a joint laboratory.", "joint laboratory (China–Laos)", "joint laboratory (China–Laos)"),
        ("zh", "两国设立联合实验室。", "联合实验室 (中国–老挝)", "joint laboratory (China–Laos)"),
        ("id", "Mereka meresmikan kawasan industri.", "kawasan industri (Tiongkok–Laos)", "industrial park (China–Laos)"),
        ("km", "ចិនគ្រោងបង្កើតតំបន់សេដ្ឋកិច្ចពិសេសថ្មី២បន្ថែម។", "តំបន់សេដ្ឋកិច្ចពិសេស (ចិន–ឡាវ)", "special economic zone (China–Laos)"),
        ("my", "ပူးတွဲဓာတ်ခွဲခန်းကို ဖွင့်လှစ်ခဲ့သည်။", "ပူးတွဲဓာတ်ခွဲခန်း (တရုတ်–လာအို)", "joint laboratory (China–Laos)"),
    ],
)  # fmt: skip
def test_a_base_without_a_name_is_described(lang: str, text: str, own: str, english: str) -> None:
    found = named(text, lang, countries=("CN", "LA"))
    assert (found.own, found.english) == (own, english)


@pytest.mark.parametrize(
    ("lang", "text", "english"),
    [
        ("id", "Pusat Kerja Sama Perikanan Tiongkok-ASEAN (China-ASEAN Fisheries Cooperation Center) resmi dibuka.", "China-ASEAN Fisheries Cooperation Center"),
        ("th", 'เปิด "ศูนย์ฝึกอบรมระบบรางไทย-จีน" (Thai-Chinese Rail Training Center) เมื่อวันอังคาร', "Thai-Chinese Rail Training Center"),
        ("tl", "Itatayo ang Bataan-Guangdong Green Industrial Park.", "Bataan-Guangdong Green Industrial Park"),
        ("zh", "中国—老挝水稻育种联合实验室揭牌。", "China–Laos Joint Laboratory for Rice Breeding"),
        ("zh", "泰中中医药产业园签约。", "Thailand–China Traditional Chinese Medicine Industrial Park"),
        ("vi", "Trung tâm đào tạo đường sắt Việt - Trung được khánh thành.", "Vietnam–China Railway Training Center"),
        ("my", "ရန်ကုန်တရုတ်ယဉ်ကျေးမှုစင်တာကို ဖွင့်လှစ်ခဲ့သည်။", "China Cultural Center in Yangon"),
        ("ms", "Zon Ekonomi Khas Perikanan Brunei-Guangxi diluluskan.", "Brunei–Guangxi Fisheries Special Economic Zone"),
        # What a word like "about" ties is told behind "for"; "and" keeps its pair together.
        ("vi", "Trung tâm chung Việt Nam - Trung Quốc về Khoa học và Công nghệ biển được khánh thành.", "Vietnam–China Joint Center for Marine Science and Technology"),
        ("th", "เปิดห้องปฏิบัติการร่วมไทย-จีนด้านความปลอดภัยอาหารเมื่อวันอังคาร", "Thailand–China Joint Laboratory for Food Safety"),
        ("zh", "中马智慧农业联合实验室揭牌。", "China–Malaysia Joint Laboratory for Smart Agriculture"),
        ("my", "မြန်မာ-တရုတ် ဉာဏ်ရည်တုနှင့် ဒစ်ဂျစ်တယ်ကျွမ်းကျင်မှုစင်တာကို ဖွင့်လှစ်ခဲ့သည်။", "Myanmar–China Artificial Intelligence and Digital Skills Center"),
        # Countries are also found in a name for both.
        ("km", "សម្ពោធមជ្ឈមណ្ឌលស្រាវជ្រាវជលផលកម្ពុជា-ចិន", "Cambodia–China Fisheries Research Center"),
        # Proper names are taken over, without the marks of their language.
        ("id", "Laboratorium Genomik Bersama Unram-BGI dibuka.", "Unram-BGI Joint Genomics Laboratory"),
        ("vi", "Khu hợp tác du lịch Bản Giốc được khởi công.", "Ban Gioc Tourism Cooperation Zone"),
        # The official name may stand anywhere, told by what it says or by its initials.
        ("zh", "中国—泰国橡胶加工联合实验室揭牌。该机构英文名为China-Thailand Joint Laboratory for Rubber Processing，由两国高校共建。", "China-Thailand Joint Laboratory for Rubber Processing"),
        ("id", "Pusat Riset Kelapa Indonesia-China (ICCRC) dibuka. Lembaga bernama resmi Indonesia-China Coconut Research Centre itu besar.", "Indonesia-China Coconut Research Centre"),
        ("vi", "Trung tâm Kiểm nghiệm Trái cây Việt - Trung mở cửa. Bên cạnh đó Saigon Hi-Tech Park Testing Centre cũng mở cửa.", "Vietnam–China Fruit Testing Center"),
        # Sides that a name only hints at.
        ("vi", "Trung tâm Logistics chuỗi lạnh Thái – Trung – Lào được khánh thành.", "Thailand–China–Laos Cold Chain Logistics Center"),
        ("zh", "槟锡集成电路联合实验室启用。", "Penang–Wuxi Joint Laboratory for Integrated Circuit"),
        ("zh", "中缅瑞丽—木姐跨境经济合作区启用。", "China–Myanmar Ruili–Muse Cross-border Economic Cooperation Zone"),
        ("ms", "Hab Inovasi Nanas Tropika Sarawak-Hainan dilancarkan.", "Sarawak–Hainan Tropical Pineapple Innovation Hub"),
        # A country behind "in" is no side.
        ("vi", "Hai bên khánh thành “Trung tâm Văn hóa Trung Quốc tại Việt Nam”.", "China Cultural Center in Vietnam"),
        # A name of both holds only the pair: 中老铁路 is a railway too.
        ("zh", "中老铁路职业技能实训中心揭牌。", "China–Laos Railway Vocational Skills Training Center"),
        # Words that say nothing are not missed.
        ("lo", "ເປີດສູນຝຶກອົບຮົມການປຸງແຕ່ງຊາ ລາວ-ຈີນ", "Laos–China Tea Processing Training Center"),
        ("th", "เปิดศูนย์ติดตามภัยพิบัติด้วยดาวเทียมลาว-จีน", "Laos–China Satellite Disaster Monitoring Center"),
        ("km", "សម្ពោធមន្ទីរពិសោធន៍រួមកម្ពុជា-ចិនស្តីពីសុខភាពសត្វ", "Cambodia–China Joint Laboratory for Animal Health"),
        ("ms", "Zon Industri Automotif Pintar Tanjung Malim dilancarkan.", "Tanjung Malim Smart Automotive Industrial Zone"),
    ],
)  # fmt: skip
def test_an_english_name_is_given_or_made_of_known_parts(lang: str, text: str, english: str) -> None:
    assert named(text, lang).english == english


@pytest.mark.parametrize(
    ("lang", "text", "english"),
    [
        ("id", "Pusat Gawaran Kapal Indonesia-China dibuka.", "ship center (China–Indonesia)"),
        ("id", "Pusat Kawalan Lebah Gunung dibuka untuk lebah gunung.", "bee center (China–Indonesia)"),
        ("vi", "Trung tâm nghiên cứu xừng biển Việt - Trung được khánh thành.", "marine research center (China–Vietnam)"),
        ("zh", "中国—东盟饕餮研究中心揭牌。", "research center (China–ASEAN)"),
    ],
)  # fmt: skip
def test_a_name_is_never_half_in_english(lang: str, text: str, english: str) -> None:
    partner = {"id": "ID", "vi": "VN", "zh": "TH"}[lang]
    assert named(text, lang, countries=("CN", partner)).english == english


def test_a_name_with_an_unknown_part_is_described_in_english() -> None:
    found = named("中越德天(板约)瀑布跨境旅游合作区正式启用。", "zh", countries=("CN", "VN"))
    assert found.english == "waterfall cross-border tourism cooperation zone (China–Vietnam)"


@pytest.mark.parametrize(
    ("term", "lang", "english"),
    [
        ("联合研究中心", "zh", "joint research center"),
        ("bengkel Luban", "id", "Luban workshop"),
        ("เขตเศรษฐกิจพิเศษ", "th", "special economic zone"),
        ("Joint laboratory", "en", "joint laboratory"),
        ("试验田", "zh", "zone"),
    ],
)
def test_what_a_base_is_has_an_english_word(term: str, lang: str, english: str) -> None:
    assert kind_in_english(term, lang, "zone") == english


@pytest.mark.parametrize(
    ("lang", "title", "text", "name"),
    [
        ("id", "", "Mereka membuka Sunward University, pusat pelatihan alat berat pertama di luar Tiongkok.", "Sunward University"),
        ("en", "", "They opened Sunward Skills Works, a training centre for crane drivers from Laos.", "Sunward Skills Works"),
    ],
)  # fmt: skip
def test_a_name_may_hold_no_word_for_a_base(lang: str, title: str, text: str, name: str) -> None:
    assert named(text, lang, title=title).own == name


def test_what_is_of_many_is_no_name() -> None:
    found = named("Chinese industrial parks will open in the Philippines.", "en", countries=("CN", "PH"))
    assert is_description(found.own)
    assert found.own.endswith("(China–Philippines)")


def test_a_description_says_what_the_base_is_for() -> None:
    found = named(
        "Indonesia dan China membuka pusat riset kerja sama industri.", "id", countries=("CN", "ID")
    )
    assert found.own == "pusat riset kerja sama industri (Tiongkok–Indonesia)"
    assert found.english == "industrial cooperation research center (China–Indonesia)"


def test_a_headline_in_small_letters_gives_way_to_the_name_in_the_text() -> None:
    title = "Sandakan buka pusat pengesahan makanan laut Malaysia-China"
    text = "Pusat Pengesahan Hasil Laut Malaysia-China dibuka semalam di pelabuhan."
    assert named(text, "ms", title=title).own == "Pusat Pengesahan Hasil Laut Malaysia-China"


def test_the_centre_is_the_one_of_both_sides_that_was_named_just_before() -> None:
    text = "อาคารหลังนี้กลายเป็นศูนย์วิจัยธรณีวิทยาไทย-จีน อย่างเป็นทางการ\n\nรัฐมนตรีร่วมตัดริบบิ้นเปิดศูนย์ซึ่งตั้งอยู่ที่เมืองสตูล"
    assert named(text, "th", number=1).own == "ศูนย์วิจัยธรณีวิทยาไทย-จีน"


def test_a_short_form_of_somebody_else_is_no_name_of_the_base() -> None:
    text = "Itinayo ang Sentro ng Inobasyon ng Chinese Academy of Sciences (CAS) sa Maynila."
    assert named(text, "tl", countries=("CN", "PH")).english != "Chinese Academy of Sciences"


def test_who_signs_with_another_is_not_what_they_sign_for() -> None:
    text = (
        "Dokumen ditukar antara Perbadanan Pertanian Perak dan Pusat Penyelidikan Padi Hibrid Hunan. "
        "Taman Agroteknologi Padi Pintar Malaysia-China akan diwujudkan di Parit Buntar."
    )
    assert named(text, "ms").own == "Taman Agroteknologi Padi Pintar Malaysia-China"
