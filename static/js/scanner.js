// The scanner's test: what was typed, from key to key, goes to the server, which says what it is. A
// code that no key ends is read after a pause.
"use strict";

(() => {
  const PAUSE = 400;
  const form = document.querySelector("[data-scanner]");
  const field = form.elements.typed;
  let typed = { gaps: [], at: 0, isComposed: false, controls: [] };
  let timer = 0;

  const tell = (ended) => {
    window.clearTimeout(timer);
    if (!field.value && !typed.controls.length) return;
    htmx.ajax("GET", form.dataset.scanner, {
      target: "#reading",
      swap: "innerHTML",
      values: {
        typed: typed.controls.join("") + field.value,
        gaps: typed.gaps.join(","),
        ended,
        composed: typed.isComposed ? "1" : "0",
      },
    });
    field.value = "";
    typed = { gaps: [], at: 0, isComposed: false, controls: [] };
  };

  const CONTROLS = { Escape: "\x1b", "]": "\x1d", b: "\x02", c: "\x03" };
  field.addEventListener("keydown", (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    typed.isComposed = typed.isComposed || isComposing;
    if (!isComposing && (event.key === "Enter" || (event.key === "Tab" && field.value))) {
      event.preventDefault();
      tell(event.key);
      return;
    }
    // A scanner sends a control character as Ctrl and a letter, or as Escape.
    const control = event.ctrlKey || event.key === "Escape" ? CONTROLS[event.key] : undefined;
    if (control && !(event.ctrlKey && "bc".includes(event.key) && !typed.at)) {
      event.preventDefault();
      typed.controls.push(control);
    }
    if (event.key.length !== 1 && !isComposing) return;
    if (typed.at) typed.gaps.push(Math.round(event.timeStamp - typed.at));
    typed.at = event.timeStamp;
  });
  field.addEventListener("compositionstart", () => {
    typed.isComposed = true;
  });
  field.addEventListener("input", (event) => {
    window.clearTimeout(timer);
    if (!event.isComposing) timer = window.setTimeout(() => tell(""), PAUSE);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("hangtag:use-code", (event) => {
    event.preventDefault();
    field.focus();
  });
  field.focus();
})();
