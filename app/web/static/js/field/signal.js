// What every page of the phone does: says what is unsent and sends it, keeps the coming days,
// and leaves nothing behind on signing out.
import { say } from "../shared/words.js";
import { belongTo, keepDays } from "./pages.js";
import { flush, SignInNeeded, SomebodyElse } from "./queue.js";
import { canKeep, prune, unsent, wipe } from "./store.js";

const AGAIN = 20_000;
const owner = document.body.dataset.technician;
const strip = document.querySelector("[data-signal]");
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("shifu-field") : null;
const part = (name) => strip.querySelector(`[data-${name}]`);

/** Show how much is unsent, and why where that is known. */
export async function show(why = "") {
  const count = (await unsent()).length;
  part("unsent").textContent = say("unsent", { count });
  strip.classList.toggle("waiting", count > 0);
  part("line").textContent = why || (navigator.onLine ? "" : say("no_signal"));
}

const announce = (settled) => document.dispatchEvent(new CustomEvent("settled", { detail: settled }));

/** Send what is kept and tell this page and the other tabs what came of it. */
export async function sendKept() {
  let settled = [];
  let why = "";
  try {
    settled = await flush(owner);
  } catch (error) {
    if (error instanceof SignInNeeded) why = say("sign_in_to_send");
    else if (error instanceof SomebodyElse) why = say("somebody_else");
    else why = say("no_signal");
  }
  await show(why);
  if (settled.length) {
    tabs?.postMessage(settled);
    announce(settled);
  }
  return settled;
}

function signOutSafely(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await sendKept();
    const left = (await unsent()).length;
    if (left && !form.dataset.warned) {
      form.dataset.warned = "yes";
      const warning = document.querySelector("[data-loss]");
      warning.textContent = say("loss", { count: left });
      warning.hidden = false;
      return;
    }
    await wipe();
    form.submit();
  });
}

/** Install the worker; without one the queue still works, and pages need a signal. */
async function install() {
  try {
    await navigator.serviceWorker.register("/field/worker.js", { scope: "/field" });
    await navigator.serviceWorker.ready;
  } catch {
    document.querySelector("[data-online-only]").hidden = !navigator.onLine;
  }
}

async function start() {
  if (!canKeep()) {
    document.querySelector("[data-online-only]").hidden = false;
    strip.hidden = true;
    return;
  }
  await belongTo(owner);
  document.querySelectorAll("[data-sign-out]").forEach(signOutSafely);
  tabs?.addEventListener("message", async ({ data }) => {
    await show();
    announce(data);
  });
  addEventListener("online", sendKept);
  addEventListener("offline", () => show());
  document.addEventListener("visibilitychange", () => document.hidden || sendKept());
  setInterval(async () => (await unsent()).length && sendKept(), AGAIN);
  await prune();
  await sendKept();
  navigator.storage?.persist?.();
  await install();
  if (await keepDays()) document.body.dataset.keeps = "days";
  document.body.dataset.ready = "";
}

export const started = start();
