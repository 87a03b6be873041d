// One conversation: header, stream of messages, live refresh, what has been seen.
import * as api from "./api.js";
import { go } from "./app.js";
import { bubble, metaOf } from "./bubble.js";
import { composer } from "./composer.js";
import { h, icon, iconButton, toast } from "./dom.js";
import { day } from "./format.js";
import { messageMenu, oaMenu } from "./menus.js";

const TOGETHER_MS = 5 * 60 * 1000;

export function chatScreen(person, oa) {
  const chat = { person, oa, messages: [], follows: false, met: false, refusal: null };
  const rows = new Map();
  const stream = h("div.stream", { role: "log", "aria-label": "Tin nhắn", "aria-live": "polite", tabindex: "0", "data-testid": "stream" });
  const followBar = h("div.follow-bar", { hidden: true },
    h("span", {}, "Quan tâm để nhận thông báo từ cơ quan này."),
    h("button.pill", { type: "button", "data-testid": "follow", onclick: () => act("follow", "Đã quan tâm") }, "Quan tâm"));
  const toEnd = h("button.to-end", { type: "button", hidden: true, "aria-label": "Xuống tin mới nhất", onclick: () => scrollToEnd(true) }, icon("down"));
  const write = composer(chat, { sent: () => { pinned = true; } });
  let pinned = true;

  const element = h("section.screen", { "aria-label": `Trò chuyện với ${oa.name}`, "data-testid": "chat" },
    h("header.bar", {},
      iconButton("back", "Quay lại", () => go(person.id), { "data-testid": "chat-back" }),
      h("img.avatar.oa", { src: `/avatars/${oa.key}.svg`, alt: "", style: "width:38px;height:38px" }),
      h("div.bar-title", {}, h("h2", {}, oa.name), h("p", {}, "Official Account")),
      iconButton("more", "Tùy chọn", () => oaMenu(chat, act), { "data-testid": "chat-menu" })),
    followBar,
    h("div.chat-body", {}, stream, toEnd),
    write.element);

  stream.addEventListener("scroll", () => {
    pinned = stream.scrollHeight - stream.scrollTop - stream.clientHeight < 60;
    toEnd.hidden = pinned;
  });
  // Pictures and maps grow after they were put in: stay at the end if that is where the reader is.
  const grown = new ResizeObserver(() => pinned && scrollToEnd());
  grown.observe(stream);

  function scrollToEnd(smooth = false) {
    pinned = true;
    stream.scrollTo({ top: stream.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  async function act(action, done, fields = {}) {
    try {
      await api.act(person.id, oa.key, action, fields);
      if (done) toast(done);
    } catch (error) {
      toast(error.message);
    }
    await refresh();
  }

  const context = {
    chat,
    tapped: async (button) => {
      const hidden = button.type === "oa.query.hide";
      if (await write.deliver("button", { text: button.payload, hidden, quote: null }) && hidden) toast(`Đã chọn “${button.title}”`);
    },
    menu: (message) => messageMenu(message, {
      reply: () => write.quote(message),
      react: (emoji) => act("react", "", { msg_id: message.msg_id, icon: emoji }),
    }),
    quoted: (id) => chat.messages.find((message) => message.msg_id === id),
    jump: (id) => {
      const row = rows.get(id)?.node;
      row?.scrollIntoView({ block: "center", behavior: "smooth" });
      row?.classList.add("flash");
      setTimeout(() => row?.classList.remove("flash"), 1300);
    },
    act,
    grown,
  };

  async function refresh() {
    const [messages, all] = await Promise.all([api.messages(person.id, oa.key), api.chats(person.id)]);
    Object.assign(chat, all.find((one) => one.oa === oa.key), { oa, messages });
    followBar.hidden = chat.follows || messages.length === 0;
    draw();
    await see();
  }

  /** Put rows in order; a row whose message is unchanged stays, so that a video plays on. */
  function draw() {
    const wanted = [];
    const visible = chat.messages.filter((message) => !message.hidden);
    let before = null;
    visible.forEach((message, index) => {
      if (!before || day(before.at_ms) !== day(message.at_ms)) wanted.push(row(`day ${day(message.at_ms)}`, "", () => h("div.day", {}, day(message.at_ms))));
      const after = visible[index + 1];
      const item = row(message.msg_id, JSON.stringify({ ...message, state: "" }), () => bubble(message, context));
      item.node.classList.toggle("start", !together(before, message));
      item.node.classList.toggle("end", !together(message, after));
      item.node.dataset.state = message.state;
      item.node.querySelector(".meta")?.replaceWith(metaOf(message));
      wanted.push(item);
      before = message;
    });
    if (!visible.length) wanted.push(row("welcome", String(chat.met), welcome));
    const keep = new Set(wanted.map((item) => item.key));
    for (const [key, item] of rows) if (!keep.has(key)) { item.node.remove(); rows.delete(key); }
    wanted.forEach((item, index) => {
      if (stream.children[index] !== item.node) stream.insertBefore(item.node, stream.children[index] || null);
    });
    if (pinned) scrollToEnd();
  }

  function row(key, signature, make) {
    const old = rows.get(key);
    if (old?.signature === signature) return old;
    old?.node.remove();
    const item = { key, signature, node: make() };
    rows.set(key, item);
    return item;
  }

  function welcome() {
    return h("div.welcome", {},
      h("img.avatar.oa", { src: `/avatars/${oa.key}.svg`, alt: "" }),
      h("h3", {}, oa.name), h("p", {}, "Gửi phản ánh hoặc câu hỏi: viết tin, gửi ảnh, video, giọng nói hay vị trí."),
      !chat.met && h("button.pill", { type: "button", "data-testid": "chatnow", onclick: async () => { await act("chatnow"); write.focus(); } }, "Bắt đầu trò chuyện"));
  }

  /** Whoever looks at the chat has seen it. */
  async function see() {
    const unseen = chat.messages.some((message) => message.from === "oa" && message.state === "received");
    if (unseen && document.visibilityState === "visible" && element.isConnected) await api.act(person.id, oa.key, "seen");
  }

  return {
    element, refresh,
    concerns: (change) => change.citizen === person.id && change.oa === oa.key,
    // Whoever is quicker than the messages has opened something: the focus would close it.
    entered: () => { scrollToEnd(); if (matchMedia("(hover: hover)").matches && !write.element.contains(document.activeElement)) write.focus(); },
    leave: () => grown.disconnect(),
  };
}

function together(a, b) {
  return Boolean(a && b && a.from === b.from && b.at_ms - a.at_ms < TOGETHER_MS && day(a.at_ms) === day(b.at_ms));
}
