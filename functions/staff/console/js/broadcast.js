// Zalo's own broadcast of an article: chosen, confirmed, followed, cancelled, and settled when nobody knows.

import { get } from "./api.js";
import { ask, problemText } from "./dialogs.js";
import { button, field, fill, h, icon, select } from "./dom.js";
import { dateTime } from "./format.js";
import { known, t } from "./i18n.js";
import { broadcastChip, chosen, leads, NEWS } from "./news.js";

const AGES = ["0-12", "13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
const GENDERS = ["all", "male", "female"];
const PLACES = ["anywhere", "hanoi", "north", "central", "south"];
// States of which nothing went out: another broadcast may be ordered.
const NOTHING = ["refused", "cancelled"];

export const counts = (broadcast) => Boolean(broadcast) && !NOTHING.includes(broadcast.state);
export const moving = (broadcast) => ["waiting", "sending"].includes(broadcast?.state);
export const agree = (label, testid) => h("label", { class: "agree" }, h("input", { type: "checkbox", required: true, "data-testid": testid }), h("span", {}, label));
const why = (reason) => t(["broadcast", "news"].map((group) => `${group}.error.${reason}`).find(known) ?? "broadcast.error.other", { reason });

// `act(path, body)` asks the API and draws the article anew.
export function offerBroadcast(article, act) {
  const to = select([["all", t("broadcast.to.all")], ["some", t("broadcast.to.some")]], "all", { "data-testid": "broadcast-to" });
  const ages = h("fieldset", { class: "ticks" }, h("legend", {}, t("broadcast.ages")), AGES.map((age) => h("label", {}, h("input", { type: "checkbox", value: age }), age)));
  const gender = select(GENDERS.map((one) => [one, t(`broadcast.gender.${one}`)]), "all", { "data-testid": "broadcast-gender" });
  const place = select(PLACES.map((one) => [one, t(`broadcast.place.${one}`)]), "anywhere", { "data-testid": "broadcast-place" });
  const some = h("div", { class: "form", hidden: true }, ages, h("div", { class: "pair" }, field(t("broadcast.gender"), gender), field(t("broadcast.place"), place)), h("p", { class: "hint" }, t("broadcast.segment_hint")));
  const when = select([["now", t("news.now")], ["at", t("news.at")]], "now", { "data-testid": "broadcast-when" });
  const at = h("input", { type: "datetime-local", "data-testid": "broadcast-at" });
  const time = h("div", { hidden: true }, field(t("news.time"), at, t("news.hanoi")));
  const shown = h("div", { class: "notice info", role: "status", "data-testid": "broadcast-preview" });
  const segment = () => (to.value === "all" ? { ages: [], gender: "all", place: "anywhere" } : { ages: chosen(ages), gender: gender.value, place: place.value });
  const moment = () => (when.value === "at" && at.value ? `${at.value}:00+07:00` : "");
  const redraw = () => {
    some.hidden = to.value === "all";
    time.hidden = when.value === "now";
    at.required = when.value === "at";
    preview(shown, article, segment(), moment());
  };
  const content = h(
    "div", { class: "form" },
    h("ul", { class: "facts-list small" }, ["reach", "optout", "quota", "recall"].map((one) => h("li", {}, t(`broadcast.fact.${one}`)))),
    field(t("broadcast.to"), to), some, field(t("news.when"), when), time, shown,
    article.run && agree(t("broadcast.agree_twice"), "agree-twice"), agree(t("broadcast.agree"), "agree"),
  );
  content.addEventListener("change", (event) => event.target.closest(".agree") || redraw());
  redraw();
  ask(t("broadcast.title"), { label: t("broadcast.do"), content, act: () => act("broadcast", { segment: segment(), twice: Boolean(article.run), ...(moment() && { at: moment() }) }) });
}

let asked = 0;
async function preview(box, article, segment, at) {
  const mine = (asked += 1);
  try {
    const { data } = await get(`${NEWS}/${article.id}/broadcast`, { ...segment, ages: segment.ages.join(","), at });
    if (mine !== asked) return;
    fill(box, icon("send"), h(
      "div", {},
      h("strong", {}, t(data.night ? "broadcast.goes_morning" : "broadcast.goes", { time: dateTime(data.goes_at) })),
      h("div", {}, t("broadcast.whom", { who: segmentWords(segment) })),
      data.sent_by_desk && h("div", {}, t("broadcast.sent_by_desk")),
    ));
  } catch (error) {
    if (mine === asked) fill(box, icon("alert"), h("div", {}, problemText(error)));
  }
}

function segmentWords({ ages, gender, place }) {
  const parts = [
    gender !== "all" && t(`broadcast.gender.${gender}`), ages.length > 0 && t("broadcast.aged", { ages: ages.join(", ") }),
    place !== "anywhere" && t(`broadcast.place.${place}`),
  ].filter(Boolean);
  return parts.length ? parts.join(", ") : t("broadcast.to.all");
}

// How it stands, and what may be done about it.
export function broadcastCard(card, broadcast, act) {
  const line = (label, value) => value && h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, value));
  const { state } = broadcast;
  const sentence = { unknown: "broadcast.unknown", waiting: "broadcast.waiting", refused: "broadcast.refused", sent: "broadcast.no_figures" }[state];
  fill(
    card,
    h("h2", {}, t("broadcast.title"), " ", broadcastChip(state, `broadcast.state.${state}`)),
    sentence && h("p", { class: state === "unknown" ? "notice warn in-doubt" : "small soft" }, t(sentence, { time: dateTime(broadcast.due_at), why: why(broadcast.error) })),
    h("table", { class: "table" }, h(
      "tbody", {},
      line(t("broadcast.to"), segmentWords(broadcast.segment)),
      line(t("broadcast.ordered"), `${broadcast.ordered_by}, ${dateTime(broadcast.ordered_at)}`),
      line(t("broadcast.for"), dateTime(broadcast.at)),
      line(t("broadcast.attempt"), broadcast.attempt_at && dateTime(broadcast.attempt_at)),
      line(t("broadcast.sent"), broadcast.sent_at && dateTime(broadcast.sent_at)),
      ["sent", "unknown"].includes(state) && line(t("broadcast.message_id"), broadcast.message_id || t("broadcast.not_told")),
      state === "waiting" && broadcast.error && line(t("broadcast.why"), why(broadcast.error)),
      state !== "unknown" && broadcast.doubt && line(t("broadcast.doubt"), t("broadcast.doubt_text")),
      broadcast.decision && line(t(`broadcast.decided.${broadcast.decision}`), `${broadcast.decided_by}, ${dateTime(broadcast.decided_at)}: ${broadcast.reason}`),
    )),
    leads() && h("div", { class: "row end" }, buttons(state, act)),
  );
}

function buttons(state, act) {
  if (state === "waiting") {
    return button(t("broadcast.cancel"), { "data-testid": "broadcast-cancel", onclick: () => ask(t("broadcast.cancel"), { text: t("broadcast.ask_cancel"), label: t("broadcast.cancel"), act: () => act("broadcast/cancel") }) });
  }
  return state === "unknown" && ["again", "sent"].map((one) => button(t(`broadcast.decide.${one}`), { "data-testid": `broadcast-${one}`, onclick: () => decide(one, act) }));
}

function decide(decision, act) {
  const reason = h("textarea", { required: true, minlength: 3, maxlength: 500, "data-testid": "broadcast-reason" });
  ask(t(`broadcast.decide.${decision}`), {
    text: t(`broadcast.ask_${decision}`), label: t(`broadcast.decide.${decision}`), content: field(t("field.reason"), reason),
    act: () => act("broadcast/decide", { decision, reason: reason.value }),
  });
}
