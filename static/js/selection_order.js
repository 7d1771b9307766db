// Puts chosen items into an order within form[data-order], by its buttons or by dragging a handle.
// Without it the same buttons ask the server for the page in the new order.
"use strict";

(() => {
  const form = document.querySelector("form[data-order]");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  const order = () => [...form.querySelectorAll("[data-piece] input[type=hidden]")].map((input) => input.value).join();
  const before = order();
  let sending = false;

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
    const values = { title: item.dataset.piece, place: items.indexOf(item) + 1, count: items.length };
    said.textContent = said.dataset.said.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  }

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
      for (const other of item.parentElement.children) {
        const { top, height } = other.getBoundingClientRect();
        if (other === item || event.clientY < top || event.clientY > top + height) continue;
        if (event.clientY < top + height / 2) other.before(item);
        else other.after(item);
        break;
      }
    });
    handle.addEventListener("lostpointercapture", () => {
      item.classList.remove("dragged");
      say(item);
    });
  }

  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    if (!sending && (form.dataset.order === "changed" || order() !== before)) event.preventDefault();
  });
})();
