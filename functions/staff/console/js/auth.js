// Who is at the desk: Cognito's hosted pages, authorization code with PKCE (RFC 7636).
// Tokens live in sessionStorage: they end with the tab and never travel in a cookie.

const KEYS = { tokens: "desk.tokens", flow: "desk.flow" };
// Renew this long before the end, so that a request never starts with a token about to die.
const MARGIN_MS = 120_000;

let config = null;
let timer = 0;

export async function loadConfig() {
  const answer = await fetch("/console.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`console.json: ${answer.status}`);
  config = await answer.json();
  return config;
}

export const settings = () => config;

// Finish a sign-in that the address tells of, or take up the one of this tab. True when somebody is signed in.
export async function resume() {
  const query = new URLSearchParams(location.search);
  if (query.has("code") || query.has("error")) {
    const flow = JSON.parse(sessionStorage.getItem(KEYS.flow) ?? "null");
    sessionStorage.removeItem(KEYS.flow);
    history.replaceState(null, "", `${location.pathname}${flow?.hash || "#/reports"}`);
    if (query.has("error")) throw new Error(query.get("error_description") || query.get("error"));
    // A code that this tab did not ask for may belong to somebody else.
    if (!flow || flow.state !== query.get("state")) return false;
    await exchange({ grant_type: "authorization_code", code: query.get("code"), code_verifier: flow.verifier, redirect_uri: home() });
  }
  if (!stored()) return false;
  if (stored().expires_at - Date.now() < MARGIN_MS && !(await renew())) return false;
  plan();
  return true;
}

export async function signIn() {
  const verifier = random(48);
  const state = random(16);
  sessionStorage.setItem(KEYS.flow, JSON.stringify({ verifier, state, hash: location.hash }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  location.assign(`${config.sign_in_url}/oauth2/authorize?${new URLSearchParams({
    response_type: "code", client_id: config.client_id, redirect_uri: home(), scope: "openid profile",
    state, code_challenge_method: "S256", code_challenge: base64url(new Uint8Array(digest)),
  })}`);
}

export function signOut() {
  forget();
  location.assign(`${config.sign_in_url}/logout?${new URLSearchParams({ client_id: config.client_id, logout_uri: home() })}`);
}

export function forget() {
  clearTimeout(timer);
  sessionStorage.removeItem(KEYS.tokens);
}

export const token = () => stored()?.id_token ?? null;

// The person: name, agency and roles, read from the token for display; the API checks the token itself.
export function person() {
  const claims = claimsOf(token());
  const groups = [claims["cognito:groups"] ?? []].flat();
  const [agency = "", role = ""] = (groups[0] ?? "").split(".");
  return { name: claims["cognito:username"] ?? "", agency, role, roles: groups.map((group) => group.split(".")[1]) };
}

// One renewal at a time, however many requests found the token dead.
let renewal = null;
export function renew() {
  renewal ??= (async () => {
    const kept = stored()?.refresh_token;
    if (!kept) return false;
    try {
      await exchange({ grant_type: "refresh_token", refresh_token: kept });
      plan();
      return true;
    } catch {
      return false; // the session is over; the caller shows the sign-in
    }
  })().finally(() => { renewal = null; });
  return renewal;
}

async function exchange(form) {
  const answer = await fetch(`${config.sign_in_url}/oauth2/token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ client_id: config.client_id, ...form }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status}`);
  const got = await answer.json();
  sessionStorage.setItem(KEYS.tokens, JSON.stringify({
    id_token: got.id_token,
    refresh_token: got.refresh_token ?? stored()?.refresh_token,
    expires_at: Date.now() + got.expires_in * 1000,
  }));
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(renew, Math.max(5000, stored().expires_at - Date.now() - MARGIN_MS));
}

const stored = () => JSON.parse(sessionStorage.getItem(KEYS.tokens) ?? "null");
const home = () => `${location.origin}/`;
const random = (bytes) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function claimsOf(jwt) {
  if (!jwt) return {};
  const part = jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0))));
}
