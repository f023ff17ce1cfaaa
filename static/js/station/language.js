// The language of the station on this device: the worker holds the shell in each and gives the
// chosen one, with or without a network.

import { call } from "./call.js";

const CHOSEN = "/scan/language";
const cache = () => caches.open("hangtag-language");

const keep = async (language) => (await cache()).put(CHOSEN, new Response(language));

// The first language is the one in which the server gave the page.
export async function keepFirst() {
  const given = document.documentElement.lang.slice(0, 2);
  if (!(await (await cache()).match(CHOSEN))) await keep(given);
}

// The server's own pages follow where somebody is logged in and there is a network.
async function tellServer(address) {
  const { body } = await call("/scan/session");
  if (body && body.csrf) await call(address, { csrf: body.csrf, method: "POST" });
}

// `settle` puts what is half typed aside and says whether the page may be loaded anew.
export function offerLanguage(settle) {
  document.querySelector("[data-language]").addEventListener("click", async ({ currentTarget }) => {
    const { language, tell, shell } = currentTarget.dataset;
    if (!(await settle())) return;
    await keep(language);
    await tellServer(tell);
    if (navigator.serviceWorker.controller) window.location.reload();
    else window.location.assign(shell);
  });
}
