// The agency's own page: is the OA connected, what is left to send, who works here, what citizens read.

import { get } from "./api.js";
import { person } from "./auth.js";
import { problemNotice } from "./dialogs.js";
import { calendarCard } from "./calendar.js";
import { button, fill, h, icon } from "./dom.js";
import { dateTime, number, span } from "./format.js";
import { t, word } from "./i18n.js";
import { repliesCard } from "./replies.js";

// How long an access token of Zalo lives: 25 hours.
const TOKEN_MS = 25 * 3_600_000;

export function adminPage(main) {
  document.title = t("admin.title");
  const body = h("div", { class: "form" });
  fill(main, h("div", { class: "page" }, h("header", { class: "page-head" }, h("h1", {}, t("admin.title"))), body));
  load(body);
  return {};
}

async function load(body) {
  fill(body, h("div", { class: "loading" }, t("loading")));
  try {
    const { data } = await get("/staff/agency");
    const { connection, staff, texts, reasons, contacts, calendar } = data;
    fill(
      body,
      connection && connectionCard(connection), calendar && calendarCard(calendar, person().role === "administrator"),
      repliesCard(person().role === "administrator"),
      h(
        "div", { class: "charts" },
        staff && listCard("admin.staff", staff.map((one) => [one.username, word("role", one.role)])),
        contacts && listCard("admin.contacts", Object.entries(contacts).map(([name, value]) => [word("contact", name), value])),
        reasons && listCard("admin.reasons", reasons.map((one) => [one.label, (one.for ?? []).map((status) => word("status", status)).join(", ")])),
      ),
      texts && textsCard("admin.texts", texts),
    );
  } catch (error) {
    fill(body, problemNotice(error, () => load(body)));
  }
}

// Whether the desk can write to citizens: the state of the token, its age, what may still be sent, what it cost.
function connectionCard(connection) {
  const state = connection.state ?? "not_connected";
  const well = state === "connected" || state === "refreshing";
  const trouble = h("div", { "aria-live": "assertive" });
  const connect = async (event) => {
    const source = event.currentTarget;
    source.disabled = true;
    try {
      const { data } = await get("/oauth/zalo/start");
      location.assign(data.location);
    } catch (error) {
      fill(trouble, problemNotice(error));
      source.disabled = false;
    }
  };
  return h(
    "section", { class: "card form", "data-testid": "connection" },
    h("h2", {}, t("admin.connection")),
    h("div", { class: `notice ${well ? "good" : "bad"}` }, icon(well ? "check" : "alert"), h("div", {}, h("strong", {}, word("connection", state)), connection.oa?.name)),
    connection.zalo_error && h("div", { class: "notice warn" }, icon("alert"), h("div", {}, `${t("agency.zalo_error")}: ${connection.zalo_error}`)),
    h("dl", { class: "figures" }, health(connection).map(([label, value, hint]) => h("div", {}, h("dt", { class: "small soft" }, label), h("dd", {}, h("b", {}, value)), hint && h("dd", { class: "tiny soft" }, hint)))),
    connection.last_error && h("p", { class: "small" }, `${t("agency.last_error")}: ${typeof connection.last_error === "string" ? connection.last_error : JSON.stringify(connection.last_error)}`),
    trouble,
    person().role === "administrator" && h("div", {}, button(t("admin.connect"), { sign: "plug", onclick: connect, kind: well ? "" : "primary", "data-testid": "connect" })),
  );
}

function health({ expires_at: ends, refreshed_at: renewed, version, quota, oa, spent_vnd: spent, month }) {
  const rows = [];
  if (ends) rows.push([t("agency.expires_at"), Date.parse(ends) > Date.now() ? t("due", { left: span(Date.parse(ends) - Date.now()) }) : t("late", { by: span(Date.parse(ends) - Date.now()) }), dateTime(ends)]);
  const born = renewed ? Date.parse(renewed) : ends && Date.parse(ends) - TOKEN_MS;
  if (born) rows.push([t("agency.age"), span(Date.now() - born), version > 1 && t("agency.renewals", { n: number(version - 1) })]);
  const left = [quota].flat().filter(Boolean).map((one) => one.data ?? one).flat()[0];
  if (left?.remain !== undefined) rows.push([t("agency.quota"), number(left.remain), left.total && t("agency.of", { n: number(left.total) })]);
  if (oa?.num_follower !== undefined) rows.push([t("agency.followers"), number(oa.num_follower), oa.package_name]);
  rows.push([t("agency.spent_vnd"), `${number(spent ?? 0)} đ`, month]);
  return rows;
}

function listCard(label, rows) {
  return h("section", { class: "card" }, h("h2", {}, t(label)), rows.length ? h("table", { class: "table" }, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))) : h("p", { class: "soft small" }, t("none")));
}

function textsCard(label, texts) {
  const rows = Object.entries(texts).filter(([, text]) => typeof text === "string");
  return h("section", { class: "card" }, h("details", {}, h("summary", {}, t(label)), h("table", { class: "table" }, h("tbody", {}, rows.map(([name, text]) => h("tr", {}, h("th", { scope: "row", class: "code" }, name), h("td", { class: "words" }, text)))))));
}
