// On a question 1 and 2 answer; a scanner that types there is taken to the code field whole.

const BURST = 120;
const KEYS = { 1: "another", 2: "same" };
const code = document.getElementById("code");

// `of` returns the question that an element stands in, or null; its buttons say what they do.
export function answerByKeys(host, of) {
  const typed = { text: "", timer: null };
  const toCode = () => {
    code.focus();
    code.value += typed.text;
    typed.text = "";
  };
  const press = (question) => {
    const action = KEYS[typed.text];
    if (!action) return toCode();
    typed.text = "";
    return question.querySelector(`[data-do=${action}]`).click();
  };
  host.addEventListener("keydown", (event) => {
    const isText = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    const question = of(event.target);
    if (!isText || event.key === " " || !question) return;
    event.preventDefault();
    typed.text += event.key;
    window.clearTimeout(typed.timer);
    if (typed.text.length > 1) toCode();
    else typed.timer = window.setTimeout(() => press(question), BURST);
  });
}
