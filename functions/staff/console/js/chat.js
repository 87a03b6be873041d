// The conversation as the citizen saw it, what became of each message, and the officer's answer.

import { get, paths, post } from "./api.js";
import { agencyInfo } from "./agency-info.js";
import { problemNotice } from "./dialogs.js";
import { button, fill, h, icon, toast } from "./dom.js";
import { clock, dateTime, dayMonth, number } from "./format.js";
import { t, word } from "./i18n.js";

const FAILED = ["queued", "refused", "held", "unknown"];

export function chatBlock(view) {
  const list = h("ol", { class: "bubbles", tabindex: "0", "aria-label": t("chat.title"), "data-testid": "chat" }, h("li", { class: "soft small" }, t("loading")));
  const older = h("div", { class: "list-end" });
  const trouble = h("div", { class: "trouble" });
  const handled = h("div", { class: "trouble" });
  const taking = h("span", {});
  const composer = new Composer(view, () => load());
  const element = h("section", { class: "card block", "aria-label": t("chat.title") }, h("div", { class: "block-head" }, h("h2", {}, t("chat.title")), taking), handled, older, list, trouble, view.mayWork && composer.element);
  let items = [];
  let next = null;
  let begun = false;
  let drawn = "";

  async function load(cursor) {
    try {
      const { data } = await get(paths.part(view.code, "conversation"), { cursor }, { signal: view.gone.signal });
      const fresh = new Set(data.items.map((item) => item.id));
      items = cursor ? [...data.items, ...items] : [...items.filter((item) => !fresh.has(item.id)), ...data.items];
      if (cursor || !begun) next = data.next;
      begun = true;
      fill(trouble);
      draw(Boolean(cursor));
      drawHandled(data);
      composer.plan(data);
    } catch (error) {
      if (error.name !== "AbortError") fill(trouble, problemNotice(error, () => load()));
    }
  }

  function draw(keep) {
    const now = JSON.stringify(items);
    if (now === drawn) return;
    drawn = now;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    fill(list, items.map((item) => bubble(item, view)));
    if (!items.length) fill(list, h("li", { class: "soft small" }, t("chat.empty")));
    fill(older, next && button(t("more"), { kind: "small", onclick: () => load(next) }));
    older.hidden = !next;
    if (atEnd && !keep) list.scrollTop = list.scrollHeight;
  }

  function drawHandled(data) {
    const who = data.handled_by_person;
    const act = (what) => async () => {
      try {
        view.took(await post(paths.part(view.code, what)));
      } catch (error) {
        view.explain(error);
      }
    };
    const until = data.person_until && t("report.quiet_until", { time: dateTime(data.person_until) });
    const take = !who && view.mayWork && data.reachable && !view.report.merged_into && button(t("report.takeover"), { kind: "small", sign: "user", onclick: act("takeover"), "data-testid": "takeover" });
    fill(handled, who && h("div", { class: "notice info" }, icon("user"), h("div", {}, h("div", {}, t("report.handled", { who })), until && h("div", {}, until), view.mayWork && button(t("report.handback"), { kind: "small", onclick: act("handback"), "data-testid": "handback" }))));
    fill(taking, take);
  }

  return { element, load: () => load(), focus: (mode) => composer.focus(mode) };
}

function bubble(item, view) {
  const ours = item.direction === "out";
  const files = item.evidence.map((id) => view.evidence.opener(id));
  return h(
    "li", { class: ours ? "bubble out" : "bubble", "data-testid": "bubble" },
    item.text ? h("p", {}, item.text) : !files.length && !item.location && h("p", { class: "soft" }, word("kind", item.kind)),
    files.length > 0 && h("div", { class: "bubble-files" }, files),
    item.location && h("div", { class: "small row" }, icon("pin"), `${item.location.lat.toFixed(5)}, ${item.location.lon.toFixed(5)}`),
    item.buttons.length > 0 && h("div", { class: "taps" }, item.buttons.map((one) => h("span", { class: "chip" }, one.title))),
    h(
      "div", { class: "bubble-foot" },
      h("span", {}, ours ? (item.by === "person" ? t("role.officer") : t("chat.desk")) : t("chat.citizen")),
      h("time", { datetime: item.at, title: dateTime(item.at) }, `${clock(item.at)} ${dayMonth(item.at)}`),
      ours && delivery(item),
    ),
  );
}

// How far a message of ours came. One that has not arrived says so plainly.
function delivery(item) {
  const failed = FAILED.includes(item.state);
  const parts = [word("state", item.state ?? "queued")];
  if (item.state === "held" && item.due_at) parts.push(dateTime(item.due_at));
  if (failed && item.reason) parts.push(word("plan", item.reason));
  if (item.cost_vnd > 0) parts.push(`${number(item.cost_vnd)} đ`);
  return h("span", { class: failed ? "failed" : "", "data-testid": "delivery" }, parts.join(" · "));
}

class Composer {
  constructor(view, done) {
    this.view = view;
    this.done = done;
    this.mode = "reply";
    this.text = h("textarea", { maxlength: 2000, "data-testid": "composer" });
    this.window = h("div", { class: "small soft", "aria-live": "polite" });
    this.canned = h("select", { "aria-label": t("chat.canned") });
    this.trouble = h("div", { "aria-live": "assertive" });
    this.submit = button(t("send"), { kind: "primary", sign: "send", type: "submit", "data-testid": "send", title: t("chat.send_key") });
    this.modes = ["reply", "note"].map((mode) => h("button", { type: "button", onclick: () => this.focus(mode), "data-testid": `mode-${mode}` }, t(`chat.${mode}`)));
    this.element = h(
      "form", { class: "composer" },
      h("div", { class: "row" }, h("div", { class: "switch", role: "group", "aria-label": t("chat.reply") }, this.modes), h("span", { class: "grow" })),
      this.text, this.trouble,
      h("div", { class: "row" }, this.window, h("span", { class: "grow" }), this.canned, this.submit),
    );
    this.element.addEventListener("submit", (event) => this.send(event));
    this.text.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.element.requestSubmit());
    this.canned.addEventListener("change", () => this.insert());
    this.fillCanned();
    this.turn("reply");
  }

  async fillCanned() {
    const { canned = [] } = await agencyInfo();
    this.texts = canned;
    this.canned.hidden = !canned.length;
    fill(this.canned, h("option", { value: "" }, t("chat.canned")), canned.map((one, n) => h("option", { value: n }, one.title)));
  }

  // The chosen reply with its gaps filled in from this report, after what is written already.
  async insert() {
    const { id } = this.texts[this.canned.value] ?? {};
    this.canned.value = "";
    if (!id) return;
    try {
      const { data } = await get(paths.part(this.view.code, "canned"));
      const { text = "" } = data.replies.find((one) => one.id === id) ?? {};
      this.text.value = [this.text.value, text].filter(Boolean).join("\n");
      this.text.focus();
    } catch (error) {
      fill(this.trouble, problemNotice(error));
    }
  }

  turn(mode) {
    this.mode = mode;
    this.element.classList.toggle("note", mode === "note");
    this.modes.forEach((one, n) => one.setAttribute("aria-pressed", String(mode === ["reply", "note"][n])));
    const words = t(mode === "note" ? "chat.note_placeholder" : "chat.placeholder");
    this.text.placeholder = words;
    this.text.setAttribute("aria-label", t(`chat.${mode}`));
    this.window.hidden = mode === "note";
    this.enable();
  }

  focus(mode) {
    if (!this.view.mayWork) return;
    this.turn(mode);
    this.text.focus();
    this.text.scrollIntoView({ block: "nearest" });
  }

  // Whether an answer can be sent now, and what it would cost.
  plan({ plan, reachable }) {
    this.open = reachable && plan.outcome !== "refuse";
    const why = word("plan", plan.reason ?? "no_chat");
    if (!this.open) fill(this.window, t("window.closed", { why }));
    else if (plan.outcome === "hold") fill(this.window, t("window.hold", { time: plan.until ? dateTime(plan.until) : "" }));
    else if (plan.cost_vnd) fill(this.window, t("window.cost", { cost: number(plan.cost_vnd) }));
    else fill(this.window, t("window.free"), plan.free_until && ` (${t("window.until", { time: dateTime(plan.free_until) })})`);
    this.enable();
  }

  enable() {
    this.submit.disabled = this.busy || (this.mode === "reply" && this.open === false);
  }

  async send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text || this.submit.disabled) return;
    this.busy = true;
    this.enable();
    const note = this.mode === "note";
    try {
      const answer = await post(paths.part(this.view.code, note ? "notes" : "messages"), { text });
      this.text.value = "";
      fill(this.trouble);
      toast(t(note ? "chat.noted" : "chat.sent"));
      this.view.etag = answer.data?.etag ?? this.view.etag;
      await Promise.all([this.done(), this.view.timeline.load()]);
    } catch (error) {
      fill(this.trouble, problemNotice(error)); // what was written stays in the box
    } finally {
      this.busy = false;
      this.enable();
    }
  }
}

