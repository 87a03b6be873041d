// Beside the phone: the simulated clock, deliveries to the desk, and what the desk called.
import { get, post } from "./api.js";
import { syncClock } from "./app.js";
import { h, replace, toast } from "./dom.js";
import { date, now, time } from "./format.js";

const JUMPS = [["+30 giây", 30], ["+5 phút", 300], ["+1 giờ", 3600], ["+1 ngày", 86400]];
const SHOWN = 7;
const EVERY_MS = 2500;

export function bench(place) {
  const clock = h("div.now", {});
  const deliveries = h("ul.log", { "data-testid": "deliveries" });
  const calls = h("ul.log", { "data-testid": "calls" });
  const alarm = h("div", {});
  replace(place,
    h("section.panel", {}, h("h2", {}, "Đồng hồ mô phỏng"), clock,
      h("div.jumps", {}, JUMPS.map(([label, seconds]) => h("button.pill", { type: "button", "data-testid": `advance-${seconds}`, onclick: () => jump(label, seconds) }, label)))),
    h("section.panel", {}, h("h2", {}, "Sự kiện gửi tới cơ quan"), deliveries, alarm),
    h("section.panel", {}, h("h2", {}, "Cơ quan gọi tới"), calls));

  const tick = () => replace(clock, time(now()), h("small", {}, date(now())));

  async function jump(label, seconds) {
    await post("/sim/clock", { advance_s: seconds });
    await syncClock();
    tick();
    toast(`Đồng hồ ${label}`);
  }

  async function refresh() {
    if (document.visibilityState !== "visible" || getComputedStyle(place).display === "none") return;
    const [sent, made, hook] = await Promise.all([get(`/sim/deliveries?last=${SHOWN}`), get(`/sim/calls?last=${SHOWN}`), post("/sim/webhook")]);
    replace(deliveries, ...lines(sent, (one) => [one.state, one.event_name || "{}", one.attempts.at(-1) ? `${one.attempts.at(-1).ms} ms` : ""]));
    replace(calls, ...lines(made, (one) => [one.error || one.status >= 400 ? "refused" : "", one.path, one.error || `${one.ms ?? ""} ms`]));
    replace(alarm, hook.unsubscribed.length > 0 && h("p.alarm", { role: "alert" }, "Cơ quan không trả lời sau nhiều lần thử: sự kiện không còn được gửi.",
      h("button.pill", { type: "button", onclick: () => post("/sim/webhook", { subscribed: true }).then(refresh) }, "Bật lại webhook")));
    tick();
  }

  tick();
  refresh();
  setInterval(refresh, EVERY_MS);
}

function lines(items, read) {
  if (!items.length) return [h("li", {}, h("small", {}, "Chưa có gì."))];
  return items.slice().reverse().map((item) => {
    const [state, name, note] = read(item);
    return h(`li${state ? `.${state}` : ""}`, { title: JSON.stringify(item, null, 1).slice(0, 900) }, h("i"), h("code", {}, name), h("small", {}, note));
  });
}
