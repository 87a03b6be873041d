// The inbox: saved filters, search, cursor paging, live refresh. Reports open beside it.

import { get, paths } from "./api.js";
import { agencyInfo } from "./agency-info.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, icon, iconButton, select } from "./dom.js";
import { clock } from "./format.js";
import { person } from "./auth.js";
import { t } from "./i18n.js";
import { row } from "./inbox-row.js";
import { dropFilter, keepFilter, keptFilters, sameFilter } from "./kept-filters.js";
import { keys } from "./keyboard.js";
import { categoryChoices, wardChoices } from "./labels.js";
import { go, href } from "./router.js";
import { openReport } from "./report.js";

const REFRESH_MS = 15_000;
const COUNT_MS = 60_000;
const TABS = {
  open: { status: "open", sort: "deadline" }, overdue: { overdue: "true" }, mine: { assignee: "me", status: "open", sort: "deadline" }, nobody: { assignee: "none", status: "open" }, received: { status: "received" },
  verifying: { status: "verifying" }, in_progress: { status: "in_progress" }, needs_info: { status: "needs_info" },
  reopened: { status: "reopened" }, resolved: { status: "resolved" }, rejected: { status: "rejected" }, all: {},
};
const NARROW = ["q", "category", "ward", "assignee", "from", "to", "sort"];

export function inboxPage(main, values, query) {
  const inbox = new Inbox(main);
  inbox.show(values, query);
  return { update: (next, search) => inbox.show(next, search), leave: () => inbox.leave() };
}

class Inbox {
  constructor(main) {
    this.items = [];
    this.next = null;
    this.filter = null;
    this.code = null;
    this.list = h("ul", { class: "list", "data-testid": "reports" });
    this.tail = h("div", { class: "list-end" });
    this.fresh = h("div", { class: "fresh", "aria-live": "polite" });
    this.pulse = h("span", { class: "pulse", "data-testid": "pulse" });
    this.tabs = h("nav", { class: "tabs", "aria-label": t("inbox.filters") });
    this.search = h("input", { type: "search", placeholder: t("inbox.search"), "aria-label": t("inbox.search"), "data-testid": "search", autocomplete: "off" });
    this.narrow = h("div", { class: "narrow", hidden: true });
    this.reader = h("section", { class: "reader", "aria-label": t("nav.reports"), tabindex: "-1" });
    this.more = iconButton(t("inbox.filters"), "filter", { "aria-expanded": "false", "data-testid": "narrow", onclick: () => this.unfold(this.narrow.hidden) });
    const head = h(
      "div", { class: "inbox-head" },
      h("div", { class: "inbox-title" }, h("h1", {}, t("inbox.title")), h("div", { class: "row" }, this.pulse, this.more)),
      h("div", { class: "find" }, icon("search"), this.search), this.narrow, this.tabs,
    );
    this.box = h("section", { class: "inbox", "aria-label": t("inbox.title") }, head, this.fresh, this.list, this.tail);
    this.split = h("div", { class: "split" }, this.box, this.reader);
    fill(main, this.split);
    this.buildNarrow();
    this.listen();
  }

  buildNarrow() {
    this.controls = {
      category: select([["", t("inbox.all_categories")], ...categoryChoices(person().agency)], ""),
      ward: select([["", t("inbox.all_wards")], ...wardChoices()], ""),
      from: h("input", { type: "date" }),
      to: h("input", { type: "date" }),
      assignee: select([["", t("inbox.anybody")], ["me", t("filter.mine")], ["none", t("assign.nobody")]], ""),
      sort: select([["", t("sort.usual")], ["deadline", t("sort.deadline")], ["newest", t("sort.newest")]], ""),
    };
    const keep = button(t("saved.keep"), { kind: "small", sign: "star", onclick: () => keepFilter(this.query, () => this.drawTabs()), "data-testid": "keep-filter" });
    const clear = button(t("inbox.clear"), { kind: "small quiet", onclick: () => go("reports", { view: this.query.view }) });
    fill(this.narrow, Object.entries(this.controls).map(([name, control]) => field(t(`inbox.${name}`), control)), h("div", { class: "row end whole" }, clear, keep));
    for (const [name, control] of Object.entries(this.controls)) control.addEventListener("change", () => this.refine({ [name]: control.value }));
  }

  // The other filters. Who works here is asked for only when somebody looks for it.
  async unfold(open) {
    this.narrow.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
    if (!open || this.named) return;
    this.named = true;
    const { staff = [] } = await agencyInfo();
    const names = [...new Set(staff.filter((one) => one.role !== "auditor").map((one) => one.username))];
    this.controls.assignee.append(...names.map((name) => h("option", { value: name }, name)));
    this.controls.assignee.value = this.query.assignee ?? "";
  }

  listen() {
    let waiting = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.refine({ q: this.search.value.trim() }), 350);
    });
    this.timer = setInterval(() => !document.hidden && this.refresh(), REFRESH_MS);
    this.seen = () => !document.hidden && this.refresh();
    document.addEventListener("visibilitychange", this.seen);
    this.unbind = keys({
      j: () => this.step(1), k: () => this.step(-1),
      "/": () => { this.search.focus(); this.search.select(); },
      r: () => this.report?.reply(), a: () => this.report?.take(), e: () => this.report?.status(),
    });
  }

  leave() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
    this.unbind();
    this.report?.leave();
    this.loading?.abort();
  }

  // The address changed: another filter, another report, or both.
  show(values, query) {
    const filter = JSON.stringify(query);
    if (filter !== this.filter) {
      this.filter = filter;
      this.query = query;
      this.drawTabs();
      this.search.value = document.activeElement === this.search ? this.search.value : (query.q ?? "");
      for (const [name, control] of Object.entries(this.controls)) control.value = query[name] ?? "";
      if (["category", "ward", "from", "to", "assignee", "sort"].some((name) => query[name])) this.unfold(true);
      this.load();
    }
    const { code = null } = values;
    if (code !== this.code || !this.opened) {
      this.opened = true;
      this.code = code;
      this.open();
    }
  }

  open() {
    this.report?.leave();
    this.report = null;
    this.split.classList.toggle("reading", Boolean(this.code));
    this.markCurrent();
    if (!this.code) {
      document.title = t("inbox.title");
      fill(this.reader, h("div", { class: "blank" }, icon("inbox"), h("p", {}, t("inbox.pick")), h("p", { class: "tiny" }, t("inbox.pick_hint"))));
      return;
    }
    this.reader.scrollTop = 0;
    this.report = openReport(this.reader, this.code, {
      back: href("reports", this.query),
      changed: () => this.refresh({ reportToo: false }),
      visit: (code) => go(`reports/${code}`, this.query),
    });
  }

  tab() {
    return this.query.view in TABS ? this.query.view : (this.query.q ? "all" : "open");
  }

  drawTabs() {
    const keep = Object.fromEntries(NARROW.map((name) => [name, this.query[name]]));
    const own = keptFilters();
    const chosen = own.find((one) => sameFilter(one.query, this.query));
    fill(
      this.tabs,
      Object.keys(TABS).map((name) => h(
        "a", {
          class: name === "overdue" && this.counts?.overdue ? "tab alarm" : "tab",
          href: href("reports", { ...keep, view: name }), "data-testid": `tab-${name}`, "aria-current": !chosen && name === this.tab() && "true",
        },
        t(`filter.${name}`), this.counts?.[name] > 0 && h("span", { class: "count" }, String(this.counts[name])),
      )),
      own.map((one) => h("a", { class: "tab own", href: href("reports", one.query), "aria-current": one === chosen && "true", "data-testid": "tab-own" }, icon("star"), one.name)),
      chosen && iconButton(t("saved.drop", { name: chosen.name }), "close", { class: "button quiet small square", onclick: () => dropFilter(chosen, () => this.drawTabs()) }),
    );
    this.tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  refine(change) {
    const query = { ...this.query, ...change };
    go("reports", query);
  }

  params(cursor) {
    const typed = this.query.q ?? "";
    // What looks like a plate is looked up as one, however it is typed; everything else is a code or words.
    const plate = /^\d{2}[a-zđ]{1,2}[\d.\-\sx*?]*$/i.test(typed) && typed.length > 2;
    const { q, view, ...rest } = this.query;
    return { ...TABS[this.tab()], ...rest, ...(plate ? { plate: typed } : { q: typed }), cursor, limit: 50 };
  }

  async load(cursor) {
    this.loading?.abort();
    this.loading = new AbortController();
    if (!cursor) fill(this.list, h("li", { class: "loading" }, t("loading")));
    fill(this.tail);
    fill(this.fresh);
    try {
      const { data } = await get(paths.list, this.params(cursor), { signal: this.loading.signal });
      // One whose deadline moved meanwhile comes again where it stands now.
      const again = new Set(data.items.map((item) => item.code));
      this.items = cursor ? [...this.items.filter((item) => !again.has(item.code)), ...data.items] : data.items;
      if (!cursor) this.first = new Set(data.items.map((item) => item.code));
      this.next = data.next;
      this.draw();
      if (!cursor) this.box.scrollTop = 0;
      this.beat();
      if (!cursor) this.count();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!cursor) fill(this.list);
      fill(this.tail, problemNotice(error, () => this.load(cursor)));
    }
  }

  draw() {
    fill(this.list, this.items.map((item) => row(item, href(`reports/${item.code}`, this.query))));
    if (!this.items.length) fill(this.list, h("li", { class: "blank" }, icon("inbox"), h("p", {}, t("inbox.empty")), h("p", { class: "tiny" }, t("inbox.empty_hint"))));
    this.markCurrent();
    fill(this.tail, this.next ? button(t("more"), { onclick: () => this.load(this.next), "data-testid": "more" }) : this.items.length > 8 && t("inbox.end"));
  }

  // The first page again. What is on view keeps its place; new reports are offered, not pushed in, unless the
  // list is at its top.
  async refresh({ reportToo = true } = {}) {
    try {
      const { data } = await get(paths.list, this.params());
      const known = new Set(this.items.map((item) => item.code));
      const unseen = data.items.filter((item) => !known.has(item.code));
      const now = new Map(data.items.map((item) => [item.code, item]));
      // Of the page that was read again: what left the filter goes, what changed is drawn anew.
      this.items = this.items.filter((item) => now.has(item.code) || !this.first.has(item.code)).map((item) => now.get(item.code) ?? item);
      this.first = new Set(now.keys());
      if (this.box.scrollTop < 40 || !this.items.length) {
        this.items = [...data.items, ...this.items.filter((item) => !now.has(item.code))];
        this.next = this.items.length > data.items.length ? this.next : data.next;
        fill(this.fresh);
      } else if (unseen.length) {
        fill(this.fresh, button(t("inbox.fresh", { count: unseen.length }), { onclick: () => this.load() }));
      }
      const focused = document.activeElement?.closest?.(".item")?.dataset.code;
      this.draw();
      if (focused) this.list.querySelector(`[data-code="${focused}"] a`)?.focus({ preventScroll: true });
      this.beat();
      this.count();
      if (reportToo) this.report?.refresh();
    } catch (error) {
      if (error.status === 401) return;
      this.pulse.className = "pulse stale";
      fill(this.pulse, t("inbox.stale"));
    }
  }

  beat() {
    this.pulse.className = "pulse";
    fill(this.pulse, t("inbox.updated", { time: clock(new Date()) }));
  }

  // Counts are an extra: without them the inbox works as well. They cost more to make than a page of the list.
  async count() {
    if (Date.now() - (this.counted ?? 0) < COUNT_MS) return;
    this.counted = Date.now();
    try {
      const { data } = await get("/staff/statistics");
      const by = data.by_status ?? {};
      this.counts = { ...by, overdue: data.overdue, open: data.open, nobody: data.unassigned, mine: undefined };
      this.drawTabs();
    } catch { /* shown without counts */ }
  }

  markCurrent() {
    for (const item of this.list.querySelectorAll(".item")) {
      const current = item.dataset.code === this.code;
      item.classList.toggle("current", current);
      item.querySelector("a").setAttribute("aria-current", String(current));
    }
  }

  // j and k: the next or previous report, opened beside the list where both fit, else only chosen.
  step(by) {
    const links = [...this.list.querySelectorAll(".item a")];
    if (!links.length) return;
    const focused = links.indexOf(document.activeElement);
    const at = focused >= 0 ? focused : this.items.findIndex((item) => item.code === this.code);
    const next = Math.min(links.length - 1, Math.max(0, at + by));
    if (this.code) go(`reports/${this.items[next].code}`, this.query);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  }
}
