// Names for what the stock admin leaves without one, so that screen readers can say what is asked for:
// fields in the rows of a table, searchable choices, both halves of a moment, the search field of a list.
"use strict";

(() => {
  const words = (one) => (one ? one.textContent.trim().replace(/[:：]$/, "") : "");

  function columnOf(field) {
    const cell = field.closest("td");
    return cell ? words(cell.closest("table").tHead?.rows[0].cells[cell.cellIndex]) : "";
  }

  function nameOf(field) {
    const label = [...(field.labels || [])].map((one) => words(one) || one.querySelector("img")?.alt).find(Boolean);
    if (label) return label;
    const half = field.closest(".datetime") ? field.previousSibling?.textContent.trim() : "";
    return [columnOf(field) || words(field.closest(".form-row")?.querySelector("label, legend")), half].filter(Boolean).join(" ");
  }

  function nameAll() {
    for (const field of document.querySelectorAll("#content :is(input:not([type=hidden]), select, textarea)")) {
      const name = nameOf(field);
      if (name && !field.labels?.[0]?.textContent.trim()) field.setAttribute("aria-label", name);
      field.nextElementSibling?.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", name);
    }
    for (const table of document.querySelectorAll(".inline-group, .results")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0; // else the keyboard cannot scroll it
    }
  }

  const ready = window.django?.jQuery || ((run) => window.addEventListener("load", run));
  ready(nameAll); // after the stock admin's own scripts, which wait for the same
  document.addEventListener("formset:added", nameAll);
})();
