// Tables that can be sorted by a column and filtered by a text: `<div data-sortable="Filter the rows">`.
const IN_DANISH = document.documentElement.lang === "da";
const BY_NAME = new Intl.Collator(IN_DANISH ? "da" : "en", { numeric: true });
const DAY = /^(\d\d)[./](\d\d)[./](\d{4})$/;
const NUMBER = /^-?\d[\d.,]*/;
const FEW_ROWS = 10;

/** What a cell is sorted by: a date and a number as a number, anything else as text. */
function sortKey(row, column) {
  const text = row.cells[column]?.textContent.trim() ?? "";
  if (text === "–") return "";
  const day = DAY.exec(text);
  if (day) return Number(day[3] + day[2] + day[1]);
  const digits = NUMBER.exec(text)?.[0];
  if (!digits) return text;
  const plain = IN_DANISH ? digits.replaceAll(".", "").replace(",", ".") : digits.replaceAll(",", "");
  return Number(plain);
}

/** Numbers before texts, and an empty cell last whichever way the rest goes. */
function inOrder(one, other, sign) {
  if (one === "" || other === "") return (one === "") - (other === "");
  if (typeof one !== typeof other) return sign * (typeof one === "number" ? -1 : 1);
  return sign * (typeof one === "number" ? one - other : BY_NAME.compare(one, other));
}

function sort(table, column) {
  const heads = [...table.tHead.rows[0].cells];
  const isDown = heads[column].getAttribute("aria-sort") === "ascending";
  heads.forEach((head, at) => head.setAttribute("aria-sort", at !== column ? "none" : isDown ? "descending" : "ascending"));
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row) => [sortKey(row, column), row]);
  keyed.sort(([one], [other]) => inOrder(one, other, isDown ? -1 : 1));
  body.append(...keyed.map(([, row]) => row));
}

function filter(table, text, count) {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) {
    const content = row.textContent.toLocaleLowerCase();
    row.hidden = !words.every((word) => content.includes(word));
  }
  count.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} / ${rows.length}` : "";
}

function equip(frame) {
  const table = frame.querySelector("table");
  if (!table?.tHead || frame.hasAttribute("data-equipped")) return;
  frame.setAttribute("data-equipped", "");
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, column));
    head.append(button);
    head.setAttribute("aria-sort", "none");
  });
  if (table.tBodies[0].rows.length < FEW_ROWS) return;
  const field = document.createElement("input");
  const count = document.createElement("span");
  const line = document.createElement("div");
  field.type = "search";
  field.placeholder = frame.dataset.sortable;
  field.setAttribute("aria-label", frame.dataset.sortable);
  count.setAttribute("role", "status");
  field.addEventListener("input", () => filter(table, field.value, count));
  for (const kind of ["keydown", "keyup", "keypress"]) field.addEventListener(kind, (event) => event.stopPropagation());
  line.className = "kv-filter";
  line.append(field, count);
  frame.before(line);
}

const equipAll = () => document.querySelectorAll("[data-sortable]:not([data-equipped])").forEach(equip);
const watchTables = () => {
  equipAll();
  new MutationObserver(equipAll).observe(document.body, { subtree: true, childList: true });
};
if (document.body) watchTables(); else document.addEventListener("DOMContentLoaded", watchTables);
