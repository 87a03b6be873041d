// Templates of an OA: buttons, lists of cards, articles, requests for information, ZBS notices.
import { askInfo } from "./forms.js";
import { h, icon, toast } from "./dom.js";
import { readArticle } from "./news.js";

const ICONS = { "oa.open.url": "link", "oa.open.phone": "phone", "oa.open.sms": "message" };

/** A row of full-width buttons under a message. */
export function buttons(message, context) {
  return h("div.buttons", {}, message.buttons.map((button) => h("button.oa-button", {
    type: "button", "data-testid": "oa-button", "data-payload": button.payload, onclick: () => press(button, context),
  }, ICONS[button.type] && icon(ICONS[button.type]), button.title)));
}

/** The first card large with its picture, the others as lines. */
export function list(message, context) {
  const cards = (message.elements || []).map((element, index) => card(element, index === 0 && Boolean(element.image_url),
    element.action && (() => press(element.action, context))));
  return h("div.list", { "data-testid": "list" }, message.text && h("div.text", {}, message.text), ...cards);
}

export function articleCard(message) {
  return h("div.list", { "data-testid": "article" }, (message.elements || []).map((element) =>
    card(element, true, () => readArticle(element.action.payload, element.title))));
}

export function infoRequest(message, context) {
  const [element] = message.elements;
  return h("div.list", { "data-testid": "info-request" }, card(element, true),
    h("div.buttons", {}, h("button.oa-button", { type: "button", "data-testid": "submit-info", onclick: () => askInfo(context.chat, context.act) },
      icon("form"), "Cung cấp thông tin")));
}

/** A ZBS template; a rating template can be answered with stars. */
export function notice(message, context) {
  const rated = message.rating?.rate || 0;
  const stars = message.rateable && h("div.stars", { role: "group", "aria-label": "Đánh giá" }, [1, 2, 3, 4, 5].map((rate) =>
    h(`button${rate <= rated ? ".on" : ""}`, { type: "button", "aria-label": `${rate} sao`, onclick: () => context.act("rate", "Cảm ơn bạn đã đánh giá", { msg_id: message.msg_id, rate }) }, "★")));
  return h("div.notice", { "data-testid": "notice" },
    h("div.notice-head", {}, icon("bell"), message.title || "Thông báo"), h("div.text", {}, message.text), stars);
}

function card(element, wide, onclick) {
  const text = h("span", {}, h("b", {}, element.title), element.subtitle && h("small", {}, element.subtitle));
  const image = element.image_url && h("img", { src: element.image_url, alt: "", loading: "lazy", onerror: (event) => event.target.remove() });
  const content = wide ? [image, h("span.card-body", {}, text)] : [h("span.card-body", {}, image, text)];
  return onclick
    ? h(`button.card${wide ? ".wide" : ""}`, { type: "button", "data-testid": "card", onclick }, ...content)
    : h(`div.card${wide ? ".wide" : ""}`, {}, ...content);
}

function press(button, context) {
  switch (button.type) {
    case "oa.open.url":
      if (/^https?:\/\//.test(button.payload)) window.open(button.payload, "_blank", "noopener");
      return undefined;
    case "oa.open.phone":
      return toast(`Gọi ${button.payload} (mô phỏng)`);
    case "oa.open.sms":
      return toast(`Nhắn SMS tới ${button.payload} (mô phỏng)`);
    default:
      return context.tapped(button);
  }
}
