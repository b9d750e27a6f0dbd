/* Makes a secret in this browser and fills in its SHA-256. The secret itself is never sent. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-seal]");
  if (!form || !window.crypto || !window.crypto.subtle) return;
  const hex = (octets) => Array.from(octets, (one) => one.toString(16).padStart(2, "0")).join("");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = "在本机生成一串";
  const said = document.createElement("p");
  said.className = "field-hint";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const secret = hex(window.crypto.getRandomValues(new Uint8Array(20)));
    const digest = await window.crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
    form.elements.seal.value = hex(new Uint8Array(digest));
    const shown = document.createElement("code");
    shown.className = "hash";
    shown.textContent = secret;
    said.replaceChildren("请抄下这一串，公开时要用，离开本页就看不到了：", shown);
  });
  form.querySelector(".action-bar").before(button, said);
})();
