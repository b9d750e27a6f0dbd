"use strict";
/* Small and progressive: every page works without it.
 *   <form data-once>              one submission; the button shows that it works
 *   <form data-confirm="…">       asks before something that hurts
 *   <button data-wait="60">       a button that may be pressed again after so many seconds
 *   <button data-locate>          fills the form's lat and lon from the device, then submits
 *   .week-strip [aria-current]    is scrolled into sight
 */
(() => {
  const say = (sentence) => {
    const place = document.getElementById("notice");
    const box = document.createElement("div");
    const text = document.createElement("p");
    box.className = "notice notice-error";
    text.textContent = sentence;
    box.append(text);
    place.replaceChildren(box);
    place.scrollIntoView({ block: "nearest" });
  };

  const words = document.documentElement.lang.startsWith("en")
    ? { offline: "No connection. Please try again.", failed: "That did not work. Please try again.",
        nowhere: "Your position is not available. Choose a 街镇 instead.", again: (s) => ` (${s} s)` }
    : { offline: "网络没有连上，请再试一次。", failed: "没有办成，请稍后再试一次。",
        nowhere: "取不到您的位置，可以改选街镇。", again: (s) => `（${s} 秒）` };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (!("once" in form.dataset)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's own button shows the page as it was left: let it be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    }
  });

  const wait = (button) => {
    const label = button.textContent;
    let left = Number(button.dataset.wait);
    const tick = () => {
      button.disabled = left > 0;
      button.textContent = left > 0 ? label.trim() + words.again(left) : label;
      if (left-- > 0) window.setTimeout(tick, 1000);
    };
    tick();
  };

  const locate = (button) => {
    const form = button.closest("form");
    if (!navigator.geolocation) {
      say(words.nowhere);
      return;
    }
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lat.value = coords.latitude.toFixed(5);
        form.elements.lon.value = coords.longitude.toFixed(5);
        form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        say(words.nowhere);
      },
      { timeout: 8000, maximumAge: 300000 },
    );
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    event.preventDefault();
    locate(button);
  });

  document.addEventListener("htmx:sendError", () => say(words.offline));
  document.addEventListener("htmx:responseError", () => say(words.failed));

  const prepare = (root) => {
    for (const day of root.querySelectorAll(".week-strip [aria-current], .worknav [aria-current]")) {
      day.scrollIntoView({ block: "nearest", inline: "center" });
    }
    for (const button of root.querySelectorAll("[data-wait]")) wait(button);
  };
  prepare(document);
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
})();
