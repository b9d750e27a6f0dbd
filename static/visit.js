"use strict";
/* The visit form, with or without a network. Without this script it is a plain form. */
(async () => {
  const places = document.getElementById("visit")?.dataset;
  if (!places || !window.indexedDB || !window.crypto?.subtle) return;
  const form = document.getElementById("visit-form");
  const sync = document.getElementById("sync");
  const list = document.getElementById("photo-list");
  const version = Number(places.version);
  const EVERY = 10000;

  await VisitStore.forgetOthers(places.person);

  const answersOf = () => {
    const found = {};
    for (const item of form.querySelectorAll("[data-code]")) {
      const code = item.dataset.code;
      found[code] = {
        answer: item.querySelector("input:checked")?.value ?? "",
        note: item.querySelector("textarea").value,
      };
    }
    return found;
  };

  const count = () => {
    const all = Object.values(answersOf());
    document.getElementById("answered").textContent = all.filter((one) => one.answer).length;
  };

  /* What is wrong is written down: the place for it opens by itself. */
  const openNotes = () => {
    for (const item of form.querySelectorAll("[data-code]")) {
      const value = item.querySelector("input:checked")?.value;
      const written = item.querySelector("textarea").value;
      if (written || value === "fails" || value === "contradicted") {
        item.querySelector(".visit-note").open = true;
      }
    }
  };

  const restore = (answers) => {
    for (const [code, given] of Object.entries(answers)) {
      const item = form.querySelector(`[data-code="${CSS.escape(code)}"]`);
      if (!item) continue;
      item.querySelector("textarea").value = given.note;
      for (const box of item.querySelectorAll("input")) box.checked = box.value === given.answer;
    }
  };

  const keep = () => VisitStore.keep({
    part: places.part, person: places.person, version, answers: answersOf(),
    key: crypto.randomUUID(), isWaiting: true,
  });

  const send = async () => {
    try {
      await VisitStore.send(places);
      await VisitStore.say(sync, places.part);
    } catch (why) {
      await VisitStore.say(sync, places.part, why);
    }
    await showPhotos();
  };

  const asDataUrl = (blob) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });

  const showPhotos = async () => {
    for (const one of await VisitStore.photosOf(places.part)) {
      let row = list.querySelector(`[data-sha="${one.sha}"]`);
      if (!row) {
        row = document.createElement("li");
        row.dataset.sha = one.sha;
        const image = document.createElement("img");
        image.alt = one.words;
        image.src = await asDataUrl(one.blob);
        const words = document.createElement("small");
        words.textContent = one.words;
        row.append(image, words);
        list.append(row);
      }
      row.classList.toggle("is-waiting", !one.isReceived);
    }
  };

  let soon = 0;
  const changed = async () => {
    count();
    openNotes();
    await keep();
    await VisitStore.say(sync, places.part);
    clearTimeout(soon);
    soon = setTimeout(send, 700);
  };
  form.addEventListener("input", changed);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const to = event.submitter?.dataset.sign;
    await keep();
    await send();
    if (to && navigator.onLine) location.assign(to);
  });

  const photoForm = document.getElementById("photo-form");
  const chosen = document.getElementById("photo-item");
  const file = document.getElementById("photo-file");
  for (const button of form.querySelectorAll("[data-photo-of]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      chosen.value = button.dataset.photoOf;
      file.click();
    });
  }
  file.addEventListener("change", () => file.files.length && photoForm.requestSubmit());
  photoForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [blob] = file.files;
    if (!blob) return;
    const sha = await VisitStore.hash(blob);
    // The content itself is kept: the file behind the field may be gone when the browser closes.
    const content = new Blob([await blob.arrayBuffer()], { type: blob.type });
    const id = `${places.part}|${chosen.value}|${sha}`;
    await VisitStore.keepPhoto({
      id, part: places.part, code: chosen.value, sha, blob: content, isReceived: false,
      words: chosen.selectedOptions[0].textContent,
    });
    file.value = "";
    await showPhotos();
    await send();
  });

  /* This very page, its styles, scripts and icons, for when there is no network. */
  const keepThisPage = async () => {
    const cache = await caches.open(VisitStore.KEPT);
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")]
      .map((one) => one.href)
      .concat([...document.scripts].map((one) => one.src).filter(Boolean))
      .concat([...document.querySelectorAll("use")]
        .map((one) => one.getAttribute("href").split("#")[0]).filter(Boolean))
      .concat([...document.querySelectorAll("header img")].map((one) => one.src));
    const wanted = [...new Set([location.pathname, ...parts])];
    await Promise.allSettled(wanted.map(async (url) => {
      const answer = await fetch(url);
      if (answer.ok && !answer.redirected) await cache.put(url, answer);
    }));
    document.documentElement.dataset.kept = "1";
  };

  const known = await VisitStore.draft(places.part);
  if (known && known.version === version && known.isWaiting) restore(known.answers);
  else if (known && known.version !== version) await VisitStore.forget(places.part);
  count();
  openNotes();
  await showPhotos();
  await VisitStore.say(sync, places.part);

  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register(places.worker);
    await navigator.serviceWorker.ready;
    if (navigator.onLine) await keepThisPage().catch(() => {});
  }
  window.addEventListener("online", send);
  window.addEventListener("offline", () => VisitStore.say(sync, places.part));
  setInterval(send, EVERY);
  await send();
})();
