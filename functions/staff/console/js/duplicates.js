// Reports that may be about the same: listed with why, compared side by side, merged.

import { get, paths, post } from "./api.js";
import { openDialog, problemNotice } from "./dialogs.js";
import { button, field, fill, h, icon, select, toast } from "./dom.js";
import { dateTime, plate, when } from "./format.js";
import { t, word } from "./i18n.js";
import { category, ward } from "./labels.js";

export function duplicatesBlock(view) {
  const body = h("div", {});
  const element = h("section", { class: "card block", "aria-label": t("duplicates.title"), "data-testid": "duplicates" }, h("div", { class: "block-head" }, h("h2", {}, t("duplicates.title"))), body);

  function draw() {
    const { duplicates, merged } = view.report;
    element.hidden = !duplicates.length && !merged.length;
    fill(body, merged.map((code) => twin(view, { code, merged: true })), duplicates.filter((one) => !merged.includes(one.code)).map((one) => twin(view, one)));
  }

  return { element, draw };
}

const reasons = (one) => [...(one.reasons ?? []).map((why) => word("same", why)), one.earlier && t("duplicates.earlier")].filter(Boolean).join(", ");

function twin(view, one) {
  return h(
    "div", { class: "twin" },
    h("div", { class: "row" }, button(one.code, { sign: "link", kind: "small code", onclick: () => view.desk.visit(one.code) }), one.merged && h("span", { class: "chip" }, t("step.merged")), one.score && h("span", { class: "tiny soft" }, `${Math.round(one.score * 100)}%`)),
    reasons(one) && h("div", { class: "tiny soft" }, reasons(one)),
    h("div", {}, button(t("duplicates.compare"), { kind: "small", sign: "columns", onclick: () => compare(view, one), "data-testid": "compare" })),
  );
}

// Both reports beside each other; what agrees is marked. Merging is a supervisor's, as the API has it.
function compare(view, one) {
  const dialog = openDialog(t("duplicates.title"), () => h("div", { class: "dialog-body" }, h("div", { class: "loading" }, t("loading"))), { kind: "wide" });
  const body = dialog.querySelector(".dialog-body");
  const load = async () => {
    try {
      const { data } = await get(paths.report(one.code));
      fill(body, table(view.report, data, one), mayMerge(view, one) ? mergeForm(view, data, () => dialog.close()) : h("p", { class: "soft small" }, t(view.leads ? "duplicates.closed" : "duplicates.supervisor")));
    } catch (error) {
      fill(body, problemNotice(error, load));
    }
  };
  load();
}

const mayMerge = (view, one) => view.leads && !one.merged && !view.report.merged_into;

function table(left, right, one) {
  const same = new Set(one.reasons ?? []);
  const line = (label, value, agrees) => h("tr", { class: agrees ? "agrees" : "" }, h("th", { scope: "row" }, label, agrees && h("span", { class: "chip resolved" }, icon("check"), t("duplicates.same"))), h("td", {}, value(left)), h("td", {}, value(right)));
  const shown = (text) => text || h("span", { class: "soft" }, t("none"));
  const head = (report) => h("th", { scope: "col" }, h("span", { class: "code" }, report.code), " ", h("span", { class: `chip ${report.status}` }, word("status", report.status)));
  return h(
    "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("duplicates.title") },
    h(
      "table", { class: "table compare", "data-testid": "comparison" },
      h("thead", {}, h("tr", {}, h("td", {}), head(left), head(right))),
      h(
        "tbody", {},
        line(t("fact.category"), (report) => category(report.category), same.has("category")),
        line(t("fact.plates"), (report) => shown(report.plates.length > 0 && report.plates.map((text) => h("span", { class: "plate" }, plate(text)))), same.has("plate")),
        line(t("fact.when"), (report) => shown(when(report.when, report.when_details)), same.has("time")),
        line(t("fact.place"), (report) => shown([report.place, report.ward && ward(report.ward)].filter(Boolean).join(", ")), same.has("place")),
        line(t("evidence.title"), (report) => pictures(report), same.has("look")),
        line(t("report.text"), (report) => h("p", { class: "words" }, report.text || t("no_text"))),
        line(t("duplicates.first_message"), (report) => dateTime(report.first_message_at ?? report.created_at)),
        line(t("fact.citizen"), (report) => h("span", { class: "code" }, report.citizen), left.citizen === right.citizen),
        line(t("fact.assignee"), (report) => shown(report.assignee)),
      ),
    ),
  );
}

function pictures(report) {
  const seen = report.evidence.filter((item) => item.thumbnail_url);
  if (!seen.length) return h("span", { class: "soft" }, t("files_count", { n: report.evidence.length }));
  return h("div", { class: "thumbs" }, seen.map((item) => h("img", { src: item.thumbnail_url, alt: word("kind", item.kind), loading: "lazy" })));
}

function mergeForm(view, other, close) {
  const first = select([["", t("duplicates.by_time")], ["this", view.code], ["into", other.code]], "");
  const trouble = h("div", { "aria-live": "assertive" });
  const yes = button(t("duplicates.merge", { code: other.code }), { kind: "primary", type: "submit", "data-testid": "merge" });
  const form = h("form", { class: "form" }, h("p", {}, t("duplicates.ask", { code: view.code, into: other.code })), field(t("duplicates.first"), first), trouble, h("div", { class: "row end" }, button(t("cancel"), { onclick: close }), yes));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    yes.disabled = true;
    try {
      const body = { into: other.code, ...(first.value && { first_reporter: first.value }) };
      view.took(await post(paths.part(view.code, "merge"), body, { etag: view.etag }));
      close();
      toast(t("duplicates.done", { code: other.code }));
      view.desk.changed();
      view.desk.visit(other.code);
    } catch (error) {
      fill(trouble, problemNotice(error));
    } finally {
      yes.disabled = false;
    }
  });
  return form;
}
