// The trade item's number that a scanned code carries, read as the server reads it (domain/tag.py):
// barcodes, GS1 element strings and links, RFID tags. The raw code is what is sent.

const FNC1 = "\u001d";
const FRAMES = /^[ #$@\\`|~^\r\n\t\v\f]+|[ #$@\\`|~^\r\n\t\v\f]+$/g;
const AIM = /^\](?:(C1|d2|Q3|J1|e[0-3])|[A-Za-z][0-9A-Za-z])/i;
const ELEMENTS = /^(?:01\d{14}(?:\d{2}[^]+)?|\(\d{2,4}\)[^]+)$/;
// How many digits an element of a fixed length has with its identifier, by that one's first two.
const FIXED = { "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, 20: 4, 41: 16 };
for (const two of [11, 12, 13, 14, 15, 16, 17, 18, 19]) FIXED[two] = 8;
for (const two of [31, 32, 33, 34, 35, 36]) FIXED[two] = 10;
const COMPANY = [[40, 12], [37, 11], [34, 10], [30, 9], [27, 8], [24, 7], [20, 6]];
const SERIAL_BITS = 38n;
const ITEM_BITS = 44;

// What scanners and Chinese input methods put around a code is taken off.
function unframed(code) {
  let text = code
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\p{Cc}\p{Cf}]/gu, (one) => (/[\r\n\t\v\f\u001d]/.test(one) ? one : ""))
    .replace(/\{GS\}|<GS>|\^\]/gi, FNC1);
  let isGs1 = false;
  for (let before = null; before !== text; ) {
    before = text;
    text = text.replace(FRAMES, "");
    isGs1 = isGs1 || text.startsWith(FNC1);
    text = text.replace(/^\u001d+|\u001d+$/g, "");
    const aim = AIM.exec(text);
    isGs1 = isGs1 || Boolean(aim && aim[1]);
    text = text.slice(aim ? aim[0].length : 0).replace(/^\*([^*]+)\*$/, "$1");
  }
  return { text: /^https?:\/\//i.test(text) ? text : text.toUpperCase(), isGs1 };
}

export const normal = (code) => unframed(code).text.replaceAll(FNC1, " ").replace(/ {2,}/g, " ");

export function checkDigit(body) {
  const sum = [...body].reverse().reduce((so, digit, at) => so + Number(digit) * (at % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

function ofElements(text) {
  if (text.startsWith("(")) return (/\(01\)(\d{14})/.exec(text) || [])[1];
  for (let at = 0; at < text.length; ) {
    if (text[at] === FNC1) at += 1;
    else if (/^01\d{14}/.test(text.slice(at))) return text.slice(at + 2, at + 16);
    else {
      const end = text.indexOf(FNC1, at);
      at += FIXED[text.slice(at, at + 2)] || (end < 0 ? text.length : end - at);
    }
  }
  return undefined;
}

function ofLink(text) {
  const path = text.split(/[?#]/)[0].replace(/\/+$/, "");
  const found = /\/01\/(\d{12,14})(?:\/|$)/.exec(path);
  return found ? found[1].padStart(14, "0") : undefined;
}

function ofRfid(hex) {
  const bits = BigInt(`0x${hex}`);
  const both = (bits >> SERIAL_BITS) & ((1n << BigInt(ITEM_BITS)) - 1n);
  const [companyBits, companyDigits] = COMPANY[Number((bits >> 82n) & 7n)] || [];
  if (!companyBits) return undefined;
  const itemBits = BigInt(ITEM_BITS - companyBits);
  const company = String(both >> itemBits).padStart(companyDigits, "0");
  const item = String(both & ((1n << itemBits) - 1n)).padStart(13 - companyDigits, "0");
  if (company.length > companyDigits || item.length > 13 - companyDigits) return undefined;
  const body = item[0] + company + item.slice(1);
  return body + checkDigit(body);
}

function ofPlain(text) {
  const isPrinted = /^\d \d{6} \d{6}$|^\d \d{5} \d{5} \d$/.test(text);
  const code = isPrinted ? text.replaceAll(" ", "") : text;
  if (/^30[0-9A-F]{22}$/.test(code)) return ofRfid(code);
  const digits = /^(\d{12,14})$/.exec(code) || /^(\d{13})[-_/]\d{4,12}$/.exec(code);
  return digits ? digits[1].padStart(14, "0") : undefined;
}

// Return 14 digits, their check digit as it was scanned, or undefined.
export function gtinOf(code) {
  const { text, isGs1 } = unframed(code);
  if (/^https?:\/\//i.test(text)) return ofLink(text);
  const isElements = isGs1 || text.includes(FNC1) || ELEMENTS.test(text);
  return (isElements && ofElements(text)) || ofPlain(normal(code));
}

export function hasBadDigit(code) {
  const gtin = gtinOf(code);
  return gtin !== undefined && checkDigit(gtin.slice(0, -1)) !== gtin.at(-1);
}
