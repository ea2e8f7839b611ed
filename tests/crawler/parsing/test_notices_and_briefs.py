"""Short pages: a notice in the place of an article is refused, a brief of the same words is read, in ten languages."""

from __future__ import annotations

import pytest

from crawler.parsing.walls import NoticeError, is_wall, without_notices

NOTICES = [
    ("Page not found", "The page may have been renamed, or it never was here."),
    ("404", "There is nothing at this place. Perhaps a search helps?"),
    ("Error 410 - Harian Kota", "Gone for good."),
    ("Nothing Found", "It seems we can\u2019t find what you\u2019re looking for."),
    ("Oops!", "That story took a day off. Go back to the home page."),
    ("The Straits Gazette", "Sorry, the article you are looking for has been removed."),
    ("502 Bad Gateway", "nginx/1.24.0"),
    ("Service Temporarily Unavailable", "Apache/2.4.57 (Debian) Server at gazette.example Port 443"),
    ("", "Error establishing a database connection"),
    ("", "Fatal error: Allowed memory size of 134217728 bytes exhausted in /srv/www/index.php on line 40"),
    ("", "Warning: mysqli_connect(): (HY000/2002): Connection refused in /home/site/db.php on line 7"),
    ("gazette.example", "This domain may be for sale. Ask for its price."),
    ("Account Suspended", "Contact your hosting provider for more information."),
    ("Welcome to nginx!", "Further configuration is required."),
    ("Access Denied", "You don't have permission to access this server. Reference #18.5e1c1602.17"),
    ("", "Request unsuccessful. Incapsula incident ID: 877000180211-98"),
    ("Attention Required!", "Sorry, you have been blocked from this site."),
    ("Under maintenance", "We will be back in an hour. Please come again."),
    ("Gazette Premium", "This article is exclusively for our subscribers. Log in or register first."),
    ("Talks end in Vientiane after a night of quarrels", "Please log in to continue reading this article."),
    ("提示信息", "抱歉，您指定的帖子不存在，或者正在审核"),
    ("出错了", "您要找的新闻已经被移走，请从首页重新进入。"),
    ("滇南网", "对不起，您浏览的文章已被删除，请返回首页。"),
    ("405", "很抱歉，您的访问被阻断，因为您访问的链接可能对网站造成安全威胁。"),
    ("网站防火墙", "您的请求带有不合法参数，已被拦截。"),
    ("用户登录", "请先登录后再查看全文"),
    ("", "该内容已被发布者删除"),
    ("", "请稍候，正在进行安全检查"),
    ("系统维护中", "本站正在升级，请稍后再来。"),
    ("找不到網頁", "很抱歉，請回首頁看其他新聞。"),
    ("Halaman tidak ditemukan", "Coba gunakan kotak pencarian di bawah."),
    ("Ups", "Berita yang Anda cari mungkin sudah dihapus."),
    ("Sedang Dalam Pemeliharaan", "Kami akan segera kembali."),
    ("Kabar Nusa", "Maaf, artikel ini khusus untuk pelanggan. Silakan berlangganan untuk membaca."),
    ("Laman tidak dijumpai", "Sila semak semula alamat yang ditaip."),
    ("Suara Selat", "Maaf, berita ini telah dipadam. Sila kembali ke laman utama."),
    ("Không tìm thấy trang", "Vui lòng kiểm tra lại đường dẫn."),
    ("Lỗi", "Bài này đã được gỡ bỏ, mời bạn xem tin khác."),
    ("Báo Sông Hàn", "Bạn cần đăng nhập để xem tiếp bài viết này."),
    ("ขออภัย", "ข่าวนี้ถูกลบออกจากระบบแล้ว กรุณากลับหน้าหลัก"),
    ("ข่าวทุ่งกุลา", "เนื้อหานี้สำหรับสมาชิกเท่านั้น กรุณาสมัครก่อน"),
    ("ปิดปรับปรุงระบบ", "เว็บไซต์จะกลับมาเร็ว ๆ นี้"),
    ("Hindi nakita", "Paumanhin, wala na ang pahinang ito."),
    ("Balita Palawan", "Paumanhin, hindi makita ang artikulong hinahanap mo."),
    ("រកមិនឃើញទំព័រ", "សូមត្រឡប់ទៅទំព័រដើម"),
    ("ដំណឹងកំពត", "សូមអភ័យទោស អត្ថបទនេះត្រូវបានលុប"),
    ("ບໍ່ພົບໜ້າ", "ກະລຸນາກັບຄືນໜ້າຫຼັກ"),
    ("ຂ່າວຈຳປາສັກ", "ຂໍອະໄພ ບົດຂ່າວນີ້ຖືກລຶບແລ້ວ"),
    ("စာမျက်နှာ မတွေ့ပါ", "ပင်မစာမျက်နှာသို့ ပြန်သွားပါ"),
    ("အင်းလေးသတင်း", "တောင်းပန်ပါသည်၊ သင်ရှာသော သတင်းကို မတွေ့ပါ"),
]
BRIEFS = [
    ("Site down after attack", "The customs page could not be found on Tuesday after hackers deleted it, officials said."),
    ("Post costs editor job", 'The editor wrote "this article has been deleted" under the report and resigned.'),
    ("Checks end at the port", "Police said a security check at the gate had ended and the base was open."),
    ("Members vote", "The members-only ballot of the fishing union closed on Sunday with 1,204 votes."),
    ("404 boats go out", "404 boats left Taytay at dawn, the coast guard said."),
    ("Yard under maintenance", "The dry dock is under maintenance until March, its owners said."),
    ("Bank outage", "The bank said its server was busy on Friday and customers should try again later."),
    ("Court blocks access", "Access to the archive was denied to reporters, the court said."),
    ("Paper ends paywall", "Readers no longer need to subscribe to read the daily, its publisher announced."),
    ("Hoax taken down", "The story has been removed, according to the ministry, which called it a hoax."),
    ("Army account back", "The army said this account has been suspended by mistake and would return."),
    ("渔船失踪", "海警表示，十二名渔民仍未找到，搜救页面内容每小时更新。"),
    ("删帖风波", "该平台称，涉事文章已被删除，发布者向读者致歉。"),
    ("新规出台", "网信办宣布，注册后才能阅读的内容须在首页标明。"),
    ("银行系统维护", "农业银行介绍，系统维护将于月底完成，不影响取款。"),
    ("口岸恢复通关", "警方通报，磨憨口岸安全验证设备已修好。"),
    ("地铁查验升级", "昆明地铁公司3日宣布，人机验证闸机在两条线路启用。"),
    ("域名案宣判", "法院认为，该公司域名已过期仍出售，构成欺诈。"),
    ("谣言澄清", "据当地媒体报道，网传文章不存在任何事实依据。"),
    ("中老联合训练", "新华社万象12月1日电 两国军队本周在万象举行联合训练。"),
    ("Berita palsu", "Menurut polisi, berita itu tidak ditemukan di arsip mana pun."),
    ("Situs diretas", "Kata juru bicara, halaman resmi tidak tersedia sejak hari Senin."),
    ("Jalan ditutup", "Jembatan dalam perbaikan, ujar kepala dinas di Sumenep."),
    ("Aturan baru", "Menteri mengatakan pengguna wajib daftar untuk membaca iklan rokok."),
    ("Kapal masuk", "Kapal itu masuk dermaga untuk melanjutkan perbaikan mesin selama sepekan penuh."),
    ("Penerbangan batal", "Penumpang diminta log masuk untuk membaca jadual baharu, kata syarikat itu."),
    ("Berita palsu dipadam", "Polis berkata berita palsu itu telah dipadam oleh pemiliknya."),
    ("Jeti ditutup", "Jeti dalam penyelenggaraan sehingga Jumaat, menurut jabatan laut."),
    ("Cảnh báo", "Công an cho biết nhiều người bị lừa đăng nhập để xem thông báo giả."),
    ("Phạt tin giả", "Cơ quan điều tra cho biết bài viết đã bị xóa, người đăng nộp phạt."),
    ("Trang trại bỏ hoang", "Trang trại không còn tồn tại sau lũ, chủ tịch xã cho hay."),
    ("Tìm tàu mất tích", "Đội cứu hộ cho biết không tìm thấy trang bị nào trên tàu."),
    ("ค้นหาเรือ", "เจ้าหน้าที่ยังไม่พบข้อมูลเรือที่หายไปใกล้ฐานทัพ"),
    ("ปิดเพจปลอม", "ตำรวจเผยว่าหน้าเพจปลอมถูกลบแล้ว"),
    ("ระบบรถไฟล่ม", "การรถไฟแถลงว่าเกิดข้อผิดพลาดในระบบจองตั๋ว"),
    ("ประชุมสหกรณ์", "ประธานกล่าวว่าการประชุมสำหรับสมาชิกจะจัดเดือนหน้า"),
    ("Pekeng balita", "Sinabi ng pulisya na wala na ang pahina na nagkalat ng balita."),
    ("Tulay sarado", "Ayon sa alkalde, inaayos pa ang website ng bayan at ang tulay."),
    ("បិទផេក", "នគរបាលបានបញ្ជាក់ថា ទំព័រក្លែងក្លាយត្រូវបានលុប"),
    ("ផ្លូវជួសជុល", "អភិបាលបានថ្លែងថា ប្រព័ន្ធទឹកកំពុងជួសជុលនៅស្រុកទឹកឈូ"),
    ("ຊອກຫາເຮືອ", "ເຈົ້າໜ້າທີ່ກ່າວວ່າ ຍັງບໍ່ພົບຂໍ້ມູນຂອງເຮືອ"),
    ("ປິດເພຈປອມ", "ຕຳຫຼວດລາຍງານວ່າ ໜ້າເພຈປອມຖືກລຶບແລ້ວ"),
    ("လှေပျောက်", "ရဲတပ်ဖွဲ့က လှေနှင့်ပတ်သက်သည့် သတင်း မရှိကြောင်း ပြောကြားသည်။"),
    ("သတင်းတု", "ဝန်ကြီးဌာနက သတင်းတုကို ဖျက်ပြီးဖြစ်ကြောင်း ထုတ်ပြန်သည်။"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "text"), NOTICES)
def test_a_notice_is_no_article(title: str, text: str) -> None:
    with pytest.raises(NoticeError, match="the page is a"):
        without_notices(title, text)


@pytest.mark.parametrize(("title", "text"), BRIEFS)
def test_a_brief_is_news_whatever_it_is_about(title: str, text: str) -> None:
    assert without_notices(title, text) == text


@pytest.mark.parametrize(("title", "text"), NOTICES[:7])
def test_a_long_text_below_a_notices_headline_is_an_article(title: str, text: str) -> None:
    article = "The harbour of Sihanoukville took in its first grain ship of the season. " * 20
    assert without_notices(title, article) == article


ASKED = "https://a.example/2025/one.html"
BRIEF = "Two patrol boats reached Ream on Friday, the navy said, and will stay until the new year."


@pytest.mark.parametrize(
    "body",
    [
        b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><form><div class='g-recaptcha'></div></form>",
        b"<form id=letter><div class='cf-turnstile' data-sitekey='k'></div></form>",
        b"<form><div class='h-captcha'></div></form>",
        b"<script src='/_Incapsula_Resource?SWJIYLWA=719'></script>",
    ],
)  # fmt: skip
def test_a_test_for_robots_in_a_form_makes_no_wall_of_a_brief(body: bytes) -> None:
    assert not is_wall(body, asked=ASKED, url=ASKED, text=BRIEF)
    assert is_wall(body, asked=ASKED, url=ASKED, text="")


def test_a_metered_article_that_is_whole_is_no_wall() -> None:
    metered, locked = (
        b'<meta property="article:content_tier" content="%s">' % t for t in (b"metered", b"locked")
    )
    assert not is_wall(metered, asked=ASKED, url=ASKED, text=BRIEF * 8)
    assert is_wall(metered, asked=ASKED, url=ASKED, text=BRIEF)
    assert is_wall(locked, asked=ASKED, url=ASKED, text=BRIEF * 8)
