// The scan page by keyboard: Enter after a scan shows the product and goes on, each choice has its
// key, Enter at the last step registers. A scan that lands outside the code field is put back there.
// The scan station shares it: it looks products up by itself ("hangtag:look-up") and takes a scan
// that comes before the one in work is complete ("hangtag:overtaken").
"use strict";

(() => {
  const form = document.querySelector("[data-register]");
  if (!form) return;
  const code = form.elements.code;
  const year = form.elements.production_year;
  const tag = form.elements.repair_tag;
  const panel = document.getElementById("product");
  const customer = form.querySelector("[data-customer]");
  const ask = document.querySelector("[data-ask]");
  let shown = code.value.trim();
  let isYearOwn = year.value !== "";

  const isCustomers = () => form.elements.source.value === "customer";
  const steps = () =>
    [...form.querySelectorAll("[data-step]")].filter((step) => step !== customer || isCustomers());
  const enter = (step) => {
    const target =
      step.querySelector("input[type=radio]:checked") ||
      step.querySelector("input:not([type=hidden]), select, textarea");
    if (!target) return;
    target.focus();
    step.scrollIntoView({ block: "nearest" });
  };
  const goOn = (step) => {
    const all = steps();
    const next = all[all.indexOf(step) + 1];
    if (next) enter(next);
  };

  // The fabric maker's card is asked for where the product is of its fabric, or a number stands there.
  const gore = form.querySelector("[data-gore]");
  const isGore = (product) =>
    form.elements.gore_card_no.value !== "" || (product !== null && product.dataset.fabric === "gore_tex");

  const propose = () => {
    const product = panel.querySelector("[data-year]");
    if (product && !isYearOwn) year.value = product.dataset.year;
    if (gore) gore.classList.toggle("is-out", !isGore(product));
    if (!panel.querySelector("[data-refused]")) return;
    code.focus();
    code.select();
  };
  const lookUp = () => {
    const scanned = code.value.trim();
    if (scanned === shown) return;
    shown = scanned;
    if (!scanned) return;
    const old = form.querySelector("#code-error");
    if (old) old.remove();
    code.classList.remove("is-invalid");
    if (form.dataset.station !== undefined) {
      panel.dispatchEvent(new CustomEvent("hangtag:look-up", { bubbles: true, detail: scanned }));
      return;
    }
    htmx.ajax("GET", form.dataset.product, { target: panel, swap: "innerHTML", values: { code: scanned } });
  };
  panel.addEventListener("htmx:afterSwap", propose);
  panel.addEventListener("hangtag:product", propose);
  code.addEventListener("change", lookUp);
  year.addEventListener("input", () => {
    isYearOwn = true;
  });

  // On a phone an answered list folds to its answer and the next step comes up; a tap opens it again.
  const isPhone = window.matchMedia("(max-width: 767.98px)");
  const fold = (step) => step.classList.toggle("is-answered", step.querySelector("input:checked") !== null);
  for (const step of form.querySelectorAll("[data-keys]")) {
    fold(step);
    step.addEventListener("click", (event) => {
      const label = event.target.closest("label");
      if (!label || !isPhone.matches) return;
      if (step.classList.contains("is-answered")) {
        event.preventDefault();
        step.classList.remove("is-answered");
      } else if (label.control.checked) fold(step);
    });
    step.addEventListener("change", () => {
      fold(step);
      const next = steps()[steps().indexOf(step) + 1];
      if (next && isPhone.matches) next.scrollIntoView({ block: "nearest" });
    });
  }

  const showCustomer = () => customer.classList.toggle("is-out", !isCustomers());
  form.addEventListener("change", (event) => {
    if (event.target.name === "source") showCustomer();
  });

  // What a scanner typed into the choices (wedge.js took it back) is the code of the next garment.
  document.addEventListener("hangtag:use-code", (event) => {
    event.preventDefault();
    form.querySelectorAll("[data-keys]").forEach(fold);
    if (code.value.trim() && code.value.trim() !== event.detail.code) {
      form.dispatchEvent(new CustomEvent("hangtag:overtaken", { bubbles: true }));
    }
    code.value = event.detail.code;
    showCustomer();
    lookUp();
    enter(form.querySelector("[data-keys]"));
  });

  const choose = (event, step) => {
    const key = event.key.toUpperCase();
    const choice = step.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    fold(step);
    goOn(step);
  };
  const change = (event, step) => {
    const both = [...step.querySelectorAll(`input[data-flag="${CSS.escape(event.key)}"]`)];
    if (!both.length || !event.target.matches("input[type=radio], button")) return;
    event.preventDefault();
    const other = both.find((one) => !one.checked);
    other.checked = true;
    other.focus();
  };

  const pressEnter = (event, step) => {
    if (event.target.matches("textarea, button")) return;
    const all = steps();
    if (step === all[all.length - 1]) return;
    event.preventDefault();
    if (step.contains(code)) lookUp();
    const fields = [...step.querySelectorAll("input:not([type=radio]):not([type=hidden]), select")].filter(
      (field) => field.offsetParent !== null,
    );
    const next = fields[fields.indexOf(event.target) + 1];
    if (next) next.focus();
    else goOn(step);
  };

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const step = event.target.closest("[data-step]");
    if (event.key === "Enter") {
      if (step) pressEnter(event, step);
      return;
    }
    if (event.key.length !== 1 || event.target === code) return;
    if (!step) return;
    // The number on a blank tag begins with P: on the empty field any other key is a choice already.
    if (event.target === tag && !tag.value && event.key.toUpperCase() !== "P") {
      choose(event, form.querySelector("[data-keys]"));
    }
    if (step.matches("[data-keys]")) choose(event, step);
    else if (step.matches("[data-flags]")) change(event, step);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "F2") {
      event.preventDefault();
      const other = [...form.elements.source].find((one) => !one.checked);
      other.checked = true;
      showCustomer();
    }
    const isFree = !event.target.closest("input, select, textarea, button, a, summary");
    const isTyped = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!ask && isFree && isTyped) code.focus();
    if (ask && (event.key === "1" || event.key === "2") && !event.target.closest("form")) {
      event.preventDefault();
      ask.querySelectorAll("button")[Number(event.key) - 1].click();
    }
  });

  form.addEventListener("reset", () => {
    shown = "";
    isYearOwn = false;
    panel.replaceChildren();
    window.setTimeout(() => {
      form.querySelectorAll("[data-keys]").forEach(fold);
      showCustomer();
      propose();
    });
  });

  showCustomer();
  propose();
  if (ask) ask.querySelector("button").focus();
  else if (document.activeElement === document.body) code.focus();
})();
