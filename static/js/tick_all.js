// One box ticks all boxes of a list; it shows when only some are ticked.
"use strict";

(() => {
  for (const master of document.querySelectorAll("[data-tick-all]")) {
    const form = master.form;
    const boxes = [...form.querySelectorAll(`input[name="${master.dataset.tickAll}"]`)];
    const follow = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      master.checked = ticked > 0 && ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    master.addEventListener("change", () => {
      for (const box of boxes) box.checked = master.checked;
      form.dispatchEvent(new Event("change", { bubbles: true }));
    });
    form.addEventListener("change", follow);
    follow();
  }
})();
