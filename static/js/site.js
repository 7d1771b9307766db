// What every page shares: texts, menus that close, the error summary's focus, roles of folded tables.
"use strict";

window.ui = (() => {
  const texts = JSON.parse(document.getElementById("ui-texts").textContent);
  const KB = 1024, MB = KB * KB;
  return {
    /** The text `key` of accounts/templatetags/ui.py with {names} filled in from `values`. */
    text: (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_whole, name) => values[name]),

    /** As the file_size filter: rounded up, so that just over a limit never reads as the limit. */
    size: (bytes) => {
      if (bytes < KB) return `${Math.ceil(bytes)} B`;
      return bytes <= KB * (KB - 1) ? `${Math.ceil(bytes / KB)} KB` : `${Math.ceil((bytes * 10) / MB) / 10} MB`;
    },
  };
})();

(() => {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A table laid out as cards is no table to a screen reader unless its roles are said again.
  const TABLE_ROLES = [
    ["thead, tbody, tfoot", "rowgroup"], ["tr", "row"], ["td", "cell"],
    ["thead th", "columnheader"], ["tbody th", "rowheader"],
  ];

  function keepTableRoles(root) {
    for (const table of root.querySelectorAll("table.fold")) {
      table.setAttribute("role", "table");
      for (const [selector, role] of TABLE_ROLES) {
        table.querySelectorAll(selector).forEach((part) => part.setAttribute("role", role));
      }
    }
  }

  keepTableRoles(document);
  document.addEventListener("htmx:load", () => keepTableRoles(document));
  document.querySelector(".error-summary")?.focus();

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
