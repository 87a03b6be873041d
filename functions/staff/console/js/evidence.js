// Evidence: tiles with what is known of each file, and a viewer for pictures, video and sound.

import { get, paths } from "./api.js";
import { openDialog, problemNotice } from "./dialogs.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { bytes, clock, dateTime } from "./format.js";
import { t, word } from "./i18n.js";
import { uploadButton } from "./proof.js";

const SIGNS = { image: "image", gif: "image", video: "video", audio: "audio", file: "file" };

export function evidenceBlock(view) {
  const grid = h("div", { class: "media", "data-testid": "evidence" });
  const element = h("section", { class: "card block", "aria-label": t("evidence.title") }, h("div", { class: "block-head" }, h("h2", {}, t("evidence.title")), view.mayWork && !view.report.merged_into && uploadButton(view, (error) => error && view.explain(error), () => draw())), grid);
  let drawn = "";

  const open = (id) => {
    const stored = view.report.evidence.filter((item) => item.state === "stored");
    new Viewer(view, stored, Math.max(0, stored.findIndex((item) => item.id === id)));
  };

  function draw() {
    // Thumbnail links change with every reading; a tile is drawn again only when the file has changed.
    const now = JSON.stringify(view.report.evidence.map((item) => [item.id, item.state, item.withdrawn]));
    if (now === drawn) return;
    drawn = now;
    fill(grid, view.report.evidence.map((item) => tile(item, open)));
    if (!view.report.evidence.length) fill(grid, h("p", { class: "soft small" }, t("evidence.empty")));
  }

  // A small link to a file, for the conversation.
  function opener(id) {
    const item = view.report.evidence.find((one) => one.id === id);
    if (!item) return h("span", { class: "chip" }, icon("file"), t("evidence.other"));
    return h("button", { type: "button", class: "chip", disabled: item.state !== "stored", onclick: () => open(id) }, icon(SIGNS[item.kind] ?? "file"), word("kind", item.kind), item.state !== "stored" && stateText(item));
  }

  return { element, draw, opener };
}

function stateText(item) {
  const why = word("why", item.reason ?? "");
  if (item.state === "pending") return t("evidence.pending");
  return t(item.state === "rejected" ? "evidence.rejected" : "evidence.failed", { why });
}

function tile(item, open) {
  const name = word("kind", item.kind);
  const face = h("span", { class: "face" }, item.thumbnail_url ? picture(item) : icon(item.state === "stored" || item.state === "pending" ? (SIGNS[item.kind] ?? "file") : "alert"));
  const size = item.duration_s ? `${Math.floor(item.duration_s / 60)}:${String(Math.round(item.duration_s % 60)).padStart(2, "0")}` : bytes(item.bytes);
  return h(
    "button", {
      type: "button", class: item.state === "stored" ? "tile" : `tile ${item.state}`, disabled: item.state !== "stored",
      onclick: () => open(item.id), "aria-label": `${t("evidence.open", { kind: name.toLowerCase() })}, ${clock(item.received_at)}`, "data-testid": `tile-${item.state}`,
    },
    face,
    h("span", { class: "tile-text" }, h("b", {}, item.file_name && item.kind === "file" ? item.file_name : name), item.state === "stored" ? `${size} · ${clock(item.received_at)}` : stateText(item), item.by && ` · ${item.by}`, item.withdrawn && ` · ${t("evidence.withdrawn")}`),
  );
}

function picture(item) {
  const image = h("img", { src: item.thumbnail_url, alt: "", loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(icon(SIGNS[item.kind] ?? "image"))); // the link has run out
  return image;
}

class Viewer {
  constructor(view, items, at) {
    Object.assign(this, { view, items, at });
    this.title = h("h2", {});
    this.stage = h("div", { class: "viewer-stage", tabindex: "0", "data-testid": "viewer" });
    this.foot = h("div", { class: "viewer-foot" });
    this.tools = h("div", { class: "row" });
    this.dialog = openDialog(t("evidence.title"), (close, head) => {
      head.querySelector("h2").replaceWith(this.title);
      head.lastChild.before(this.tools);
      return h("div", { class: "viewer-frame" }, head, this.stage, this.foot);
    }, { kind: "viewer", onclose: () => { fill(this.stage); view.timeline.load(); } });
    this.dialog.addEventListener("keydown", (event) => {
      if (event.target.closest("video, audio")) return;
      if (event.key === "ArrowRight") this.turn(1);
      if (event.key === "ArrowLeft") this.turn(-1);
      if (event.key === "+" || event.key === "=") this.zoom(1.5);
      if (event.key === "-") this.zoom(1 / 1.5);
    });
    this.show();
  }

  turn(by) {
    const next = this.at + by;
    if (next < 0 || next >= this.items.length) return;
    this.at = next;
    this.show();
  }

  async show() {
    const item = this.items[this.at];
    this.scale = 0;
    fill(this.title, `${word("kind", item.kind)} ${this.at + 1}/${this.items.length}`);
    fill(this.stage, h("p", {}, t("loading")));
    fill(this.tools);
    fill(this.foot);
    try {
      const { data } = await get(paths.evidence(this.view.code, item.id));
      if (item !== this.items[this.at] || !this.dialog.open) return;
      this.stage.className = "viewer-stage";
      fill(this.stage, this.media(item, data));
      this.drawTools(item, data);
      this.drawFoot(item, data);
    } catch (error) {
      fill(this.stage, problemNotice(error, () => this.show()));
    }
  }

  media(item, link) {
    const type = link.content_type;
    if (type.startsWith("image/")) {
      this.image = h("img", { src: link.url, alt: word("kind", item.kind), draggable: "false", "data-testid": "viewer-image" });
      this.image.addEventListener("click", () => this.zoom(this.scale ? 0 : 2));
      this.drag();
      return this.image;
    }
    this.image = null;
    if (type.startsWith("video/")) return h("video", { src: link.url, controls: true, preload: "metadata", playsinline: true });
    if (type.startsWith("audio/")) return h("audio", { src: link.url, controls: true, preload: "metadata" });
    return h("p", {}, t("evidence.no_view"));
  }

  drawTools(item, link) {
    const several = this.items.length > 1;
    const zoom = this.image && [
      iconButton(t("evidence.zoom_out"), "minus", { onclick: () => this.zoom(1 / 1.5) }), iconButton(t("evidence.zoom_in"), "plus", { onclick: () => this.zoom(1.5) }),
    ];
    const turn = several && [iconButton(t("evidence.previous"), "back", { onclick: () => this.turn(-1), disabled: this.at === 0 }), iconButton(t("evidence.next"), "next", { onclick: () => this.turn(1), disabled: this.at === this.items.length - 1 })];
    fill(this.tools, turn || null, zoom || null, h("a", { class: "button small", href: link.download_url, download: item.file_name ?? "", target: "_blank", rel: "noopener", "data-testid": "download" }, icon("download"), h("span", { class: "wide" }, t("evidence.download"))));
  }

  // What the file is, and its custody: from whom, when it came and was stored, which version, who looked at it.
  drawFoot(item, link) {
    const camera = Object.entries(item.exif ?? {}).filter(([, value]) => typeof value !== "object").map(([name, value]) => `${name}: ${value}`).join(" · ");
    const facts = [
      item.file_name, link.content_type, bytes(link.bytes), item.width && `${item.width} × ${item.height}`,
      item.recompressed && t("evidence.recompressed"), item.withdrawn && t("evidence.withdrawn"),
    ];
    const custody = [
      item.by ? t("evidence.by_staff", { who: item.by }) : t("evidence.by_citizen"),
      item.sent_at && t("evidence.sent", { time: dateTime(item.sent_at) }), t("evidence.received", { time: dateTime(item.received_at) }),
      item.stored_at && t("evidence.stored", { time: dateTime(item.stored_at) }), item.source_host && t("evidence.source", { host: item.source_host }),
    ];
    const row = (label, value, attributes = {}) => value && [h("dt", {}, label), h("dd", attributes, value)];
    fill(this.foot, h(
      "dl", { class: "custody" },
      row(t("evidence.file"), facts.filter(Boolean).join(" · ")), row(t("evidence.camera"), camera), row(t("evidence.custody"), custody.filter(Boolean).join(" · ")),
      row(t("evidence.version"), item.version_id, { class: "code" }), row(t("evidence.hash"), link.sha256, { class: "code", "data-testid": "hash" }),
    ), h("p", {}, t("evidence.recorded")));
  }

  // Scale 0 fits the window; otherwise a factor of that size.
  zoom(by) {
    if (!this.image) return;
    const fit = this.fit ?? this.image.clientWidth;
    if (!this.scale) this.fit = this.image.clientWidth;
    const scale = by === 0 ? 0 : Math.min(12, (this.scale || 1) * by);
    this.scale = scale <= 1 ? 0 : scale;
    const { stage } = this;
    const middle = [(stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth, (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight];
    stage.classList.toggle("zoomed", this.scale > 0);
    this.image.style.width = this.scale ? `${(this.fit ?? fit) * this.scale}px` : "";
    stage.scrollLeft = middle[0] * stage.scrollWidth - stage.clientWidth / 2;
    stage.scrollTop = middle[1] * stage.scrollHeight - stage.clientHeight / 2;
  }

  // An enlarged picture is pulled about.
  drag() {
    let from = null;
    const { stage } = this;
    this.image.addEventListener("pointerdown", (event) => { from = this.scale ? [event.clientX + stage.scrollLeft, event.clientY + stage.scrollTop] : null; });
    this.image.addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      stage.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
      this.moved = true;
    });
    this.image.addEventListener("click", (event) => {
      if (this.moved) event.stopImmediatePropagation(); // the end of a pull is no click
      this.moved = false;
    }, { capture: true });
  }
}

