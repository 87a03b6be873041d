// Filters that a person keeps under a name of their own. They stay in this browser: nobody else needs them.

import { ask } from "./dialogs.js";
import { field, h, toast } from "./dom.js";
import { t } from "./i18n.js";

const KEY = "desk.filters";
const MOST = 12;

export const keptFilters = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");

const plain = (query) => JSON.stringify(Object.entries(query).filter(([, value]) => value).sort());
export const sameFilter = (one, other) => plain(one) === plain(other);

// Ask for a name and keep what is looked at now.
export function keepFilter(query, done) {
  const name = h("input", { required: true, maxlength: 40, "data-testid": "filter-name" });
  ask(t("saved.keep"), {
    label: t("save"), content: field(t("saved.name"), name),
    act: async () => {
      const others = keptFilters().filter((one) => one.name !== name.value && !sameFilter(one.query, query));
      localStorage.setItem(KEY, JSON.stringify([...others, { name: name.value.trim(), query }].slice(-MOST)));
      toast(t("saved.kept", { name: name.value }));
      done();
    },
  });
}

export function dropFilter(filter, done) {
  localStorage.setItem(KEY, JSON.stringify(keptFilters().filter((one) => one.name !== filter.name)));
  done();
}
