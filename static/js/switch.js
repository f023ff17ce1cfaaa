// The change of users by two moves: the badge's Enter goes on to the PIN, the PIN's Enter sends. A
// badge that was scanned on another page is here already.
"use strict";

(() => {
  const form = document.getElementById("switch");
  const { badge, pin } = form.elements;
  const scanned = sessionStorage.getItem("hangtag.badge");
  sessionStorage.removeItem("hangtag.badge");
  if (scanned) badge.value = scanned;
  (badge.value ? pin : badge).focus();
  badge.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (badge.value.trim()) pin.focus();
  });
})();
