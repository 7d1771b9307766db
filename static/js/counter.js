// Counts the characters of [data-max-length] fields as the server does: by Unicode code point, a line break as one.
"use strict";

(() => {
  const PAUSE_MS = 1000;
  const counters = new WeakMap();

  function build(field) {
    const shown = document.createElement("p");
    shown.className = "counter";
    shown.setAttribute("aria-hidden", "true");
    const spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    field.after(shown, spoken);
    return { shown, spoken, timer: 0 };
  }

  function count(field, speak) {
    if (!counters.has(field)) counters.set(field, build(field));
    const counter = counters.get(field);
    const limit = Number(field.dataset.maxLength);
    const used = [...field.value.trim()].length;
    const over = used - limit;
    const words = ui.text(over > 0 ? "counter_over" : "counter", { used, limit, over });
    counter.shown.textContent = words;
    counter.shown.classList.toggle("counter-over", over > 0);
    if (!speak) return;
    clearTimeout(counter.timer);
    counter.timer = setTimeout(() => { counter.spoken.textContent = words; }, PAUSE_MS);
  }

  const countAll = () => document.querySelectorAll("[data-max-length]").forEach((field) => count(field, false));
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-max-length]")) count(event.target, true);
  });
  document.addEventListener("htmx:load", countAll);
  countAll();
})();
