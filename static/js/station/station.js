// The scan station: a tag is scanned, kept on the device, and sent when there is a network.

import { bring, bringSuppliers, productOf } from "./catalogue.js";
import * as form from "./form.js";
import { keepFirst, offerLanguage } from "./language.js";
import { lookUp, pieceOf } from "./look_up.js";
import { answerByKeys } from "./question.js";
import * as queue from "./queue.js";
import * as rows from "./rows.js";
import * as session from "./session.js";
import * as store from "./store.js";
import { knows, say } from "./words.js";
import { watchWorker } from "./update.js";

const HOUR = 3600_000;
const MINUTE = 60_000;
const UNSENT = ["captured"];
const TONES = { confirmed: "done", needs_input: "attention", refused: "refused", error: "refused" };

const page = document.getElementById("register");
const part = (name) => document.querySelector(`[data-${name}]`);
const bar = (name, isShown) => {
  document.querySelector(`[data-bar=${name}]`).hidden = !isShown;
};
const names = new Map();
const now = { state: "offline", who: null, editing: null, askedAt: 0, count: 0 };

const nameOf = (product) =>
  [product.name, product.style_no, product.colour, product.size].filter(Boolean).join(" · ");

const ticket = () => (now.who && now.state === "in" ? now.who.ticket : null);

function tell(kind) {
  const sentence = kind === "waits" ? "online" : kind;
  part("sentence").textContent = knows(sentence) ? say(sentence) : "";
  document.body.dataset.network = kind;
}

const areMine = (scans) => Boolean(now.who) && scans.some((scan) => scan.login === now.who.login);

// Who reads is asked to log in again for scans of his own alone.
function tellState({ kind, blocked }) {
  tell(kind === "login" && !areMine(blocked) ? "login_other" : kind);
}

function count(scans) {
  now.count = scans.filter((scan) => UNSENT.includes(scan.state)).length;
  const box = part("count");
  box.querySelector("span").textContent = now.count ? say("unsent", { 1: now.count }) : say("all_sent");
  box.querySelector("i").className = `bi bi-${now.count ? "cloud-upload" : "cloud-check"}`;
  box.classList.toggle("has-unsent", now.count > 0);
  document.title = (now.count ? `(${now.count}) ` : "") + `${say("title")} · Hangtag`;
  if (navigator.setAppBadge) navigator.setAppBadge(now.count).catch(() => {});
  const midnight = new Date().setHours(0, 0, 0, 0);
  const today = scans.filter((scan) => scan.order >= midnight);
  const of = (...states) => today.filter((scan) => states.includes(scan.state)).length;
  part("tally").textContent = say("tally", {
    1: of("confirmed"),
    2: of("needs_input", "half_typed", "error"),
    3: of("refused"),
  });
  part("empty").hidden = scans.length > 0;
}

// Scans of somebody else whose ticket stands no more wait for nobody but him.
async function tellOthers(scans) {
  const ticketOf = await session.ticketing();
  const login = now.who && now.who.login;
  const others = scans.filter(
    (scan) => login && scan.state === "captured" && scan.login !== login && !ticketOf(scan),
  );
  const whose = [...new Set(others.map((scan) => scan.name))].join("、");
  document.querySelector("[data-bar=others] span").textContent = say("others", { 1: others.length, 2: whose });
  bar("others", others.length > 0);
}

async function show() {
  const scans = await store.scans();
  for (const scan of scans) {
    if (names.has(scan.scan_id)) continue;
    const product = await productOf(scan.code);
    names.set(scan.scan_id, product ? nameOf(product) : "");
  }
  count(scans);
  rows.show(scans, { sending: queue.sending, names, reader: now.who ? now.who.login : "" });
  await tellOthers(scans);
}

let isShowing = false;
let isStale = false;
async function refresh() {
  isStale = true;
  if (isShowing) return;
  isShowing = true;
  while (isStale) {
    isStale = false;
    await show();
  }
  isShowing = false;
}

function newScan(body) {
  const { who } = now;
  const scan_id = hangtag.newId();
  const piece = pieceOf(body.code);
  return {
    scan_id,
    login: who.login,
    name: who.name,
    site: who.site.code,
    ticket: who.ticket,
    code: body.code,
    order: Date.now() + Math.random() / 2,
    body: { scan_id, site: who.site.code, scanned_at: new Date().toISOString(), ...(piece && { piece }), ...body },
    tries: 0,
  };
}

function scanOf(body) {
  const old = now.editing;
  if (!old) return newScan(body);
  const { scan_id, site, scanned_at, piece } = old.body;
  return { ...old, code: body.code, body: { scan_id, site, scanned_at, ...(piece && { piece }), ...body }, answer: null };
}

function clear() {
  now.editing = null;
  part("editing").hidden = true;
  form.clearFaults();
  page.reset();
  page.elements.code.focus();
}

// Keep what the form says; the form is free at once, and has it back if the device cannot keep it.
async function capture(state) {
  const { body, customer } = form.read();
  const scan = { ...scanOf(body), state };
  const editing = now.editing;
  clear();
  try {
    await queue.keep(scan, customer);
  } catch (error) {
    const typed = form.isHalfTyped() ? form.read().body : null;
    form.write(body);
    now.editing = editing;
    if (customer) {
      page.elements.customer_name.value = customer.name;
      page.elements.customer_phone.value = customer.phone;
    }
    const sentence = say(error && error.name === "QuotaExceededError" ? "full" : "broken");
    form.showFault("code", typed ? `${sentence} (${typed.code})` : sentence);
    hangtag.feedback("refused");
    return;
  }
  hangtag.feedback("captured");
  tellLast(scan, "captured");
  if (state === "captured") queue.drain();
}

page.addEventListener("submit", (event) => {
  event.preventDefault();
  form.clearFaults();
  if (!now.who) {
    form.showFault("code", say("no_one"));
    hangtag.feedback("refused");
  } else if (form.isComplete(form.read().body)) capture("captured");
  else hangtag.feedback("attention");
});
page.addEventListener("hangtag:overtaken", () => {
  if (now.who) capture("half_typed");
});
page.addEventListener("hangtag:look-up", (event) => lookUp(event.detail, ticket()));
page.addEventListener("hangtag:same", ({ detail }) => {
  clear();
  part("said").textContent = say("is_same", { 1: detail.piece_no, 2: detail.no });
  part("said").dataset.look = "needs_input";
});
part("leave").addEventListener("click", clear);

async function scanOfRow(element) {
  const row = element.closest("[data-scan]");
  return (await store.scans()).find((scan) => scan.scan_id === row.dataset.scan);
}

async function complete(scan) {
  if (form.isHalfTyped() && now.who && !now.editing) await capture("half_typed");
  form.write(scan.body);
  now.editing = scan;
  part("editing").hidden = false;
  const { field, detail } = scan.answer || {};
  if (detail) form.showFault(form.fieldOf(field), detail);
  else form.isComplete(scan.body);
  lookUp(scan.code, ticket(), scan.body.piece);
}

const DOES = {
  another: (scan) => queue.answer(scan, { piece: "another" }),
  same: (scan) => queue.answer(scan, { piece: "same" }),
  again: (scan) => queue.answer(scan, {}),
  undo: (scan) => queue.undo(scan.scan_id),
  complete,
};

const list = document.querySelector(".station-list");
list.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const scan = await scanOfRow(button);
  if (button.dataset.do !== "complete") page.elements.code.focus();
  if (scan) await DOES[button.dataset.do](scan);
});
list.addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = event.target;
  const name = asked.elements.customer_name.value.trim();
  const phone = asked.elements.customer_phone.value.trim();
  const empty = [...asked.elements].find((field) => field.matches("input") && !field.value.trim());
  if (empty) return empty.focus();
  await queue.answer(await scanOfRow(asked), {}, { name, phone });
  page.elements.code.focus();
});

answerByKeys(list, (element) => {
  const row = element.closest("[data-scan]");
  return row && row.querySelector("[data-do=another]") ? row : null;
});

// What became of the last scan, in sight above the form.
function tellLast(scan, look) {
  const { piece_no } = scan.answer || {};
  part("said").textContent = [say(look), scan.code, piece_no].filter(Boolean).join(" ");
  part("said").dataset.look = look;
}

function answered(scan) {
  if (TONES[scan.state]) hangtag.feedback(TONES[scan.state]);
  tellLast(scan, scan.state);
  const isIdle = !form.isHalfTyped() && document.activeElement === page.elements.code;
  if (scan.state === "needs_input" && isIdle) refresh().then(() => rows.focusQuestion(scan.scan_id));
}

async function askWho() {
  const { state, who } = await session.ask();
  if (now.who && (!who || who.login !== now.who.login)) queue.customers.clear();
  Object.assign(now, { state, who, askedAt: Date.now() });
  part("name").textContent = who ? who.name : "";
  part("site").textContent = who ? `${who.site.code} ${who.site.name}` : "";
  part("door=log-out").hidden = !who;
  part("blank-tag").hidden = !session.hasBlankTags();
  bar("login", !who && state !== "role");
  bar("role", state === "role");
  if (state === "offline") tell("offline");
  await refresh();
}

// A refused ticket is renewed by the log-in of the same person, if it stands.
async function renew(blocked) {
  if (!areMine(blocked) || Date.now() - now.askedAt < MINUTE) return;
  await askWho();
  if (now.who) queue.drain();
}

async function tellStorage() {
  if (!navigator.storage || !navigator.storage.estimate) return;
  const isKept = await navigator.storage.persist();
  const { usage, quota } = await navigator.storage.estimate();
  const inMegabytes = (bytes) => Math.ceil(bytes / 1e6);
  const products = await store.countProducts();
  const figures = { 1: inMegabytes(usage), 2: inMegabytes(quota), 3: products };
  part("storage").textContent = `${say("storage", figures)} ${say(isKept ? "persisted" : "unpersisted")}`;
}

// What is done at the start and every hour: who, what the server lost, what is old, the catalogue.
async function tend() {
  await askWho();
  await queue.askKnown();
  await store.scans().then(queue.forgetOld);
  if (now.state === "in") {
    await bring(now.who.ticket);
    await bringSuppliers(document.body.dataset.suppliers);
  }
  names.clear();
  form.offerSuppliers(await store.fact("suppliers"));
  await refresh();
  await tellStorage();
}

// Put what is half typed aside; what nobody may keep yet stays where it is, and false is returned.
async function settle() {
  if (queue.customers.size) {
    form.showFault("code", say("customers_wait"));
    return false;
  }
  if (!form.isHalfTyped()) return true;
  if (!now.who) form.showFault("code", say("no_one"));
  else await capture("half_typed");
  return !form.isHalfTyped();
}

async function cameBack() {
  if (Date.now() - now.askedAt > MINUTE || now.state !== "in") await askWho();
  queue.drain();
}

async function begin() {
  const canKeep = window.indexedDB && navigator.locks && navigator.serviceWorker;
  bar("browser", !canKeep);
  if (!canKeep) return;
  queue.listen({ changed: refresh, answered, state: tellState, refusedTicket: renew });
  await keepFirst();
  watchWorker(() => !form.isHalfTyped() && !queue.customers.size);
  offerLanguage(settle);
  part("door=log-out").addEventListener("click", async () => {
    await session.logOut();
    await askWho();
  });
  document.addEventListener("click", (event) => {
    const door = event.target.closest("[data-online], .masthead a");
    const isOut = !navigator.onLine;
    bar("offline", Boolean(door) && isOut);
    if (door && isOut) event.preventDefault();
  });
  window.addEventListener("online", cameBack);
  window.addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && cameBack());
  window.setInterval(tend, HOUR);
  await tend();
}

begin();
