"use strict";
/* <button data-print hidden>: prints the page; hidden where there is no script to do it. */
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
