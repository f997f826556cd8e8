// What lies under the routes: tiles where the installation has them, else a drawn city.
import { el } from "../shared/dom.js";

const L = window.L;
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const chinese = document.documentElement.lang.startsWith("zh");
const nameOf = (thing) => (chinese && thing.name_zh) || thing.name;

const label = (className, text, at) =>
  L.marker(at, {
    icon: L.divIcon({ className: "", iconSize: [0, 0], html: el("div", { class: className }, text) }),
    interactive: false, keyboard: false,
  });

/** Draw the city file: water, parks, metro lines with their stations, names of districts. */
function drawCity(map, city) {
  const pane = map.createPane("base");
  pane.style.zIndex = 250;
  const ground = { pane: "base", renderer: L.canvas({ pane: "base", padding: 0.3 }), interactive: false };
  for (const park of city.parks) {
    L.polygon(park.points, { ...ground, stroke: false, fillColor: token("--map-green"), fillOpacity: 1 }).addTo(map);
  }
  for (const shore of city.water) {
    L.polygon(shore, { ...ground, stroke: false, fillColor: token("--map-water"), fillOpacity: 1 }).addTo(map);
  }
  for (const line of city.lines) {
    L.polyline(line.points, { ...ground, color: token("--map-line"), weight: 3.5 }).addTo(map);
    L.polyline(line.points, { ...ground, color: token("--map-road"), weight: 1.8 }).addTo(map);
  }
  for (const station of city.stations) {
    L.circleMarker(station.at, { ...ground, radius: 2, color: token("--map-line"), weight: 1, fillColor: token("--map-road"), fillOpacity: 1 }).addTo(map);
  }
  for (const district of city.districts) label("map-label district", nameOf(district), district.at).addTo(map);
}

function drawGraticule(map, renderer) {
  const bounds = map.getBounds().pad(1);
  const step = 0.05;
  const line = (from, to) => L.polyline([from, to], { renderer, color: token("--line-2"), weight: 1, opacity: 0.6, interactive: false }).addTo(map);
  for (let lat = Math.floor(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
    line([lat, bounds.getWest()], [lat, bounds.getEast()]);
  }
  for (let lon = Math.floor(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step) {
    line([bounds.getSouth(), lon], [bounds.getNorth(), lon]);
  }
}

/** Draw tiles, the city file or a grid, whichever the page offers; returns whom to credit. */
export async function drawBase(map, offered, renderer) {
  if (offered.tiles) {
    L.tileLayer(offered.tiles, { maxZoom: 19 }).addTo(map);
    return offered.credit ?? "";
  }
  const answer = offered.base ? await fetch(offered.base).catch(() => null) : null;
  if (!answer?.ok) {
    drawGraticule(map, renderer);
    return "";
  }
  const city = await answer.json();
  drawCity(map, city);
  return city.attribution ?? "";
}
