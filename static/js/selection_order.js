// Puts chosen items into an order within form[data-order], by its buttons or by dragging a handle.
// Without it the same buttons ask the server for the page in the new order.
"use strict";

(() => {
  const form = document.querySelector("form[data-order]");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  const unchanged = form.querySelector("[data-unchanged]");
  let sending = false;

  // Adding and dropping alone is no other order: only what is in both counts.
  function isReordered(list) {
    const now = [...list.querySelectorAll("input[type=hidden]")].map((input) => input.value);
    const saved = list.dataset.saved.split(",");
    const stayed = now.filter((id) => saved.includes(id));
    return saved.filter((id) => now.includes(id)).join() !== stayed.join();
  }

  function compare(list) {
    form.querySelector(`[data-reordered=${list.dataset.group}]`).hidden = !isReordered(list);
    unchanged.hidden = [...unchanged.parentElement.children].some((line) => line !== unchanged && !line.hidden);
  }

  function number(list) {
    const items = [...list.children];
    items.forEach((item, place) => {
      item.querySelector("[data-move=up]").disabled = place === 0;
      item.querySelector("[data-move=down]").disabled = place === items.length - 1;
    });
    return items;
  }

  function say(item) {
    const items = number(item.parentElement);
    compare(item.parentElement);
    const values = { title: item.dataset.piece, place: items.indexOf(item) + 1, count: items.length };
    said.textContent = said.dataset.said.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  }

  const middle = (item) => {
    const { top, height } = item.getBoundingClientRect();
    return top + height / 2;
  };
  const isAbove = (event, other) => Boolean(other) && event.clientY < middle(other);
  const isBelow = (event, other) => Boolean(other) && event.clientY > middle(other);

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("[data-piece]");
    if (button.dataset.move === "up") item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    say(item);
    const other = item.querySelector(`[data-move=${button.dataset.move === "up" ? "down" : "up"}]`);
    (button.disabled ? other : button).focus();
  });

  for (const handle of form.querySelectorAll("[data-handle]")) {
    const item = handle.closest("[data-piece]");
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      item.classList.add("dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      // The neighbours move, not the item: what is taken out of the page loses the pointer.
      while (isAbove(event, item.previousElementSibling)) item.after(item.previousElementSibling);
      while (isBelow(event, item.nextElementSibling)) item.before(item.nextElementSibling);
    });
    handle.addEventListener("lostpointercapture", () => {
      item.classList.remove("dragged");
      say(item);
    });
  }

  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    if (!sending && unchanged.hidden) event.preventDefault();
  });
})();
