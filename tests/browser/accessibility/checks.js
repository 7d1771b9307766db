// What axe does not look at. Given the page's language and whether it is one of the platform's own (the stock
// admin is not), returns what is wrong with it, one line each.
({ language, own }) => {
  const WRONG = ".field-error, .field-error *";
  const found = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const words = (one) => (one ? one.textContent.trim() : "");
  const named = (one) => `${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""}.${one.className} «${words(one).slice(0, 20)}»`;
  const expect = (right, problem) => right || found.push(problem);

  function head() {
    const lang = document.documentElement.lang;
    expect(lang.toLowerCase().startsWith(language), `lang is ${lang}`);
    expect(document.title.trim(), "no title");
    const headings = all("h1").filter((one) => shown(one) && words(one));
    expect(headings.length === 1, `${headings.length} h1: ${headings.map(words)}`);
  }

  function saidInWords() {
    for (const badge of all(".state")) expect(words(badge), `a state by colour alone: ${badge.outerHTML}`);
    for (const meter of all("meter, progress").filter((one) => !one.closest("[aria-hidden=true]"))) {
      const name = meter.ariaLabel || meter.getAttribute("aria-labelledby") || meter.labels.length;
      expect(name, `a meter without a name: ${meter.outerHTML}`);
    }
    for (const table of all("main table")) expect(table.querySelector("th"), `a table without headers: ${words(table).slice(0, 40)}`);
  }

  // The elements that say what is wrong with `control`.
  function notes(control) {
    const ids = [control, control.closest("fieldset")].flatMap((one) => (one?.getAttribute("aria-describedby") || "").split(/\s+/));
    return ids.map((id) => id && document.getElementById(id)).filter(Boolean);
  }

  function errors() {
    const controls = all("main :is(input, select, textarea)").filter((one) => one.type !== "hidden");
    for (const error of all("main .field-error").filter((one) => words(one) && shown(one))) {
      const told = controls.filter((one) => notes(one).some((note) => note.contains(error)));
      expect(told.length, `an error tied to no field: ${words(error)}`);
      expect(told.some((one) => one.ariaInvalid === "true" || one.closest("fieldset[aria-invalid=true]")), `a field that does not say it is wrong: ${words(error)}`);
      expect(document.querySelector(".error-summary"), `an error without a summary: ${words(error)}`);
    }
    for (const control of controls.filter((one) => one.ariaInvalid === "true")) {
      expect(notes(control).some((note) => note.matches(WRONG) || note.querySelector(WRONG)), `wrong without saying why: ${named(control)}`);
    }
    const summary = document.querySelector("main .error-summary");
    if (!summary) return;
    expect(document.activeElement === summary, "the error summary does not have the focus");
    for (const link of all("a[href^='#']", summary)) {
      expect(document.getElementById(link.hash.slice(1)), `the error summary leads nowhere: ${link.hash}`);
    }
  }

  function focus() {
    const looks = (one) => [one, one.parentElement, one.closest(".tick, .picture-sources .btn")].filter(Boolean).map((at) => {
      const style = getComputedStyle(at);
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor, style.opacity].join();
    }).join("|");
    const stops = all("a[href], button, input, select, textarea, summary, [tabindex='0']")
      .filter((one) => shown(one) && !one.disabled && one.type !== "hidden");
    for (const stop of stops) {
      document.activeElement.blur();
      const before = looks(stop);
      stop.focus({ focusVisible: true });
      expect(document.activeElement !== stop || looks(stop) !== before, `the focus is not seen on ${named(stop)}`);
    }
  }

  head();
  saidInWords();
  if (own) errors();
  if (own) focus();
  return found;
}
