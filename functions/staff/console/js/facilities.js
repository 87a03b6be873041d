// The list of health facilities that citizens are told of: which one is in use, and importing a newer one.

import { get, request } from "./api.js";
import { person } from "./auth.js";
import { ask, problemNotice } from "./dialogs.js";
import { button, field, fill, h, toast } from "./dom.js";
import { date, number } from "./format.js";
import { t } from "./i18n.js";

const PATH = "/staff/facilities";

export async function facilitiesCard(place) {
  try {
    const { data } = await get(PATH);
    fill(place, card(place, data));
  } catch (error) {
    fill(place, problemNotice(error, () => facilitiesCard(place)));
  }
}

function card(place, list) {
  const known = t("facilities.known", { count: number(list.count), placed: number(list.placed), exact: number(list.exact) });
  const by = list.packaged ? t("facilities.packaged") : t("facilities.imported", { name: list.imported_by, day: date(list.imported_at) });
  const reset = () => ask(t("facilities.reset"), {
    text: t("facilities.reset_sure"), label: t("facilities.reset"),
    act: async () => fill(place, card(place, (await request("DELETE", PATH)).data)),
  });
  return h(
    "section", { class: "card form", "data-testid": "facilities" },
    h("h2", {}, t("facilities.title")), h("p", {}, `${list.source} (${list.as_of}). ${known} ${by}`),
    person().role === "administrator" && importForm(place),
    person().role === "administrator" && !list.packaged && h("div", { class: "row end" }, button(t("facilities.reset"), { kind: "quiet", onclick: reset })),
  );
}

function importForm(place) {
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", required: true });
  const asOf = h("input", { required: true, maxlength: 30 });
  const source = h("input", { required: true, maxlength: 200 });
  const trouble = h("div", { "aria-live": "assertive" });
  const send = button(t("facilities.import"), { type: "submit", sign: "check" });
  const form = h(
    "form", { class: "form" },
    h("div", { class: "pair" }, field(t("facilities.file"), file, t("facilities.file_hint")), field(t("facilities.as_of"), asOf), field(t("facilities.source"), source)),
    trouble, h("div", { class: "row end" }, send),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const body = { as_of: asOf.value, source: source.value, csv: await file.files[0].text() };
      const { data } = await request("PUT", PATH, { body });
      toast(t("facilities.done", { count: number(data.count) }));
      fill(place, card(place, data));
    } catch (error) {
      fill(trouble, problemNotice(error));
    } finally {
      send.disabled = false;
    }
  });
  return form;
}
