// The phone: which citizen, which screen, and what happens when something changes.
import * as api from "./api.js";
import { bench } from "./bench.js";
import { chatScreen } from "./chat.js";
import { contactScreen } from "./contacts.js";
import { now, setOffset, time } from "./format.js";
import { toast } from "./dom.js";

const phone = { citizens: [], agencies: [], screen: null };

/** `#/<citizen>` is the list of accounts, `#/<citizen>/<oa>` a chat. */
export function go(citizen, oa = "") {
  const target = `#/${encodeURIComponent(citizen)}${oa ? `/${encodeURIComponent(oa)}` : ""}`;
  if (location.hash === target) show();
  else location.hash = target;
}

export const citizens = () => phone.citizens;
export const agency = (oa) => phone.agencies.find((one) => one.key === oa);

export async function loadCitizens() {
  phone.citizens = await api.get("/sim/citizens");
  return phone.citizens;
}

export async function syncClock() {
  setOffset((await api.get("/sim/clock")).offset_s);
  tick();
}

function tick() {
  document.querySelector("[data-testid=clock]").textContent = time(now());
}

async function show() {
  const [citizen, oa] = location.hash.slice(2).split("/").map(decodeURIComponent);
  if (!phone.citizens.some((one) => one.id === citizen)) {
    go(localStorage.getItem("citizen") || phone.citizens[0].id);
    return;
  }
  localStorage.setItem("citizen", citizen);
  phone.screen?.leave?.();
  const person = phone.citizens.find((one) => one.id === citizen);
  phone.screen = oa && agency(oa) ? chatScreen(person, agency(oa)) : contactScreen(person);
  document.getElementById("screen").replaceChildren(phone.screen.element);
  await phone.screen.refresh();
  phone.screen.entered?.();
}

let waiting = null;

/** Refresh at most once per animation frame, and never two at a time: changes come in bursts. */
function changed(change) {
  if (change && phone.screen && !phone.screen.concerns(change)) return;
  waiting ??= new Promise((done) => setTimeout(done, 30)).then(async () => {
    waiting = null;
    await phone.screen?.refresh();
  });
}

async function start() {
  try {
    phone.agencies = await api.get("/sim/agencies");
    await Promise.all([loadCitizens(), syncClock()]);
  } catch (error) {
    toast(`Không tải được: ${error.message}`);
    return;
  }
  setInterval(tick, 5000);
  window.addEventListener("hashchange", show);
  document.addEventListener("visibilitychange", () => changed());
  bench(document.getElementById("bench"));
  if (!phone.citizens.some((one) => one.id === localStorage.getItem("citizen"))) localStorage.removeItem("citizen");
  await show();
  api.listen(changed);
  document.documentElement.dataset.ready = "true";
}

start();
