// Entering a delivery: every scanned hang tag is a line at once, its product is looked up behind it.
// The same tag again counts one more; no scan is lost while an answer is on its way.
"use strict";

(() => {
  const MOST = 10000;
  const form = document.querySelector("[data-delivery]");
  if (!form) return;
  const scan = form.elements.scan;
  const list = form.querySelector(".delivery-lines");
  const sum = form.querySelector("[data-sum]");
  const known = new Map();

  const quantityOf = (line) => line.querySelector("[name=quantity]");
  const lineOf = (code) => [...list.children].find((line) => line.dataset.code === code);
  const count = () => {
    const numbers = [...list.querySelectorAll("[name=quantity]")].map((field) => Number(field.value) || 0);
    sum.textContent = numbers.length ? numbers.reduce((all, one) => all + one, 0) : "";
  };
  const add = (line, more) => {
    const field = quantityOf(line);
    field.value = Math.min((Number(field.value) || 0) + more, MOST);
    count();
  };

  const waiting = (code) => {
    const line = document.createElement("li");
    line.className = "delivery-line";
    line.dataset.code = code;
    const named = document.createElement("input");
    named.type = "hidden";
    named.name = "code";
    named.value = code;
    const goods = document.createElement("span");
    goods.className = "delivery-goods";
    const typed = document.createElement("strong");
    typed.className = "code";
    typed.textContent = code;
    const said = document.createElement("span");
    said.className = "under";
    said.textContent = form.dataset.waiting;
    goods.append(typed, said);
    const quantity = document.createElement("input");
    quantity.className = "form-control num";
    quantity.name = "quantity";
    quantity.value = "1";
    quantity.setAttribute("aria-label", code);
    line.append(named, goods, quantity);
    return line;
  };

  // The answer takes the place of the line; a product that stands already gets its pieces.
  const settle = (line, text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const found = page.querySelector(".delivery-line");
    if (!found) throw new Error("no line");
    known.set(line.dataset.code, found.dataset.code);
    const pieces = quantityOf(line).value;
    const same = [...list.children].find((one) => one !== line && one.dataset.code === found.dataset.code);
    if (same) {
      add(same, Number(pieces) || 0);
      line.remove();
      count();
      return;
    }
    quantityOf(found).value = pieces;
    line.replaceWith(found);
  };

  const lookUp = async (line) => {
    try {
      const address = new URL(form.dataset.line, window.location.href);
      address.searchParams.set("code", line.dataset.code);
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      settle(line, await answer.text());
    } catch {
      line.querySelector(".under").textContent = form.dataset.offline;
    }
  };

  const take = () => {
    const code = scan.value.trim();
    scan.value = "";
    scan.focus();
    if (!code) return;
    const standing = lineOf(known.get(code) || code);
    if (standing) {
      add(standing, 1);
      return;
    }
    const line = waiting(code);
    list.append(line);
    count();
    lookUp(line);
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.matches("button")) return;
    event.preventDefault();
    if (event.target === scan) take();
    else scan.focus();
  });
  scan.nextElementSibling.addEventListener("click", (event) => {
    event.preventDefault();
    take();
  });
  list.addEventListener("input", count);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    button.closest(".delivery-line").remove();
    count();
    scan.focus();
  });

  // Whatever is typed outside a field belongs to the scanner.
  document.addEventListener("keydown", (event) => {
    const isFree = !event.target.closest("input, select, textarea, button, a, summary");
    if (isFree && event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) scan.focus();
  });

  count();
  if (document.activeElement === document.body) form.elements.delivery_no.focus();
})();
