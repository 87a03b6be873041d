// One article: written beside what the citizen will see, published, sent, and followed on its way.

import { get, patch, post } from "./api.js";
import { agree, broadcastCard, counts, moving, offerBroadcast } from "./broadcast.js";
import { figure, reasonRows } from "./delivery.js";
import { ask, problemNotice } from "./dialogs.js";
import { button, field, fill, h, icon, select, toast } from "./dom.js";
import { dateTime, number } from "./format.js";
import { t, word } from "./i18n.js";
import { chosen, leads, NEWS, stateChip, topicBoxes, writes } from "./news.js";
import { preview } from "./news-preview.js";
import { go, href } from "./router.js";

const BUSY = ["publishing", "hiding"];
const EDITABLE = ["draft", "scheduled", "failed", "hidden", "published"];
const POLL_MS = 3000;

export function articlePage(main, { id }) {
  document.title = t("news.title");
  const page = h("div", { class: "page" }, h("div", { class: "loading" }, t("loading")));
  fill(main, page);
  const view = { id, page, timer: 0, left: false };
  open(view);
  return { leave: () => { view.left = true; clearTimeout(view.timer); } };
}

async function open(view) {
  try {
    const [settings, article] = await Promise.all([get(`${NEWS}/settings`), view.id === "new" ? null : get(`${NEWS}/${view.id}`)]);
    view.topics = settings.data.topics;
    draw(view, article?.data ?? { id: null, state: "draft", title: "", summary: "", body: "", cover: "", author: "", topics: [], source: "", error: "" });
  } catch (error) {
    fill(view.page, problemNotice(error, () => open(view)));
  }
}

function draw(view, article) {
  view.article = article;
  const locked = !writes() || !EDITABLE.includes(article.state) || (article.state === "published" && !leads());
  const control = (name, element) => { element.disabled = locked; element.dataset.testid = `news-${name}`; return element; };
  const parts = {
    title: control("title", h("input", { value: article.title, maxlength: 150, required: true })),
    summary: control("summary", h("textarea", { rows: 3, maxlength: 300, value: article.summary })),
    body: control("body", h("textarea", { rows: 14, maxlength: 20000, value: article.body })),
    cover: control("cover", h("input", { type: "url", value: article.cover, maxlength: 500, placeholder: "https://…" })),
    author: control("author", h("input", { value: article.author, maxlength: 100 })),
    topics: topicBoxes(view.topics, article.topics, locked),
  };
  const values = () => ({ ...Object.fromEntries(["title", "summary", "body", "cover", "author"].map((name) => [name, parts[name].value.trim()])), topics: chosen(parts.topics) });
  const shown = h("aside", { class: "news-preview", "aria-label": t("news.preview") });
  const redraw = () => preview(shown, values(), article);
  view.trouble = h("div", { "aria-live": "assertive" });
  view.figures = h("section", { class: "card", "aria-live": "polite", hidden: !article.run });
  view.broadcast = h("section", { class: "card", "aria-live": "polite", hidden: !article.broadcast, "data-testid": "broadcast" });
  const save = button(t("save"), { type: "submit", kind: article.id ? "" : "primary", "data-testid": "news-save" });
  const form = h(
    "form", { class: "card form" },
    field(t("news.field.title"), parts.title), field(t("news.field.summary"), parts.summary, t("news.summary_hint")),
    field(t("news.field.body"), parts.body, t("news.body_hint")),
    h("div", { class: "pair" }, field(t("news.field.cover"), parts.cover, t("intake.optional")), field(t("news.field.author"), parts.author, t("intake.optional"))),
    parts.topics, view.trouble, !locked && h("div", { class: "row end" }, save),
  );
  form.addEventListener("input", redraw);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    store(view, values(), parts, save);
  });
  view.unsaved = () => JSON.stringify(values()) !== JSON.stringify({ title: article.title, summary: article.summary, body: article.body, cover: article.cover, author: article.author, topics: view.topics.map((one) => one.id).filter((one) => article.topics.includes(one)) });
  view.status = h("div", { class: "row", "aria-live": "polite" });
  fill(
    view.page,
    h("header", { class: "page-head" }, h("div", {}, h("a", { href: href("news"), class: "small" }, t("news.back")), h("h1", {}, article.id ? article.title : t("news.new"))), h("div", { class: "row" }, actions(view))),
    view.status, view.figures, view.broadcast, h("div", { class: "news-desk" }, form, shown),
  );
  redraw();
  tell(view, article);
  follow(view);
}

async function store(view, values, parts, save) {
  save.disabled = true;
  for (const part of Object.values(parts)) part.removeAttribute?.("aria-invalid");
  try {
    const { article } = view;
    const { data } = article.id ? await patch(`${NEWS}/${article.id}`, values, { etag: article.etag }) : await post(NEWS, values);
    toast(t("news.saved"));
    if (!article.id) return go(`news/${data.id}`);
    draw(view, { ...data, run: data.run ?? article.run, broadcast: data.broadcast ?? article.broadcast });
  } catch (error) {
    fill(view.trouble, problemNotice(error, error.conflict && (() => open(view))));
    const wrong = error.fields?.map((one) => parts[one.field.split(".")[1]]).find(Boolean);
    wrong?.setAttribute("aria-invalid", "true");
    wrong?.focus?.();
  } finally {
    save.disabled = false;
  }
  return undefined;
}

// What may be done from where the article stands.
function actions(view) {
  const { article } = view;
  if (!article.id) return [];
  const running = article.run?.state === "running";
  const move = (path, label, kind, act) => button(label, { kind, "data-testid": `news-${path}`, onclick: act ?? (() => confirm(view, path, label)) });
  const list = [];
  if (leads()) {
    if (["draft", "failed", "hidden", "scheduled"].includes(article.state)) list.push(move("publish", t("news.publish"), "primary", () => publish(view)));
    // One way or the other; whoever wants both is told that some readers get it twice.
    const broadcast = counts(article.broadcast);
    if (article.state === "published" && !article.run) list.push(move("send", t("news.send"), broadcast ? "quiet" : "primary", () => send(view)));
    if (article.state === "published" && !broadcast) list.push(move("broadcast", t("broadcast.title"), article.run ? "quiet" : "", () => offerBroadcast(article, (path, body) => act(view, path, body))));
    if (article.state === "scheduled") list.push(move("cancel", t("news.unschedule")));
    if (running) list.push(move("cancel", t("news.stop")));
    if (article.state === "published") list.push(move("hide", t("news.hide")));
  }
  if (writes() && ["draft", "failed", "hidden"].includes(article.state)) list.push(move("discard", t("news.discard"), "quiet"));
  return list;
}

async function act(view, path, body) {
  const { data } = await post(`${NEWS}/${view.article.id}/${path}`, body, { etag: view.article.etag });
  toast(t("news.done"));
  if (data.state === "discarded") return go("news");
  view.id = data.id;
  return open(view);
}

const confirm = (view, path, label) => ask(label, { text: t(`news.ask_${path}`), label, act: () => act(view, path) });

function publish(view) {
  const when = select([["now", t("news.now")], ["at", t("news.at")]], "now", { "data-testid": "publish-when" });
  const at = h("input", { type: "datetime-local", "data-testid": "publish-at" });
  const time = h("div", { hidden: true }, field(t("news.time"), at, t("news.hanoi")));
  when.addEventListener("change", () => { time.hidden = when.value === "now"; });
  const { element, value } = audience(view, true);
  ask(t("news.publish"), {
    text: view.unsaved() ? t("news.unsaved") : t("news.publish_text"), label: t("news.publish"),
    content: [field(t("news.when"), when), time, element],
    act: () => act(view, "publish", { audience: value(), ...(when.value === "at" && { at: `${at.value}:00+07:00` }) }),
  });
}

function send(view) {
  const { element, value } = audience(view, false);
  const twice = counts(view.article.broadcast);
  ask(t("news.send"), {
    text: t("news.send_text"), label: t("news.send"), content: [h("p", { class: "hint" }, t("broadcast.or")), element, twice && agree(t("broadcast.agree_twice_sent"), "agree-twice")],
    act: () => act(view, "send", { audience: value(), twice }),
  });
}

// To whom, and how many that are now.
function audience(view, nobody) {
  const { topics } = view.article;
  const choices = [nobody && "nobody", topics.length > 0 && "topics", "followers"].filter(Boolean);
  const to = select(choices.map((one) => [one, t(`news.to.${one}`)]), choices[0], { "data-testid": "audience" });
  const size = h("p", { class: "hint", role: "status" });
  const count = async () => {
    fill(size);
    if (to.value === "nobody") return;
    try {
      const { data } = await get(`${NEWS}/audience`, { audience: to.value, topics: topics.join(",") });
      fill(size, t("news.readers", { count: number(data.readers) }));
    } catch {
      fill(size, t("news.uncounted"));
    }
  };
  to.addEventListener("change", count);
  count();
  return { element: h("div", {}, field(t("news.to"), to), size), value: () => to.value };
}

// Look again while something is under way; what somebody types is left alone.
function follow(view) {
  clearTimeout(view.timer);
  const { article } = view;
  if (view.left || !article.id || !(BUSY.includes(article.state) || article.state === "scheduled" || article.run?.state === "running" || moving(article.broadcast))) return;
  view.timer = setTimeout(async () => {
    try {
      const { data } = await get(`${NEWS}/${article.id}`);
      if (view.left || !document.contains(view.page)) return;
      const changed = data.etag !== article.etag || data.run?.state !== article.run?.state || data.broadcast?.state !== article.broadcast?.state;
      if (changed) {
        if (!view.unsaved() && !document.querySelector("dialog[open]")) return draw(view, data);
      }
      view.article = { ...article, run: data.run, broadcast: data.broadcast };
      tell(view, data);
    } catch { /* the next look may succeed */ }
    follow(view);
  }, POLL_MS);
}

function tell(view, article) {
  fill(
    view.status, article.id && stateChip(article.state),
    article.state === "scheduled" && h("span", { class: "small" }, t("news.due", { time: dateTime(article.due_at) })),
    article.published_at && h("span", { class: "small soft" }, t("news.published_at", { time: dateTime(article.published_at) })),
    article.url && h("a", { class: "small", href: article.url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), t("news.open")),
    article.source && h("a", { class: "small", href: article.source, target: "_blank", rel: "noopener noreferrer" }, t("news.source")),
    article.error && h("span", { class: "chip late", "data-testid": "news-error" }, word("news.error", article.error)),
  );
  view.figures.hidden = !article.run;
  if (article.run) figures(view.figures, article.run);
  view.broadcast.hidden = !article.broadcast;
  if (article.broadcast) broadcastCard(view.broadcast, article.broadcast, (path, body) => act(view, path, body));
}

function figures(card, run) {
  const counts = run.figures;
  const total = Math.max(run.expected ?? 0, counts.recipients, 1);
  const done = counts.recipients - counts.waiting;
  const rows = reasonRows(counts);
  fill(
    card,
    h("h2", {}, t("news.sending"), " ", h("span", { class: `chip news-${run.state}`, "data-testid": "run-state" }, word("news.run", run.state))),
    h("p", { class: "small soft" }, t("news.run_text", { to: t(`news.to.${run.audience}`), time: dateTime(run.started_at), who: run.started_by })),
    h("progress", { max: total, value: done, "aria-label": t("news.progress", { done: number(done), total: number(total) }) }),
    h("div", { class: "figures" }, ["recipients", "sent", "delivered", "seen", "waiting"].map((name) => figure(name, t(`news.figure.${name}`), counts[name]))),
    rows.length > 0 && h("table", { class: "table" }, h("tbody", {}, rows)),
  );
}
