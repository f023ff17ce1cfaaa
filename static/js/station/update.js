// A new version of the station waits until nothing is half typed and somebody wants it.

const EVERY = 2_000;

// `isFree` says whether the page may be loaded anew.
export async function watchWorker(isFree) {
  const bar = document.querySelector("[data-bar=update]");
  const workers = navigator.serviceWorker;
  const { worker } = document.body.dataset;
  let isHeld = Boolean(workers.controller);
  let isWanted = false;
  let registration = null;
  try {
    registration = await workers.register(worker, { scope: "/scan/", updateViaCache: "none" });
  } catch {
    return;
  }
  const offer = () => {
    const isNewer = registration.waiting && registration.active;
    bar.hidden = !((isNewer || bar.dataset.ready) && isFree());
  };
  window.setInterval(offer, EVERY);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming.addEventListener("statechange", offer);
  });
  bar.querySelector("[data-update]").addEventListener("click", () => {
    isWanted = true;
    if (registration.waiting) registration.waiting.postMessage("take over");
    else window.location.reload();
  });
  // Another tab may have let the new one in: this one says so instead of throwing typed text away.
  workers.addEventListener("controllerchange", () => {
    if (isWanted) window.location.reload();
    else if (isHeld) bar.dataset.ready = "yes";
    isHeld = true;
  });
  offer();
  await workers.ready;
  document.querySelector("[data-held]").hidden = false;
}
