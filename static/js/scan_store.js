// Scans on their way to the server, in the order in which they were made. They lie in IndexedDB
// before they are sent, so that a killed browser, a reload or a new log-in loses none.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const NAME = "hangtag.boxes";
  const spare = [];
  let spareOrder = 0;

  const opened = new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("scans", { keyPath: "order", autoIncrement: true });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });

  const run = (database, mode, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction("scans", mode, { durability: "strict" });
      const request = work(transaction.objectStore("scans"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });

  hangtag.scanStore = {
    // Whether scans outlive this page; a browser that keeps nothing still sends what it has.
    isLasting: async () => (await opened) !== null,

    add: async (scan) => {
      const database = await opened;
      if (database) return run(database, "readwrite", (scans) => scans.add(scan));
      spareOrder += 1;
      spare.push({ ...scan, order: spareOrder });
      return spareOrder;
    },

    all: async () => {
      const database = await opened;
      return database ? run(database, "readonly", (scans) => scans.getAll()) : [...spare];
    },

    // The first scan behind a place in the order, or undefined.
    after: async (order) => {
      const database = await opened;
      if (!database) return spare.find((scan) => scan.order > order);
      const behind = IDBKeyRange.lowerBound(order, true);
      const [scan] = await run(database, "readonly", (scans) => scans.getAll(behind, 1));
      return scan;
    },

    remove: async (order) => {
      const database = await opened;
      if (database) return run(database, "readwrite", (scans) => scans.delete(order));
      const at = spare.findIndex((scan) => scan.order === order);
      if (at >= 0) spare.splice(at, 1);
      return undefined;
    },
  };
})();
