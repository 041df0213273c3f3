// CSV after RFC 4180, safe to open in a spreadsheet: what would be read as a formula begins with an apostrophe.

const NUMBER = /^-?\d+(\.\d+)?$/;
const FORMULA = /^[=+\-@\t\r\n]/;
// A reader of another region ends cells at semicolons or tabs, and then at line breaks too: what follows one begins a cell.
const INNER = /([;\t\r\n])(?=[=+\-@])/g;

function writeCell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const inert = text.replace(INNER, "$1'");
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${inert}` : inert;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines of cells as one text, each line ended by CRLF. */
export const writeCsv = (lines) => lines.map((cells) => `${cells.map(writeCell).join(",")}\r\n`).join("");

/** Hand the browser a file. The mark at its beginning tells spreadsheets that it is UTF-8. */
export function saveCsv(name, lines) {
  const address = URL.createObjectURL(new Blob(["\ufeff", writeCsv(lines)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
