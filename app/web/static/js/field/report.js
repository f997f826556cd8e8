// A report is kept on the phone with when and, where the technician allows it, where it was made;
// then it is sent. Without storage the form goes to the server as it is.
import { el, icon } from "../shared/dom.js";
import { say } from "../shared/words.js";
import { sendKept, show } from "./signal.js";
import { canKeep, furthest, keep } from "./store.js";

const PATIENCE = { enableHighAccuracy: true, timeout: 5000, maximumAge: 30000 };
const visit = document.querySelector("[data-visit]").dataset.visit;
let making = 0;
const ENDED = new Set(["completed", "failed"]);

function here() {
  if (!navigator.geolocation) return Promise.resolve(null);
  return new Promise((resolve) => navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), PATIENCE));
}

async function position() {
  const found = await here();
  if (!found) return null;
  const { latitude, longitude, accuracy } = found.coords;
  return { lat: Number(latitude.toFixed(6)), lon: Number(longitude.toFixed(6)), accuracy_m: Math.round(accuracy) };
}

function fill(form, at, where) {
  form.elements.at.value = at;
  if (!where) return;
  for (const name of ["lat", "lon", "accuracy_m"]) form.elements[name].value = where[name];
}

/** Keep and send what a form says; the page stays until every report begun on it is kept. */
async function made(form) {
  making += 1;
  const at = new Date().toISOString();
  const where = await position();
  if (!canKeep()) {
    fill(form, at, where);
    return form.submit();
  }
  const given = new FormData(form);
  const state = given.get("state");
  await keep({
    visit, at, state, position: where, label: document.querySelector("[data-label]").dataset.label,
    note: given.get("note")?.trim() || null, failure: state === "failed" ? given.get("failure") : null,
  });
  await next();
  making -= 1;
  await show();
  await sendKept();
}

function listen(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button:last-of-type").disabled = true;
    made(form);
  });
}

function tell(kind, text) {
  document.querySelector("[data-told]").replaceChildren(
    el("div", { class: `notice ${kind}`, role: "status" }, icon(kind === "ok" ? "circle-check" : "triangle-alert"), el("div", {}, text)),
  );
}

/** Offer the step after the furthest that this phone has kept. */
async function next() {
  const far = await furthest(visit);
  const later = [...document.querySelectorAll("template[data-step]")];
  const shown = document.querySelector(".next-step");
  const order = [shown?.elements.state.value, ...later.map((step) => step.dataset.step)];
  const found = far === null ? -1 : order.indexOf(far);
  if (far === null || (found < 0 && !ENDED.has(far))) return;
  shown?.remove();
  const following = ENDED.has(far) ? null : later[found];
  later.slice(0, ENDED.has(far) ? later.length : found + 1).forEach((step) => step.remove());
  if (ENDED.has(far)) document.querySelector(".fail")?.remove();
  if (following) {
    document.querySelector("[data-steps]").append(following.content.cloneNode(true));
    listen(document.querySelector(".next-step"));
  }
  tell("warn", say("kept", { state: say(`state_${far}`) }));
}

/** Look at the visit again once the server has decided. */
document.addEventListener("settled", ({ detail }) => {
  const mine = detail.filter((report) => report.visit === visit);
  if (!mine.length || making) return;
  const refused = mine.find((report) => report.status === "refused");
  const last = mine.at(-1);
  if (refused) return location.assign("/field/reports");
  sessionStorage.setItem("told", last.verdict === "applied" ? "reported" : `reason_${last.reason}`);
  if (ENDED.has(last.state)) location.assign(document.querySelector("[data-day]").dataset.day);
  else location.reload();
});

document.querySelectorAll("form[data-report]").forEach(listen);
if (canKeep()) await next();
