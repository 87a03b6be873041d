// Where it happened: the pin, the ward's outline and reports nearby.

import { get, paths } from "./api.js";
import { settings } from "./auth.js";
import { button, fill, h, icon } from "./dom.js";
import { t, word } from "./i18n.js";
import { category, ward } from "./labels.js";
import { HANOI, loadLeaflet, loadOutlines, newMap, paint } from "./leaflet.js";

export function mapBlock(view) {
  const canvas = h("div", { class: "map", role: "application", "aria-label": t("map.label"), "data-testid": "map" });
  const note = h("p", { class: "small soft" });
  const switcher = button(t("map.wards"), { kind: "quiet small", "aria-pressed": "false", onclick: () => toggleWards() });
  const element = h("section", { class: "card block", "aria-label": t("map.title") }, h("div", { class: "block-head" }, h("h2", {}, t("map.title")), switcher), canvas, note);
  let map = null;
  let layer = null;
  let all = null;
  let drawn = "";
  let left = false;

  async function draw() {
    const { location, ward: code } = view.report;
    const now = JSON.stringify([location, code]);
    if (now === drawn) return;
    drawn = now;
    const place = Boolean(location || code);
    canvas.hidden = !place;
    switcher.hidden = !place;
    fill(note, !place ? t("map.none") : !location ? t("map.ward_only") : link(location));
    if (!place) return;
    try {
      const L = await loadLeaflet();
      const shapes = code ? await loadOutlines() : {};
      if (left) return;
      map ??= begin(L);
      layer?.remove();
      layer = L.layerGroup().addTo(map);
      const outline = shapes[code] && L.polygon(shapes[code], { className: "ward", color: paint("--accent"), weight: 2, fillOpacity: 0.08 }).addTo(layer);
      outline?.bindTooltip(ward(code), { permanent: !location, direction: "center", className: "ward-name" });
      nearby(L, layer, code);
      if (location) {
        L.circleMarker([location.lat, location.lon], { radius: 9, color: "#ffffff", weight: 3, fillColor: "#c2402f", fillOpacity: 1 }).addTo(layer).bindTooltip(view.report.place ?? ward(code) ?? t("fact.location"));
        map.setView([location.lat, location.lon], 15);
      } else {
        map.fitBounds(outline?.getBounds() ?? [HANOI, HANOI], { padding: [12, 12] });
      }
      map.invalidateSize();
    } catch {
      fill(note, icon("alert"), t("map.failed"));
    }
  }

  // Other reports of the ward that have a position: an extra, whose failure is no trouble.
  async function nearby(L, onto, code) {
    if (!code) return;
    const { data } = await get(paths.list, { ward: code, limit: 50 }).catch(() => ({ data: { items: [] } }));
    for (const other of data.items) {
      if (!other.location || other.code === view.code || left) continue;
      L.circleMarker([other.location.lat, other.location.lon], { radius: 6, color: paint("--accent"), weight: 2, fillOpacity: 0.35 })
        .bindTooltip(`${other.code} · ${category(other.category)} · ${word("status", other.status)}`)
        .on("click", () => view.desk.visit(other.code))
        .addTo(onto)
        .bringToBack();
    }
  }

  function begin(L) {
    const made = newMap(L, canvas);
    if (!settings().map_tiles) toggleWards(made, L); // without tiles the outlines are the map
    return made;
  }

  async function toggleWards(made = map, L = window.L) {
    if (!made) return;
    if (all) {
      all.remove();
      all = null;
    } else {
      const shapes = await loadOutlines();
      all = L.layerGroup(Object.entries(shapes).map(([code, shape]) => L.polygon(shape, { color: paint("--line-strong"), weight: 1, fillOpacity: 0.02 }).bindTooltip(ward(code), { sticky: true })));
      if (!left) all.addTo(made);
    }
    switcher.setAttribute("aria-pressed", String(Boolean(all)));
  }

  return { element, draw, leave: () => { left = true; map?.remove(); } };
}

function link({ lat, lon }) {
  const address = `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`;
  return [`${lat.toFixed(5)}, ${lon.toFixed(5)} · `, h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, t("map.open"))];
}
