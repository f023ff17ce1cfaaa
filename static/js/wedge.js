// A scanner types wherever the cursor stands, faster than a hand, and ends with Enter or Tab. What it
// typed into a price, a remark, a date or onto a button is taken back and said; a badge scanned
// anywhere leads to the change of users. Fields that take codes are left alone.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const PAUSE = 80;
  // A slow machine is late once within a scan; a hand that typed one key before it is not that quick.
  const STALL = 300;
  // What came into a field this shortly before is the beginning of the same code.
  const SAME = 1000;
  const GAP = 35;
  const SHORTEST = 8;
  const BADGE = /^HTB[0-9A-Z]{16}$/i;
  const TAKES =
    "[data-takes-scan], [type=search], [name=q], [name$=code], [name$=_no], [name=repair_tag], [name$=style], [name=scan], " +
    "[name=delivery], [name=site], [name^=manual_], #log-in input";
  const TYPED = "input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit]), textarea";
  const burst = { text: "", at: 0, target: null, since: 0, stalled: 0, before: [], stood: [] };
  let toast = null;

  hangtag.switchBy = (badge) => {
    const meta = document.querySelector('meta[name="switch"]');
    if (!meta) return;
    const form = document.getElementById("switch");
    if (form) {
      form.elements.badge.value = badge;
      form.elements.pin.value = "";
      form.elements.pin.focus();
      return;
    }
    sessionStorage.setItem("hangtag.badge", badge);
    const back = encodeURIComponent(location.pathname + location.search);
    location.assign(`${meta.content}?next=${back}`);
  };

  const remembered = (target) =>
    [...(target.form ? target.form.elements : target.matches(TYPED) ? [target] : [])]
      .filter((one) => one.type !== "file" && "value" in one)
      .map((one) => [one, one.value, one.checked]);

  const takeBack = () => {
    for (const [one, value, isChecked] of burst.before) {
      if (one.value === value && one.checked === isChecked) continue;
      one.value = value;
      one.checked = isChecked;
      one.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const use = (code) =>
    !document.dispatchEvent(new CustomEvent("hangtag:use-code", { cancelable: true, detail: { code } }));

  const say = (code) => {
    const pattern = document.getElementById("wedge-toast");
    if (!pattern) return;
    if (toast) toast.remove();
    toast = pattern.content.firstElementChild.cloneNode(true);
    toast.querySelector("[data-typed]").textContent = code;
    const search = document.getElementById("q");
    const hasBox = document.querySelector("[data-scan-box], [data-register]") !== null;
    const [onBox, onSearch] = ["[data-use]", "[data-find]"].map((one) => toast.querySelector(one));
    onBox.hidden = !hasBox;
    onSearch.hidden = hasBox || !search;
    const close = () => toast.remove();
    onBox.addEventListener("click", () => {
      close();
      use(code);
    });
    onSearch.addEventListener("click", () => {
      close();
      search.value = code;
      search.form.requestSubmit();
    });
    toast.querySelector("[data-close]").addEventListener("click", close);
    document.body.append(toast);
    if (hangtag.feedback) hangtag.feedback("attention");
  };

  // A code scanned into a field that still held one is a scan of its own, never the two in one.
  const standAlone = (event, text) => {
    const held = burst.stood.find(([one]) => one === event.target);
    if (!held || !held[1].trim() || event.target.value === text) return;
    takeBack();
    if (event.target.id === "code" && use(text)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else event.target.value = text;
  };

  const end = (event) => {
    const { text, target } = burst;
    const isQuick = (event.timeStamp - burst.since - burst.stalled) / (text.length - 1) < GAP;
    burst.text = "";
    if (!isQuick || text.length < SHORTEST) return;
    const isBadge = BADGE.test(text) && document.querySelector('meta[name="switch"]') !== null;
    const isTaken = event.target.matches(TAKES) && (target.matches(TAKES) || !target.matches(TYPED));
    if (isTaken && !(isBadge && event.target.name !== "badge")) return standAlone(event, text);
    event.preventDefault();
    event.stopImmediatePropagation();
    takeBack();
    if (isBadge) hangtag.switchBy(text);
    else if (target.matches(TYPED) || !use(text)) say(text);
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      if (event.key === "Enter" || event.key === "Tab") end(event);
      if (event.key.length !== 1) return;
      const pause = event.timeStamp - burst.at;
      const isSame = burst.text !== "" && burst.target === event.target && pause < SAME;
      const isLate =
        !burst.stalled && pause < STALL && (burst.text.length > 1 || (isSame && event.target.matches(TYPED)));
      if (burst.text && pause >= PAUSE && isLate) {
        if (burst.text.length > 1) burst.stalled = pause;
      } else if (pause >= PAUSE || !burst.text) {
        Object.assign(burst, { text: "", target: event.target, stalled: 0, before: remembered(event.target) });
        if (!isSame) burst.stood = burst.before;
      }
      if (burst.text.length < 2) burst.since = event.timeStamp;
      burst.at = event.timeStamp;
      burst.text += event.key;
    },
    true,
  );
})();
