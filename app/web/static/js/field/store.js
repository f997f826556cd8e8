// What this phone keeps: reports in the order they were made, under numbers that never repeat.
// A report is on the disk before anybody is told that it is kept.
import { deleteDB, openDB } from "../../vendor/idb/idb.js";

const NAME = "shifu-field";
const DAYS_SHOWN = 3;
const STRICT = { durability: "strict" };
const STEPS = ["scheduled", "on-the-way", "arrived", "started", "completed", "failed"];

let opened = null;
const owner = document.body.dataset.technician;

export const canKeep = () => "indexedDB" in window && "serviceWorker" in navigator && "caches" in window;

function database() {
  opened ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("reports", { keyPath: "sequence", autoIncrement: true });
      db.createObjectStore("facts");
    },
    blocking: () => close(),
  });
  return opened;
}

function close() {
  opened?.then((db) => db.close());
  opened = null;
}

/** Return a fact of this phone; made and kept at the first asking where `make` is given. */
export async function fact(name, make = null) {
  const step = (await database()).transaction("facts", "readwrite", STRICT);
  let value = await step.store.get(name);
  if (value === undefined && make) await step.store.put((value = make()), name);
  await step.done;
  return value;
}

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Write a fact of this phone; returns what it was before. */
export async function become(name, value) {
  const step = (await database()).transaction("facts", "readwrite", STRICT);
  const before = await step.store.get(name);
  await step.store.put(value, name);
  await step.done;
  return before;
}

export const device = () => fact("device", () => `phone-${random()}`);

/** Keep a report; resolves once it is on the disk. */
export async function keep(report) {
  const step = (await database()).transaction("reports", "readwrite", STRICT);
  const sequence = await step.store.add({ ...report, owner, status: "kept" });
  await step.done;
  return sequence;
}

/** Write down what the server made of a report; a report that was wiped meanwhile stays wiped. */
export async function settle(sequence, outcome) {
  const step = (await database()).transaction("reports", "readwrite", STRICT);
  const report = await step.store.get(sequence);
  if (report) await step.store.put({ ...report, ...outcome, settledAt: new Date().toISOString() });
  await step.done;
}

const everybodys = async () => (await database()).getAll("reports");

/** Return the reports of whoever is signed in; those of others wait until they are. */
export const reports = async () => (await everybodys()).filter((report) => report.owner === owner);
export const unsent = async () => (await reports()).filter((report) => report.status === "kept");

/** Return how far this phone has brought a visit, whatever the server has heard of it. */
export async function furthest(visit) {
  const counted = (await reports()).filter((report) => report.visit === visit && report.status !== "refused");
  return counted.map((report) => report.state).sort((a, b) => STEPS.indexOf(b) - STEPS.indexOf(a))[0] ?? null;
}

/** Forget what was sent days ago; what is unsent or refused stays until it is dealt with. */
export async function prune() {
  const step = (await database()).transaction("reports", "readwrite");
  const oldest = new Date(Date.now() - DAYS_SHOWN * 86_400_000).toISOString();
  for (const report of await step.store.getAll()) {
    if (report.status === "sent" && report.settledAt < oldest) step.store.delete(report.sequence);
  }
  await step.done;
}

export async function forget(sequence) {
  await (await database()).delete("reports", sequence);
}

/** Take everything of this person off the phone; only what somebody else has not sent yet stays. */
export async function wipe() {
  for (const report of await reports()) await forget(report.sequence);
  if (!(await everybodys()).some((report) => report.status === "kept")) {
    close();
    await deleteDB(NAME);
  }
  for (const name of await caches.keys()) if (name.startsWith("shifu-")) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}
