// A button that copies a field; where the browser does not let it, the field is selected to be copied by hand.
"use strict";

(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      let isCopied = false;
      try {
        await navigator.clipboard.writeText(field.value);
        isCopied = true;
      } catch {
        isCopied = document.execCommand("copy");
      }
      if (isCopied) button.querySelector("[aria-live]").textContent = button.dataset.copied;
    });
  }
})();
