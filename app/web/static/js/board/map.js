// The day on a map: routes, homes, visits and what is not planned, over tiles or a drawn base.
import { el } from "../shared/dom.js";
import { say } from "../shared/words.js";
import { drawBase } from "./base.js";
import { colourOf, lookOf, titleOf, visitsOf } from "./palette.js";

const L = window.L;
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function badge(className, text, size, style = {}) {
  return L.divIcon({
    className: "", iconSize: [size, size], html: el("div", { class: className, style }, text),
  });
}

function pathOf(technician) {
  const points = visitsOf(technician).map((stop) => stop.at).filter(Boolean);
  return technician.home && points.length ? [technician.home, ...points, technician.home] : points;
}

/** Return what holds nearly all points: a few far ones should not make the rest small. */
function mostOf(points) {
  const spread = (axis) => {
    const sorted = points.map((point) => point[axis]).sort((one, other) => one - other);
    const cut = Math.floor(sorted.length * 0.02);
    return [sorted[cut], sorted[sorted.length - 1 - cut]];
  };
  const [[south, north], [west, east]] = [spread(0), spread(1)];
  return L.latLngBounds([south, west], [north, east]);
}

/** Draw the day into `holder`; returns { select(id) }. `pick(id)` is called on a click. */
export async function createMap(holder, day, clock, pick) {
  const renderer = L.canvas({ padding: 0.3 });
  const map = L.map(holder, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, renderer });
  map.setView(day.territory.centre ?? [23.12, 113.3], 11);
  L.control.zoom({ position: "topleft", zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  const routes = L.layerGroup().addTo(map);
  const everywhere = day.technicians.flatMap((technician) => [technician.home, ...pathOf(technician)].filter(Boolean)).concat(day.unplanned.map((job) => job.at).filter(Boolean));
  if (everywhere.length) map.fitBounds(mostOf(everywhere), { padding: [14, 14] });
  const credit = await drawBase(map, holder.dataset, renderer);
  if (credit) holder.after(el("span", { class: "map-source", title: credit }, credit));

  const tell = (stop) => `#${stop.job_number} ${titleOf(stop)} · ${clock.span(stop.start, stop.finish)}`;

  function drawRoute(technician, index, on) {
    const path = pathOf(technician);
    if (path.length < 2) return;
    const line = (style) => L.polyline(path, { renderer, lineJoin: "round", ...style }).addTo(routes);
    if (on) line({ color: token("--surface"), weight: 8, opacity: 0.9 });
    line({ color: colourOf(index), weight: on ? 4 : 1.8, opacity: on ? 1 : 0.27 }).on("click", () => pick(technician.id));
  }

  function drawVisits(technician, index, on) {
    for (const stop of visitsOf(technician)) {
      if (!stop.at) continue;
      const fill = token(`--status-${lookOf(stop)}`);
      const mark = on
        ? L.marker(stop.at, { icon: badge("map-number", String(stop.number), 24, { background: lookOf(stop) === "planned" ? colourOf(index) : fill }), zIndexOffset: 800, keyboard: false })
        : L.circleMarker(stop.at, { renderer, radius: 4.5, color: token("--surface"), weight: 1.4, fillColor: fill, fillOpacity: 1 });
      mark.bindTooltip(el("span", {}, tell(stop))).on("click", () => pick(technician.id)).addTo(routes);
    }
  }

  function drawHome(technician, index, on) {
    if (!technician.home) return;
    const size = on ? 36 : 25;
    const style = on
      ? { background: colourOf(index), color: "#fff", "border-color": "#fff" }
      : { color: colourOf(index), "border-color": colourOf(index) };
    L.marker(technician.home, {
      icon: badge(`map-home${on ? " on" : ""}${visitsOf(technician).length ? "" : " idle"}`, technician.initials, size, style),
      zIndexOffset: on ? 900 : 100, title: technician.name, alt: technician.name, keyboard: false,
    }).on("click", () => pick(technician.id)).addTo(routes);
  }

  function drawUnplanned(job) {
    L.marker(job.at, { icon: badge("map-unplanned", el("b", {}, "!"), 20), zIndexOffset: 300, title: job.title, alt: job.title, keyboard: false }).addTo(routes);
  }

  function select(id) {
    routes.clearLayers();
    const numbered = day.technicians.map((technician, index) => [technician, index, technician.id === id]);
    numbered.sort((one, other) => one[2] - other[2]);
    for (const [technician, index, on] of numbered) drawRoute(technician, index, on);
    for (const [technician, index, on] of numbered) drawVisits(technician, index, on);
    for (const [technician, index, on] of numbered) drawHome(technician, index, on);
    for (const job of day.unplanned) if (job.at) drawUnplanned(job);
  }

  return { select };
}
