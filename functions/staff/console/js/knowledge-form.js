// One entry of the knowledge base: to read, to write anew, to change, to retire; with its earlier versions.

import { get, post, request } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, select, toast } from "./dom.js";
import { date, dateTime, isoDay } from "./format.js";
import { t } from "./i18n.js";
import { categoryChoices } from "./labels.js";
import { carried, mayWrite, sourceLink, stateChip } from "./knowledge.js";
import { person } from "./auth.js";
import { go, href } from "./router.js";

const at = (id) => `/staff/knowledge/${encodeURIComponent(id)}`;
const EMPTY = { questions: [], vi: "", en: "", source: { title: "", url: "https://", date: "" }, topics: [], valid_until: null, own: false };

export function newEntryPage(main) {
  const entry = { ...EMPTY, questions: carried.text ? [carried.text] : [], topics: carried.category ? [carried.category] : [] };
  frame(main, t("knowledge.new"), (body) => editor(body, entry));
  return {};
}

export function entryPage(main, { id }) {
  frame(main, t("knowledge.entry"), (body) => load(body, id));
  return {};
}

function frame(main, title, build) {
  document.title = title;
  const body = h("div", { class: "form" });
  fill(main, h(
    "div", { class: "page slim" },
    h("header", { class: "page-head" }, h("div", {}, h("h1", {}, title), h("p", {}, h("a", { href: href("knowledge") }, t("knowledge.back"))))),
    body,
  ));
  build(body);
}

async function load(body, id) {
  fill(body, h("div", { class: "loading" }, t("loading")));
  try {
    const [{ data, etag }, versions] = await Promise.all([get(at(id)), get(`${at(id)}/versions`)]);
    if (mayWrite()) editor(body, data, etag);
    else fill(body, reading(data));
    if (versions.data.items.length) body.append(history(versions.data.items));
  } catch (error) {
    fill(body, problemNotice(error, () => load(body, id)));
  }
}

function reading(entry) {
  return h(
    "section", { class: "card form" },
    h("div", { class: "row" }, stateChip(entry), sourceLink(entry.source)),
    h("ul", {}, entry.questions.map((question) => h("li", {}, question))), h("p", {}, entry.vi), entry.en && h("p", { class: "soft", lang: "en" }, entry.en),
  );
}

function history(versions) {
  return h("details", { class: "card", "data-testid": "versions" }, h("summary", {}, t("knowledge.versions")), versions.map((entry) => h(
    "div", {},
    h("p", { class: "small soft" }, entry.version === 0 ? t("knowledge.packaged") : t("knowledge.changed", { name: entry.updated_by, day: dateTime(entry.updated_at) })),
    h("p", {}, entry.vi),
  )));
}

function editor(body, entry, etag) {
  const isNew = !entry.id;
  const input = {
    questions: h("textarea", { required: true, rows: 4, "data-testid": "entry-questions" }, entry.questions.join("\n")),
    vi: h("textarea", { required: true, rows: 5, maxlength: 1000, "data-testid": "entry-vi" }, entry.vi),
    en: h("textarea", { rows: 3, maxlength: 1000, lang: "en" }, entry.en),
    title: h("input", { required: true, maxlength: 200, value: entry.source.title, "data-testid": "entry-source" }),
    url: h("input", { required: true, type: "url", maxlength: 500, value: entry.source.url, "data-testid": "entry-url" }),
    date: h("input", { required: true, type: "date", value: entry.source.date || isoDay() }),
    topic: select([["", t("none")], ...categoryChoices(person().agency)], entry.topics[0] ?? ""),
    until: h("input", { type: "date", value: entry.valid_until ?? "" }),
  };
  if (input.topic.selectedIndex < 0) input.topic.value = "";
  const trouble = h("div", { "aria-live": "assertive" });
  const save = button(t("save"), { kind: "primary", sign: "check", type: "submit", "data-testid": "entry-save" });
  const form = h(
    "form", { class: "card form" },
    entry.state && h("div", { class: "row" }, stateChip(entry), entry.packaged && h("span", { class: "small soft" }, t("knowledge.packaged"))),
    field(t("knowledge.questions"), input.questions, t("knowledge.questions_hint")),
    field(t("knowledge.vi"), input.vi, t("knowledge.vi_hint")), field(t("knowledge.en"), input.en),
    h("div", { class: "pair" }, field(t("knowledge.source"), input.title), field(t("knowledge.url"), input.url), field(t("knowledge.date"), input.date)),
    h("div", { class: "pair" }, field(t("knowledge.topic"), input.topic), field(t("knowledge.valid_until"), input.until, t("knowledge.valid_until_hint"))),
    trouble,
    h(
      "div", { class: "row end" },
      !isNew && button(t(entry.state === "retired" ? "knowledge.restore" : "knowledge.retire"), { kind: "quiet", "data-testid": "entry-retire", onclick: () => send(entry.state !== "retired") }),
      save,
    ),
  );
  const send = async (retired) => {
    save.disabled = true;
    const told = values(input, entry);
    try {
      if (isNew) await post("/staff/knowledge", { ...told, settles: carried.ids });
      else await request("PUT", at(entry.id), { body: { ...told, retired }, etag });
      Object.assign(carried, { text: "", ids: [], category: "" });
      toast(t("knowledge.saved"));
      go("knowledge");
    } catch (error) {
      fill(trouble, problemNotice(error, error.conflict && (() => load(body, entry.id))));
    } finally {
      save.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(false);
  });
  fill(body, form);
}

function values(input, entry) {
  const others = entry.topics.slice(1).filter((topic) => topic !== input.topic.value);
  return {
    questions: input.questions.value.split("\n").map((line) => line.trim()).filter(Boolean),
    vi: input.vi.value, en: input.en.value,
    source: { title: input.title.value, url: input.url.value, date: input.date.value },
    topics: [input.topic.value, ...others].filter(Boolean),
    valid_until: input.until.value || null,
    own: entry.own,
  };
}
