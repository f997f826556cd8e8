// The page's words for scripts, from its "words" island; {name} is filled from the values.
import { island } from "./dom.js";

const words = island("words") ?? {};

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
