// Menus of a message and of an official account.
import { askInfo } from "./forms.js";
import { h, icon, toast } from "./dom.js";
import { showNews } from "./news.js";
import { closeSheet, openSheet } from "./sheet.js";

const FEELINGS = [["/-strong", "👍", "Thích"], ["/-heart", "❤️", "Yêu"], [":>", "😆", "Vui"], [":o", "😮", "Ngạc nhiên"], [":-((", "😢", "Buồn"], [":-h", "😠", "Tức giận"]];

export function choice(name, title, note, onclick, attributes = {}) {
  return h("button.choice", { type: "button", onclick: () => { closeSheet(); onclick(); }, ...attributes },
    icon(name), h("span", {}, h("b", {}, title), note && h("small", {}, note)));
}

export function messageMenu(message, { reply, react }) {
  openSheet("Tin nhắn", [h("div.sheet-body", {},
    h("div.emoji", {}, FEELINGS.map(([code, emoji, label]) => h("button", { type: "button", "aria-label": label, "data-testid": `react-${label}`, onclick: () => { closeSheet(); react(code); } }, emoji))),
    choice("reply", "Trả lời", "", reply, { "data-testid": "reply" }),
    message.text && choice("copy", "Sao chép", "", () => navigator.clipboard?.writeText(message.text).then(() => toast("Đã sao chép"))))]);
}

export function oaMenu(chat, act) {
  const entries = [
    chat.follows
      ? choice("heart", "Bỏ quan tâm", "Cơ quan không gửi tin cho bạn được nữa", () => act("unfollow", "Đã bỏ quan tâm"), { "data-testid": "unfollow" })
      : choice("heart", "Quan tâm", "Nhận thông báo từ cơ quan này", () => act("follow", "Đã quan tâm")),
    choice("news", "Bài viết", "Tin tức của cơ quan", () => showNews(chat.oa), { "data-testid": "news" }),
    choice("form", "Gửi thông tin của tôi", "Họ tên, số điện thoại, địa chỉ", () => askInfo(chat, act)),
    chat.refusal
      ? choice("block", "Nhận tin trở lại", "", () => act("unblock", "Đã nhận tin trở lại"))
      : choice("block", "Chặn tin nhắn", "Tin của cơ quan bị từ chối (mã -244)", () => act("block", "Đã chặn tin nhắn")),
    choice("trash", "Rút lại đồng ý, xóa dữ liệu", "Cơ quan phải xóa dữ liệu về bạn", () => confirmWithdrawal(act), { class: "choice danger", "data-testid": "withdraw" }),
  ];
  openSheet(chat.oa.name, [h("div.sheet-body", {}, entries)]);
}

function confirmWithdrawal(act) {
  openSheet("Xóa dữ liệu về tôi?", [h("div.sheet-body", {},
    h("p", {}, "Cơ quan sẽ được báo rằng bạn rút lại đồng ý và phải xóa dữ liệu cá nhân của bạn. Tin nhắn trên điện thoại này vẫn còn."),
    h("button.primary.danger", { type: "button", "data-testid": "withdraw-confirm", onclick: () => { closeSheet(); act("withdraw", "Đã gửi yêu cầu"); } }, "Rút lại đồng ý"))]);
}
