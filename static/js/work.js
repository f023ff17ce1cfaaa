// The work entry and the running clock: rows that grow, minutes and prices of the catalogue, and
// the minutes that the scans measured. What somebody typed himself is never written over.
"use strict";

(() => {
  const TICK = 1000;
  const yuan = (value) => (value / 100).toFixed(2);

  const offerOf = (input) => {
    const typed = input.value.trim();
    const list = input.list;
    if (!list || !typed) return null;
    const options = Array.from(list.options);
    return (
      options.find((option) => option.value === typed) ||
      options.find((option) => option.dataset.code === typed.toUpperCase()) ||
      null
    );
  };

  const rowsOf = (form, kind) =>
    Array.from(form.querySelectorAll(`[data-work-rows="${kind}"] .work-row`));
  const cell = (row, name) => row.querySelector(`input[name="${name}"]`);
  const isFree = (input) => !input.value.trim() || "offered" in input.dataset;
  const offer = (input, value) => {
    if (!isFree(input)) return;
    input.value = value;
    input.dataset.offered = "";
  };

  const priceLabour = (form) => {
    const labour = form.querySelector('input[name="labour_fen"]');
    const known = rowsOf(form, "operation").map((row) => offerOf(cell(row, "operation")));
    const sum = known.reduce((total, option) => total + (option ? Number(option.dataset.fen) : 0), 0);
    if (labour && known.some(Boolean)) offer(labour, yuan(sum));
  };

  const choose = (row, kind) => {
    const input = cell(row, kind);
    const option = offerOf(input);
    if (!option) return;
    input.value = option.value;
    if (kind === "operation") {
      offer(cell(row, "minutes"), option.dataset.minutes);
    } else {
      offer(cell(row, "quantity"), "1");
      const quantity = Number(cell(row, "quantity").value) || 1;
      offer(cell(row, "cost_fen"), yuan(quantity * Number(option.dataset.fen)));
    }
  };

  // Measured minutes are spread over the rows by their standards; the remainder goes to the first.
  const spread = (form, total) => {
    const rows = rowsOf(form, "operation").filter((row) => cell(row, "operation").value.trim());
    const into = rows.length ? rows : rowsOf(form, "operation").slice(0, 1);
    const weights = into.map((row) => Number((offerOf(cell(row, "operation")) || { dataset: {} }).dataset.minutes) || 1);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = weights.map((weight) => Math.floor((total * weight) / whole));
    shares[0] += total - shares.reduce((sum, share) => sum + share, 0);
    into.forEach((row, index) => {
      const minutes = cell(row, "minutes");
      minutes.value = String(shares[index]);
      delete minutes.dataset.offered;
    });
  };

  const grow = (rows) => {
    const last = Array.from(rows.querySelectorAll(".work-row")).pop();
    const fresh = last.cloneNode(true);
    for (const input of fresh.querySelectorAll("input")) {
      const label = fresh.querySelector(`label[for="${input.id}"]`);
      input.value = "";
      delete input.dataset.offered;
      input.id = `${input.id}x`;
      input.removeAttribute("aria-invalid");
      if (label) label.htmlFor = input.id;
    }
    last.after(fresh);
    fresh.querySelector("input").focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-more], [data-remove], [data-use-measured]");
    if (!button) return;
    const form = button.form;
    if ("more" in button.dataset) return grow(button.closest("[data-work-rows]"));
    if ("useMeasured" in button.dataset) {
      return spread(form, Number(button.closest("[data-measured]").dataset.measured));
    }
    const rows = button.closest("[data-work-rows]");
    if (rows.querySelectorAll(".work-row").length > 1) button.closest(".work-row").remove();
    rows.querySelector("input").focus();
    priceLabour(form);
  });

  document.addEventListener("input", (event) => {
    const rows = event.target.closest("[data-work-rows]");
    const form = event.target.form;
    delete event.target.dataset.offered;
    if (rows) {
      const row = event.target.closest(".work-row");
      const kind = rows.dataset.workRows;
      if (event.target.name === kind || event.target.name === "quantity") {
        if (offerOf(cell(row, kind)) && event.inputType !== "insertText") choose(row, kind);
        if (event.target.name === "quantity") choose(row, kind);
      }
      if (kind === "operation") priceLabour(form);
    }
  });

  document.addEventListener("change", (event) => {
    const rows = event.target.closest("[data-work-rows]");
    if (!rows || event.target.name !== rows.dataset.workRows) return;
    choose(event.target.closest(".work-row"), rows.dataset.workRows);
    priceLabour(event.target.form);
  });

  // A scanner ends with Enter: in a row that goes on to the next field and sends nothing yet.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-work-rows] input")) return;
    event.preventDefault();
    const rows = event.target.closest("[data-work-rows]");
    if (event.target.name === rows.dataset.workRows) {
      choose(event.target.closest(".work-row"), rows.dataset.workRows);
      priceLabour(event.target.form);
    }
    const fields = Array.from(event.target.form.querySelectorAll("input:not([type=hidden]), textarea"));
    const next = fields[fields.indexOf(event.target) + 1];
    if (next) next.focus();
  });

  // The clock goes on from what the server counted: a PC's own time may be wrong.
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    for (const clock of document.querySelectorAll("[data-clock]")) {
      if (!clock.dataset.from) clock.dataset.from = performance.now() - clock.dataset.seconds * 1000;
      const seconds = Math.floor((performance.now() - clock.dataset.from) / 1000);
      clock.textContent = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    }
  };
  tick();
  window.setInterval(tick, TICK);
})();
