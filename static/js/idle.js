// Says two minutes before that an idle session is about to end, and lets the person stay (WCAG 2.2.1).
"use strict";

(() => {
  const WARNED_AT = [120, 60, 30, 10]; // seconds left at which it is said again, not every second
  const RETRY = 10_000;
  const box = document.querySelector("[data-idle-seconds]");
  if (!box) return;
  const [said, stay, signIn] = box.querySelectorAll("[role=status], button, a");
  let ends = Date.now() + Number(box.dataset.idleSeconds) * 1000;
  let timer = 0;

  /** Asks how long is left, or with POST for the whole time anew. Other windows keep the session up too. */
  async function ask(method) {
    const body = method === "POST" ? new FormData(box) : undefined;
    const response = await fetch(box.action, { method, body, headers: { Accept: "application/json" } });
    ends = Date.now() + (await response.json()).left * 1000;
  }

  function say(words) {
    if (said.textContent !== words) said.textContent = words;
    box.hidden = !words;
  }

  /** An upload under way is no idleness. */
  const isBusy = () => document.querySelector("form[data-sending]") !== null;
  const isTyped = () => [...document.querySelectorAll("main textarea, main input:not([type=hidden])")]
    .some((one) => one.value !== one.defaultValue);

  function end() {
    if (!isTyped()) {
      location.assign(`${box.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    stay.hidden = true;
    signIn.hidden = false;
    say(box.dataset.over);
  }

  function warn(left) {
    const [words, count] = left > 45 ? [box.dataset.minutes, Math.round(left / 60)] : [box.dataset.seconds, left];
    say(words.replace("{count}", count));
  }

  async function tick() {
    clearTimeout(timer);
    try {
      if (secondsLeft() <= WARNED_AT[0]) await ask(isBusy() ? "POST" : "GET");
    } catch {
      timer = setTimeout(tick, RETRY);
      return;
    }
    const left = secondsLeft();
    if (left <= 0) return end();
    if (left <= WARNED_AT[0]) warn(left);
    else say("");
    const next = WARNED_AT.find((mark) => mark < left) ?? 0;
    timer = setTimeout(tick, (left - next) * 1000);
  }

  function secondsLeft() {
    return Math.max(Math.round((ends - Date.now()) / 1000), 0);
  }

  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    await ask("POST").catch(() => {});
    tick();
  });
  document.addEventListener("visibilitychange", tick);
  tick();
})();
