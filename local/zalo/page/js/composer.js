// Where a citizen writes: text, attachments, samples, stickers, voice.
import * as api from "./api.js";
import { drawer, stickerDrawer } from "./drawer.js";
import { h, icon, iconButton, replace, toast } from "./dom.js";
import { preview } from "./format.js";
import { choosePlace } from "./places.js";
import { recorder } from "./recorder.js";

export function composer(chat, { sent }) {
  let quoted = null;
  const quoting = h("div.quoting", { hidden: true, "data-testid": "quoting" });
  const sending = h("div.sending", { hidden: true, role: "status", "data-testid": "sending" });
  const below = h("div", {});
  const input = h("textarea", { rows: "1", placeholder: "Nhập tin nhắn", "aria-label": "Tin nhắn", "data-testid": "composer-input", enterkeyhint: "send" });
  const plus = iconButton("plus", "Đính kèm", () => toggle(plus, () => drawer(tools)), { "data-testid": "composer-plus", "aria-expanded": "false" });
  const smile = iconButton("smile", "Sticker", () => toggle(smile, () => stickerDrawer((name) => deliver("sticker", { sticker: name }))), { "data-testid": "composer-sticker", "aria-expanded": "false" });
  const mic = iconButton("mic", "Ghi âm", () => record(), { "data-testid": "composer-mic" });
  const button = iconButton("send", "Gửi", () => sendText(), { class: "icon-button send", "data-testid": "composer-send", hidden: true });
  plus.firstChild.classList.add("plus");
  const element = h("div.composer", {}, quoting, sending, h("div.write", {}, plus, input, smile, mic, button), below);

  const tools = {
    image: () => pick("image", "image/*", true),
    video: () => pick("video", "video/*"),
    voice: () => record(),
    file: () => pick("file", ""),
    place: () => choosePlace((lat, lon, text) => deliver("location", { lat, lon, text })),
    sample: (kind, name) => deliver(kind, { sample: name }),
  };

  input.addEventListener("input", () => {
    const empty = !input.value.trim();
    button.hidden = empty;
    mic.hidden = smile.hidden = !empty;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sendText();
  });
  input.addEventListener("focus", fold);
  input.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); sendFiles(files); }
  });
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => { event.preventDefault(); sendFiles([...event.dataTransfer.files]); });

  function toggle(opener, make) {
    const open = opener.getAttribute("aria-expanded") === "true";
    fold();
    if (open) return;
    opener.setAttribute("aria-expanded", "true");
    replace(below, make());
  }

  function fold() {
    for (const opener of [plus, smile]) opener.setAttribute("aria-expanded", "false");
    below.replaceChildren();
  }

  async function sendText() {
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    input.dispatchEvent(new Event("input"));
    if (!(await deliver("text", { text }))) { input.value = text; input.dispatchEvent(new Event("input")); }
  }

  /** Send one message; false if it did not go. */
  async function deliver(kind, fields) {
    return attempt(() => api.send(chat.person.id, chat.oa.key, kind, { quote: quoted?.msg_id, ...fields }));
  }

  async function attempt(run) {
    sent();
    try {
      await run();
      quote(null);
      return true;
    } catch (error) {
      toast(`Chưa gửi được: ${error.message}`);
      return false;
    }
  }

  function pick(kind, accept, multiple = false) {
    const chooser = h("input", { type: "file", accept, multiple, onchange: () => sendFiles([...chooser.files], kind) });
    chooser.click();
  }

  async function sendFiles(files, kind = "") {
    for (const [index, file] of files.entries()) {
      const guessed = ["image", "video", "audio"].find((one) => file.type.startsWith(`${one}/`)) || "file";
      sending.hidden = false;
      replace(sending, h("i"), `Đang gửi ${files.length > 1 ? `${index + 1}/${files.length}: ` : ""}${file.name}`);
      await attempt(() => api.upload(chat.person.id, chat.oa.key, kind || guessed, file, { quote: quoted?.msg_id }));
    }
    sending.hidden = true;
  }

  function record() {
    fold();
    replace(below, recorder({
      done: (file) => { fold(); sendFiles([file], "audio"); },
      cancelled: fold,
      sample: () => { fold(); deliver("audio", { sample: "loi-nhan.m4a" }); },
    }));
  }

  function quote(message) {
    quoted = message;
    quoting.hidden = !message;
    if (!message) return;
    const who = message.from === "citizen" ? chat.person.name : chat.oa.name;
    replace(quoting, icon("reply", { width: 18 }), h("div", {}, h("b", {}, who), h("span", {}, preview(message))), iconButton("close", "Bỏ trả lời", () => quote(null)));
    input.focus();
  }

  return { element, deliver, quote, focus: () => input.focus() };
}
