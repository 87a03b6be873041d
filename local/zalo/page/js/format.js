// Times, sizes and previews in Vietnamese.

let offset = 0;

/** Follow the simulated clock. */
export function setOffset(seconds) { offset = seconds * 1000; }
export const now = () => Date.now() + offset;

const two = (number) => String(number).padStart(2, "0");
export const time = (ms) => { const d = new Date(ms); return `${two(d.getHours())}:${two(d.getMinutes())}`; };
export const date = (ms) => { const d = new Date(ms); return `${two(d.getDate())}/${two(d.getMonth() + 1)}/${d.getFullYear()}`; };

const WEEKDAYS = ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"];

function daysAgo(ms) {
  const midnight = (value) => new Date(value).setHours(0, 0, 0, 0);
  return Math.round((midnight(now()) - midnight(ms)) / 86400000);
}

export function day(ms) {
  const ago = daysAgo(ms);
  if (ago === 0) return "Hôm nay";
  if (ago === 1) return "Hôm qua";
  return `${WEEKDAYS[new Date(ms).getDay()]}, ${date(ms)}`;
}

export function shortTime(ms) {
  const ago = daysAgo(ms);
  if (ago === 0) return time(ms);
  if (ago === 1) return "Hôm qua";
  return ago < 7 ? WEEKDAYS[new Date(ms).getDay()] : date(ms).slice(0, 5);
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

export function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1048576).toFixed(1).replace(".", ",")} MB`;
}

const KINDS = {
  image: "[Hình ảnh]", gif: "[Ảnh động]", video: "[Video]", audio: "[Tin nhắn thoại]", file: "[Tệp]",
  location: "[Vị trí]", sticker: "[Sticker]", contact: "[Danh thiếp]", request_info: "[Yêu cầu thông tin]",
  article: "[Bài viết]", list: "[Thông báo]", template: "[Thông báo]", link: "[Liên kết]",
};

/** One line that stands for a message. */
export function preview(message) {
  if (!message) return "";
  const text = message.text || message.elements?.[0]?.title || "";
  const label = KINDS[message.kind];
  const shown = label && message.from === "citizen" ? label : text || label || "";
  return shown.replace(/\s+/g, " ");
}
