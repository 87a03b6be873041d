// Times, sizes and plates as people here write them. All times are shown as in Hanoi.

import { language, t } from "./i18n.js";

const ZONE = "Asia/Ho_Chi_Minh";
const locale = () => (language === "en" ? "en-GB" : "vi-VN");
const shape = (options) => new Intl.DateTimeFormat(locale(), { timeZone: ZONE, ...options });
const parsed = (value) => (value ? new Date(value) : null);

export function dateTime(value) {
  const at = parsed(value);
  if (!at || Number.isNaN(at.getTime())) return value ?? "";
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return date(value);
  return shape({ hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" }).format(at);
}

export const clock = (value) => shape({ hour: "2-digit", minute: "2-digit" }).format(parsed(value));
export const date = (value) => shape({ day: "2-digit", month: "2-digit", year: "numeric" }).format(parsed(value));
export const dayMonth = (value) => shape({ day: "2-digit", month: "2-digit" }).format(parsed(value));

// The calendar day in Hanoi, `YYYY-MM-DD`.
export const isoDay = (at = new Date()) => new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(at);

// A length of time in its largest whole unit.
export function span(ms) {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000));
  if (minutes < 90) return t("minutes", { n: minutes });
  if (minutes < 48 * 60) return t("hours", { n: Math.round(minutes / 60) });
  return t("days", { n: Math.round(minutes / 1440) });
}

export function ago(value) {
  const past = Date.now() - parsed(value).getTime();
  if (past < 60_000) return t("now");
  return past < 7 * 86_400_000 ? t("ago", { span: span(past) }) : date(value);
}

// How a deadline stands: `{text, late, soon}`; null when there is none or the report is closed.
export function deadline(report) {
  if (!report.deadline || ["resolved", "rejected"].includes(report.status)) return null;
  const left = parsed(report.deadline).getTime() - Date.now();
  if (left < 0) return { text: t("late", { by: span(left) }), late: true };
  return { text: t("due", { left: span(left) }), late: false, soon: left < 4 * 3_600_000 };
}

export function bytes(count) {
  if (!count) return "";
  if (count < 1_000_000) return `${Math.max(1, Math.round(count / 1000))} kB`;
  return `${(count / 1_000_000).toLocaleString(locale(), { maximumFractionDigits: 1 })} MB`;
}

export const number = (value) => Number(value).toLocaleString(locale(), { maximumFractionDigits: 1 });
export const percent = (value) => Math.round(value * 100);

// "29A12345" as it stands on the vehicle: 29A-123.45.
export function plate(compact) {
  const found = /^(\d{2}[A-ZĐ]{1,2}\d?)(\d{3})(\d{2})$/.exec(compact) ?? /^(\d{2}[A-ZĐ]{1,2}\d?)(\d{4})$/.exec(compact);
  if (!found) return compact;
  return found[3] ? `${found[1]}-${found[2]}.${found[3]}` : `${found[1]}-${found[2]}`;
}

export function when(value, details) {
  if (!value) return "";
  return details?.precision === "day" && value.includes("T") ? date(value) : dateTime(value);
}
