// Moving a report on: the new status, why, what the citizen is told, and what proves a repair.

import { guarded } from "./actions.js";
import { paths, post } from "./api.js";
import { agencyInfo } from "./agency-info.js";
import { ask, problemNotice } from "./dialogs.js";
import { field, fill, h, select, toast } from "./dom.js";
import { t } from "./i18n.js";
import { proofField } from "./proof.js";

// The moves that the desk allows (the API has the last word).
const ANY = ["verifying", "in_progress", "needs_info", "resolved", "rejected"];
const NEXT = {
  received: ANY, verifying: ANY.slice(1), in_progress: ["verifying", ...ANY.slice(2)], needs_info: ["verifying", "in_progress", "resolved", "rejected"],
  reopened: ANY, resolved: ["reopened"], rejected: ["reopened"],
};
const NEEDS_REASON = ["resolved", "rejected", "needs_info"];

export async function statusDialog(view) {
  const { reasons = [] } = await agencyInfo();
  const to = select(NEXT[view.report.status].map((status) => [status, t(`status.${status}`)]), NEXT[view.report.status][0], { "data-testid": "status-to" });
  const listed = h("select", { "data-testid": "reason-listed" });
  const own = h("input", { maxlength: 500, "data-testid": "reason" });
  const message = h("textarea", { maxlength: 1500, "data-testid": "status-message" });
  const reference = h("input", { maxlength: 200, "data-testid": "reference" });
  const unsent = h("div", { "aria-live": "assertive" });
  const pictures = proofField(view, (error) => fill(unsent, error && problemNotice(error)));
  const pick = field(t("status.reason"), listed);
  const free = field(t("status.reason_own"), own);
  const proof = h("div", { class: "form" }, pictures.element, unsent, field(t("status.reference"), reference));
  const kind = () => reasons.find((reason) => reason.id === listed.value)?.kind ?? "";
  const arrange = () => {
    const fitting = reasons.filter((reason) => reason.for?.includes(to.value));
    const before = listed.value;
    fill(listed, fitting.map((reason) => h("option", { value: reason.id }, reason.label)), h("option", { value: "" }, t("status.reason_own")));
    listed.value = fitting.some((reason) => reason.id === before) ? before : (fitting[0]?.id ?? "");
    pick.hidden = !fitting.length;
    free.querySelector("label").textContent = t(fitting.length ? "status.reason_own" : "status.reason");
    toggle();
  };
  const toggle = () => {
    const needed = NEEDS_REASON.includes(to.value);
    free.hidden = (!needed && !pick.hidden) || listed.value !== "";
    own.required = needed && !free.hidden;
    // An answer needs no proof, a repair does: what citizens are told says which it was.
    proof.hidden = to.value !== "resolved" || kind() === "answered";
  };
  to.addEventListener("change", arrange);
  listed.addEventListener("change", toggle);
  arrange();
  ask(t("status.change"), {
    label: t("save"),
    content: [field(t("status.to"), to), pick, free, proof, field(t("status.message"), message, t("status.message_hint"))],
    act: async () => {
      const body = { status: to.value, reason: (listed.value || own.value).trim() };
      if (message.value.trim()) body.message = message.value.trim();
      if (!proof.hidden) {
        if (reference.value.trim()) body.reference = reference.value.trim();
        if (pictures.chosen().length) body.evidence = pictures.chosen();
      }
      await guarded(view, async () => view.took(await post(paths.part(view.code, "status"), body, { etag: view.etag })));
      toast(t("status.changed", { status: t(`status.${to.value}`) }));
    },
  });
}
