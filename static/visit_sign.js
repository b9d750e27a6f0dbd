"use strict";
/* Before anybody signs: everything on the tablet has been received, and both counts are the same. */
(async () => {
  const form = document.getElementById("sign-form");
  if (!form || !window.indexedDB || !window.crypto?.subtle) return;
  const places = form.dataset;
  const sync = document.getElementById("sync");
  const button = form.querySelector("button[type=submit]");
  const EVERY = 5000;

  const check = async () => {
    try {
      const state = await VisitStore.send(places);
      const ready = await VisitStore.say(sync, places.part);
      const own = await VisitStore.photosOf(places.part);
      const photos = [...new Set([...state.photos, ...own.map((one) => one.sha)])].sort();
      form.querySelector("[name=counted_photos]").value = JSON.stringify(photos);
      form.querySelector("[name=counted_answers]").value = JSON.stringify(state.answers);
      button.disabled = !ready;
    } catch (why) {
      button.disabled = true;
      await VisitStore.say(sync, places.part, why);
    }
  };
  window.addEventListener("online", check);
  window.addEventListener("offline", check);
  setInterval(check, EVERY);
  await check();
})();
