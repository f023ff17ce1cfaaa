// Photos are made smaller on the device, then sent one by one: each file has its row, its progress
// and its reason why not. The same photo sent twice is one photo, so a lost answer is simply sent again.
"use strict";

(() => {
  const QUALITY = 0.85;
  const TIMEOUT = 120000;
  const form = document.querySelector("[data-photo-form]");
  if (!form) return;
  const said = form.dataset;
  const rows = form.querySelector(".photo-queue");
  const list = document.querySelector("[data-photo-list]");
  const edge = Number(said.edge);
  let turn = Promise.resolve();

  // Upright and at most `edge` pixels; whatever a browser cannot do, the server does to the original.
  const shrink = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      return small && small.size < file.size ? small : file;
    } catch {
      return file;
    }
  };

  const send = (blob, name, kind, onProgress) =>
    new Promise((done) => {
      const body = new FormData();
      body.append("csrf_token", form.elements.csrf_token.value);
      body.append("kind", kind);
      body.append("photos", blob, name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = TIMEOUT;
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onload = () => done(request);
      request.onerror = () => done(null);
      request.ontimeout = () => done(null);
      request.send(body);
    });

  // Returns the sentence why it failed, or nothing when the photo is added; and whether the same
  // file may succeed another time.
  const judge = (request) => {
    if (!request) return [said.offline, true];
    if (/\/login(\?|$)/.test(request.responseURL)) return [said.expired, false];
    if (request.status === 413) return [said.tooLarge, false];
    try {
      return [JSON.parse(request.responseText).sentences.join(" "), false];
    } catch {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const sentence = page.querySelector("[data-sentence]");
      return [sentence ? sentence.textContent.trim() : said.unexpected, request.status >= 500];
    }
  };

  const part = (row, tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    row.append(made);
    return made;
  };

  const refresh = async () => {
    try {
      const answer = await fetch(list.dataset.photoList);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        list.replaceChildren(...page.body.childNodes);
      }
    } catch {
      // The photos are added all the same: the next page shows them.
    }
  };

  const add = async (file, kind, row) => {
    row.className = "photo-row";
    row.replaceChildren();
    part(row, "span", "photo-name", file.name);
    const bar = part(row, "progress", "", "");
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    const word = part(row, "span", "photo-said", said.preparing);
    const blob = await shrink(file);
    const progress = (done) => {
      bar.value = done;
    };
    word.textContent = said.sending;
    let request = await send(blob, file.name, kind, progress);
    if (!request || request.status === 503) {
      word.textContent = said.again;
      request = await send(blob, file.name, kind, progress);
    }
    bar.remove();
    const [why, mayRetry] = judge(request);
    row.classList.add(why ? "photo-failed" : "photo-done");
    word.before(part(row, "strong", "photo-word", why ? said.failed : said.added));
    word.textContent = why;
    row.dataset.outcome = why ? "failed" : "added";
    if (!why) await refresh();
    if (!mayRetry) return;
    const again = part(row, "button", "btn btn-outline-danger", said.retry);
    again.type = "button";
    again.addEventListener("click", () => queue(file, kind, row));
  };

  const queue = (file, kind, row) => {
    turn = turn.then(() => add(file, kind, row));
  };

  form.classList.add("is-live");
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const source of form.querySelectorAll("input[type=file]")) {
    source.addEventListener("change", () => {
      for (const file of source.files) {
        const row = part(rows, "li", "photo-row", file.name);
        queue(file, form.elements.kind.value, row);
      }
      source.value = "";
    });
  }
})();
