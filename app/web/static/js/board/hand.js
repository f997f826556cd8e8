// Moving by hand: who could take it and for how many minutes, then the form that asks for it.
import { say } from "../shared/words.js";
import { el } from "../shared/dom.js";

const form = document.getElementById("hand-form");
const list = document.querySelector(".unplanned-panel");
const voice = document.getElementById("hand-voice");

/** Say something that was not done, where everybody reads it, and aloud. */
export function refuse(text) {
  voice.replaceChildren(el("span", {}, text));
  voice.hidden = false;
}

/** Ask once for each drag who could take a job: technician id → { lacks, works, minutes }. */
export function candidatesFor(stop) {
  const url = new URL(form.dataset.candidates, location);
  url.searchParams.set("job_id", stop.job_id);
  url.searchParams.set("seat", stop.seat ?? 0);
  if (new URLSearchParams(location.search).has("announced")) url.searchParams.set("announced", "1");
  return fetch(url, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { candidates: {} }))
    .then((answer) => answer.candidates, () => ({}));
}

/** Say in a few letters what a row would be for the job. */
export function fitText(one) {
  if (!one) return "";
  if (one.lacks.length) return say("not_qualified");
  if (!one.works) return say("no_shift");
  return one.minutes === null ? say("qualified") : say("added", { minutes: one.minutes });
}

const fitOf = (one) => (one.lacks.length ? "no" : one.works ? "yes" : "off");

/** Mark every row for the job that is dragged; returns what was found, for the drop. */
export function markRows(stop) {
  const drag = { found: {}, over: false };
  document.body.dataset.dragging = "1";
  drag.ready = candidatesFor(stop).then((found) => {
    drag.found = found;
    if (drag.over) return;
    for (const label of document.querySelectorAll(".row-label")) {
      const one = found[label.dataset.technician];
      if (!one) continue;
      label.dataset.fit = fitOf(one);
      label.querySelector(".row-fit").textContent = fitText(one);
    }
  });
  return drag;
}

export function unmarkRows(drag) {
  if (drag) drag.over = true;
  delete document.body.dataset.dragging;
  list.classList.remove("over");
  for (const label of document.querySelectorAll(".row-label[data-fit]")) {
    delete label.dataset.fit;
    label.querySelector(".row-fit").textContent = "";
  }
}

/** Tell whether a drop on a row is refused already here, and say why. */
export function isRefused(drag, technicianId, name) {
  const one = drag?.found[technicianId];
  if (!one?.lacks.length) return false;
  refuse(say("refused_for", { name, why: one.lacks.join(", ") }));
  return true;
}

/** Ask for the moves: [{ job_id, seat, technician_id, start } or { job_id, seat, take_off }]. */
export function ask(moves, shown) {
  form.elements.moves.value = JSON.stringify(moves);
  form.elements.shown.value = shown ?? new URLSearchParams(location.search).get("technician") ?? "";
  form.submit();
}

/** Let jobs of the list be dragged onto rows; `rows` is the timeline, `day` its data. */
export function bindList(rows, day, clock) {
  let drag = null;
  let dragged = null;
  for (const card of list.querySelectorAll("[data-job]")) {
    card.addEventListener("dragstart", (event) => {
      dragged = { job_id: card.dataset.job, seat: 0 };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.number);
      drag = markRows(dragged);
    });
    card.addEventListener("dragend", () => { unmarkRows(drag); dragged = null; });
  }
  rows.holder.addEventListener("dragover", (event) => { if (dragged) event.preventDefault(); });
  rows.holder.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    const at = rows.at(event);
    const technician = day.technicians.find((each) => each.id === at.group);
    if (!technician || isRefused(drag, technician.id, technician.name)) return;
    ask([{ ...dragged, technician_id: technician.id, start: clock.time(at.time) }], technician.id);
  }, true);
}

export const listUnder = (point) => Boolean(point && document.elementFromPoint(point.x, point.y)?.closest(".unplanned-panel"));
