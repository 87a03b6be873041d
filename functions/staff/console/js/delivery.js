// How far messages to many came, as the API counts them.

import { h } from "./dom.js";
import { number } from "./format.js";
import { known, t, word } from "./i18n.js";

export const figure = (name, label, value) => h("div", { class: "figure", "data-testid": `figure-${name}` }, h("b", {}, number(value)), h("span", { class: "small soft" }, label));

// One row for each reason why messages were refused by Zalo or not tried.
export function reasonRows(counts) {
  const why = (reason) => (known(`plan.${reason}`) ? t(`plan.${reason}`) : word("news.error", reason));
  return ["refused", "skipped"].flatMap((name) => Object.entries(counts[name]).map(([reason, count]) => countRow([t(`news.figure.${name}`), ": ", why(reason)], count)));
}

export const countRow = (label, count) => h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "number" }, number(count)));
