// The queue: every scan is kept before it is sent, one tab at a time sends, and a scan counts as
// sent only when a whole answer of ours names it. Customers' names live in memory alone.

import { call } from "./call.js";
import { bury, ticketing } from "./session.js";
import * as store from "./store.js";

const LOCK = "hangtag-station-queue";
const TAB = `hangtag-station-tab-${hangtag.newId()}`;
const IN_ONE = 100;
const KNOWN_IN_ONE = 500;
const DAY = 24 * 3600_000;
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
const OUTCOMES = ["done", "refused", "needs_input", "error"];
const ANSWERED = ["confirmed", "refused"];

export const customers = new Map();
export const sending = new Set();
const talk = new BroadcastChannel("hangtag-station");
const hooks = { changed() {}, answered() {}, state() {}, refusedTicket() {} };

let isRunning = false;
let isAskedAgain = false;
let failures = 0;
let notBefore = 0;
let timer = null;

// Hold the tab's name for its life: what waits for a customer's name in its memory waits for it.
navigator.locks.request(TAB, () => new Promise(() => {}));

export function listen(given) {
  Object.assign(hooks, given);
  talk.onmessage = () => hooks.changed();
}

function changed() {
  hooks.changed();
  talk.postMessage("changed");
}

const change = (id, values) => store.changeScans([id], (scan) => ({ ...scan, ...values }));

// Keep a scan; rejects when the device cannot (storage full). With a customer it waits for this tab.
export async function keep(scan, customer) {
  await store.keepScan(customer ? { ...scan, holder: TAB } : scan);
  if (customer) customers.set(scan.scan_id, customer);
  changed();
}

// Answer what the server asked; the completed scan goes under the same scan_id.
export async function answer(scan, facts, customer) {
  if (customer) customers.set(scan.scan_id, customer);
  await change(scan.scan_id, {
    body: { ...scan.body, ...facts },
    state: "captured",
    answer: null,
    holder: customer ? TAB : null,
  });
  changed();
  drain();
}

async function elsewhere() {
  const { held } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name).filter((name) => name !== TAB));
}

const bodyOf = (scan) => {
  const customer = customers.get(scan.scan_id);
  return customer ? { ...scan.body, customer } : scan.body;
};

// What of an answer stays: neither names nor prices are in it, and nothing else is wanted.
function keptOf(result) {
  const made = result.registration;
  const { no, piece_no, status } = made && typeof made === "object" ? made : { no: made };
  const { code, detail, field, by_hand } = result;
  return { code, detail, field, by_hand, no, piece_no: piece_no || result.piece_no, status };
}

const isWhole = (result) =>
  Boolean(result) &&
  OUTCOMES.includes(result.outcome) &&
  (result.outcome !== "done" || typeof (result.registration || {}).piece_no === "string");

function settled(scan, result) {
  const state = result.outcome === "done" ? "confirmed" : result.outcome;
  const isWithdrawn = scan.undo && state === "needs_input";
  return {
    ...scan,
    state: isWithdrawn ? "withdrawn" : state,
    answer: keptOf(result),
    answered_at: Date.now(),
    holder: null,
    restored: false,
  };
}

// Keep what the server answered, all of it in one transaction.
async function settle(results) {
  const answered = [];
  await store.changeScans([...results.keys()], (scan) => {
    const next = settled(scan, results.get(scan.scan_id));
    answered.push(next);
    return next;
  });
  for (const scan of answered) {
    customers.delete(scan.scan_id);
    hooks.answered(scan);
  }
}

async function latest(ticket) {
  const answer = await call("/api/v1/scans?limit=100", { ticket });
  return answer.kind === "ok" && Array.isArray(answer.body.items) ? answer.body.items : [];
}

// A scan with a customer may have been taken although its answer was lost: ask what became of it.
async function recovered(result, ticket) {
  const found = (await latest(ticket)).find((one) => one.scan_id === result.scan_id);
  const isSettled = found && (found.outcome === "refused" || Boolean(found.registration));
  return isSettled ? found : result;
}

// Return how many scans of the batch have no whole answer: those stay in the queue.
async function settleAll(chunk, results, ticket) {
  const whole = new Map();
  for (const { scan_id } of chunk) {
    const result = results.find((one) => one && one.scan_id === scan_id);
    if (!isWhole(result) || (result.outcome === "error" && result.status === 503)) continue;
    const isReused = result.code === "scan_id_reused";
    whole.set(scan_id, isReused ? await recovered(result, ticket) : result);
  }
  await settle(whole);
  return chunk.length - whole.size;
}

async function post(chunk, ticket) {
  const ids = chunk.map((scan) => scan.scan_id);
  await store.changeScans(ids, (scan) => ({ ...scan, tries: scan.tries + 1 }));
  for (const id of ids) sending.add(id);
  changed();
  const scans = chunk.map(bodyOf);
  const sent_at = new Date().toISOString();
  const answer = await call("/api/v1/scans/batch", { ticket, body: { scans, sent_at } });
  for (const id of ids) sending.delete(id);
  if (answer.kind !== "ok") changed();
  return answer;
}

// Return the scans that wait, each with the ticket that it goes with; those of nobody's are told.
async function waiting() {
  const other = await elsewhere();
  const ticketOf = await ticketing();
  const ready = [];
  const blocked = [];
  for (const scan of await store.scans()) {
    if (scan.state !== "captured" || (scan.holder && other.has(scan.holder))) continue;
    const ticket = ticketOf(scan);
    if (ticket) ready.push({ scan, ticket });
    else blocked.push(scan);
  }
  return { ready, blocked };
}

// Send what waits, batch by batch. Return what stopped it, or null.
async function sendAll() {
  let size = IN_ONE;
  for (;;) {
    const { ready, blocked } = await waiting();
    if (!ready.length) return blocked.length ? { kind: "login", blocked } : null;
    // What surely never left can still be withdrawn here.
    if (!navigator.onLine) return { kind: "offline" };
    const { ticket } = ready[0];
    const chunk = ready
      .filter((one) => one.ticket === ticket)
      .slice(0, size)
      .map((one) => one.scan);
    hooks.state({ kind: "sending" });
    const answer = await post(chunk, ticket);
    if (answer.kind === "ok") {
      const results = Array.isArray(answer.body.results) ? answer.body.results : [];
      const missing = await settleAll(chunk, results, ticket);
      changed();
      if (missing) return { kind: "down" };
    } else if (answer.kind === "login") await bury(ticket);
    else if (answer.kind !== "refused") return answer;
    else if (chunk.length > 1) size = 1;
    else {
      await settle(new Map([[chunk[0].scan_id, { ...answer.problem, outcome: "error" }]]));
      changed();
    }
  }
}

// Undo what was wished to be undone and is registered. Return what stopped it, or null.
async function undoAll() {
  const ticketOf = await ticketing();
  const blocked = [];
  for (const scan of await store.scans()) {
    if (scan.state !== "confirmed" || !scan.undo) continue;
    const ticket = ticketOf(scan);
    if (!ticket) {
      blocked.push(scan);
      continue;
    }
    const address = `/api/v1/scans/${scan.scan_id}/undo`;
    const answer = await call(address, { ticket, body: { action_id: scan.undo } });
    if (answer.kind === "ok" && answer.body.outcome === "undone") {
      await change(scan.scan_id, { state: "undone", undo: null, answered_at: Date.now() });
    } else if (answer.kind === "refused") {
      await change(scan.scan_id, { undo: null, undo_refused: answer.problem.detail || "" });
    } else if (answer.kind === "login") {
      await bury(ticket);
      blocked.push(scan);
    } else return answer.kind === "ok" ? { kind: "down" } : answer;
    changed();
  }
  return blocked.length ? { kind: "login", blocked } : null;
}

function pause(stopped) {
  failures += 1;
  const backOff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
  const wait = Math.max(stopped.wait || 0, backOff);
  const jittered = wait * (1 + Math.random() / 2);
  notBefore = stopped.wait ? Date.now() + stopped.wait : 0;
  window.clearTimeout(timer);
  timer = window.setTimeout(drain, jittered);
}

// Return what stopped sending and undoing. What waits for somebody's log-in stops nobody else's undo.
async function stoppedBy() {
  const unsent = await sendAll();
  if (unsent && unsent.kind !== "login") return unsent;
  const left = await undoAll();
  if (!unsent || !left) return unsent || left;
  return left.kind === "login" ? { kind: "login", blocked: [...unsent.blocked, ...left.blocked] } : left;
}

async function round() {
  const stopped = await stoppedBy();
  hooks.state(stopped || { kind: "online" });
  if (stopped && stopped.kind !== "login") {
    pause(stopped);
    return;
  }
  failures = 0;
  if (stopped) hooks.refusedTicket(stopped.blocked);
}

// Send what waits, now if nothing forbids it; the server's Retry-After does.
export async function drain() {
  isAskedAgain = true;
  if (isRunning) return;
  if (Date.now() < notBefore) return;
  isRunning = true;
  try {
    while (isAskedAgain && Date.now() >= notBefore) {
      isAskedAgain = false;
      await navigator.locks.request(LOCK, round);
    }
  } finally {
    isRunning = false;
  }
}

// Undo a scan: what was never sent is withdrawn here, what may have been sent is undone there.
export async function undo(id) {
  await navigator.locks.request(LOCK, () =>
    store.changeScans([id], (scan) => {
      const isHere = scan.state !== "confirmed" && !(scan.state === "captured" && scan.tries);
      return isHere
        ? { ...scan, state: "withdrawn", answered_at: Date.now() }
        : { ...scan, undo: scan.undo || hangtag.newId(), undo_refused: null };
    }),
  );
  customers.delete(id);
  changed();
  drain();
}

// What waits for an answer here may have been settled on the page of the late scans.
async function learnSettled() {
  const asking = (await store.scans()).filter((scan) => scan.state === "needs_input");
  const tickets = new Set(asking.map(await ticketing()));
  tickets.delete(null);
  for (const ticket of tickets) {
    for (const { scan_id, settlement, registration } of await latest(ticket)) {
      if (!settlement || !asking.some((scan) => scan.scan_id === scan_id)) continue;
      const { no, status } = registration || {};
      const state = registration ? "confirmed" : "withdrawn";
      await change(scan_id, { state, answer: { no, status }, answered_at: Date.now(), settled: true });
    }
  }
}

// A restored server may have lost what it answered: it is asked, and gets those again.
export async function askKnown() {
  await navigator.locks.request(LOCK, async () => {
    const groups = new Map();
    const ticketOf = await ticketing();
    for (const scan of await store.scans()) {
      const ticket = ANSWERED.includes(scan.state) && ticketOf(scan);
      if (ticket) groups.set(ticket, [...(groups.get(ticket) || []), scan.scan_id]);
    }
    for (const [ticket, ids] of groups) {
      for (let start = 0; start < ids.length; start += KNOWN_IN_ONE) {
        const scan_ids = ids.slice(start, start + KNOWN_IN_ONE);
        const answer = await call("/api/v1/scans/known", { ticket, body: { scan_ids } });
        if (answer.kind === "login") await bury(ticket);
        if (answer.kind !== "ok" || !Array.isArray(answer.body.missing)) break;
        const missing = answer.body.missing.filter((one) => scan_ids.includes(one));
        await store.changeScans(missing, (scan) => ({ ...scan, state: "captured", restored: true }));
      }
    }
    await learnSettled();
  });
  changed();
  drain();
}

// Answered scans stay for a day, so that a restored server can ask for them.
export async function forgetOld() {
  const gone = ["confirmed", "refused", "withdrawn", "undone"];
  const old = (await store.scans()).filter(
    (scan) => gone.includes(scan.state) && scan.answered_at < Date.now() - DAY,
  );
  if (old.length) await store.removeScans(old.map((scan) => scan.scan_id));
}
