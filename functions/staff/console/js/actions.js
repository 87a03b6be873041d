// What can be done with a report: assignment, transfer, identity, dossier (status has a file of its own).

import { get, paths, post } from "./api.js";
import { agencyInfo } from "./agency-info.js";
import { ask, openDialog, problemNotice } from "./dialogs.js";
import { button, field, h, select, toast } from "./dom.js";
import { save } from "./exports.js";
import { t, word } from "./i18n.js";

const AGENCIES = { csgt: "Phòng Cảnh sát giao thông", duytu: "Ban Duy tu hạ tầng giao thông", bhxh: "Bảo hiểm xã hội" };

export function actions(view) {
  const { report, me } = view;
  if (!view.mayWork) return h("div", { class: "report-line" }, dossier(view));
  const mine = report.assignee === me.name;
  return h(
    "div", { class: "report-line" },
    button(t("status.change"), { kind: "primary", sign: "check", onclick: () => view.status(), "data-testid": "change-status", disabled: Boolean(report.merged_into) }),
    !mine && button(t("assign.me"), { sign: "user", onclick: () => view.take(), "data-testid": "take" }),
    view.leads && button(t("assign.to"), { kind: mine ? "" : "quiet", onclick: () => assignDialog(view) }),
    mine && !view.leads && button(t("assign.nobody"), { kind: "quiet", onclick: () => view.edit({ assignee: null }, t("assign.released")) }),
    menu(
      button(t("report.transfer"), { kind: "quiet", onclick: () => transferDialog(view) }),
      button(t(report.flags.includes("complex") ? "complex.unset" : "complex.set"), { kind: "quiet", onclick: () => view.edit({ complex: !report.flags.includes("complex") }, t("complex.saved")) }),
      view.leads && button(t("name.show"), { kind: "quiet", onclick: () => identityDialog(view) }),
      dossier(view),
    ),
    report.assignee && h("span", { class: "chip" }, mine ? t("assign.you", { who: report.assignee }) : report.assignee),
  );
}

// What is done rarely, folded away.
function menu(...entries) {
  const box = h("details", { class: "menu" }, h("summary", { class: "button quiet" }, t("others")), h("div", { class: "card" }, entries));
  const shut = (event) => {
    if (!box.isConnected) document.removeEventListener("click", shut);
    else if (event.target.closest("summary")?.parentElement !== box) box.open = false;
  };
  document.addEventListener("click", shut);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
  return box;
}

// A refused change because of somebody else's: say so, and offer the new version.
export async function guarded(view, act) {
  try {
    await act();
  } catch (error) {
    if (error.conflict) Object.assign(error, { message: t("error.conflict"), own: true, again: () => view.load() });
    throw error;
  }
}

async function assignDialog(view) {
  const { staff = [] } = await agencyInfo();
  const names = [...new Set(staff.filter((one) => one.role !== "auditor").map((one) => one.username ?? one.name))];
  const who = select([["", t("assign.nobody")], ...names.map((name) => [name, name === view.me.name ? t("assign.you", { who: name }) : name])], view.report.assignee);
  ask(t("assign.to"), {
    label: t("save"), content: field(t("fact.assignee"), who),
    act: () => view.edit({ assignee: who.value || null }, who.value ? t("assign.done", { who: who.value }) : t("assign.released")),
  });
}

function transferDialog(view) {
  const others = Object.entries(AGENCIES).filter(([id]) => id !== view.report.agency);
  const to = select(others, view.report.suggested_agency ?? others[0][0]);
  const reason = h("textarea", { required: true, minlength: 3, maxlength: 500 });
  ask(t("report.transfer"), {
    text: t("transfer.text"), label: t("report.transfer"), content: [field(t("transfer.to"), to), field(t("status.reason"), reason)],
    act: async () => {
      await guarded(view, async () => {
        const answer = await post(paths.part(view.code, "transfer"), { agency: to.value, reason: reason.value }, { etag: view.etag });
        toast(t(answer.status === 202 ? "transfer.asked" : "transfer.done"));
        if (answer.data.agency === view.me.agency) return view.took(answer);
        view.desk.changed(); // it is another agency's now
        location.hash = view.desk.back;
        return undefined;
      });
    },
  });
}

// A report that was merged by mistake is handled on its own again.
export function unmergeDialog(view) {
  const reason = h("textarea", { required: true, minlength: 3, maxlength: 500 });
  ask(t("merge.undo"), {
    text: t("merge.undo_text"), label: t("merge.undo"), content: field(t("status.reason"), reason),
    act: () => guarded(view, async () => {
      view.took(await post(paths.part(view.code, "unmerge"), { reason: reason.value }, { etag: view.etag }));
      toast(t("merge.undone"));
    }),
  });
}

function identityDialog(view) {
  const reason = h("textarea", { required: true, minlength: 3, maxlength: 500 });
  ask(t("name.title"), {
    text: t("name.warn"), label: t("name.show"), content: field(t("name.reason"), reason),
    act: async () => {
      const { data } = await post(paths.part(view.code, "identity"), { reason: reason.value });
      openDialog(t("name.title"), () => h("div", { class: "dialog-body" }, h("table", { class: "table" }, h("tbody", {}, Object.entries(data).map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, word("identity", name)), h("td", {}, value ?? t("none"))))))));
      view.timeline.load();
    },
  });
}

function dossier(view) {
  const act = async (event) => {
    const source = event.currentTarget;
    source.disabled = true;
    toast(t("dossier.making"));
    try {
      save(await get(paths.part(view.code, "dossier")), `${view.code}.zip`);
      view.timeline.load();
    } catch (error) {
      openDialog(t("dossier"), () => h("div", { class: "dialog-body" }, problemNotice(error)));
    } finally {
      source.disabled = false;
    }
  };
  return button(t("dossier"), { kind: "quiet", sign: "download", onclick: act });
}
