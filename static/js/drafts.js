// Keeps what is typed into form[data-draft] as a draft on the server, a moment after typing stops and before sending.
"use strict";

(() => {
  const PAUSE_MS = 1500;
  const SCHOOL_TIME = { hour12: false, timeZone: "Asia/Taipei" };
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const said = form.querySelector("[data-draft-said]");
  const course = form.elements.enrolment;
  let seen = form.dataset.draftSeen;
  let keptFor = seen ? course?.value : "";
  let timer = 0, isChanged = false, saving = null;

  const say = (words) => { if (said.textContent !== words) said.textContent = words; };

  function content(replace) {
    const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "ticket");
    const data = new URLSearchParams(typed);
    if (form.dataset.draftCategory) data.set("category", form.dataset.draftCategory);
    if (form.dataset.draftOutcome) data.set("outcome", form.dataset.draftOutcome);
    if (!replace) data.set("seen", seen);
    if (course && keptFor && keptFor !== course.value) data.set("moved_from", keptFor);
    return data;
  }

  async function post(replace) {
    const subject = course?.value;
    isChanged = false;
    const answer = await fetch(form.dataset.draft, { method: "POST", body: content(replace), keepalive: true });
    if (answer.status === 409) return say(ui.text("draft_elsewhere"));
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    seen = (await answer.json()).seen;
    keptFor = seen ? subject : "";
    say(seen ? ui.text("draft_saved", { time: new Date().toLocaleTimeString("zh-TW", SCHOOL_TIME) }) : "");
  }

  /** One at a time: what is typed meanwhile is saved afterwards. */
  async function save(replace = false) {
    clearTimeout(timer);
    if (course && !course.value) return say(ui.text("draft_course"));
    await saving;
    saving = post(replace).catch(() => {
      isChanged = true;
      say(ui.text("draft_failed"));
    });
    await saving;
  }

  function typed(event) {
    if (event.target.type === "file") return;
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  addEventListener("online", () => { if (isChanged) save(); });
  addEventListener("pagehide", () => { if (isChanged && !form.hasAttribute("data-sending")) save(); });
  form.addEventListener("upload:start", (event) => {
    clearTimeout(timer);
    if (isChanged) event.detail.first.push(save());
    else if (saving) event.detail.first.push(saving);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "draft") return;
    event.preventDefault();
    save(true);
  });
})();
