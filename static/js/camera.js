// The camera as a scanner. `hangtag.camera(place, onCode, { isContinuous })` puts a button beside a
// field, or into any other element; the viewfinder opens over the page and hands every code to
// `onCode(code, kind)`. Without `onCode` the camera types like a wedge: the code, then Enter.
// A code is one scan for as long as it stays in sight; "one more" counts another piece of it. Of two
// codes in sight neither is taken until somebody chooses.
"use strict";

window.hangtag = window.hangtag || {};

(() => {
  const SAME = 2500;
  const APART = 600;
  const FREEZE = 700;
  const PAUSE = 40;
  const LOOKS = 2;
  const KINDS = {
    ean_13: "EAN-13",
    code_128: "Code 128",
    data_matrix: "DataMatrix",
    qr_code: "QR",
    itf: "ITF",
    upc_a: "UPC-A",
    code_39: "Code 39",
  };
  const REASONS = {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotReadableError: "busy",
    AbortError: "busy",
  };
  const FAILURES = ["insecure", "missing", "denied", "busy", "unreadable"];
  const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const dialog = document.getElementById("camera");
  if (!dialog) return;
  const part = (name) => dialog.querySelector(`[data-camera-${name}]`);
  const video = dialog.querySelector("video");
  const still = dialog.querySelector("canvas");
  const [torch, again, picks, answers] = ["torch", "again", "picks", "answers"].map(part);
  const [code, kind, count] = ["code", "kind", "count"].map(part);
  const sights = new Map();
  const scripts = new Map();
  let use = null;
  let stream = null;
  let turn = 0;
  let last = null;
  let taken = 0;
  let pending = null;

  const pause = (time) => new Promise((go) => window.setTimeout(go, time));

  const load = (address) => {
    if (!scripts.has(address)) {
      const loaded = new Promise((go, fail) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = go;
        script.onerror = () => {
          scripts.delete(address);
          fail(new Error(address));
        };
        document.head.append(script);
      });
      scripts.set(address, loaded);
    }
    return scripts.get(address);
  };

  // The reader and its wasm come from our own host, on first use.
  const reader = async () => {
    if (!hangtag.feedback) await load(dialog.dataset.feedback);
    await load(dialog.dataset.detector);
    await BarcodeDetectionAPI.prepareZXingModule({
      overrides: { locateFile: () => dialog.dataset.wasm },
      fireImmediately: true,
    });
    return new BarcodeDetectionAPI.BarcodeDetector({ formats: Object.keys(KINDS) });
  };

  const say = (name) => {
    for (const one of dialog.querySelectorAll("[data-camera-say]")) {
      one.hidden = one.dataset.cameraSay !== name;
    }
    dialog.classList.toggle("is-dark", FAILURES.includes(name));
  };

  const stop = () => {
    turn += 1;
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
  };

  const freeze = async () => {
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d").drawImage(video, 0, 0);
    still.hidden = false;
    await pause(FREEZE);
    still.hidden = true;
  };

  const offer = (open) => {
    const codes = open.map((sight) => sight.code).join("\n");
    if (picks.dataset.codes === codes) return;
    picks.dataset.codes = codes;
    say(codes ? "choose" : last ? "" : "aim");
    picks.replaceChildren(
      ...open.map((sight) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-outline-primary";
        button.textContent = `${sight.code} · ${sight.kind}`;
        button.addEventListener("click", () => take(sight));
        return button;
      }),
    );
  };

  const hand = () => {
    taken += 1;
    count.textContent = use.isContinuous ? String(taken) : "";
    use.onCode(last.code, last.kind);
  };

  const take = async (sight) => {
    const mine = turn;
    last = sight;
    sight.isTaken = true;
    say("");
    code.textContent = sight.code;
    kind.textContent = sight.kind;
    offer([]);
    hangtag.feedback("captured");
    // A field takes one code, which is handed over when the page behind can be reached again.
    if (use.isContinuous) hand();
    else pending = sight;
    await freeze();
    if (pending && turn === mine) dialog.close();
  };

  // The reader tells the twelve digits of a UPC-A as the thirteen of an EAN-13.
  const printed = ({ rawValue, format }) =>
    format === "ean_13" && rawValue.startsWith("0")
      ? [rawValue.slice(1), KINDS.upc_a]
      : [rawValue, KINDS[format] || format];

  const see = async (found, now) => {
    for (const [one, sight] of sights) if (now - sight.at > SAME) sights.delete(one);
    for (const one of found) {
      const [scanned, name] = printed(one);
      const sight = sights.get(scanned) || { code: scanned, kind: name, looks: 0, isTaken: false };
      sight.looks += 1;
      sight.at = now;
      sights.set(scanned, sight);
    }
    const inSight = [...sights.values()].filter((sight) => now - sight.at < APART && sight.looks >= LOOKS);
    const open = inSight.filter((sight) => !sight.isTaken).sort((a, b) => (a.code < b.code ? -1 : 1));
    const isAlone = inSight.length === 1;
    again.hidden = !(use.isContinuous && isAlone && !open.length);
    if (isAlone && !open.length) last = inSight[0];
    offer(isAlone ? [] : open);
    if (isAlone && open.length) await take(open[0]);
  };

  const watch = async (detector, mine) => {
    while (turn === mine) {
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && still.hidden) {
        const found = await detector.detect(video);
        if (turn !== mine) return;
        await see(found, performance.now());
      }
      await pause(PAUSE);
    }
  };

  const light = (track) => {
    const able = track.getCapabilities ? track.getCapabilities() : {};
    torch.hidden = !able.torch;
    torch.setAttribute("aria-pressed", "false");
  };
  torch.addEventListener("click", async () => {
    const isOn = torch.getAttribute("aria-pressed") !== "true";
    try {
      await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: isOn }] });
      torch.setAttribute("aria-pressed", String(isOn));
    } catch {
      torch.hidden = true;
    }
  });

  const film = async (mine) => {
    const wanted = { audio: false, video: { ...SIZE, facingMode: { ideal: "environment" } } };
    const found = await navigator.mediaDevices.getUserMedia(wanted);
    if (turn !== mine) {
      for (const track of found.getTracks()) track.stop();
      return false;
    }
    stream = found;
    video.srcObject = stream;
    light(stream.getVideoTracks()[0]);
    await video.play();
    return turn === mine;
  };

  const start = async () => {
    const mine = ++turn;
    if (!window.isSecureContext) return say("insecure");
    if (!navigator.mediaDevices) return say("missing");
    say("starting");
    const ready = reader().catch(() => null);
    try {
      if (!(await film(mine))) return;
    } catch (error) {
      if (turn === mine) say(REASONS[error.name] || "missing");
      return;
    }
    const detector = await ready;
    if (turn !== mine) return;
    if (!detector) {
      stop();
      say("unreadable");
      return;
    }
    say("aim");
    watch(detector, mine).catch(() => {
      stop();
      say("unreadable");
    });
  };

  // What the page answers to the scans is shown in the viewfinder too.
  const mirror = new MutationObserver((changes) => {
    const list = changes[0].target.closest(".scan-list");
    const rows = list ? [...list.children].slice(0, 2) : [];
    answers.replaceChildren(...rows.map((row) => row.cloneNode(true)));
    for (const one of answers.querySelectorAll("[id]")) one.removeAttribute("id");
  });

  const open = (wanted) => {
    use = wanted;
    sights.clear();
    last = null;
    pending = null;
    taken = 0;
    for (const one of [code, kind, count]) one.textContent = "";
    answers.replaceChildren();
    picks.dataset.codes = "";
    picks.replaceChildren();
    again.hidden = true;
    torch.hidden = true;
    still.hidden = true;
    if (use.list) mirror.observe(use.list, { childList: true, subtree: true });
    dialog.showModal();
    start();
  };

  const close = () => {
    if (dialog.open) dialog.close();
  };
  dialog.addEventListener("close", () => {
    stop();
    mirror.disconnect();
    if (pending) use.onCode(pending.code, pending.kind);
    pending = null;
  });
  part("close").addEventListener("click", close);
  again.addEventListener("click", async () => {
    again.hidden = true;
    [code.textContent, kind.textContent] = [last.code, last.kind];
    hangtag.feedback("captured");
    hand();
    await freeze();
  });
  window.addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
  });

  const type = (field, scanned) => {
    field.value = scanned;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    if (field.dispatchEvent(enter) && field.form) field.form.requestSubmit();
  };

  hangtag.camera = (place, onCode, { isContinuous = false } = {}) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-primary camera-open";
    button.title = dialog.dataset.open;
    button.setAttribute("aria-label", dialog.dataset.open);
    const icon = document.createElement("i");
    icon.className = "bi bi-camera";
    icon.setAttribute("aria-hidden", "true");
    const word = document.createElement("span");
    word.textContent = dialog.dataset.open;
    button.append(icon, word);
    const isField = place.matches("input, textarea");
    if (isField) place.after(button);
    else place.append(button);
    const form = place.closest("form");
    button.addEventListener("click", () =>
      open({
        isContinuous,
        onCode: onCode || ((scanned) => type(place, scanned)),
        list: isContinuous && form ? form.querySelector(".scan-list") : null,
      }),
    );
    return button;
  };

  for (const field of document.querySelectorAll("[data-scan-box] [name=code]")) {
    hangtag.camera(field, null, { isContinuous: true });
  }
  for (const field of document.querySelectorAll("input[data-camera]")) hangtag.camera(field);
})();
