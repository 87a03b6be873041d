// The drawer below the composer: what can be attached, and samples to send with one tap.
import { get } from "./api.js";
import { h, icon } from "./dom.js";

const TOOLS = [
  ["image", "Ảnh", "image", "linear-gradient(135deg,#37b26c,#1f8f52)"],
  ["video", "Video", "video", "linear-gradient(135deg,#f08a3c,#d9642a)"],
  ["voice", "Ghi âm", "mic", "linear-gradient(135deg,#e25b6a,#c83c57)"],
  ["file", "Tệp", "file", "linear-gradient(135deg,#4a8df0,#2b68d6)"],
  ["place", "Vị trí", "pin", "linear-gradient(135deg,#8f6be8,#6b46cf)"],
];
const TITLES = {
  "vuot-den-do.jpg": "Vượt đèn đỏ", "do-tren-via-he.jpg": "Đỗ trên vỉa hè", "o-ga.jpg": "Ổ gà",
  "den-duong-hong.jpg": "Đèn đường hỏng", "di-nguoc-chieu.mp4": "Đi ngược chiều", "loi-nhan.m4a": "Lời nhắn thoại",
  "don-phan-anh.pdf": "Đơn phản ánh",
};
const STICKERS = ["xin-chao", "cam-on", "tot-lam", "lo-lang", "buon", "gap-gap", "dong-y", "tam-biet"];

let known = null;

export function drawer(tools) {
  const row = h("div.samples", { "aria-label": "Mẫu có sẵn", role: "group" });
  show(row, tools);
  return h("div.drawer", { "data-testid": "drawer" },
    h("div.tools", {}, TOOLS.map(([key, label, drawn, colour]) => h("button.tool", { type: "button", "data-testid": `attach-${key}`, onclick: tools[key] },
      h("span", { style: `background:${colour}` }, icon(drawn)), label))),
    h("h3", {}, "Gửi nhanh mẫu có sẵn"), row);
}

async function show(row, tools) {
  known ??= await get("/sim/samples");
  row.replaceChildren(...known.map(({ name, kind }) => {
    const poster = kind === "video" ? name.replace(/\.\w+$/, ".poster.jpg") : name;
    const drawn = kind === "image" || kind === "video";
    return h("button.sample", { type: "button", "data-testid": `sample-${name}`, onclick: () => tools.sample(kind, name) },
      h("span", {}, drawn ? h("img", { src: `/samples/${poster}`, alt: "" }) : icon(kind === "audio" ? "mic" : "file"), kind === "video" && icon("play", { class: "over" })),
      h("b", {}, TITLES[name] || name));
  }));
}

export function stickerDrawer(send) {
  return h("div.drawer", { "data-testid": "stickers" }, h("div.stickers", {}, STICKERS.map((name) =>
    h("button", { type: "button", "aria-label": `Sticker ${name}`, "data-testid": `sticker-${name}`, onclick: () => send(name) },
      h("img", { src: `/page/stickers/${name}.svg`, alt: "" })))));
}
