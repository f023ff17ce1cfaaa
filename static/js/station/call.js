// One call of the server and what came of it. Only JSON of ours counts as an answer: a Wi-Fi's
// log-in page, a broken gateway and a torn answer are told apart from it.

const PATIENCE = 30_000;

const isJson = (answer) => /^application\/(problem\+)?json\b/.test(answer.headers.get("Content-Type") || "");

// Seconds, or a date.
function waitOf(answer) {
  const said = answer.headers.get("Retry-After") || "";
  const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    return null;
  }
}

async function judge(answer) {
  if (answer.type === "opaqueredirect") return { kind: "portal" };
  if (answer.status === 429 || answer.status === 503) return { kind: "busy", wait: waitOf(answer) };
  if (answer.status >= 500) return { kind: "down" };
  const body = isJson(answer) ? await read(answer) : null;
  const isObject = body !== null && typeof body === "object" && !Array.isArray(body);
  if (answer.ok) return isObject ? { kind: "ok", body } : { kind: "portal" };
  if (!isObject) return { kind: "portal" };
  if (answer.status === 401) return { kind: "login" };
  return { kind: "refused", status: answer.status, problem: body };
}

// Return { kind: ok | offline | portal | busy | down | login | refused, … }; never throws.
export async function call(address, { ticket, csrf, body, method } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (ticket) headers.Authorization = `Bearer ${ticket}`;
  if (csrf) headers["X-CSRFToken"] = csrf;
  if (body) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(address, {
      method: method || (body ? "POST" : "GET"),
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: ticket ? "omit" : "same-origin",
      redirect: "manual",
      signal: stop.signal,
    });
    return await judge(answer);
  } catch {
    return { kind: "offline" };
  } finally {
    window.clearTimeout(timer);
  }
}
