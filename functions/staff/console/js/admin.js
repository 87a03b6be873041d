// The agency's own page: is the OA connected, what is left to send, who works here, what citizens read.

import { get } from "./api.js";
import { person } from "./auth.js";
import { problemNotice } from "./dialogs.js";
import { button, fill, h, icon } from "./dom.js";
import { date, dateTime, number } from "./format.js";
import { known, t, word } from "./i18n.js";

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
    const { connection, staff, texts, reasons, canned, contacts, calendar } = data;
    const answers = Object.fromEntries((canned ?? []).map((one) => [one.title ?? one.label ?? one.id, one.text ?? one.vi]));
    fill(
      body, connection && connectionCard(connection), staff && staffCard(staff),
      reasons && listCard("admin.reasons", reasons.map((one) => [one.label, (one.for ?? []).map((status) => word("status", status)).join(", ")])),
      calendar && listCard("admin.holidays", calendar.days.map((day) => [date(day.date), [t(day.works ? "admin.works" : "admin.off"), day.note].filter(Boolean).join(" · ")])),
      contacts && listCard("admin.contacts", Object.entries(contacts)),
      textsCard("chat.canned", answers), texts && textsCard("admin.texts", texts),
    );
  } catch (error) {
    fill(body, problemNotice(error, () => load(body)));
  }
}

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
    h("div", { class: `notice ${well ? "good" : "bad"}` }, icon(well ? "check" : "alert"), h("strong", {}, word("connection", state))),
    table(connection, ["state"]), trouble,
    person().role === "administrator" && h("div", {}, button(t("admin.connect"), { sign: "plug", onclick: connect, kind: well ? "" : "primary", "data-testid": "connect" })),
  );
}

function staffCard(staff) {
  return listCard("admin.staff", staff.map((one) => [one.username ?? one.name, word("role", one.role)]));
}

function listCard(label, rows) {
  return h("section", { class: "card" }, h("h2", {}, t(label)), rows.length ? h("table", { class: "table" }, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))) : h("p", { class: "soft small" }, t("none")));
}

function textsCard(label, texts) {
  const rows = Object.entries(texts).filter(([, text]) => typeof text === "string");
  return h("section", { class: "card" }, h("details", {}, h("summary", {}, t(label)), h("table", { class: "table" }, h("tbody", {}, rows.map(([name, text]) => h("tr", {}, h("th", { scope: "row", class: "code" }, name), h("td", { class: "words" }, text)))))));
}

function table(values, without = []) {
  const rows = Object.entries(values).filter(([name, value]) => !without.includes(name) && value !== null && value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0));
  return h("table", { class: "table" }, h("tbody", {}, rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, known(`agency.${name}`) ? t(`agency.${name}`) : name.replaceAll("_", " ")), h("td", {}, shown(value))))));
}

function shown(value) {
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return value ? "✓" : "–";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? dateTime(value) : value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ");
  return h("details", {}, h("summary", {}, String(Array.isArray(value) ? value.length : Object.keys(value).length)), table(Array.isArray(value) ? Object.fromEntries(value.map((one, n) => [n + 1, one])) : value));
}
