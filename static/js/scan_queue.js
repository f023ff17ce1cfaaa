// Sends what scan_store.js keeps, one scan after the other, from whatever page its author opens.
// One tab at a time sends. A scan leaves the store only for an answer that is ours and names it:
// what a captive portal, a proxy or a log-in page says is no answer. Its key makes it count once.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const PATIENCE = 20000;
  const FIRST_PAUSE = 2000;
  const LONGEST_PAUSE = 30000;
  const said = (name) => {
    const meta = document.querySelector(`meta[name="${name}"]`);
    return meta ? meta.content : "";
  };
  const author = said("account");
  const sign = document.querySelector("[data-pending]");
  if (!author || !hangtag.scanStore) return;
  const store = hangtag.scanStore;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("hangtag.scans") : null;
  let pause = FIRST_PAUSE;
  let timer = 0;
  let isSending = false;
  let isWanted = false;

  const hear = (news) => {
    document.dispatchEvent(new CustomEvent("hangtag:scan-news", { detail: news }));
    count();
  };
  const tell = (news) => {
    hear(news);
    if (channel) channel.postMessage(news);
  };
  if (channel) channel.onmessage = (event) => hear(event.data);

  const count = async () => {
    const waiting = await store.all().catch(() => null);
    // A store that cannot be read now is counted at the next news.
    if (!waiting) return;
    const own = waiting.filter((scan) => scan.author === author);
    const others = waiting.filter((scan) => scan.author !== author);
    const names = [...new Set(others.map((scan) => scan.name))].join("、");
    document.dispatchEvent(
      new CustomEvent("hangtag:scan-count", { detail: { own: own.length, others: others.length, names } }),
    );
    if (!sign) return;
    const words = [];
    if (own.length) words.push(sign.dataset.pending.replace("{n}", own.length));
    if (others.length) words.push(sign.dataset.others.replace("{n}", others.length).replace("{names}", names));
    sign.hidden = words.length === 0 || document.querySelector("[data-scan-box]") !== null;
    sign.querySelector("span").textContent = words.join(" ");
  };

  const wordsOf = (row) =>
    [...row.querySelectorAll(".scan-sentence, .scan-next")].map((part) => part.textContent.trim()).join(" ");

  // Returns { outcome, sentence } and, if it is a row, its html; { why, ends } where nothing answered.
  const read = (scan, answer, text) => {
    const path = new URL(answer.url, location.href).pathname;
    if (answer.redirected && path === "/login") return { why: "expired", ends: true };
    const page = new DOMParser().parseFromString(text, "text/html");
    const named = page.querySelector("[data-scan]");
    const sentence = page.querySelector("[data-sentence]");
    const words = sentence ? sentence.textContent.trim() : "";
    if (named && named.dataset.scan === scan.id) {
      const { outcome } = named.dataset;
      if (!outcome) return { outcome: "refused", sentence: words };
      return { outcome, sentence: wordsOf(named), html: named.outerHTML };
    }
    return sentence ? { why: "told", words, ends: false } : { why: "strange", ends: true };
  };

  const post = async (scan) => {
    const body = new URLSearchParams(scan.values);
    body.set("code", scan.code);
    body.set("action_id", scan.id);
    body.set("scanned_by", author);
    const stop = new AbortController();
    const impatience = window.setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(scan.address, {
        method: "POST",
        body,
        headers: { "HX-Request": "true", "X-CSRFToken": said("csrf-token") },
        credentials: "same-origin",
        signal: stop.signal,
      });
      return read(scan, answer, await answer.text());
    } catch {
      return { why: "offline", ends: true };
    } finally {
      window.clearTimeout(impatience);
    }
  };

  // The row of a scan may stand on no page any more: what was not done is kept before the scan goes.
  const settle = async (scan, answer) => {
    const { outcome, sentence } = answer;
    const { id, code } = scan;
    if (outcome !== "done") await hangtag.refusalStore.keep({ id, author, code, outcome, sentence });
    await store.remove(scan.order);
    tell({ kind: "answered", id, ...answer });
  };

  const round = async () => {
    let isLeft = false;
    let order = 0;
    for (;;) {
      const scan = await store.after(order);
      if (!scan) return isLeft;
      order = scan.order;
      if (scan.author !== author) continue;
      tell({ kind: "sent", id: scan.id });
      const answer = await post(scan);
      if (answer.why) {
        isLeft = true;
        const kept = answer.ends ? await store.all() : [scan];
        for (const one of kept) {
          if (one.author === author) tell({ ...answer, kind: "kept", id: one.id });
        }
        if (answer.ends) return true;
      } else await settle(scan, answer);
    }
  };

  // Without Web Locks (no HTTPS) two tabs may send the same scan: the server counts its key once.
  const alone = (work) =>
    navigator.locks ? navigator.locks.request("hangtag.scans", work) : work();

  const send = async () => {
    isWanted = true;
    if (isSending) return;
    isSending = true;
    window.clearTimeout(timer);
    let isLeft = false;
    while (isWanted) {
      isWanted = false;
      isLeft = await alone(round).catch(() => true);
    }
    isSending = false;
    pause = isLeft ? Math.min(pause * 2, LONGEST_PAUSE) : FIRST_PAUSE;
    if (isLeft) timer = window.setTimeout(send, pause / 2);
  };

  hangtag.scanQueue = {
    author,
    // Keeps a scan, then sends it: { id, code, address, values, box }. Rejects if it cannot be kept.
    add: async (scan) => {
      const who = document.querySelector(".who strong");
      await store.add({ ...scan, author, name: who ? who.textContent : author });
      hear({ kind: "captured", id: scan.id });
      send();
    },
    ofBox: async (box) =>
      (await store.all()).filter((scan) => scan.author === author && scan.box === box),
    // What was refused and its author has not read, here or in the row of another tab.
    unread: async () => (await hangtag.refusalStore.all()).filter((refusal) => refusal.author === author),
    markRead: async (id) => {
      await hangtag.refusalStore.remove(id);
      tell({ kind: "read", id });
    },
  };
  window.addEventListener("online", send);
  document.addEventListener("DOMContentLoaded", () => {
    count();
    send();
  });
})();
