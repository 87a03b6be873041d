// One message as a row: quote, content, buttons, time and ticks.
import { articleCard, buttons, infoRequest, list, notice } from "./cards.js";
import { h, icon } from "./dom.js";
import { preview, time } from "./format.js";
import { file, pictures, place, sticker, video, voice } from "./media.js";

const PRESS_MS = 450;
const STATES = { sent: "Đã gửi", received: "Đã nhận", seen: "Đã xem" };
const EMOJI = { "/-strong": "👍", "/-heart": "❤️", ":>": "😆", ":o": "😮", ":-((": "😢", ":-h": "😠", "--b": "😢" };

const CONTENT = {
  image: pictures, gif: pictures, video, audio: voice, file, location: place, sticker,
  list, article: articleCard, request_info: infoRequest, template: notice,
};
// What draws its own text, or has no ground of its own.
const WITH_TEXT = new Set(["location", "list", "article", "template", "request_info"]);

export function bubble(message, context) {
  const own = message.from === "citizen";
  const quoted = message.quote && context.quoted(message.quote);
  const box = h(`div.bubble${message.kind === "sticker" ? ".bare" : ""}`, {},
    quoted && quote(quoted, context),
    CONTENT[message.kind]?.(message, context),
    message.text && !WITH_TEXT.has(message.kind) && h("div.text", {}, ...linked(message.text)),
    message.buttons.length > 0 && buttons(message, context));
  const open = () => context.menu(message);
  const row = h(`div.row${own ? ".own" : ""}`, {
    "data-testid": "message", "data-msg-id": message.msg_id, "data-from": message.from, "data-kind": message.kind,
    role: "article", "aria-label": `${own ? "Bạn" : context.chat.oa.name}, ${time(message.at_ms)}: ${preview(message)}`,
    oncontextmenu: (event) => { event.preventDefault(); open(); },
  },
    h("img.avatar.small.oa", { src: `/avatars/${context.chat.oa.key}.svg`, alt: "" }),
    h("div.column", {}, box, reactions(message), metaOf(message)),
    h("button.act", { type: "button", "aria-label": "Trả lời hoặc thả cảm xúc", title: "Trả lời", onclick: open }, icon("reply")));
  longPress(box, open);
  context.grown.observe(box);
  return row;
}

/** Time, and for the citizen's own messages how far they got. */
export function metaOf(message) {
  const own = message.from === "citizen";
  return h(`div.meta${message.state === "received" ? ".received" : ""}`, {},
    h("time", { datetime: message.at }, time(message.at_ms)),
    own && icon(message.state === "sent" ? "check" : "checks"),
    own && h("span", { "data-testid": "tick" }, STATES[message.state]));
}

function quote(quoted, context) {
  const who = quoted.from === "citizen" ? "Bạn" : context.chat.oa.name;
  return h("button.quote", { type: "button", "data-testid": "quote", "aria-label": `Trả lời ${who}: ${preview(quoted)}`, onclick: () => context.jump(quoted.msg_id) },
    h("b", {}, who), h("span", {}, preview(quoted)));
}

function reactions(message) {
  const given = [message.reactions?.citizen, ...(message.reactions?.oa || [])].filter((icon) => icon && icon !== "/-remove");
  return given.length > 0 && h("span.reactions", { "data-testid": "reactions" }, given.map((one) => EMOJI[one] || "👍").join(""));
}

/** Text with web addresses and phone numbers that can be tapped. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/g).map((part) => /^https?:\/\//.test(part)
    ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
}

function longPress(element, open) {
  let timer;
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") timer = setTimeout(open, PRESS_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) element.addEventListener(name, stop);
}
