// What staff saw and took away, newest first: for auditors.

import { get } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { button, fill, h } from "./dom.js";
import { dateTime } from "./format.js";
import { t, word } from "./i18n.js";
import { href } from "./router.js";

export function auditPage(main) {
  document.title = t("audit.title");
  const list = h("tbody", { "data-testid": "audit" });
  const tail = h("div", { class: "list-end" });
  fill(main, h(
    "div", { class: "page" },
    h("header", { class: "page-head" }, h("div", {}, h("h1", {}, t("audit.title")), h("p", {}, t("audit.lead")))),
    h("section", { class: "card scroll", tabindex: "0", "aria-label": t("audit.title") }, h(
      "table", { class: "table audit" },
      h("thead", {}, h("tr", {}, ["at", "who", "what", "report", "why"].map((name) => h("th", { scope: "col" }, t(`audit.${name}`))))), list,
    )),
    tail,
  ));
  load(list, tail);
  return {};
}

async function load(list, tail, cursor) {
  fill(tail, h("div", { class: "loading" }, t("loading")));
  try {
    const { data } = await get("/staff/audit", { cursor });
    list.append(...data.items.map(row));
    if (!list.children.length) list.append(h("tr", {}, h("td", { class: "soft", colspan: 5 }, t("audit.none"))));
    fill(tail, data.next && button(t("more"), { onclick: () => load(list, tail, data.next) }));
  } catch (error) {
    fill(tail, problemNotice(error, () => load(list, tail, cursor)));
  }
}

function row(entry) {
  const details = Object.entries(entry.data ?? {}).map(([name, value]) => `${word("audited", name)}: ${value}`).join(" · ");
  return h(
    "tr", {},
    h("td", { class: "number" }, h("time", { datetime: entry.at }, dateTime(entry.at))), h("td", {}, entry.actor.replace("staff:", "")),
    h("td", {}, word("action", entry.action), details && h("div", { class: "tiny soft" }, details)),
    h("td", {}, entry.report && h("a", { class: "code", href: href(`reports/${entry.report}`) }, entry.report)), h("td", { class: "words" }, entry.reason ?? ""),
  );
}
