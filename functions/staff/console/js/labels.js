// Names of categories and wards, loaded once.

import { language } from "./i18n.js";

let categories = {};
let wards = {};

export async function loadLabels() {
  const load = async (name) => (await fetch(`/data/${name}.json`)).json();
  [categories, wards] = await Promise.all([load("categories"), load("wards")]);
}

export const category = (id) => categories[id]?.[language] ?? id ?? "";
export const ward = (code) => wards[code] ?? code ?? "";

// Categories that an agency can choose, its own first.
export function categoryChoices(agency) {
  return Object.entries(categories)
    .filter(([, entry]) => entry.agency === agency || entry.agency === "common")
    .map(([id]) => [id, category(id)]);
}

export const wardChoices = () => Object.entries(wards);
