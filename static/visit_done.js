"use strict";
/* Signed: the tablet keeps nothing of it any more. */
(async () => {
  const done = document.getElementById("visit-done");
  if (!done || done.dataset.state !== "signed" || !window.indexedDB) return;
  await VisitStore.forget(done.dataset.part);
  const cache = await caches.open(VisitStore.KEPT);
  for (const one of await cache.keys()) {
    if (one.url.includes(done.dataset.part)) await cache.delete(one);
  }
})();
