"""The phone page in a real browser, against the simulator alone: what a newcomer sees and can do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from local.zalo.testing import Desk, Zalo, until

pytest_plugins = ["tests.simulated_zalo"]
pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
BUTTONS = [
    {"title": "Gửi phản ánh", "type": "oa.query.show", "payload": "Gửi phản ánh"},
    {"title": "Tra cứu", "type": "oa.query.hide", "payload": "menu:status"},
]


@pytest.fixture
def phone(chromium: Browser, zalo: Zalo) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{zalo.base_url}/#/minh")
    page.wait_for_selector("html[data-ready]")
    yield page
    assert errors == []
    context.close()


def open_chat(phone: Page) -> None:
    phone.get_by_test_id("contact-csgt").click()
    phone.get_by_test_id("chat").wait_for()


def send(phone: Page, text: str) -> None:
    phone.get_by_test_id("composer-input").fill(text)
    phone.get_by_test_id("composer-input").press("Enter")


def messages(phone: Page, kind: str) -> Locator:
    return phone.locator(f'[data-testid=message][data-kind="{kind}"]')


def test_a_text_is_sent_and_its_tick_says_that_the_desk_has_it(phone: Page, desk: Desk) -> None:
    open_chat(phone)
    send(phone, "Xe <b>29A-123.45</b> vượt đèn đỏ")
    row = messages(phone, "text")
    expect(row).to_contain_text("Xe <b>29A-123.45</b> vượt đèn đỏ")
    expect(row.get_by_test_id("tick")).to_have_text("Đã nhận")
    assert desk.events("user_send_text")[0]["message"]["text"] == "Xe <b>29A-123.45</b> vượt đèn đỏ"


def test_an_answer_appears_by_itself_is_seen_and_its_buttons_send_their_payload(
    phone: Page, zalo: Zalo, desk: Desk
) -> None:
    zalo.say("minh", text="Chào")
    zalo.consult(
        "minh",
        {"text": "Bạn cần gì?", "attachment": {"type": "template", "payload": {"buttons": BUTTONS}}},
    )
    expect(phone.get_by_test_id("unseen")).to_have_text("1")
    open_chat(phone)
    until(lambda: desk.events("user_seen_message"))
    phone.get_by_role("button", name="Gửi phản ánh").click()
    expect(messages(phone, "button")).to_have_text(re.compile("Gửi phản ánh"))
    phone.get_by_role("button", name="Tra cứu").click()
    until(lambda: any(e["message"]["text"] == "menu:status" for e in desk.events("user_send_text")))
    expect(messages(phone, "button")).to_have_count(1)
    zalo.consult("minh", {"text": "Tin mới đến"})
    expect(phone.get_by_text("Tin mới đến")).to_be_visible()


def test_samples_need_no_file_and_play_or_enlarge(phone: Page, desk: Desk) -> None:
    open_chat(phone)
    phone.get_by_test_id("composer-plus").click()
    for name in ("vuot-den-do.jpg", "di-nguoc-chieu.mp4", "loi-nhan.m4a", "don-phan-anh.pdf"):
        phone.get_by_test_id(f"sample-{name}").click()
    for kind in ("image", "video", "audio", "file"):
        expect(messages(phone, kind)).to_have_count(1)
    phone.wait_for_function("document.querySelector('video').readyState >= 1")
    assert 2.5 < phone.evaluate("document.querySelector('video').duration") < 3.5
    phone.get_by_test_id("picture").click()
    expect(phone.get_by_test_id("viewer-image")).to_be_visible()
    assert phone.get_by_test_id("viewer-image").evaluate("image => image.naturalWidth") == 1280
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("viewer")).to_have_count(0)
    until(lambda: len(desk.received) == 4)


def test_what_is_opened_before_the_messages_came_stays_open(phone: Page) -> None:
    phone.route(
        "**/sim/citizens/*/messages?*", lambda route: (phone.wait_for_timeout(1500), route.continue_())
    )
    open_chat(phone)
    phone.get_by_test_id("composer-plus").click()
    phone.wait_for_timeout(2500)
    expect(phone.get_by_test_id("drawer")).to_be_visible()


def test_own_files_are_sent_byte_for_byte(phone: Page, zalo: Zalo, tmp_path: Path) -> None:
    picture = Path("local/zalo/samples/files/o-ga.jpg")
    open_chat(phone)
    phone.get_by_test_id("composer-plus").click()
    with phone.expect_file_chooser() as chooser:
        phone.get_by_test_id("attach-image").click()
    chooser.value.set_files([picture, Path("local/zalo/samples/files/vuot-den-do.jpg")])
    expect(messages(phone, "image")).to_have_count(2)
    url = zalo.chat("minh")[0]["attachments"][0]["payload"]["url"]
    assert zalo.get(url).content == picture.read_bytes()


def test_a_place_is_chosen_and_shown_as_a_card(phone: Page, zalo: Zalo) -> None:
    open_chat(phone)
    phone.get_by_test_id("composer-plus").click()
    phone.get_by_test_id("attach-place").click()
    phone.get_by_test_id("place-Ngã Tư Sở").click()
    phone.get_by_test_id("place-send").click()
    expect(phone.get_by_test_id("place")).to_contain_text("Ngã Tư Sở")
    coordinates = zalo.chat("minh")[0]["attachments"][0]["payload"]["coordinates"]
    assert coordinates == {"latitude": "21.0031", "longitude": "105.8201"}


def test_a_reply_quotes_and_a_reaction_shows(phone: Page, zalo: Zalo, desk: Desk) -> None:
    asked = zalo.say("minh", text="Câu hỏi thứ nhất")
    open_chat(phone)
    row = messages(phone, "text").first
    row.click(button="right")
    phone.get_by_test_id("reply").click()
    expect(phone.get_by_test_id("quoting")).to_contain_text("Câu hỏi thứ nhất")
    send(phone, "Bổ sung đây")
    expect(messages(phone, "text").nth(1).get_by_test_id("quote")).to_contain_text("Câu hỏi thứ nhất")
    assert zalo.chat("minh")[1]["quote"] == asked
    row.click(button="right")
    phone.get_by_test_id("react-Yêu").click()
    expect(row.get_by_test_id("reactions")).to_have_text("❤️")
    until(lambda: desk.events("user_reacted_message"))


def test_another_citizen_sees_nothing_of_this_chat(phone: Page, zalo: Zalo) -> None:
    zalo.say("minh", text="Chuyện riêng")
    phone.get_by_test_id("citizen-switch").click()
    phone.get_by_test_id("citizen-lan").click()
    open_chat(phone)
    expect(phone.get_by_test_id("chatnow")).to_be_visible()
    expect(phone.get_by_text("Chuyện riêng")).to_have_count(0)
    phone.get_by_test_id("chat-back").click()
    phone.get_by_test_id("citizen-switch").click()
    phone.get_by_test_id("new-name").fill("Đỗ Văn Mới")
    phone.get_by_test_id("new-person").click()
    expect(phone.get_by_test_id("citizen-switch")).to_contain_text("Đỗ Văn Mới")


def test_follow_form_and_withdrawal_are_told_to_the_desk(phone: Page, zalo: Zalo, desk: Desk) -> None:
    zalo.say("minh", text="Chào")
    card = {"title": "Xin thông tin", "subtitle": "Để liên hệ", "image_url": f"{zalo.base_url}/page/icon.svg"}
    payload = {"template_type": "request_user_info", "elements": [card]}
    zalo.consult("minh", {"attachment": {"type": "template", "payload": payload}})
    open_chat(phone)
    phone.get_by_test_id("follow").click()
    expect(phone.get_by_test_id("follow")).to_be_hidden()
    phone.get_by_test_id("submit-info").click()
    phone.get_by_test_id("info-name").fill("Nguyễn Văn Minh Anh")
    phone.get_by_test_id("info-send").click()
    until(lambda: desk.events("user_submit_info"))
    assert desk.events("user_submit_info")[0]["info"]["name"] == "Nguyễn Văn Minh Anh"
    phone.get_by_test_id("chat-menu").click()
    phone.get_by_test_id("withdraw").click()
    phone.get_by_test_id("withdraw-confirm").click()
    until(lambda: desk.events("user_withdraw"))
    assert desk.events("follow")


def test_the_page_fits_a_small_phone_and_every_control_has_a_name(phone: Page, zalo: Zalo) -> None:
    zalo.say("minh", text="rất" * 200)
    open_chat(phone)
    messages(phone, "text").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.get_by_test_id("stream").evaluate("e => e.scrollWidth <= e.clientWidth")
    nameless = phone.evaluate(
        "[...document.querySelectorAll('button, input, textarea')].filter(e => e.offsetParent"
        " && !e.textContent.trim() && !e.getAttribute('aria-label') && !e.labels?.length).length"
    )
    assert nameless == 0
    image = phone.locator("img:not([alt])")
    expect(image).to_have_count(0)
