// The day as rows: shift, travel, visits, breaks, the present moment.
import { ask, isRefused, listUnder, markRows, unmarkRows } from "./hand.js";
import { el, icon } from "../shared/dom.js";
import { say } from "../shared/words.js";
import { minutes } from "../shared/time.js";
import { colourOf, lookOf, titleOf } from "./palette.js";

const vis = window.vis;
const HOUR = 3600000;
const STEP = 5 * 60_000;
const MOVABLE = new Set(["planned", "scheduled"]);
const TYPE_ICONS = { install: "hammer", repair: "wrench", maintain: "sparkles", remove: "undo-2", survey: "search" };

function rowLabel(technician, index, pick) {
  const load = Math.round(technician.load * 100);
  const level = load > 100 ? "over" : load > 88 ? "high" : "";
  return el("button", { type: "button", class: "row-label", "aria-pressed": "false", "data-technician": technician.id, onclick: () => pick(technician.id, null) },
    el("span", { class: "avatar tiny", style: { background: colourOf(index), color: "#fff" } }, technician.initials),
    el("span", { class: "row-who" },
      el("span", { class: "row-name" }, technician.name),
      el("span", { class: "row-skills" }, technician.skills_text),
      el("span", { class: "row-fit" })),
    el("span", { class: "row-load" }, `${load}%`,
      el("span", { class: `meter ${level}`.trim() }, el("i", { style: { width: `${Math.min(100, load)}%` } }))));
}

function visitItem(stop, technician, clock) {
  const window_ = stop.window ? `${say(stop.promised ? "promised" : "proposed")} ${clock.span(...stop.window)}` : say("no_window");
  const flags = [stop.by_hand ? say("by_hand") : "", stop.approximate ? say("approximate") : "", stop.late_seconds ? say("late_by", { minutes: minutes(stop.late_seconds) }) : ""];
  return {
    id: `v-${technician.id}-${stop.job_id}-${stop.seat}`, group: technician.id, start: stop.start, end: stop.finish, stop,
    editable: MOVABLE.has(stop.state) ? { updateTime: true, updateGroup: true, remove: false } : false,
    className: `visit ${lookOf(stop)}${stop.promised ? "" : " proposed"}${stop.by_hand ? " by-hand" : ""}`,
    title: [`#${stop.job_number} ${titleOf(stop)} · ${stop.brand ?? ""}`, `${clock.span(stop.start, stop.finish)}, ${window_}`, ...flags].filter(Boolean).join(" · "),
  };
}

function travelItem(stop, technician) {
  const begin = new Date(new Date(stop.arrive).getTime() - stop.travel_seconds * 1000);
  return { id: `t-${technician.id}-${stop.sequence}-${stop.kind}`, group: technician.id, start: begin, end: stop.start, className: "travel", selectable: false };
}

function otherItem(stop, technician) {
  const kind = stop.kind === "break" ? "break" : "depot";
  return { id: `${kind}-${technician.id}-${stop.sequence}`, group: technician.id, start: stop.start, end: stop.finish, className: kind, selectable: false, label: say(kind) };
}

function itemsOf(technician, clock, range) {
  const items = [];
  const off = (id, start, end) => items.push({ id: `${id}-${technician.id}`, group: technician.id, type: "background", className: "off", start, end });
  off("before", range.min, technician.shift?.start ?? range.max);
  if (technician.shift) off("after", technician.shift.end, range.max);
  for (const stop of technician.stops) {
    if (stop.travel_seconds > 0) items.push(travelItem(stop, technician));
    items.push(stop.kind === "visit" ? visitItem(stop, technician, clock) : otherItem(stop, technician));
  }
  return items;
}

function content(item) {
  if (item.label) return el("span", {}, item.label);
  if (!item.stop) return el("span");
  const stop = item.stop;
  return el("span", {},
    stop.pinned ? icon("lock", "ic-s") : null,
    stop.crew_size > 1 ? icon("users", "ic-s") : null,
    el("b", { class: "seq" }, String(stop.number)), icon(TYPE_ICONS[stop.job_type] ?? "wrench", "ic-s"), stop.title);
}

function rangeOf(day) {
  const shifts = day.technicians.map((technician) => technician.shift).filter(Boolean);
  const ends = day.technicians.flatMap((technician) => technician.stops.map((stop) => Date.parse(stop.finish)));
  const begins = day.technicians.flatMap((technician) => technician.stops.map((stop) => Date.parse(stop.start)));
  const start = Math.min(...shifts.map((shift) => Date.parse(shift.start)), ...begins);
  const end = Math.max(...shifts.map((shift) => Date.parse(shift.end)), ...ends);
  return { start: start - HOUR / 4, end: end + HOUR / 4, min: start - 3 * HOUR, max: end + 3 * HOUR };
}

/** Follow the pointer, and gather what is dropped together: several that are selected move as one. */
function dragging(day, clock) {
  let drag = null;
  let point = null;
  let moves = [];
  let refused = false;
  document.addEventListener("pointermove", (event) => { point = { x: event.clientX, y: event.clientY }; }, true);

  function onMoving(item, callback) {
    drag ??= markRows(item.stop);
    document.querySelector(".unplanned-panel").classList.toggle("over", listUnder(point));
    callback(item);
  }

  function onMove(item, callback) {
    const technician = day.technicians.find((each) => each.id === item.group);
    const of = { job_id: item.stop.job_id, seat: item.stop.seat };
    if (listUnder(point)) moves.push({ ...of, take_off: "1" });
    else if (isRefused(drag, technician.id, technician.name)) refused = true;
    else moves.push({ ...of, technician_id: technician.id, start: clock.time(item.start) });
    callback(null);
    if (moves.length + refused === 1) setTimeout(() => finish(technician.id), 0);
  }

  function finish(shown) {
    unmarkRows(drag);
    if (moves.length && !refused) ask(moves, shown);
    [drag, moves, refused] = [null, [], false];
  }

  return { onMoving, onMove };
}

/** Draw the rows into `holder`; returns { select(id), at(event), holder }. `pick(technicianId, stop)` on a click. */
export function createTimeline(holder, day, clock, pick) {
  const range = rangeOf(day);
  const offset = clock.offsetMinutes(range.start);
  const groups = new vis.DataSet(day.technicians.map((technician, index) => ({ id: technician.id, order: index, className: "row", technician, index })));
  const items = new vis.DataSet(day.technicians.flatMap((technician) => itemsOf(technician, clock, range)));
  const timeline = new vis.Timeline(holder, items, groups, {
    start: range.start, end: range.end, min: range.min, max: range.max, moment: (date) => vis.moment(date).utcOffset(offset),
    height: "100%", stack: false, verticalScroll: true, horizontalScroll: false, zoomKey: "ctrlKey", orientation: "top",
    margin: { item: { horizontal: 0, vertical: 5 }, axis: 5 }, groupHeightMode: "fixed", selectable: true, multiselect: true, multiselectPerGroup: false,
    editable: { add: false, remove: false, updateTime: true, updateGroup: true, overrideItems: false },
    snap: (date) => new Date(Math.round(date / STEP) * STEP), ...dragging(day, clock),
    showCurrentTime: true, showMajorLabels: false, format: { minorLabels: { minute: "HH:mm", hour: "HH:mm" } },
    locale: "en", tooltip: { delay: 300 },
    groupTemplate: (group) => (group?.technician ? rowLabel(group.technician, group.index, pick) : el("div")),
    template: (item) => content(item),
  });
  timeline.on("select", ({ items: [chosen] }) => {
    const item = chosen && items.get(chosen);
    if (item?.stop) pick(item.group, item.stop);
  });

  function select(id) {
    for (const label of holder.querySelectorAll(".row-label")) {
      label.setAttribute("aria-pressed", String(label.dataset.technician === id));
    }
  }
  const at = (event) => {
    const { group, time } = timeline.getEventProperties(event);
    return { group, time: Math.round(time / STEP) * STEP };
  };
  return { select, at, holder };
}
