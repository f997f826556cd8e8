// Dropping a pin: a click on the map fills the two fields beside it, and the fields move the pin.
import { el } from "../shared/dom.js";
import { drawBase } from "./base.js";

const L = window.L;
const holder = document.getElementById("pin-map");

function pinIcon() {
  return L.divIcon({ className: "", iconSize: [24, 24], iconAnchor: [12, 26], html: el("div", { class: "map-unplanned here" }) });
}

async function start() {
  const { lat, lon } = holder.closest("form").elements;
  const typed = () => (lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : null);
  const renderer = L.canvas();
  const map = L.map(holder, { attributionControl: false, renderer });
  map.setView(typed() ?? JSON.parse(holder.dataset.centre), typed() ? 14 : 11);
  let pin = null;

  function show(at) {
    pin ??= L.marker(at, { icon: pinIcon(), draggable: true, title: holder.dataset.pin }).addTo(map).on("dragend", () => fill(pin.getLatLng()));
    pin.setLatLng(at);
  }
  function fill(at) {
    lat.value = at.lat.toFixed(6);
    lon.value = at.lng.toFixed(6);
    show(at);
  }

  await drawBase(map, holder.dataset, renderer);
  if (typed()) show(typed());
  map.on("click", (event) => fill(event.latlng));
  for (const field of [lat, lon]) field.addEventListener("change", () => typed() && show(typed()));
}

if (holder) start();
