// The console's two languages. Words of an officer and of citizens are never translated.

import { english } from "./words-en.js";
import { vietnamese } from "./words-vi.js";

const KEY = "desk.language";
export const language = localStorage.getItem(KEY) === "en" ? "en" : "vi";
const words = language === "en" ? english : vietnamese;

// Words stand all over the page: another language is the page anew.
export function flipLanguage() {
  localStorage.setItem(KEY, language === "en" ? "vi" : "en");
  location.reload();
}

export function useLanguage() {
  document.documentElement.lang = language;
  document.getElementById("skip").textContent = t("skip");
}

// The words of a key, with `{name}` filled in. A key without words shows itself: a gap is seen, not hidden.
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const known = (key) => key in words;
// The words of a key that the API chose, or the value itself.
export const word = (group, value) => (known(`${group}.${value}`) ? t(`${group}.${value}`) : String(value ?? ""));
