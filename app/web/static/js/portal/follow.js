// Follows a job: shows when they will be there, and the page anew when what it says has changed.
const PAUSE = 15000;
const stage = document.querySelector("[data-follow]");
let tag = null;

function show(state) {
  const eta = document.querySelector("[data-eta]");
  if (!eta || !state.arrives_at) return;
  eta.textContent = state.arrives_text;
}

async function ask() {
  const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
  const answer = await fetch(stage.dataset.follow, { headers, cache: "no-store" }).catch(() => null);
  if (answer?.ok) {
    tag = answer.headers.get("ETag");
    const state = await answer.json();
    if (state.page !== stage.dataset.page && !document.querySelector("details[open]")) return location.reload();
    show(state);
  }
  setTimeout(ask, PAUSE);
}

if (stage) setTimeout(ask, PAUSE);
