// The products that the device knows, to show what was scanned without asking the server.

import { call } from "./call.js";
import * as store from "./store.js";

const SEPARATORS = /[\s\-_/.]/g;

// What scanners and Chinese input methods put around a code is taken off; the raw code is sent.
export const normal = (code) =>
  code
    .normalize("NFKC")
    .replace(/^\][A-Za-z]\d/, "")
    .replace(/[\u0000-\u001c\u001e\u001f\u200b-\u200d\ufeff]/g, "")
    .trim();

export function hasBadDigit(code) {
  const digits = normal(code);
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = [...digits].reduce((so, digit, at) => so + Number(digit) * (at % 2 ? 3 : 1), 0);
  return sum % 10 !== 0;
}

function barcodeOf(code) {
  const gtin = /^\(?01\)?(\d{14})/.exec(code) || /\/01\/(\d{14})/.exec(code) || /^(0\d{13})$/.exec(code);
  if (gtin) return gtin[1].replace(/^0/, "");
  return /^\d{12}$/.test(code) ? `0${code}` : code;
}

export async function productOf(code) {
  const plain = normal(code);
  if (!plain) return null;
  const found = await store.productBy(barcodeOf(plain));
  return found || (await store.productNamed(plain.toUpperCase().replace(SEPARATORS, ""))) || null;
}

const namedOf = ({ style_no, colour, size }) =>
  `${style_no}${colour}${size}`.toUpperCase().replace(SEPARATORS, "");

const kept = (item) => ({
  barcode: item.barcode || namedOf(item),
  style_no: item.style_no,
  name: item.name,
  colour: item.colour,
  size: item.size,
  fabric: item.fabric,
  production_year: item.production_year,
  named: namedOf(item),
});

// Bring the catalogue where the server has another; what was torn is fetched anew the next time.
export async function bring(ticket) {
  const since = (await store.fact("catalogue")) || "";
  let version = null;
  let cursor = null;
  do {
    const asked = new URLSearchParams(cursor ? { cursor } : { since });
    const answer = await call(`/api/v1/scans/catalogue?${asked}`, { ticket });
    if (answer.kind !== "ok" || !Array.isArray(answer.body.items)) return;
    await store.keepProducts(answer.body.items.map(kept));
    version = cursor ? version : String(answer.body.version);
    cursor = answer.body.next;
  } while (cursor);
  await store.keepFact("catalogue", version);
}

export async function bringSuppliers(address) {
  const answer = await call(address);
  if (answer.kind === "ok" && Array.isArray(answer.body.items)) {
    await store.keepFact("suppliers", answer.body.items);
  }
}
