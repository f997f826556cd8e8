// Every report of this phone: kept, sent or refused, and why.
import { el } from "../shared/dom.js";
import { say } from "../shared/words.js";
import { sendKept, started } from "./signal.js";
import { canKeep, forget, reports } from "./store.js";

const list = document.querySelector("[data-reports]");
const TONES = { kept: "warn", sent: "ok", refused: "bad" };

const stamp = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function because(report) {
  if (!report.reason) return null;
  const known = say(`reason_${report.reason}`);
  return el("p", {}, known.startsWith("reason_") ? (report.title ?? report.reason) : known);
}

function line(report) {
  return el("li", { class: "panel report", "data-status": report.status },
    el("div", { class: "row" },
      el("strong", {}, say(`state_${report.state}`)), el("span", { class: `pill ${TONES[report.status]}` }, say(`${report.status}_status`))),
    el("a", { href: `/field/visits/${report.visit}` }, report.label),
    el("p", { class: "muted num" }, stamp.format(new Date(report.at))),
    because(report),
    report.note ? el("p", { class: "small" }, report.note) : null,
    report.status === "refused"
      ? el("button", { type: "button", class: "btn", onclick: async () => { await forget(report.sequence); draw(); } }, say("understood"))
      : null);
}

async function draw() {
  const all = (await reports()).reverse();
  list.replaceChildren(...all.map(line));
  document.querySelector("[data-none]").hidden = all.length > 0;
}

document.querySelector("[data-send]").addEventListener("click", sendKept);
document.addEventListener("settled", draw);
if (canKeep()) {
  document.querySelector("[data-missing]").hidden = location.pathname === "/field/reports";
  await draw();
}
await started;
