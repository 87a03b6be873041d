// The lists that citizens are told of (`facilities`, `offices`): which one is in use, and importing a newer one.

import { get, request } from "./api.js";
import { person } from "./auth.js";
import { ask, problemNotice } from "./dialogs.js";
import { button, field, fill, h, toast } from "./dom.js";
import { date, number } from "./format.js";
import { t } from "./i18n.js";

const path = (kind) => `/staff/${kind}`;

export async function listCard(place, kind) {
  try {
    const { data } = await get(path(kind));
    fill(place, card(place, kind, data));
  } catch (error) {
    fill(place, problemNotice(error, () => listCard(place, kind)));
  }
}

function card(place, kind, list) {
  const known = t(`${kind}.known`, { count: number(list.count), placed: number(list.placed), exact: number(list.exact) });
  const by = list.packaged ? t("lists.packaged") : t("lists.imported", { name: list.imported_by, day: date(list.imported_at) });
  const reset = () => ask(t("lists.reset"), {
    text: t("lists.reset_sure"), label: t("lists.reset"),
    act: async () => fill(place, card(place, kind, (await request("DELETE", path(kind))).data)),
  });
  return h(
    "section", { class: "card form", "data-testid": kind },
    h("h2", {}, t(`${kind}.title`)), h("p", {}, `${list.source} (${list.as_of}). ${known} ${by}`),
    person().role === "administrator" && importForm(place, kind),
    person().role === "administrator" && !list.packaged && h("div", { class: "row end" }, button(t("lists.reset"), { kind: "quiet", onclick: reset })),
  );
}

function importForm(place, kind) {
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", required: true });
  const asOf = h("input", { required: true, maxlength: 30 });
  const source = h("input", { required: true, maxlength: 200 });
  const trouble = h("div", { "aria-live": "assertive" });
  const send = button(t("lists.import"), { type: "submit", sign: "check" });
  const form = h(
    "form", { class: "form" },
    h("div", { class: "pair" }, field(t("lists.file"), file, t(`${kind}.file_hint`)), field(t("lists.as_of"), asOf), field(t("lists.source"), source)),
    trouble, h("div", { class: "row end" }, send),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const body = { as_of: asOf.value, source: source.value, csv: await file.files[0].text() };
      const { data } = await request("PUT", path(kind), { body });
      toast(t(`${kind}.done`, { count: number(data.count) }));
      fill(place, card(place, kind, data));
    } catch (error) {
      fill(trouble, problemNotice(error));
    } finally {
      send.disabled = false;
    }
  });
  return form;
}
