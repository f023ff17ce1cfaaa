// The box for a scanner: every scan is kept at once, sent in its turn, answered by tone and word.
// A scan that was not answered yet outlives a reload and a lost connection; its key (action_id)
// makes it count once however often it is sent.
"use strict";

(() => {
  const PAUSE = 2000;
  const box = document.querySelector("[data-scan-box]");
  if (!box) return;
  const field = box.elements.code;
  const list = box.querySelector(".scan-list");
  const reader = document.querySelector(".who").textContent.trim();
  const kept = `hangtag.scans:${reader}:${new URL(box.action).pathname}`;
  const queue = JSON.parse(sessionStorage.getItem(kept) || "[]");
  const rows = new Map();
  let isSending = false;

  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const keep = () => sessionStorage.setItem(kept, JSON.stringify(queue));

  const show = (scan, sentence) => {
    let row = rows.get(scan.id);
    if (!row || !row.isConnected) {
      row = document.createElement("li");
      list.prepend(row);
      rows.set(scan.id, row);
    }
    row.className = "scan-row scan-waiting";
    row.replaceChildren();
    for (const [tag, name, text] of [
      ["i", "bi bi-arrow-repeat", ""],
      ["span", "scan-code", scan.code],
      ["span", "scan-sentence", sentence],
    ]) {
      const part = document.createElement(tag);
      part.className = name;
      part.textContent = text;
      row.append(part);
    }
    return row;
  };

  const refuse = (scan, sentence) => {
    const row = show(scan, sentence);
    row.className = "scan-row scan-refused";
    row.firstElementChild.className = "bi bi-x-octagon-fill";
    const word = document.createElement("strong");
    word.className = "scan-word";
    word.textContent = box.dataset.refused;
    row.insertBefore(word, row.lastElementChild);
    hangtag.feedback("refused");
  };

  const settle = (scan, xhr) => {
    queue.shift();
    keep();
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const answer = page.querySelector("[data-outcome]");
    if (!answer) {
      const said = page.querySelector("[data-sentence]");
      refuse(scan, said ? said.textContent.trim() : box.dataset.failed);
      return;
    }
    const row = rows.get(scan.id);
    row.replaceWith(answer);
    rows.delete(scan.id);
    hangtag.feedback(answer.dataset.outcome === "done" ? "done" : "refused");
    answer.dispatchEvent(
      new CustomEvent("hangtag:scanned", { bubbles: true, detail: answer.dataset }),
    );
  };

  // What was chosen beside the code holds for the scan that was made then; a bill for one only.
  const pinned = () => {
    const values = {};
    for (const one of box.querySelectorAll("input:not([type=hidden]):not([name=code])")) {
      const isChoice = one.type === "radio" || one.type === "checkbox";
      if (!isChoice || one.checked) values[one.name] = one.value;
      else if (!(one.name in values)) values[one.name] = "";
      if (one.type === "text" || one.type === "checkbox") {
        one.value = one.type === "text" ? "" : one.value;
        one.checked = false;
      }
    }
    return values;
  };

  const later = (scan, sentence) => {
    show(scan, sentence);
    window.setTimeout(send, PAUSE);
  };

  function send() {
    if (isSending || !queue.length) return;
    isSending = true;
    const scan = queue[0];
    const row = show(scan, box.dataset.waiting);
    const values = Object.fromEntries(
      [...new FormData(box)].filter(([name]) => name !== "if_version"),
    );
    Object.assign(values, scan.pinned);
    row.addEventListener(
      "htmx:afterRequest",
      (event) => {
        isSending = false;
        const xhr = event.detail.xhr;
        if (xhr.status === 0 || xhr.status === 503) return later(scan, box.dataset.offline);
        if (/\/login(\?|$)/.test(xhr.responseURL)) {
          show(scan, box.dataset.expired);
          hangtag.feedback("refused");
          return;
        }
        settle(scan, xhr);
        send();
      },
      { once: true },
    );
    htmx.ajax("POST", box.action, {
      source: row,
      target: row,
      swap: "none",
      values: { ...values, code: scan.code, action_id: scan.id },
    });
  }

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.trim();
    field.value = "";
    field.focus();
    if (!code) return;
    const scan = { id: newId(), code, pinned: pinned() };
    queue.push(scan);
    keep();
    show(scan, box.dataset.waiting);
    send();
  });

  // Whatever is pressed outside a field belongs to the scanner.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    if (event.target.closest("input, select, textarea, button, a, summary")) return;
    field.focus();
  });

  field.focus();
  for (const scan of queue) show(scan, box.dataset.offline);
  send();
})();
