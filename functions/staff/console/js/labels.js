// Names of categories and wards, loaded once.

import { language } from "./i18n.js";

let categories = {};
let wards = {};

export async function loadLabels() {
  // A cold or busy server may refuse the first time: names are worth another try.
  const load = async (name, tries = 4) => {
    const answer = await fetch(`/data/${name}.json`);
    if (answer.ok) return answer.json();
    if (tries === 1) throw new Error(`${name}: ${answer.status}`);
    await new Promise((resume) => setTimeout(resume, 700));
    return load(name, tries - 1);
  };
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
