// Sends what is kept, oldest first. The server knows each report by device and number, so sending
// one twice is harmless; a lock lets one tab send at a time.
import { device, settle, unsent } from "./store.js";

const VISITS = "/api/v1/visits";
const LATER = new Set([408, 425, 429]);

export class SignInNeeded extends Error {}
export class SomebodyElse extends Error {}
export class NoSignal extends Error {}

async function ask(address, options = {}) {
  try {
    return await fetch(address, { cache: "no-store", ...options });
  } catch (error) {
    throw new NoSignal(error.message);
  }
}

/** Ask who is signed in here, and for a token to send with. */
async function permission(owner) {
  const answer = await ask("/field/token", { headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 401 || answer.status === 403) throw new SignInNeeded();
  if (!answer.ok) throw new NoSignal(String(answer.status));
  const { csrf, technician } = await answer.json();
  if (technician !== owner) throw new SomebodyElse();
  return csrf;
}

const bodyOf = ({ sequence, state, at, note, failure, position }, from) =>
  JSON.stringify({ sequence, state, at, note, failure, position, device: from, sent_at: new Date().toISOString() });

async function send(report, from, csrf) {
  const answer = await ask(`${VISITS}/${report.visit}/reports`, {
    method: "POST", body: bodyOf(report, from),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
  });
  if (answer.status === 401) throw new SignInNeeded();
  if (answer.status >= 500 || LATER.has(answer.status)) throw new NoSignal(String(answer.status));
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) return { status: "refused", reason: said.code ?? String(answer.status), title: said.title };
  const status = said.verdict === "rejected" ? "refused" : "sent";
  return { status, verdict: said.verdict, reason: said.verdict_reason };
}

async function sendAll(owner) {
  const settled = [];
  if (!(await unsent()).length) return settled;
  const csrf = await permission(owner);
  const from = await device();
  for (const report of await unsent()) {
    const outcome = await send(report, from, csrf);
    await settle(report.sequence, outcome);
    settled.push({ ...report, ...outcome });
  }
  return settled;
}

/** Send everything kept; returns what the server has decided on. Waits for a tab that sends. */
export function flush(owner) {
  return navigator.locks ? navigator.locks.request("shifu-field-queue", () => sendAll(owner)) : sendAll(owner);
}
