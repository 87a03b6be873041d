// Whose phone this is: choose a citizen or make a new one.
import { post } from "./api.js";
import { citizens, go, loadCitizens } from "./app.js";
import { h, icon, toast } from "./dom.js";
import { closeSheet, openSheet } from "./sheet.js";

export function choosePerson(person) {
  const people = citizens().map((one) => h("button.choice", {
    type: "button", "data-testid": `citizen-${one.id}`, "aria-pressed": String(one.id === person.id),
    onclick: () => { closeSheet(); go(one.id); },
  },
    h("img.avatar", { src: `/avatars/${one.id}.svg`, alt: "" }),
    h("span", {}, h("b", {}, one.name), h("small", {}, one.phone ? `+${one.phone}` : one.id)),
    one.id === person.id && icon("check")));
  const online = h("input", {
    type: "checkbox", role: "switch", checked: person.online, id: "online",
    onchange: async () => {
      await post("/sim/citizens", { id: person.id, online: online.checked });
      await loadCitizens();
      person.online = online.checked;
      toast(online.checked ? "Điện thoại đã có mạng" : "Điện thoại mất mạng: tin chưa tới");
    },
  });
  openSheet("Bạn là ai?", [h("div.sheet-body", {}, people,
    h("div.switch", {}, h("label", { for: "online" }, `Điện thoại của ${person.name} có mạng`), online),
    newPerson())], { testid: "people" });
}

function newPerson() {
  const form = h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const { name, phone } = Object.fromEntries(new FormData(form));
      const id = `${plain(name)}-${Math.random().toString(36).slice(2, 6)}`;
      await post("/sim/citizens", { id, name, phone: phone.replace(/\D/g, "").replace(/^0/, "84") });
      await loadCitizens();
      closeSheet();
      go(id);
    },
  },
    h("div.pair", {},
      h("label.field", {}, "Người mới", h("input", { name: "name", required: true, placeholder: "Họ và tên", autocomplete: "off", "data-testid": "new-name" })),
      h("label.field", {}, "Điện thoại", h("input", { name: "phone", placeholder: "0912 345 678", inputmode: "tel", autocomplete: "off" }))),
    h("button.primary", { type: "submit", "data-testid": "new-person" }, "Thêm người"));
  return form;
}

const plain = (name) => name.normalize("NFD").replace(/[̀-ͯ]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "nguoi";
