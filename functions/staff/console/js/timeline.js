// What has happened to a report, with the check of its hash chain.

import { get, paths } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { fill, h, icon } from "./dom.js";
import { dateTime } from "./format.js";
import { known, t, word } from "./i18n.js";
import { category } from "./labels.js";

export function timelineBlock(view) {
  const list = h("ol", { class: "steps", "data-testid": "timeline" }, h("li", { class: "soft small" }, t("loading")));
  const seal = h("span", {});
  const element = h("section", { class: "card block", "aria-label": t("timeline.title") }, h("div", { class: "block-head" }, h("h2", {}, t("timeline.title")), seal), list);
  let drawn = "";

  async function load() {
    try {
      const { data } = await get(paths.part(view.code, "timeline"), undefined, { signal: view.gone.signal });
      const now = `${data.head} ${data.verified} ${data.items.length}`;
      if (now === drawn) return;
      drawn = now;
      fill(seal, data.verified
        ? h("span", { class: "chip resolved" }, icon("check"), t("timeline.intact"))
        : h("span", { class: "chip late" }, icon("alert"), t("timeline.broken", { seq: data.broken_at })));
      fill(list, [...data.items].reverse().map(step));
    } catch (error) {
      if (error.name !== "AbortError") fill(list, h("li", {}, problemNotice(error, load)));
    }
  }

  return { element, load };
}

function step(entry) {
  return h(
    "li", { class: `step step-${entry.kind}`, title: `SHA-256 ${entry.hash}` },
    h("div", {}, h("strong", {}, title(entry))),
    details(entry),
    h("div", { class: "tiny soft" }, `${who(entry.actor)} · `, h("time", { datetime: entry.at }, dateTime(entry.at))),
  );
}

function title({ kind, data }) {
  if (kind === "status") return `${word("status", data.from)} → ${word("status", data.to)}`;
  if (kind === "corrected") return `${t("step.corrected")}: ${t(`fact.${data.fact}`).toLowerCase()}`;
  if (kind === "assigned") return data.to ? `${t("step.assigned")}: ${data.to}` : t("assign.released");
  return known(`step.${kind}`) ? t(`step.${kind}`) : kind.replaceAll("_", " ");
}

function details({ kind, data }) {
  const said = [];
  if (kind === "status") said.push(data.resolution?.label || data.reason, data.message, data.resolution?.reference);
  else if (kind === "corrected") said.push(`${value(data.fact, data.from)} → ${value(data.fact, data.to)}`);
  else said.push(data.text, data.reason, data.into, data.code, data.agency, data.stars && "★".repeat(data.stars));
  return said.filter((one) => one && typeof one === "string").map((one) => h("div", { class: "said" }, one));
}

function value(fact, raw) {
  if (raw === null || raw === undefined || raw.length === 0) return t("none").toLowerCase();
  if (fact === "category") return category(raw);
  if (fact === "when") return dateTime(raw);
  return typeof raw === "object" && !Array.isArray(raw) ? Object.values(raw).join(", ") : [raw].flat().join(", ");
}

function who(actor) {
  if (actor.startsWith("staff:")) return actor.slice(6);
  return actor === "desk" ? t("timeline.desk") : t("timeline.citizen");
}
