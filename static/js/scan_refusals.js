// Scans that were refused when their row stood on no page any more: they stand on every page that
// their author opens until he says that he read them. The garment lies in the box and not on its list.
"use strict";

(() => {
  // A row in another tab says so within this time, and then nothing is shown here.
  const ELSEWHERE = 300;
  const sign = document.querySelector("[data-refusals]");
  if (!sign || !hangtag.scanQueue) return;
  const list = sign.querySelector("ul");
  const shown = new Set();

  const line = ({ code, sentence }) => {
    const made = document.createElement("li");
    for (const [name, text] of [
      ["scan-code", code],
      ["scan-sentence", sentence],
    ]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      made.append(part, " ");
    }
    return made;
  };

  // Return those that were not shown before.
  const show = async () => {
    const kept = await hangtag.scanQueue.unread();
    const fresh = kept.filter((refusal) => !shown.has(refusal.id));
    shown.clear();
    for (const { id } of kept) shown.add(id);
    list.replaceChildren(...kept.map(line));
    sign.hidden = kept.length === 0;
    return fresh;
  };

  const showAndSound = async () => {
    const fresh = await show();
    if (!fresh.length || !hangtag.feedback || document.hidden) return;
    hangtag.feedback(fresh.some((refusal) => refusal.outcome === "refused") ? "refused" : "attention");
  };

  document.addEventListener("hangtag:scan-news", ({ detail }) => {
    if (detail.kind === "read") show();
    if (detail.kind === "answered" && detail.outcome !== "done") window.setTimeout(showAndSound, ELSEWHERE);
  });

  // What came while he was reading stays.
  sign.querySelector("button").addEventListener("click", async () => {
    const field = document.querySelector("[data-scan-box] [name=code]");
    (field || document.getElementById("main")).focus();
    for (const id of [...shown]) await hangtag.scanQueue.markRead(id);
  });
  show();
})();
