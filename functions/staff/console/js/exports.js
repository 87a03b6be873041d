// Lists as files: at once when small, made in the background when large, with how far it is.

import { Problem, get } from "./api.js";
import { t } from "./i18n.js";

const LOOK_MS = 1500;

// Fetch and save. `progress` hears how many rows are written while the file is made in the background.
// Raises Problem; `left` (an AbortSignal) ends the waiting.
export async function exportFile(query, progress, left) {
  let answer = await get("/staff/exports", query, { signal: left });
  const place = answer.data?.status_url;
  while (!answer.blob && !answer.data?.url) {
    if (answer.data?.state === "failed") throw new Problem(500, { title: t("export.failed"), detail: t("export.failed_hint") });
    progress(answer.data?.rows ?? 0);
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
    answer = await get(place, undefined, { signal: left });
  }
  save(answer, `lang-nghe-${query.from}-${query.to}.${query.format}`);
}

// Hand a file of an answer, or of the address that it names, to the browser.
export function save({ data, blob, name }, otherwise) {
  if (blob) {
    const address = URL.createObjectURL(blob);
    click(address, name ?? otherwise);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } else if (data?.url) {
    click(data.download_url ?? data.url, otherwise);
  }
}

function click(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
