// Windows over the page: a native <dialog> keeps the focus inside and gives it back afterwards.

import { button, fill, h, icon, iconButton } from "./dom.js";
import { known, t } from "./i18n.js";

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
  });
}

// What is known about an error: what kind of problem, the fields that are wrong, and what can be done.
export function problemNotice(error, retry) {
  const kind = `problem.${String(error.type ?? "").split("/").pop()}`;
  const translated = known(kind);
  const fields = (error.fields ?? []).map((one) => h("div", {}, h("span", { class: "code" }, one.field), ": ", one.message));
  return h(
    "div", { class: "notice bad", role: "alert", "data-testid": "problem" },
    icon("alert"),
    h(
      "div", {},
      h("strong", {}, translated ? t(kind) : (error.title ?? t("error.title", { status: "" }))),
      fields.length ? fields : error.message !== error.title && h("div", {}, error.message),
      retry && button(t(error.conflict ? "reload" : "retry"), { sign: "refresh", kind: "small", onclick: retry }),
    ),
  );
}

// The short form for a toast.
export function problemText(error) {
  const kind = `problem.${String(error.type ?? "").split("/").pop()}`;
  const fields = (error.fields ?? []).map((one) => `${one.field}: ${one.message}`).join("; ");
  return `${known(kind) ? t(kind) : (error.title ?? "")}${fields || error.message ? ` (${fields || error.message})` : ""}`;
}
