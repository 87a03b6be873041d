// Somebody calls the hotline: the officer writes, the desk reads the facts, the caller gets a code.

import { paths, post } from "./api.js";
import { person } from "./auth.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, select } from "./dom.js";
import { t } from "./i18n.js";
import { categoryChoices } from "./labels.js";
import { go } from "./router.js";

export function intakePage(main) {
  document.title = t("intake.title");
  const page = h("div", { class: "page slim" });
  fill(main, page);
  form(page);
  return {};
}

function form(page) {
  const controls = {
    text: h("textarea", { required: true, maxlength: 4000, rows: 6, "data-testid": "intake-text" }),
    category: select([["", t("intake.auto")], ...categoryChoices(person().agency)], ""),
    place: h("input", { maxlength: 300 }),
    when: h("input", { type: "datetime-local" }),
    plates: h("input", {}),
    urgency: select([["normal", t("urgency.normal")], ["urgent", t("urgency.urgent")]], "normal"),
    name: h("input", { maxlength: 120, autocomplete: "off", "data-testid": "intake-name" }),
    phone: h("input", { type: "tel", maxlength: 20, autocomplete: "off", inputmode: "tel", "data-testid": "intake-phone" }),
  };
  const trouble = h("div", { "aria-live": "assertive" });
  const send = button(t("intake.send"), { kind: "primary", sign: "check", type: "submit", "data-testid": "intake-send" });
  const optional = t("intake.optional");
  const body = h(
    "form", { class: "form" },
    h(
      "section", { class: "card form" }, h("h2", {}, t("intake.about")),
      field(t("intake.text"), controls.text, t("intake.text_hint")),
      h("div", { class: "pair" }, field(t("intake.category"), controls.category), field(t("fact.urgency"), controls.urgency)),
      h("div", { class: "pair" }, field(t("intake.place"), controls.place, optional), field(t("intake.when"), controls.when, optional), field(t("intake.plates"), controls.plates, t("fact.plates_hint"))),
    ),
    h(
      "section", { class: "card form" }, h("h2", {}, t("intake.caller")),
      h("p", { class: "hint" }, t("intake.caller_hint")),
      h("div", { class: "pair" }, field(t("intake.name"), controls.name, optional), field(t("intake.phone"), controls.phone, optional)),
    ),
    trouble, h("div", { class: "row end" }, send),
  );
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    for (const control of Object.values(controls)) control.removeAttribute("aria-invalid");
    try {
      const { data } = await post(paths.list, told(controls));
      done(page, data.code);
    } catch (error) {
      fill(trouble, problemNotice(error));
      const wrong = error.fields.map((one) => controls[one.field.split(".")[1]]).filter(Boolean);
      wrong.forEach((control) => control.setAttribute("aria-invalid", "true"));
      wrong[0]?.focus();
    } finally {
      send.disabled = false;
    }
  });
  fill(page, h("header", { class: "page-head" }, h("div", {}, h("h1", {}, t("intake.title")), h("p", {}, t("intake.lead")))), body);
  controls.text.focus();
}

// Only what was filled in: the desk reads the rest from the text.
function told(controls) {
  const body = { text: controls.text.value.trim() };
  for (const name of ["category", "place", "when", "name", "phone"]) if (controls[name].value.trim()) body[name] = controls[name].value.trim();
  if (controls.urgency.value === "urgent") body.urgency = "urgent";
  const plates = controls.plates.value.split(/[,;]/).map((one) => one.trim()).filter(Boolean);
  if (plates.length) body.plates = plates;
  return body;
}

function done(page, code) {
  const title = h("h1", { tabindex: "-1" }, t("intake.done", { code: "" }));
  fill(page, h(
    "section", { class: "card told", role: "status" },
    title, h("p", { class: "soft" }, t("intake.tell")), h("p", { class: "big code", "data-testid": "intake-code" }, code),
    h("div", { class: "row" }, button(t("intake.view"), { kind: "primary", onclick: () => go(`reports/${code}`) }), button(t("intake.another"), { onclick: () => form(page) })),
  ));
  title.focus();
}
