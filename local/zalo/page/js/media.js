// Pictures, videos, voice, files, places and stickers inside a bubble.
import { h, icon, replace } from "./dom.js";
import { duration, size } from "./format.js";
import { map } from "./map.js";
import { viewMap, viewPictures } from "./viewer.js";

export function pictures(message) {
  const all = message.attachments.map((attachment) => attachment.payload);
  return h(`div.pictures${all.length === 1 ? ".one" : ""}`, {}, all.map((payload, index) => {
    const image = h("img", { src: payload.url, alt: message.text || "Ảnh", loading: "lazy", onerror: () => lost(image, "Không tải được ảnh") });
    return h("button.picture", {
      type: "button", "data-testid": "picture", "aria-label": "Phóng to ảnh",
      onclick: () => image.isConnected && viewPictures(all.map((one) => one.url), index, message.text || ""),
    }, image);
  }));
}

export function video(message) {
  const { url, thumbnail } = message.attachments[0].payload;
  const player = h("video.movie", { src: url, poster: thumbnail || null, controls: true, preload: "metadata", playsinline: true, "data-testid": "video", "aria-label": "Video" });
  player.addEventListener("error", () => lost(player, "Không tải được video"));
  return player;
}

export function voice(message) {
  const sound = new Audio();
  sound.preload = "metadata";
  sound.src = message.attachments[0].payload.url;
  const bars = waves(message.msg_id);
  const clock = h("time", {}, duration(NaN));
  const play = h("button.voice-play", { type: "button", "aria-label": "Nghe tin nhắn thoại", "data-testid": "voice-play" }, icon("play"));
  const player = h("div.voice", { "data-testid": "voice" }, play, h("span.voice-wave", { "aria-hidden": "true" }, bars), clock);
  const show = () => {
    const share = sound.duration ? sound.currentTime / sound.duration : 0;
    bars.forEach((bar, index) => bar.classList.toggle("done", index / bars.length < share));
    clock.textContent = duration(sound.paused && !sound.currentTime ? sound.duration : sound.currentTime);
  };
  play.addEventListener("click", () => (sound.paused ? sound.play().catch(() => lost(player, "Không phát được")) : sound.pause()));
  for (const name of ["play", "pause"]) sound.addEventListener(name, () => replace(play, icon(sound.paused ? "play" : "pause")));
  for (const name of ["loadedmetadata", "durationchange", "timeupdate", "pause"]) sound.addEventListener(name, show);
  sound.addEventListener("ended", () => { sound.currentTime = 0; show(); });
  sound.addEventListener("error", () => lost(player, "Không phát được tin nhắn thoại"));
  return player;
}

export function file(message) {
  const { url, name, size: bytes, type } = message.attachments[0].payload;
  return h("a.file", { href: url, target: "_blank", rel: "noopener", "data-testid": "file" },
    h("span.file-kind", { "aria-hidden": "true" }, (type || "tệp").slice(0, 4).toUpperCase()),
    h("span", {}, h("span.file-name", {}, name), h("span.file-size", {}, size(Number(bytes)))));
}

export function place(message) {
  const { latitude, longitude } = message.attachments[0].payload.coordinates;
  const [lat, lon] = [Number(latitude), Number(longitude)];
  const name = message.text || "Vị trí đã chia sẻ";
  return h("button.place", { type: "button", "data-testid": "place", "aria-label": `Vị trí: ${name}`, onclick: () => viewMap(lat, lon, name) },
    map(lat, lon), h("span.place-text", {}, h("b", {}, name), h("small", {}, `${lat.toFixed(5)}, ${lon.toFixed(5)}`)));
}

export function sticker(message) {
  const { url, id } = message.attachments[0].payload;
  const image = h("img.sticker", { src: url, alt: `Sticker ${id}`, onerror: () => { image.src = "/page/stickers/xin-chao.svg"; } });
  return image;
}

function waves(seed) {
  return Array.from({ length: 26 }, (_, index) => {
    const value = parseInt(seed[index % seed.length], 16) || 3;
    return h("i", { style: `height:${22 + ((value * 37 + index * 11) % 70)}%` });
  });
}

function lost(element, text) {
  element.replaceWith(h("span.lost", { "data-testid": "lost" }, icon("broken"), text));
}
