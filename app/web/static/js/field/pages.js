// Keeps the pages of the coming days on the phone, whoever's they are now.
import { become } from "./store.js";

const PAGES = "shifu-pages";

/** Fetch pages into the phone; those that do not come stay as they were kept. */
export async function keepPages(addresses) {
  const kept = await caches.open(PAGES);
  for (const address of addresses) {
    const answer = await fetch(address, { cache: "no-store" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await kept.put(address, answer);
  }
}

/** Keep everything the coming days need, and nothing else any more. */
export async function keepDays() {
  const answer = await fetch("/field/keep", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const { pages } = await answer.json();
  await keepPages(pages);
  const kept = await caches.open(PAGES);
  const wanted = new Set(pages.map((page) => new URL(page, location.origin).href));
  for (const request of await kept.keys()) if (!wanted.has(request.url)) await kept.delete(request);
  return true;
}

/** Drop the pages of whoever used this phone before. */
export async function belongTo(technician) {
  if ((await become("owner", technician)) !== technician) await caches.delete(PAGES);
}
