// Replies that officers write often, edited by the administrator. Gaps such as {code} are filled in from a report.

import { get, put } from "./api.js";
import { problemNotice } from "./dialogs.js";
import { button, field, fill, h, toast } from "./dom.js";
import { t } from "./i18n.js";

export function repliesCard(mayEdit) {
  const body = h("div", { class: "form" });
  const trouble = h("div", { "aria-live": "assertive" });
  let known = { version: 0, replies: [], placeholders: [] };

  async function load() {
    try {
      known = (await get("/staff/agency/canned")).data;
      draw();
    } catch (error) {
      fill(body, problemNotice(error, load));
    }
  }

  async function save(replies, message) {
    try {
      known = (await put("/staff/agency/canned", { version: known.version, replies })).data;
      fill(trouble);
      draw();
      toast(message);
    } catch (error) {
      fill(trouble, problemNotice(error));
    }
  }

  const draw = () => fill(body, mayEdit && h("p", { class: "small soft" }, t("replies.lead", { gaps: known.placeholders.map((name) => `{${name}}`).join(", ") })), known.replies.map((reply) => one(reply)), mayEdit && one({ id: "", title: "", text: "" }));

  function one(reply) {
    if (!mayEdit) return h("div", {}, h("h3", {}, reply.title), h("p", { class: "words small" }, reply.text));
    const title = h("input", { value: reply.title, required: true, maxlength: 80, "data-testid": "reply-title" });
    const text = h("textarea", { required: true, maxlength: 1500, rows: 2, "data-testid": "reply-text" });
    text.value = reply.text;
    const changed = () => ({ id: reply.id || `own_${Date.now().toString(36)}`, title: title.value.trim(), text: text.value.trim() });
    const others = () => known.replies.filter((other) => other.id !== reply.id);
    const form = h(
      "form", { class: "form reply" },
      field(reply.id ? t("replies.title") : t("replies.new"), title), field(t("replies.text"), text),
      h(
        "div", { class: "row end" },
        reply.id && button(t("replies.drop", { title: reply.title }), { kind: "small quiet", onclick: () => save(others(), t("replies.dropped")) }),
        button(t(reply.id ? "save" : "replies.add"), { kind: "small", type: "submit", "data-testid": "reply-save" }),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const next = reply.id ? known.replies.map((other) => (other.id === reply.id ? changed() : other)) : [...known.replies, changed()];
      save(next, t("replies.saved"));
    });
    return form;
  }

  load();
  return h(
    "section", { class: "card form", "data-testid": "replies" }, h("h2", {}, t("chat.canned")),
    trouble, h("details", {}, h("summary", {}, t("replies.show")), body),
  );
}
