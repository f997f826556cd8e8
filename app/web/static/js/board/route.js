// The panel of one technician: who, four figures, the stops in order, and the form to move one.
import { el, icon } from "../shared/dom.js";
import { candidatesFor, fitText } from "./hand.js";
import { say } from "../shared/words.js";
import { hoursAndMinutes } from "../shared/time.js";
import { colourOf, lookOf, titleOf, visitsOf } from "./palette.js";

const PILL = { done: "ok", onsite: "brand", planned: "brand", late: "bad", failed: "bad" };

const keyOf = (stop) => `${stop.job_id}/${stop.seat}`;
const figure = (value, name) => el("div", {}, el("b", {}, value), el("span", {}, name));

function head(technician, index, clock) {
  const rating = technician.rating;
  return el("div", { class: "who" },
    el("span", { class: "avatar big", style: { background: colourOf(index), color: "#fff" } }, technician.initials),
    el("div", { class: "who-text" },
      el("a", { class: "who-name", href: `/technicians/${technician.id}` }, technician.name),
      el("div", { class: "small muted" }, [technician.code, technician.shift ? clock.span(technician.shift.start, technician.shift.end) : null].filter(Boolean).join(" · ")),
      rating ? el("div", { class: "small muted" }, icon("star", "ic-s"), ` ${say("rating", { professional: rating.professional.toFixed(1), attitude: rating.attitude.toFixed(1), count: rating.count })}`) : null));
}

function figures(technician) {
  const travel = technician.stops.reduce((sum, stop) => sum + (stop.travel_seconds || 0), 0);
  const late = visitsOf(technician).filter((stop) => stop.late_seconds > 0).length;
  return el("div", { class: "stats" },
    figure(String(visitsOf(technician).length), say("visits")), figure(hoursAndMinutes(travel), say("travel")),
    figure(String(late), say("late")), figure(`${Math.round(technician.load * 100)}%`, say("load")));
}

function flagsOf(stop) {
  const flags = [];
  if (stop.by_hand) flags.push(icon("pencil", "ic-s"), ` ${say("by_hand")} `);
  if (stop.pinned) flags.push(icon("lock", "ic-s"), ` ${say("pinned")} `);
  if (stop.approximate) flags.push(icon("map-pin-off", "ic-s"), ` ${say("approximate")} `);
  if (stop.crew_size > 1) flags.push(icon("users", "ic-s"), ` ${stop.seat + 1}/${stop.crew_size}`);
  return flags.length ? el("div", { class: "stop-flags" }, ...flags) : null;
}

function visitLine(stop, clock, choose) {
  const look = lookOf(stop);
  const window_ = stop.window ? `${say(stop.promised ? "promised" : "proposed")} ${clock.span(...stop.window)}` : say("no_window");
  return el("li", { "data-visit": keyOf(stop) },
    el("span", { class: `stop-number ${look}` }, String(stop.number)),
    el("div", { class: "stop-text" },
      el("a", { class: "stop-title", href: `/jobs/${stop.job_id}` }, titleOf(stop)),
      el("div", { class: "stop-sub" }, `#${stop.job_number} · ${stop.brand ?? ""}`),
      el("div", { class: "stop-sub" }, `${window_}`),
      flagsOf(stop)),
    el("div", { class: "stop-time" },
      el("span", { class: "num" }, clock.span(stop.start, stop.finish)),
      el("button", { type: "button", class: `pill ${PILL[look]} stop-move`, onclick: () => choose(stop), title: say("move"), "aria-label": `${say(`look_${look}`)}, ${say("move")} #${stop.job_number}` },
        say(`look_${look}`), icon("chevron-down", "ic-s"))));
}

function restLine(stop, clock) {
  return el("li", { class: "rest" },
    el("span", { class: "stop-number rest" }, icon(stop.kind === "break" ? "coffee" : "package", "ic-s")),
    el("div", { class: "stop-text muted" }, say(stop.kind === "break" ? "break" : "depot")),
    el("div", { class: "stop-time muted num" }, clock.span(stop.start, stop.finish)));
}

/** Say beside every name what the job would be for them; the form works before that is known. */
async function weigh(select, stop) {
  const found = await candidatesFor(stop);
  for (const option of select.options) {
    option.dataset.name ??= option.textContent;
    const fit = fitText(found[option.value]);
    option.textContent = fit ? `${option.dataset.name} · ${fit}` : option.dataset.name;
    option.disabled = Boolean(found[option.value]?.lacks.length);
  }
}

/** Fill the move form, which the page carries ready with its token, for a visit or a job of the list. */
export function openForm(form, stop, technicianId, start, subject) {
  form.hidden = false;
  form.elements.job_id.value = stop.job_id;
  form.elements.seat.value = stop.seat ?? 0;
  if (technicianId) form.elements.technician_id.value = technicianId;
  form.elements.start.value = start;
  form.elements.unpin.hidden = !stop.pinned;
  form.elements.take_off.hidden = !(stop.pinned || stop.visit_id);
  form.querySelector("[data-subject]").textContent = subject;
  form.scrollIntoView({ block: "nearest" });
  form.elements.technician_id.focus();
  weigh(form.elements.technician_id, stop);
}

/** Returns { show(technicianId, stop) }. */
export function createRoutePanel(holder, form, day, clock) {
  function show(id, stop = null) {
    const index = day.technicians.findIndex((technician) => technician.id === id);
    if (index < 0) return;
    const technician = day.technicians[index];
    const choose = (chosen) => openForm(form, chosen, technician.id, clock.time(chosen.start), `#${chosen.job_number} ${titleOf(chosen)}`);
    const lines = technician.stops.map((each) => (each.kind === "visit" ? visitLine(each, clock, choose) : restLine(each, clock)));
    const list = lines.length ? el("ol", { class: "stops" }, ...lines) : el("p", { class: "muted" }, say("no_visits"));
    holder.replaceChildren(head(technician, index, clock), figures(technician), list);
    form.hidden = true;
    if (stop) holder.querySelector(`[data-visit="${CSS.escape(keyOf(stop))}"]`)?.classList.add("on");
  }
  return { show };
}
