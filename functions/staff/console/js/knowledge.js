// Questions and answers: what the desk answers by itself, and what it could not answer.

import { get, post } from "./api.js";
import { person } from "./auth.js";
import { ask, problemNotice } from "./dialogs.js";
import { button, field, fill, h, icon, select, toast } from "./dom.js";
import { date, number } from "./format.js";
import { t } from "./i18n.js";
import { category } from "./labels.js";
import { listCard } from "./lists.js";
import { go, href, replace } from "./router.js";

const TYPING_MS = 250;
export const mayWrite = () => ["supervisor", "administrator"].includes(person().role);

// The questions that a new entry is to settle, from the list to the form.
export const carried = { text: "", ids: [], category: "" };

export function knowledgePage(main, values, query) {
  document.title = t("knowledge.title");
  const search = h("input", { type: "search", value: query.q ?? "", placeholder: t("knowledge.search"), "aria-label": t("knowledge.search"), "data-testid": "knowledge-search" });
  const state = select(["", "usable", "expired", "retired"].map((id) => [id, t(`knowledge.state_${id || "all"}`)]), query.state ?? "", { "aria-label": t("knowledge.state") });
  const list = h("section", { class: "knowledge", "aria-live": "polite", "data-testid": "knowledge-list" });
  const asked = h("section", { class: "card form", "data-testid": "questions" });
  const lists = { facilities: h("div", {}), offices: h("div", {}) };
  let timer = 0;
  const load = () => {
    replace("knowledge", { q: search.value.trim(), state: state.value });
    show(list, { q: search.value.trim(), state: state.value }, lists);
  };
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(load, TYPING_MS); });
  state.addEventListener("change", load);
  fill(main, h(
    "div", { class: "page" },
    h(
      "header", { class: "page-head" },
      h("div", {}, h("h1", {}, t("knowledge.title")), h("p", {}, t("knowledge.lead"))),
      mayWrite() && button(t("knowledge.new"), { kind: "primary", sign: "pencil", "data-testid": "knowledge-new", onclick: () => write() }),
    ),
    asked, trial(),
    h("div", { class: "row" }, h("div", { class: "grow" }, search), h("div", {}, state)),
    list, Object.values(lists),
  ));
  load();
  questions(asked);
  return { leave: () => clearTimeout(timer) };
}

// Open the form of a new entry, for some questions or for none.
function write(group) {
  Object.assign(carried, { text: group?.text ?? "", ids: group?.ids ?? [], category: group?.category ?? "" });
  go("knowledge/new");
}

async function show(list, query, lists) {
  fill(list, h("div", { class: "loading" }, t("loading")));
  try {
    const { data } = await get("/staff/knowledge", query);
    const counts = t("knowledge.counts", { usable: number(data.counts.usable), expired: number(data.counts.expired), retired: number(data.counts.retired) });
    for (const [kind, place] of Object.entries(lists)) if (data[kind] && !place.hasChildNodes()) listCard(place, kind);
    fill(list, h("p", { class: "small soft" }, counts), data.items.length ? h("ul", { class: "entries" }, data.items.map(entryRow)) : h("p", { class: "soft" }, t("knowledge.none")));
  } catch (error) {
    fill(list, problemNotice(error, () => show(list, query, lists)));
  }
}

export const stateChip = (entry) => entry.state !== "usable" && h("span", { class: `chip ${entry.state === "expired" ? "late" : ""}` }, t(`knowledge.state_${entry.state}`));

function entryRow(entry) {
  return h(
    "li", { class: "card entry", "data-testid": `entry-${entry.id}` },
    h("h2", {}, h("a", { href: href(`knowledge/${entry.id}`) }, entry.questions[0])),
    h("p", {}, entry.vi),
    h(
      "p", { class: "row small soft" },
      stateChip(entry), entry.topics.map((topic) => h("span", { class: "chip" }, category(topic))),
      h("span", {}, t("knowledge.wordings", { count: number(entry.questions.length) })),
      entry.valid_until && h("span", {}, t("knowledge.until", { day: date(entry.valid_until) })),
      h("span", {}, entry.packaged ? t("knowledge.packaged") : t("knowledge.changed", { name: entry.updated_by, day: date(entry.updated_at) })),
      sourceLink(entry.source),
    ),
  );
}

export function sourceLink(source) {
  return h("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), " ", source.title);
}

// What a citizen would be told, without asking it as one.
function trial() {
  const text = h("input", { required: true, maxlength: 200, "data-testid": "trial-text" });
  const told = h("div", { "aria-live": "polite", "data-testid": "trial-answer" });
  const form = h("form", { class: "card form" }, h("h2", {}, t("knowledge.try")), h("div", { class: "row low" }, h("div", { class: "grow" }, field(t("knowledge.try_text"), text)), button(t("knowledge.try_do"), { type: "submit" })), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { data } = await post("/staff/knowledge/try", { text: text.value });
      const near = data.near.map((hit) => h("li", {}, h("a", { href: href(`knowledge/${hit.id}`) }, hit.question), ` (${number(Math.round(hit.score * 100))} %)`));
      fill(told, h("p", {}, data.entry ? h("strong", {}, data.entry.vi) : t(near.length ? "knowledge.try_near" : "knowledge.try_nothing")), near.length > 0 && h("ul", {}, near));
    } catch (error) {
      fill(told, problemNotice(error));
    }
  });
  return form;
}

async function questions(section) {
  try {
    const { data } = await get("/staff/questions");
    section.hidden = data.items.length === 0;
    fill(section, h("h2", {}, t("knowledge.asked")), h("p", { class: "hint" }, t("knowledge.asked_hint")), h("ul", { class: "entries" }, data.items.map((group) => questionRow(group, section))));
  } catch (error) {
    fill(section, problemNotice(error, () => questions(section)));
  }
}

function questionRow(group, section) {
  const dismiss = () => ask(t("knowledge.dismiss"), {
    text: t("knowledge.dismiss_sure", { count: number(group.count) }), label: t("knowledge.dismiss"),
    act: async () => {
      await post("/staff/questions/dismiss", { ids: group.ids });
      toast(t("knowledge.dismissed"));
      questions(section);
    },
  });
  return h(
    "li", { class: "entry", "data-testid": "question" },
    h("p", {}, h("strong", {}, group.text)),
    group.examples.length > 0 && h("details", {}, h("summary", {}, t("knowledge.alike")), h("ul", {}, group.examples.map((text) => h("li", {}, text)))),
    h(
      "p", { class: "row small soft" },
      h("span", { class: "chip" }, t("knowledge.times", { count: number(group.count), people: number(group.citizens) })),
      h("span", {}, date(group.last_at)),
      mayWrite() && button(t("knowledge.write"), { kind: "small", sign: "pencil", onclick: () => write(group) }),
      mayWrite() && button(t("knowledge.dismiss"), { kind: "small quiet", onclick: dismiss }),
    ),
  );
}
