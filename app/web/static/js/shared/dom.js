// Building elements without markup strings: everything shown goes in as text.

const SVG = "http://www.w3.org/2000/svg";
const sprite = document.documentElement.dataset.sprite;

/** Make an element: el("p", { class: "small", title: "x" }, "text", child, …). */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Make an icon from the sprite; decorative, so hidden from screen readers. */
export function icon(name, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ic ${size}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** Read a JSON data island of the page; null where the page has none. */
export function island(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}
