// The installed shell: assets of this version from the phone, pages from the network while it
// answers and from the phone when it does not. VERSION, ASSETS and FALLBACK are served before this.
const SHELL = `shifu-shell-${VERSION}`;
const PAGES = "shifu-pages";
const PATIENCE = 6000;

self.addEventListener("install", (event) => {
  const fresh = ASSETS.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("shifu-shell-") && name !== SHELL;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const ours = (url) => url.origin === self.location.origin;
const isPage = (url) => url.pathname === "/field" || url.pathname.startsWith("/field/");

async function asset(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

async function kept(request) {
  const pages = await caches.open(PAGES);
  return (await pages.match(request)) ?? (await pages.match(FALLBACK)) ?? Response.error();
}

async function page(request) {
  const later = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const asked = fetch(request).then(async (answer) => {
    const pages = await caches.open(PAGES);
    if (answer.ok && !answer.redirected && (await pages.match(request))) await pages.put(request, answer.clone());
    return answer;
  });
  const slow = later.then(async () => (await (await caches.open(PAGES)).match(request)) ?? asked);
  return Promise.race([asked, slow]).catch(() => kept(request));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!ours(url)) return;
  if (request.mode === "navigate" && isPage(url)) {
    event.respondWith(request.method === "GET" ? page(request) : fetch(request).catch(() => kept(FALLBACK)));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(asset(request));
  }
});
