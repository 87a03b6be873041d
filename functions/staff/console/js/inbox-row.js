// One report in the list.

import { h, icon } from "./dom.js";
import { ago, dateTime, deadline, plate } from "./format.js";
import { t, word } from "./i18n.js";
import { category, ward } from "./labels.js";

export function row(item, address) {
  const due = deadline(item);
  return h(
    "li", { class: due?.late ? "item late" : "item", "data-code": item.code, "data-testid": `report-${item.code}` },
    h(
      "a", { href: address },
      h("div", { class: "item-top" }, h("strong", {}, category(item.category)), h("time", { datetime: item.created_at, title: dateTime(item.created_at) }, ago(item.created_at))),
      where(item),
      item.summary ? h("div", { class: "item-text" }, item.summary) : h("div", { class: "item-text" }, t("no_text")),
      h(
        "div", { class: "item-foot" },
        h("span", { class: `chip ${item.status}` }, word("status", item.status)),
        item.urgency === "urgent" && h("span", { class: "chip urgent" }, icon("alert"), t("urgency.urgent")),
        due && (due.late || due.soon) && h("span", { class: due.late ? "chip late" : "chip soon" }, icon("clock"), due.text),
        item.flags?.map((flag) => h("span", { class: "chip soon" }, word("flag", flag))),
        h("span", { class: "code" }, item.code),
        item.evidence_count > 0 && h("span", { class: "row" }, icon("image"), String(item.evidence_count)),
        item.assignee && h("span", {}, item.assignee),
      ),
    ),
  );
}

function where(item) {
  const place = item.place || (item.ward && ward(item.ward)) || "";
  if (!place && !item.plates?.length) return null;
  return h("div", { class: "item-place" }, item.plates?.slice(0, 2).map((one) => h("span", { class: "plate" }, plate(one))), place && h("span", {}, place));
}
