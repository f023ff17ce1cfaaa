// The station's service worker: it holds the files of one version, each proven by its digest, and
// gives them out without asking the network. A newer one waits until the page says so.
(() => {
  "use strict";

  const { version, index, files } = self.held;
  const CACHE = `hangtag-station-${version}`;

  const digest = async (bytes) => {
    const sum = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // A Wi-Fi's log-in page answers 200 to everything: only the bytes that the server named count.
  const fetchProven = async (address) => {
    const answer = await fetch(new Request(address, { cache: "reload" }));
    const found = await digest(await answer.clone().arrayBuffer());
    if (!answer.ok || found !== files[address]) throw new Error(`not ours: ${address}`);
    return answer;
  };

  const install = async () => {
    const answers = await Promise.all(
      Object.keys(files).map(async (address) => [address, await fetchProven(address)]),
    );
    const cache = await caches.open(CACHE);
    await Promise.all(answers.map(([address, answer]) => cache.put(address, answer)));
  };

  const clear = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("hangtag-station-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };

  // The shell comes in the language that its page chose on this device (language.js).
  const shell = async () => {
    const chosen = await caches.match(`${index}language`);
    return chosen ? `${index}${await chosen.text()}/` : null;
  };

  const give = async (request, path) => {
    const cache = await caches.open(CACHE);
    const address = path === index ? await shell() : path;
    return (address && (await cache.match(address))) || fetch(request);
  };

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(clear()));
  self.addEventListener("message", (event) => {
    if (event.data === "take over") self.skipWaiting();
  });
  self.addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    const isHeld = address.pathname === index || address.pathname in files;
    if (event.request.method === "GET" && isHeld && address.origin === self.location.origin) {
      event.respondWith(give(event.request, address.pathname));
    }
  });
})();
