// Choosing a place: tap the sketch of the city, a known place, or where this device is.
import { h, toast } from "./dom.js";
import { PLACES } from "./hanoi.js";
import { map, pointed } from "./map.js";
import { closeSheet, openSheet } from "./sheet.js";

const HIGH = 200;

export function choosePlace(send) {
  let [name, lat, lon] = PLACES[0];
  let span = 0.09;
  const board = h("div", {});
  const label = h("input", { value: name, maxlength: "120", "data-testid": "place-name" });
  const where = h("small", { "data-testid": "place-where" });

  function show() {
    const drawing = map(lat, lon, { high: HIGH, span });
    drawing.classList.add("city");
    drawing.addEventListener("click", (event) => {
      [lat, lon] = pointed(event, drawing, lat, lon, span).map((value) => Number(value.toFixed(6)));
      label.value = "";
      span = Math.max(0.02, span * 0.7);
      show();
    });
    board.replaceChildren(drawing);
    where.textContent = `${lat}, ${lon}`;
  }

  const chips = PLACES.map((place) => h("button.pill", { type: "button", "data-testid": `place-${place[0]}`, onclick: () => {
    [name, lat, lon] = place;
    label.value = name;
    span = 0.05;
    show();
  } }, place[0]));
  const here = h("button.pill", { type: "button", onclick: () => navigator.geolocation?.getCurrentPosition(
    ({ coords }) => { [lat, lon] = [coords.latitude, coords.longitude]; label.value = "Vị trí của tôi"; span = 0.03; show(); },
    () => toast("Thiết bị không cho biết vị trí")) }, "Vị trí của tôi");
  const wider = h("button.pill", { type: "button", onclick: () => { span = Math.min(0.2, span * 1.6); show(); } }, "Thu nhỏ");

  show();
  openSheet("Gửi vị trí", [h("div.sheet-body", {},
    board, h("div.chips", {}, here, wider, ...chips),
    h("label.field", {}, "Tên nơi (không bắt buộc)", label), where,
    h("button.primary", { type: "button", style: "margin-top:.7rem", "data-testid": "place-send", onclick: () => { closeSheet(); send(lat, lon, label.value.trim()); } }, "Gửi vị trí này"))], { testid: "place-sheet" });
}
