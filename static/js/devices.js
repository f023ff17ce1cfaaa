// Which of the devices that may send scans is this one: the station keeps its name in the browser.

import { fact } from "./station/store.js";

const device = await fact("device");
for (const row of document.querySelectorAll("[data-device]")) {
  row.querySelector("[data-this-device]").hidden = row.dataset.device !== device;
}
