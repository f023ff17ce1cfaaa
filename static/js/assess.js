// The intake's forms: a fact that differs says so at once; a verdict asks only what it needs.
"use strict";

(() => {
  const differs = (fact) => {
    const field = fact.querySelector("select, input");
    const typed = field.value.trim();
    if (!typed) return false;
    const registered = fact.dataset.registered;
    return field.tagName === "SELECT" ? typed !== registered : Number(typed) !== Number(registered);
  };

  for (const fact of document.querySelectorAll("[data-fact]")) {
    const mark = fact.querySelector("[data-differs]");
    const show = () => mark.classList.toggle("is-out", !differs(fact));
    fact.addEventListener("input", show);
    show();
  }

  for (const form of document.querySelectorAll("form[data-verdict]")) {
    const ask = () => {
      const chosen = form.querySelector('[name="outcome"]:checked');
      for (const part of form.querySelectorAll("[data-for]")) {
        const needed = chosen !== null && part.dataset.for.split(" ").includes(chosen.value);
        part.classList.toggle("is-out", !needed);
      }
    };
    form.addEventListener("change", ask);
    ask();
  }
})();
