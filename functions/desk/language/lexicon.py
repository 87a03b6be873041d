"""Chat spellings and the careful spelling of each.

Only forms with one usual reading in messages to a public desk are here: "k" alone is "không", but "30k" is
one word and stays money.
"""

_TABLE = """
không: ko k kg hk kh hok hong hông hem khum hổng kô hôk
được: dc đc dk đk
người: ng ngừi ngừoi
nước: nc
với: vs zới
trước: trc trk
ngược: ngc
xe máy: xm xemay
ô tô: oto ôtô ôto otô ot
vỉa hè: vh
bảo hiểm: bh
mũ bảo hiểm: mbh
biển kiểm soát: bks
gì: j gj
vậy: z zậy zị zay
admin: ad adm
em: e
anh: a
chị: cj
mình: mk mik
mọi người: mn mng
như thế nào: ntn nhtn
làm: lm
mới: ms
rồi: r rùi ròi roài
vi phạm: vp
giao thông: gt
tai nạn giao thông: tngt
hôm nay: hnay hnai
hôm qua: hqua
hôm trước: htrc
quyết định: qđ
số điện thoại: sđt sdt
điện thoại: đt dthoai đthoai
đường: đg đườg
nữa: nx nxa
qua: wa
quá: wá qá
quên: wên
biết: bik bít bjt
thích: thik
nhắn tin: ib inb
vấn đề: vđ
bao nhiêu: bnhieu bnhiêu
bây giờ: bjo bjờ bgio bgiờ
giờ: jo jờ gjờ
cũng: cg cug cx cũg
những: nhg nhữg
nhưng: nhưg
trong: trog trg
thường: thg thườg
đang: đag
không biết: kbt kbik
luôn: lun luôg
thôi: thui hui
vợ: vk
chồng: ck
phường: fường
phải: fải
phản ánh: pá
cảm ơn: camon tks thanks thank thks
cán bộ: cb
thủ tục: ttuc
bệnh viện: bviện bvien
doanh nghiệp: dnghiep
khám chữa bệnh: kcb
công ty: cty cti
hướng dẫn: hd hdan
đăng ký: đký dky đkí
bằng lái xe: blx
giấy phép lái xe: gplx
"""

TEENCODE: dict[str, str] = {
    form: word
    for line in _TABLE.strip().splitlines()
    for word, _, forms in [line.partition(": ")]
    for form in forms.split()
}

TEENCODE_BEFORE_DIGIT: dict[str, str] = {"bs": "biển số", "p": "phường", "q": "quận", "h": "huyện"}
"""Read so only in front of a number: "bs 30A…" is a plate, "bs Hùng" a doctor."""
