// A form that prints into a tab of its own changes the page below it: back from there it is loaded
// anew.
"use strict";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-reloads]")) return;
  window.setTimeout(() => {
    window.addEventListener("focus", () => window.location.reload(), { once: true });
  });
});
