"use strict";
/* Keeps the visit form on the tablet: from the network when there is one, from here when not. */
const KEPT = "visits-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fromNetwork = async (request) => {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    const known = await cache.match(request, { ignoreVary: true });
    if (known && answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (lost) {
    const known = await cache.match(request, { ignoreVary: true });
    if (known) return known;
    throw lost;
  }
};

const isOurs = (request) =>
  request.method === "GET" &&
  new URL(request.url).origin === self.location.origin &&
  !request.headers.get("Accept")?.includes("application/json");

self.addEventListener("fetch", (event) => {
  if (isOurs(event.request)) event.respondWith(fromNetwork(event.request));
});
