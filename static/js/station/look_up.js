// What the code in work names: at once from the device, then from the server, which also says
// whether the store has one of it. That question is answered before the form is filled.

import { call } from "./call.js";
import { productOf } from "./catalogue.js";
import { answerByKeys } from "./question.js";
import { button } from "./rows.js";
import { hasBadDigit } from "./tag.js";
import { icon, make, say } from "./words.js";

const page = document.getElementById("register");
const panel = document.getElementById("product");
const { code } = page.elements;
const told = { code: "", piece: undefined };

// What was answered for the code in work: "another", or nothing yet.
export const pieceOf = (scanned) => (told.code === scanned.trim() ? told.piece : undefined);

function showProduct(product, scanned) {
  const box = make("div", { class: "product" });
  if (product) {
    const { fabric, production_year: year } = product;
    Object.assign(box.dataset, { year, fabric: fabric || "" });
    box.append(
      make("strong", { text: product.name }),
      make("span", { class: "under", text: [product.style_no, product.colour, product.size].join(" · ") }),
      make("span", { class: "under", text: say("produced", { 1: year }) }),
    );
  } else if (hasBadDigit(scanned)) {
    box.className = "product product-refused";
    box.dataset.refused = "";
    box.append(icon("x-octagon-fill"), ` ${say("bad_digit")}`);
  } else {
    box.className = "product product-unknown";
    box.append(icon("question-circle-fill"), ` ${say("unknown")}`);
  }
  panel.replaceChildren(box);
  panel.dispatchEvent(new CustomEvent("hangtag:product"));
}

// Nothing was chosen or typed since the scan: the cursor may go to the question.
function isUntouched() {
  const at = document.activeElement;
  const isTyping = at !== code && at.matches("input:not([type=radio]), select, textarea") && at.value !== "";
  return !isTyping && !page.querySelector("[data-keys] input:checked");
}

function ask(earlier) {
  const question = make(
    "div",
    { class: "station-earlier", "data-earlier": "", role: "group", "aria-labelledby": "earlier" },
    make("p", { id: "earlier", text: say("earlier", { 1: earlier.piece_no }) }),
    make("div", { class: "row-doors" }, button("another", say("another"), "1"), button("same", say("same"), "2")),
  );
  question.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (!pressed) return;
    if (pressed.dataset.do === "same") {
      page.dispatchEvent(new CustomEvent("hangtag:same", { detail: earlier }));
      return;
    }
    Object.assign(told, { code: code.value.trim(), piece: "another" });
    question.replaceChildren(make("p", { role: "status", text: say("is_another") }));
    const { repair_tag: tag } = page.elements;
    (tag.offsetParent && !tag.value ? tag : page.querySelector("[data-keys] input")).focus();
  });
  panel.append(question);
  if (isUntouched()) question.querySelector("[data-do=another]").focus();
  hangtag.feedback("attention");
}

// Where there is a network, the server says before the form is filled what it would say after it.
function showAnswer(answer, scanned) {
  if (answer.kind === "ok" && answer.body.product) {
    showProduct(answer.body.product, scanned);
    if (answer.body.earlier && !pieceOf(scanned)) ask(answer.body.earlier);
  } else if (answer.kind === "refused" && answer.problem.detail) {
    const box = make("div", { class: "product product-refused", role: "alert" });
    box.append(icon("x-octagon-fill"), ` ${answer.problem.detail}`);
    panel.replaceChildren(box);
  }
}

// `ticket` is whose question it is, or nothing where there is no network. What an answer to an
// earlier question (`piece`) says is not asked again.
export async function lookUp(scanned, ticket, piece) {
  const isStill = () => code.value.trim() === scanned;
  Object.assign(told, { code: scanned, piece });
  const product = await productOf(scanned);
  if (isStill()) showProduct(product, scanned);
  if (!ticket || !navigator.onLine) return;
  const asked = new URLSearchParams({ code: scanned });
  const answer = await call(`/api/v1/scans/look-up?${asked}`, { ticket });
  if (isStill()) showAnswer(answer, scanned);
}

answerByKeys(panel, (element) => element.closest("[data-earlier]"));
