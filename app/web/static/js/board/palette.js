import { say } from "../shared/words.js";

// One colour for each technician, dark enough for white letters (4.5:1).
const COLOURS = [
  "#1f5fd0", "#b4441a", "#0b7d5a", "#7a3fd1", "#b02260", "#0b7488", "#8a5b00", "#4a7a12",
  "#5b4bd6", "#a63a3a", "#00695c", "#8b3a9c", "#2b6cb0", "#7b5e1e", "#3f6b3f", "#9b2c5e",
];

export const colourOf = (index) => COLOURS[index % COLOURS.length];

/** The look of a visit on map, timeline and list: one of done, onsite, failed, late, planned. */
export function lookOf(stop) {
  if (stop.state === "completed") return "done";
  if (stop.state === "failed" || stop.state === "cancelled") return "failed";
  if (["on-the-way", "arrived", "started"].includes(stop.state)) return "onsite";
  return stop.late_seconds > 0 ? "late" : "planned";
}

export const visitsOf = (technician) => technician.stops.filter((stop) => stop.kind === "visit");

/** Number the visits of every route from 1; breaks and depots have no number. */
export function numberVisits(day) {
  for (const technician of day.technicians) visitsOf(technician).forEach((stop, index) => { stop.number = index + 1; });
}

/** Say what is done to what: "Repair · Wall split 1.5 hp". */
export const titleOf = (stop) => `${say(`job_${stop.job_type}`)} · ${stop.title}`;
