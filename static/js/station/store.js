// What the station keeps on the device: scans, tickets, products and a few facts. No prices, and of
// a customer neither name nor phone.

const NAME = "hangtag-station";
let opening = null;

function open() {
  if (opening) return opening;
  opening = new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("scans", { keyPath: "scan_id" });
      made.createObjectStore("tickets", { keyPath: "ticket" });
      made.createObjectStore("products", { keyPath: "barcode" }).createIndex("named", "named");
      made.createObjectStore("facts");
    };
    request.onsuccess = () => {
      const forget = () => {
        request.result.close();
        opening = null;
      };
      request.result.onversionchange = forget;
      request.result.onclose = forget;
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

// One transaction; done only when it lies on the disk. `work` returns what holds the result.
async function within(name, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    transaction.onabort = () => reject(transaction.error);
    const answer = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(answer.result);
  });
}

const all = (name) => within(name, "readonly", (store) => store.getAll());
const put = (name, value) => within(name, "readwrite", (store) => store.put(value));

export const scans = async () =>
  (await all("scans")).sort((one, other) => one.order - other.order);
export const keepScan = (scan) => put("scans", scan);
export const tickets = () => all("tickets");
export const keepTicket = (ticket) => put("tickets", ticket);
export const fact = (name) => within("facts", "readonly", (store) => store.get(name));
export const keepFact = (name, value) =>
  within("facts", "readwrite", (store) => store.put(value, name));
export const countProducts = () => within("products", "readonly", (store) => store.count());
export const productBy = (barcode) => within("products", "readonly", (store) => store.get(barcode));
export const productNamed = (named) =>
  within("products", "readonly", (store) => store.index("named").get(named));

export function keepProducts(products) {
  return within("products", "readwrite", (store) => {
    for (const product of products) store.put(product);
    return {};
  });
}

export function removeScans(ids) {
  return within("scans", "readwrite", (store) => {
    for (const id of ids) store.delete(id);
    return {};
  });
}

// Read, change and write in one transaction, so that two tabs never undo each other's change.
// `change` returns the new scan, or nothing where the old one stands.
export function changeScans(ids, change) {
  return within("scans", "readwrite", (store) => {
    for (const id of ids) {
      const found = store.get(id);
      found.onsuccess = () => {
        const next = found.result && change(found.result);
        if (next) store.put(next);
      };
    }
    return {};
  });
}
