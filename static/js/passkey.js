// Passkeys need scripts: what offers them stands hidden until there are some, and says when the device did not go along.
"use strict";

(() => {
  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelector("[data-passkey-trouble]").hidden = false;
  });
})();
