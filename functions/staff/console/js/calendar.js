// Days off and days worked beside the public holidays, edited by the administrator. Deadlines follow them.

import { put } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, iconButton, select, toast } from "./dom.js";
import { date } from "./format.js";
import { t } from "./i18n.js";

export function calendarCard(calendar, mayEdit) {
  let { version, days } = calendar;
  const list = h("tbody", {});
  const trouble = h("div", { "aria-live": "assertive" });

  async function save(next, message) {
    try {
      const { data } = await put("/staff/agency/calendar", { version, days: next });
      ({ version, days } = data);
      fill(trouble);
      draw();
      toast(message);
      return true;
    } catch (error) {
      fill(trouble, problemNotice(error));
      return false;
    }
  }

  function row(day) {
    const drop = mayEdit && iconButton(t("calendar.drop", { day: date(day.date) }), "close", { class: "button quiet small square", onclick: () => save(days.filter((one) => one.date !== day.date), t("calendar.dropped")), "data-testid": "drop-day" });
    return h("tr", {}, h("th", { scope: "row" }, date(day.date)), h("td", {}, [t(day.works ? "admin.works" : "admin.off"), day.note].filter(Boolean).join(" · ")), h("td", { class: "end" }, drop));
  }

  const draw = () => fill(list, days.length ? days.map(row) : h("tr", {}, h("td", { class: "soft", colspan: 3 }, t("calendar.none"))));
  draw();
  return h("section", { class: "card form", "data-testid": "calendar" }, h("h2", {}, t("admin.holidays")), h("p", { class: "small soft" }, t("calendar.lead")), h("table", { class: "table" }, list), trouble, mayEdit && adder((day) => save([...days.filter((one) => one.date !== day.date), day], t("calendar.added", { day: date(day.date) }))));
}

function adder(add) {
  const day = h("input", { type: "date", required: true, "data-testid": "day" });
  const kind = select([["off", t("admin.off")], ["works", t("admin.works")]], "off");
  const note = h("input", { maxlength: 200, "data-testid": "day-note" });
  const submit = button(t("calendar.add"), { type: "submit", sign: "plus", "data-testid": "add-day" });
  const form = h("form", { class: "form" }, h("div", { class: "pair" }, field(t("calendar.day"), day), field(t("calendar.kind"), kind), field(t("calendar.note"), note)), h("div", { class: "row end" }, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    if (await add({ date: day.value, works: kind.value === "works", note: note.value.trim() })) form.reset();
    submit.disabled = false;
  });
  return form;
}
