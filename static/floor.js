"use strict";
/* The door. A keyboard-wedge scanner needs none of it.
 *   <input data-filter="#list">   shows the rows whose data-name holds what is typed
 *   <button data-scan>            reads the pass with the camera, where the browser can
 */
(() => {
  for (const box of document.querySelectorAll("[data-filter]")) {
    box.closest("[data-filter-field]").hidden = false;
    const rows = [...document.querySelectorAll(`${box.dataset.filter} > [data-name]`)];
    box.addEventListener("input", () => {
      const wanted = box.value.trim();
      for (const row of rows) row.hidden = !row.dataset.name.includes(wanted);
    });
  }

  const button = document.querySelector("[data-scan]");
  const video = document.querySelector("[data-camera]");
  if (!button || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  const form = button.closest("form");

  const look = async (detector, stream) => {
    if (video.hidden) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) {
      window.setTimeout(() => look(detector, stream), 150);
      return;
    }
    for (const track of stream.getTracks()) track.stop();
    video.hidden = true;
    form.elements.code.value = found.rawValue;
    form.requestSubmit();
  };

  button.addEventListener("click", async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      look(new window.BarcodeDetector({ formats: ["qr_code"] }), stream);
    } catch {
      button.hidden = true;
      form.elements.code.focus();
    }
  });
})();
