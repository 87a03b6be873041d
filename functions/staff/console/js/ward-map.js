// Wards shaded by how many reports they have. The same figures stand as a list beside it.

import { fill, h } from "./dom.js";
import { number } from "./format.js";
import { t } from "./i18n.js";
import { ward } from "./labels.js";
import { loadLeaflet, loadOutlines, newMap, paint } from "./leaflet.js";
import { go } from "./router.js";

export function wardMap(counts) {
  const known = Object.entries(counts).filter(([code, count]) => code !== "none" && count > 0);
  if (!known.length) return null;
  const canvas = h("div", { class: "map tall", role: "application", "aria-label": t("statistics.by_ward"), "data-testid": "ward-map" });
  const note = h("p", { class: "small soft" }, t("statistics.map_hint"));
  draw(canvas, counts, Math.max(...known.map(([, count]) => count))).catch(() => fill(note, t("map.failed")));
  return h("section", { class: "card" }, h("h2", {}, t("map.title")), canvas, note);
}

async function draw(canvas, counts, most) {
  const [L, shapes] = await Promise.all([loadLeaflet(), loadOutlines()]);
  if (!canvas.isConnected) return;
  const map = newMap(L, canvas, { zoomSnap: 0.25, attributionControl: false });
  const filled = L.featureGroup().addTo(map);
  for (const [code, points] of Object.entries(shapes)) {
    const count = counts[code] ?? 0;
    const shape = L.polygon(points, { color: paint("--line-strong"), weight: 0.6, fillColor: paint("--accent"), fillOpacity: count ? 0.2 + (0.7 * count) / most : 0.02 });
    shape.bindTooltip(`${ward(code)}: ${number(count)}`, { sticky: true });
    shape.on("click", () => go("reports", { view: "all", ward: code }));
    shape.addTo(count ? filled : map);
  }
  map.fitBounds(filled.getBounds(), { padding: [24, 24], maxZoom: 13 });
}
