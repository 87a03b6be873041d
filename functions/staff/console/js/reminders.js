// Reminders: the run of the hour as it goes, and what became of each day's look-ups.

import { get } from "./api.js";
import { countRow, figure, reasonRows } from "./delivery.js";
import { problemNotice } from "./dialogs.js";
import { field, fill, h } from "./dom.js";
import { clock, date, dateTime, isoDay, number } from "./format.js";
import { t, word } from "./i18n.js";
import { href, replace } from "./router.js";

// While a run is at work, and while nothing is.
const BUSY_MS = 3000;
const IDLE_MS = 30_000;

export function remindersPage(main, values, query) {
  document.title = t("reminders.title");
  const to = h("input", { type: "date", value: query.to ?? "", "data-testid": "reminders-to" });
  const view = {
    to, run: h("section", { class: "card", "aria-live": "polite", "data-testid": "reminder-run" }), days: h("div", { class: "form", "data-testid": "reminder-days" }),
    trouble: h("div", { "aria-live": "assertive" }), told: h("p", { class: "tiny soft" }), timer: 0, left: false,
  };
  to.addEventListener("change", () => {
    replace("reminders", { to: to.value });
    load(view);
  });
  fill(view.run, h("div", { class: "loading" }, t("loading")));
  fill(main, h(
    "div", { class: "page" },
    h(
      "header", { class: "page-head" },
      h("div", {}, h("a", { href: href("news"), class: "small" }, t("news.back")), h("h1", {}, t("reminders.title")), h("p", {}, t("reminders.lead"))),
      field(t("reminders.to"), to, t("reminders.to_hint")),
    ),
    view.trouble, view.run, view.days, view.told,
  ));
  load(view);
  return { leave: () => { view.left = true; clearTimeout(view.timer); } };
}

async function load(view) {
  clearTimeout(view.timer);
  let pause = IDLE_MS;
  try {
    const asked = view.to.value;
    const { data } = await get("/staff/reminders", { to: asked });
    if (view.left || asked !== view.to.value) return;
    fill(view.trouble);
    runCard(view.run, data);
    // What somebody opened stays open.
    const open = new Set([...view.days.querySelectorAll("details[open]")].map((one) => one.dataset.day));
    if (!view.days.contains(document.activeElement)) fill(view.days, data.days.length ? data.days.map((day) => dayCard(day, open.has(day.day))) : h("p", { class: "soft" }, t("reminders.empty")));
    fill(view.told, t("inbox.updated", { time: clock(new Date().toISOString()) }));
    if (data.run?.state === "running" || data.run?.left > 0) pause = BUSY_MS;
  } catch (error) {
    if (view.left) return;
    fill(view.trouble, problemNotice(error, () => load(view)));
  }
  view.timer = setTimeout(() => load(view), pause);
}

function runCard(card, { offered, run }) {
  if (!run) return fill(card, h("h2", {}, t("reminders.run")), h("p", { class: "soft" }, t(offered ? "reminders.no_run" : "reminders.not_offered")));
  const state = run.state === "running" ? "running" : run.left > 0 ? "looking" : "done";
  const all = Math.max(run.queued, run.left, 1);
  const done = all - run.left;
  return fill(
    card,
    h("h2", {}, t("reminders.run"), " ", h("span", { class: `chip news-${run.state === "done" && !run.left ? "done" : "running"}`, "data-testid": "reminder-state" }, t(`reminders.state.${state}`))),
    h("p", { class: "small soft" }, t(run.since === run.day ? "reminders.run_day" : "reminders.run_days", { since: date(run.since), day: date(run.day), time: dateTime(run.started_at) }), run.finished_at && ` ${t("reminders.queued_at", { time: dateTime(run.finished_at) })}`),
    h("progress", { max: all, value: done, "aria-label": t("reminders.progress", { done: number(done), total: number(all) }) }),
    h("div", { class: "figures" }, figure("queued", t("reminders.figure.queued"), run.queued), figure("run-left", t("reminders.figure.left"), run.left)),
    run.state === "running" && h("p", { class: "small soft" }, t("reminders.at", { part: number(run.part), parts: number(run.parts), day: date(run.at) })),
  );
}

function dayCard(day, open) {
  const told = day.reminded;
  const silent = Object.values(day.silent).reduce((sum, count) => sum + count, 0);
  const count = (name, value) => figure(name, t(`reminders.figure.${name}`), value);
  const rows = [
    ...["sent", "delivered", "seen", "waiting", "unknown"].filter((name) => told[name] > 0).map((name) => countRow([t("reminders.figure.reminded"), ": ", t(`news.figure.${name}`)], told[name])),
    ...reasonRows(told),
    ...Object.entries(day.silent).map(([why, times]) => countRow([t("reminders.figure.silent"), ": ", word("reminders.silent", why)], times)),
  ];
  return h(
    "section", { class: "card", "data-testid": `reminder-day-${day.day}` },
    h("h2", {}, date(day.day), day.day === isoDay() && ` (${t("reminders.today")})`),
    h("div", { class: "figures" }, count("due", day.due), count("done", day.done), count("reminded", told.recipients), count("silent", silent), count("put_off", day.put_off), count("left", day.left)),
    rows.length > 0 && h("details", { open, "data-day": day.day }, h("summary", {}, t("reminders.details")), h("table", { class: "table" }, h("tbody", {}, rows))),
  );
}
