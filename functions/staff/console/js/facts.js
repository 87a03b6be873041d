// The facts of a report, each with where it came from and a correction at hand.

import { button, field, fill, h, iconButton, select } from "./dom.js";
import { dateTime, percent, plate, when } from "./format.js";
import { t, word } from "./i18n.js";
import { category, categoryChoices, ward, wardChoices } from "./labels.js";

const words = (text) => (text ? t("report.from_words", { words: text }) : null);

export function factsBlock(view, root) {
  const { report } = view;
  const rows = [
    row(view, "category", category(report.category), guesses(view), {
      source: [report.confidence < 1 && t("report.confidence", { percent: percent(report.confidence) }), words(report.words?.join(", "))],
      control: () => select(categoryChoices(report.agency), report.category),
      change: (control) => ({ category: control.value }),
    }),
    row(view, "plates", report.plates.length && h("span", { class: "row" }, report.plates.map((one) => h("span", { class: "plate" }, plate(one)))), null, {
      source: report.plate_details.map(plateSource),
      hint: t("fact.plates_hint"),
      control: () => h("input", { value: report.plates.map(plate).join(", ") }),
      change: (control) => ({ facts: { plates: control.value.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean) } }),
    }),
    row(view, "when", when(report.when, report.when_details), null, {
      source: [words(report.when_details?.words)],
      control: () => h("input", { type: "datetime-local", value: localInput(report.when) }),
      change: (control) => ({ facts: { when: control.value || null } }),
    }),
    row(view, "place", report.place, null, {
      source: [report.place_details?.street && report.place_details.street !== report.place && report.place_details.street],
      control: () => h("input", { value: report.place ?? "", maxlength: 300 }),
      change: (control) => ({ facts: { place: control.value.trim() || null } }),
    }),
    row(view, "ward", report.ward && ward(report.ward), wardGuesses(view), {
      control: () => select([["", t("none")], ...wardChoices()], report.ward),
      change: (control) => ({ facts: { ward: control.value || null } }),
    }),
    row(view, "urgency", word("urgency", report.urgency), null, {
      control: () => select([["normal", t("urgency.normal")], ["urgent", t("urgency.urgent")]], report.urgency),
      change: (control) => ({ urgency: control.value }),
    }),
    still("deadline", report.deadline ? dateTime(report.deadline) : t("no_deadline")),
    still("created", `${dateTime(report.created_at)} · ${word("channel", report.channel)}`),
    still("citizen", h("span", { class: "code" }, report.citizen)),
  ];
  fill(
    root,
    h("div", { class: "block-head" }, h("h2", {}, t("report.facts"))),
    report.missing.length > 0 && h("div", { class: "guess" }, h("span", { class: "tiny soft" }, t("report.missing")), report.missing.map((fact) => h("span", { class: "chip soon" }, word("missing", fact)))),
    h("dl", {}, rows),
  );
}

function row(view, name, value, below, { source = [], control, change, hint }) {
  const by = view.report.facts_by?.[name] ?? "desk";
  const corrected = by.startsWith("staff:") && t("report.by_staff", { who: by.slice(6) });
  const machine = by === "machine" && t("report.by_machine");
  const notes = corrected ? [corrected] : [machine, ...source.flat()].filter(Boolean);
  const label = t(`fact.${name}`);
  const shown = h("div", {}, value || h("span", { class: "soft" }, t("none")), notes.map((note) => h("span", { class: "source" }, note)), below);
  const body = h("dd", { class: "known" }, shown);
  const line = h("div", { class: "fact", "data-testid": `fact-${name}` }, h("dt", {}, label), body);
  if (view.mayWork && !view.report.merged_into) {
    const edit = () => form(view, line, label, control(), change, hint);
    body.append(h("div", { class: "tool" }, iconButton(t("fact.edit", { fact: label.toLowerCase() }), "pencil", { class: "button quiet small square", onclick: edit, "data-testid": `edit-${name}` })));
  }
  return line;
}

const still = (name, value) => h("div", { class: "fact" }, h("dt", {}, t(`fact.${name}`)), h("dd", {}, value));

// The fact as a form in its own place.
function form(view, line, label, control, change, hint) {
  const back = () => factsBlock(view, view.facts);
  const save = button(t("save"), { kind: "primary small", type: "submit" });
  const body = h("form", { class: "form" }, field(label, control, hint), h("div", { class: "row" }, save, button(t("cancel"), { kind: "small", onclick: back })));
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    await view.edit(change(control), t("fact.saved", { fact: label.toLowerCase() }));
    save.disabled = false;
  });
  body.addEventListener("keydown", (event) => event.key === "Escape" && back());
  fill(line, h("dt", {}, label), h("dd", {}, body));
  control.focus();
}

// Other kinds that it could be: one click corrects.
function guesses(view) {
  const others = view.report.alternatives.filter(([id, chance]) => id !== view.report.category && chance >= 0.05).slice(0, 3);
  if (!others.length || !view.mayWork || view.report.facts_by?.category?.startsWith("staff:")) return null;
  return h("div", { class: "guess" }, h("span", { class: "tiny soft" }, t("report.alternatives")), others.map(([id, chance]) => h("button", { type: "button", class: "chip", onclick: () => view.edit({ category: id }, t("fact.saved", { fact: t("fact.category").toLowerCase() })) }, category(id), h("span", {}, `${percent(chance)}%`))));
}

function wardGuesses(view) {
  const candidates = view.report.ward ? [] : (view.report.place_details?.ward_candidates ?? []).slice(0, 4);
  if (!candidates.length || !view.mayWork) return null;
  return h("div", { class: "guess" }, h("span", { class: "tiny soft" }, t("report.alternatives")), candidates.map((code) => h("button", { type: "button", class: "chip", onclick: () => view.edit({ facts: { ward: code } }, t("fact.saved", { fact: t("fact.ward").toLowerCase() })) }, ward(code))));
}

function plateSource(found) {
  const notes = [found.source ?? words(found.text)];
  if (found.partial) notes.push(t("fact.partial"));
  if (found.readings?.length > 1) notes.push(t("fact.readings", { readings: found.readings.slice(0, 3).join(", ") }));
  return notes.filter(Boolean).join(" · ");
}

// A moment as a `datetime-local` control wants it, in Hanoi's time.
function localInput(value) {
  if (!value) return "";
  if (value.length === 10) return `${value}T00:00`;
  return new Date(new Date(value).getTime() + 7 * 3_600_000).toISOString().slice(0, 16);
}
