// Showing instants as wall time of the territory, never of the browser.

/** Return formatters bound to an IANA zone. */
export function clockOf(zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const time = (instant) => parts.format(new Date(instant));
  return {
    time,
    span: (from, to) => `${time(from)}–${time(to)}`,
    offsetMinutes: (instant) => offsetMinutes(zone, new Date(instant)),
  };
}

function offsetMinutes(zone, instant) {
  const fields = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(instant);
  const get = (type) => Number(fields.find((part) => part.type === type).value);
  const wall = Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
  return Math.round((wall - instant.getTime()) / 60000);
}

export const minutes = (seconds) => Math.round(seconds / 60);

export function hoursAndMinutes(seconds) {
  const whole = minutes(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
