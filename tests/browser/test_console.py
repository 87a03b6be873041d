"""The console's main tasks in a real browser on the whole stack: from the phone to the desk and back."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, PICTURE, Desk, code_in
from tests.driver import Driver, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]
TEXT = "Xe 30K-182.45 vượt đèn đỏ ở Ngã Tư Sở lúc 8h sáng nay"
RED_LIGHT = Path("local/zalo/samples/files/vuot-den-do.jpg")

type Desks = Callable[..., Desk]


def test_a_report_from_the_phone_is_opened_its_status_changed_and_the_phone_shows_it(
    desks: Desks, driver: Driver
) -> None:
    # A person of their own: on a stack that runs already, an earlier report would be added to.
    citizen = driver.citizen(f"console-{uuid.uuid4().hex[:8]}")
    citizen.say(TEXT)
    citizen.upload("image", RED_LIGHT.read_bytes(), RED_LIGHT.name, "image/jpeg")
    code = eventually(lambda: code_in(citizen.heard()), within=PATIENCE, what="a tracking code")

    page = desks().open("reports?view=received")
    assert "code=" not in page.url
    page.get_by_test_id(f"report-{code}").get_by_role("link").click()
    expect(page.get_by_test_id("text")).to_have_text(TEXT)
    expect(page.get_by_test_id("fact-plates")).to_contain_text("30K-182.45")
    expect(page.get_by_test_id("fact-plates")).to_contain_text("Từ lời dân")
    expect(page.get_by_test_id("fact-category")).to_contain_text("Vượt đèn đỏ")
    expect(page.get_by_test_id("chat")).to_contain_text(code)

    page.get_by_test_id("tile-stored").click()
    picture = page.get_by_test_id("viewer-image")
    # The page's policy forbids eval, which wait_for_function needs.
    eventually(lambda: picture.evaluate("image => image.naturalWidth"), within=60, what="the picture")
    expect(page.get_by_test_id("hash")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    expect(page.locator(".custody")).to_contain_text("người dân gửi")
    narrow = picture.evaluate("image => image.clientWidth")
    page.keyboard.press("+")
    assert picture.evaluate("image => image.clientWidth") > narrow
    # The emulator does not offer it as a download, as S3 does; the bytes are what counts.
    link = page.get_by_test_id("download").get_attribute("href")
    assert driver.http.get(str(link)).content == RED_LIGHT.read_bytes()
    page.keyboard.press("Escape")

    page.keyboard.press("e")
    page.get_by_test_id("status-to").select_option("in_progress")
    page.get_by_test_id("status-message").fill("Tổ tuần tra đang kiểm tra camera.")
    page.get_by_test_id("dialog").locator("[type=submit]").click()
    expect(page.get_by_test_id("status")).to_have_text("Đang xử lý")
    expect(page.get_by_test_id("timeline")).to_contain_text("Mới tiếp nhận → Đang xử lý")
    eventually(lambda: any("camera" in said for said in citizen.heard()), within=PATIENCE, what="the message")
    assert any(f"{code} đang được xử lý" in said for said in citizen.heard())


def test_a_change_on_top_of_somebody_elses_is_refused_and_explained(desks: Desks, driver: Driver) -> None:
    staff = driver.staff()
    code = staff.post("/staff/reports", {"text": "Ô tô đỗ trên vỉa hè phố Chùa Láng chiều qua"})["code"]
    page = desks().open(f"reports/{code}")
    page.get_by_test_id("edit-place").click()
    driver.staff("supervisor").request(
        "PATCH", f"/staff/reports/{code}", json={"facts": {"place": "Phố Huế"}}
    ).raise_for_status()
    page.get_by_test_id("fact-place").locator("input").fill("Chùa Láng")
    page.get_by_test_id("fact-place").locator("[type=submit]").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Người khác vừa thay đổi")
    page.get_by_test_id("problem").get_by_role("button").click()
    expect(page.get_by_test_id("fact-place")).to_contain_text("Phố Huế")
    assert staff.get(f"/staff/reports/{code}")["place"] == "Phố Huế"


def test_a_call_is_written_down_and_its_code_told(desks: Desks, driver: Driver) -> None:
    page = desks().open("intake")
    page.get_by_test_id("intake-text").fill("Xe khách 29B-111.22 bắt khách dọc đường Giải Phóng")
    page.get_by_test_id("intake-name").fill("Nguyễn Thị Kín")
    page.get_by_test_id("intake-phone").fill("09123")
    page.get_by_test_id("intake-send").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Số điện thoại: viết chưa đúng kiểu")
    page.get_by_test_id("intake-phone").fill("0912 345 678")
    page.get_by_test_id("intake-send").click()
    code = code_in([page.get_by_test_id("intake-code").inner_text()])
    assert code
    report = driver.staff().get(f"/staff/reports/{code}")
    assert (report["channel"], report["plates"]) == ("hotline", ["29B11122"])
    assert "Kín" not in str(report)


def test_duplicates_are_compared_side_by_side_and_merged(
    desks: Desks, driver: Driver, twins: tuple[str, str]
) -> None:
    one, other = twins
    page = desks("duytu", "supervisor").open(f"reports/{other}")
    page.get_by_test_id("duplicates").locator(".twin", has_text=one).get_by_test_id("compare").click()
    table = page.get_by_test_id("comparison")
    expect(table).to_contain_text(one)
    expect(table).to_contain_text(other)
    assert table.locator("tr.agrees").count() >= 2
    expect(table.locator("img")).to_have_count(1)
    page.get_by_test_id("merge").click()
    expect(page.get_by_test_id("code")).to_have_text(one)
    assert driver.staff(agency="duytu").get(f"/staff/reports/{other}")["merged_into"] == one


def test_a_repair_is_closed_only_with_a_picture(desks: Desks, driver: Driver) -> None:
    staff = driver.staff(agency="duytu")
    code = staff.post("/staff/reports", {"text": "Nắp cống vỡ trước số 8 phố Chùa Bộc"})["code"]
    page = desks("duytu").open(f"reports/{code}")
    page.get_by_test_id("change-status").click()
    page.get_by_test_id("status-to").select_option("resolved")
    submit = page.get_by_test_id("dialog").locator("[type=submit]")
    submit.click()
    expect(page.get_by_test_id("dialog").get_by_test_id("problem")).to_contain_text("Cần ảnh kết quả")
    page.get_by_test_id("dialog").get_by_test_id("upload").set_input_files(PICTURE)
    expect(page.get_by_test_id("dialog").get_by_test_id("proof")).to_be_checked()
    submit.click()
    expect(page.get_by_test_id("status")).to_have_text("Đã xử lý xong")
    report = staff.get(f"/staff/reports/{code}")
    assert report["resolution"]["kind"] == "fixed"
    assert report["resolution"]["evidence"] == [report["evidence"][0]["id"]]
    assert report["evidence"][0]["by"] == driver.stack["agencies"]["duytu"]["staff"]["officer"]["username"]


def test_a_filter_is_kept_under_a_name_and_dropped(desks: Desks) -> None:
    page = desks("duytu").open("reports?view=all")
    page.get_by_test_id("narrow").click()
    page.locator(".narrow select").first.select_option("pothole")
    expect(page).to_have_url(re.compile("category=pothole"))
    page.get_by_test_id("keep-filter").click()
    page.get_by_test_id("filter-name").fill("Ổ gà")
    page.keyboard.press("Enter")
    kept = page.get_by_test_id("tab-own")
    expect(kept).to_have_attribute("aria-current", "true")
    page.get_by_test_id("tab-open").click()
    kept.click()
    expect(page).to_have_url(re.compile("category=pothole"))
    page.get_by_role("button", name="Bỏ bộ lọc “Ổ gà”").click()
    expect(kept).to_have_count(0)


def test_the_list_is_saved_as_a_file(desks: Desks) -> None:
    page = desks("duytu").open("statistics")
    with page.expect_download() as saving:
        page.get_by_test_id("export-csv").click()
    assert "Ổ gà" in Path(saving.value.path()).read_text("utf-8-sig")
    expect(page.get_by_test_id("export-progress")).to_contain_text("Đã tải về")


def test_the_administrator_adds_a_day_off_and_the_auditor_reads_of_it(desks: Desks) -> None:
    page = desks("duytu", "administrator").open("admin")
    expect(page.get_by_test_id("connection")).to_contain_text("Đang kết nối")
    page.get_by_test_id("day").fill("2027-03-08")
    page.get_by_test_id("day-note").fill("Nghỉ bù")
    page.get_by_test_id("add-day").click()
    calendar = page.get_by_test_id("calendar")
    expect(calendar).to_contain_text("nghỉ · Nghỉ bù")
    audit = desks("duytu", "auditor").open("audit")
    expect(audit.get_by_test_id("audit")).to_contain_text("Sửa lịch nghỉ")
    calendar.get_by_test_id("drop-day").click()
    expect(calendar).not_to_contain_text("Nghỉ bù")


def test_a_reply_is_written_by_the_administrator_and_filled_in_by_the_officer(
    desks: Desks, driver: Driver
) -> None:
    page = desks("duytu", "administrator").open("admin")
    title = f"Hẹn {uuid.uuid4().hex[:6]}"
    replies = page.get_by_test_id("replies")
    replies.locator("summary").click()
    replies.get_by_test_id("reply-title").last.fill(title)
    replies.get_by_test_id("reply-text").last.fill("Dạ, phản ánh {code} về {matter} ạ.")
    replies.get_by_test_id("reply-save").last.click()
    expect(page.get_by_test_id("toast").last).to_contain_text("Đã lưu câu mẫu")
    code = driver.staff(agency="duytu").post("/staff/reports", {"text": "Ổ gà ở phố Huế"})["code"]
    desk = desks("duytu")
    desk.page.reload()
    page = desk.open(f"reports/{code}")
    page.get_by_label("Câu mẫu").select_option(label=title)
    expect(page.get_by_test_id("composer")).to_have_value(f"Dạ, phản ánh {code} về Ổ gà, mặt đường hỏng ạ.")
