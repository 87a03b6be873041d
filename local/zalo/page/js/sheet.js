// Sheets over the screen: one at a time, closed by Escape, the backdrop or their own button.
import { h, iconButton } from "./dom.js";

let previous = null;
let whenClosed = null;

/** Open a sheet with this content; `closed` runs when it goes away. */
export function openSheet(title, content, { tall = false, closed = null, testid = "sheet" } = {}) {
  const heading = h("h2", { id: "sheet-title" }, title);
  const sheet = h(`div.sheet${tall ? ".tall" : ""}`, { role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title", "data-testid": testid },
    h("div.sheet-head", {}, heading, iconButton("close", "Đóng", closeSheet, { "data-testid": "sheet-close" })),
    ...content);
  openOverlay(sheet, closed);
  (sheet.querySelector("[autofocus]") || sheet.querySelector(".sheet-body button, .sheet-body input") || heading).focus?.();
}

/** Anything modal over the screen. */
export function openOverlay(element, closed = null) {
  if (whenClosed) closeSheet();
  const overlay = document.getElementById("overlay");
  previous = document.activeElement;
  whenClosed = closed || (() => {});
  overlay.replaceChildren(element);
  overlay.hidden = false;
  document.getElementById("screen").inert = true;
}

export function closeSheet() {
  const overlay = document.getElementById("overlay");
  if (overlay.hidden) return;
  overlay.hidden = true;
  overlay.replaceChildren();
  document.getElementById("screen").inert = false;
  previous?.focus?.();
  const done = whenClosed;
  whenClosed = null;
  done?.();
}

document.addEventListener("keydown", (event) => event.key === "Escape" && closeSheet());
document.getElementById("overlay").addEventListener("click", (event) => event.target.id === "overlay" && closeSheet());
window.addEventListener("hashchange", closeSheet);
