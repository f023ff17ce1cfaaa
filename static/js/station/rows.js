// The scans of this device as rows: captured, sent, confirmed; what the server asks is answered here.

import { icon, make, say } from "./words.js";

const SHOWN = 50;
const OPEN = ["captured", "needs_input", "error", "half_typed"];
const LOOKS = {
  captured: ["scan-waiting", "cloud-slash", "captured"],
  sent: ["scan-waiting", "arrow-repeat", "sent"],
  confirmed: ["scan-done", "check-circle-fill", "confirmed"],
  needs_input: ["scan-asks", "question-circle-fill", "needs_input"],
  half_typed: ["scan-asks", "pencil-square", "needs_input"],
  refused: ["scan-refused", "x-octagon-fill", "refused"],
  error: ["scan-refused", "exclamation-triangle-fill", "error"],
  withdrawn: ["scan-gone", "arrow-counterclockwise", "withdrawn"],
  undone: ["scan-gone", "arrow-counterclockwise", "undone"],
};

const { dataset } = document.body;
const list = document.querySelector(".station-list");
const drawn = new Map();

const link = (address, text, sign) =>
  make("a", { class: "btn btn-outline-primary btn-sm", href: address, target: "_blank", rel: "noopener", "data-online": "" }, icon(sign), ` ${text}`);

export const button = (action, text, key) =>
  make("button", { class: "btn btn-outline-primary btn-sm", type: "button", "data-do": action },
    key && make("kbd", { "aria-hidden": "true", text: key }), key ? " " : "", text);

function field(name, id, type) {
  const made = make("input", { class: "form-control", id, name, type, autocomplete: "off", maxlength: "40" });
  return make("div", {}, make("label", { class: "form-label", for: id, text: say(name) }), made);
}

// The customer's name and phone: sent from here, never kept.
function customerFields(scan) {
  const form = make("form", { class: "row-customer", "data-customer-of": scan.scan_id },
    field("customer_name", `name-${scan.scan_id}`, "text"),
    field("customer_phone", `phone-${scan.scan_id}`, "tel"),
    make("button", { class: "btn btn-primary btn-sm", type: "submit", text: say("send") }));
  return form;
}

export const asksSame = (scan) => scan.state === "needs_input" && scan.answer.code === "same_sku_again";
const asksCustomer = (scan) => scan.state === "needs_input" && scan.answer.field === "customer";

function sentenceOf(scan, look, name) {
  const { answer } = scan;
  if (scan.undo) return say("undoing");
  if (scan.undo_refused) return scan.undo_refused;
  if (scan.state === "half_typed") return say("half_typed");
  if (asksCustomer(scan)) return say("customer_asked");
  if (scan.restored) return say("restored");
  if (look === "captured" || look === "sent") return say(`${look}_next`);
  if (answer && answer.detail) return answer.detail;
  return name || "";
}

function doorsOf(scan, isLast) {
  const { answer, state } = scan;
  const doors = [];
  if (state === "confirmed" && answer.piece_no) {
    doors.push(link(dataset.tag.replace("NO", answer.no), say("print"), "printer"));
    if (scan.body.source === "customer") {
      doors.push(link(dataset.slip.replace("NO", answer.no), say("slip"), "receipt"));
    }
  }
  if (asksSame(scan)) doors.push(button("another", say("another"), "1"), button("same", say("same"), "2"));
  else if (asksCustomer(scan)) doors.push(customerFields(scan));
  else if (["needs_input", "half_typed", "error"].includes(state)) doors.push(button("complete", say("complete")));
  if (answer && answer.no && state !== "undone") {
    doors.push(link(dataset.registration.replace("NO", answer.no), say("open", { 1: answer.no }), "journal-text"));
  }
  if (state === "error") {
    doors.push(button("again", say("again")));
    doors.push(link(`${dataset.byHand}?code=${encodeURIComponent(scan.code)}`, say("by_hand"), "pencil-square"));
  }
  const isUndoable = isLast && ["captured", "confirmed"].includes(state) && !scan.undo && !scan.settled;
  if (isUndoable || ["needs_input", "half_typed", "error"].includes(state)) doors.push(button("undo", say("undo")));
  return doors;
}

function draw(scan, { isLast, isSending, name, reader }) {
  const look = isSending ? "sent" : scan.state;
  const [tone, sign, word] = LOOKS[look];
  const piece = scan.state === "confirmed" ? scan.answer.piece_no : "";
  const row = make("li", {
    class: `scan-row ${tone}`,
    "data-scan": scan.scan_id,
    "data-state": look,
    "data-code": (scan.answer && scan.answer.code) || undefined,
  });
  row.append(
    icon(sign),
    make("strong", { class: "scan-word", text: say(word) }),
    make("span", { class: "scan-code", text: scan.code || say("by_hand") }),
  );
  if (piece) row.append(make("strong", { class: "row-piece code", text: piece }));
  row.append(make("span", { class: "scan-sentence", text: sentenceOf(scan, look, name) }));
  if (scan.login !== reader) {
    row.append(make("small", { class: "under", text: say("by_whom", { 1: scan.name }) }));
  }
  const doors = doorsOf(scan, isLast);
  if (doors.length) row.append(make("div", { class: "row-doors" }, ...doors));
  return row;
}

// Show the scans, newest first; a row that did not change keeps its place and its cursor.
export function show(scans, { sending, names, reader }) {
  const newest = [...scans].reverse();
  const last = newest.find((scan) => scan.login === reader && !["withdrawn", "undone"].includes(scan.state));
  const wanted = newest.filter((scan, at) => at < SHOWN || OPEN.includes(scan.state));
  const rows = wanted.map((scan) => {
    const more = {
      isLast: scan === last,
      isSending: sending.has(scan.scan_id) && scan.state === "captured",
      name: names.get(scan.scan_id),
      reader,
    };
    const signature = JSON.stringify([scan, more]);
    const old = drawn.get(scan.scan_id);
    if (old && old.signature === signature) return old.row;
    const row = draw(scan, more);
    drawn.set(scan.scan_id, { row, signature });
    if (old) old.row.replaceWith(row);
    return row;
  });
  for (const [at, row] of rows.entries()) {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] || null);
  }
  while (list.children.length > rows.length) list.lastElementChild.remove();
}

// Put the cursor on a question where nothing is half typed; its keys answer it.
export function focusQuestion(id) {
  const row = drawn.get(id) && drawn.get(id).row;
  const first = row && row.querySelector("[data-do=another], input");
  if (first) first.focus();
}
