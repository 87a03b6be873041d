// One report: its head with what can be done, and its parts below.

import { get, patch, paths } from "./api.js";
import { actions, unmergeDialog } from "./actions.js";
import { person } from "./auth.js";
import { chatBlock } from "./chat.js";
import { problemNotice, problemText } from "./dialogs.js";
import { button, fill, h, icon, toast } from "./dom.js";
import { duplicatesBlock } from "./duplicates.js";
import { evidenceBlock } from "./evidence.js";
import { factsBlock } from "./facts.js";
import { dateTime, deadline } from "./format.js";
import { t, word } from "./i18n.js";
import { category } from "./labels.js";
import { mapBlock } from "./map.js";
import { statusDialog } from "./status.js";
import { timelineBlock } from "./timeline.js";

// `desk` is what the page around offers: `back` (address), `changed()`, `visit(code)`.
export function openReport(root, code, desk) {
  const view = new ReportView(root, code, desk);
  view.load();
  return view;
}

class ReportView {
  constructor(root, code, desk) {
    Object.assign(this, { root, code, desk, report: null, etag: null, gone: new AbortController() });
    this.me = person();
    this.mayWork = this.me.role !== "auditor";
    this.leads = ["supervisor", "administrator"].includes(this.me.role);
  }

  leave() {
    this.gone.abort();
    this.map?.leave();
  }

  async load() {
    fill(this.root, h("div", { class: "loading" }, t("loading")));
    try {
      await this.read();
      this.build();
    } catch (error) {
      if (error.name === "AbortError") return;
      fill(this.root, h("div", { class: "block" }, h("a", { class: "button quiet back", href: this.desk.back }, icon("back"), t("report.back")), problemNotice(error, () => this.load())));
    }
  }

  async read() {
    const { data, etag } = await get(paths.report(this.code), undefined, { signal: this.gone.signal });
    this.report = data;
    this.etag = etag ?? data.etag;
  }

  build() {
    document.title = `${this.code} · ${category(this.report.category)}`;
    this.head = h("header", { class: "report-head" });
    this.trouble = h("div", { class: "trouble", "aria-live": "polite" });
    this.facts = h("section", { class: "card block", "aria-label": t("report.facts") });
    this.text = h("section", { class: "card block", "aria-label": t("report.text") });
    this.evidence = evidenceBlock(this);
    this.chat = chatBlock(this);
    this.map = mapBlock(this);
    this.duplicates = duplicatesBlock(this);
    this.timeline = timelineBlock(this);
    fill(
      this.root, this.head,
      h(
        "div", { class: "report-body" },
        h(
          "div", { class: "column first" },
          h("div", { class: "column" }, this.trouble, this.text, this.facts),
          h("div", { class: "column" }, this.evidence.element, this.chat.element),
        ),
        h("div", { class: "column" }, this.map.element, this.duplicates.element, this.timeline.element),
      ),
    );
    this.draw();
    this.chat.load();
    this.timeline.load();
    // Beside the list the focus stays there, so that j and k go on; alone on a narrow page it comes here.
    if (!document.querySelector(".inbox")?.contains(document.activeElement) || !document.activeElement.offsetParent) this.title.focus({ preventScroll: true });
  }

  draw() {
    this.drawHead();
    const { text } = this.report;
    fill(this.text, h("div", { class: "block-head" }, h("h2", {}, t("report.text"))), text ? h("p", { class: "words", "data-testid": "text", lang: this.report.language }, marked(text, spoken(this.report))) : h("p", { class: "soft" }, t("no_text")));
    factsBlock(this, this.facts);
    this.evidence.draw();
    this.map.draw();
    this.duplicates.draw();
    this.drawn = this.etag;
  }

  drawHead() {
    const { report } = this;
    const due = deadline(report);
    const focused = this.head.contains(document.activeElement) && document.activeElement === this.title;
    this.title = h("h1", { tabindex: "-1" }, category(report.category));
    fill(
      this.head,
      h(
        "div", { class: "report-line" },
        h("a", { class: "button quiet square back", href: this.desk.back, "aria-label": t("report.back") }, icon("back")),
        this.title,
        h("span", { class: `chip ${report.status}`, "data-testid": "status" }, word("status", report.status)),
        report.urgency === "urgent" && h("span", { class: "chip urgent" }, icon("alert"), t("urgency.urgent")),
        due && h("span", { class: `chip ${due.late ? "late" : due.soon ? "soon" : ""}`, title: t("due_at", { time: dateTime(report.deadline) }) }, icon("clock"), due.text),
        report.flags.map((flag) => h("span", { class: "chip soon" }, word("flag", flag))),
        h("span", { class: "grow" }),
        h("button", { class: "button quiet small code", type: "button", onclick: () => this.copy(), title: t("report.copy"), "data-testid": "code" }, report.code),
      ),
      report.merged_into && h("div", { class: "notice info" }, icon("link"), h("div", {}, button(t("report.merged_into", { code: report.merged_into }), { kind: "small", onclick: () => this.desk.visit(report.merged_into) }), this.leads && button(t("merge.undo"), { kind: "small quiet", onclick: () => unmergeDialog(this), "data-testid": "unmerge" }))),
      actions(this),
    );
    if (focused) this.title.focus({ preventScroll: true });
  }

  async copy() {
    await navigator.clipboard.writeText(this.code);
    toast(t("report.copied", { code: this.code }));
  }

  // Take over a report as the API answered it after a change.
  took({ data, etag }) {
    if (data?.code === this.code && data.evidence) this.report = data;
    this.etag = etag ?? data?.etag ?? this.etag;
    this.settle();
  }

  settle() {
    fill(this.trouble);
    this.draw();
    this.timeline.load();
    this.chat.load();
    this.desk.changed();
  }

  // Change facts or the assignee. A change on top of what somebody else changed meanwhile is refused (412).
  async edit(change, message) {
    try {
      this.took(await patch(paths.report(this.code), change, { etag: this.etag }));
      toast(message);
      return true;
    } catch (error) {
      this.explain(error);
      return false;
    }
  }

  explain(error) {
    if (error.conflict) {
      Object.assign(error, { message: t("error.conflict"), own: true });
      fill(this.trouble, problemNotice(error, () => this.load()));
      this.trouble.scrollIntoView({ block: "nearest" });
      return;
    }
    toast(problemText(error), { error: true });
  }

  // Called with the live refresh of the inbox. An open form or a half-written answer is left alone.
  async refresh() {
    if (!this.head || document.querySelector("dialog[open]") || this.facts.querySelector("form")) return;
    try {
      await this.read();
    } catch {
      return; // the inbox already says that it could not update
    }
    if (this.etag !== this.drawn || this.mediaPending()) this.draw();
    this.chat.load();
    this.timeline.load();
  }

  mediaPending() {
    return this.report.evidence.some((item) => item.state === "pending");
  }

  reply() {
    this.chat?.focus("reply");
  }

  take() {
    if (this.mayWork && this.report) this.edit({ assignee: this.me.name }, t("assign.done", { who: this.me.name }));
  }

  status() {
    if (this.mayWork && this.report && !this.report.merged_into) statusDialog(this);
  }
}

// The words that facts were read from.
function spoken(report) {
  return [
    ...(report.words ?? []), report.when_details?.words, report.place_details?.text,
    ...(report.plate_details ?? []).map((plate) => plate.text),
  ].filter((words) => words && words.length > 1);
}

// A text with those words marked, wherever they stand as they are.
function marked(text, phrases) {
  const spans = [];
  const lower = text.toLocaleLowerCase("vi");
  for (const phrase of phrases) {
    const at = lower.indexOf(phrase.toLocaleLowerCase("vi"));
    if (at >= 0) spans.push([at, at + phrase.length]);
  }
  const pieces = [];
  let done = 0;
  for (const [from, to] of spans.sort((one, other) => one[0] - other[0])) {
    if (from < done) continue;
    pieces.push(text.slice(done, from), h("mark", {}, text.slice(from, to)));
    done = to;
  }
  return [...pieces, text.slice(done)];
}
