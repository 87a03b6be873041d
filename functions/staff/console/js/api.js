// The staff API: JSON both ways, problem details (RFC 9457) as errors, entity tags against lost updates.

import { forget, renew, token } from "./auth.js";
import { t } from "./i18n.js";

// What went wrong, in words for the person at the desk.
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || body.title || t(status === 0 ? "error.offline" : "error.server"));
    this.status = status;
    this.title = body.title || t(status === 0 ? "error.offline_title" : "error.title", { status });
    this.type = body.type ?? "about:blank";
    this.fields = body.errors ?? body.invalid_params ?? [];
  }

  // Somebody else changed the report since it was read.
  get conflict() {
    return this.status === 412;
  }
}

let onSignedOut = () => {};
export const whenSignedOut = (act) => { onSignedOut = act; };

// Returns `{data, etag}`. A POST carries an idempotency key, so that one lost answer may be asked for again.
export async function request(method, path, { query, body, etag, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  if (method === "POST") headers["Idempotency-Key"] = crypto.randomUUID();
  const search = query ? `?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}` : "";
  const options = { method, headers, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body) };
  let answer = await send(path + search, options);
  if (answer.status === 401 && (await renew())) answer = await send(path + search, options);
  if (answer.status === 401) {
    forget();
    onSignedOut();
    throw new Problem(401, { title: t("error.signed_out_title"), detail: t("error.signed_out") });
  }
  const file = answer.headers.get("Content-Disposition")?.startsWith("attachment");
  if (answer.ok && file) return { blob: await answer.blob(), name: nameOf(answer), status: answer.status };
  const data = await read(answer);
  if (!answer.ok) throw new Problem(answer.status, data ?? {});
  return { data, etag: answer.headers.get("ETag"), status: answer.status };
}

async function send(address, options, tries = 2) {
  const headers = { ...options.headers, Authorization: `Bearer ${token()}` };
  try {
    return await fetch(address, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    // Reading twice or posting twice with one key does no harm; a PATCH is safe through its entity tag.
    if (tries > 1 && (options.method !== "PATCH" || options.headers["If-Match"])) return send(address, options, tries - 1);
    throw new Problem(0);
  }
}

async function read(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) return null;
  try {
    return await answer.json();
  } catch {
    return null; // an empty or cut answer has nothing to show
  }
}

const nameOf = (answer) => /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition"))?.[1];

export const get = (path, query, options) => request("GET", path, { query, ...options });
export const post = (path, body, options) => request("POST", path, { body, ...options });
export const put = (path, body, options) => request("PUT", path, { body, ...options });
export const patch = (path, body, options) => request("PATCH", path, { body, ...options });

const one = (code) => `/staff/reports/${encodeURIComponent(code)}`;
export const paths = {
  list: "/staff/reports",
  report: one,
  part: (code, part) => `${one(code)}/${part}`,
  evidence: (code, id) => `${one(code)}/evidence/${encodeURIComponent(id)}`,
};
