// Pictures and maps on the whole screen.
import { h, iconButton } from "./dom.js";
import { map } from "./map.js";
import { closeSheet, openOverlay } from "./sheet.js";

export function viewPictures(urls, first, caption) {
  let index = first;
  const image = h("img", { src: urls[index], alt: caption || "Ảnh phóng to", "data-testid": "viewer-image" });
  const step = (by) => { index = (index + by + urls.length) % urls.length; image.src = urls[index]; };
  open([image,
    urls.length > 1 && iconButton("back", "Ảnh trước", () => step(-1), { class: "icon-button step back" }),
    urls.length > 1 && iconButton("next", "Ảnh sau", () => step(1), { class: "icon-button step" }),
    caption && h("figcaption", {}, caption)]);
}

export function viewMap(lat, lon, name) {
  open([map(lat, lon, { high: 420, span: 0.022, label: name }), h("figcaption", {}, `${name} · ${lat}, ${lon}`)]);
}

function open(content) {
  const close = iconButton("close", "Đóng", closeSheet, { "data-testid": "viewer-close" });
  openOverlay(h("figure.viewer", { role: "dialog", "aria-modal": "true", "aria-label": "Xem ảnh", "data-testid": "viewer", style: "margin:0" }, ...content.filter(Boolean), close));
  close.focus();
}
