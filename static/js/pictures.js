// Makes a document out of pictures before it is sent: several into one PDF, or one shrunk to the limit.
"use strict";

(() => {
  const MOST_PAGES = 60;
  const LONGER_SIDE_POINTS = 842; // as A4
  const PREVIEW = 160;
  // Longest side in pixels and JPEG quality, best first; the first that fits is taken.
  const STEPS = [[2600, 0.86], [2200, 0.82], [1900, 0.78], [1600, 0.72], [1400, 0.65], [1200, 0.58], [1000, 0.5], [800, 0.42]];

  const decode = (file) => createImageBitmap(file, { imageOrientation: "from-image" });

  /** `picture` drawn on white, its longer side `longest` pixels at most. */
  function draw(picture, longest, canvas = document.createElement("canvas")) {
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  /** `file` as a JPEG of its pixels alone. */
  async function compress(file, [longest, quality]) {
    const picture = await decode(file);
    const canvas = draw(picture, longest);
    picture.close();
    return new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
  }

  /** Runs the script at `address` once, when it is first needed. */
  const loadOnce = (() => {
    const loading = new Map();
    return (address) => {
      if (!loading.has(address)) {
        loading.set(address, new Promise((done, failed) => {
          const script = Object.assign(document.createElement("script"), { src: address, onload: done });
          script.onerror = () => {
            loading.delete(address);
            failed(new Error(address));
          };
          document.head.append(script);
        }));
      }
      return loading.get(address);
    };
  })();

  async function pdfOf(files, step) {
    const document_ = await PDFLib.PDFDocument.create();
    for (const file of files) {
      const jpeg = await compress(file, step);
      const image = await document_.embedJpg(await jpeg.arrayBuffer());
      const scale = LONGER_SIDE_POINTS / Math.max(image.width, image.height);
      const [width, height] = [image.width * scale, image.height * scale];
      document_.addPage([width, height]).drawImage(image, { x: 0, y: 0, width, height });
    }
    return document_.save();
  }

  /** The first of what `make` gives for the steps that is not over `limit` bytes; null if none is. */
  async function firstThatFits(limit, make) {
    for (const step of STEPS) {
      const made = await make(step);
      if ((made.size ?? made.length) <= limit) return made;
    }
    return null;
  }

  function setUp(tool) {
    const target = document.getElementById(tool.dataset.pictures);
    const limit = Number(target.dataset.maxBytes);
    const pages = [];
    const list = tool.querySelector("[data-pages]");
    const said = tool.querySelector("[data-said]");
    const make = tool.querySelector("[data-make]");
    const offer = tool.querySelector("[data-shrink]");
    const offerSaid = tool.querySelector("[data-shrink-said]");
    const shrink = offer.querySelector("button");
    const before = () => ui.size(pages.reduce((sum, page) => sum + page.file.size, 0));

    /** Puts `content` into the form as if it had been chosen there. */
    function choose(content, name, type) {
      const chosen = new DataTransfer();
      chosen.items.add(new File([content], name, { type }));
      target.files = chosen.files;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function item(page, index) {
      const row = tool.querySelector("template[data-page]").content.cloneNode(true).firstElementChild;
      const name = ui.text("page", { number: index + 1 });
      const canvas = row.querySelector("canvas");
      canvas.setAttribute("aria-label", page.file.name);
      draw(page.preview, PREVIEW, canvas);
      row.querySelector("[data-label]").textContent = name;
      row.querySelector("[data-size]").textContent = `　${page.file.name}　${ui.size(page.file.size)}`;
      for (const button of row.querySelectorAll("button")) {
        const label = button.textContent.trim();
        button.setAttribute("aria-label", ui.text("of_page", { label, number: index + 1 }));
        if (button.dataset.move) button.disabled = !pages[index + Number(button.dataset.move)];
        button.onclick = () => (button.dataset.move ? move(index, Number(button.dataset.move)) : remove(index));
      }
      return row;
    }

    function show(words) {
      list.replaceChildren(...pages.map(item));
      make.hidden = pages.length === 0;
      const summary = pages.length ? ui.text("pages", { count: pages.length, size: before(), limit: ui.size(limit) }) : "";
      said.textContent = words ?? summary;
    }

    /** Keeps the focus where somebody works with the keyboard. */
    function focusOn(index, selector) {
      const row = list.children[Math.min(index, pages.length - 1)];
      const buttons = row ? [...row.querySelectorAll(`${selector}:enabled, button:enabled`)] : [];
      (buttons.find((one) => one.matches(selector)) ?? buttons[0] ?? tool.querySelector("[data-source]")).focus();
    }

    function move(index, by) {
      pages.splice(index + by, 0, ...pages.splice(index, 1));
      show();
      focusOn(index + by, `[data-move="${by}"]`);
    }

    function remove(index) {
      pages.splice(index, 1)[0].preview.close();
      show();
      focusOn(index, "[data-remove]");
    }

    async function add(files) {
      let trouble = "";
      for (const file of files) {
        if (pages.length === MOST_PAGES) {
          trouble = ui.text("many_pages", { limit: MOST_PAGES });
          break;
        }
        try {
          const picture = await decode(file);
          pages.push({ file, preview: await createImageBitmap(draw(picture, PREVIEW)) });
          picture.close();
        } catch {
          trouble = ui.text("unreadable", { name: file.name });
        }
      }
      show(trouble || undefined);
    }

    /** Does `work` with the tool's buttons out of reach; what it returns is said. */
    async function busy(work, where) {
      const buttons = [...tool.querySelectorAll("button:enabled, input:enabled")];
      buttons.forEach((one) => { one.disabled = true; });
      where.textContent = ui.text("making");
      const words = await work().catch(() => ui.text("not_made"));
      buttons.forEach((one) => { one.disabled = false; });
      where.textContent = words;
    }

    async function makePdf() {
      await loadOnce(tool.dataset.pdfLib);
      const bytes = await firstThatFits(limit, (step) => pdfOf(pages.map((page) => page.file), step));
      if (!bytes) return ui.text("no_fit", { limit: ui.size(limit) });
      choose(bytes, `${pages[0].file.name.replace(/\.[^.]*$/, "")}.pdf`, "application/pdf");
      return ui.text("made", { count: pages.length, before: before(), after: ui.size(bytes.length), limit: ui.size(limit) });
    }

    async function shrinkChosen() {
      const [file] = target.files;
      const jpeg = await firstThatFits(limit, (step) => compress(file, step));
      if (!jpeg) return ui.text("no_fit", { limit: ui.size(limit) });
      choose(jpeg, `${file.name.replace(/\.[^.]*$/, "")}.jpg`, "image/jpeg");
      offer.hidden = false;
      shrink.hidden = true;
      target.focus();
      return ui.text("shrunk", { before: ui.size(file.size), after: ui.size(jpeg.size), limit: ui.size(limit) });
    }

    function offerToShrink() {
      const [file] = target.files;
      offer.hidden = !file?.type.startsWith("image/") || file.size <= limit;
      shrink.hidden = false;
      if (offer.hidden) return;
      offerSaid.textContent = ui.text("shrink", { name: file.name, size: ui.size(file.size), limit: ui.size(limit) });
    }

    tool.hidden = false;
    target.addEventListener("change", offerToShrink);
    shrink.addEventListener("click", () => busy(shrinkChosen, offerSaid));
    make.addEventListener("click", () => busy(makePdf, said));
    for (const source of tool.querySelectorAll("[data-source]")) {
      source.addEventListener("change", async () => {
        const files = [...source.files];
        source.value = "";
        await add(files);
      });
    }
  }

  document.querySelectorAll("[data-pictures]").forEach(setUp);
})();
