// The frame of the console: sign-in, navigation, theme, language, and which page is shown.

import { whenSignedOut } from "./api.js";
import { adminPage } from "./admin.js";
import { auditPage } from "./audit.js";
import { forget, loadConfig, person, resume, signIn, signOut } from "./auth.js";
import { showKeys } from "./dialogs.js";
import { button, fill, h, icon } from "./dom.js";
import { flipLanguage, language, t, useLanguage, word } from "./i18n.js";
import { inboxPage } from "./inbox.js";
import { intakePage } from "./intake.js";
import { keys, listen } from "./keyboard.js";
import { articlePage } from "./article.js";
import { knowledgePage } from "./knowledge.js";
import { entryPage, newEntryPage } from "./knowledge-form.js";
import { newsPage } from "./news.js";
import { here, href, route, start } from "./router.js";
import { remindersPage } from "./reminders.js";
import { statisticsPage } from "./statistics.js";

const THEME = "desk.theme";
const app = document.getElementById("app");
let main = null;
let shown = null; // the page on view: {page, update?, leave?}

function useTheme(wanted = localStorage.getItem(THEME) ?? "system") {
  const dark = wanted === "dark" || (wanted === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function flipTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem(THEME, next);
  useTheme(next);
}

function links(who) {
  const list = [["reports", "inbox", "nav.reports"]];
  if (who.role !== "auditor") list.push(["intake", "phone", "nav.intake_short"]);
  list.push(["news", "news", "nav.news"], ["knowledge", "book", "nav.knowledge"], ["statistics", "chart", "nav.statistics"]);
  if (who.role === "auditor") list.push(["audit", "eye", "nav.audit"]);
  if (who.role === "administrator" || who.role === "auditor") list.push(["admin", "plug", "nav.admin"]);
  return list;
}

function tool(label, shownAs, act, kind = "") {
  return h("button", { type: "button", class: `tool ${kind}`, onclick: act, "aria-label": label, title: label }, shownAs);
}

function shell() {
  const who = person();
  main = h("main", { id: "main", class: "stage", tabindex: "-1" });
  const nav = h(
    "nav", { class: "rail", "aria-label": t("nav.label") },
    h("div", { class: "brand" }, h("img", { src: "/icon.svg", alt: t("app") })),
    h("ul", {}, links(who).map(([path, sign, label]) => h("li", {}, h("a", { href: href(path), "data-path": path }, icon(sign), t(label))))),
    h(
      "div", { class: "tools" },
      tool(t("help"), icon("help"), showKeys, "wide"),
      tool(t("theme"), icon("moon"), flipTheme),
      tool(t("language"), h("span", { class: "letters", "aria-hidden": "true" }, language === "en" ? "VI" : "EN"), flipLanguage),
      tool(t("sign.out"), icon("exit"), signOut),
    ),
    h("div", { class: "who" }, h("b", {}, who.agency.toUpperCase()), word("role", who.role)),
  );
  fill(app, h("div", { class: "shell" }, nav, main));
}

function render(page, values, query) {
  // Reminders are reached from the news.
  const first = here().path.split("/")[0].replace("reminders", "news");
  for (const link of document.querySelectorAll(".rail a")) {
    if (link.dataset.path === first) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // The inbox stays as it is while reports are opened beside it.
  if (shown?.page === page && shown.update) return shown.update(values, query);
  shown?.leave?.();
  main.scrollTop = 0;
  shown = { page, ...page(main, values, query) };
  return undefined;
}

function welcome(message) {
  shown?.leave?.();
  shown = null;
  const enter = button(t("sign.in"), { kind: "primary", "data-testid": "sign-in", onclick: signIn });
  fill(app, h(
    "main", { id: "main", class: "welcome", tabindex: "-1" },
    h(
      "div", { class: "card" },
      h("img", { src: "/icon.svg", alt: "" }),
      h("div", {}, h("h1", {}, t("sign.title")), h("p", { class: "soft" }, t("sign.lead"))),
      message && h("div", { class: "notice warn", role: "alert" }, icon("alert"), h("div", {}, message)),
      h("div", { class: "row" }, enter, button(t("language"), { kind: "quiet", onclick: flipLanguage })),
    ),
  ));
  document.title = t("sign.title");
}

async function boot() {
  useLanguage();
  useTheme();
  listen();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => useTheme());
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address after the "#" names the page
    document.getElementById("main")?.focus();
  });
  try {
    await loadConfig();
    const signedIn = await resume();
    if (!signedIn) return welcome();
  } catch (error) {
    forget();
    return welcome(t("sign.failed", { why: error.message }));
  }
  whenSignedOut(() => welcome(t("sign.ended")));
  shell();
  keys({ "?": showKeys });
  route("reports", inboxPage);
  route("reports/:code", inboxPage);
  route("intake", intakePage);
  route("news", newsPage);
  route("news/:id", articlePage);
  route("reminders", remindersPage);
  route("statistics", statisticsPage);
  route("knowledge", knowledgePage);
  route("knowledge/new", newEntryPage);
  route("knowledge/:id", entryPage);
  route("admin", adminPage);
  route("audit", auditPage);
  start(render);
  document.documentElement.dataset.ready = "";
  return undefined;
}

boot();
