// Printing labels: the settings that were chosen last stay on this device, and one press prints.
"use strict";

(() => {
  const KEPT = "hangtag.labels";
  const NAMES = ["size", "form", "dpi", "copies", "start"];

  const kept = () => {
    try {
      return JSON.parse(window.localStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  };
  const keep = (settings) => {
    try {
      window.localStorage.setItem(KEPT, JSON.stringify(settings));
    } catch {
      // A device that keeps nothing prints as by default.
    }
  };

  const places = (size) => {
    const [width, height] = size.split("x").map(Number);
    return Math.floor(210 / width) * Math.floor(297 / height);
  };

  // A sheet goes on where the last print ended.
  const moveOn = (form, settings) => {
    if (settings.form !== "sheet") return settings;
    const data = new FormData(form);
    const count = form.matches("[data-labels-roll]")
      ? Number(data.get("count"))
      : data.getAll("nos").length * Number(settings.copies);
    return { ...settings, start: String(((Number(settings.start) - 1 + count) % places(settings.size)) + 1) };
  };

  const fill = (form, settings) => {
    for (const name of NAMES) {
      if (settings[name] === undefined) continue;
      let field = form.querySelector(`[name="${name}"]`);
      if (!field) {
        field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.dataset.ofDevice = "";
        form.append(field);
      }
      field.value = settings[name];
    }
  };

  const chosen = (form) => {
    const data = new FormData(form);
    return Object.fromEntries(NAMES.filter((name) => data.has(name)).map((name) => [name, data.get(name)]));
  };

  const show = (form) => {
    const size = form.querySelector('[name="size"]');
    const start = form.querySelector('[name="start"]');
    const isSheet = form.querySelector('[name="form"]').value === "sheet";
    form.querySelector("[data-sheet-only]").hidden = !isSheet;
    start.max = size.selectedOptions[0].dataset.places;
    if (!isSheet || Number(start.value) > Number(start.max)) start.value = "1";
    const preview = document.querySelector("[data-label-preview]");
    if (!preview) return;
    const address = new URL(preview.src);
    address.search = new URLSearchParams({ size: size.value, dpi: form.querySelector('[name="dpi"]').value });
    if (preview.src !== address.href) preview.src = address.href;
  };

  for (const form of document.querySelectorAll("[data-labels-choice]")) {
    for (const [name, value] of Object.entries(kept())) {
      const field = form.querySelector(`[name="${name}"]`);
      const isOffered = field && (field.tagName !== "SELECT" || [...field.options].some((one) => one.value === value));
      if (isOffered) field.value = value;
    }
    show(form);
    form.addEventListener("change", () => show(form));
  }

  // The form is free again at once, and the next press is another print.
  const renew = (form) => {
    form.querySelector('[name="action_id"]').value = hangtag.newId();
    for (const field of form.querySelectorAll("[data-of-device]")) field.remove();
    delete form.dataset.sent;
    form.classList.remove("is-sending");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const isPress = event.submitter && event.submitter.matches("[data-labels-press]");
    if (!form.matches("[data-labels]") && !isPress) return;
    const settings = form.matches("[data-labels-choice]") ? { ...kept(), ...chosen(form) } : kept();
    if (!form.matches("[data-labels-choice]")) fill(form, settings);
    const next = moveOn(form, { size: "60x40", copies: "1", start: "1", ...settings });
    setTimeout(() => {
      keep(next);
      renew(form);
      if (form.matches("[data-labels-choice]")) form.querySelector('[name="start"]').value = next.start;
    }, 0);
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const button = document.querySelector("[data-labels-key]");
    const scans = document.querySelector("[data-scan-box], [data-step]");
    if (event.key.toLowerCase() !== "p" || isTyping || !isPlain || !button || scans) return;
    event.preventDefault();
    button.click();
  });
})();
