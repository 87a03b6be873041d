// Maps without tiles: a sketch of Hanoi around a point, with invented side streets.
import { s } from "./dom.js";
import { LABELS, MAIN_ROADS, RIVER, ROADS, SEVEN_ACRE_LAKE, SWORD_LAKE, WEST_LAKE } from "./hanoi.js";

const WIDE = 244;

/** A map of `high` by 244 units; `span` is its width in degrees of longitude. `pin` marks the middle. */
export function map(lat, lon, { high = 128, span = 0.03, pin = true, label = "" } = {}) {
  const scale = WIDE / span;
  const stretch = 1 / Math.cos((lat * Math.PI) / 180);
  const x = (east) => (east - lon) * scale + WIDE / 2;
  const y = (north) => (lat - north) * scale * stretch + high / 2;
  const line = (points) => points.map(([north, east]) => `${x(east).toFixed(1)},${y(north).toFixed(1)}`).join(" ");
  const width = (metres) => Math.max(1.2, (metres / 104000) * scale).toFixed(1);
  return s("svg", { class: "map", viewBox: `0 0 ${WIDE} ${high}`, role: "img", "aria-label": label || `Bản đồ ${lat}, ${lon}` },
    s("rect", { class: "map-block", width: WIDE, height: high }),
    ...lanes(lat, lon, span, x, y, high, width(7)),
    s("polyline", { class: "map-river", points: line(RIVER), "stroke-width": width(650), style: "fill:none" }),
    ...[WEST_LAKE, SWORD_LAKE, SEVEN_ACRE_LAKE].map((lake) => s("polygon", { class: "map-water", points: line(lake) })),
    ...ROADS.map((road) => s("polyline", { class: "map-road", points: line(road), "stroke-width": width(26) })),
    ...MAIN_ROADS.map((road) => s("polyline", { class: "map-main", points: line(road), "stroke-width": width(40) })),
    ...LABELS.filter(([, north, east]) => !pin || Math.hypot(x(east) - WIDE / 2, y(north) - high / 2) > 26).map(([name, north, east, water]) => s("text", {
      class: `map-label${water ? " map-water-label" : ""}`, x: x(east), y: y(north), "text-anchor": "middle",
    }, name)),
    pin && marker(WIDE / 2, high / 2));
}

/** What point of a map was clicked. */
export function pointed(event, drawing, lat, lon, span) {
  const box = drawing.getBoundingClientRect();
  const stretch = Math.cos((lat * Math.PI) / 180);
  const across = (event.clientX - box.left) / box.width - 0.5;
  const down = (event.clientY - box.top) / box.height - 0.5;
  return [lat - down * span * (box.height / box.width) * stretch, lon + across * span];
}

function marker(x, y) {
  const drop = "M0 0C-7-8-10-12.5-10-17a10 10 0 0 1 20 0c0 4.5-3 9-10 17z";
  return s("g", { transform: `translate(${x} ${y})` },
    s("ellipse", { rx: 5, ry: 2, fill: "#0003" }), s("path", { class: "map-pin", d: drop }),
    s("circle", { cy: -17, r: 3.6, fill: "#fff" }));
}

/** Side streets on a tilted grid whose lines depend on the place alone, so that a place looks the same again. */
function lanes(lat, lon, span, x, y, high, width) {
  if (span > 0.08) return [];
  const drawn = [];
  const step = 0.0022;
  const reach = span;
  for (let east = Math.floor((lon - reach) / step) * step; east < lon + reach; east += step) {
    const shift = wobble(east) * step * 0.7;
    drawn.push([[lat - reach, east + shift], [lat + reach, east + shift + reach * 0.16]]);
  }
  for (let north = Math.floor((lat - reach) / step) * step; north < lat + reach; north += step) {
    const shift = wobble(north + 7) * step * 0.7;
    drawn.push([[north + shift, lon - reach], [north + shift - reach * 0.12, lon + reach]]);
  }
  return drawn.map(([a, b]) => s("line", {
    class: "map-lane", x1: x(a[1]), y1: y(a[0]), x2: x(b[1]), y2: y(b[0]), "stroke-width": width,
  }));
}

function wobble(value) {
  const wave = Math.sin(value * 91673.17) * 43758.5453;
  return wave - Math.floor(wave) - 0.5;
}
