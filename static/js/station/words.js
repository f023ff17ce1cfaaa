// The sentences of the page for its scripts, and small pieces of markup.

const words = new Map(
  [...document.querySelectorAll("#words [data-word]")].map((one) => [
    one.dataset.word,
    one.textContent,
  ]),
);

export const say = (name, values = {}) =>
  (words.get(name) || name).replace(/\{(\w+)\}/g, (_, key) => values[key]);

export const knows = (name) => words.has(name);

export function make(tag, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter(Boolean));
  return made;
}

export const icon = (name) => make("i", { class: `bi bi-${name}`, "aria-hidden": "true" });
