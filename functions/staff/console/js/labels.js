// Names of categories and wards.

import categories from "../data/categories.json" with { type: "json" };
import wards from "../data/wards.json" with { type: "json" };
import { language } from "./i18n.js";

export const category = (id) => categories[id]?.[language] ?? id ?? "";
export const ward = (code) => wards[code] ?? code ?? "";

// Categories that an agency can choose, its own first.
export function categoryChoices(agency) {
  return Object.entries(categories)
    .filter(([, entry]) => entry.agency === agency || entry.agency === "common")
    .map(([id]) => [id, category(id)]);
}

export const wardChoices = () => Object.entries(wards);
