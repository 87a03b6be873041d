// What the agency says about itself: reasons, staff, texts. Read once and kept for the tab.

import { get } from "./api.js";

let kept = null;

// Never fails: without it the forms offer free words only.
export function agencyInfo() {
  kept ??= get("/staff/agency").then(({ data }) => data).catch(() => {
    kept = null;
    return {};
  });
  return kept;
}
