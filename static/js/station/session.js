// Who scans. The log-in says it while there is a network; without one, the ticket of who was logged
// in last stands. A scan's author is its ticket's, never who happens to be logged in later.

import { call } from "./call.js";
import * as store from "./store.js";

const WHO = "hangtag.station";
const LEAVING = "hangtag.station.leaving";
const BLANK_TAGS = "hangtag.station.blank_tags";
const FRESH = 24 * 3600_000;

// The server alone says whether a ticket still stands: a device's clock may be years off.
const stands = (ticket) => !ticket.isDead;
const newestFirst = (one, other) => Date.parse(other.issued_at) - Date.parse(one.issued_at);

// Return who answers with which ticket a scan is sent: its own, else another of the same person at
// the same store, else none.
export async function ticketing() {
  const known = (await store.tickets()).filter(stands).sort(newestFirst);
  return (scan) => {
    const found =
      known.find((one) => one.ticket === scan.ticket) ||
      known.find((one) => one.login === scan.login && one.site.code === scan.site);
    return found ? found.ticket : null;
  };
}

export async function bury(text) {
  const found = (await store.tickets()).find((one) => one.ticket === text);
  if (found) await store.keepTicket({ ...found, isDead: true });
}

async function device() {
  const known = await store.fact("device");
  if (known) return known;
  const made = hangtag.newId();
  await store.keepFact("device", made);
  return made;
}

async function standing(login, site) {
  return (await store.tickets())
    .filter((one) => stands(one) && one.login === login && (!site || one.site.code === site))
    .sort(newestFirst)[0];
}

async function renewed(session) {
  const old = await standing(session.login, session.site.code);
  if (old && Date.parse(old.expires_at) > Date.parse(session.now) + FRESH) return { who: old };
  const answer = await call("/scan/ticket", { csrf: session.csrf, body: { device: await device() } });
  if (answer.kind === "refused" && answer.status === 403) return { state: "role" };
  if (answer.kind !== "ok" || typeof answer.body.ticket !== "string") {
    return old ? { who: old } : { state: "offline" };
  }
  const { ticket, login, name, site, issued_at, expires_at } = answer.body;
  const made = { ticket, login, name, site, issued_at, expires_at };
  await store.keepTicket(made);
  return { who: made };
}

async function last() {
  const login = localStorage.getItem(WHO);
  const who = login && (await standing(login));
  return { state: "offline", who: who || null };
}

// Return { state: in | login | role | offline, who }: `who` is a ticket, or null.
export async function ask() {
  const answer = await call("/scan/session");
  if (answer.kind === "login") {
    localStorage.removeItem(LEAVING);
    return { state: "login", who: null };
  }
  if (answer.kind === "refused" && answer.status === 403) return { state: "role", who: null };
  const session = answer.kind === "ok" ? answer.body : null;
  if (!session || typeof session.login !== "string" || !session.csrf) return last();
  if (localStorage.getItem(LEAVING) === session.login) return leave(session.csrf);
  const { state, who } = await renewed(session);
  if (!who) return { state, who: null };
  localStorage.setItem(WHO, who.login);
  localStorage.setItem(BLANK_TAGS, session.has_blank_tags ? "yes" : "");
  return { state: "in", who };
}

// Whether the store has blank repair tags, as the server said when it was last asked.
export const hasBlankTags = () => localStorage.getItem(BLANK_TAGS) === "yes";

// Log out: at once on this device, on the server as soon as it can be reached. The scans stay.
export async function logOut() {
  localStorage.setItem(LEAVING, localStorage.getItem(WHO) || "");
  localStorage.removeItem(WHO);
  return ask();
}

async function leave(csrf) {
  const address = document.body.dataset.logOut;
  const answer = await call(address, { csrf, method: "POST" });
  if (answer.kind === "portal") localStorage.removeItem(LEAVING);
  return { state: "login", who: null };
}
