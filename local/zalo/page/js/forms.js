// The form with which a citizen gives name, phone and address.
import { h } from "./dom.js";
import { closeSheet, openSheet } from "./sheet.js";

export function askInfo(chat, act) {
  const { person } = chat;
  const field = (label, name, value, attributes = {}) => h("label.field", {}, label, h("input", { name, value, ...attributes }));
  const form = h("form", {
    onsubmit: (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      closeSheet();
      act("submit_info", "Đã gửi thông tin", { info: {
        name: given.name, phone: given.phone, user_dob: given.user_dob, gender: "",
        full_address: { user_city: given.user_city, user_ward: given.user_ward, user_address: given.user_address },
      } });
    },
  },
    field("Họ và tên", "name", person.name, { required: true, autocomplete: "off", "data-testid": "info-name" }),
    field("Số điện thoại", "phone", person.phone, { inputmode: "tel", autocomplete: "off" }),
    field("Ngày sinh (ngày/tháng/năm)", "user_dob", "", { placeholder: "30/10/1990", autocomplete: "off" }),
    field("Tỉnh, thành phố", "user_city", "Thành phố Hà Nội", { autocomplete: "off" }),
    h("div.pair", {}, field("Phường, xã", "user_ward", "", { autocomplete: "off" }), field("Số nhà, đường", "user_address", "", { autocomplete: "off" })),
    h("button.primary", { type: "submit", "data-testid": "info-send" }, "Gửi cho cơ quan"));
  openSheet("Cung cấp thông tin", [h("div.sheet-body", {}, form)]);
}
