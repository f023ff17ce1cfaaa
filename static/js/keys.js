// A list by the keyboard: j and k move through its rows, x ticks, Enter opens; ? tells the keys.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
  const help = document.getElementById("keys-help");
  let here = -1;

  const go = (to) => {
    if (!rows.length) return;
    here = Math.max(0, Math.min(rows.length - 1, to));
    const link = rows[here].querySelector("a[href]");
    for (const row of rows) row.classList.remove("is-here");
    rows[here].classList.add("is-here");
    if (link) link.focus();
    rows[here].scrollIntoView({ block: "nearest" });
  };

  const tick = () => {
    const box = here >= 0 && rows[here].querySelector("input[type=checkbox]");
    if (box) box.click();
  };

  const keys = {
    j: () => go(here + 1),
    k: () => go(here - 1),
    x: tick,
    h: () => document.querySelector(".brand").click(),
    "?": () => help && help.showModal(),
  };

  // These two work while a scanner's field has the cursor: no scanner types them.
  const doors = { F8: 'a[href="/scans"]', F9: 'a[href^="/switch"]' };
  document.addEventListener("keydown", (event) => {
    const door = doors[event.key] && document.querySelector(doors[event.key]);
    if (!door) return;
    event.preventDefault();
    door.click();
  });

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keys[event.key];
    // Where a scanner types, letters belong to it.
    const scans = document.querySelector("[data-scan-box], [data-step]");
    if (!key || (event.key !== "?" && scans)) return;
    event.preventDefault();
    key();
  });

  for (const button of document.querySelectorAll("[data-keys-help]")) {
    button.addEventListener("click", () => help.showModal());
  }
})();
