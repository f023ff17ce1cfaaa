// What every page shares: the CSRF header of htmx, one send per press, and the log-in by a click.
"use strict";

(() => {
  const token = () => document.querySelector('meta[name="csrf-token"]').content;

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
  });

  // Whoever logs out leaves the scan station of this browser, too; what it holds unsent stays.
  document.addEventListener("submit", (event) => {
    if (/\/logout$/.test(event.target.action)) localStorage.removeItem("hangtag.station");
  });

  // A second press of the same button sends nothing; coming back to the page frees it again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.classList.add("is-sending");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.classList.remove("is-sending");
    }
  });

  // An opened action puts the cursor into its first field.
  for (const action of document.querySelectorAll("details.action")) {
    action.addEventListener("toggle", () => {
      if (!action.open) return;
      const first = action.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    });
  }

  // A refused form shows its first sentence and puts the cursor there.
  const wrong = document.querySelector("main .is-invalid, main [aria-invalid=true]");
  if (wrong) wrong.focus();

  // On a phone the menu runs out to the right: the page that is open stands in sight.
  const here = document.querySelector(".tabs > ul [aria-current]");
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - 48;

  // The rest of the menu closes when somebody turns away from it.
  const more = document.querySelector(".tabs-more");
  const close = (event) => {
    if (more && more.open && !more.contains(event.target)) more.open = false;
  };
  document.addEventListener("click", close);
  document.addEventListener("focusin", close);

  // The search waits behind one key.
  document.addEventListener("keydown", (event) => {
    const field = document.getElementById("q");
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key !== "/" || isTyping || !field) return;
    event.preventDefault();
    field.focus();
  });

  // After a wrong password the name stands: only the password is asked again.
  const logIn = document.getElementById("log-in");
  if (logIn && logIn.elements.login.value) logIn.elements.password.focus();

  for (const account of document.querySelectorAll("[data-login]")) {
    account.addEventListener("click", () => {
      logIn.elements.login.value = account.dataset.login;
      logIn.elements.password.value = account.dataset.password;
      (account.dataset.password ? logIn.querySelector("button[type=submit]") : logIn.elements.password).focus();
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }

  // A filter takes effect when it is chosen.
  for (const form of document.querySelectorAll("form[data-filter]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
})();
