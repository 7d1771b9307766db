// Keys for those who certify: [data-key] is pressed or, with data-key-focus, focused by its key; in table[data-queue]
// j and k go from row to row. Each has its button or link; the keys can be turned off (WCAG 2.1.4).
"use strict";

(() => {
  const OFF = "certify-keys-off";
  // A key that is pressed twice must not decide what has only just come up.
  const CALM_MS = 500;
  const help = document.querySelector("[data-keys]");
  const switchOn = help?.querySelector("[data-keys-on]");
  const queue = document.querySelector("table[data-queue]");
  const isTyping = (target) => target.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  let shownAt = performance.now(), sending = false;

  function stored(value) {
    try {
      if (value !== undefined) localStorage.setItem(OFF, value);
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false; // no storage: as if nothing had been chosen
    }
  }

  // ---------- one outcome
  function press(part) {
    if (part.dataset.keyFocus) {
      part.closest("details").open = true;
      document.getElementById(part.dataset.keyFocus).focus();
      return;
    }
    if (part.type === "submit") {
      if (sending || performance.now() - shownAt < CALM_MS) return;
      sending = true;
    }
    part.click();
  }

  // ---------- the queue
  const rows = queue ? [...queue.querySelectorAll("[data-row]")] : [];
  const current = () => rows.findIndex((row) => row.contains(document.activeElement));

  function go(step) {
    const place = current();
    const next = place < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(place + step, 0), rows.length - 1);
    rows[next]?.querySelector("[data-open]").focus();
  }

  const inQueue = {
    j: () => go(1),
    k: () => go(-1),
    o: () => rows[current()]?.querySelector("[data-open]").click(),
    x: () => rows[current()]?.querySelector("input[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (!switchOn?.checked || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const part = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const act = key === "?" ? () => { help.open = !help.open; } : (queue && inQueue[key]) || (part && (() => press(part)));
    if (!act) return;
    event.preventDefault();
    act();
  });

  if (help) {
    help.hidden = false;
    switchOn.checked = !stored();
    switchOn.addEventListener("change", () => stored(switchOn.checked ? "0" : "1"));
  }
  addEventListener("pageshow", () => {
    sending = false;
    shownAt = performance.now();
    count();
  });

  // ---------- what is ticked
  const form = document.getElementById("ticked");
  const words = (text, number) => text.replace("{count}", number);

  function count() {
    if (!form) return;
    const ticked = rows.flatMap((row) => [...row.querySelectorAll("input[type=checkbox]:checked")]);
    const unseen = ticked.filter((box) => box.hasAttribute("data-unseen")).length;
    for (const label of form.querySelectorAll("[data-ticked]")) label.textContent = words(label.dataset.ticked, ticked.length);
    for (const button of form.querySelectorAll("button")) button.disabled = ticked.length === 0;
    let said = ticked.length ? words(form.dataset.tickedOne, ticked.length) : "";
    if (unseen) said += words(form.dataset.unseenOne, unseen);
    form.querySelector("[data-ticked-said]").textContent = said;
  }

  queue?.addEventListener("change", count);
  count();

  // ---------- kept reasons: the chosen one goes into the text, where it can be changed
  for (const choice of document.querySelectorAll("select[data-into]")) {
    const text = document.getElementById(choice.dataset.into);
    choice.addEventListener("change", () => {
      if (!choice.value) return;
      text.value = [text.value.trim(), choice.selectedOptions[0].textContent].filter(Boolean).join("\n");
      choice.value = "";
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    });
  }
})();
