"use strict";
/* What a visit keeps on the tablet, and how it is sent: answers under a key, each photo by its
 * SHA-256. Nothing is forgotten before the server has said that it has it. */
const VisitStore = (() => {
  const NAME = "visits";
  const KEPT = "visits-1";

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("drafts", { keyPath: "part" });
      asked.result.createObjectStore("photos", { keyPath: "id" }).createIndex("part", "part");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = async (name, mode) => (await opened).transaction(name, mode).objectStore(name);

  const draft = async (part) => done((await store("drafts", "readonly")).get(part));
  const keep = async (one) => done((await store("drafts", "readwrite")).put(one));
  const photosOf = async (part) =>
    done((await store("photos", "readonly")).index("part").getAll(part));
  const keepPhoto = async (one) => done((await store("photos", "readwrite")).put(one));

  const forgetPhoto = async (id) => done((await store("photos", "readwrite")).delete(id));

  /* Signed, or another person's tablet now: what is here is here no more. */
  const forget = async (part) => {
    await done((await store("drafts", "readwrite")).delete(part));
    for (const one of await photosOf(part)) await forgetPhoto(one.id);
  };
  const forgetOthers = async (person) => {
    const all = await done((await store("drafts", "readonly")).getAll());
    const others = all.filter((one) => one.person !== person);
    for (const one of others) await forget(one.part);
    if (others.length) await caches.delete(KEPT);
  };

  const hash = async (blob) => {
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  class SignedOut extends Error {}
  class Refused extends Error {}

  const ask = async (url, options = {}) => {
    const answer = await fetch(url, {
      ...options, headers: { Accept: "application/json", ...options.headers },
    });
    if (answer.redirected || answer.status === 403) throw new SignedOut();
    if (answer.status === 400 || answer.status === 409) {
      throw new Refused((await answer.json()).said.join(" "));
    }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  /* The answers as they are now, under a key that stays with them until they are received. */
  const sendDraft = async (places, token) => {
    const one = await draft(places.part);
    if (!one || !one.isWaiting) return;
    const body = new URLSearchParams();
    for (const [code, given] of Object.entries(one.answers)) {
      body.set(`answer-${code}`, given.answer);
      body.set(`note-${code}`, given.note);
    }
    await ask(places.here, {
      method: "POST", body, headers: { "X-CSRFToken": token, "Idempotency-Key": one.key },
    });
    const now = await draft(places.part);
    // Changed meanwhile: the newer answers have a key of their own and go next.
    if (now && now.key === one.key) await keep({ ...now, isWaiting: false });
  };

  const sendPhotos = async (places, token) => {
    for (const one of await photosOf(places.part)) {
      if (one.isReceived) continue;
      const body = new FormData();
      body.set("item", one.code);
      body.set("sha256", one.sha);
      body.set("photo", one.blob, "photo.jpg");
      try {
        await ask(places.photos, {
          method: "POST", body, headers: { "X-CSRFToken": token, "Idempotency-Key": one.id },
        });
        await keepPhoto({ ...one, isReceived: true });
      } catch (no) {
        if (!(no instanceof Refused)) throw no;
        // The server will never take it: said to the person, who takes another.
        await forgetPhoto(one.id);
        throw no;
      }
    }
  };

  const waiting = async (part) => {
    const one = await draft(part);
    const photos = (await photosOf(part)).filter((photo) => !photo.isReceived).length;
    return { answers: Boolean(one && one.isWaiting), photos };
  };

  let running = null;
  /* Send everything that waits; one at a time, so that older never comes after newer. */
  const send = (places) => {
    running ??= (async () => {
      try {
        const state = await ask(places.state);
        await sendDraft(places, state.token);
        await sendPhotos(places, state.token);
        return await ask(places.state);
      } finally {
        running = null;
      }
    })();
    return running;
  };

  const say = async (place, part, why) => {
    const left = await waiting(part);
    const words = place.dataset;
    const pending = left.answers || left.photos > 0;
    place.className = `visit-sync ${pending || why ? "is-waiting" : "is-saved"}`;
    const photos = left.photos ? ` · ${left.photos} ${words.photosWords}` : "";
    if (why instanceof SignedOut) place.textContent = words.signin + photos;
    else if (why instanceof Refused) place.textContent = why.message + photos;
    else if (why || !navigator.onLine) place.textContent = words.offline + photos;
    else place.textContent = (pending ? words.waiting : words.saved) + photos;
    return !pending && !why;
  };

  return { draft, keep, photosOf, keepPhoto, forget, forgetOthers, hash, send, say, KEPT };
})();
