// Lists as files: at once when small, made in the background when large.

import { get } from "./api.js";

const LOOK_MS = 2000;
const PATIENCE = 90;

// Fetch and save. `waiting` is called once when the file is made in the background.
export async function exportFile(query, waiting) {
  let answer = await get("/staff/exports", query);
  if (answer.status === 202) {
    waiting();
    const place = answer.data.status_url ?? answer.data.location ?? `/staff/exports/${answer.data.id}`;
    for (let looks = 0; looks < PATIENCE && !(answer.data?.url || answer.blob); looks += 1) {
      await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
      answer = await get(place);
    }
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
