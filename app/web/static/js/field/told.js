// Says on the page that follows what became of the report before it.
import { el, icon } from "../shared/dom.js";
import { say } from "../shared/words.js";

const told = sessionStorage.getItem("told");
sessionStorage.removeItem("told");
if (told) {
  const kind = told === "reported" ? "ok" : "warn";
  document.querySelector("[data-told]").append(
    el("div", { class: `notice ${kind}`, role: "status" }, icon(kind === "ok" ? "circle-check" : "info"), el("div", {}, say(told))),
  );
}
