// The form of one garment: what it says, what it lacks, and how a kept scan comes back into it.

import { make, icon, say } from "./words.js";

const TEXTS = ["source", "defect", "position", "cause", "purchased_on", "receipt_no", "demand",
  "promised_on", "gore_card_no", "note", "repair_tag"];
const OF_CUSTOMER = ["purchased_on", "receipt_no", "demand", "promised_on", "gore_card_no"];
const FLAGS = ["tag_intact", "accessories_intact", "number_intact"];
const MANUAL = ["style_no", "colour", "size", "supplier"];

const form = document.getElementById("register");
const valueOf = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
const areaOf = (text) => Number(text.normalize("NFKC").replace(",", "."));

function manualOf() {
  const manual = Object.fromEntries(MANUAL.map((name) => [name, valueOf(`manual_${name}`)]));
  return Object.values(manual).some(Boolean) ? manual : null;
}

// Return { body, customer }: the customer's name and phone stand apart, they are never kept.
export function read() {
  const isCustomers = valueOf("source") === "customer";
  const body = { code: form.elements.code.value };
  for (const name of TEXTS) {
    const isMeant = isCustomers || !OF_CUSTOMER.includes(name);
    if (isMeant && valueOf(name)) body[name] = valueOf(name);
  }
  if (isCustomers && form.elements.sold_as_imperfect.checked) body.sold_as_imperfect = true;
  for (const name of FLAGS) body[name] = valueOf(name) === "yes";
  if (areaOf(valueOf("area_mm2")) > 0) body.area_cm2 = areaOf(valueOf("area_mm2"));
  const year = Number(valueOf("production_year").normalize("NFKC"));
  if (Number.isInteger(year) && year > 0) body.production_year = year;
  const manual = manualOf();
  if (manual) body.manual = manual;
  const name = valueOf("customer_name");
  const phone = valueOf("customer_phone");
  return { body, customer: isCustomers && name && phone ? { name, phone } : null };
}

export function isHalfTyped() {
  const chosen = form.querySelector("[data-keys] input:checked");
  return Boolean(chosen || valueOf("code") || valueOf("area_mm2") || manualOf());
}

function lackOf(body) {
  if (!body.code.trim() && !body.manual) return ["code", "need_code"];
  if (body.manual && !MANUAL.every((name) => body.manual[name])) return ["manual_style_no", "need_by_hand"];
  for (const name of ["defect", "position"]) if (!body[name]) return [name, `need_${name}`];
  if (!body.area_cm2) return ["area_mm2", "need_area"];
  if (!body.cause) return ["cause", "need_cause"];
  if (body.source === "customer") {
    if (!body.purchased_on) return ["purchased_on", "need_purchased_on"];
    if (!body.receipt_no && body.code.trim()) return ["receipt_no", "need_receipt_no"];
  }
  return null;
}

export function clearFaults() {
  for (const one of form.querySelectorAll("[data-fault]")) one.remove();
  for (const one of form.querySelectorAll("[aria-invalid]")) {
    one.removeAttribute("aria-invalid");
    one.removeAttribute("aria-describedby");
    one.classList.remove("is-invalid");
  }
}

// Say a fault at the field that it is of, and put the cursor there.
export function showFault(name, sentence) {
  clearFaults();
  const given = form.elements[name] || form.elements.code;
  const field = given.length && !given.options ? given[0] : given;
  const folded = field.closest("details");
  if (folded) folded.open = true;
  const id = `${name}-fault`;
  const fault = make("div", { class: "invalid-feedback d-block", id, "data-fault": "" });
  fault.append(icon("x-octagon-fill"), ` ${sentence}`);
  (field.closest("fieldset, .mb-3, .field-row") || field.parentElement).append(fault);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  if (field.type !== "radio") field.classList.add("is-invalid");
  field.focus();
}

// Return whether everything that every garment must have is there; else say the first that is not.
export function isComplete(body) {
  const lack = lackOf(body);
  if (lack) showFault(lack[0], say(lack[1]));
  return !lack;
}

const set = (name, value) => {
  const field = form.elements[name];
  if (!field || value === undefined || value === null) return;
  if (field.type === "checkbox") field.checked = Boolean(value);
  else field.value = value;
};

// Bring a kept scan back into the form.
export function write(body) {
  form.reset();
  set("code", body.code);
  for (const name of TEXTS) set(name, body[name]);
  for (const name of FLAGS) set(name, body[name] ? "yes" : "no");
  set("sold_as_imperfect", body.sold_as_imperfect);
  set("area_mm2", body.area_cm2);
  set("production_year", body.production_year);
  for (const [name, value] of Object.entries(body.manual || {})) set(`manual_${name}`, value);
}

// Where the sentence of a server's field stands in this form.
export const fieldOf = (name) => {
  const known = { area_cm2: "area_mm2", customer: "customer_name" };
  return (known[name] || name || "code").replace(".", "_");
};

export function offerSuppliers(items) {
  const select = form.elements.manual_supplier;
  const chosen = select.value;
  select.replaceChildren(select.options[0]);
  for (const { code, name } of items || []) {
    select.append(make("option", { value: code, text: `${code} ${name}` }));
  }
  select.value = chosen;
}
