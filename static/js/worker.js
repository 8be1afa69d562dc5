// The browser's helper on https: recorders' pages open without a network, even when they are loaded anew.
// It keeps what the pages keep for themselves (X-Shell, see pages/shells.py), with the files that they name, and hands it
// out when the network has nothing to say in time. Everything else goes its way as if there were no helper.
"use strict";
const SHELLS = ["/record", "/record/rounds", "/record/batch", "/record/quick"];
const PATIENCE = 3_000;
const KEPT = "recorder-1";
const NAMED = /(?:src|href)="(\/(?:static|style)\/[^"]+)"/g;

const named = (text) => [...text.matchAll(NAMED)].map(([, address]) => address.replaceAll("&amp;", "&"));
const kept = async (address) => (await caches.open(KEPT)).match(address, { ignoreVary: true });

// the page last: it never names a file that is not there
const keep = async (path, answer) => {
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(KEPT);
  const text = await answer.clone().text();
  await Promise.all(named(text).map(async (address) => (await kept(address)) ?? cache.add(address)));
  await cache.put(path, answer);
  await sweep(cache);
};
// what no kept page names any more
const sweep = async (cache) => {
  const pages = await Promise.all(SHELLS.map(async (path) => (await kept(path))?.text() ?? ""));
  const needed = new Set([...SHELLS, ...pages.flatMap(named)]);
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url);
    if (!needed.has(pathname + search)) await cache.delete(url);
  }
};
const fetchShell = async (path) => keep(path, await fetch(path, { cache: "no-cache", headers: { "x-shell": "1", accept: "text/html" } }));

const networkFirst = async (request, path) => {
  const asked = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([asked.catch(() => null), late]);
  if (answer && answer.status < 500) return answer;
  return (await kept(path)) ?? asked;
};

self.addEventListener("install", (event) => {
  event.waitUntil(Promise.all(SHELLS.map((path) => fetchShell(path).catch(() => {}))));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (/^\/(static|style)\//.test(pathname)) {
    event.respondWith(kept(pathname + search).then((file) => file ?? fetch(request)));
  } else if (SHELLS.includes(pathname)) {
    if (request.mode === "navigate") event.respondWith(networkFirst(request, pathname));
    else if (request.headers.get("x-shell") === "1") event.respondWith(passedOn(event, pathname));
  }
});
// a page keeps its shell in the browser's cache; the same answer serves here
const passedOn = async (event, path) => {
  const answer = await fetch(event.request);
  event.waitUntil(keep(path, answer.clone()).catch(() => {}));
  return answer;
};
