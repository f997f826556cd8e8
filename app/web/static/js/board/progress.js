// Follows a search in the background and shows its plan when it is ready.
const PAUSE = 1000;
const notice = document.querySelector("[data-progress]");

async function follow(bar) {
  const answer = await fetch(notice.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
  const state = answer?.ok ? await answer.json() : null;
  if (state?.finished) {
    location.reload();
    return;
  }
  if (state?.progress.share > 0) bar.value = state.progress.share;
  setTimeout(follow, PAUSE, bar);
}

if (notice) follow(notice.querySelector("progress"));
