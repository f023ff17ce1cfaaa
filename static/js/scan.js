// The box for a scanner: every scan is kept, then sent in its turn (scan_queue.js), and answered by
// a row, a tone and a word. The field stays the scanner's, nothing waits for an answer.
"use strict";

(() => {
  const REPEAT = 2000;
  const QUICK = 100;
  const BADGE = /^HTB[0-9A-Z]{16}$/i;
  const box = document.querySelector("[data-scan-box]");
  if (!box) return;
  const field = box.elements.code;
  const list = box.querySelector(".scan-list");
  const tally = box.querySelector("[data-tally]");
  const path = new URL(box.action).pathname;
  const rows = new Map();
  const undone = new Map();
  const counts = { scanned: 0, done: 0, other: 0, waiting: 0, others: 0, names: "" };
  let last = { code: "", at: -REPEAT };

  const say = () => {
    const filled = (words) => words.replace(/\{(\w+)\}/g, (_all, name) => counts[name]);
    const words = [filled(tally.dataset.tally)];
    if (counts.others) words.push(filled(tally.dataset.others));
    tally.textContent = words.join(" ");
    tally.classList.toggle("is-waiting", counts.waiting > 0);
  };

  // --- rows

  const build = (tone, icon, code, word, sentence) => {
    const row = document.createElement("li");
    row.className = `scan-row scan-${tone}`;
    for (const [tag, name, text] of [
      ["i", `bi bi-${icon}`, ""],
      ["span", "scan-code", code],
      ["strong", "scan-word", word],
      ["span", "scan-sentence", sentence],
    ]) {
      const part = document.createElement(tag);
      part.className = name;
      if (tag === "i") part.setAttribute("aria-hidden", "true");
      part.textContent = text;
      if (text || tag === "i") row.append(part);
    }
    return row;
  };

  const place = (id, row) => {
    const old = rows.get(id);
    if (old && old.isConnected) old.replaceWith(row);
    else list.prepend(row);
    rows.set(id, row);
  };

  const wait = (scan, state, sentence) => {
    const row = build("waiting", state === "sent" ? "arrow-repeat" : "inbox", scan.code, "", sentence);
    row.dataset.state = state;
    row.dataset.waits = scan.code;
    place(scan.id, row);
  };

  const answered = (news) => {
    const before = rows.get(news.id);
    if (!before) return;
    let row = null;
    if (news.html) {
      row = new DOMParser().parseFromString(news.html, "text/html").querySelector("li");
    } else {
      row = build("refused", "x-octagon-fill", before.dataset.waits, box.dataset.refused, news.sentence);
      row.dataset.outcome = "refused";
      row.dataset.code = "not_for_you";
    }
    row.dataset.state = "confirmed";
    place(news.id, row);
    const outcome = row.dataset.outcome;
    if (outcome !== "done") hangtag.scanQueue.markRead(news.id);
    const original = undone.get(news.id);
    if (original) takeBack(original, outcome === "done");
    else counts[outcome === "done" ? "done" : "other"] += 1;
    say();
    hangtag.feedback(outcome);
    row.dispatchEvent(new CustomEvent("hangtag:scanned", { bubbles: true, detail: row.dataset }));
  };

  document.addEventListener("hangtag:scan-news", (event) => {
    const news = event.detail;
    const row = rows.get(news.id);
    if (news.kind === "answered") answered(news);
    if (!row || !row.dataset.waits) return;
    const scan = { id: news.id, code: row.dataset.waits };
    if (news.kind === "sent") wait(scan, "sent", box.dataset.sent);
    if (news.kind !== "kept") return;
    wait(scan, "captured", news.words || box.dataset[news.why]);
    if (news.why === "expired") hangtag.feedback("attention");
  });

  document.addEventListener("hangtag:scan-count", (event) => {
    counts.waiting = event.detail.own;
    counts.others = event.detail.others;
    counts.names = event.detail.names;
    say();
  });

  // --- a scan

  // What was chosen beside the code holds for the scan that was made then; a bill for one only.
  const pinned = () => {
    const left = ["code", "csrf_token", "action_id", "if_version"];
    const values = [...new FormData(box)].filter(([name]) => !left.includes(name));
    for (const one of box.querySelectorAll("input:not([type=hidden]):not([name=code])")) {
      if (one.type === "text") one.value = "";
      if (one.type === "checkbox") one.checked = false;
    }
    return values;
  };

  // A scan that was not kept is made again: with what was chosen for it, and as no repeat.
  const giveBack = (scan) => {
    for (const [name, value] of scan.values) {
      const one = box.elements[name];
      if (one.type === "text" && !one.value) one.value = value;
      if (one.type === "checkbox") one.checked = true;
    }
    if (last.code === scan.code.toUpperCase()) last = { code: "", at: -REPEAT };
  };

  // Only what lies on the device is said to be kept; returns whether it does.
  const keep = async (scan, words, lost) => {
    wait(scan, "captured", "");
    try {
      await hangtag.scanQueue.add(scan);
    } catch {
      const row = build("refused", "x-octagon-fill", scan.code, box.dataset.refused, lost);
      row.dataset.code = "not_kept";
      place(scan.id, row);
      hangtag.feedback("refused");
      return false;
    }
    wait(scan, "captured", words);
    return true;
  };

  const capture = async (code) => {
    const scan = { id: hangtag.newId(), code, address: path, box: path, values: pinned() };
    last = { code: code.toUpperCase(), at: performance.now() };
    if (!(await keep(scan, box.dataset.captured, box.dataset.lost))) {
      giveBack(scan);
      return;
    }
    counts.scanned += 1;
    say();
    hangtag.feedback("captured");
  };

  const ignore = (code) => {
    const row = build("ignored", "dash-circle", code, "", box.dataset.repeat);
    row.dataset.outcome = "ignored";
    row.dataset.code = "repeat";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-primary";
    button.dataset.count = code;
    button.textContent = box.dataset.countAfterAll;
    row.append(button);
    list.prepend(row);
    hangtag.feedback("captured");
  };

  const countAfterAll = (button) => {
    if (!button) return;
    button.closest("li").remove();
    capture(button.dataset.count);
    field.focus();
  };

  // --- undo

  const takeBack = (original, isDone) => {
    const row = rows.get(original);
    if (!isDone) {
      if (row) delete row.dataset.undoing;
      return;
    }
    counts.done -= 1;
    if (!row) return;
    row.classList.add("scan-undone");
    row.querySelector(".scan-word").textContent = box.dataset.undone;
    for (const one of row.querySelectorAll("[data-undo-this]")) one.remove();
    delete row.dataset.undo;
  };

  const undo = async (row) => {
    field.focus();
    if (!row) {
      hangtag.feedback("attention");
      return;
    }
    if (!row.dataset.undo) {
      const how = row.querySelector(".scan-correct");
      if (how) how.open = true;
      hangtag.feedback("attention");
      return;
    }
    if (row.dataset.undoing) return;
    row.dataset.undoing = "yes";
    const [original] = [...rows].find(([, one]) => one === row);
    const scan = { id: hangtag.newId(), code: row.dataset.piece, address: row.dataset.undo, box: path, values: [] };
    undone.set(scan.id, original);
    if (await keep(scan, box.dataset.undoing, box.dataset.undoLost)) return;
    undone.delete(scan.id);
    takeBack(original, false);
  };
  const undoLast = () =>
    undo(
      [...list.querySelectorAll(".scan-done:not(.scan-undone)")].find(
        (row) => !["unpack", "unscan"].includes(row.dataset.code) && !row.dataset.undoing,
      ),
    );

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && "undoThis" in button.dataset) undo(button.closest("li"));
    if (button && button.dataset.count) countAfterAll(button);
  });

  // --- the field

  const COMMANDS = {
    Z: undoLast,
    "+": () => countAfterAll(list.querySelector("[data-count]")),
    "?": () => document.getElementById("keys-help").showModal(),
  };

  const take = (text) => {
    const code = text.trim();
    const command = COMMANDS[code.toUpperCase()];
    if (!code) return;
    if (command) command();
    else if (BADGE.test(code)) hangtag.switchBy(code);
    else if (code.toUpperCase() === last.code && performance.now() - last.at < REPEAT) ignore(code);
    else capture(code);
  };

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const isComposed = burst.isComposed && performance.now() - burst.at < 3 * QUICK;
    const typed = isComposed && burst.text.length >= 4 ? burst.text : field.value;
    burst.text = "";
    burst.isComposed = false;
    field.value = "";
    field.focus();
    take(typed);
  });

  // Tags pasted or typed in one go, each on its line, are a scan each.
  field.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").split(/[\r\n\t]+/).filter((line) => line.trim());
    if (lines.length < 2) return;
    event.preventDefault();
    lines.forEach(take);
  });

  // With a Chinese input method on, what a scanner types is composed into something else: the keys
  // themselves, taken while it composes, are the code. Enter in the middle only ends composing.
  const burst = { text: "", at: 0, isComposed: false };
  const SIGNS = { Minus: "-", NumpadSubtract: "-", Slash: "/", Period: ".", Space: " ", Equal: "=" };
  const typedBy = (event) => {
    const [, letter] = /^Key([A-Z])$/.exec(event.code) || [];
    const [, digit] = /^(?:Digit|Numpad)([0-9])$/.exec(event.code) || [];
    return letter || digit || SIGNS[event.code] || "";
  };
  field.addEventListener("keydown", (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    const isEnd = event.code === "Enter" || event.code === "NumpadEnter" || event.key === "Tab";
    const isQuick = event.timeStamp - burst.at < QUICK;
    if (isEnd) {
      const isScan = isQuick && burst.text.length >= 4;
      const wantsHelp = isScan && (event.key === "Tab" || (isComposing && burst.isComposed));
      if (!wantsHelp) return;
      event.preventDefault();
      if (isComposing) field.blur();
      box.requestSubmit();
      return;
    }
    if (!isQuick) {
      burst.text = "";
      burst.isComposed = false;
    }
    burst.at = event.timeStamp;
    burst.isComposed = burst.isComposed || isComposing;
    if (isComposing) burst.text += typedBy(event);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) burst.text += event.key;
  });

  document.addEventListener("hangtag:use-code", (event) => {
    event.preventDefault();
    field.focus();
    take(event.detail.code);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key.toLowerCase() === "z" && !field.value) {
      if (event.target !== field && event.target.closest("input, textarea")) return;
      event.preventDefault();
      undoLast();
    }
    // Whatever is pressed outside a field belongs to the scanner.
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    if (event.target.closest("input, select, textarea, button, a, summary, dialog")) return;
    field.focus();
  });

  // The refused form of another part of the page keeps the cursor that hangtag.js gave it.
  if (!document.activeElement.matches(".is-invalid, [aria-invalid=true]")) field.focus();
  hangtag.scanQueue.ofBox(path).then((kept) => {
    counts.scanned += kept.length;
    for (const scan of kept) wait(scan, "captured", box.dataset.kept);
    say();
  });
  hangtag.scanStore.isLasting().then((isLasting) => {
    if (!isLasting) list.before(build("refused", "exclamation-triangle-fill", "", "", box.dataset.fleeting));
  });
  say();
})();
