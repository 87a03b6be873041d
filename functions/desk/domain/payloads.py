"""Payloads of our buttons.

A tap comes back as an ordinary text that is the button's payload (`oa.query.show`). Payloads start with "#" and
name the report they are about, so that an old button cannot act on a new case.
"""

_WORDS = {
    "menu": "#menu",
    "how": "#cach_phan_anh",
    "status": "#phan_anh_cua_toi",
    "person": "#gap_can_bo",
    "contact": "#lien_he",
    "ask": "#hoi",
    "withdraw": "#rut",
    "keep": "#giu",
    "reopen": "#mo_lai",
    "rate": "#danh_gia",
    "transfer": "#chuyen",
    "erase": "#xoa_du_lieu",
    "stop": "#dung_nhan_tin",
    "resume": "#nhan_tin",
    "look_up": "#tra_cuu",
    "link": "#lien_ket",
    "links": "#da_lien_ket",
    "unlink": "#huy_lien_ket",
    "stop_linking": "#thoi_lien_ket",
    "given": "#da_cho_biet",
    "watch": "#nhac",
    "unwatch": "#thoi_nhac",
    "near": "#noi_kham_gan",
    "entry": "#cau_hoi",
    "news": "#tin_moi",
    "topic": "#nhan_chu_de",
    "untopic": "#bo_chu_de",
}
_NAMES = {word: name for name, word in _WORDS.items()}


def payload(name: str, argument: str = "") -> str:
    """The text that a button sends."""
    return f"{_WORDS[name]} {argument}".strip()


def parse(text: str) -> tuple[str, list[str]]:
    """The command of a payload and its arguments; an unknown one is "" (somebody typed a "#")."""
    word, *arguments = text.split()
    return _NAMES.get(word.lower(), ""), arguments
