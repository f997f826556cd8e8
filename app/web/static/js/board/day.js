// The day page: binds map, rows and route panel to one selected technician.
import { island } from "../shared/dom.js";
import { clockOf } from "../shared/time.js";
import { createMap } from "./map.js";
import { bindList } from "./hand.js";
import { createRoutePanel, openForm } from "./route.js";
import { createTimeline } from "./timeline.js";
import { numberVisits, visitsOf } from "./palette.js";

const day = island("day");
numberVisits(day);
const clock = clockOf(day.territory.timezone);
const form = document.getElementById("move-form");
const panel = createRoutePanel(document.getElementById("route"), form, day, clock);
const chosen = () => new URLSearchParams(location.search).get("technician");

async function start() {
  const rows = day.technicians.length ? createTimeline(document.getElementById("timeline"), day, clock, pick) : null;
  const map = await createMap(document.getElementById("map"), day, clock, (id) => pick(id, null));

  function pick(id, stop) {
    panel.show(id, stop);
    rows?.select(id);
    map.select(id);
    const url = new URL(location);
    url.searchParams.set("technician", id);
    history.replaceState(null, "", url);
  }

  const first = day.technicians.find((technician) => technician.id === chosen())
    ?? day.technicians.find((technician) => visitsOf(technician).length) ?? day.technicians[0];
  if (first) pick(first.id, null);
  else map.select(null);
  if (rows) bindList(rows, day, clock);
  document.body.dataset.ready = "1";
}

for (const button of document.querySelectorAll("[data-place]")) {
  const { job, number, title, start: at } = button.closest("[data-job]").dataset;
  button.addEventListener("click", () => openForm(form, { job_id: job }, null, at ? clock.time(at) : "", `#${number} ${title}`));
}

document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input, select, textarea");
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !writes) document.getElementById("undo")?.requestSubmit();
});

start();
