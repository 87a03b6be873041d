// Windows over the page: a native <dialog> keeps the focus inside and gives it back afterwards.

import { button, fill, h, icon, iconButton } from "./dom.js";
import { known, language, t, word } from "./i18n.js";

// Opens at once. `build(close)` gives the content; a promise-free helper, the content acts by itself.
export function openDialog(title, build, { kind = "", onclose } = {}) {
  const dialog = h("dialog", { class: kind, "aria-label": title, "data-testid": "dialog" });
  const close = () => dialog.close();
  const head = h("div", { class: "dialog-head" }, h("h2", {}, title), iconButton(t("close"), "close", { onclick: close }));
  dialog.append(...[build(close, head)].flat());
  if (!head.isConnected && !dialog.contains(head)) dialog.prepend(head);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose?.();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function showKeys() {
  const row = (key, label) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(label))];
  openDialog(t("keys.title"), () => h(
    "div", { class: "dialog-body" },
    h("dl", { class: "keylist" }, row("j", "keys.j"), row("k", "keys.k"), row("Enter", "keys.enter"), row("/", "keys./"), row("r", "keys.r"), row("a", "keys.a"), row("e", "keys.e"), row("?", "keys.?"), row("Esc", "keys.esc")),
  ));
}

// Ask before something that cannot be taken back. `act` runs while the window waits; its error is shown inside.
export function ask(title, { text, label, content, act }) {
  openDialog(title, (close) => {
    const trouble = h("div", { "aria-live": "assertive" });
    const yes = button(label, { kind: "primary", type: "submit" });
    const form = h(
      "form", { class: "dialog-body form" },
      text && h("p", {}, text), content, trouble,
      h("div", { class: "row end" }, button(t("cancel"), { onclick: close }), yes),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      yes.disabled = true;
      try {
        await act(close);
        close();
      } catch (error) {
        fill(trouble, problemNotice(error, error.again && (() => { close(); error.again(); })));
      } finally {
        yes.disabled = false;
      }
    });
    return form;
  }).querySelector("input:not(.hush), select, textarea")?.focus();
}

// A problem in the words of the console: what kind it is and which fields are wrong. The API's own words are
// English; they stay for whoever reads English, and where the console knows no better ones.
function told(error) {
  const kind = `problem.${String(error.type ?? "").split("/").pop()}`;
  const title = known(kind) ? t(kind) : (error.title ?? t("error.title", { status: error.status ?? "" }));
  const fields = (error.fields ?? []).map((one) => {
    const name = one.field.split(".").filter((part) => !["body", "query", "path", "facts"].includes(part) && !/^\d+$/.test(part)).pop() ?? "";
    const rule = `rule.${one.rule ?? ""}`;
    return { name: word("field", name), says: known(rule) ? t(rule) : one.rule === "value_error" ? one.message.replace(/^Value error, /, "") : language === "vi" && known(kind) ? t("rule.wrong") : one.message };
  });
  // What the API adds to a kind that the console has words for is English: of use only beside English words.
  const detail = known(kind) && language === "vi" && !error.own ? "" : error.message;
  return { title, fields, detail: detail === title ? "" : detail };
}

export function problemNotice(error, retry) {
  const { title, fields, detail } = told(error);
  return h(
    "div", { class: "notice bad", role: "alert", "data-testid": "problem" },
    icon("alert"),
    h(
      "div", {},
      h("strong", {}, title),
      fields.length ? fields.map((one) => h("div", {}, h("b", {}, one.name), one.name && ": ", one.says)) : detail && h("div", {}, detail),
      retry && button(t(error.conflict ? "reload" : "retry"), { sign: "refresh", kind: "small", onclick: retry }),
    ),
  );
}

// The short form for a toast.
export function problemText(error) {
  const { title, fields, detail } = told(error);
  const more = fields.map((one) => `${one.name}: ${one.says}`).join("; ") || detail;
  return more ? `${title} (${more})` : title;
}
