// Counts of road faults for everybody, and a map of squares. Everything comes ready from /public/reports.json.

const OUTCOMES = { open: "Đang xử lý", fixed: "Đã khắc phục", answered: "Đã trả lời", rejected: "Không xử lý tiếp", other: "Khác" };
const HANOI = [21.0285, 105.8542];
const at = (id) => document.getElementById(id);
const number = (value) => new Intl.NumberFormat("vi").format(value);
let map = null;
let circles = null;

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}

function rows(table, pairs) {
  const most = Math.max(1, ...pairs.map(([, count]) => count));
  const body = element("tbody");
  for (const [name, count, note] of pairs) {
    const line = element("tr");
    const head = element("th", name, { scope: "row" });
    if (note) head.append(element("div", note, { class: "soft small" }));
    const bar = element("td", undefined, { class: "bar" });
    bar.append(element("meter", undefined, { min: 0, max: most, value: count, "aria-hidden": "true" }));
    line.append(head, bar, element("td", number(count)));
    body.append(line);
  }
  if (!pairs.length) {
    const line = element("tr");
    line.append(element("th", "Chưa đủ 5 phản ánh để công bố.", { scope: "row" }));
    body.append(line);
  }
  table.replaceChildren(body);
}

const month = (value) => (value === "other" ? "Khác" : value.split("-").reverse().join("/"));
const sorted = (counts) => Object.entries(counts).sort(([one, a], [other, b]) => (one === "other") - (other === "other") || b - a);

async function show() {
  const query = new URLSearchParams({ ward: at("ward").value, month: at("month").value });
  const answer = await fetch(`/public/reports.json?${query}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const data = await answer.json();
  at("lead").textContent = `${data.agency}. Số liệu đến hết ngày ${data.until.split("-").reverse().join("/")}.`;
  at("total").textContent = data.total === null ? "Chưa đủ 5 phản ánh để công bố." : `${number(data.total)} phản ánh`;
  rows(at("outcomes"), sorted(data.by_outcome).map(([id, count]) => [OUTCOMES[id], count]));
  const categories = data.by_category.map((one) => [one.label, one.count, Object.entries(one.outcomes).map(([id, n]) => `${OUTCOMES[id]}: ${number(n)}`).join(", ")]);
  rows(at("categories"), data.other_categories ? [...categories, ["Khác", data.other_categories]] : categories);
  rows(at("months"), Object.entries(data.by_month).sort().map(([id, count]) => [month(id), count]));
  const named = (id) => (id === "none" || id === "other" ? "Khác hoặc không rõ" : data.wards[id]);
  rows(at("wards"), sorted(data.by_ward).map(([id, count]) => [named(id), count]));
  choices(at("ward"), Object.entries(data.wards).sort((one, other) => one[1].localeCompare(other[1], "vi")));
  choices(at("month"), data.months.toReversed().map((id) => [id, month(id)]));
  draw(data.squares);
}

function choices(select, pairs) {
  if (select.options.length > 1) return;
  pairs.forEach(([value, text]) => select.append(new Option(text, value)));
}

function draw(squares) {
  const L = window.L;
  if (!L) return;
  map ??= L.map("map", { center: HANOI, zoom: 11, scrollWheelZoom: false });
  map.attributionControl.setPrefix(false);
  circles?.remove();
  const paint = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  circles = L.layerGroup(squares.map(({ lat, lon, count }) => L.circle([lat, lon], { radius: 550, color: paint, weight: 1, fillOpacity: Math.min(0.8, 0.2 + count / 100) }).bindTooltip(`${number(count)} phản ánh`))).addTo(map);
  if (squares.length) map.fitBounds(squares.map(({ lat, lon }) => [lat, lon]), { padding: [30, 30], maxZoom: 14 });
}

async function outlines() {
  if (!map) return;
  const shapes = await (await fetch("/data/outlines.json")).json();
  const line = getComputedStyle(document.documentElement).getPropertyValue("--soft");
  for (const shape of Object.values(shapes)) window.L.polygon(decode(shape), { color: line, weight: 0.6, fillOpacity: 0.02, interactive: false }).addTo(map);
}

// An encoded polyline (https://developers.google.com/maps/documentation/utilities/polylinealgorithm).
function decode(text) {
  const points = [];
  let [place, lat, lon] = [0, 0, 0];
  const next = () => {
    let [value, shift, bits] = [0, 0, 32];
    while (bits >= 32) {
      bits = text.charCodeAt(place) - 63;
      place += 1;
      value |= (bits & 31) << shift;
      shift += 5;
    }
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (place < text.length) {
    lat += next();
    lon += next();
    points.push([lat / 1e5, lon / 1e5]);
  }
  return points;
}

const load = () => show().catch(() => { at("lead").textContent = "Chưa tải được số liệu, vui lòng thử lại sau."; });
at("ward").addEventListener("change", load);
at("month").addEventListener("change", load);
load().then(outlines).catch(() => {});
