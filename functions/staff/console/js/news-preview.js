// What a citizen will see: the message in the chat, and the article behind its button.

import { fill, h, icon } from "./dom.js";
import { t } from "./i18n.js";

const PICTURE = /^https:\/\/\S+\.(?:jpe?g|png|webp)(?:\?\S*)?$/i;

export function preview(box, values, article) {
  fill(
    box, h("h2", {}, t("news.preview")),
    h(
      "div", { class: "phone-message" },
      h("b", {}, values.title || t("news.field.title")), h("p", {}, values.summary || t("news.field.summary")),
      h("span", { class: "phone-button" }, t("news.read")), h("span", { class: "phone-button" }, t("news.stop_button")),
    ),
    h(
      "article", { class: "phone-article", lang: "vi" },
      values.cover && picture(values.cover),
      h("h3", {}, values.title || t("news.field.title")),
      values.author && h("p", { class: "tiny soft" }, values.author),
      h("p", {}, h("b", {}, values.summary)),
      blocks(values.body),
    ),
    article.source && h("p", { class: "hint" }, t("news.imported_hint")),
  );
}

// As the desk makes blocks of a body: a blank line parts paragraphs, the address of a picture alone is the picture.
function blocks(body) {
  return body.split("\n\n").flatMap((paragraph) => {
    const found = [];
    let lines = [];
    const flush = () => { if (lines.join("").trim()) found.push(h("p", { class: "words" }, lines.join("\n").trim())); lines = []; };
    for (const line of paragraph.split("\n")) {
      if (PICTURE.test(line.trim())) {
        flush();
        found.push(picture(line.trim()));
      } else lines.push(line);
    }
    flush();
    return found;
  });
}

// Pictures of other sites are not loaded here: their owners would learn who reads drafts.
const picture = (address) => h("p", { class: "phone-picture tiny" }, icon("image"), h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address));
