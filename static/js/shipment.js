// The carton in which who scans is working: it stays chosen, ↑ and ↓ in the scan field change it,
// and the scanner keeps its field. Packing into the next carton offers the one after it.
"use strict";

(() => {
  const choice = document.querySelector("[data-cartons]");
  const field = document.getElementById("scan-code");
  if (!choice || !field) return;
  const row = choice.querySelector(".choices-row");
  const isPacking = !document.getElementById("carton-none");
  const radios = () => [...row.querySelectorAll("input[name=carton]")];
  const chosen = () => radios().findIndex((radio) => radio.checked);

  const choose = (at) => {
    const radio = radios()[at];
    if (!radio) return;
    radio.checked = true;
    radio.scrollIntoView({ block: "nearest" });
  };

  // What stood last as the next carton is now one like the others, and a new one follows.
  const offerNext = (used) => {
    const all = radios();
    const last = all[all.length - 1];
    if (!isPacking || used < Number(last.value) || used >= 99) return;
    const label = row.querySelector(`label[for="${last.id}"]`);
    const words = label.textContent;
    label.textContent = choice.dataset.next.replace("{x}", last.value);
    const next = last.cloneNode();
    next.value = String(used + 1);
    next.id = `carton-${next.value}`;
    next.checked = false;
    const nextLabel = label.cloneNode();
    nextLabel.htmlFor = next.id;
    nextLabel.textContent = words.replace(last.value, next.value);
    row.append(next, nextLabel);
  };

  row.addEventListener("change", () => field.focus());
  field.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(chosen() + step);
  });
  document.addEventListener("hangtag:scanned", (event) => {
    const named = event.target.querySelector ? event.target.querySelector("[data-carton]") : null;
    if (named) choose(radios().findIndex((radio) => radio.value === named.dataset.carton));
    const at = radios()[chosen()];
    if (event.detail.outcome === "done" && at) offerNext(Number(at.value));
  });
})();
