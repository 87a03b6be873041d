// Leaflet, loaded when a map is first shown, and the outlines of the wards.

import { settings } from "./auth.js";
import { h } from "./dom.js";

export const HANOI = [21.0285, 105.8542];
let library = null;
let outlines = null;

export function loadLeaflet() {
  library ??= new Promise((resolve, reject) => {
    const style = h("link", { rel: "stylesheet", href: "/vendor/leaflet-1.9.4/leaflet.css" });
    const script = h("script", { src: "/vendor/leaflet-1.9.4/leaflet.js" });
    script.addEventListener("load", () => resolve(window.L));
    script.addEventListener("error", () => { library = null; reject(new Error("leaflet")); });
    document.head.append(style, script);
  });
  return library;
}

// Points of each ward's outline, by its code.
export async function loadOutlines() {
  outlines ??= fetch("/data/outlines.json").then((answer) => answer.json()).then((shapes) => Object.fromEntries(Object.entries(shapes).map(([code, shape]) => [code, decode(shape)])));
  return outlines;
}

// A map in an element; with tiles only where an address of tiles is set.
export function newMap(L, canvas, options = {}) {
  const made = L.map(canvas, { center: HANOI, zoom: 12, scrollWheelZoom: false, zoomAnimation: false, fadeAnimation: false, ...options });
  made.attributionControl?.setPrefix(false);
  const { map_tiles: tiles } = settings();
  if (tiles) L.tileLayer(tiles, { maxZoom: 19, attribution: "© OpenStreetMap" }).addTo(made);
  return made;
}

export const paint = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// An encoded polyline (https://developers.google.com/maps/documentation/utilities/polylinealgorithm).
function decode(text) {
  const points = [];
  let [at, lat, lon] = [0, 0, 0];
  const number = () => {
    let [value, shift, bits] = [0, 0, 0];
    do {
      bits = text.charCodeAt(at) - 63;
      at += 1;
      value |= (bits & 31) << shift;
      shift += 5;
    } while (bits >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) {
    lat += number();
    lon += number();
    points.push([lat / 1e5, lon / 1e5]);
  }
  return points;
}
