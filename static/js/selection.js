// Counts ticked items along in form[data-selection] and says what is not saved yet. The server decides.
"use strict";

(() => {
  const form = document.querySelector("form[data-selection]");
  if (!form) return;
  const said = form.querySelector("[data-unsaved]");
  const ticked = () => [...form.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.id).join();
  const saved = form.hasAttribute("data-unsaved-yet") ? null : ticked();
  let sending = false;

  function count(group) {
    const limit = Number(group.dataset.limit);
    const used = group.querySelectorAll("input:checked").length;
    const counter = form.querySelector(`[data-counter="${group.dataset.count}"]`);
    counter.querySelector("b").textContent = ui.text("of", { used, limit });
    counter.classList.toggle("counter-over", used > limit);
    return used > limit ? `${group.dataset.name}${form.dataset.over.replace("{over}", used - limit)}` : "";
  }

  function show() {
    const over = [...form.querySelectorAll("[data-count]")].map(count).filter(Boolean);
    if (ticked() !== saved) over.push(said.dataset.unsaved);
    const words = over.join(ui.text("comma"));
    if (said.textContent !== words) said.textContent = words;
  }

  form.addEventListener("change", show);
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("beforeunload", (event) => {
    if (!sending && ticked() !== saved) event.preventDefault();
  });
  addEventListener("pageshow", show);
  show();
})();
