// Marks the visits of the day that this phone has brought further than the server knows.
import { el } from "../shared/dom.js";
import { say } from "../shared/words.js";
import { started } from "./signal.js";
import { canKeep, unsent } from "./store.js";

async function mark() {
  const last = new Map((await unsent()).map((report) => [report.visit, report.state]));
  for (const [visit, state] of last) {
    document.querySelector(`.visit-card[href$="${visit}"] .visit-when`)
      ?.append(el("span", { class: "pill warn" }, `${say("kept_short")} ${say(`state_${state}`)}`));
  }
}

document.addEventListener("settled", () => location.reload());
if (canKeep()) await mark();
await started;
