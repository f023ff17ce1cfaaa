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

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
