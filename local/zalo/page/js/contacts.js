// The list of official accounts, and whose phone this is.
import * as api from "./api.js";
import { go } from "./app.js";
import { h, icon, iconButton, replace } from "./dom.js";
import { preview, shortTime } from "./format.js";
import { choosePerson } from "./people.js";

export function contactScreen(person) {
  const list = h("ul", { "data-testid": "contacts" });
  const element = h("section.screen", { "aria-label": "Danh sách cơ quan" },
    h("header.bar", {},
      h("button.me", { type: "button", "data-testid": "citizen-switch", "aria-haspopup": "dialog", onclick: () => choosePerson(person),
        "aria-label": `Bạn là ${person.name}. Đổi người` },
        h("img.avatar", { src: `/avatars/${person.id}.svg`, alt: "" }),
        h("span.bar-title", {}, h("h2", {}, person.name), h("p", {}, person.phone ? `+${person.phone}` : "Chưa có số điện thoại")),
        icon("down", { class: "chevron" })),
      iconButton("user", "Đổi người", () => choosePerson(person))),
    h("div.contacts", {},
      h("h3", {}, "Cơ quan"), list,
      h("div.foot", {}, h("b", {}, "Khẩn cấp?"), " Ngoài đời hãy gọi 113, 114 hoặc 115. Đây chỉ là điện thoại mô phỏng.")));

  async function refresh() {
    const chats = await api.chats(person.id);
    chats.sort((a, b) => (b.last?.at_ms || 0) - (a.last?.at_ms || 0));
    const focused = document.activeElement?.dataset?.testid;
    replace(list, ...chats.map((chat) => h("li", {}, contact(person, chat))));
    if (focused) list.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  return { element, refresh, concerns: (change) => change.citizen === person.id };
}

function contact(person, chat) {
  const { last } = chat;
  const mine = last?.from === "citizen" ? "Bạn: " : "";
  const note = last ? mine + preview(last) : chat.follows ? "Đã quan tâm" : "Chạm để nhắn tin";
  return h(`button.contact${chat.unseen ? ".unseen" : ""}`, {
    type: "button", "data-testid": `contact-${chat.oa}`, onclick: () => go(person.id, chat.oa),
    "aria-label": `${chat.name}${chat.unseen ? `, ${chat.unseen} tin chưa xem` : ""}. ${note}`,
  },
    h("img.avatar.oa", { src: `/avatars/${chat.oa}.svg`, alt: "" }),
    h("span.contact-main", {},
      h("span.contact-top", {}, h("span.contact-name", {}, chat.name), last && h("span.contact-time", {}, shortTime(last.at_ms))),
      h("span.contact-last", {}, h("span", {}, note), chat.unseen > 0 && h("span.badge", { "data-testid": "unseen" }, String(chat.unseen)))));
}
