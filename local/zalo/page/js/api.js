// What the page asks of the simulator.

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `HTTP ${response.status}`);
  return body;
}

export const get = (path) => fetch(path).then(answered);

export const post = (path, body = {}) =>
  fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).then(answered);

const person = (citizen) => `/sim/citizens/${encodeURIComponent(citizen)}`;

export const chats = (citizen) => get(`${person(citizen)}/chats`);
export const messages = (citizen, oa) => get(`${person(citizen)}/messages?oa=${encodeURIComponent(oa)}`);
export const act = (citizen, oa, action, fields = {}) => post(`${person(citizen)}/${action}`, { oa, ...fields });
export const send = (citizen, oa, kind, fields = {}) => act(citizen, oa, "messages", { kind, ...fields });

/** Send a file from this device. */
export function upload(citizen, oa, kind, file, fields = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries({ oa, kind, ...fields })) if (value) form.append(key, value);
  form.append("file", file, file.name);
  return fetch(`${person(citizen)}/messages`, { method: "POST", body: form }).then(answered);
}

/** Call `changed({oa, citizen})` for every change, and once without arguments after each (re)connection. */
export function listen(changed) {
  const source = new EventSource("/sim/live");
  source.onopen = () => changed();
  source.onmessage = (event) => changed(JSON.parse(event.data));
}
