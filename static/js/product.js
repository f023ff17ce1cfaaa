// The product panel of the scan page: a choice that stands for a code, and the search for the
// product of a garment without its tag.
"use strict";

(() => {
  const form = document.querySelector("[data-register]");
  if (!form) return;
  const code = form.elements.code;

  const use = (text) => {
    code.value = text;
    code.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // Only a customer's worn garment may come without its tag (rule 1.19).
  const chooseCustomers = () => {
    for (const one of form.elements.source) one.checked = one.value === "customer";
    form.elements.source[0].dispatchEvent(new Event("change", { bubbles: true }));
  };

  let isSought = false;
  form.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-use-code]");
    if (choice) {
      use(choice.dataset.useCode);
      code.focus();
    }
    isSought = event.target.closest(".no-tag") !== null;
    if (!isSought) return;
    use("");
    chooseCustomers();
  });
  form.addEventListener("htmx:afterSettle", () => {
    const find = form.querySelector("[data-find]");
    if (isSought && find) find.focus();
    isSought = false;
  });

  // Enter searches here; everywhere else on this page it goes on to the next step.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-find]")) return;
      event.preventDefault();
      event.stopPropagation();
      event.target.parentElement.querySelector("button").click();
    },
    true,
  );
})();
