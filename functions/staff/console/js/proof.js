// Proof that something was repaired: pictures of the report, or new ones that an officer adds.

import { paths, post } from "./api.js";
import { button, fill, h, icon } from "./dom.js";
import { t, word } from "./i18n.js";

// What the API takes, before base64; a larger picture is drawn smaller here.
const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_PX = 2560;

// Pictures to choose from, and a button for new ones. `chosen()` gives the ids that are ticked.
export function proofField(view, trouble) {
  const ticked = new Set();
  const grid = h("div", { class: "proofs", role: "group", "aria-label": t("proof.title") });
  const draw = () => fill(grid, view.report.evidence.filter((item) => item.state === "stored").map(tick), adder);
  const tick = (item) => {
    const box = h("input", { type: "checkbox", "data-testid": "proof", checked: ticked.has(item.id) });
    box.addEventListener("change", () => (box.checked ? ticked.add(item.id) : ticked.delete(item.id)));
    const name = `${word("kind", item.kind)}${item.by ? ` · ${item.by}` : ""}`;
    return h("label", { class: "proof" }, box, item.thumbnail_url ? h("img", { src: item.thumbnail_url, alt: "" }) : icon("file"), h("span", {}, name));
  };
  const adder = uploadButton(view, trouble, (before) => {
    for (const item of view.report.evidence) if (!before.has(item.id)) ticked.add(item.id);
    draw();
  });
  draw();
  const element = h("fieldset", { class: "field" }, h("legend", {}, t("proof.title")), h("small", { class: "hint" }, t("proof.hint")), grid);
  return { element, chosen: () => [...ticked] };
}

// A button that adds pictures to the report. `done` gets the ids that were there before.
export function uploadButton(view, trouble, done) {
  const input = h("input", { type: "file", accept: "image/*", multiple: true, class: "hush", tabindex: "-1", "aria-label": t("proof.add"), "data-testid": "upload" });
  const open = button(t("proof.add"), { kind: "small", sign: "upload", onclick: () => input.click() });
  input.addEventListener("change", async () => {
    open.disabled = true;
    const before = new Set(view.report.evidence.map((item) => item.id));
    try {
      for (const file of input.files) view.took(await post(paths.part(view.code, "evidence"), { data: await base64(await small(file)), file_name: file.name.slice(0, 120) }));
      trouble(null);
    } catch (error) {
      trouble(error);
    } finally {
      open.disabled = false;
      input.value = "";
      done(before);
    }
  });
  return h("span", {}, open, input);
}

async function small(file) {
  if (file.size <= MOST_BYTES) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = h("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.88); });
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
