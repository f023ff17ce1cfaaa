// Scans on their way to the server, in the order in which they were made, and refusals that their
// author has not read. They lie in IndexedDB before they are sent, so that a killed browser, a
// reload or a new log-in loses none.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const spare = [];
  let spareOrder = 0;

  // Return what opens a database of one store: at first null where this browser keeps nothing.
  // Chrome closes a database under a page (its folder cleared, a disk error): it is opened anew.
  const opener = (name, storeName, keys) => {
    let opening = null;
    let hasOpened = false;

    const connect = (resolve, reject) => {
      const fail = (error) => (hasOpened ? reject(error) : resolve(null));
      try {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(storeName, keys);
        request.onerror = () => fail(request.error);
        request.onsuccess = () => {
          const forget = () => {
            request.result.close();
            opening = null;
          };
          request.result.onclose = forget;
          request.result.onversionchange = forget;
          hasOpened = true;
          resolve(request.result);
        };
      } catch (error) {
        fail(error);
      }
    };

    return () => {
      if (opening) return opening;
      opening = new Promise(connect);
      opening.catch(() => {
        opening = null;
      });
      return opening;
    };
  };

  const run = (database, mode, work) =>
    new Promise((resolve, reject) => {
      const [name] = database.objectStoreNames;
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });

  const scans = opener("hangtag.boxes", "scans", { keyPath: "order", autoIncrement: true });

  hangtag.scanStore = {
    // Whether scans outlive this page; a browser that keeps nothing still sends what it has.
    isLasting: async () => (await scans()) !== null,

    // Rejects where the device cannot keep the scan: its storage is full, or broken.
    add: async (scan) => {
      const database = await scans();
      if (database) return run(database, "readwrite", (store) => store.add(scan));
      spareOrder += 1;
      spare.push({ ...scan, order: spareOrder });
      return spareOrder;
    },

    all: async () => {
      const database = await scans();
      return database ? run(database, "readonly", (store) => store.getAll()) : [...spare];
    },

    // The first scan behind a place in the order, or undefined.
    after: async (order) => {
      const database = await scans();
      if (!database) return spare.find((scan) => scan.order > order);
      const behind = IDBKeyRange.lowerBound(order, true);
      const [scan] = await run(database, "readonly", (store) => store.getAll(behind, 1));
      return scan;
    },

    remove: async (order) => {
      const database = await scans();
      if (database) return run(database, "readwrite", (store) => store.delete(order));
      const at = spare.findIndex((scan) => scan.order === order);
      if (at >= 0) spare.splice(at, 1);
      return undefined;
    },
  };

  // A database of its own: a page of an earlier version, open in another tab, would forbid a second
  // store in the one of the scans.
  const refusals = opener("hangtag.refusals", "refusals", { keyPath: "id" });
  const untold = new Map();

  hangtag.refusalStore = {
    // Never rejects: what the device cannot keep, this page shows as long as it is open.
    keep: async (refusal) => {
      try {
        await run(await refusals(), "readwrite", (store) => store.put(refusal));
      } catch {
        untold.set(refusal.id, refusal);
      }
    },

    all: async () => {
      try {
        const kept = await run(await refusals(), "readonly", (store) => store.getAll());
        return [...kept, ...untold.values()];
      } catch {
        return [...untold.values()];
      }
    },

    remove: async (id) => {
      untold.delete(id);
      try {
        await run(await refusals(), "readwrite", (store) => store.delete(id));
      } catch {
        // It is shown once more.
      }
    },
  };
})();
