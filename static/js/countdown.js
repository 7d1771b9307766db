// Runs the time left in [data-closes-at] and [data-opens-at] on the server's clock, not the device's.
"use strict";

(() => {
  const OFFSET = "server-clock-offset";

  /** Server time minus device time in ms. A page brought back from the cache says an old time: keep the known offset. */
  function clockOffset() {
    const [visit] = performance.getEntriesByType("navigation");
    const known = sessionStorage.getItem(OFFSET);
    if (visit?.type === "back_forward" && !window.documentReceivedAt && known !== null) return Number(known);
    const said = Date.parse(document.body.dataset.serverNow);
    if (Number.isNaN(said)) return 0;
    // upload.js notes when the page it put in place arrived.
    const received = window.documentReceivedAt ?? performance.timeOrigin + (visit?.responseStart ?? 0);
    const offset = said - received;
    sessionStorage.setItem(OFFSET, String(offset));
    return offset;
  }

  const offset = clockOffset();
  let timer = 0;

  function duration(ms) {
    const all = Math.ceil(ms / 1000);
    const parts = {
      days: Math.floor(all / 86400), hours: Math.floor(all / 3600) % 24,
      minutes: Math.floor(all / 60) % 60, seconds: all % 60,
    };
    return ui.text(["days", "hours", "minutes"].find((unit) => parts[unit]) ?? "seconds", parts);
  }

  function finish(element, key) {
    if (element.dataset.done) return;
    element.dataset.done = "yes";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = ui.text("reload");
    element.replaceChildren(ui.text(key) + ui.text("comma"), link);
    element.closest(".window")?.classList.add("window-over");
  }

  function show(element, target, running, over) {
    const left = Date.parse(target) - (Date.now() + offset);
    if (left <= 0) return finish(element, over);
    const words = ui.text(running, { time: duration(left) });
    if (element.textContent !== words) element.textContent = words;
  }

  function tick() {
    clearTimeout(timer);
    document.querySelectorAll("[data-closes-at]").forEach((one) => show(one, one.dataset.closesAt, "left", "ended"));
    document.querySelectorAll("[data-opens-at]").forEach((one) => show(one, one.dataset.opensAt, "until_open", "opened"));
    // Wake just after the server's next whole second, when windows open and close.
    timer = setTimeout(tick, 1000 - ((Date.now() + offset) % 1000) + 5);
  }

  tick();
  document.addEventListener("visibilitychange", tick);
})();
