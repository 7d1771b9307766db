// Makes form[data-upload] kinder: files are checked before they are sent, sending shows its progress and can be
// cancelled, and a broken connection keeps what was filled in. Without this script the same form works plainly.
// Before it sends, the form gets an upload:start event; what is put into detail.first is waited for, a little.
"use strict";

(() => {
  const FIRST_MS = 3000;
  const pause = (ms) => new Promise((resume) => { setTimeout(resume, ms); });

  function time(seconds) {
    const whole = Math.ceil(seconds);
    return whole < 60 ? ui.text("seconds", { seconds: whole })
      : ui.text("minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  }

  function accepted(file, accept) {
    const wanted = accept.toLowerCase().split(",").map((one) => one.trim()).filter(Boolean);
    const type = file.type.toLowerCase();
    return wanted.length === 0 || wanted.some((one) => {
      if (one.startsWith(".")) return file.name.toLowerCase().endsWith(one);
      return type === "" || (one.endsWith("/*") ? type.startsWith(one.slice(0, -1)) : type === one);
    });
  }

  function problemOf(input) {
    const limit = Number(input.dataset.maxBytes) || Infinity;
    for (const file of input.files) {
      const name = file.name;
      if (file.size === 0) return ui.text("empty_file", { name });
      if (file.size > limit) return ui.text("big_file", { name, size: ui.size(file.size), limit: ui.size(limit) });
      if (!accepted(file, input.accept)) return ui.text("wrong_type", { name, accept: input.accept });
    }
    return "";
  }

  /** Says what is wrong with the chosen file next to its field; true if nothing is. */
  function check(input) {
    const id = `${input.id || input.name}_problem`;
    let note = document.getElementById(id);
    if (!note) {
      note = Object.assign(document.createElement("p"), { id, className: "field-error" });
      note.setAttribute("aria-live", "polite");
      (input.closest(".file-drop") ?? input).after(note);
      input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
    }
    note.textContent = problemOf(input);
    input.classList.toggle("is-invalid", note.textContent !== "");
    return note.textContent === "";
  }

  function element(tag, className, properties = {}) {
    return Object.assign(document.createElement(tag), { className, ...properties });
  }

  /** The strip under the form: what is happening, a bar, figures, and one button. */
  function buildStrip(form) {
    form.querySelector(".upload-strip")?.remove();
    const strip = element("div", "upload-strip");
    const said = element("p", "upload-said");
    const bar = element("progress", "", { max: 100, value: 0, ariaLabel: ui.text("sending") });
    const figures = element("p", "upload-figures", { ariaHidden: "true" });
    const button = element("button", "btn btn-outline-primary", { type: "button" });
    said.setAttribute("role", "status");
    strip.append(said, bar, figures, button);
    form.append(strip);
    strip.scrollIntoView({ block: "nearest" });
    return { said, bar, figures, button };
  }

  /** Shows the page that the server answered with. It is not asked for again: its messages are shown only once. */
  function replaceDocument(request) {
    window.documentReceivedAt = Date.now();
    history.replaceState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
    scrollTo(0, 0);
  }

  function send(form, submitter) {
    const { said, bar, figures, button } = buildStrip(form);
    const request = new XMLHttpRequest();
    const data = new FormData(form, submitter);
    let began = Date.now(), delivered = false, cancelled = false;

    const warnOnLeaving = (event) => event.preventDefault();
    const buttons = form.querySelectorAll("button[type=submit], button:not([type])");
    function busy(on) {
      form.toggleAttribute("data-sending", on);
      buttons.forEach((one) => { one.disabled = on; });
      (on ? addEventListener : removeEventListener)("beforeunload", warnOnLeaving);
    }
    function stop(key) {
      busy(false);
      said.textContent = ui.text(key);
      bar.hidden = figures.hidden = true;
      button.hidden = false;
      button.textContent = ui.text("retry");
      button.onclick = () => form.requestSubmit(submitter);
    }

    request.upload.onprogress = ({ loaded, total }) => {
      const speed = loaded / Math.max((Date.now() - began) / 1000, 0.1);
      const pace = ui.text("speed", { speed: ui.size(speed), time: time((total - loaded) / speed) });
      bar.value = (loaded / total) * 100;
      figures.textContent = `${Math.floor(bar.value)}%　${ui.text("of", { used: ui.size(loaded), limit: ui.size(total) })}　${pace}`;
    };
    request.upload.onload = () => {
      delivered = true;
      bar.removeAttribute("value");
      button.hidden = figures.hidden = true;
      said.textContent = ui.text("checking");
    };
    request.onerror = () => stop(delivered ? "unfinished" : "failed");
    request.onload = () => {
      busy(false);
      // An answer that is not one of our pages comes from something in between: keep the form.
      const ours = request.status < 500 && request.responseText.includes("data-server-now");
      if (ours) replaceDocument(request);
      else stop("unfinished");
    };

    busy(true);
    said.textContent = ui.text("sending");
    button.textContent = ui.text("cancel");
    button.onclick = () => {
      cancelled = true;
      request.abort();
      stop("cancelled");
    };
    request.open("POST", form.getAttribute("action") || location.href);
    const first = [];
    form.dispatchEvent(new CustomEvent("upload:start", { detail: { first }, bubbles: true }));
    Promise.race([Promise.allSettled(first), pause(FIRST_MS)]).then(() => {
      if (cancelled) return;
      began = Date.now();
      request.send(data);
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-upload] input[type=file][name]")) check(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || event.submitter?.name === "draft") return;
    event.preventDefault();
    if (form.hasAttribute("data-sending")) return;
    const wrong = [...form.querySelectorAll("input[type=file][name]")].filter((input) => !check(input));
    if (wrong.length > 0) wrong[0].focus();
    else send(form, event.submitter);
  });
})();
