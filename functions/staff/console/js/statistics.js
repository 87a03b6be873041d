// Figures of a period, drawn as plain SVG; and the list as a file.

import { get } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, svg } from "./dom.js";
import { exportFile } from "./exports.js";
import { dayMonth, isoDay, number, span } from "./format.js";
import { t, word } from "./i18n.js";
import { category, ward } from "./labels.js";
import { replace } from "./router.js";
import { wardMap } from "./ward-map.js";

const MONTH_MS = 29 * 86_400_000;
const spans = [["week", 6], ["month", 29], ["year", 364]];

export function statisticsPage(main, values, query) {
  document.title = t("statistics.title");
  const from = h("input", { type: "date", value: query.from ?? isoDay(new Date(Date.now() - MONTH_MS)) });
  const to = h("input", { type: "date", value: query.to ?? isoDay() });
  const body = h("div", { class: "page-body form", "aria-live": "polite" });
  const period = () => ({ from: from.value, to: to.value });
  const load = () => {
    replace("statistics", period());
    return show(body, period());
  };
  for (const control of [from, to]) control.addEventListener("change", load);
  const gone = new AbortController();
  const told = h("div", { class: "grow", role: "status", "data-testid": "export-progress" });
  const save = (format) => button(t(`statistics.export_${format}`), {
    sign: "download", "data-testid": `export-${format}`,
    onclick: async (event) => {
      const source = event.currentTarget;
      source.disabled = true;
      fill(told, h("span", { class: "small soft" }, t("statistics.exporting")));
      try {
        await exportFile({ ...period(), format }, (rows) => fill(told, h("progress", { "aria-label": t("statistics.exporting") }), h("span", { class: "small soft" }, t("export.rows", { n: number(rows) }))), gone.signal);
        fill(told, h("span", { class: "small soft" }, t("export.saved")));
      } catch (error) {
        if (error.name !== "AbortError") fill(told, problemNotice(error));
      } finally {
        source.disabled = false;
      }
    },
  });
  fill(main, h(
    "div", { class: "page" },
    h("header", { class: "page-head" }, h("h1", {}, t("statistics.title")), h("div", { class: "row" }, field(t("statistics.from"), from), field(t("statistics.to"), to))),
    h("div", { class: "row" }, spans.map(([name, days]) => button(t(`statistics.${name}`), { kind: "small", onclick: () => { from.value = isoDay(new Date(Date.now() - days * 86_400_000)); to.value = isoDay(); load(); } })), told, save("csv"), save("xlsx")),
    body,
  ));
  load();
  return { leave: () => gone.abort() };
}

async function show(body, period) {
  fill(body, h("div", { class: "loading" }, t("loading")));
  try {
    const { data } = await get("/staff/statistics", period);
    fill(body, figures(data), charts(data));
  } catch (error) {
    fill(body, problemNotice(error, () => show(body, period)));
  }
}

// Counts as the API gives them, `{name: count}`, most first.
const pairs = (counts) => Object.entries(counts ?? {}).filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);

function figures(data) {
  const figure = (label, value, kind = "") => value !== undefined && value !== null && h("div", { class: `card figure ${kind}` }, h("b", {}, number(value)), h("span", { class: "small soft" }, label));
  return h(
    "div", { class: "figures" },
    figure(t("statistics.total"), data.total), figure(t("statistics.open"), data.open), figure(t("statistics.unassigned"), data.unassigned),
    figure(t("statistics.late"), data.overdue, data.overdue > 0 ? "bad" : ""), figure(t("statistics.ever_late"), data.late), figure(t("statistics.closed"), data.closed),
    figure(t("statistics.average"), data.ratings?.average),
  );
}

const named = (value, show) => (value === "none" ? t("none") : show(value));

function charts(data) {
  const days = Object.entries(data.by_day ?? {}).sort();
  const list = [
    days.length > 1 && h("section", { class: "card wide" }, h("h2", {}, t("statistics.by_day")), dayChart(days)),
    wardMap(data.by_ward ?? {}),
    bars("by_ward", pairs(data.by_ward).slice(0, 10), (code) => named(code, ward)),
    bars("by_category", pairs(data.by_category).slice(0, 12), category),
    bars("by_status", pairs(data.by_status), (id) => word("status", id)),
    bars("median", pairs(data.median_hours), (id) => word("until", id), (hours) => span(hours * 3_600_000)),
    bars("by_outcome", pairs(data.by_outcome), (id) => named(id, (kind) => word("outcome", kind))),
    bars("by_assignee", pairs(data.by_assignee).slice(0, 12), (id) => (id === "none" ? t("assign.nobody") : id)),
    bars("by_channel", pairs(data.by_channel), (id) => word("channel", id)),
    bars("ratings", pairs(data.ratings?.by_stars).sort((one, other) => other[0] - one[0]), (stars) => h("span", { role: "img", "aria-label": t("statistics.stars", { n: stars }) }, "★".repeat(Number(stars)))),
  ].filter(Boolean);
  return list.length ? h("div", { class: "charts" }, list) : h("p", { class: "soft" }, t("statistics.empty"));
}

function bars(name, counts, label, show = number) {
  if (!counts.length) return null;
  const most = Math.max(...counts.map(([, count]) => count));
  return h(
    "section", { class: "card" }, h("h2", {}, t(`statistics.${name}`)),
    h("ul", { class: "bars" }, counts.map(([id, count]) => h(
      "li", { class: "bar" }, h("span", {}, label(id)), h("b", { class: "number" }, show(count)),
      svg(
        "svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "track", width: 100, height: 8, rx: 1 }), svg("rect", { class: "value", width: Math.max(1, (100 * count) / most), height: 8, rx: 1 }),
      ),
    ))),
  );
}

function dayChart(days) {
  const [width, height, foot] = [900, 200, 24];
  const most = Math.max(...days.map(([, count]) => count), 1);
  const slot = width / days.length;
  const every = Math.ceil(days.length / 12);
  const column = ([day, count], n) => {
    const tall = ((height - foot - 18) * count) / most;
    return [
      svg("rect", { x: n * slot + slot * 0.15, y: height - foot - tall, width: slot * 0.7, height: tall, rx: Math.min(4, slot * 0.2) }, svg("title", {}, `${dayMonth(day)}: ${count}`)),
      count > 0 && slot > 22 && svg("text", { x: n * slot + slot / 2, y: height - foot - tall - 5, "text-anchor": "middle" }, String(count)),
      n % every === 0 && svg("text", { x: n * slot + slot / 2, y: height - 7, "text-anchor": "middle" }, dayMonth(day)),
    ];
  };
  const words = days.filter(([, count]) => count).map(([day, count]) => `${dayMonth(day)}: ${count}`).join(", ");
  return svg("svg", { class: "days", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${t("statistics.by_day")}. ${words}` }, svg("line", { x1: 0, x2: width, y1: height - foot, y2: height - foot }), days.map(column));
}
