// Copies the pinned third-party browser assets into static/vendor, with their licences and a
// manifest of versions and SHA-256 hashes. `--check` compares instead of writing and exits 1 on a
// difference, so that nobody edits a vendored file by hand.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "static", "vendor");
const modules = join(here, "node_modules");

const COPIES = {
  idb: { "build/index.js": "idb/idb.js", LICENSE: "idb/LICENSE" },
  leaflet: {
    "dist/leaflet.js": "leaflet/leaflet.js",
    "dist/leaflet.css": "leaflet/leaflet.css",
    "dist/images/layers.png": "leaflet/images/layers.png",
    "dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
    "dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
    LICENSE: "leaflet/LICENSE",
  },
  "vis-timeline": {
    "standalone/umd/vis-timeline-graph2d.min.js": "vis-timeline/vis-timeline.min.js",
    "styles/vis-timeline-graph2d.min.css": "vis-timeline/vis-timeline.min.css",
    "LICENSE.MIT.txt": "vis-timeline/LICENSE",
  },
  "lucide-static": { LICENSE: "lucide/LICENSE" },
};

const metadata = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));

// Source maps are not vendored; a reference to one would be a request that fails.
const withoutMapReference = (bytes, path) =>
  /\.(js|css)$/.test(path)
    ? Buffer.from(bytes.toString("utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( \*\/)?\s*$/, "\n"))
    : bytes;

// The standalone build also writes its styles into the page, which our policy refuses and the
// style sheet beside it makes needless: its insertion is left out.
const INSERTION = 'if(t&&"undefined"!=typeof document){var n=document.head';

function withoutInsertion(bytes, path) {
  if (path !== "vis-timeline/vis-timeline.min.js") return bytes;
  const text = bytes.toString("utf8");
  if (!text.includes(INSERTION)) throw new Error("vis-timeline inserts its styles otherwise now: look again");
  return Buffer.from(text.replace(INSERTION, "if(!1){var n=document.head"));
}

function sprite() {
  const names = JSON.parse(readFileSync(join(here, "icons.json"), "utf8")).sort();
  const symbols = names.map((name) => {
    const svg = readFileSync(join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
    const body = svg.replace(/[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

function wanted() {
  const files = new Map();
  for (const [name, paths] of Object.entries(COPIES)) {
    for (const [from, to] of Object.entries(paths)) {
      const bytes = readFileSync(join(modules, name, from));
      files.set(to, withoutInsertion(withoutMapReference(bytes, to), to));
    }
  }
  files.set("lucide/icons.svg", sprite());
  const hashes = Object.fromEntries(
    [...files].sort().map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")]),
  );
  const packages = Object.keys(COPIES).map((name) => {
    const { version, license } = metadata(name);
    return { name, version, license };
  });
  files.set("vendor.json", Buffer.from(`${JSON.stringify({ packages, sha256: hashes }, null, 2)}\n`));
  return files;
}

const present = () =>
  readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(target, join(entry.parentPath ?? entry.path, entry.name)));

function check(files) {
  const faults = present().filter((path) => !files.has(path)).map((path) => `${path}: not in the manifest`);
  for (const [path, bytes] of files) {
    let found = null;
    try {
      found = readFileSync(join(target, path));
    } catch {
      faults.push(`${path}: missing`);
      continue;
    }
    if (!found.equals(bytes)) faults.push(`${path}: differs from its package`);
  }
  for (const fault of faults) console.error(fault);
  console.log(faults.length ? "static/vendor is not what package.json pins" : "static/vendor is as pinned");
  process.exit(faults.length ? 1 : 0);
}

function write(files) {
  rmSync(target, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), bytes);
  }
  console.log(`${files.size} files written to static/vendor`);
}

const files = wanted();
if (process.argv.includes("--check")) check(files);
else write(files);
