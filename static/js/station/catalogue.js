// The products that the device knows, to show what was scanned without asking the server.

import { call } from "./call.js";
import * as store from "./store.js";
import { gtinOf, normal } from "./tag.js";

const SEPARATORS = /[\s\-_/.]/g;

const bare = (text) => text.toUpperCase().replace(SEPARATORS, "");

// Return the product that the server would name, as far as this device knows it.
export async function productOf(code) {
  const plain = normal(code);
  if (!plain) return null;
  const gtin = gtinOf(code);
  const found = gtin && (await store.productBy(gtin.replace(/^0/, "")));
  if (found) return found;
  const word = plain.replace(/[-_/ ]\d{4,16}$/, "");
  return (await store.productNamed(bare(plain))) || (await store.productNamed(bare(word))) || null;
}

const namedOf = ({ style_no, colour, size }) => bare(`${style_no}${colour}${size}`);

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
