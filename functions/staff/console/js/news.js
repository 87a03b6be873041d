// News: the list of articles, and the feeds that drafts come from.

import { get, post, put } from "./api.js";
import { person } from "./auth.js";
import { problemNotice, problemText } from "./dialogs.js";
import { button, field, fill, h, icon, iconButton, select, toast } from "./dom.js";
import { date, dateTime } from "./format.js";
import { language, t, word } from "./i18n.js";
import { href, replace } from "./router.js";

export const NEWS = "/staff/news";
const STATES = ["draft", "scheduled", "publishing", "published", "failed", "hidden", "discarded"];
export const leads = () => ["supervisor", "administrator"].includes(person().role);
export const writes = () => person().role !== "auditor";
export const topicTitle = (topic) => (language === "en" ? topic.title_en : topic.title);
export const stateChip = (state) => h("span", { class: `chip news-${state}`, "data-testid": "news-state" }, word("news.state", state));
export const broadcastChip = (state, label = "broadcast.chip") => h("span", { class: `chip broadcast-${state}`, "data-testid": "broadcast-state" }, t(label, { state: word("broadcast.state", state) }));

export function newsPage(main, values, query) {
  document.title = t("news.title");
  const list = h("ul", { class: "news-list", "data-testid": "news-list" });
  const more = h("div", { class: "row end" });
  const trouble = h("div", { "aria-live": "assertive" });
  const state = select([["", t("news.all")], ...STATES.map((one) => [one, word("news.state", one)])], query.state ?? "");
  const load = (cursor = "") => show(list, more, trouble, { state: state.value, cursor }, load);
  state.addEventListener("change", () => {
    replace("news", { state: state.value });
    load();
  });
  const reminders = h("span");
  const feeds = h("section", { class: "card form", "aria-labelledby": "feeds-title" });
  fill(main, h(
    "div", { class: "page" },
    h(
      "header", { class: "page-head" },
      h("div", {}, h("h1", {}, t("news.title")), h("p", {}, t("news.lead"))),
      h("div", { class: "row" }, reminders, field(t("news.show"), state), writes() && h("a", { class: "button primary", href: href("news/new"), "data-testid": "news-new" }, icon("pencil"), h("span", {}, t("news.new")))),
    ),
    trouble, list, more, feeds,
  ));
  load();
  loadFeeds(feeds, reminders);
  return {};
}

async function show(list, more, trouble, query, load) {
  if (!query.cursor) fill(list, h("li", { class: "loading" }, t("loading")));
  try {
    const { data } = await get(NEWS, query);
    const rows = data.items.map(row);
    if (query.cursor) list.append(...rows);
    else fill(list, rows.length ? rows : h("li", { class: "soft" }, t("news.empty")));
    fill(more, data.next && button(t("more"), { onclick: () => load(data.next) }));
  } catch (error) {
    fill(list);
    fill(trouble, problemNotice(error, () => { fill(trouble); load(query.cursor); }));
  }
}

function row(article) {
  const when = article.due_at && article.state === "scheduled" ? t("news.due", { time: dateTime(article.due_at) }) : date(article.published_at ?? article.created_at);
  return h(
    "li", { class: "card news-row" },
    h("a", { href: href(`news/${article.id}`), "data-testid": "news-row" }, article.title),
    h("p", { class: "soft small" }, article.summary),
    h(
      "div", { class: "row small" }, stateChip(article.state), h("span", { class: "soft" }, when),
      article.source && h("span", { class: "chip" }, icon("link"), t("news.imported")),
      article.broadcast_state && broadcastChip(article.broadcast_state),
      article.error && h("span", { class: "chip late" }, word("news.error", article.error)),
    ),
  );
}

async function loadFeeds(card, reminders) {
  try {
    const { data } = await get(`${NEWS}/settings`);
    feedsCard(card, data.topics, data.feeds);
    if (data.reminders) fill(reminders, h("a", { class: "button", href: href("reminders"), "data-testid": "news-reminders" }, icon("clock"), h("span", {}, t("reminders.title"))));
  } catch (error) {
    fill(card, problemNotice(error, () => loadFeeds(card, reminders)));
  }
}

function feedsCard(card, topics, known) {
  const admin = person().role === "administrator";
  const rows = h("div", { class: "form" });
  const trouble = h("div", { "aria-live": "assertive" });
  const lines = known.feeds.map((feed) => feedLine(feed, topics, admin));
  const draw = () => fill(rows, lines.length ? lines.map((line) => line.element(() => { lines.splice(lines.indexOf(line), 1); draw(); })) : h("p", { class: "soft small" }, t("news.no_feeds")));
  draw();
  const act = async (event, work) => {
    const source = event.currentTarget;
    source.disabled = true;
    try {
      fill(trouble);
      await work();
    } catch (error) {
      fill(trouble, problemNotice(error, error.type?.endsWith("/conflict") && (() => loadFeeds(card))));
    } finally {
      source.disabled = false;
    }
  };
  const save = button(t("save"), { kind: "primary", "data-testid": "feeds-save", onclick: (event) => act(event, async () => {
    const { data } = await put(`${NEWS}/feeds`, { version: known.version, feeds: lines.map((line) => line.value()) });
    toast(t("news.feeds_saved"));
    feedsCard(card, topics, data);
  }) });
  const add = button(t("news.add_feed"), { onclick: () => { lines.push(feedLine({ url: "", topics: [] }, topics, true)); draw(); rows.querySelector(".feed:last-child input")?.focus(); }, "data-testid": "feeds-add" });
  const read = button(t("news.read_feeds"), { sign: "refresh", onclick: (event) => act(event, async () => {
    await post(`${NEWS}/feeds/read`);
    toast(t("news.reading"));
  }) });
  fill(
    card, h("h2", { id: "feeds-title" }, t("news.feeds")), h("p", { class: "hint" }, t("news.feeds_hint")), rows, trouble,
    h("div", { class: "row" }, admin && add, admin && save, leads() && known.feeds.length > 0 && read),
  );
}

// One feed: its address, the topics of what it brings, and how its last reading went.
function feedLine(feed, topics, editable) {
  const url = h("input", { type: "url", value: feed.url, maxlength: 500, disabled: !editable, placeholder: "https://…/rss" });
  const boxes = topicBoxes(topics, feed.topics, !editable);
  const told = feed.error ? h("span", { class: "chip late" }, word("news.feed", feed.error)) : feed.read_at && h("span", { class: "chip" }, t("news.feed_read", { time: dateTime(feed.read_at), new: feed.new ?? 0 }));
  return {
    value: () => ({ url: url.value.trim(), topics: chosen(boxes) }),
    element: (drop) => h(
      "div", { class: "feed" },
      h("div", { class: "row" }, h("div", { class: "grow" }, field(t("news.feed_url"), url)), editable && iconButton(t("news.drop_feed"), "close", { onclick: drop })),
      boxes, told,
    ),
  };
}

export function topicBoxes(topics, ticked, disabled = false) {
  return h(
    "fieldset", { class: "ticks" }, h("legend", {}, t("news.topics")),
    topics.map((topic) => h("label", {}, h("input", { type: "checkbox", value: topic.id, checked: ticked.includes(topic.id), disabled }), topicTitle(topic))),
  );
}

export const chosen = (boxes) => [...boxes.querySelectorAll("input:checked")].map((box) => box.value);
export const explain = (error) => toast(problemText(error), { error: true });
