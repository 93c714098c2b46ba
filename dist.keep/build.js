// web/read/errors.ts
var InputError = class extends Error {
  constructor(place2, found, expected, options) {
    super(`${oneLine(nameOf(place2))}: found ${oneLine(found)}, expected ${oneLine(expected)}`, options);
    this.name = "InputError";
    this.place = place2;
    this.found = found;
    this.expected = expected;
  }
};
var PART_MAX = 1500;
function oneLine(text2) {
  const line2 = text2.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line2.length > PART_MAX ? `${line2.slice(0, PART_MAX)}\u2026` : line2;
}
function reasonOf(error) {
  const { name, message } = error;
  return name === "TypeError" || name === "RangeError" ? "" : ` (${message})`;
}
var throwIt = (error) => {
  throw error;
};
var InputErrors = class extends InputError {
  constructor(errors) {
    const [first] = errors;
    super(first.place, first.found, first.expected, { cause: first.cause });
    this.message = errors.map(({ message }) => message).join("\n");
    this.errors = errors;
  }
};
var together = (errors) => errors.length === 1 ? errors[0] : new InputErrors(errors);
function nameOf(place2) {
  let name = place2.file;
  if (place2.part !== void 0) name += `, ${place2.part}`;
  if (place2.row !== void 0) name += `, ${rowName(place2.row, place2.line)}`;
  else if (place2.line !== void 0) name += `, line ${place2.line}`;
  if (place2.field !== void 0) name += `, column ${quote(place2.field)}`;
  return name;
}
function rowName(row, line2) {
  return line2 === void 0 || line2 === row ? `row ${row}` : `row ${row} (line ${line2})`;
}
var QUOTED_MAX = 60;
function quote(value) {
  if (value === void 0 || value === null || value === "") return "nothing";
  const text2 = typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? shortJson(value) : String(value);
  return text2.length > QUOTED_MAX ? `${text2.slice(0, QUOTED_MAX)}\u2026` : text2;
}
function shortJson(value) {
  try {
    return JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
function quoteList(values, most = 20) {
  if (values.length === 0) return "none";
  const shown2 = values.slice(0, most).map((value) => value === "" ? '""' : quote(value)).join(", ");
  return values.length > most ? `${shown2} and ${values.length - most} more` : shown2;
}
function fileError(path, error, expected = "a file that can be read") {
  const code = error?.code;
  const place2 = { file: path };
  switch (code) {
    case "ENOENT":
      return new InputError(place2, "no such file or folder", expected, { cause: error });
    case "EISDIR":
      return new InputError(place2, "a directory", expected, { cause: error });
    case "ENOTDIR":
      return new InputError(place2, "no such folder", expected, { cause: error });
    case "EACCES":
    case "EPERM":
    case "ERR_ACCESS_DENIED":
      return new InputError(place2, "a file that may not be read", expected, { cause: error });
    default:
      return error;
  }
}

// web/read/bytes.ts
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
var CHUNK = 1 << 18;
async function fileSize(path) {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new InputError({ file: path }, "a directory", "a file");
    return info.size;
  } catch (error) {
    throw fileError(path, error);
  }
}
async function isRegular(path) {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}
async function firstBytes(path, count2) {
  try {
    if (!(await stat(path)).isFile()) return Buffer.alloc(0);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(count2), 0, count2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(path, error);
  }
}
async function* readRaw(path, onBytes) {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
      onBytes?.(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw fileError(path, error);
  }
}
async function* readBytes(path, onBytes) {
  const raw = readRaw(path, onBytes);
  const first = await raw.next();
  if (first.done) return;
  const all2 = prepend(first.value, raw);
  if (!isGzip(first.value)) {
    yield* all2;
    return;
  }
  const source = Readable.from(all2);
  const unpacked2 = createGunzip({ chunkSize: CHUNK });
  source.on("error", (error) => unpacked2.destroy(error));
  source.pipe(unpacked2);
  let done = 0;
  try {
    for await (const chunk of unpacked2) {
      done += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw gzipError(path, error, done);
  } finally {
    source.destroy();
  }
}
function isGzip(bytes) {
  return bytes[0] === 31 && bytes[1] === 139;
}
async function* prepend(first, rest2) {
  yield first;
  yield* rest2;
}
function gzipError(path, error, done) {
  const code = error.code;
  if (code === "Z_BUF_ERROR") {
    return new InputError({ file: path }, `a gzip file cut short after ${done} unpacked bytes`, "a whole gzip file", {
      cause: error
    });
  }
  if (code?.startsWith("Z_")) {
    const found = `damaged gzip data after ${done} unpacked bytes (${error.message})`;
    return new InputError({ file: path }, found, "a whole gzip file", { cause: error });
  }
  return error;
}

// web/read/csv.ts
import Papa from "papaparse";

// web/read/batch.ts
function keepRows(batch, kept) {
  return {
    ...batch,
    columns: batch.columns.map((cells) => cells && Array.from(kept, (i) => cells[i])),
    rows: kept.length,
    lines: batch.lines && kept.map((i) => batch.lines[i]),
    numbers: kept.map((i) => rowOf(batch, i))
  };
}
var rowOf = (batch, i) => batch.numbers?.[i] ?? batch.firstRow + i;
var placeIn = (batch, i, path) => ({
  file: batch.part?.file ?? path,
  row: rowOf(batch, i) - (batch.part?.before ?? 0),
  ...batch.lines !== null && { line: batch.lines[i] }
});
var MOST_COLUMNS = 1 << 16;
function checkNames(file, names) {
  if (names.length > MOST_COLUMNS) throw new InputError({ file }, `${names.length} columns`, `${MOST_COLUMNS} at most`);
  const trimmed = names.map((name) => name.trim());
  const seen2 = /* @__PURE__ */ new Map();
  trimmed.forEach((name, i) => {
    const before = seen2.get(name);
    if (name !== "" && before !== void 0) {
      throw new InputError(
        { file },
        `the column name ${quoteList([name])} twice (columns ${before + 1} and ${i + 1})`,
        "a header line with distinct names"
      );
    }
    seen2.set(name, i);
  });
  return trimmed;
}

// web/read/header.ts
var placeName = (c) => `column ${c + 1}`;
var PLACE = /^column [1-9]\d*$/;
var headingBy = (names) => ({
  isHeader: (cells) => contains(cells, names),
  places: names.some((name) => PLACE.test(name))
  // beside what folders say
});
var contains = (cells, names) => {
  const trimmed = new Set(cells.map((cell) => cell.trim()));
  return names.every((name) => trimmed.has(name));
};
var MOST_ABOVE = 50;
function findHeader(text2, { isHeader: isHeader2 }, cut3) {
  const lines = text2.split("\n", MOST_ABOVE + 3);
  const cells = lines.map((line2) => line2.trim() === "" ? [] : cut3(line2));
  const widths = cells.map((row) => row.filter((cell) => cell.trim() !== "").length);
  const first = widths.findIndex((width) => width > 0);
  if (first < 0 || isHeader2(cells[first])) return null;
  const isAbove = (at4) => (line2, i) => i >= at4 || line2.startsWith("#") || widths[i] < Math.min(3, widths[at4] / 2 + 0.1);
  const isComment = (line2) => line2.startsWith("#");
  const names = cells.findIndex((row, i) => i > first && row.length > 1 && isHeader2(row) && lines.every(isAbove(i)));
  const alike = (i) => widths[i] > 1 && cells.slice(i + 1, i + 3).every(({ length }) => length === cells[i].length);
  const at3 = names >= 0 ? names : lines.findIndex((line2, i) => i > first && !isComment(line2) && alike(i) && lines.every(isAbove(i)));
  return at3 < 0 || at3 > MOST_ABOVE ? null : { line: lines[at3], above: at3 };
}
var NUMBER = /^[-+]?\d+([.,]\d+)?$/;
var TIME = /^\d{4}-\d\d?-\d\d?([T ]|$)|^\d\d?[./]\d\d?[./]\d{2,4}/;
var UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i;
function areData(names) {
  const texts = names.map((name) => name.trim());
  if (texts.every((text2, i) => text2 === "" || text2 === String(i) || text2 === String(i + 1))) return false;
  const telling = texts.filter((text2) => TIME.test(text2) || UUID.test(text2) || /^\d{9,19}$/.test(text2)).length;
  const numbers3 = texts.filter((text2) => NUMBER.test(text2)).length;
  return telling > 0 || numbers3 > 1 && 2 * numbers3 >= texts.length || texts.length === 2 && numbers3 > 0;
}
function placesOf(row) {
  const texts = row.map((text2) => text2.trim());
  const place2 = (test) => texts.findIndex(test) + 1;
  const timestamp = place2((text2, i) => i > 0 && (TIME.test(text2) || /^\d{9,10}$|^\d{13}$/.test(text2)));
  const event = place2((text2, i) => i > 1 && /^[a-z]{2,12}([_ -][a-z]{2,12}){0,2}$/.test(text2));
  const user = 1;
  const item = place2((text2, i) => i + 1 !== user && i + 1 !== timestamp && i + 1 !== event && text2 !== "");
  const rating = event > 0 ? 0 : place2((text2, i) => i > 1 && i + 1 !== item && i + 1 !== timestamp && /^(10|[1-9]|\d[.,]\d)$/.test(text2));
  const found = { user_id: user, item_id: item || 2, rating, event, timestamp };
  return Object.fromEntries(Object.entries(found).filter(([, at3]) => at3 > 0));
}

// web/read/legacy.ts
var share = (text2, what, of2) => (text2.match(what)?.join("").length ?? 0) / Math.max(1, text2.match(of2)?.join("").length ?? 0);
var OTHER = /[^\0-\x7f]/g;
var KANA = /[\u3041-\u30ff]/g;
var KANA_AND_KANJI = /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]/g;
var isJapanese = (text2) => share(text2, KANA, OTHER) > 0.03 && share(text2, KANA_AND_KANJI, OTHER) > 0.9;
var ENCODINGS = [
  { name: "CP932", label: "shift_jis", fits: isJapanese },
  { name: "EUC-JP", label: "euc-jp", fits: isJapanese },
  { name: "CP949", label: "euc-kr", fits: (text2) => share(text2, /[\uac00-\ud7a3]/g, OTHER) > 0.85 },
  {
    // frequent characters begin with A4 to C6; nearly half of all end with a byte of ASCII
    name: "BIG5",
    label: "big5",
    fits: (_, bytes) => share(bytes, /[\xa4-\xc6][@-~\xa1-\xfe]/g, PAIR) > 0.8 && share(bytes, /[\x81-\xfe][@-~]/g, PAIR) > 0.15
  },
  {
    // frequent characters begin with B0 to D7, the others of GB 2312 with bytes up to F7
    name: "GB18030",
    label: "gb18030",
    fits: (_, bytes) => share(bytes, /[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]/g, PAIR) > 0.8
  },
  { name: "WINDOWS-1251", label: "windows-1251", fits: (text2) => share(text2, /[а-яё]{2,}/gi, OTHER) > 0.8 }
];
var PAIR = /[\x81-\xfe][@-~\xa1-\xfe]/g;
function encodingOf(bytes) {
  const each = Buffer.from(bytes).toString("latin1");
  const found = ENCODINGS.find(({ label, fits }) => {
    try {
      return fits(new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true }), each);
    } catch {
      return false;
    }
  });
  return found ?? { name: "WINDOWS-1252", label: "windows-1252" };
}

// web/read/text.ts
var EXPECTED = "UTF-8 text";
var iconv = (from) => `(iconv -f ${from} -t UTF-8 makes it, if that is what it is)`;
async function* readText(path, onBytes) {
  let decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = async (chunk) => {
    try {
      return chunk === void 0 ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (decoder.encoding !== "utf-8")
        throw new InputError({ file: path }, "broken UTF-16", "whole UTF-16 or UTF-8 text", { cause: error });
      const { line: line2, said, name } = await firstBadLine(path);
      const found = `bytes that are not UTF-8${said === "" ? "" : ` (in ${name === WESTERN ? "Windows-1252" : name} they say ${quote(said)})`}`;
      throw new InputError({ file: path, line: line2 }, found, `${EXPECTED} ${iconv(name)}`, { cause: error });
    }
  };
  let first = true;
  let held2 = "";
  for await (const chunk of readBytes(path, onBytes)) {
    if (first) {
      refuseOtherFormats(path, chunk);
      const wide2 = wideOf(chunk);
      if (wide2 !== null) decoder = new TextDecoder(wide2, { fatal: true });
    }
    if (decoder.encoding === "utf-8" && chunk.includes(0))
      throw new InputError({ file: path }, "a binary file (it has zero bytes)", EXPECTED);
    first = false;
    let text3 = held2 + await decode(chunk);
    held2 = text3.endsWith("\r") ? "\r" : "";
    if (held2 !== "") text3 = text3.slice(0, -1);
    if (text3 !== "") yield unixLines(text3);
  }
  const text2 = held2 + await decode();
  if (text2 !== "") yield unixLines(text2);
}
function wideOf([first, second]) {
  if (first === 255 && second === 254) return "utf-16le";
  return first === 254 && second === 255 ? "utf-16be" : null;
}
var LONGEST_LINE = 1 << 28;
async function* readLines(path, onBytes) {
  let rest2 = "";
  let line2 = 1;
  for await (const text2 of readText(path, onBytes)) {
    const lines = text2.split("\n");
    lines[0] = rest2 + lines[0];
    rest2 = lines.pop();
    line2 += lines.length;
    if (rest2.length > LONGEST_LINE)
      throw new InputError({ file: path, line: line2 }, `a line of more than ${LONGEST_LINE} characters`, "lines that end");
    yield lines;
  }
  if (rest2 !== "") yield [rest2];
}
function unixLines(text2) {
  return text2.includes("\r") ? text2.replace(/\r\n?/g, "\n") : text2;
}
function refuseOtherFormats(path, bytes) {
  const starts = (...magic) => magic.every((byte, i) => bytes[i] === byte);
  const found = starts(80, 75, 3, 4) ? "a zip archive (a spreadsheet, perhaps)" : starts(147, 78, 85, 77, 80, 89) ? "a NumPy array" : starts(80, 65, 82, 49) ? "a Parquet file inside another format" : "";
  if (found !== "") throw new InputError({ file: path }, found, EXPECTED);
}
var WESTERN = "WINDOWS-1252";
var SAMPLE = 1 << 14;
async function firstBadLine(path) {
  const decoder = new TextDecoder("utf-8");
  let line2 = 1;
  let before = "";
  for await (const chunk of readBytes(path)) {
    const text2 = decoder.decode(chunk, { stream: true });
    const bad = text2.indexOf("\uFFFD");
    for (const char of bad < 0 ? text2 : text2.slice(0, bad)) if (char === "\n") line2++;
    if (bad < 0) continue;
    before = text2.slice(Math.max(0, bad - 12), bad).split("\n").at(-1);
    const at3 = Buffer.byteLength(text2.slice(0, bad));
    const { name, label } = encodingOf(chunk.subarray(at3, at3 + SAMPLE));
    const after = new TextDecoder(label).decode(chunk.subarray(at3, at3 + 12), { stream: true });
    return { line: line2, said: before + after.split("\n")[0], name };
  }
  return decoder.decode() === "" ? { said: "", name: WESTERN } : { line: line2, said: "", name: WESTERN };
}

// web/read/csv.ts
var ROW_MAX = 1 << 24;
var MANY = 1e3;
async function* scanCsv(path, options, delimiter) {
  let state = null;
  let rest2 = "";
  let least = 0;
  const open2 = async (atEnd) => {
    const opened = openCsv(path, rest2, delimiter, options, atEnd);
    if (opened === null || opened.delimiter !== "	" || options.quote !== void 0) return opened;
    const quotes = await openQuotes(path, "	", opened);
    if (quotes !== null) options.onQuotes?.(quotes);
    return quotes?.stand ? openCsv(path, rest2, delimiter, { ...options, quote: false }, atEnd) : opened;
  };
  for await (const text2 of readText(path, options.onBytes)) {
    rest2 += text2;
    if (state === null && (state = await open2(false)) !== null) rest2 = begin(state, rest2, options);
    if (state === null || rest2.length < least) continue;
    const piece = state.parser.parse(rest2, 0, true);
    const batch2 = toBatch(path, state, piece, rest2.includes('"'), options);
    rest2 = rest2.slice(piece.meta.cursor);
    least = piece.meta.cursor === 0 ? 2 * rest2.length : 0;
    if (least > 0 && piece.errors.length > MANY) throw within(path, state);
    if (rest2.length > ROW_MAX && !rest2.includes('"'))
      throw new InputError(placeOf(path, state), `a row of more than ${ROW_MAX} characters`, "rows that end");
    if (rest2.length > ROW_MAX) throw unclosed(path, state, "a quote that is closed within the row");
    if (batch2 !== null) yield batch2;
  }
  if (state === null && (state = await open2(true)) !== null) rest2 = begin(state, rest2, options);
  if (state === null) throw new InputError({ file: path }, "an empty file", "a header line with column names");
  const batch = toBatch(path, state, state.parser.parse(rest2, 0, false), rest2.includes('"'), options);
  if (batch !== null) yield batch;
  if (state.names === null) throw new InputError({ file: path }, "blank lines only", "a header line with column names");
}
var SEP = /^\n*sep=(.)(?=\n)/i;
function openCsv(path, text2, given2, { quote: quote2 = true, heading }, atEnd) {
  const said = SEP.exec(text2);
  const body = said === null ? text2 : text2.slice(said[0].length);
  const header = /^\n*([^\n]+)\n/.exec(body) ?? (atEnd ? /^\n*([^\n]+)$/.exec(body) : null);
  if (header === null) {
    if (text2.length > ROW_MAX) throw new InputError({ file: path, line: 1 }, "no end of line", "a header line");
    return null;
  }
  const cut3 = (line2, delimiter2) => new Papa.Parser({ delimiter: delimiter2, newline: "\n", ...!quote2 && { fastMode: true } }).parse(line2, 0, false).data[0] ?? [];
  const found = said === null && heading ? findHeader(body, heading, (line2) => cut3(line2, given2 ?? guessDelimiter(line2))) : null;
  const delimiter = said?.[1] ?? given2 ?? guessDelimiter(found?.line ?? header[1]);
  const parser = new Papa.Parser({ delimiter, newline: "\n", ...!quote2 && { fastMode: true } });
  const headed = !heading?.places || heading.isHeader(cut3(found?.line ?? header[1], delimiter));
  const lines = found?.above ?? 0;
  const above2 = { lines, text: text2.split("\n", lines).map((line2) => `${line2}
`).join("") };
  return { parser, delimiter, headed, above: above2, names: null, picked: [], row: 1, line: 1 + lines };
}
function begin({ above: above2 }, text2, options) {
  if (above2.lines > 0) options.onAbove?.({ lines: above2.lines, first: above2.text.trim().split("\n")[0] });
  return text2.slice(above2.text.length);
}
async function openQuotes(path, delimiter, { headed, above: above2 }) {
  if (!await isRegular(path)) return null;
  let names = 0;
  let row = headed ? -1 : 0;
  let passed = 0;
  let plain4 = 0;
  let needless = 0;
  let isSure = false;
  for await (const lines of readLines(path))
    for (const line2 of lines) {
      if (passed++ < above2.lines || line2 === "") continue;
      row++;
      if (names > 0 && !line2.includes('"')) continue;
      const fields2 = line2.split(delimiter);
      if (names === 0) names = fields2.length;
      while (fields2.length > names && fields2.at(-1) === "") fields2.pop();
      if (fields2.length !== names) return null;
      for (const field of fields2) {
        if (!field.startsWith('"')) continue;
        if (!QUOTED.test(field)) plain4 ||= row;
        else if (headed && row === 0 || NEEDS.test(field)) isSure = true;
        else needless ||= row;
      }
    }
  if (plain4 > 0) return { row: plain4, stand: true };
  return needless > 0 && !isSure ? { row: needless, stand: false } : null;
}
var QUOTED = /^"(?:[^"]|"")*"$/;
var NEEDS = /""|,|^" | "$/;
function guessDelimiter(header) {
  if (/::[^:]+::/.test(header)) return "::";
  const count2 = (delimiter) => header.split(delimiter).length;
  return [",", "	", ";", "|"].reduce((best3, delimiter) => count2(delimiter) > count2(best3) ? delimiter : best3);
}
function toBatch(path, state, piece, quoted, options) {
  const { data, errors } = piece;
  const wrong2 = errors.find((error) => error.row < data.length);
  const lines = new Uint32Array(data.length);
  const firstRow = state.row;
  let columns = state.picked.map(() => []);
  let rows = 0;
  for (let i = 0; i < data.length; i++) {
    const cells = data[i];
    const line2 = state.line;
    if (wrong2?.row === i) {
      if (wrong2.code === "MissingQuotes") throw unclosed(path, state, "a closing quote");
      throw within(path, state);
    }
    state.line += 1 + (quoted ? newlinesIn(cells) : 0);
    if (cells.length === 1 && cells[0] === "") continue;
    if (state.names === null && line2 === 1 && /^sep=$/i.test(cells.join(""))) continue;
    if (state.names === null) {
      state.names = state.headed ? headerNames(path, cells, options) : cells.map((_, c) => placeName(c));
      state.picked = options.select(state.names, "csv");
      columns = state.picked.map(() => []);
      if (state.headed) continue;
    }
    while (cells.length > state.names.length && cells.at(-1) === "") cells.pop();
    if (isHeader(cells, state.names)) {
      options.onHeader?.(state.row);
      continue;
    }
    if (cells.length !== state.names.length) {
      throw new InputError(
        { file: path, row: state.row, line: line2 },
        fields(cells.length),
        `${state.names.length} as in the ${state.headed ? "header" : "first row"}`
      );
    }
    for (let c = 0; c < columns.length; c++) columns[c].push(cells[state.picked[c]]);
    lines[rows++] = line2;
    state.row++;
  }
  if (rows === 0) return null;
  return {
    columns: columns.map((column, c) => state.picked[c] < 0 ? null : column),
    rows,
    firstRow,
    lines: lines.subarray(0, rows)
  };
}
function headerNames(path, cells, options) {
  try {
    return checkNames(path, cells);
  } catch (error) {
    if (areData(cells)) options.select(cells, "csv");
    throw error;
  }
}
var isHeader = (cells, names) => names.length > 1 && cells.length === names.length && names.every((name, c) => cells[c].trim() === name);
function newlinesIn(cells) {
  let count2 = 0;
  for (const cell of cells) for (let at3 = cell.indexOf("\n"); at3 >= 0; at3 = cell.indexOf("\n", at3 + 1)) count2++;
  return count2;
}
function fields(count2) {
  return count2 === 1 ? "1 field" : `${count2} fields`;
}
function placeOf(path, state) {
  return state.names === null ? { file: path, line: state.line } : { file: path, row: state.row, line: state.line };
}
function unclosed(path, state, expected) {
  return new InputError(
    placeOf(path, state),
    `a field that opens with ${quote('"')} and is not closed`,
    `${expected} (config "quote": false reads quotes as they stand)`
  );
}
var within = (path, state) => new InputError(
  placeOf(path, state),
  "a quote inside a quoted field",
  'it doubled ("") or the field closed before a delimiter (config "quote": false reads quotes as they stand)'
);

// web/read/columns.ts
var APPS = ["app", "appid"];
var ALIASES = {
  user_id: [
    [
      "user",
      "uid",
      "customer",
      "customerid",
      "visitor",
      "visitorid",
      "reviewer",
      "reviewerid",
      "client",
      "clientid",
      "member",
      "memberid",
      "account",
      "accountid",
      "person",
      "personid",
      "profileid",
      "deviceid",
      "username"
    ],
    ["userpseudoid"],
    // Google Analytics, of people who are not signed in
    ["session", "sessionid"]
  ],
  item_id: [
    ["parentasin"],
    // Amazon names variants by asin and the product itself by parent_asin
    [
      "item",
      "iid",
      "asin",
      "sku",
      "movie",
      "movieid",
      "film",
      "filmid",
      "product",
      "productid",
      "article",
      "articleid",
      "book",
      "bookid",
      "isbn",
      "song",
      "songid",
      "track",
      "trackid",
      "artist",
      "artistid",
      "album",
      "albumid",
      "video",
      "videoid",
      "game",
      "gameid",
      "business",
      "businessid",
      "news",
      "newsid",
      "recipe",
      "recipeid",
      "course",
      "courseid",
      "place",
      "placeid",
      "poi",
      "poiid",
      "location",
      "locationid",
      "restaurant",
      "restaurantid",
      "anime",
      "animeid",
      "show",
      "showid",
      "content",
      "contentid",
      "document",
      "documentid",
      "doc",
      "docid",
      "post",
      "postid",
      "listing",
      "listingid",
      "offer",
      "offerid"
    ],
    ["stockcode"],
    ["lineitemsku"],
    // orders of Shopify
    ["itemsitemid"],
    // Google Analytics
    ["tconst"],
    // IMDb
    APPS,
    ["id"]
  ],
  rating: [
    ["score", "stars", "starrating", "overall", "rate", "reviewscore", "userrating", "itemrating"],
    ["bookrating"]
    // Book-Crossing
  ],
  event: [
    [
      "eventtype",
      "eventname",
      "action",
      "actiontype",
      "interaction",
      "interactiontype",
      "behavior",
      "behaviortype",
      "behaviour",
      "behaviourtype"
    ]
  ],
  timestamp: [
    [
      "ts",
      "time",
      "date",
      "datetime",
      "eventtime",
      "eventtimestamp",
      "createdat",
      "unixtime",
      "unixtimestamp",
      "unixreviewtime",
      "timestampms",
      "timems"
    ],
    // Of several days that a row may name, the one on which somebody took something; else the one on which it was written.
    ...[
      "purchasedate",
      "orderdate",
      "invoicedate",
      "transactiondate",
      "eventdate",
      "reviewdate",
      "datecreated",
      "createddate",
      "created",
      "datum",
      "fecha"
    ].map((name) => [name])
  ],
  basket: [],
  // nobody is asked for one whose column is not named
  title: [
    ["name", "itemname", "productname", "producttitle", "movietitle", "filmtitle", "booktitle", "songtitle"],
    [
      "titel",
      "bezeichnung",
      "artikelname",
      "artikelbezeichnung",
      "produktname",
      "titre",
      "d\xE9signation",
      "t\xEDtulo",
      "titulo",
      "nombre"
    ],
    // As catalogues name what they are of; none of them stands for the name of something else.
    ...[
      "prodname",
      "prodtitle",
      "itemtitle",
      "articlename",
      "articletitle",
      "trackname",
      "tracktitle",
      "songname",
      "moviename",
      "filmname",
      "bookname",
      "gamename",
      "gametitle",
      "videotitle",
      "coursename",
      "coursetitle",
      "recipename",
      "recipetitle",
      "displayname"
    ].map((name) => [name])
  ]
};
var EXAMPLES = {
  user_id: " (or a usual other name such as userId, user, customer_id)",
  item_id: " (or a usual other name such as itemId, item, movieId, product_id, asin, sku)"
};
var ColumnError = class extends InputError {
  constructor(file, role, found, expected) {
    super({ file }, found, expected);
    this.role = role;
  }
};
var NoColumn = class extends ColumnError {
};
function findColumns(file, names, wanted, required, mapping = {}, options = {}) {
  const found = {};
  const kind = options.kind ?? "items";
  for (const role of wanted) {
    const chosen = mapping[role];
    if (chosen === null) {
      found[role] = -1;
      continue;
    }
    const named = typeof chosen === "string" ? names.indexOf(chosen) : chosen === void 0 ? -1 : placeOf2(chosen, names);
    const at3 = named >= 0 ? named : findColumn(file, names, role, kind);
    if (at3 < 0 && required.includes(role))
      throw chosen === void 0 ? noColumn(file, role, names, kind, unfound(names, required, mapping, kind)) : new ColumnError(
        file,
        role,
        `the columns ${quoteList(names)}`,
        `${quoteList([calledOf(chosen)])}, named as ${role}`
      );
    if (chosen !== void 0 && named < 0 && options.notes !== void 0)
      noteFallback(options.notes, role, calledOf(chosen), at3 < 0 ? null : names[at3]);
    found[role] = at3;
  }
  const taken = wanted.map((role) => names[found[role]]).filter((name) => name !== void 0);
  if (Object.values(mapping).every((chosen) => typeof chosen !== "number") && areData(names) && areData(taken))
    noteNoHeader(options.notes, names, kind);
  return found;
}
var placeOf2 = (place2, names) => Number.isInteger(place2) && place2 >= 1 && place2 <= names.length ? place2 - 1 : -1;
var calledOf = (chosen) => typeof chosen === "string" ? chosen : placeName(chosen - 1);
function headingOf(required, mapping = {}) {
  const places = required.some((role) => typeof mapping[role] === "number");
  const names = (cells, role) => {
    const chosen = mapping[role];
    if (typeof chosen === "number") return partOf(cells[chosen - 1]?.trim() ?? "") === role;
    return cells.some((cell) => cell.trim() === chosen || !places && partOf(cell.trim()) === role);
  };
  return { places, isHeader: (cells) => required.every((role) => names(cells, role)) };
}
function byPlace(names, kind) {
  const places = kind === "interactions" ? placesOf(names) : { item_id: 1, ...names.length > 1 && { title: 2 } };
  return JSON.stringify({ columns: { [kind]: places } });
}
function noteNoHeader(facts, names, kind) {
  if (facts === void 0 || facts.notes?.some(({ note: note2 }) => note2 === "headless")) return;
  facts.notes = [...facts.notes ?? [], { note: "headless", first: names.slice(0, 5), config: byPlace(names, kind) }];
}
function noColumn(file, role, names, kind, line2) {
  const found = `no column for ${role} among ${quoteList(names)}`;
  if (areData(names))
    return new NoColumn(
      file,
      role,
      `${found}, which look like a first row: there seems to be no header`,
      `a header line, or columns by place, such as config ${byPlace(names, kind)} (its numbers are to be checked)`
    );
  const usual2 = `a header line with ${role}${EXAMPLES[role] ?? ""}`;
  return new NoColumn(file, role, found, `${usual2}, or a config that names it: ${line2}`);
}
function unfound(names, required, mapping, kind) {
  const open2 = required.filter(
    (role) => mapping[role] === void 0 && !names.some((name) => partOf(name) === role)
  );
  const isFree = (part3) => part3 === null || part3 === "title" && kind === "interactions";
  const free = names.filter((name) => isFree(partOf(name)));
  const likely = Object.fromEntries(open2.map((role) => [role, likeliest(free, role) ?? "\u2026"]));
  const times = names.filter((name) => name.includes(".") && partOf(name.split(".").at(-1)) === "timestamp");
  const isDated = names.some((name) => partOf(name) === "timestamp");
  if (kind === "interactions" && !isDated && times.length === 1) likely.timestamp = times[0];
  return configOf(kind, likely);
}
var configOf = (kind, columns) => JSON.stringify({ columns: { [kind]: columns } });
function partOf(name) {
  const canonical = canonicalName(name);
  if (APPS.includes(canonical)) return null;
  const roles = Object.keys(ALIASES);
  return roles.find((role) => canonicalName(role) === canonical || ALIASES[role].some((group) => group.includes(canonical))) ?? null;
}
var WORDS = {
  user_id: /user|customer|client|member|visitor|buyer|guest|account|person|distinct|player|listener|reader|subscriber|student|patient|anonym|cookie|mail|phone|kunde|nutzer|usuario|utilisateur|session|device/,
  // prettier-ignore
  item_id: /item|product|article|artikel|produkt|prod|sku|ean|upc|gtin|stock|movie|film|book|song|track|artist|video|game|isbn/
  // prettier-ignore
};
var NUMBERS = /(id|ids|uuid|guid|code|key|no|nr|num|number|nummer|numero|numéro|номер|sku|ean|upc|gtin|isbn|const|hash|mail|ref|uri)$/;
var CALLS = /(name|title|user|customer|client|member|buyer|product|article|artikel|produkt|kunde|item)$/;
var MAKERS = /artist|album|author|brand/i;
function likeliest(names, role) {
  const other = role === "user_id" ? WORDS.item_id : WORDS.user_id;
  const inside = names.find((name) => name.includes(".") && partOf(name.split(".").at(-1)) === role);
  if (inside !== void 0) return inside;
  const about = names.filter((name) => WORDS[role].test(canonicalName(name)));
  const numbering = (list2) => list2.find((name) => NUMBERS.test(canonicalName(name)));
  return numbering(about) ?? about.find((name) => CALLS.test(canonicalName(name)) && !MAKERS.test(name)) ?? about.find((name) => CALLS.test(canonicalName(name))) ?? (role === "item_id" ? withoutOthers(otherIds(names)) : otherIds(names)).find(
    (name) => !other.test(canonicalName(name))
  );
}
function otherItems(names) {
  const usual2 = names.filter((name) => partOf(name) === "item_id" && canonicalName(name) !== "id");
  return withoutOthers(usual2.length > 0 ? usual2 : otherIds(names));
}
var OTHERS = /^(app|ip)id$|amplitude|distinct|mixpanel|^guid|uuid|anonym|user|visitor|cookie|client|customer|categor|impression|event|session|request|message|insert|batch|trace|query|search|rank|page(view)?id|campaign|^ad(set|group)?id|order|transaction|invoice|cart|basket|payment|device|tenant|region|country|type/;
var withoutOthers = (names) => names.filter((name) => !OTHERS.test(canonicalName(name)));
var isOfEvents = (names) => names.some((name) => partOf(name) === "event");
var otherPeople = (names) => names.filter((name) => PEOPLE.test(canonicalName(name)));
var PEOPLE = /^(anonymousid|anonid|.*(user|visitor|client|customer|device|cookie|pseudo|member|distinct|fullvisitor|person|profile|account|amplitude).*id|.*(email|cookie|visitor))$/;
function noteFallback(facts, role, wanted, column) {
  const notes = (facts.notes ??= []).filter((one2) => one2.note !== "fallback" || one2.role !== role);
  facts.notes = [...notes, { note: "fallback", role, wanted, column }];
}
function checkMapped(files, mapping) {
  for (const [role, chosen] of Object.entries(mapping))
    if (typeof chosen === "string" && files.every(({ columns }) => columns.every(({ name }) => name !== chosen)))
      throw new InputError(
        { file: files.map(({ path }) => path).join(", ") },
        `the columns ${quoteList([...new Set(files.flatMap(({ columns }) => columns.map(({ name }) => name)))])}`,
        `${quoteList([chosen])}, named as ${role}`
      );
}
function findColumn(file, names, role, kind, dotless = true) {
  const exact = names.indexOf(role);
  if (exact >= 0) return exact;
  const own = dotless && names.some((name) => name.includes(".")) ? names.map((name) => name.includes(".") ? "" : name) : names;
  const canonical = own.map(canonicalName);
  for (const group of [[canonicalName(role)], ...ALIASES[role]]) {
    if (group === APPS && isOfEvents(names)) continue;
    const fits = canonical.flatMap((name, at3) => group.includes(name) ? [at3] : []);
    if (fits.length > 1)
      throw new ColumnError(
        file,
        role,
        `${fits.length} columns that could be ${role}: ${quoteList(fits.map((at3) => names[at3]))}`,
        `one of them named ${role}, or a config that chooses: ${configOf(kind, { [role]: names[fits.find((at3) => canonical[at3] !== "time") ?? fits[0]] })}`
      );
    if (fits.length === 0) continue;
    const others = kind === "interactions" && role === "item_id" && group.includes("id") ? otherIds(names) : [];
    if (others.length === 0) return fits[0];
    throw new ColumnError(
      file,
      role,
      `${quote(names[fits[0]])}, which may only number the rows, beside ${quoteList(others)}`,
      `the column of the items to be named: config "columns": {"interactions": {"item_id": ${JSON.stringify(withoutOthers(others)[0] ?? "\u2026")}}}`
    );
  }
  return own === names ? -1 : findColumn(file, names, role, kind, false);
}
var KNOWN = new Set(Object.values(ALIASES).flat(2));
var NO_IDS = /(p|^r?)aid$|valid$|(^|a)void$|^bid$|^grid$|solid$|liquid$|fluid$|hybrid$|android$|^mid$|covid$/;
function otherIds(names) {
  return names.filter((name) => {
    const canonical = canonicalName(name);
    if (KNOWN.has(canonical) || ["userid", "itemid", "id"].includes(canonical)) return false;
    const isWord = /[\s_.-](id|uuid|guid)$/i.test(name) || /[a-z0-9](Id|ID|Uuid|UUID)$/.test(name);
    return isWord || /^[a-z]{2,}id$/.test(name) && !NO_IDS.test(name);
  });
}
function canonicalName(name) {
  return name.toLowerCase().replace(/^[#%]\s*(?=\S)/, "").replace(/(?<=\S)\s*\([^()]*\)$/, "").replace(/:(token|float)(_seq)?$/, "").replace(/[\s_.-]+/g, "");
}

// web/read/json.ts
var DEEPEST = 1e3;
function parseJson(text2) {
  const value = JSON.parse(text2);
  if (text2.length > DEEPEST && depthOf(text2) > DEEPEST) throw new SyntaxError(`nested deeper than ${DEEPEST}`);
  return value;
}
function depthOf(text2) {
  let [depth2, deepest, quoted] = [0, 0, false];
  for (let i = 0; i < text2.length; i++) {
    const letter2 = text2[i];
    if (quoted && letter2 === "\\") i++;
    else if (letter2 === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter2 === "[" || letter2 === "{") deepest = Math.max(deepest, ++depth2);
    else if (letter2 === "]" || letter2 === "}") depth2--;
  }
  return deepest;
}

// web/read/nested.ts
var isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
var DEEPEST2 = 3;
var MOST = 256;
function eachInside(row, hear, above2 = []) {
  for (const key in row) {
    const value = row[key];
    const path = [...above2, key];
    if (above2.length > 0 && !isObject(value)) hear(path);
    if (isObject(value) && path.length < DEEPEST2) eachInside(value, hear, path);
  }
}
var Inside = class {
  constructor() {
    this.paths = /* @__PURE__ */ new Map();
  }
  /** The names of a row's objects that are not `known`. */
  add(row, known) {
    const names = /* @__PURE__ */ new Set();
    eachInside(row, (path) => {
      const name = path.join(".");
      if (this.paths.size >= MOST || this.paths.has(name)) return;
      this.paths.set(name, path);
      if (!known.has(name)) names.add(name);
    });
    return [...names];
  }
  /** What a row has under a name, which it may have of its own besides; undefined where that is none of these. */
  cell(row, name) {
    const path = this.paths.get(name);
    if (path === void 0) return void 0;
    let value = row;
    for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : void 0;
    return value;
  }
};
var isId = (name, role) => partOf(name) === role || role === "item_id" && (otherIds([name]).length > 0 || /^[a-z]id$/.test(name));
function whereInside(error, rows, nested) {
  const found = /* @__PURE__ */ new Map();
  for (const row of rows)
    for (const key in row) {
      const value = row[key];
      const isList = Array.isArray(value);
      const first = isList ? value[0] : value;
      const name = isObject(first) ? Object.keys(first).find((one3) => isId(one3, error.role)) : void 0;
      if (name === void 0 || found.has(key) || !isList && nested) continue;
      const jq = /^\w+$/.test(key) ? `.${key}` : `.[${JSON.stringify(key)}]`;
      const whole4 = isList ? `. as $row | ${jq}[] | $row + . | del(${jq})` : `. + ${jq} | del(${jq})`;
      found.set(key, { inside: `${key}${isList ? "[]" : ""}.${name}`, jq: whole4 });
    }
  const [one2] = found.values();
  if (one2 === void 0) return error;
  const rowsOf2 = one2.inside.includes("[]") ? "makes a row of each" : "makes columns of them";
  return new NoColumn(
    error.place.file,
    error.role,
    error.found,
    `${error.expected}; such ids seem to be inside, as ${one2.inside} (jq -c '${one2.jq}' ${rowsOf2})`
  );
}

// web/read/jsonl.ts
async function* scanJsonLines(path, options) {
  const keys = new Keys(path, options);
  let row = 1;
  let line2 = 1;
  let only = null;
  const spread = [];
  for await (const texts of readLines(path, options.onBytes)) {
    const rows = [];
    const lines = new Uint32Array(texts.length);
    const firstRow = row;
    for (const text2 of texts) {
      if (spread.length > 0 || text2.trimEnd() === "{") spread.push(text2);
      const whole4 = spread.length === 0 ? text2 : text2.trimEnd() === "}" ? spread.join("\n") : "";
      if (whole4.trim() !== "") {
        lines[rows.length] = line2 - Math.max(0, spread.length - 1);
        rows.push(parseRow(path, row++, lines[rows.length], whole4));
        spread.length = 0;
      }
      line2++;
    }
    if (rows.length === 0) continue;
    const known = lines.subarray(0, rows.length);
    if (row === 2) {
      only = { rows, lines: known };
      continue;
    }
    if (only !== null) yield keys.batch(only.rows, 1, only.lines);
    only = null;
    yield keys.batch(rows, firstRow, known);
  }
  if (spread.length > 0) parseRow(path, row, line2 - spread.length, spread.join("\n"));
  if (row === 1) throw new InputError({ file: path }, "an empty file", "one JSON object a line");
  if (only === null) return;
  refuseOthers(path, only.rows);
  yield keys.batch(only.rows, 1, only.lines);
}
async function* scanJsonArray(path, options) {
  const pieces = [];
  for await (const text2 of readText(path, options.onBytes)) pieces.push(text2);
  let value;
  try {
    value = parseExact(pieces.join(""));
  } catch (error) {
    if (error instanceof RangeError)
      throw new InputError({ file: path }, "a JSON array that is too long for one text", 'one object a line (jq -c ".[]" makes them)', { cause: error });
    throw new InputError({ file: path }, `broken JSON (${error.message})`, "an array of objects", {
      cause: error
    });
  }
  if (!Array.isArray(value)) throw new InputError({ file: path }, kindOf(value), "an array of objects");
  value.forEach((row, i) => {
    if (!isObject(row)) throw new InputError({ file: path, row: i + 1 }, kindOf(row), "an object");
  });
  refuseOthers(path, value);
  const batch = new Keys(path, options).batch(value, 1, null);
  if (batch.rows > 0) yield batch;
}
var CELLS = 1 << 22;
var SPARSE = 64;
var Keys = class {
  constructor(file, options) {
    this.names = [];
    this.known = /* @__PURE__ */ new Set();
    this.picked = [];
    this.present = 0;
    this.file = file;
    this.inside = options.nested ? new Inside() : null;
    this.select = options.select;
  }
  batch(rows, firstRow, lines) {
    const before = this.names.length;
    for (const row of rows) {
      for (const name in row) {
        this.present++;
        if (this.known.has(name)) continue;
        this.known.add(name);
        this.names.push(name);
      }
      for (const name of this.inside?.add(row, this.known) ?? []) this.names.push(name);
    }
    if (this.names.length > before || firstRow === 1) this.picked = this.pick(rows);
    const table = firstRow - 1 + rows.length;
    if (table * this.picked.length > CELLS + SPARSE * this.present)
      throw new InputError(
        { file: this.file },
        `${this.names.length} different keys in the first ${table} rows, of which a row has ${Math.round(this.present / table)}`,
        "columns, which most rows have (what differs from row to row can be a list under one key)"
      );
    const columns = this.picked.map((at3) => at3 < 0 ? null : rows.map((row) => this.cell(row, this.names[at3])));
    return { columns, rows: rows.length, firstRow, lines };
  }
  cell(row, name) {
    return Object.hasOwn(row, name) ? row[name] : this.inside?.cell(row, name);
  }
  pick(rows) {
    try {
      return this.select(this.names, "jsonl");
    } catch (error) {
      throw error instanceof NoColumn ? whereInside(error, rows, this.inside !== null) : error;
    }
  }
};
function parseRow(file, row, line2, text2) {
  let value;
  try {
    value = parseExact(text2);
  } catch (error) {
    throw new InputError({ file, row, line: line2 }, `${quote(text2)} (${error.message})`, "a JSON object", {
      cause: error
    });
  }
  if (!isObject(value)) throw new InputError({ file, row, line: line2 }, kindOf(value), "a JSON object");
  return value;
}
var TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
var WHOLE = /^-?\d+$/;
function parseExact(text2) {
  const value = parseJson(text2);
  if (!/\d{16}/.test(text2)) return value;
  const isLong3 = (token) => WHOLE.test(token) && !Number.isSafeInteger(Number(token));
  return JSON.parse(text2.replace(TOKENS, (token) => isLong3(token) ? `"${token}"` : token));
}
function kindOf(value) {
  return Array.isArray(value) ? "an array" : isObject(value) ? "an object" : value === null ? "null" : quote(value);
}
function refuseOthers(file, rows) {
  const [only, more] = rows;
  if (only === void 0 || more !== void 0) return;
  const values = Object.entries(only);
  const lists3 = values.filter(([, value]) => Array.isArray(value) && value.length > 1);
  const expected = "rows: one object a line, or one array of objects";
  const objects = values.length > 1 && values.every(([, value]) => isObject(value));
  const columns = values.length > 1 && lists3.length === values.length;
  if (objects || columns)
    throw new InputError(
      { file },
      `one object of ${values.length} ${objects ? "objects" : "lists"}`,
      `${expected} (pandas: to_json(F, orient="records", lines=True))`
    );
  const inner = lists3.find(([, value]) => value.every(isObject));
  if (inner !== void 0 && values.every(([, value]) => value === inner[1] || !Array.isArray(value)) && !("item_id" in only))
    throw new InputError(
      { file },
      `one object, whose ${quote(inner[0])} is a list of ${inner[1].length} objects`,
      `${expected} (jq -c '.[${JSON.stringify(inner[0])}][]' makes them)`
    );
}

// web/read/parquet.ts
import { asyncBufferFromFile, parquetScan, parquetSchema } from "hyparquet";

// web/read/number-lists.ts
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { getMaxDefinitionLevel, getSchemaPath } from "hyparquet/src/schema.js";
var SIGNED = /^(INT_\d+)?$/;
function numberListsIn({ schema }, chunks) {
  const [chunk] = chunks;
  if (chunk === void 0 || chunks.length > 1) return null;
  const path = getSchemaPath(schema, chunk.path_in_schema);
  const { type, converted_type: converted2, logical_type: logical } = path.at(-1).element;
  const isNumber = type === "FLOAT" || type === "DOUBLE" || (type === "INT32" || type === "INT64") && SIGNED.test(converted2 ?? "") && (logical === void 0 || logical.type === "INTEGER" && logical.isSigned);
  return isNumber && path.filter(({ element }) => element.repetition_type === "REPEATED").length === 1 ? path : null;
}
async function readNumberLists(pages, { schema }, column, rows) {
  const path = getSchemaPath(schema, column.path_in_schema);
  const lists3 = new Growing(rows, Number(column.num_values), path);
  let dictionary = [];
  for await (const page of pages.pagesOf(schema, column)) {
    const { element } = path.at(-1);
    const { dictionary_page_header: coded } = page.header;
    if (coded !== void 0)
      dictionary = readPlain(readerOf(unpacked(page, column, pages.plain)), column.type, coded.num_values, element.type_length);
    else lists3.add(levelsAndValues(page, column, path, pages.plain), dictionary);
  }
  return lists3.end();
}
var readerOf = (bytes) => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 });
function unpacked({ header, packed: packed2, before, check: check2 }, { codec }, compressors2) {
  const rest2 = packed2.subarray(before);
  const isPlain = header.data_page_header_v2?.is_compressed === false;
  const plain4 = isPlain ? rest2 : decompressPage(rest2, header.uncompressed_page_size - before, codec, compressors2);
  check2?.(plain4);
  return plain4;
}
function levelsAndValues(page, column, schemaPath, compressors2) {
  const { element } = schemaPath.at(-1);
  const { codec, type } = column;
  const decoder = { pathInSchema: column.path_in_schema, type, element, schemaPath, codec, compressors: compressors2, parsers: DEFAULT_PARSERS };
  const { data_page_header: first, data_page_header_v2: second } = page.header;
  const { num_values: count2, encoding } = first ?? second;
  const coded = encoding.endsWith("_DICTIONARY");
  const plain4 = unpacked(page, column, compressors2);
  if (first !== void 0) {
    const { repetitionLevels: repetitionLevels2, definitionLevels: definitionLevels2, dataPage: dataPage2 } = readDataPage(plain4, first, decoder);
    return { count: count2, repetition: repetitionLevels2, definition: definitionLevels2 ?? [], values: dataPage2, coded };
  }
  const levels = page.packed.subarray(0, page.before);
  const whole4 = Buffer.concat([levels, plain4]);
  const header = { ...page.header, uncompressed_page_size: whole4.length, data_page_header_v2: { ...second, is_compressed: false } };
  const { repetitionLevels, definitionLevels, dataPage } = readDataPageV2(whole4, header, { ...decoder, codec: "UNCOMPRESSED" });
  return { count: count2, repetition: repetitionLevels, definition: definitionLevels ?? [], values: dataPage, coded };
}
var Growing = class {
  constructor(expected, most, path) {
    this.expected = expected;
    this.rows = 0;
    this.used = 0;
    this.values = new Float32Array(most);
    this.start = new Uint32Array(expected + 1);
    this.whole = new Uint8Array(expected);
    this.number = getMaxDefinitionLevel(path);
    this.element = getMaxDefinitionLevel(path.slice(0, path.findIndex(({ element }) => element.repetition_type === "REPEATED") + 1));
  }
  add({ count: count2, repetition, definition, values, coded }, dictionary) {
    const isWhole = definition.length === 0;
    let next2 = 0;
    for (let i = 0; i < count2; i++) {
      const level = isWhole ? this.number : definition[i];
      if (repetition[i] === 0) this.begin(level >= this.element);
      if (level === this.number) {
        const value = values[next2++];
        this.values[this.used++] = Number(coded ? dictionary[value] : value);
      } else {
        if (level >= this.element) this.values[this.used++] = NaN;
        this.whole[this.rows - 1] = 0;
      }
    }
    if (this.rows === 0 && count2 > 0) throw new Error("a list that goes on from none");
    if (next2 !== values.length) throw new Error(`${values.length} values, of which ${next2} are in lists`);
  }
  begin(isWhole) {
    if (this.rows === this.expected) throw new Error(`more than ${this.expected} lists`);
    this.start[this.rows] = this.used;
    this.whole[this.rows++] = Number(isWhole);
  }
  end() {
    if (this.rows !== this.expected) throw new Error(`${this.rows} lists, not ${this.expected}`);
    this.start[this.rows] = this.used;
    return { start: this.start, values: this.values.subarray(0, this.used), whole: this.whole };
  }
};

// web/read/pages.ts
import { compressors } from "hyparquet-compressors";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage as decompressPage2 } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { getMaxDefinitionLevel as getMaxDefinitionLevel2, getMaxRepetitionLevel, getSchemaPath as getSchemaPath2 } from "hyparquet/src/schema.js";
import { readVarInt } from "hyparquet/src/thrift.js";
var PACKED = 1 << 15;
var SMALL = 1 << 20;
var Pages = class {
  constructor(file) {
    this.plain = compressors;
    /** For hyparquet: what comes out is checked on its way. */
    this.compressors = Object.fromEntries(
      Object.entries(compressors).map(([codec, unpack]) => [
        codec,
        (packed2, size) => {
          const page = unpack(packed2, size);
          this.next++;
          this.packed[this.next - 1]?.(page);
          return page;
        }
      ])
    );
    /** Checks of the pages that hyparquet is about to unpack, in its order; null: a dictionary. */
    this.packed = [];
    this.next = 0;
    this.file = file;
  }
  /**
   * Looks at the pages of a column, which hyparquet reads next. Several chunks make one column of structs; hyparquet unpacks
   * them in no certain order, so that these are unpacked here as well.
   */
  async expect(schema, chunks) {
    this.packed = [];
    this.next = 0;
    for (const column of chunks) await this.expectChunk(schema, column, chunks.length === 1);
  }
  async expectChunk(schema, column, alone) {
    for await (const { header, packed: packed2, before, check: check2 } of this.pagesOf(schema, column)) {
      const rest2 = packed2.subarray(before);
      if (column.codec === "UNCOMPRESSED" || header.data_page_header_v2?.is_compressed === false) check2?.(rest2);
      else if (alone) this.packed.push(check2);
      else check2?.(decompressPage2(rest2, header.uncompressed_page_size - before, column.codec, compressors));
    }
  }
  /** The pages of a chunk one by one, a few of them in memory: those of a table in one row group are as large as the table. */
  async *pagesOf(schema, column) {
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const end = start + Number(column.total_compressed_size);
    if (!(start >= 4 && end >= start && end <= this.file.byteLength))
      throw new Error(`bytes ${start} to ${end} of ${this.file.byteLength}`);
    const path = getSchemaPath2(schema, column.path_in_schema);
    const most = { repetition: getMaxRepetitionLevel(path), definition: getMaxDefinitionLevel2(path) };
    const bitsOf2 = (level) => 32 - Math.clz32(level);
    const bits3 = { repetition: bitsOf2(most.repetition), definition: bitsOf2(most.definition) };
    const chunk = { column, most, bits: bits3, width: widthOf(column, path.at(-1)?.element.type_length) };
    const window = new Window(this.file, end);
    for (let at3 = start; at3 < end - 1; ) {
      const { header, length } = await headerAt(window, at3);
      at3 += length;
      const { compressed_page_size: packed2, uncompressed_page_size: plain4 } = header;
      within2("a page of bytes", packed2, end - at3);
      within2("a page unpacked to bytes", plain4, SMALL + PACKED * packed2);
      const data = header.data_page_header ?? header.data_page_header_v2;
      if (data !== void 0) within2("a page of values", data.num_values, Number(column.num_values));
      else within2("a dictionary of values", header.dictionary_page_header?.num_values ?? 0, plain4);
      const page = await window.bytes(at3, packed2);
      yield { header, packed: page, ...checkOf(page, header, chunk) };
      at3 += packed2;
    }
  }
};
var Window = class {
  constructor(file, end) {
    this.file = file;
    this.end = end;
    this.start = 0;
    this.held = new Uint8Array(0);
  }
  /** Up to `count` bytes, fewer where the end is nearer. */
  async bytes(from, count2) {
    const to = Math.min(from + count2, this.end);
    if (from < this.start || to > this.start + this.held.length) {
      const last = Math.min(Math.max(to, from + AHEAD), this.end);
      this.held = new Uint8Array(await this.file.slice(from, last));
      this.start = from;
    }
    return this.held.subarray(from - this.start, to - this.start);
  }
};
var AHEAD = 1 << 22;
var HEADER = 1 << 12;
async function headerAt(window, at3) {
  for (let most = HEADER; ; most *= 16) {
    const reader = readerOf2(await window.bytes(at3, most));
    try {
      const header = parquetHeader(reader);
      return { header, length: reader.offset };
    } catch (error) {
      if (at3 + most >= window.end) throw error;
    }
  }
}
function within2(what, count2, most) {
  if (typeof count2 !== "number" || !(count2 >= 0 && count2 <= most))
    throw new Error(`${what}: ${quote(count2)} of ${most}`);
}
var WIDTHS = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8, INT96: 12 };
var widthOf = ({ type }, length) => WIDTHS[type] ?? length ?? 0;
function checkOf(page, header, chunk) {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const { bits: bits3, most } = chunk;
  if (first !== void 0) {
    const check2 = (plain4) => {
      const reader2 = readerOf2(plain4);
      const count2 = first.num_values;
      const length = () => reader2.view.getUint32(reader2.offset, true);
      let values2 = count2;
      if (bits3.repetition > 0) checkLevels(reader2, bits3.repetition, count2, length(), 4);
      if (bits3.definition > 0) {
        const { offset } = reader2;
        checkLevels(reader2, bits3.definition, count2, length(), 4);
        if (COUNTED.test(first.encoding))
          values2 = present({ ...reader2, offset }, bits3.definition, count2, most.definition);
      }
      checkValues(reader2, first.encoding, values2, chunk);
    };
    return { before: 0, check: check2 };
  }
  if (second === void 0) return { before: 0, check: null };
  const lengths = [second.repetition_levels_byte_length, second.definition_levels_byte_length];
  const before = lengths[0] + lengths[1];
  if (!(lengths.every((length) => length >= 0) && before <= page.length))
    throw new Error(`levels of ${before} bytes in a page of ${page.length}`);
  within2("a page of nulls", second.num_nulls, second.num_values);
  const reader = readerOf2(page);
  if (bits3.repetition > 0) checkLevels(reader, bits3.repetition, second.num_values, lengths[0]);
  reader.offset = lengths[0];
  if (bits3.definition > 0) checkLevels(reader, bits3.definition, second.num_values, lengths[1]);
  const values = second.num_values - second.num_nulls;
  return { before, check: (plain4) => checkValues(readerOf2(plain4), second.encoding, values, chunk) };
}
var readerOf2 = (bytes) => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0
});
var COUNTED = /^(DELTA|BYTE_STREAM_SPLIT)/;
function present(reader, bits3, count2, most) {
  const levels = new Array(count2);
  readRleBitPackedHybrid(reader, bits3, levels);
  return levels.reduce((sum, level) => sum + Number(level === most), 0);
}
function checkValues(reader, encoding, count2, { column, width }) {
  const left = reader.view.byteLength - reader.offset;
  switch (encoding) {
    case "PLAIN_DICTIONARY":
    case "RLE_DICTIONARY": {
      if (left === 0) return;
      const bits3 = reader.view.getUint8(reader.offset++);
      if (bits3 > 32) throw new Error(`places of ${bits3} bits`);
      checkRuns(reader, bits3, count2, left - 1);
      return;
    }
    case "BYTE_STREAM_SPLIT":
      within2("a page of split bytes", count2 * width, left);
      return;
    case "DELTA_BINARY_PACKED":
      checkDeltas(reader, count2);
      return;
    case "DELTA_LENGTH_BYTE_ARRAY": {
      const lengths = deltas(reader, count2);
      within2("texts of bytes", lengths.reduce(plus, 0), reader.view.byteLength - reader.offset);
      return;
    }
    case "DELTA_BYTE_ARRAY": {
      const [begun, rest2] = [deltas(reader, count2), deltas(reader, count2)];
      within2("ends of texts of bytes", rest2.reduce(plus, 0), reader.view.byteLength - reader.offset);
      within2("texts of bytes", begun.reduce(plus, 0), SMALL + PACKED * left);
      let before = 0;
      begun.forEach((length, i) => {
        within2("a text that begins with bytes", length, before);
        before = length + rest2[i];
      });
      return;
    }
    default:
      if (encoding === "RLE" && column.type === "BOOLEAN") return;
  }
}
var plus = (sum, length) => length >= 0 ? sum + length : NaN;
function checkDeltas(reader, count2) {
  within2("deltas", count2, SMALL + PACKED * (reader.view.byteLength - reader.offset));
  if (count2 === 0) return;
  const { offset } = reader;
  const block = readVarInt(reader);
  within2("a block of deltas", block, MOST_DELTAS);
  const parts = readVarInt(reader);
  if (!(parts > 0 && parts <= block)) throw new Error(`a block of ${block} deltas in ${parts} parts`);
  reader.offset = offset;
}
var MOST_DELTAS = 1 << 16;
function deltas(reader, count2) {
  checkDeltas(reader, count2);
  const values = new Int32Array(count2);
  if (count2 > 0) deltaBinaryUnpack(reader, count2, values);
  return values;
}
function checkLevels(reader, bits3, count2, length, lead = 0) {
  const seen2 = checkRuns(reader, bits3, count2, length, lead);
  if (seen2 < count2) throw new Error(`levels of ${seen2} values, not of ${count2}`);
}
function checkRuns(reader, bits3, count2, length, lead = 0) {
  const begin2 = reader.offset + lead;
  const end = begin2 + length;
  if (end > reader.view.byteLength) throw new Error(`runs of ${length} bytes at ${begin2} of ${reader.view.byteLength}`);
  let seen2 = 0;
  for (reader.offset = begin2; seen2 < count2 && reader.offset < end; ) {
    let [head, scale] = [0, 1];
    for (let more = true; more; scale *= 128) {
      const byte = reader.view.getUint8(reader.offset++);
      head += (byte & 127) * scale;
      more = byte > 127 && scale < 2 ** 28;
    }
    const packed2 = head % 2 === 1;
    const run3 = packed2 ? 4 * (head - 1) : head / 2;
    const filled3 = packed2 && bits3 > 0 ? 8 * (end - reader.offset) / bits3 : 0;
    if (run3 > Math.max(count2 - seen2 + (packed2 ? 7 : 0), filled3))
      throw new Error(`a run of ${run3} values where ${count2 - seen2} are left`);
    seen2 += run3;
    reader.offset += packed2 ? bits3 * run3 / 8 : bits3 + 7 >> 3;
  }
  reader.offset = end;
  return seen2;
}

// web/read/cells.ts
var NUMBER2 = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
var ID_EXPECTED = "an id: text, or a number that is exact (up to 9007199254740991)";
var SKIP_EXPECTED = 'an id (config "skip": "rows without ids" leaves such rows out)';
var NUMBER_EXPECTED = "a number";
var UNSEEN = /[\s\u200b\u200e\u200f\u2060\ufeff]/;
var FLOAT = /^(-?(?:0|[1-9]\d*))\.0+$/;
function idOf(cell, as) {
  switch (typeof cell) {
    case "string": {
      const id = seen(cell).normalize();
      if (MISSING.has(id)) return null;
      return as === "exact" ? id : (as === "lower case" ? id.toLowerCase() : id).replace(FLOAT, "$1");
    }
    case "number":
      return Number.isFinite(cell) && Math.abs(cell) <= Number.MAX_SAFE_INTEGER ? String(cell) : null;
    case "bigint":
      return String(cell);
    default:
      return null;
  }
}
var hasNoId = (cell) => isNothing(cell) || typeof cell === "string" && MISSING.has(seen(cell));
var isFloat = (cell) => typeof cell === "string" && FLOAT.test(seen(cell));
function seen(text2) {
  let [first, end] = [0, text2.length];
  while (first < end && isUnseen(text2, first)) first++;
  while (first < end && isUnseen(text2, end - 1)) end--;
  return text2.slice(first, end);
}
var isUnseen = (text2, at3) => {
  const code = text2.charCodeAt(at3);
  return code <= 32 || code >= 128 ? UNSEEN.test(text2[at3]) : false;
};
var OF_PROGRAMS = [
  ...[
    "",
    "NaN",
    "nan",
    "NAN",
    "-nan",
    "NaT",
    "<NA>",
    "NULL",
    "Null",
    "null",
    "(null)",
    "\\N",
    "undefined",
    "(not set)"
  ],
  ...["#N/A", "#N/A N/A", "#NA", "#NULL!", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!"],
  ...["#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#VALEUR!", "#NOMBRE!", "#NOM?", "#NUL!", "#N/D", "#\xA1VALOR!", "#\xA1REF!"]
];
var OF_PEOPLE = ["N/A", "n/a", "N.A.", "n.a.", "-", "--", "---", "\u2013", "\u2014"];
var OF_BOTH = ["None", "none", "NONE", "NA", "na", "nil", "Nil", "NIL"];
var NOWHERE = new Set(OF_PROGRAMS);
var HARDLY = new Set(OF_PEOPLE);
var MISSING = /* @__PURE__ */ new Set([...OF_PROGRAMS, ...OF_PEOPLE, ...OF_BOTH]);
var MISSING_NUMBERS = new Set(Array.from(MISSING, (word) => word.toLowerCase()));
var NO_DAY = "0000-00-00";
function isMissing(cell) {
  if (typeof cell !== "string") return isNothing(cell);
  const text2 = cell.trim();
  if (text2 >= "1" && text2 < ":") return false;
  return MISSING_NUMBERS.has(text2.toLowerCase()) || text2.startsWith(NO_DAY);
}
var isNothing = (cell) => cell === null || cell === void 0 || typeof cell === "number" && Number.isNaN(cell);
function isEmpty(cell, words4) {
  if (typeof cell !== "string") return isNothing(cell);
  const text2 = cell.trim();
  return NOWHERE.has(text2) || (words4 ?? HARDLY).has(text2);
}
var mayBeNothing = (text2) => MISSING.has(text2) && !NOWHERE.has(text2);
function textOf(cell) {
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString().replace("T00:00:00.000Z", "");
  return String(cell).trim();
}
function isObject2(cell) {
  return typeof cell === "object" && cell !== null && !Array.isArray(cell) && !(cell instanceof Date);
}
function numberOf(cell) {
  if (typeof cell === "string" && NUMBER2.test(cell.trim())) return finite(Number(cell));
  if (typeof cell === "number" && !Number.isNaN(cell)) return finite(cell);
  if (typeof cell === "bigint") return Number(cell);
  return isMissing(cell) ? NaN : void 0;
}
function finite(value) {
  return Number.isFinite(value) ? value : void 0;
}

// web/read/dates.ts
var ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:[.,]\d+)?))?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;
var LONGEST = 100;
function dateText(text2) {
  const trimmed = text2.trim();
  return trimmed.length > LONGEST ? "" : trimmed;
}
function isoSeconds(text2) {
  const found = ISO.exec(dateText(text2));
  return found === null ? void 0 : moment(found.slice(1, 4), found.slice(4, 7), found[7]);
}
function moment(date, time = [], zone = "") {
  const [year, month, day] = date.map(Number);
  const [hour, minute, second] = [0, 1, 2].map((i) => Number((time[i] ?? "0").replace(",", ".")));
  const at3 = /* @__PURE__ */ new Date(0);
  at3.setUTCFullYear(year, month - 1, day);
  if (at3.getUTCMonth() !== month - 1 || at3.getUTCDate() !== day) return void 0;
  if (hour > 24 || minute > 59 || second >= 61) return void 0;
  const [, sign, hours, minutes = 0] = /([+-])(\d\d):?(\d\d)?/.exec(zone) ?? [, "+", 0];
  if (Number(hours) > 23 || Number(minutes) > 59) return void 0;
  const east = Number(hours) * 3600 + Number(minutes) * 60;
  return micro(at3.getTime() / 1e3 + hour * 3600 + minute * 60 + second + (sign === "-" ? east : -east));
}
var micro = (seconds) => Math.round(seconds * 1e6) / 1e6;
function isoText(seconds, day = seconds % 86400 === 0) {
  const at3 = new Date(seconds * 1e3);
  if (Number.isNaN(at3.getTime())) return void 0;
  const text2 = at3.toISOString();
  return day ? text2.replace(/T.*/, "") : text2.replace(".000", "");
}

// web/read/spelled.ts
var CLOCK = "(\\d{1,2}):(\\d\\d)(?::(\\d\\d(?:[.,]\\d+)?))?\\s*([ap]\\.?m\\.?)?";
var ZONE = "\\s*(Z|(?:UTC|GMT)?\\s*[+-]\\d\\d:?(?:\\d\\d)?|UTC|GMT)?(?:\\s*UTC|\\s*\\([^)]*\\))?";
var TIME2 = `(?:(?:T|,?\\s+(?:at\\s+)?)${CLOCK}${ZONE})?`;
var MONTHS = "jan ene gen,feb fev f\xE9v,mar m\xE4r mrt,apr abr avr,may mai mei mag,jun juin giu,jul juil lug,aug ago ao\xFB aou,sep set,oct okt out ott,nov,dec dez dic d\xE9c".split(",").map((names) => names.split(" "));
var MONTH = `(${MONTHS.flat().join("|")})\\p{L}*\\.?`;
var DAY = "(\\d{1,2})(?:st|nd|rd|th|er|\xBA|\\.)?";
var OF = "(?:de\\s+)?";
var pattern = (date) => new RegExp(`^\\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?${date}\\s*$`, "iu");
var YEAR_MONTH = /^(\d{4})[-/](\d\d)$/;
var MONTH_YEAR = pattern(`${MONTH}[\\s,-]+(\\d{4})`);
var YEAR_FIRST = [
  pattern(`(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${TIME2}`),
  pattern(`(\\d{4})\\.\\s(\\d{1,2})\\.\\s(\\d{1,2})\\.?${TIME2}`),
  pattern(`(\\d{4})[\u5E74\uB144]\\s?(\\d{1,2})[\u6708\uC6D4]\\s?(\\d{1,2})[\u65E5\uC77C]${TIME2}`),
  /^\s*(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})?\s*$/i
];
var DAY_MONTH = pattern(`${DAY}[\\s-]+${OF}${MONTH},?[\\s-]+${OF}(\\d{4})${TIME2}`);
var MONTH_DAY = pattern(`${MONTH}\\s+${DAY},?\\s+(\\d{4})${TIME2}`);
var MONTH_DAY_CLOCK = pattern(`${MONTH}\\s+${DAY}\\s+${CLOCK}${ZONE}\\s+(\\d{4})`);
var YEAR_LAST = pattern(`(\\d{1,2})(?:[/-](\\d{1,2})[/-]|\\s(\\d{1,2}),\\s|(\\.)(\\d{1,2})\\.)(\\d{4})${TIME2}`);
var monthOf = (name) => 1 + MONTHS.findIndex((names) => names.includes(name.toLowerCase()));
function at(date, [hour, minute, second, half, zone]) {
  if (half === void 0 || half === "") return moment(date, [hour, minute, second], zone);
  const twelfth = Number(hour);
  if (twelfth < 1 || twelfth > 12) return void 0;
  return moment(date, [String(twelfth % 12 + (/p/i.test(half) ? 12 : 0)), minute, second], zone);
}
function spelledSeconds(spelled2) {
  const text2 = dateText(spelled2);
  const iso = isoSeconds(text2);
  if (iso !== void 0) return iso;
  for (const form of YEAR_FIRST) {
    const found2 = form.exec(text2);
    if (found2 !== null) return at(found2.slice(1, 4), found2.slice(4));
  }
  let found = DAY_MONTH.exec(text2);
  if (found !== null) return at([found[3], monthOf(found[2]), found[1]], found.slice(4));
  if ((found = MONTH_DAY.exec(text2)) !== null) return at([found[3], monthOf(found[1]), found[2]], found.slice(4));
  if ((found = MONTH_DAY_CLOCK.exec(text2)) !== null)
    return at([found[8], monthOf(found[1]), found[2]], found.slice(3, 8));
  return void 0;
}
function monthSeconds(spelled2) {
  const text2 = dateText(spelled2);
  let found = YEAR_MONTH.exec(text2);
  if (found !== null) return moment([found[1], found[2], 1]);
  found = MONTH_YEAR.exec(text2);
  return found === null ? void 0 : moment([found[2], monthOf(found[1]), 1]);
}
var isYear = (text2) => /^[12]\d{3}$/.test(dateText(text2));
function yearLast(text2) {
  const found = YEAR_LAST.exec(dateText(text2));
  if (found === null) return null;
  const [first, second, year] = [found[1], found[2] ?? found[3] ?? found[5], found[6]];
  const clock = found.slice(7);
  return {
    dayFirst: at([year, second, first], clock),
    monthFirst: at([year, first, second], clock),
    dots: found[4] !== void 0
  };
}
var COMPACT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/;
function compactSeconds(value) {
  const found = value >= 19000101 && value < 22e12 ? COMPACT.exec(String(value)) : null;
  return found === null || Number(found[1]) < 1900 || Number(found[1]) > 2200 ? void 0 : moment(found.slice(1, 4), found.slice(4));
}

// web/read/times.ts
var mostOf = (units) => Object.entries(units).sort((a, b) => b[1].count - a[1].count)[0][0];
var TIME_EXPECTED = "a Unix time (seconds, or milliseconds, microseconds or nanoseconds) or a date such as 2024-01-31T12:00:00Z";
var DATE_EXPECTED = `${TIME_EXPECTED}, days since 1970, or a year (Excel's day numbers: save them as dates)`;
var orderExpected = (column) => `dates as year-month-day: which of the two is the day, no date of this column tells (config "dates": {${JSON.stringify(column)}: "day first"} says it, or "month first")`;
var outOfOrder = (order) => `dates in one order: others of this column have the ${order}`;
var Instant = class extends Date {
  constructor(seconds) {
    super(seconds * 1e3);
    this.seconds = seconds;
  }
};
var PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 };
var LEAST = { s: 1e8, ms: 1e11, us: 1e14, ns: 1e17 };
var UNITS = Object.keys(PER_SECOND);
var unitOf = (value) => UNITS.findLast((unit) => Math.abs(value) >= LEAST[unit]) ?? "number";
var secondsIn = (unit, value) => Number.isInteger(value) && unit === "s" ? value : Math.round(value * 1e6 / PER_SECOND[unit]) / 1e6;
var NUMBER3 = 1;
var EITHER = 2;
var SAMPLE2 = 1 << 16;
var TimeColumn = class {
  /**
   * `dates`: days rather than moments. Months and calendar years are their first, other numbers too small for a Unix time days
   * since 1970, or refused; so is each date that has day and month in another order than most.
   */
  constructor(name, order = null, dates2 = false) {
    this.name = name;
    this.order = order;
    this.dates = dates2;
    this.units = {};
    this.chunks = [];
    this.dayFirst = { count: 0, place: null };
    this.monthFirst = { count: 0, place: null };
    this.undecided = null;
    this.firstNumber = null;
  }
  /** Takes cells; the seconds of them are in the answer after `finish`, NaN where a cell is missing. */
  add(cells, rows, refuse5) {
    const chunk = { values: new Float64Array(rows), marks: new Uint8Array(rows), swapped: null, refuse: this.dates ? refuse5 : null };
    this.chunks.push(chunk);
    for (let i = 0; i < rows; i++) chunk.values[i] = this.read(chunk, cells[i], i, refuse5);
    return chunk.values;
  }
  read(chunk, cell, i, refuse5) {
    const number2 = numberOf(cell);
    if (number2 !== void 0) {
      if (Number.isNaN(number2)) return number2;
      chunk.marks[i] = NUMBER3;
      this.firstNumber ??= { i, refuse: refuse5 };
      return number2;
    }
    const date = cell instanceof Date ? secondsOf(cell) : typeof cell === "string" ? this.spelled(cell) : void 0;
    if (date !== void 0) {
      this.count("date", cell);
      return date;
    }
    const either = typeof cell === "string" ? yearLast(cell) : null;
    if (either === null || (either.dayFirst ?? either.monthFirst) === void 0) {
      refuse5(i, TIME_EXPECTED);
      return NaN;
    }
    if (this.order !== null) {
      const said = this.order === "day first" ? either.dayFirst : either.monthFirst;
      if (said === void 0) refuse5(i, TIME_EXPECTED);
      else this.count("date", cell);
      return said ?? NaN;
    }
    this.count("date", cell);
    chunk.marks[i] = EITHER;
    chunk.swapped ??= new Float64Array(chunk.values.length);
    chunk.swapped[i] = either.monthFirst ?? NaN;
    if (either.dayFirst === void 0) tell(this.monthFirst, { i, refuse: refuse5 });
    else if (either.monthFirst === void 0 || either.dots) tell(this.dayFirst, { i, refuse: refuse5 });
    else this.undecided ??= { i, refuse: refuse5 };
    return either.dayFirst ?? NaN;
  }
  /** No event has a month for its moment. */
  spelled(cell) {
    return spelledSeconds(cell) ?? (this.dates ? monthSeconds(cell) : void 0);
  }
  count(unit, cell) {
    const known = this.units[unit];
    if (known !== void 0) known.count++;
    else this.units[unit] = { count: 1, example: cell instanceof Date ? cell.toISOString() : String(cell) };
  }
  /** Which comes first in dates such as 03/04/2021, as others of the column tell; null: they do not, or not alike. */
  get told() {
    const [day, month] = [this.dayFirst.count > 0, this.monthFirst.count > 0];
    return day === month ? null : day ? "day first" : "month first";
  }
  /**
   * Makes seconds of all that was added, and answers the cells of each unit; `usual`: which comes first where no date tells.
   * Errors, by `refuse`: dates whose order of day and month nothing tells, or that cannot have one order.
   */
  finish(usual2 = null) {
    this.settleOrder(usual2);
    this.settleUnits();
    return this.units;
  }
  settleOrder(usual2) {
    const { dayFirst, monthFirst, undecided: undecided2, dates: dates2 } = this;
    const isMixed = dayFirst.count > 0 && monthFirst.count > 0;
    if (isMixed && !dates2) monthFirst.place.refuse(monthFirst.place.i, outOfOrder("day first"));
    const isOpen = dayFirst.count + monthFirst.count === 0;
    if (undecided2 !== null && isOpen && usual2 === null) undecided2.refuse(undecided2.i, orderExpected(this.name));
    const swaps = isOpen ? usual2 === "month first" : dates2 ? monthFirst.count > dayFirst.count : monthFirst.count > 0;
    for (const { values, marks, swapped, refuse: refuse5 } of this.chunks) {
      if (swapped === null) continue;
      values.forEach((_, i) => {
        if (marks[i] !== EITHER) return;
        if (swaps) values[i] = swapped[i];
        if (isMixed && Number.isNaN(values[i])) refuse5?.(i, outOfOrder(swaps ? "month first" : "day first"));
      });
    }
  }
  settleUnits() {
    const { firstNumber, dates: dates2 } = this;
    if (firstNumber === null) return;
    const read2 = readingOf(this.sample(), dates2);
    if (read2 === null) firstNumber.refuse(firstNumber.i, DATE_EXPECTED);
    for (const { values, marks } of this.chunks)
      for (let i = 0; i < values.length; i++)
        if (marks[i] === NUMBER3) {
          const { unit, seconds } = read2?.(values[i]) ?? NOTHING;
          this.count(unit, values[i]);
          values[i] = seconds;
        }
  }
  /** Numbers of the column, evenly drawn. */
  sample() {
    const total = this.chunks.reduce((sum, { marks }) => marks.reduce((n2, mark) => n2 + +(mark === NUMBER3), sum), 0);
    const step = Math.max(1, Math.ceil(total / SAMPLE2));
    const sample4 = new Float64Array(Math.ceil(total / step));
    let n = 0;
    for (const { values, marks } of this.chunks)
      values.forEach((value, i) => {
        if (marks[i] === NUMBER3 && n++ % step === 0) sample4[(n - 1) / step] = value;
      });
    return sample4;
  }
};
function tell(told, place2) {
  told.count++;
  told.place ??= place2;
}
function smallDates(usual2) {
  if (usual2 >= 1e3 && usual2 < 3e3)
    return (value) => ({ unit: "date", seconds: moment([Math.floor(value), 1, 1]) ?? NaN });
  if (usual2 >= 3e3 && usual2 < 25e3) return (value) => ({ unit: "date", seconds: value * 86400 });
  return usual2 > 1e5 ? (value) => ({ unit: "s", seconds: value }) : null;
}
var NOTHING = { unit: "number", seconds: NaN };
function ownReading(value) {
  const unit = unitOf(value);
  return { unit, seconds: unit === "number" ? value : secondsIn(unit, value) };
}
function readingOf(sample4, dates2) {
  const sizes = sample4.map(Math.abs).filter((size) => size > 0).sort();
  const usual2 = sizes[Math.floor(sizes.length * 0.75)] ?? 0;
  const bulk = unitOf(usual2);
  if (sizes.filter((size) => compactSeconds(size) !== void 0).length > sizes.length / 2)
    return (value) => {
      const date = compactSeconds(value);
      return date === void 0 ? ownReading(value) : { unit: "date", seconds: date };
    };
  if (bulk === "number" && dates2) return smallDates(usual2);
  if (bulk === "number") return (value) => ({ unit: bulk, seconds: value });
  const most = sample4.filter((value) => unitOf(value) === bulk).sort();
  const middle = secondsIn(bulk, most[most.length >> 1]);
  return (value) => {
    const own = unitOf(value);
    const seconds = secondsIn(bulk, value);
    if (own === bulk || own === "number") return { unit: bulk, seconds };
    const other = secondsIn(own, value);
    return Math.abs(other - middle) < Math.abs(seconds - middle) ? { unit: own, seconds: other } : { unit: bulk, seconds };
  };
}
var secondsOf = (cell) => {
  const seconds = cell instanceof Instant ? cell.seconds : cell.getTime() / 1e3;
  return Number.isFinite(seconds) ? micro(seconds) : void 0;
};
function timeOf(cell) {
  const column = new TimeColumn("");
  let isTime = true;
  const times = column.add([cell], 1, () => isTime = false);
  column.finish();
  return isTime ? times[0] : void 0;
}
function undated(texts) {
  const numbers3 = texts.filter((text2) => !isMissing(text2) && numberOf(text2) !== void 0);
  const others = texts.filter((text2) => isMissing(text2) || numberOf(text2) === void 0);
  const odd = [];
  let isTold = true;
  const column = new TimeColumn("", null, true);
  column.add(others, others.length, (i, expected) => {
    if (expected === orderExpected("")) isTold = false;
    else odd.push(others[i]);
  });
  column.finish();
  const isAmongDates = others.some((text2) => !isMissing(text2)) && odd.length < others.length;
  return { odd: [...odd, ...numbers3.filter((text2) => !isAmongDates || !isYear(text2))], isTold };
}
function datesOf(name, cells, order, odd) {
  const column = new TimeColumn(name, order, true);
  const times = column.add(cells, cells.length, (row, expected) => odd(row, cells[row], expected));
  column.finish();
  return times;
}

// web/read/parquet.ts
var TIMES = {
  timestampFromMicroseconds: (micros) => new Instant(secondsIn("us", Number(micros))),
  timestampFromNanoseconds: (nanos) => new Instant(secondsIn("ns", Number(nanos)))
};
async function* scanParquet(path, options) {
  const size = await fileSize(path);
  const file = await asyncBufferFromFile(path);
  const pages = new Pages(file);
  let scan;
  try {
    scan = await parquetScan({ file, compressors: pages.compressors, parsers: TIMES });
  } catch (error) {
    throw new InputError({ file: path }, `no readable footer${reasonOf(error)}`, "a whole Parquet file", {
      cause: error
    });
  }
  const found = parquetSchema(scan.metadata).children.map((child) => child.element.name);
  if (!found.every((name) => typeof name === "string"))
    throw new InputError({ file: path }, "a column without a name", "a whole Parquet file");
  const names = checkNames(path, found);
  const groups = scan.metadata.row_groups.filter((group) => group.num_rows > 0);
  const chunks = (group, name) => groups[group].columns.flatMap(({ meta_data: one2 }) => one2?.path_in_schema[0] === name ? [one2] : []);
  const picked = options.select(names, "parquet");
  let told = 0;
  for (const [group, range] of scan.ranges.entries()) {
    const rows = range.rowEnd - range.rowStart;
    const columns = [];
    const lists3 = [];
    for (const at3 of picked) {
      lists3.push(null);
      if (at3 < 0) {
        columns.push(null);
        continue;
      }
      const place2 = { file: path, field: names[at3] };
      const column = found[at3];
      const parts = chunks(group, column);
      let cells;
      try {
        if (options.lists === true && numberListsIn(scan.metadata, parts)) {
          columns.push(null);
          lists3[lists3.length - 1] = await readNumberLists(pages, scan.metadata, parts[0], rows);
          continue;
        }
        await pages.expect(scan.metadata.schema, parts);
        cells = await scan.readColumn({ column, ...range });
      } catch (error) {
        const kind = /^parquet (\w+) not supported$/.exec(error.message)?.[1];
        if (kind !== void 0)
          throw new InputError(
            place2,
            `values of type ${kind}, which is not read`,
            `numbers, texts, times or lists (config "kinds": {${JSON.stringify(names[at3])}: "skip"} leaves a column of a catalogue out)`
          );
        throw new InputError(
          place2,
          `unreadable data in row group ${group + 1}${reasonOf(error)}`,
          "a whole Parquet file",
          { cause: error }
        );
      }
      if (cells.length !== rows) {
        throw new InputError(place2, `${cells.length} values in row group ${group + 1}`, `${rows} as the footer says`);
      }
      columns.push(cells);
    }
    if (rows > 0) yield { columns, rows, firstRow: range.rowStart + 1, lines: null, ...options.lists && { lists: lists3 } };
    const done = Math.floor(size * (group + 1) / scan.ranges.length);
    options.onBytes?.(done - told);
    told = done;
  }
}

// web/read/parts.ts
import { readdir, readFile, stat as stat2 } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { gunzipSync } from "node:zlib";
var MAGIC = /[*?[{]/;
var SEPARATOR = sep === "/" ? "/" : /[\\/]/;
async function partsOf(path) {
  const info = await stat2(path).catch((error) => error);
  if (info instanceof Error) {
    if (!MAGIC.test(path)) throw fileError(path, info);
    const found = [];
    for (const one2 of await matching(path)) found.push(...await filesIn(one2));
    return checked(path, [...new Set(found)], basename(path).includes("*") ? dirname(path) : path);
  }
  return info.isDirectory() ? checked(path, await filesIn(path), join(path, "**")) : [path];
}
async function totalSize(inputs) {
  let total = 0;
  for (const input of inputs) for (const file of await partsOf(input)) total += await fileSize(file);
  return total;
}
function partitionOf(input, part3) {
  const steps = join(input, ".").split(SEPARATOR);
  const own = part3.split(SEPARATOR);
  const pattern2 = steps.findIndex((step, i) => step !== own[i]);
  const folders = own.slice(pattern2 < 0 ? steps.length : pattern2, -1);
  const said = folders.flatMap((folder) => /^([^=]+)=(.*)$/.exec(folder) ?? []);
  const cells = /* @__PURE__ */ new Map();
  for (let i = 0; i < said.length; i += 3)
    cells.set(unescaped(said[i + 1]), said[i + 2] === NOWHERE2 ? null : unescaped(said[i + 2]));
  return cells;
}
var NOWHERE2 = "__HIVE_DEFAULT_PARTITION__";
var unescaped = (name) => name.replace(/(%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString());
async function checked(path, files, folder) {
  const parts = [];
  const kinds = /* @__PURE__ */ new Map();
  for (const file of files) {
    if (await isEmpty2(file)) continue;
    parts.push(file);
    const kind = await kindOf2(file);
    kinds.set(kind, [...kinds.get(kind) ?? [], file]);
  }
  if (parts.length === 0) {
    const none = files.length === 0 ? "no files" : `no content in ${files.length === 1 ? "its only file" : `any of its ${files.length} files`}`;
    throw new InputError({ file: path }, none, "parts of a table, such as part-00000.parquet or part-00000.csv");
  }
  const [most, ...others] = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  if (others.length > 0) {
    const found = [most, ...others].map(([kind, [first, ...more]]) => `${1 + more.length} ${kind || "without an ending"} (${basename(first)})`);
    const pattern2 = join(folder, /\.gz$/i.test(most[1][0]) ? `*${most[0]}.gz` : `*${most[0]}`);
    throw new InputError({ file: path }, `files of several formats: ${found.join(", ")}`, `parts of one table, as ${quote(pattern2)} names them`);
  }
  return parts;
}
var isHidden = (name) => /^[._]|\.crc$/i.test(name);
var byValue = (name) => name.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
async function namesIn(folder) {
  const names = await readdir(folder).catch((error) => {
    throw fileError(folder, error, "a folder that can be read");
  });
  const keyed = names.filter((name) => !isHidden(name)).map((name) => [byValue(name), name]);
  return keyed.sort(([a, one2], [b, other]) => a < b || a === b && one2 < other ? -1 : 1).map(([, name]) => name);
}
var isFolder = async (path) => (await stat2(path).catch(() => null))?.isDirectory() ?? false;
var DEEPEST3 = 32;
async function filesIn(path, depth2 = 0) {
  if (!await isFolder(path)) return [path];
  if (depth2 > DEEPEST3) throw new InputError({ file: path }, `folders more than ${DEEPEST3} deep`, "a folder of parts");
  await refusePast(path);
  const files = [];
  for (const name of await namesIn(path)) files.push(...await filesIn(join(path, name), depth2 + 1));
  return files;
}
async function refusePast(folder) {
  const log2 = await readdir(join(folder, "_delta_log")).catch(() => []);
  const versions = log2.filter((name) => /^\d+\.(json|checkpoint.*)$/.test(name)).length;
  if (versions < 2) return;
  const found = "a Delta Lake table that was changed, with files of rows that are no more";
  throw new InputError({ file: folder }, found, `parts of its newest rows alone, as Spark writes them with .write.parquet(\u2026)`);
}
async function matching(pattern2) {
  const steps = pattern2.split(SEPARATOR);
  const isRoot = steps[0] === "" || /^[a-z]:$/i.test(steps[0]);
  let found = [isRoot ? `${steps.shift()}/` : ""];
  for (const step of steps) {
    const next2 = [];
    for (const at3 of found)
      if (step === "") next2.push(at3);
      else if (step === "**") next2.push(...await foldersIn(at3));
      else if (!MAGIC.test(step)) next2.push(join(at3, step));
      else {
        const names = await isFolder(at3 || ".") ? await namesIn(at3 || ".") : [];
        next2.push(...names.filter((name) => regexpOf(step).test(name)).map((name) => join(at3, name)));
      }
    found = next2;
  }
  const there = await Promise.all(found.map((path) => stat2(path).catch(() => null)));
  return found.filter((_, i) => there[i] !== null);
}
async function foldersIn(folder, depth2 = 0) {
  const folders = [folder];
  for (const name of depth2 < DEEPEST3 ? await namesIn(folder || ".") : [])
    if (await isFolder(join(folder, name))) folders.push(...await foldersIn(join(folder, name), depth2 + 1));
  return folders;
}
function regexpOf(step) {
  let [source, depth2] = ["", 0];
  for (const [token] of step.matchAll(/\[[^\]]+\]|[^]/gu)) {
    if (token.length > 2 && token[0] === "[") source += token.replace(/^\[!/, "[^").replace(/\\/g, "\\\\");
    else if (token === "*") source += ".*";
    else if (token === "?") source += ".";
    else if (token === "{") source += (depth2++, "(?:");
    else if (token === "}" && depth2 > 0) source += (depth2--, ")");
    else if (token === "," && depth2 > 0) source += "|";
    else source += token.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  }
  return new RegExp(`^${source}${")".repeat(depth2)}$`, "su");
}
var PACKED_NOTHING = 64;
async function isEmpty2(path) {
  const { size } = await stat2(path).catch((error) => {
    throw fileError(path, error);
  });
  if (size === 0 || size > PACKED_NOTHING) return size === 0;
  const bytes = await readFile(path);
  try {
    return isGzip(bytes) && gunzipSync(bytes).length === 0;
  } catch {
    return false;
  }
}
var ALIKE = { ndjson: "json", jsonl: "json", tab: "tsv", pq: "parquet" };
async function kindOf2(path) {
  if ((await firstBytes(path, 4)).toString("latin1") === "PAR1") return ".parquet";
  const extension = /\.([a-z]\w*)(\.gz)?$/i.exec(path)?.[1].toLowerCase();
  return extension === void 0 ? "" : `.${ALIKE[extension] ?? extension}`;
}

// web/read/table.ts
var BY_EXTENSION = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  parquet: "parquet",
  pq: "parquet"
};
async function formatOf(path) {
  const extension = /\.([a-z]+)(\.gz)?$/i.exec(path)?.[1].toLowerCase() ?? "";
  await fileSize(path);
  const start = (await firstBytes(path, 4)).toString("latin1");
  if (start === "PAR1") return "parquet";
  if (start === "PARE") throw new InputError({ file: path }, "an encrypted Parquet file", "one without encryption");
  const known = BY_EXTENSION[extension];
  if (known === "parquet") {
    throw new InputError({ file: path }, 'no Parquet signature "PAR1" at its start', "a Parquet file");
  }
  if (known !== void 0 && known !== "jsonl") return known;
  for await (const text2 of readText(path)) {
    const first = /\S/.exec(text2)?.[0];
    if (first === "[") return "json";
    if (first === "{") return "jsonl";
    if (first !== void 0) break;
  }
  return known ?? "csv";
}
async function* scanTable(path, options) {
  const parts = await partsOf(path);
  if (parts.length === 1 && parts[0] === path) return yield* scanFile(path, options);
  const { heading, onAbove, onQuotes } = options;
  const names = [];
  let picked = [];
  let before = 0;
  let said = false;
  for (const file of parts) {
    const partition = partitionOf(path, file);
    let own = [];
    const select = (found, format) => {
      const known = names.length;
      for (const name of [...found, ...partition.keys()]) if (!names.includes(name)) names.push(name);
      if (names.length > known) picked = options.select(names, format);
      own = picked.map((at3) => found.indexOf(names[at3] ?? ""));
      return own;
    };
    const isHeader2 = (cells) => heading.isHeader([...cells, ...partition.keys()]);
    const rest2 = { ...heading && { heading: { ...heading, isHeader: isHeader2 } }, ...said && onAbove && { onAbove: () => {
    } }, ...said && onQuotes && { onQuotes: () => {
    } } };
    const onHeader = options.onHeader && ((row) => options.onHeader(before + row));
    let rows = 0;
    for await (const batch of scanFile(file, { ...options, ...rest2, select, ...onHeader && { onHeader } })) {
      const lacking = (c) => new Array(batch.rows).fill(partition.get(names[picked[c]]));
      const columns = batch.columns.map((cells, c) => picked[c] < 0 ? null : own[c] < 0 ? lacking(c) : cells);
      yield { ...batch, columns, firstRow: before + batch.firstRow, part: { file, before } };
      rows = batch.firstRow - 1 + batch.rows;
    }
    before += rows;
    said = true;
  }
}
async function* scanFile(path, options) {
  const format = await formatOf(path);
  switch (format) {
    case "csv":
      return yield* scanCsv(path, options);
    case "tsv":
      return yield* scanCsv(path, options, "	");
    case "jsonl":
      return yield* scanJsonLines(path, options);
    case "json":
      return yield* scanJsonArray(path, options);
    case "parquet":
      return yield* scanParquet(path, options);
  }
}
async function readTable(path, options = {}) {
  const table = { names: [], columns: [], rows: 0 };
  const select = (found) => {
    table.names = [...options.columns ?? found];
    return table.names.map((name) => found.indexOf(name));
  };
  let seen2 = [];
  const scan = scanTable(path, {
    select: (names) => select(seen2 = names),
    onBytes: options.onProgress && counter(options.onProgress, await totalSize([path]))
  });
  for await (const batch of scan) {
    batch.columns.forEach((cells, c) => {
      table.columns[c] ??= new Array(table.rows).fill(void 0);
      for (let i = 0; i < batch.rows; i++) table.columns[c].push(cells === null ? void 0 : cells[i]);
    });
    table.rows += batch.rows;
  }
  const missing = table.names.find((name) => !seen2.includes(name));
  if (missing !== void 0) {
    throw new InputError({ file: path }, `the columns ${quoteList(seen2)}`, `a column ${quoteList([missing])}`);
  }
  table.names.forEach((_, c) => {
    table.columns[c] ??= [];
  });
  return table;
}
function counter(onProgress, bytesTotal) {
  let bytesDone = 0;
  return (count2) => onProgress(bytesDone += count2, bytesTotal);
}

// web/read/facts.ts
function leaveOut(left, why, row) {
  const known = left.find((one2) => one2.why === why);
  if (known === void 0) left.push({ rows: 1, why, row });
  else known.rows++;
}
var quoting = (quote2, facts) => ({
  ...quote2 !== void 0 && { quote: quote2 },
  onHeader: (row) => leaveOut(facts.left, "the header again", row),
  onQuotes: (quotes) => (facts.notes ??= []).push({ note: "quotes", ...quotes }),
  onAbove: (above2) => (facts.notes ??= []).push({ note: "above", ...above2 })
});
var columnFacts = (name, role, kind) => ({
  name,
  role,
  kind,
  ...role !== null && { values: 0, missing: 0 },
  examples: [],
  exceptions: []
});
var EXAMPLES2 = 3;
var LONGEST_EXAMPLE = 40;
function keepExample({ examples }, value) {
  const short2 = value.length > LONGEST_EXAMPLE ? `${value.slice(0, LONGEST_EXAMPLE - 1)}\u2026` : value;
  if (examples.length < EXAMPLES2 && !examples.includes(short2)) examples.push(short2);
}
function noteFloats(facts, column, floats) {
  if (floats.ids > 0) (facts.notes ??= []).push({ note: "floats", column, ...floats });
}
function noteWords(facts, column, example) {
  if (example !== null) (facts.notes ??= []).push({ note: "words", column, example });
}
function describe(facts, column, from, to) {
  facts.kind = column.kind;
  let values = 0;
  for (let row = from; row < to; row++) {
    const found = valueAt(column, row);
    if (found === null) continue;
    values++;
    keepExample(facts, found);
  }
  facts.values = values;
  facts.missing = to - from - values;
}
function valueAt(column, row) {
  switch (column.kind) {
    case "text":
      return column.values[row] ?? null;
    case "category":
      return column.values[row] < 0 ? null : column.names[column.values[row]];
    case "multi": {
      const [first, end] = [column.offsets[row], column.offsets[row + 1]];
      return first === end ? null : Array.from(column.values.subarray(first, end), (v) => column.names[v]).join("|");
    }
    case "number":
      return Number.isNaN(column.values[row]) ? null : String(column.values[row]);
    case "date":
      return Number.isNaN(column.values[row]) ? null : isoText(column.values[row]) ?? null;
  }
}

// web/read/intern.ts
var Intern = class {
  constructor() {
    /** names[code] */
    this.names = [];
    this.codes = /* @__PURE__ */ new Map();
  }
  /** The number of a string, '' included. */
  code(text2) {
    const known = this.codes.get(text2);
    if (known !== void 0) return known;
    const own = ownString(text2);
    const code = this.names.length;
    this.names.push(own);
    this.codes.set(own, code);
    return code;
  }
};
var IdColumn = class {
  /** `as`: see IdReading. */
  constructor(as, ids = new Intern()) {
    this.as = as;
    this.ids = ids;
    /** numbers of the ids of each batch */
    this.batches = [];
    /** cells of this file that were seen, so that each distinct one is made an id once; -1: it is none */
    this.cells = /* @__PURE__ */ new Map();
    this.floats = 0;
    this.others = 0;
  }
  /** Whether a cell is an id; it is given no number. */
  isId(cell) {
    return (this.cells.get(cell) ?? (idOf(cell, this.as) === null ? -1 : 0)) >= 0;
  }
  /** The number of an id cell, from 0 over all files; -1 if the cell is no id. */
  codeOfId(cell) {
    if (typeof cell !== "string" && typeof cell !== "number" && typeof cell !== "bigint") return -1;
    const known = this.cells.get(cell);
    if (known !== void 0) return known;
    const id = idOf(cell, this.as);
    const code = id === null ? -1 : this.ids.code(id);
    const own = code >= 0 && id === cell ? this.ids.names[code] : typeof cell === "string" ? ownString(cell) : cell;
    this.cells.set(own, code);
    if (code >= 0 && this.as !== "exact" && isFloat(cell)) this.floats++;
    else if (code >= 0) this.others++;
    return code;
  }
  /** How the file wrote its ids. */
  endFile() {
    const { floats, others } = this;
    this.cells = /* @__PURE__ */ new Map();
    this.floats = this.others = 0;
    return { ids: floats, of: floats + others };
  }
};
function ownString(text2) {
  return text2.length < 13 ? text2 : Buffer.from(text2, "utf16le").toString("utf16le");
}
function join2(make, chunks, missing = NaN) {
  const all2 = make(chunks.reduce((sum, chunk) => sum + (typeof chunk === "number" ? chunk : chunk.length), 0));
  let at3 = 0;
  for (let chunk = chunks.shift(); chunk !== void 0; chunk = chunks.shift()) {
    if (typeof chunk === "number") {
      all2.fill(missing, at3, at3 += chunk);
    } else {
      all2.set(chunk, at3);
      at3 += chunk.length;
    }
  }
  return all2;
}

// web/generated/numbers.ts
var SECTION = {
  policy: 1,
  ids: 2,
  popularity: 3,
  postings: 4,
  tower: 5,
  space: 6,
  base: 7,
  attribute: 8,
  layer: 9,
  record: 10,
  program: 11,
  trees: 12,
  features: 13,
  ranker: 14,
  rules: 15,
  terms: 16,
  campaign: 17,
  golden: 18,
  binding: 19,
  numbers: 20,
  places: 21,
  withdrawn: 22,
  rows: 23,
  repeats: 24
};
var OPTIONAL_SECTIONS = [
  10,
  18
];
var SECTION_STAGE = {
  policy: "policy",
  ids: "ids",
  popularity: "popularity",
  postings: "sources",
  tower: "vectors",
  space: "vectors",
  base: "vectors",
  attribute: "filters",
  layer: "layers",
  record: "record",
  program: "sources",
  trees: "ranker",
  features: "features",
  ranker: "ranker",
  rules: "rules",
  terms: "search",
  campaign: "campaign",
  golden: "golden",
  binding: "sources",
  numbers: "sources",
  places: "places",
  withdrawn: "rules",
  rows: "vectors",
  repeats: "sources"
};
var ATTRIBUTE = {
  category: 1,
  number32: 2,
  number64: 3,
  text: 4,
  many: 5,
  day: 6,
  moment: 7
};
var KEY = {
  item: 0,
  value: 1,
  one: 2,
  term: 3,
  cluster: 4
};
var SOURCE = {
  postings: 0,
  vectors: 1,
  popularity: 2,
  campaign: 3,
  clusters: 4,
  repeats: 5
};
var ROLE = {
  everybody: 0,
  alike: 1,
  next: 2,
  together: 3,
  again: 4
};
var FUSION = {
  scores: 0,
  ranks: 1
};
var METRIC = {
  ip: 0,
  cosine: 1,
  l2: 2
};
var TOWER = {
  pooled: 1,
  als: 2,
  program: 3
};
var RANKER = {
  trees: 1,
  program: 2
};
var FEATURE = {
  number: 1,
  code: 2,
  has: 3,
  value_count: 4,
  popularity: 5,
  place: 6,
  age: 7,
  score: 8,
  relative: 9,
  rank: 10,
  fused_score: 11,
  fused_rank: 12,
  sources: 13,
  share: 14,
  faded_share: 15,
  count: 16,
  worth: 17,
  events_ago: 18,
  seconds_ago: 19,
  difference: 20,
  distance: 21,
  faded_difference: 22,
  nearest: 23,
  mean: 24,
  query: 25,
  length: 26,
  liked: 27,
  gap: 28,
  average: 29,
  hour: 30,
  weekday: 31,
  field: 32,
  field_is: 33,
  product: 34,
  less: 35,
  ratio: 36,
  hash: 37
};
var AGE_UNIT = {
  seconds: 0,
  milliseconds: 1,
  days: 2,
  years: 3
};
var RULE = {
  require: 1,
  deny: 2,
  allow: 3,
  frequency: 4,
  cap: 5,
  unique: 6,
  near: 7,
  pin: 8,
  quota: 9,
  line: 10,
  boost: 11,
  fresh: 12,
  calibrate: 13,
  epsilon: 14,
  thompson: 15,
  mmr: 16,
  dpp: 17
};
var RECORD = {
  condition: 32,
  drop: 48,
  pattern: 49,
  seed: 50,
  strength: 51
};
var CONDITION = {
  values: 1,
  range: 2,
  items: 3,
  source: 4
};
var CONDITION_FLAG = {
  not: 1,
  open_low: 2,
  open_high: 4
};
var OP = {
  copy: 0,
  unary: 1,
  binary: 2,
  where: 3,
  matmul: 4,
  reduce: 5,
  softmax: 6,
  norm: 7,
  gather: 8,
  cumsum: 9,
  topk: 10,
  gru: 11,
  lstm: 12,
  whole: 13
};
var UNARY = {
  none: 0,
  affine: 1,
  clip: 2,
  abs: 3,
  square: 4,
  sqrt: 5,
  reciprocal: 6,
  exp: 7,
  log: 8,
  relu: 9,
  leaky: 10,
  elu: 11,
  selu: 12,
  gelu: 13,
  gelu_tanh: 14,
  erf: 15,
  sigmoid: 16,
  silu: 17,
  hardsigmoid: 18,
  hardswish: 19,
  tanh: 20,
  softplus: 21,
  softsign: 22,
  floor: 23,
  ceil: 24,
  round: 25,
  trunc: 26,
  sign: 27,
  not: 28,
  bool: 29,
  isnan: 30,
  sin: 31,
  cos: 32
};
var BINARY = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  min: 4,
  max: 5,
  pow: 6,
  div_trunc: 7,
  mod: 8,
  fmod: 9,
  equal: 10,
  less: 11,
  less_equal: 12,
  and: 13,
  or: 14,
  xor: 15,
  prelu: 16
};
var WHOLE2 = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  mod: 4,
  fmod: 5,
  min: 6,
  max: 7,
  equal: 8,
  less: 9,
  less_equal: 10
};
var REDUCE = {
  sum: 0,
  mean: 1,
  max: 2,
  min: 3,
  prod: 4,
  l1: 5,
  l2: 6,
  squares: 7,
  logsumexp: 8
};
var TYPE = {
  float32: 0,
  float16: 1,
  int8: 2
};
var ELEMENT = {
  float: 0,
  int: 1,
  bool: 2
};
var FEED = {
  constant: 0,
  history: 1,
  worths: 2,
  types: 3,
  times: 4,
  ages: 5,
  length: 6,
  table: 7,
  context: 8,
  candidate: 9,
  candidateTable: 10,
  features: 11
};
var SIDE = {
  left: 0,
  right: 1,
  newest: 2
};
var PART = {
  number: 0,
  whole: 1,
  rest: 2
};
var LINK = {
  identity: 0,
  sigmoid: 1,
  exp: 2,
  softmax: 3,
  argmax: 4,
  log1pExp: 5,
  square: 6,
  step: 7
};
var MESSAGE_BYTES = 256;
var NAME_BYTES = 24;
var STRING_BYTES = 4096;
var NOT_FOUND = 4294967295;
var MAX_ATTRIBUTES = 64;
var ATTRIBUTE_NAME = 120;
var LENGTHS = 4;
var MAX_SOURCES = 16;
var MAX_EVENTS = 64;
var POLICY_HEAD = 64;
var SOURCE_BYTES = 64;
var EVENT_BYTES = 64;
var EVENT_NAME_BYTES = 56;
var POPULARITY_TABLE = 1024;
var REPEATS_BYTES = 2;
var TITLE_LONG = 15;
var PLACE_BITS = 4;
var PLACE_LATE = 14;
var PLACE_NONE = 15;
var CAMPAIGN_HEAD = 8;
var CAMPAIGN_ENTRY = 24;
var DIM_MIN = 4;
var DIM_MAX = 4096;
var PADDED_MAX = 4160;
var FLOAT_BITS = 32;
var TOWER_HEAD = 64;
var MAX_FEATURES = 256;
var MAX_BUCKETS = 16777216;
var FEATURE_EVENTS = 16;
var RANKER_HEAD = 64;
var RANKER_WEIGHT = 16;
var MAX_RULES = 64;
var MAX_POSITION = 1e3;
var MAX_POOL = 500;
var PATTERN = 32;
var RECORD_BYTES = 48;
var PROGRAM_HEAD = 64;
var NO_VIEW = 4294967295;
var NO_ROWS = 255;
var MOST_FIELD = 8589934592;
var BECAUSE = 3;
var REASONS = 5;

// web/read/literals.ts
var CLOSING = { "[": "]", "(": ")", "{": "}" };
var CALL = /^(?:array|set|frozenset|list|tuple)\(/;
var QUOTED2 = /[uUbB]?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/sy;
var BARE = {
  "[": /[^\s,[\](){}"'][^,[\](){}]*/y,
  "{": /[^\s,:[\](){}"'][^,:[\](){}]*/y,
  "(": /[+-]?[\d.]+(?:e[+-]?\d+)?|none|true|false|null|nan/iy
};
var NUMBERS2 = /^[\d.eE+-]+(\s+[\d.eE+-]+)+$/;
var NOTHING2 = /* @__PURE__ */ new Set(["None", "null", "NULL", "nan", "NaN", "<NA>"]);
var DEEPEST4 = 8;
function listLiteral(text2) {
  const trimmed = text2.trim();
  const inner = argument(trimmed);
  if (inner === "" && trimmed !== "") return [];
  if (CLOSING[inner[0]] !== inner.at(-1) || inner === "") return null;
  const reader = new Reader(inner);
  const value = reader.list(0);
  if (value === void 0 || !reader.ended) return null;
  return Array.isArray(value) ? value : null;
}
function argument(text2) {
  const call = CALL.exec(text2);
  if (call === null || !text2.endsWith(")")) return text2;
  const inner = text2.slice(call[0].length, -1);
  const type = inner.lastIndexOf("dtype=");
  if (type < 0 || inner.includes(")", type)) return inner;
  const before = inner.slice(0, type).trimEnd();
  return before.endsWith(",") ? before.slice(0, -1) : inner;
}
var Reader = class {
  constructor(text2) {
    this.text = text2;
    this.at = 0;
  }
  get ended() {
    return this.at === this.text.length;
  }
  /** The list or the record that begins here; undefined where none does, or it does not close. */
  list(depth2) {
    const open2 = this.text[this.at++];
    const values = [];
    const record = /* @__PURE__ */ new Map();
    let isParted = false;
    for (; ; ) {
      this.skip(/\s*/y);
      if (this.text[this.at] === CLOSING[open2]) {
        this.at++;
        if (open2 === "(" && values.length === 1 && !isParted) return void 0;
        return record.size === 0 ? values : values.length === 0 ? Object.fromEntries(record) : void 0;
      }
      const value = this.value(open2, depth2);
      if (value === void 0) return void 0;
      if (open2 === "{" && this.skip(/\s*:\s*/y) !== null) {
        const of2 = this.value("[", depth2);
        if (of2 === void 0 || typeof value !== "string") return void 0;
        record.set(value, of2);
      } else if (typeof value === "string" && open2 === "[" && NUMBERS2.test(value)) values.push(...value.split(/\s+/));
      else values.push(value);
      isParted = this.skip(/\s*,/y) !== null || isParted;
    }
  }
  value(open2, depth2) {
    const next2 = this.text[this.at];
    if (next2 === void 0) return void 0;
    if (CLOSING[next2] !== void 0) return depth2 < DEEPEST4 ? this.list(depth2 + 1) : void 0;
    const quoted = this.skip(QUOTED2);
    if (quoted !== null) return unescaped2(quoted[1] ?? quoted[2]);
    const bare = this.skip(BARE[open2])?.[0].trim();
    return bare !== void 0 && NOTHING2.has(bare) ? null : bare;
  }
  skip(pattern2) {
    pattern2.lastIndex = this.at;
    const found = pattern2.exec(this.text);
    if (found !== null) this.at = pattern2.lastIndex;
    return found;
  }
};
var ESCAPES = { n: "\n", t: "	", r: "\r", b: "\b", f: "\f" };
function unescaped2(text2) {
  return text2.replace(
    /\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gis,
    (_, u, x, char) => char === void 0 ? String.fromCharCode(parseInt(u ?? x, 16)) : ESCAPES[char] ?? char
  );
}

// web/read/lists.ts
var CATEGORY_LENGTH = 64;
var SEPARATORS = ["|", ";", "\uFF1B", ",", "\u3001", "\uFF0C", "\u060C", "/"];
var SHARED = 0.75;
var FIRST = 0.5;
var OFTEN = 0.05;
var FIGURES = /^[\d\s.:-]*$/;
var PRINTED = /^\s*\{.*\}\s*$/s;
var SAMPLE3 = 2e4;
function partsOf2(text2, separator) {
  return (separator === null ? [text2] : text2.split(separator)).map((part3) => part3.trim()).filter((part3) => part3 !== "");
}
function printedLists(cells) {
  const lists3 = [];
  let [spelled2, others] = [0, 0];
  for (const cell of cells) {
    const list2 = typeof cell === "string" ? listLiteral(cell) : null;
    if (list2 !== null) spelled2++;
    else if (!isEmpty(cell) && ++others > cells.length / 20) return null;
    lists3.push(list2 ?? cell);
  }
  return spelled2 > 0 && others <= spelled2 / 20 ? lists3 : null;
}
var NAMES = ["name", "title", "label", "value"];
function valuesOf(list2) {
  const values = [];
  for (const part3 of list2.flat(Infinity)) {
    const named = isObject2(part3) ? part3[NAMES.find((key) => Object.hasOwn(part3, key)) ?? ""] : part3;
    if (isEmpty(named)) {
      if (isObject2(part3)) return null;
    } else if (isObject2(named) || Array.isArray(named)) return null;
    else values.push(textOf(named));
  }
  return values;
}
var likeliestSeparator = (texts, parting) => parting?.separator ?? SEPARATORS.find((separator) => texts.some((text2) => text2.includes(separator))) ?? null;
function partingOf(texts) {
  if (2 * texts.filter((text2) => PRINTED.test(text2)).length > texts.length) return null;
  const step = Math.max(1, Math.ceil(texts.length / SAMPLE3));
  const sample4 = texts.filter((_, i) => i % step === 0);
  const found = SEPARATORS.map((separator) => vocabularyOf(texts, sample4, separator)).filter(
    (parting) => parting !== null
  );
  return found.find(({ certain }) => certain) ?? found[0] ?? null;
}
function vocabularyOf(texts, sample4, separator) {
  const several = texts.filter((text2) => text2.includes(separator) && partsOf2(text2, separator).length > 1);
  if (several.length === 0) return null;
  const met = /* @__PURE__ */ new Map();
  const later = [];
  let [parts, characters] = [0, 0];
  for (const text2 of sample4) {
    const found = [...new Set(partsOf2(text2, separator))];
    found.forEach((part3, i) => {
      const known = met.get(part3) ?? { cells: 0, first: false };
      met.set(part3, { cells: known.cells + 1, first: known.first || i === 0 });
      if (i > 0) later.push(part3);
    });
    parts += found.length;
    characters += text2.length;
  }
  if (characters > parts * CATEGORY_LENGTH) return null;
  let shared2 = 0;
  for (const part3 of met.values()) if (part3.cells > 1) shared2 += part3.cells;
  shared2 /= parts;
  const first = later.filter((part3) => met.get(part3).first).length / Math.max(1, later.length);
  const vocabulary = shared2 >= SHARED && first >= FIRST && !(separator === "/" && later.every((part3) => FIGURES.test(part3)));
  const certain = vocabulary || separator === "|" && several.length > texts.length * OFTEN;
  return { separator, cells: several.length, example: several[0], shared: shared2, first, certain };
}

// web/read/attribute.ts
var OBJECT = "text, a number or a list of those, not an object";
function toColumn(name, reading, cells, odd) {
  switch (reading.kind) {
    case "text":
      return { name, kind: "text", values: cells.map((cell, i) => linesAt(cell, i, odd)) };
    case "number":
      return { name, kind: "number", values: Float64Array.from(cells, (cell, i) => numberAt(cell, i, reading, odd)) };
    case "date":
      return { name, kind: "date", values: datesOf(name, cells, reading.order, odd) };
    case "category":
      return toCategory(name, reading, cells, odd);
    case "multi":
      return toMulti(name, reading, cells, odd);
  }
}
function toCategory(name, { named, blank }, cells, odd) {
  const intern = new Intern();
  const values = Int32Array.from(cells, (cell, i) => {
    const text2 = textAt(cell, i, odd);
    const value = text2 === null ? blank : named === null ? text2 : named(text2);
    return value === null || isLong(value, i, odd) ? -1 : intern.code(value);
  });
  return { name, kind: "category", names: intern.names, values };
}
function toMulti(name, { separator }, cells, odd) {
  const intern = new Intern();
  const offsets = new Uint32Array(cells.length + 1);
  const values = [];
  cells.forEach((cell, i) => {
    const parts = Array.isArray(cell) ? listAt(cell, i, odd) : partsOf2(textAt(cell, i, odd) ?? "", separator);
    const codes3 = parts.filter((part3) => !isLong(part3, i, odd)).map((part3) => intern.code(part3));
    for (const code of new Set(codes3)) values.push(code);
    offsets[i + 1] = values.length;
  });
  return { name, kind: "multi", names: intern.names, offsets, values: Uint32Array.from(values) };
}
function isLong(value, i, odd) {
  if (value.length <= STRING_BYTES / 3 || Buffer.byteLength(value) <= STRING_BYTES) return false;
  odd(i, value, `a value of at most ${STRING_BYTES} bytes, not ${Buffer.byteLength(value)}`);
  return true;
}
function listAt(cell, i, odd) {
  const values = valuesOf(cell);
  if (values === null) odd(i, cell, OBJECT);
  return values ?? [];
}
function linesAt(cell, i, odd) {
  return Array.isArray(cell) ? listAt(cell, i, odd).join("\n") || null : textAt(cell, i, odd);
}
function textAt(cell, i, odd) {
  if (cell === null) return null;
  if (!isObject2(cell) && !Array.isArray(cell)) return ownString(textOf(cell));
  odd(i, cell, isObject2(cell) ? OBJECT : "a single value");
  return null;
}
function numberAt(cell, i, { writing }, odd) {
  const number2 = writing.read(cell);
  if (number2 === void 0) odd(i, cell, NUMBER_EXPECTED);
  return number2 ?? NaN;
}

// web/read/durations.ts
var part = (unit) => `(?:(\\d+(?:\\.\\d+)?)\\s*${unit}\\.?)?[\\s,]*`;
var SPELLED = new RegExp(`^${part("d(?:ays?)?")}${part("h(?:(?:ou)?rs?)?")}${part("m(?:in(?:ute)?s?)?")}${part("s(?:ec(?:ond)?s?)?")}$`);
var ISO2 = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
var SECONDS = [86400, 3600, 60, 1];
var LONGEST2 = 40;
function partsOf3(text2) {
  if (text2.length > LONGEST2) return null;
  const found = (SPELLED.exec(text2) ?? ISO2.exec(text2))?.slice(1);
  return found?.some((one2) => one2 !== void 0) ? found : null;
}
var haveSeconds = (texts) => texts.some((text2) => partsOf3(text2)?.[3] !== void 0);
function durationSeconds(text2) {
  return partsOf3(text2.trim())?.reduce((sum, one2, i) => sum + SECONDS[i] * Number(one2 ?? 0), 0);
}

// web/read/quantities.ts
var PLAIN = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
var WHOLE3 = /^[+-]?\d+$/;
var POINT = /^[+-]?([1-9]\d{0,2}(?:[,’']\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}|0|[1-9]\d*)(\.\d+)?$/;
var COMMA = /^[+-]?([1-9]\d{0,2}(?:[.\u00a0\u202f ]\d{3})+|0|[1-9]\d*)(,\d+)?$/;
var CURRENCY = "[A-Z]{0,2}\\p{Sc}|[A-Z]{3}|Rs\\.?|Rp\\.?|kr\\.?|z\u0142|K\u010D|Ft|lei|\u5186|\u5143|\uC6D0";
var OUT_OF = "\\s?(?:/|out of|of)\\s?(?:5|7|10|20|100)(?:\\sstars?)?";
var UNIT = `${CURRENCY}|${OUT_OF}|%|\xB0[CF]?|[kmc\xB5]?[gmlL]|[kMGT]i?B|[kM]?W|lbs?|oz|in|ft|"|h|min|s|\\s\\p{L}{2,12}\\.?`;
var LONGEST3 = 64;
var AFFIXED = new RegExp(
  `^([+-]?)(${CURRENCY})?\\s*([+-]?\\d[\\d.,\u2019'\\u00a0\\u202f ]*?)(?:[.,][-\u2013]{1,2})?\\s*(?:(${UNIT}))?$`,
  "u"
);
var OWED = /^([^\d()]*)\(([^()]*)\)([^\d()]*)$/;
var plain = { unit: "", plain: true, read: (cell) => isMissing(cell) ? NaN : plainNumber(cell) };
function writingsOf(texts, decimals) {
  const { unit } = unitsOf(texts);
  const written = (pattern2, point) => ({
    unit,
    plain: false,
    read: (cell) => {
      if (isMissing(cell)) return NaN;
      return typeof cell === "string" ? writtenNumber(cell.trim(), unit, pattern2, point) : plainNumber(cell);
    }
  });
  const comma = written(COMMA, false);
  if (decimals === ",") return [comma];
  return [plain, written(POINT, true), ...decimals === "." ? [] : [comma, durations(texts)]];
}
function durations(texts) {
  const [of2, each] = haveSeconds(texts) ? ["seconds", 1] : ["minutes", 60];
  const read2 = (cell) => {
    if (isMissing(cell)) return NaN;
    const seconds = typeof cell === "string" ? durationSeconds(cell) : void 0;
    return seconds === void 0 ? void 0 : seconds / each;
  };
  return { unit: of2, plain: false, of: of2, read: read2 };
}
function amountOf(cell) {
  if (typeof cell !== "string") return plainNumber(cell);
  const text2 = cell.trim().replace("\u2212", "-");
  return writingsOf([text2]).slice(0, 3).map((writing) => writing.read(text2)).find((number2) => number2 !== void 0);
}
function undecided(texts) {
  const [, point, comma] = writingsOf(texts);
  let first = null;
  for (const text2 of texts) {
    const [one2, other] = [point.read(text2), comma.read(text2)];
    if (one2 === void 0 || other === void 0) return null;
    if (first === null && one2 !== other && !Number.isNaN(one2)) first = { text: text2, point: one2, comma: other };
  }
  return first;
}
function plainNumber(cell) {
  if (typeof cell === "string") {
    const text2 = cell.trim();
    if (!PLAIN.test(text2)) return void 0;
    const number2 = Number(text2);
    return Number.isFinite(number2) && (!WHOLE3.test(text2) || Number.isSafeInteger(number2)) ? number2 : void 0;
  }
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : void 0;
  return typeof cell === "number" && Number.isFinite(cell) ? cell : void 0;
}
function writtenNumber(text2, unit, pattern2, point) {
  const found = affixed(text2);
  if (found === null || (found.unit ?? unit) !== unit || !pattern2.test(found.digits)) return void 0;
  const [whole4, decimals = ""] = found.digits.split(point ? "." : /,(?=\d*$)/);
  const number2 = Number(`${whole4.replace(/[^\d+-]/g, "")}.${decimals}`);
  return Number.isSafeInteger(Math.trunc(number2)) ? found.isNegative ? -number2 : number2 : void 0;
}
function affixed(text2) {
  if (text2.length > LONGEST3) return null;
  const owed = OWED.exec(text2);
  const found = AFFIXED.exec(owed === null ? text2 : owed.slice(1).join(""));
  if (found === null) return null;
  const [, sign, before, digits, after] = found;
  if (before !== void 0 && after !== void 0 || owed !== null && sign !== "") return null;
  const unit = before ?? after;
  return { isNegative: sign === "-" || owed !== null, digits, unit: unit && singular(unit) };
}
var MONEY = /\p{Sc}\s?\d|\d\s?(\p{Sc}|円|元|원)/u;
var hasAmounts = (text2) => text2.length <= LONGEST3 && MONEY.test(text2) && affixed(text2) === null;
var singular = (unit) => {
  const word = unit.trim().replace(/\.$/, "");
  return /^\p{L}{3,}$/u.test(word) && /\p{Ll}/u.test(word) ? word.toLowerCase().replace(/s$/, "") : word;
};
function unitsOf(texts) {
  const counts = /* @__PURE__ */ new Map();
  for (const text2 of texts) {
    const unit2 = affixed(text2)?.unit;
    if (unit2 !== void 0) counts.set(unit2, 1 + (counts.get(unit2) ?? 0));
  }
  const [unit = ""] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { unit, counts };
}

// web/read/blemishes.ts
var blemishes = (survey, column) => [
  ...inOtherLetters(column),
  ...column.kind === "number" || column.kind === "date" ? [] : garbled(survey),
  ...column.kind === "category" || column.kind === "text" ? [...paths(survey), ...amounts(survey, column)] : [],
  ...days(column)
];
var SHOWN = 4;
function inOtherLetters(column) {
  if (column.kind !== "category" && column.kind !== "multi") return [];
  const spellings2 = /* @__PURE__ */ new Map();
  column.names.forEach((value, code) => {
    const letters = value.normalize("NFKC").toLowerCase();
    spellings2.set(letters, [...spellings2.get(letters) ?? [], code]);
  });
  const several = [...spellings2.values()].filter((codes3) => codes3.length > 1);
  if (several.length === 0) return [];
  const items = new Uint32Array(column.names.length);
  for (const code of column.values) if (code >= 0) items[code]++;
  const itemsOf = (codes3) => codes3.reduce((sum, code) => sum + items[code], 0);
  const most = several.reduce((a, b) => itemsOf(b) > itemsOf(a) ? b : a).sort((a, b) => items[b] - items[a]);
  const listed3 = most.slice(0, SHOWN).map((code) => `${quote(column.names[code])} of ${items[code]} items`).join(", ");
  const others = several.length === 1 ? "" : `, and ${several.length - 1} more such values`;
  return [
    `look: ${column.name}: one value in other letters (${listed3}${others}); a filter on one finds none of the others, and nothing makes them one but the file`
  ];
}
var DECODED_WRONGLY = /Ã[\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\x80-\xbf]|â€/;
var LOST = "\uFFFD";
function garbled({ name, texts, present: present2 }) {
  const wrong2 = texts.filter((text2) => DECODED_WRONGLY.test(text2));
  const lost = texts.filter((text2) => text2.includes(LOST));
  return [
    ...wrong2.length === 0 ? [] : [
      `look: ${name}: ${wrong2.length} of ${present2} cells hold letters as UTF-8 becomes where it is read as Windows-1252 (${quote(wrong2[0])}); the file was written so, and has to be exported anew`
    ],
    ...lost.length === 0 ? [] : [
      `look: ${name}: ${lost.length} of ${present2} cells have lost letters (U+FFFD, in ${quote(lost[0])}); the file was written so, and has to be exported anew, as UTF-8`
    ]
  ];
}
var STEP = /\S( ?[>›»→] ?)(?=\S)/;
function paths({ name, texts, present: present2 }) {
  const found = texts.filter((text2) => STEP.test(text2));
  if (found.length <= present2 / 2) return [];
  const separator = STEP.exec(found[0])[1].trim();
  return [
    `look: ${name}: ${found.length} of ${present2} cells are paths (${quote(found[0])}), taken for one value each; "separators": ${JSON.stringify({ [name]: separator })} makes each step a value`
  ];
}
var OTHER_DIGITS = /^(?=.*[^\P{Nd}0-9])[\p{Nd}\p{P}\p{Sc}\s]+$/u;
function amounts({ name, texts, present: present2 }, { kind }) {
  const money = texts.filter(hasAmounts);
  if (money.length > present2 / 2)
    return [
      `look: ${name}: ${kind}, for the amounts in ${money.length} of ${present2} cells have more around them than a currency (${quote(money[0])}); a column of the amounts alone would be numbers`
    ];
  const digits = texts.filter((text2) => OTHER_DIGITS.test(text2));
  return digits.length > present2 / 2 ? [
    `look: ${name}: ${kind}, for ${digits.length} of ${present2} cells are of other digits than 0 to 9 (${quote(digits[0])}); written with those they would be numbers or dates`
  ] : [];
}
var DAYS = 3;
function days(column) {
  if (column.kind !== "number") return [];
  const values = column.values.filter((value) => !Number.isNaN(value));
  if (values.length < DAYS || !values.every((value) => value < 1e8 && compactSeconds(value) !== void 0)) return [];
  const first = isoText(compactSeconds(values[0]));
  return [
    `look: ${column.name}: number, and each is a day (${values[0]}); "kinds": ${JSON.stringify({ [column.name]: "date" })} reads them so, as ${first}`
  ];
}

// web/read/booleans.ts
var WORDS2 = "true false wahr falsch vrai faux vero falso verdadero falso \u0438\u0441\u0442\u0438\u043D\u0430 \u043B\u043E\u0436\u044C yes no y n t f ja nein ja nee ja nej oui non si no s\xED no sim n\xE3o tak nie \u0434\u0430 \u043D\u0435\u0442 \u662F \u5426 \u306F\u3044 \u3044\u3044\u3048 \uC608 \uC544\uB2C8\uC624 1 0 x - checked unchecked \u2713 \u2717 \u2714 \u2718 \u2611 \u2610 \u2705 \u274C".split(" ");
var placeOf3 = (word) => WORDS2.indexOf(word.toLowerCase().replace("\uFE0F", ""));
function booleanOf(word) {
  const at3 = placeOf3(word);
  return at3 < 0 ? void 0 : String(at3 % 2 < 1);
}
function areBooleans(words4) {
  const [alone, signs] = [WORDS2.indexOf("yes"), WORDS2.indexOf("\u2713")];
  const isTold = WORDS2.some((yes, at3) => {
    if (at3 % 2 > 0 || yes === "1") return false;
    const pair = [yes, WORDS2[at3 + 1]].filter((word) => words4.has(word));
    return pair.length > (at3 < alone || at3 >= signs ? 0 : 1);
  });
  return isTold && [...words4].every((word) => booleanOf(word) !== void 0);
}
var isTick = (word) => word !== "1" && booleanOf(word) === "true" && placeOf3(word) >= WORDS2.indexOf("yes");

// web/read/html.ts
import { decodeHTMLStrict } from "entities";
var BLOCKS = "p|br|hr|div|section|article|header|footer|ul|ol|li|dl|dt|dd|h[1-6]|table|thead|tbody|tr|td|th|blockquote|pre";
var INLINE = "a|abbr|b|big|center|cite|code|em|font|i|img|mark|s|small|span|strike|strong|sub|sup|tt|u";
var tags = (names) => new RegExp(`</?(?:${names})(?:\\s[^<>=]*=[^<>]*)?\\s?/?>`, "gi");
var BLOCK = tags(BLOCKS);
var WITHIN = tags(INLINE);
var UNSHOWN = /<(script|style)(?:\s[^<>]*)?>[^<]*<\/\1>|<!--[^<>]*-->/gi;
function shownOnce(text2) {
  if (!/[<&]/.test(text2)) return text2;
  const blocks = text2.replace(UNSHOWN, "").replace(BLOCK, "\n");
  const shown2 = decodeHTMLStrict(blocks.includes("</") ? blocks.replace(WITHIN, "") : blocks);
  if (shown2 === text2) return text2;
  const lines = shown2.replace(/\xa0/g, " ").split("\n");
  return lines.map((line2) => line2.trim()).filter((line2) => line2 !== "").join("\n");
}
var shownText = (text2) => shownOnce(shownOnce(text2));
function withoutHtml(cells) {
  let facts = null;
  const shownCell = (cell) => {
    if (Array.isArray(cell)) {
      const values = cell.map(shownCell);
      return values.some((value, i) => value !== cell[i]) ? values : cell;
    }
    if (typeof cell !== "string") return cell;
    const shown2 = shownText(cell);
    if (shown2 !== cell) facts ??= { cells: 0, found: cell, shown: shown2 };
    return shown2;
  };
  const read2 = cells.map((cell) => {
    const shown2 = shownCell(cell);
    if (shown2 !== cell) facts.cells++;
    return shown2;
  });
  return facts && { cells: read2, facts };
}

// web/read/survey.ts
var FEW = 16;
function surveyOf(name, found, { missing, html = true } = {}) {
  const spelled2 = printedLists(found);
  const shown2 = html ? withoutHtml(spelled2 ?? found) : null;
  const words4 = missing && new Set(missing);
  const doubts2 = /* @__PURE__ */ new Map();
  const cells = (shown2?.cells ?? spelled2 ?? found).map((cell) => {
    const text2 = words4 === void 0 && typeof cell === "string" ? cell.trim() : "";
    if (mayBeNothing(text2)) doubts2.set(text2, 1 + (doubts2.get(text2) ?? 0));
    return isEmpty(cell, words4) ? null : cell;
  });
  const texts = [];
  const distinct = /* @__PURE__ */ new Set();
  const lists3 = { cells: 0, values: 0, characters: 0 };
  let [present2, objects] = [0, 0];
  for (const cell of cells) {
    if (cell === null) continue;
    present2++;
    if (isObject2(cell)) {
      objects++;
    } else if (Array.isArray(cell)) {
      const values = valuesOf(cell);
      if (values === null) objects++;
      lists3.cells++;
      lists3.values += values?.length ?? 0;
      for (const value of values ?? []) lists3.characters += value.length;
    } else {
      const text2 = textOf(cell);
      texts.push(text2);
      if (distinct.size <= cells.length / 2 || distinct.size <= FEW) distinct.add(text2);
    }
  }
  const parting = partingOf(texts);
  return {
    name,
    cells,
    present: present2,
    texts,
    distinct,
    lists: lists3,
    objects,
    printed: spelled2 !== null,
    html: shown2?.facts ?? null,
    parting,
    doubts: doubts2
  };
}
function areSlips(odd, present2) {
  return odd <= Math.max(present2 < 10 ? 0 : 1, present2 / 20);
}

// web/read/kinds.ts
var KINDS = [
  { kind: "category", fits: booleans },
  { kind: "category", fits: codes },
  { kind: "number", fits: numbers },
  { kind: "date", fits: dates },
  { kind: "multi", fits: lists },
  { kind: "category", fits: repeated },
  { kind: "text", fits: () => ({}) }
];
function readingOf2(column, hints = {}) {
  const { kind, separator, decimals, order = null } = hints;
  const nothing2 = { separator: null, writing: null, named: null, blank: null, order };
  const reading = (as, fit) => ({ kind: as, ...nothing2, ...fit });
  if (kind !== void 0) return reading(kind, asked(kind, column, hints));
  if (decimals !== void 0) return reading("number", { writing: bestOf(writingsOf(column.texts, decimals), column) });
  if (order !== null) return reading("date", {});
  if (typeof separator === "string") return reading("multi", { separator });
  if (!areSlips(column.objects, column.present)) return null;
  for (const { kind: as, fits } of KINDS) {
    const fit = as === "multi" && separator === false ? null : fits(column);
    if (fit !== null) return reading(as, fit);
  }
  throw new Error("every column is text at least");
}
function asked(kind, column, { separator, decimals }) {
  const strict = { unit: "", plain: true, read: (cell) => numberOf(cell) ?? timeOf(cell) };
  switch (kind) {
    case "number": {
      const writings = writingsOf(column.texts, decimals);
      const fits = writings.find(({ read: read2 }) => column.cells.every((cell) => read2(cell) !== void 0));
      return { writing: fits ?? (decimals === void 0 ? strict : writings.at(-1)) };
    }
    case "multi":
      return { separator: separator === false ? null : separator ?? likeliestSeparator(column.texts, column.parting) };
    case "category":
      return booleans(column) ?? codes(column) ?? {};
    case "date":
    case "text":
      return {};
  }
}
var PLACEHOLDER = /^([^\p{L}\d]*|tb[acd]|unknown|undefined|unspecified|missing|varies|not (available|applicable|known|set))$/iu;
function booleans({ cells, present: present2, texts, distinct, lists: lists3 }) {
  if (texts.length === 0 || lists3.cells > 0 || distinct.size > FEW) return null;
  const said = [...distinct].filter((text2) => !isMissing(text2));
  if (new Set(said.map((text2) => text2.toLowerCase())).size === 1 && said.every(isTick) && present2 > 1 && present2 < cells.length)
    return { named: () => "true", blank: "false" };
  const words4 = new Set(
    said.filter((text2) => booleanOf(text2) !== void 0 || !PLACEHOLDER.test(text2)).map((text2) => text2.toLowerCase())
  );
  return areBooleans(words4) ? { named: (text2) => booleanOf(text2) ?? null } : null;
}
var CODE = /^(id|code|type|no|nr|category|subcategory|brand|genre|class|group|cluster|department|aisle|zip|zipcode|postcode)s?$|(category|brand|genre|class|group|department|aisle|product|shop|store|seller|vendor)(id|code|type)s?$/;
var WHOLE4 = /^\d+(\.0+)?$/;
function isCodeName(name) {
  const spaced = name.replace(/([a-z])([A-Z])/g, "$1 $2");
  const words4 = spaced.toLowerCase().split(/[^\p{L}\d]+/u);
  return CODE.test(words4.filter((word) => word !== "").at(-1) ?? "");
}
function codes(column) {
  const { name, texts } = column;
  const whole4 = isCodeName(name) && texts.length > 0 && texts.every((text2) => WHOLE4.test(text2) || isMissing(text2));
  if (!whole4 || repeated(column) === null) return null;
  return { named: (text2) => isMissing(text2) ? null : text2.replace(/\.0+$/, "") };
}
function numbers(column) {
  const { name, texts } = column;
  const writings = writingsOf(texts).filter(({ plain: plain4 }) => plain4 || !isCodeName(name));
  const writing = bestOf(writings, column);
  return areFew(oddOf(writing, texts), column) ? { writing } : null;
}
function areFew(odd, { texts, present: present2, lists: lists3 }) {
  const nothing2 = texts.filter(isMissing).length;
  const slips2 = odd.filter((text2) => !PLACEHOLDER.test(text2)).length + lists3.cells;
  return texts.length > nothing2 && odd.length <= (texts.length - nothing2) / 2 && areSlips(slips2, present2 - nothing2);
}
var oddOf = ({ read: read2 }, texts) => texts.filter((text2) => read2(text2) === void 0);
function bestOf(writings, { texts }) {
  let [best3, least] = [writings[0], Infinity];
  for (const writing of writings) {
    const odd = oddOf(writing, texts).length;
    if (odd < least) [best3, least] = [writing, odd];
    if (least === 0) break;
  }
  return best3;
}
function lists({ lists: { cells, values, characters }, texts, parting }) {
  if (cells > 0) {
    const pipes = parting?.separator === "|";
    return characters <= values * CATEGORY_LENGTH ? { separator: pipes ? "|" : null } : null;
  }
  return parting?.certain === true && texts.length > 0 ? { separator: parting.separator } : null;
}
function dates(column) {
  const { odd, isTold } = undated(column.texts);
  return isTold && areFew(odd, column) ? {} : null;
}
function repeated({ texts, present: present2, distinct, lists: lists3 }) {
  const characters = texts.reduce((sum, text2) => sum + text2.length, 0);
  const few = distinct.size <= Math.max(FEW, present2 / 2) && characters <= present2 * CATEGORY_LENGTH;
  return lists3.cells === 0 && few ? {} : null;
}

// web/read/guesses.ts
var config = (key, name, value) => `"${key}": ${JSON.stringify({ [name]: value })}`;
function slips({ name, present: present2 }, { kind }, count2, first) {
  const { place: place2, found } = first;
  const fit = count2 === 1 ? "does not fit and is" : "do not fit and are";
  const refuse5 = kind === "text" ? "" : `; ${config("kinds", name, kind)} refuses such, ${config("kinds", name, "text")} keeps the column as it stands`;
  return `look: ${name}: ${kind}, but ${count2} of ${present2} cells ${fit} left out (${rowName(place2.row, place2.line)}: ${found})${refuse5}`;
}
var asShown = ({ name, present: present2, html }) => html === null ? [] : [
  `${name}: ${html.cells} of ${present2} cells held HTML, read as text (${quote(html.found)} being ${quote(html.shown)}); "html": false keeps them as they stand`
];
function guesses(survey, reading, column, said) {
  if (said === "config") return [];
  if (said === "header") return [`${survey.name}: ${reading.kind}, as the header says`];
  switch (reading.kind) {
    case "number":
      return asWritten(survey, reading);
    case "date":
      return asDates(survey, column);
    case "multi":
      return asLists(survey, reading, column);
    case "category":
      return [...asNamed(survey, reading), ...openDates(survey, reading) ?? doubts(survey, reading)];
    case "text":
      return openDates(survey, reading) ?? doubts(survey, reading);
  }
}
var saying = (texts) => texts.filter((text2) => !isMissing(text2));
function doubtfulWords({ name, present: present2, doubts: doubts2 }, { kind, named }) {
  if (kind === "number" || kind === "date" || named !== null) return [];
  const words4 = [...doubts2];
  const [nothing2, values] = [true, false].map((isNothing2) => words4.filter(([word]) => isEmpty(word) === isNothing2));
  const listed3 = (some) => some.map(([word, count2]) => `${quote(word)} (${count2})`).join(" and ");
  const config3 = (some) => `"missing": ${JSON.stringify({ [name]: some })}`;
  return [
    ...nothing2.length === 0 ? [] : [
      `${name}: ${listed3(nothing2)} beside ${present2} values is taken for nothing; ${config3([])} takes it for a value`
    ],
    ...values.length === 0 ? [] : [
      `look: ${name}: ${listed3(values)} of ${present2} values is taken for one; ${config3(words4.map(([word]) => word))} takes it for nothing`
    ]
  ];
}
var doubts = (survey, reading) => [
  ...almostLists(survey, reading),
  ...almostBooleans(survey, reading),
  ...almostDates(survey, reading),
  ...almostNumbers(survey, reading)
];
function asWritten(survey, { writing }) {
  const { name, texts } = survey;
  if (writing === null) return [];
  const open2 = openDecimals(survey, writing);
  if (open2 !== null) return [open2];
  if (writing.plain) return [];
  const [plain4] = writingsOf([]);
  const example = texts.find((text2) => plain4.read(text2) === void 0 && writing.read(text2) !== void 0);
  if (example === void 0) return [];
  const look = writing.unit === "" ? "look: " : "";
  return [
    `${look}${name}: number, ${quote(example)} being ${writing.read(example)}${writing.of ? ` ${writing.of}` : ""}; ${config("kinds", name, "text")} keeps the column as it stands`
  ];
}
function openDecimals({ name, cells }, { read: read2, unit }) {
  const texts = cells.filter((cell) => typeof cell === "string" && !Number.isNaN(read2(cell) ?? NaN));
  const open2 = undecided(texts);
  if (open2 === null) return null;
  const { text: text2, point, comma } = open2;
  const taken = read2(text2);
  const [mark, other, otherwise] = taken === point ? [".", ",", comma] : [",", ".", point];
  const look = unit === "" || Math.abs(taken) < Math.abs(otherwise) ? "look: " : "";
  return `${look}${name}: number, ${quote(text2)} being ${taken}; ${config("decimals", name, other)} makes it ${otherwise}, ${config("decimals", name, mark)} says so`;
}
function asLists({ name, present: present2, lists: lists3, printed, parting }, { separator }, column) {
  const values = `${"names" in column ? column.names.length : 0} distinct values`;
  if (printed) return [`${name}: lists as programs print them, in ${lists3.cells} of ${present2} cells, ${values}`];
  if (separator === null || separator === "|" || parting === null) return [];
  return [
    `${name}: lists, parted by ${quote(separator)} in ${parting.cells} of ${present2} cells (${quote(parting.example)}), ${values}; ${config("separators", name, false)} takes a cell for one value`
  ];
}
function asNamed({ name, distinct }, { named, blank }) {
  if (named === null) return [];
  const texts = saying([...distinct]);
  const firsts = /* @__PURE__ */ new Map();
  for (const text2 of texts) if (named(text2) !== text2 && !firsts.has(named(text2))) firsts.set(named(text2), text2);
  const changed = [...firsts].map(([value, text2]) => `${quote(text2)} being ${quote(value)}`);
  if (blank !== null) changed.push(`nothing being ${quote(blank)}`);
  if (changed.length > 0) return [`${name}: category, ${changed.slice(0, 3).join(" and ")}`];
  return isCodeName(name) ? [
    `${name}: category, its ${texts.length} numbers being codes; ${config("kinds", name, "number")} makes them quantities`
  ] : [];
}
function asDates({ name, texts, present: present2 }, column) {
  const times = column.kind === "date" ? column.values.filter((time) => !Number.isNaN(time)).sort() : [];
  const [from, to] = [times[0], times.at(-1)].map((time) => isoText(time ?? NaN, true) ?? "none");
  const short2 = texts.filter((text2) => isYear(text2) || monthSeconds(text2) !== void 0);
  const alone = short2.length === 0 ? "" : `, ${short2.length} of ${present2} cells naming no day (${quote(short2[0])} being its first)`;
  return [`${name}: date, ${from} to ${to}${alone}; ${config("kinds", name, "text")} keeps the column as it stands`];
}
function openDates({ name, texts, present: present2 }, { kind }) {
  const example = texts.map(yearLast).find((both) => both?.dayFirst !== void 0 && both.monthFirst !== void 0);
  const text2 = example && texts.find((one2) => yearLast(one2)?.dayFirst === example.dayFirst);
  if (!example || text2 === void 0) return null;
  const { odd, isTold } = undated(texts);
  if (isTold || !areSlips(odd.length, present2)) return null;
  const [day, month] = [example.dayFirst, example.monthFirst].map((seconds) => isoText(seconds, true));
  const reads = (order, date) => `${config("dates", name, order)} reads ${date}`;
  return [
    `look: ${name}: ${kind}, but ${texts.length - odd.length} of ${present2} cells are dates that leave open which is the day (${quote(text2)}); ${reads("day first", day)}, ${reads("month first", month)}`
  ];
}
function almostLists({ name, present: present2, parting, lists: lists3 }, { kind }) {
  if (parting === null || parting.certain || lists3.cells > 0) return [];
  const { separator, cells, example, shared: shared2, first } = parting;
  const likely = kind === "category" ? separator !== "/" || shared2 > 0.3 && first > 0.3 : shared2 > 0.3 && first > 0.3 && cells > present2 / 5 && separator !== "|";
  if (!likely) return [];
  return [
    `look: ${name}: ${cells} of ${present2} cells look like lists (${quote(example)}) and are taken for one value each; ${config("separators", name, separator)} parts them, ${config("separators", name, false)} says that they are one`
  ];
}
function almostBooleans({ name, present: present2, texts, distinct }, { kind, named }) {
  if (kind !== "category" || named !== null || distinct.size > FEW) return [];
  const said = [...distinct].map((text2) => booleanOf(text2));
  const others = texts.filter((text2) => booleanOf(text2) === void 0);
  if (!said.includes("true") || !said.includes("false") || others.length === 0 || others.length > present2 / 2) return [];
  return [
    `look: ${name}: category, for ${others.length} of ${present2} cells are neither yes nor no (${quote(others[0])}); a filter takes its words as they stand, not true and false`
  ];
}
var FIRST_CELLS = 1e3;
function almostDates({ name, texts: all2, present: present2 }, { kind }) {
  const first = saying(all2.slice(0, FIRST_CELLS));
  if (undated(first).odd.length > first.length / 2) return [];
  const texts = saying(all2);
  const { odd, isTold } = undated(texts);
  if (!isTold || odd.length === 0 || odd.length > texts.length / 2) return [];
  return [
    `look: ${name}: ${kind}, for ${odd.length} of ${present2} cells are no dates as the others are (${quote(odd[0])}); ${config("kinds", name, "date")} refuses them`
  ];
}
var UNITS2 = 5;
function almostNumbers({ name, texts: all2, present: present2 }, { kind, named }) {
  if (named !== null) return [];
  const texts = saying(all2);
  const { counts } = unitsOf(texts);
  const measured = [...counts.values()].reduce((sum, count2) => sum + count2, 0);
  if (counts.size > 1 && counts.size <= UNITS2 && measured > present2 / 2) {
    const units = [...counts].map(([unit, count2]) => `${quote(unit)} in ${count2}`).slice(0, 3).join(", ");
    return [`look: ${name}: ${kind}, for its numbers are of several units, ${units} of ${present2} cells; a column of each would be numbers`];
  }
  const writings = writingsOf(texts);
  const numbers3 = writings.map(({ read: read2 }) => texts.filter((text2) => read2(text2) !== void 0).length);
  const most = Math.max(...numbers3);
  if (most === texts.length || most <= texts.length / 2) return [];
  const odd = texts.find((text2) => writings[numbers3.indexOf(most)].read(text2) === void 0);
  return [
    `look: ${name}: ${kind}, for ${texts.length - most} of ${texts.length} cells are no numbers (${quote(odd)}); ${config("kinds", name, "number")} refuses them`
  ];
}

// web/read/taken.ts
function takenOf(name, cells, hints, chosen, read2, place2) {
  const survey = surveyOf(name, cells, read2);
  const reading = readingOf2(survey, { ...hints, ...chosen });
  const odd = [];
  const column = reading && toColumn(name, reading, survey.cells, (item, cell, expected) => {
    const at3 = { ...place2(item), field: name };
    const skip = typeof cell === "object" ? ` (kinds: {${JSON.stringify(name)}: "skip"} leaves the column out)` : "";
    if (chosen.kind !== void 0) throw new InputError(at3, quote(cell), expected + skip);
    odd.push({ place: at3, found: quote(cell) });
  });
  if (reading === null || column === null) return { name, column: null, remarks: [], exceptions: [] };
  const [first] = odd;
  const said = Object.keys(chosen).length > 0 ? "config" : Object.keys(hints).length > 0 ? "header" : null;
  const remarks = [
    ...first === void 0 ? [] : [slips(survey, reading, odd.length, first)],
    ...guesses(survey, reading, column, said),
    ...asShown(survey),
    ...doubtfulWords(survey, reading),
    ...blemishes(survey, column)
  ];
  const others = `${survey.present - odd.length} of ${survey.present} are ${reading.kind === "number" || reading.kind === "date" ? `${reading.kind}s` : `of kind ${reading.kind}`}`;
  const exceptions = odd.slice(0, 1).map(({ place: { file, row }, found }) => ({ file, row, found, count: odd.length, others }));
  return { name, column, remarks, exceptions };
}
function chosenOf({ kinds, separators, decimals: marks, dates: dates2 }, name) {
  const [kind, separator] = [kinds?.[name], separators?.[name]];
  const [decimals, order] = [marks?.[name], dates2?.[name]];
  return {
    ...kind && { kind },
    ...separator !== void 0 && { separator },
    ...decimals && { decimals },
    ...order && { order }
  };
}
var kindWished = (kind) => kind === "skip" ? "is to be left out" : `is to be of kind ${kind}`;
function checkNamed(paths2, options, names, skipped) {
  const wishes = [
    ...Object.entries(options.kinds ?? {}).map(([name, kind]) => [name, kindWished(kind)]),
    ...Object.keys(options.missing ?? {}).filter((name) => name !== "title").map((name) => [name, 'is named in config key "missing"']),
    ...Object.keys(options.decimals ?? {}).map((name) => [name, 'is named in config key "decimals"']),
    ...Object.keys(options.separators ?? {}).map((name) => [name, 'is to be parted by config key "separators"']),
    ...(options.keep ?? []).map((name) => [name, "is to be kept"])
  ];
  const unknown = wishes.find(([name]) => !names.includes(name) && !skipped.has(name));
  if (unknown === void 0) return;
  const known = `the attributes ${quoteList([...names, ...skipped])}`;
  throw new InputError({ file: paths2.join(", ") }, known, `${quoteList([unknown[0]])}, which ${unknown[1]}`);
}

// web/read/typed.ts
var TYPE2 = /:(token|token_seq|float|float_seq)$/;
var HINTS = {
  token: { kind: "category" },
  token_seq: { kind: "multi", separator: " " },
  float: { kind: "number" },
  float_seq: null
};
var untyped = (name) => name.replace(TYPE2, "");
function typedNames(header) {
  if (!header.every((name) => TYPE2.test(name))) return header.map((name) => ({ name, hints: {} }));
  return header.map((full2) => ({ name: untyped(full2), hints: HINTS[TYPE2.exec(full2)[1]] }));
}

// web/read/items.ts
async function readItems(paths2, options = {}) {
  const fault = options.onError ?? throwIt;
  const rowsOfIds = new RowsOfIds(options.skip ?? [], options.idsAs, fault);
  const { files } = rowsOfIds;
  const attributes2 = /* @__PURE__ */ new Map();
  const skipped = /* @__PURE__ */ new Set();
  const vectors = /* @__PURE__ */ new Set();
  let title = null;
  const heading = headingOf(["item_id"], options.columns);
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths2));
  for (const path of paths2) {
    const file = rowsOfIds.begin(path);
    let picked = [];
    const select = (found) => {
      const at3 = findColumns(path, found, ["item_id", "title"], ["item_id"], options.columns, { notes: file.facts });
      const typed = typedNames(found);
      file.facts.columns = found.map((name) => columnFacts(name, null, null));
      file.names = typed.map(({ name }) => name);
      file.columns = { item_id: found[at3.item_id], ...at3.title >= 0 && { title: found[at3.title] } };
      const others = [...typed.keys()].filter((i) => i !== at3.item_id && i !== at3.title && typed[i].name !== "");
      const isLeftOut = (name) => options.kinds?.[name] === "skip" || options.keep?.includes(name) === false;
      for (const { name, hints } of others.map((i) => typed[i])) {
        if (hints === null) vectors.add(name);
        if (hints === null || isLeftOut(name)) skipped.add(name);
        else if (!attributes2.has(name)) attributes2.set(name, { cells: [], hints });
      }
      const rest2 = others.filter((i) => !skipped.has(typed[i].name));
      picked = rest2.map((i) => typed[i].name);
      if (at3.title >= 0) title ??= [];
      return [at3.item_id, at3.title, ...rest2];
    };
    for await (const batch of scanTable(path, { select, onBytes, heading, ...quoting(options.quote, file.facts) })) {
      const [idCells, titleCells, ...attributeCells] = batch.columns;
      const before = rowsOfIds.add(batch, idCells);
      if (titleCells !== null) extend(title ??= [], titleCells, before, batch.rows);
      attributeCells.forEach((cells, c) => extend(attributes2.get(picked[c]).cells, cells, before, batch.rows));
    }
    rowsOfIds.end();
  }
  const factsOf = files.map(({ facts }) => facts);
  if (!options.shared) checkMapped(factsOf, options.columns ?? {});
  const { ids: itemIds, kept } = rowsOfIds;
  checkNamed(paths2, options, [...attributes2.keys()], skipped);
  const taken = [];
  const take2 = (name, { cells: all2, hints }, chosen) => {
    extend(all2, [], rowsOfIds.rows, 0);
    const cells = kept.length === all2.length ? all2 : kept.map((row) => all2[row]);
    const { missing, html } = options;
    const read2 = { ...missing?.[name] && { missing: missing[name] }, ...html !== void 0 && { html } };
    taken.push(takenOf(name, cells, hints, chosen, read2, (item) => placeOf4(files, kept[item])));
  };
  if (title !== null) take2("title", { cells: title, hints: {} }, { kind: "text" });
  for (const [name, raw] of attributes2) {
    take2(name, raw, chosenOf(options, name));
    raw.cells = [];
  }
  let first = 0;
  for (const file of files) describeFile(file, first, first += file.facts.rows, itemIds, taken);
  return {
    rows: itemIds.length,
    itemIds,
    columns: taken.flatMap(({ column }) => column ?? []),
    files: files.map(({ path, facts, columns }) => ({ path, rows: facts.rows, columns })),
    facts: {
      files: factsOf,
      remarks: [
        ...taken.flatMap(({ remarks }) => remarks),
        ...Array.from(vectors, (name) => `${name}: left out, a list of numbers as the header says`)
      ],
      objects: taken.filter(({ column }) => column === null).map(({ name }) => name)
    }
  };
}
function describeFile(file, first, end, ids, taken) {
  file.facts.columns.forEach((facts, c) => {
    const { name } = facts;
    const isTitle = name === file.columns.title;
    const made = taken.find((one2) => one2.name === (isTitle ? "title" : file.names[c]));
    if (name === file.columns.item_id) {
      Object.assign(facts, { role: "item_id", kind: "id", values: end - first, missing: 0 });
      ids.slice(first, Math.min(end, first + 3)).forEach((id) => keepExample(facts, id));
    } else if (made?.column) {
      facts.role = isTitle ? "title" : "attribute";
      describe(facts, made.column, first, end);
      for (const { file: of2, ...one2 } of made.exceptions) if (of2 === file.path) facts.exceptions.push(one2);
    }
  });
}
var RowsOfIds = class {
  constructor(skip, as, fault) {
    this.skip = skip;
    this.as = as;
    this.fault = fault;
    this.files = [];
    /** Of the rows that stay: ids, and row numbers over all files, from 0. */
    this.ids = [];
    this.kept = [];
    this.rows = 0;
    this.rowOfId = /* @__PURE__ */ new Map();
    this.floats = 0;
  }
  begin(path) {
    const facts = { path, rows: 0, columns: [], left: [] };
    const file = { path, first: this.rows, batches: [], names: [], columns: {}, facts };
    this.files.push(file);
    this.floats = 0;
    return file;
  }
  /** The number of rows before the batch. */
  add(batch, cells) {
    const file = this.files.at(-1);
    const { rows, lines, firstRow, part: part3 } = batch;
    file.batches.push({ rows, lines, firstRow, ...part3 && { part: part3 } });
    const before = this.rows;
    for (let i = 0; i < rows; i++) this.addRow(batch, i, cells[i]);
    return before;
  }
  addRow(batch, i, cell) {
    const { path, columns, facts } = this.files.at(-1);
    const at3 = this.rows++;
    const row = rowOf(batch, i);
    const place2 = () => ({ ...placeIn(batch, i, path), field: columns.item_id });
    const id = idOf(cell, this.as);
    if (id === null) {
      if (!hasNoId(cell)) this.fault(new InputError(place2(), quote(cell), ID_EXPECTED));
      else if (!this.skip.includes("rows without ids")) this.fault(new InputError(place2(), quote(cell), SKIP_EXPECTED));
      return leaveOut(facts.left, "no item_id", row);
    }
    const before = this.rowOfId.get(id);
    const isRead = this.as !== "exact" && isFloat(cell);
    if (before === void 0) {
      const own = ownString(id);
      this.rowOfId.set(own, at3);
      this.ids.push(own);
      this.kept.push(at3);
      facts.rows++;
      if (isRead) this.floats++;
    } else if (this.skip.includes("repeated ids")) leaveOut(facts.left, "an id that was there before", row);
    else {
      const other = nameOf(placeOf4(this.files, before));
      const asText = isRead ? `, "ids": "exact" tells ${quote(cell)} from ${quote(id)}` : "";
      const expected = `each id once (it is also in ${other}; config "skip": "repeated ids" takes the first${asText})`;
      this.fault(new InputError(place2(), `${quote(id)} again`, expected));
    }
  }
  /** A file ends. */
  end() {
    const { facts, columns } = this.files.at(-1);
    noteFloats(facts, columns.item_id, { ids: this.floats, of: facts.rows });
  }
};
function extend(column, cells, before, rows) {
  while (column.length < before) column.push(null);
  for (let i = 0; i < rows; i++) column.push(cells[i]);
}
function placeOf4(files, row) {
  const { path, first, batches } = files.findLast(({ first: first2 }) => first2 <= row);
  let at3 = row - first;
  for (const { rows, ...batch } of batches) {
    if (at3 < rows) return placeIn({ ...batch, rows, columns: [] }, at3, path);
    at3 -= rows;
  }
  return { file: path };
}

// web/read/meeting.ts
var VALUES = 1 << 18;

// web/read/far.ts
var DAY2 = 86400;
var YEAR = 365.25 * DAY2;
var FIRST2 = 1e8;
var NEVER = 230 * YEAR;
var LEAST2 = 20;
var FAR = 10;
var MIDDLE = 0.96;
var MOST2 = 0.01;
var EXAMPLES3 = 3;
function leaveOutFar(time, written, now) {
  const sorted = time.filter((t) => !Number.isNaN(t)).sort();
  if (sorted.length === 0) return null;
  const isFar = farFrom(sorted);
  const outliers = { count: 0, examples: [] };
  let from = Infinity;
  let to = -Infinity;
  let future = 0;
  time.forEach((t, row) => {
    if (Number.isNaN(t)) return;
    if (isFar(t)) {
      outliers.count++;
      if (outliers.examples.length < EXAMPLES3 && !outliers.examples.includes(t)) outliers.examples.push(t);
      time[row] = NaN;
    } else {
      from = Math.min(from, t);
      to = Math.max(to, t);
      if (t > now) future++;
    }
  });
  const units = together2(written.map((file) => file.units));
  const unit = mostOf(units);
  const ordinal = unit === "number" && (from === 0 || from === 1) && sorted.every(Number.isInteger);
  const files = written.flatMap(
    (file) => Object.keys(file.units).length === 0 ? [] : [{ ...file, unit: mostOf(file.units) }]
  );
  return { unit, units, files, ...ordinal && { ordinal }, count: sorted.length, from, to, outliers, future };
}
function together2(all2) {
  const units = {};
  for (const [unit, { count: count2, example }] of all2.flatMap((one2) => Object.entries(one2)))
    units[unit] = { count: count2 + (units[unit]?.count ?? 0), example: units[unit]?.example ?? example };
  return units;
}
function farFrom(sorted) {
  const middle = sorted[sorted.length >> 1];
  if (middle < FIRST2 || middle >= NEVER) return outOfReach(sorted, 0);
  const apart = outOfReach(sorted, YEAR);
  return (t) => Math.abs(t) <= DAY2 || t >= NEVER || apart(t);
}
function outOfReach(sorted, least) {
  const edge = Math.ceil(sorted.length * (1 - MIDDLE) / 2);
  if (sorted.length < LEAST2) return () => false;
  const [low, high] = [sorted[edge], sorted[sorted.length - 1 - edge]];
  const reach2 = Math.max(FAR * (high - low), least);
  const isFar = (t) => reach2 > 0 && (t < low - reach2 || t > high + reach2);
  const count2 = sorted.reduce((sum, t) => sum + +isFar(t), 0);
  return count2 <= Math.max(1, MOST2 * sorted.length) ? isFar : () => false;
}

// web/read/idle.ts
var TIMELY = /date|time|stamp|zeit|fecha|heure|hora/i;
var LEAST3 = 1e8;
var WIDEST = 256;
async function noteDates(facts, quoting2) {
  const unused = facts.columns.filter(({ role, name }) => role === null && name !== "");
  const idle = unused.slice(0, WIDEST).map(({ name }) => name);
  if (idle.length === 0) return;
  const select = (names) => idle.map((name) => names.indexOf(name));
  const heading = headingBy(facts.columns.map(({ name }) => name));
  for await (const { columns } of scanTable(facts.path, { ...quoting2, select, heading, nested: true })) {
    const column = idle.find((name, c) => columns[c] !== null && areDates(name, Array.from(columns[c])));
    if (column !== void 0) (facts.notes ??= []).push({ note: "dates", column });
    return;
  }
}
async function notePeople(facts, missing, quoting2) {
  const unused = facts.columns.filter(({ role }) => role === null).map(({ name }) => name);
  const others = otherPeople(unused).slice(0, WIDEST);
  if (others.length === 0) return;
  const filled3 = others.map(() => 0);
  let of2 = 0;
  const select = (names) => others.map((name) => names.indexOf(name));
  for await (const { columns, rows } of scanTable(facts.path, { ...quoting2, select })) {
    columns.forEach((cells, c) => {
      for (let i = 0; cells !== null && i < rows; i++) if (!isMissing(cells[i])) filled3[c]++;
    });
    of2 += rows;
  }
  const most = filled3.indexOf(Math.max(...filled3));
  if (filled3[most] > of2 - missing)
    (facts.notes ??= []).push({ note: "people", column: others[most], filled: filled3[most], missing, of: of2 });
}
function areDates(name, cells) {
  const present2 = cells.filter((cell) => !isMissing(cell));
  if (present2.length === 0) return false;
  if (present2.every((cell) => cell instanceof Date)) return true;
  if (TIMELY.test(name) && present2.every((cell) => Math.abs(numberOf(cell) ?? 0) >= LEAST3)) return true;
  if (!present2.every((cell) => typeof cell === "string")) return false;
  const { odd, isTold } = undated(present2);
  return odd.length === 0 && isTold;
}

// web/read/leave.ts
var NO = /^(|-|\D{0,3}[-+]?0+([.,]0+)?\D{0,3})$/;
var saysYes = (cell) => !isMissing(cell) && cell !== false && !NO.test(textOf(cell)) && booleanOf(textOf(cell)) !== "false";
var isIn = (value, { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }) => value > gt && value >= gte && value < lt && value <= lte;
function testOf(wanted, idsAs) {
  if (wanted === true) return saysYes;
  if (typeof wanted === "object" && !Array.isArray(wanted))
    return (cell) => isIn(numberOf(cell) ?? amountOf(cell) ?? NaN, wanted);
  const values = new Set([wanted].flat().map(String));
  return (cell) => values.has(isMissing(cell) ? "" : idOf(cell, idsAs) ?? textOf(cell));
}
var whyLeft = (column) => `by ${quote(column)}, as "leaveOut" says`;
var Leaving = class {
  constructor(leaveOut2 = {}, idsAs) {
    /** Place of the first such column in a batch. */
    this.first = 0;
    this.tests = Object.entries(leaveOut2).map(([column, wanted]) => ({ column, test: testOf(wanted, idsAs) }));
  }
  /** Positions of the columns to look at, which stand in batches from `first` on. */
  select(names, first) {
    this.first = first;
    return this.tests.map(({ column }) => names.indexOf(column));
  }
  /** Why row i is left out; undefined: it is not. */
  why({ columns }, i) {
    const found = this.tests.find(({ test }, t) => {
      const cells = columns[this.first + t] ?? null;
      return cells !== null && test(cells[i]);
    });
    return found && whyLeft(found.column);
  }
};

// web/read/orders.ts
var ORDERS = /^(order|sale|invoice|transaction|receipt|purchase|bestell(ung)?s?|auftrags?|rechnungs?|commande|facture|pedido|factura|ordine|заказ|订单|訂單|注文|주문)(id|no|nr|num|number|nummer|name|code|ref|号|號|编号|番号|번호)?$/;
var LINES = /^line ?items?\b/i;
var NAME = /^name$/i;
var WHOLE5 = ["user_id", "event", "timestamp"];
var NEEDED = ["user_id", "item_id"];
async function ordersOf(path, mapping, options) {
  const leaving2 = Object.entries(options.leaveOut ?? {}).flatMap(
    ([column, out]) => [out].flat().includes("") ? [] : [column]
  );
  const said = new Set(Object.keys(options.leaveOut ?? {}).filter((column) => !leaving2.includes(column)));
  let [by, asked2] = [void 0, []];
  const select = (names) => {
    by = orderColumn(names, mapping.basket);
    const at3 = findColumns(path, names, [...WHOLE5, "item_id"], NEEDED, mapping, { kind: "interactions" });
    const parts = WHOLE5.flatMap((role) => names[at3[role]] ?? []);
    asked2 = [.../* @__PURE__ */ new Set([...parts, ...leaving2])].filter(
      (name) => name !== by && names.includes(name) && !said.has(name)
    );
    return by === void 0 ? [] : [by, ...asked2].map((name) => names.indexOf(name));
  };
  const survey = new Survey();
  const quote2 = options.quote === void 0 ? {} : { quote: options.quote };
  for await (const { columns, rows } of scanTable(path, {
    ...quote2,
    select,
    heading: headingOf(NEEDED, mapping),
    nested: true
  })) {
    survey.add(columns, rows);
    if (by === void 0 || survey.isTold(asked2.length)) return null;
  }
  const held2 = asked2.filter((_, c) => survey.isWhole(c));
  return by === void 0 || held2.length === 0 ? null : new Orders(by, held2);
}
function orderColumn(names, basket) {
  const usual2 = names.find((name) => name === basket) ?? names.find((name) => ORDERS.test(canonicalName(name)));
  return usual2 ?? (names.some((name) => LINES.test(name)) ? names.find((name) => NAME.test(name)) : void 0);
}
var Following = class {
  constructor() {
    this.above = null;
  }
  isNext(cell) {
    const order = isMissing(cell) ? null : textOf(cell);
    const isNext = order !== null && order === this.above;
    this.above = order;
    return isNext;
  }
};
var Survey = class {
  constructor() {
    this.following = new Following();
    this.onFirst = [];
    /** undefined: no row went on with an order yet. */
    this.onOthers = [];
    this.isWhole = (c) => this.onFirst[c] === true && this.onOthers[c] === false;
    /** Whether none of so many columns can be one any more. */
    this.isTold = (columns) => Array.from({ length: columns }, (_, c) => this.onOthers[c]).every((other) => other);
  }
  add([orders, ...cells], rows) {
    for (let i = 0; orders && i < rows; i++) {
      const isNext = this.following.isNext(orders[i]);
      cells.forEach((column, c) => {
        const isCell = column !== null && !isMissing(column[i]);
        if (isNext) this.onOthers[c] = this.onOthers[c] === true || isCell;
        else if (isCell) this.onFirst[c] = true;
      });
    }
  }
  // prettier-ignore
};
var Orders = class {
  constructor(by, held2) {
    this.by = by;
    this.held = held2;
    this.following = new Following();
    this.first = [];
    this.places = [];
    this.at = 0;
    this.rows = 0;
  }
  /** Positions of the columns to see beside the `chosen` ones. */
  select(names, chosen) {
    this.at = chosen.length;
    this.places = chosen.flatMap((at3, place2) => this.held.includes(names[at3] ?? "") ? [place2] : []);
    return [names.indexOf(this.by)];
  }
  fill(batch) {
    const columns = batch.columns.map((cells, c) => cells && this.places.includes(c) ? Array.from(cells) : cells);
    const orders = columns[this.at];
    if (!orders) return batch;
    for (let i = 0; i < batch.rows; i++) {
      const isNext = this.following.isNext(orders[i]);
      let isFilled = false;
      for (const place2 of this.places) {
        const cells = columns[place2];
        if (cells === null) continue;
        if (!isNext) this.first[place2] = cells[i];
        else if (!isMissing(this.first[place2])) {
          cells[i] = this.first[place2];
          isFilled = true;
        }
      }
      if (isFilled) this.rows++;
    }
    return { ...batch, columns };
  }
  note(facts) {
    const { by, held: columns, rows } = this;
    if (rows > 0) (facts.notes ??= []).push({ note: "orders", by, columns: [...columns], rows });
  }
};

// web/read/ratings.ts
var COMMA2 = /^\s*([+-]?\d+),(\d{1,2})\s*$/;
var WORDS3 = /^\s*([+-]?\d+(?:[.,]\d+)?)\s*((?:\/|of\b|out of\b|von\b|sur\b|de\b|из(?![\p{L}]))\s*\d+)?\s*(stars?|★|⭐|points?|pts|%)?\s*$/iu;
var EXPECTED2 = `${NUMBER_EXPECTED} (config "columns": {"interactions": {"rating": null}} leaves ratings out)`;
var RatingColumn = class {
  constructor() {
    /** The first cell of those that have words. */
    this.example = null;
  }
  /** Of cells that are no ratings `refuse` hears. */
  add(cells, rows, refuse5) {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = this.read(cells[i], (expected) => refuse5(i, expected));
    return values;
  }
  read(cell, refuse5) {
    const plain4 = numberOf(typeof cell === "string" ? cell.replace(COMMA2, "$1.$2") : cell);
    const said = plain4 === void 0 && typeof cell === "string" ? WORDS3.exec(cell) : null;
    if (plain4 === void 0 && said === null) refuse5(EXPECTED2);
    if (isMissing(cell) || plain4 === void 0 && said === null) return NaN;
    const behind = said === null ? "" : `${said[2] ?? ""} ${said[3] ?? ""}`.toLowerCase().replace(/\s+|s$/g, "");
    if (said !== null) this.example ??= String(cell);
    this.behind ??= behind;
    if (behind !== this.behind)
      refuse5(
        `ratings written alike, as those before it ${this.behind === "" ? "without words" : `with "${this.behind}"`}`
      );
    return plain4 ?? Number(said[1].replace(",", "."));
  }
};

// web/read/tally.ts
var MOST3 = 64;
var LONGEST4 = 40;
var TELLING = /stat|type|kind|action|event|reason|quant|qty|stk|pcs|uds|count|units|pieces|amount|total|price|refund|return|cancel|void|storno|retour|menge|anzahl|cantidad|click|like|lov|fav|hate|watch|view|seen|skip|play|listen|complet|finish|label|purchas|bought|order|paid|conver|target|follow|share|collect|save|read|open/i;
var Tally = class {
  constructor(path) {
    this.path = path;
    this.byName = /* @__PURE__ */ new Map();
    this.order = [];
    this.first = 0;
  }
  /** Positions of the columns to look at, which stand in batches from `first` on. */
  select(names, used, first, format) {
    this.first = first;
    const isCostly = format === "parquet" || names.length > MOST3;
    const idle = names.filter((name, at3) => name !== "" && !used.has(at3) && (!isCostly || TELLING.test(name)));
    this.order = idle.slice(0, MOST3);
    return this.order.map((name) => names.indexOf(name));
  }
  add({ columns, rows }) {
    this.order.forEach((column, c) => {
      const cells = columns[this.first + c];
      if (!cells) return;
      if (!this.byName.has(column)) {
        const facts2 = { path: this.path, column, rows: 0, values: null, below: 0, example: "", yes: 0 };
        this.byName.set(column, { counts: /* @__PURE__ */ new Map(), facts: facts2 });
      }
      const known = this.byName.get(column);
      const { facts } = known;
      for (let i = 0; i < rows; i++) {
        const cell = cells[i];
        if (isMissing(cell)) continue;
        if (saysYes(cell)) facts.yes++;
        if (isBelow(cell) && facts.below++ === 0) facts.example = String(cell);
        if (known.counts !== null && !count(known.counts, cell)) known.counts = null;
      }
    });
  }
  /** `rows` of the file were taken. */
  facts(rows) {
    const whole4 = [...this.byName.values()].filter(({ facts }) => this.order.includes(facts.column));
    return whole4.map(({ counts, facts }) => ({
      ...facts,
      rows,
      values: counts && Array.from(counts, ([value, count2]) => ({ value, count: count2 }))
    }));
  }
};
var OWED2 = /^[\s\p{Sc}\p{L}]{0,5}[-−(]/u;
var isBelow = (cell) => typeof cell === "string" ? OWED2.test(cell) && (amountOf(cell) ?? 0) < 0 : (numberOf(cell) ?? 0) < 0;
function count(counts, cell) {
  if (typeof cell === "object") return false;
  const text2 = textOf(cell);
  if (text2.length > LONGEST4) return false;
  counts.set(text2, (counts.get(text2) ?? 0) + 1);
  return counts.size <= MOST3;
}

// web/read/interactions.ts
var ROLES = ["user_id", "item_id", "rating", "event", "timestamp", "basket"];
var NO_BASKET = 4294967295;
async function readInteractions(paths2, options = {}) {
  const { idsAs } = options;
  const others = idsAs === "exact" ? idsAs : void 0;
  const [users, items, baskets] = [new IdColumn(others), new IdColumn(idsAs), new IdColumn(others)];
  const events = new Intern();
  const event = [];
  const rating = [];
  const time = [];
  const timeColumns = [];
  const basket = [];
  const columns = { ...options.columns, basket: options.columns?.basket ?? null };
  const heading = headingOf(["user_id", "item_id"], columns);
  const has = { rating: false, event: false, timestamp: false, basket: false };
  const files = [];
  const facts = [];
  const idle = [];
  const fault = options.onError ?? throwIt;
  const left = [];
  let read2 = 0;
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths2));
  for (const path of paths2) {
    const file = { path, rows: 0, columns: {} };
    files.push(file);
    const about = { path, rows: 0, columns: [], left: [] };
    facts.push(about);
    const columnOf2 = /* @__PURE__ */ new Map();
    const leaving2 = new Leaving(options.leaveOut, others);
    const tally = new Tally(path);
    const orders = await ordersOf(path, columns, options);
    const select = (names, format) => {
      const at3 = findColumns(path, names, ROLES, ["user_id", "item_id"], columns, {
        kind: "interactions",
        notes: about
      });
      for (const role of ROLES) if (at3[role] >= 0) file.columns[role] = names[at3[role]];
      const before = about.columns.length;
      names.slice(before).forEach((name, i) => {
        const place2 = before + i;
        const role = ROLES.find((one2) => at3[one2] === place2) ?? null;
        const column = columnFacts(name, role, role && KIND_OF[role]);
        about.columns[place2] = column;
        if (role !== null) columnOf2.set(role, column);
      });
      const roles = ROLES.map((role) => at3[role]);
      const left2 = leaving2.select(names, roles.length);
      const filled3 = orders?.select(names, [...roles, ...left2]) ?? [];
      const first = roles.length + left2.length + filled3.length;
      return [...roles, ...left2, ...filled3, ...tally.select(names, new Set(roles), first, format)];
    };
    let times2 = null;
    const ratings = new RatingColumn();
    const sieve = new Sieve(file, about, leaving2, options.skip?.includes("rows without ids") ?? false, fault);
    for await (const scanned of scanTable(path, {
      select,
      onBytes,
      heading,
      nested: true,
      ...quoting(options.quote, about)
    })) {
      const whole4 = orders?.fill(scanned) ?? scanned;
      const batch = sieve.rowsWithIds(whole4, users, items, (i) => left.push(read2 + i));
      read2 += scanned.rows;
      const [, , ratingCells, eventCells, timeCells, basketCells] = batch.columns;
      rating.push(
        ratingCells === null ? batch.rows : new Float32Array(
          ratings.add(
            ratingCells,
            batch.rows,
            (i, expected) => fault(badCell(file, batch, i, "rating", ratingCells[i], expected))
          )
        )
      );
      event.push(eventCells === null ? batch.rows : eventCodes(events, eventCells, file, batch, fault));
      time.push(
        timeCells === null ? batch.rows : (times2 ??= timesOf(file, options)).add(
          timeCells,
          batch.rows,
          (i, expected) => fault(badCell(file, batch, i, "timestamp", timeCells[i], expected))
        )
      );
      basket.push(basketCells === null ? batch.rows : basketCodes(baskets, basketCells, file, batch, fault));
      has.rating ||= ratingCells !== null;
      has.event ||= eventCells !== null;
      has.timestamp ||= timeCells !== null;
      has.basket ||= basketCells !== null;
      ROLES.forEach((role, c) => {
        const column = columnOf2.get(role);
        if (column !== void 0 && batch.columns[c] !== null) note(column, batch.columns[c], batch.rows, idsAs);
      });
      tally.add(batch);
      file.rows += batch.rows;
      about.rows += batch.rows;
    }
    sieve.end();
    if (sieve.nobody > 0) await notePeople(about, sieve.nobody, options);
    orders?.note(about);
    noteWords(about, file.columns.rating, ratings.example);
    idle.push(...tally.facts(file.rows));
    noteFloats(about, file.columns.user_id, users.endFile());
    noteFloats(about, file.columns.item_id, items.endFile());
    if (times2 !== null) timeColumns.push({ path, column: times2 });
  }
  const told = new Set(timeColumns.flatMap(({ column }) => column.told ?? []));
  const dateOrder = told.size === 1 ? [...told][0] : told.size === 0 ? options.dateOrder ?? null : null;
  const units = timeColumns.map(({ path, column }) => ({ path, units: column.finish(dateOrder) }));
  if (!options.shared) checkMapped(facts, columns);
  if (!options.shared) for (const leaveOut2 of Object.keys(options.leaveOut ?? {})) checkMapped(facts, { leaveOut: leaveOut2 });
  if (!has.timestamp && columns.timestamp !== null) for (const about of facts) await noteDates(about, options);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (rows === 0 && !options.allowEmpty) {
    const found = read2 === 0 ? "no rows below the header" : `no person and item in any of ${read2} rows`;
    throw new InputError({ file: paths2.join(", ") }, found, "at least one interaction");
  }
  const noEvent = has.event && event.some((chunk) => typeof chunk === "number") ? events.code("") : 0;
  const seconds = has.timestamp ? join2((n) => new Float64Array(n), time) : null;
  const times = seconds && leaveOutFar(seconds, units, Date.now() / 1e3);
  const code = has.event ? join2((n) => new Uint16Array(n), event, noEvent) : null;
  return {
    rows,
    userIds: users.ids.names,
    itemIds: items.ids.names,
    user: join2((n) => new Uint32Array(n), users.batches),
    item: join2((n) => new Uint32Array(n), items.batches),
    time: seconds,
    rating: has.rating ? join2((n) => new Float32Array(n), rating) : null,
    event: code && { names: events.names, code: events.names.length <= 256 ? new Uint8Array(code) : code },
    basket: has.basket ? join2((n) => new Uint32Array(n), basket, NO_BASKET) : null,
    files,
    facts: { files: facts, ...times !== null && { times }, idle, ...dateOrder !== null && { dateOrder } },
    ...left.length > 0 && { left: Uint32Array.from(left) }
  };
}
var KIND_OF = {
  user_id: "id",
  item_id: "id",
  rating: "number",
  event: "event",
  timestamp: "time",
  basket: "id"
};
function note(column, cells, rows, idsAs) {
  let missing = 0;
  const required = column.role === "user_id" || column.role === "item_id";
  for (let i = 0; i < (required ? Math.min(NOTED, rows) : rows); i++) {
    const cell = cells[i];
    if (isMissing(cell)) missing++;
    else if (i < NOTED) keepExample(column, exampleOf(column, cell, idsAs));
  }
  column.missing += missing;
  column.values += rows - missing;
}
var exampleOf = ({ kind }, cell, idsAs) => idOf(cell, kind === "id" ? idsAs : "exact") ?? quote(cell);
function timesOf({ columns: { timestamp } }, { dates: dates2 }) {
  return new TimeColumn(timestamp, dates2?.[timestamp]);
}
var NOTED = 100;
var Sieve = class {
  constructor(file, about, leaving2, skip, fault) {
    this.file = file;
    this.about = about;
    this.leaving = leaving2;
    this.skip = skip;
    this.fault = fault;
    this.error = null;
    this.refused = 0;
    this.rows = 0;
    /** Rows that name an item and no person. */
    this.nobody = 0;
  }
  /** The rows that have both, whose codes go into `users` and `items`; `leave` hears of the others. */
  rowsWithIds(batch, users, items, leave) {
    const [userCells, itemCells] = batch.columns;
    const [user, item, kept] = [new Uint32Array(batch.rows), new Uint32Array(batch.rows), new Uint32Array(batch.rows)];
    let count2 = 0;
    for (let i = 0; i < batch.rows; i++) {
      const why = this.leaving.why(batch, i);
      if (why !== void 0) {
        leaveOut(this.about.left, why, rowOf(batch, i));
        leave(i);
        continue;
      }
      const isItem = items.isId(itemCells[i]);
      if (isItem && users.isId(userCells[i])) {
        user[count2] = users.codeOfId(userCells[i]);
        item[count2] = items.codeOfId(itemCells[i]);
        kept[count2++] = i;
        continue;
      }
      const [role, cell] = !isItem ? ["item_id", itemCells[i]] : ["user_id", userCells[i]];
      if (role === "user_id" && hasNoId(cell)) this.nobody++;
      if (!hasNoId(cell)) this.fault(badCell(this.file, batch, i, role, cell, ID_EXPECTED));
      else if (this.skip) leaveOut(this.about.left, `no ${role}`, rowOf(batch, i));
      else this.refuse(badCell(this.file, batch, i, role, cell, SKIP_EXPECTED));
      leave(i);
    }
    users.batches.push(user.subarray(0, count2));
    items.batches.push(item.subarray(0, count2));
    this.rows += batch.rows;
    return count2 === batch.rows ? batch : keepRows(batch, kept.subarray(0, count2));
  }
  refuse(error) {
    if (this.fault === throwIt) throw error;
    this.error ??= error;
    this.refused++;
  }
  /** Says what was refused: the first row, and how many there are. */
  end() {
    if (this.error === null) return;
    const { place: place2, found, expected } = this.error;
    this.fault(new InputError(place2, `${found} (as in ${this.refused} of ${this.rows} rows)`, expected));
  }
};
var EVENTS_MAX = 1 << 16;
function eventCodes(events, cells, file, batch, fault) {
  const out = new Uint16Array(batch.rows);
  for (let i = 0; i < out.length; i++) {
    const cell = cells[i] ?? "";
    if (typeof cell === "object") fault(badCell(file, batch, i, "event", cell, "an event's name"));
    const code = events.code(typeof cell === "object" ? "" : String(cell));
    if (code >= EVENTS_MAX) throw badCell(file, batch, i, "event", cell, `at most ${EVENTS_MAX} distinct events`);
    out[i] = code;
  }
  return out;
}
function basketCodes(baskets, cells, file, batch, fault) {
  const out = new Uint32Array(batch.rows);
  for (let i = 0; i < out.length; i++) {
    const cell = cells[i];
    const code = isMissing(cell) ? NO_BASKET : baskets.codeOfId(cell);
    if (code < 0) fault(badCell(file, batch, i, "basket", cell, ID_EXPECTED));
    out[i] = code < 0 ? NO_BASKET : code;
  }
  return out;
}
function badCell(file, batch, i, role, cell, expected) {
  return new InputError({ ...placeIn(batch, i, file.path), field: file.columns[role] }, quote(cell), expected);
}

// web/read/campaigns.ts
var UNNAMED = "campaign";
async function readCampaigns(paths2, options = {}) {
  const campaigns = { lists: /* @__PURE__ */ new Map(), files: [] };
  for (const path of paths2) {
    let column2 = function(name) {
      return table.names.findIndex((one2) => one2.toLowerCase() === name);
    };
    var column = column2;
    const table = await readTable(path);
    const mapping = options.columns?.item_id;
    const known = typeof mapping !== "string" || !table.names.includes(mapping) ? {} : { item_id: mapping };
    const id = findColumns(path, table.names, ["item_id"], ["item_id"], known, { kind: "campaigns" }).item_id;
    const ids = new IdColumn(options.idsAs);
    const at3 = { list: column2("list"), weight: column2("weight"), position: column2("position"), start: column2("start"), end: column2("end") };
    const times = (c) => {
      if (c < 0) return null;
      const cells = table.columns[c];
      const name = table.names[c];
      const column3 = new TimeColumn(name, options.dates?.[name]);
      const seconds = column3.add(cells, table.rows, (row, expected) => {
        throw new InputError({ file: path, row: row + 1, field: table.names[c] }, quote(cells[row]), expected);
      });
      column3.finish();
      return seconds;
    };
    const [starts, ends] = [times(at3.start), times(at3.end)];
    for (let row = 0; row < table.rows; row++) {
      const cell = (c) => c < 0 ? null : table.columns[c][row];
      const refuse5 = (c, found, expected) => {
        throw new InputError({ file: path, row: row + 1, field: table.names[c] }, found, expected);
      };
      const number2 = (c) => {
        const value = c < 0 ? NaN : numberOf(cell(c)) ?? refuse5(c, quote(cell(c)), NUMBER_EXPECTED);
        return Number.isNaN(value) || value > 0 ? value : refuse5(c, quote(cell(c)), "a number above 0");
      };
      const time = (column3, open2) => {
        const value = column3?.[row] ?? NaN;
        return Number.isNaN(value) ? open2 : value;
      };
      const name = at3.list < 0 ? UNNAMED : idOf(cell(at3.list), "exact") ?? UNNAMED;
      const weight = number2(at3.weight);
      const position = number2(at3.position);
      const entry = {
        id: ids.ids.names[ids.codeOfId(cell(id))] ?? refuse5(id, quote(cell(id)), ID_EXPECTED),
        weight: !Number.isNaN(weight) ? weight : Number.isNaN(position) ? 1 : 1 / Math.sqrt(position),
        start: time(starts, -Infinity),
        end: time(ends, Infinity)
      };
      if (entry.start >= entry.end)
        refuse5(at3.end, quote(cell(at3.end)), `a time after its start, ${quote(cell(at3.start))}`);
      const list2 = campaigns.lists.get(name);
      if (list2 === void 0) campaigns.lists.set(name, [entry]);
      else list2.push(entry);
    }
    const parts = [
      ["item_id", id, "id"],
      ["list", at3.list, "category"],
      ["weight", at3.weight, "number"],
      ["position", at3.weight < 0 ? at3.position : -1, "number"],
      ["start", at3.start, "time"],
      ["end", at3.end, "time"]
    ];
    const columns = table.names.map((name, c) => {
      const [part3 = null, , kind = null] = parts.find(([, at4]) => at4 === c) ?? [];
      return described(columnFacts(name, part3, kind), table.columns[c]);
    });
    const file = { path, rows: table.rows, columns, left: [] };
    noteFloats(file, table.names[id], ids.endFile());
    campaigns.files.push(file);
  }
  if (campaigns.lists.size === 0)
    throw new InputError({ file: paths2.join(", ") }, "no rows below the header", "at least one entry");
  return campaigns;
}
function described(facts, cells) {
  if (facts.role === null) return facts;
  for (const cell of cells) {
    if (isEmpty(cell)) facts.missing++;
    else {
      facts.values++;
      keepExample(facts, textOf(cell));
    }
  }
  return facts;
}

// web/read/graph.ts
var NOTED2 = 20;
var PARTS = ["head", "relation", "tail"];
var ALIASES2 = {
  head: ["head", "head_id", "h", "subject", "s", "from", "source"],
  relation: ["relation", "relation_id", "r", "predicate", "p", "type", "link"],
  tail: ["tail", "tail_id", "t", "object", "o", "to", "target"]
};
async function readGraph(paths2, options = {}) {
  const nodes = new Intern();
  const { idsAs } = options;
  const columns = {
    head: new IdColumn(idsAs, nodes),
    relation: new IdColumn(idsAs),
    tail: new IdColumn(idsAs, nodes)
  };
  const files = [];
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths2));
  for (const path of paths2) {
    const file = { path, rows: 0, columns: [], left: [] };
    files.push(file);
    let taken = [];
    const select = (names) => {
      const plain4 = names.map((name) => name.toLowerCase().replace(/:(token|float)(_seq)?$/, ""));
      file.columns = names.map((name) => columnFacts(name, null, null));
      const known = taken;
      taken = [];
      return PARTS.map((part3, c) => {
        const at3 = ALIASES2[part3].map((alias) => plain4.indexOf(alias)).find((place2) => place2 >= 0);
        if (at3 !== void 0) {
          const kind = part3 === "relation" ? "category" : "id";
          taken.push(file.columns[at3] = known[c] ?? columnFacts(names[at3], part3, kind));
          return at3;
        }
        throw new InputError(
          { file: path },
          `the columns ${quoteList(names)}`,
          "a header line with head, relation and tail"
        );
      });
    };
    for await (const batch of scanTable(path, { select, onBytes })) {
      PARTS.forEach((part3, c) => {
        const found = codes2(columns[part3], batch.columns[c], path, batch, part3);
        columns[part3].batches.push(found);
        const facts = taken[c];
        facts.values += batch.rows;
        found.subarray(0, NOTED2).forEach((code) => keepExample(facts, columns[part3].ids.names[code]));
      });
      file.rows += batch.rows;
    }
    for (const part3 of PARTS) noteFloats(file, part3, columns[part3].endFile());
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (rows === 0) throw new InputError({ file: paths2.join(", ") }, "no rows below the header", "at least one triple");
  const joined = (part3) => join2((n) => new Uint32Array(n), columns[part3].batches);
  const [head, relation, tail] = [joined("head"), joined("relation"), joined("tail")];
  return { rows, nodes: nodes.names, relations: columns.relation.ids.names, head, relation, tail, files };
}
function codes2(names, cells, file, batch, field) {
  return Uint32Array.from({ length: batch.rows }, (_, i) => {
    const code = names.codeOfId(cells[i]);
    if (code >= 0) return code;
    throw new InputError({ ...placeIn(batch, i, file), field }, quote(cells[i]), ID_EXPECTED);
  });
}

// web/read/named.ts
var WEIGHT = {
  name: "weight",
  groups: [
    ["weight", "w"],
    ["score", "value", "strength", "popularity", "relevance", "affinity", "rating", "prediction"],
    ["similarity", "sim", "cosine", "cosinesimilarity", "lift", "confidence", "jaccard", "probability", "correlation"],
    ["count", "counts", "cnt", "n", "events", "users", "people", "plays", "views", "purchases", "orders", "frequency", "freq", "support"]
    // prettier-ignore
  ],
  expected: "a header with weight (or score, similarity, count \u2026)"
};
var VECTOR = {
  name: "vector",
  groups: [
    ["vector", "vectors", "vec"],
    ["embedding", "embeddings", "emb", "itemembedding", "itemvector", "embeddingvector", "vectorembedding", "mlgenerateembeddingresult"],
    // prettier-ignore
    ["features", "factors", "itemfactors", "latentfactors", "factor"],
    // Spark's ALS: id, features
    ["values", "representation", "encoding", "coordinates"]
  ],
  expected: "a header with vector (or embedding, features \u2026), a list of numbers in each row"
};
var KEY2 = {
  name: "key",
  groups: [
    ["key", "keyitem", "keyid", "keyitemid"],
    ["itema", "itemida", "itemi", "item1", "itemid1", "itemx", "itemidx", "antecedent", "antecedents", "queryitem", "queryitemid", "sourceitem", "sourceitemid", "fromitem", "fromitemid", "seed", "seeditem", "seeditemid", "anchor"],
    // prettier-ignore
    ["from", "src", "query", "queryid", "head", "left", "lhs", "a", "i"]
  ],
  item: true,
  expected: "a header with key and target, the two items of each pair"
};
var TARGET = {
  name: "target",
  groups: [
    ["target", "targetid", "targetitem", "targetitemid"],
    ["neighbour", "neighbor", "neighbourid", "neighborid", "similaritem", "similaritemid", "similarid", "relateditem", "relateditemid", "recommendeditem", "recommendeditemid", "recommendation", "nextitem", "nextitemid"],
    // prettier-ignore
    ["itemb", "itemidb", "itemj", "item2", "itemid2", "itemy", "itemidy", "consequent", "consequents", "toitem", "toitemid", "otheritem", "otheritemid", "pairitem"],
    // prettier-ignore
    ["to", "dst", "dest", "destination", "tail", "right", "rhs", "other", "b", "j"]
  ],
  expected: "a header with key and target, the two items of each pair"
};
var SOURCE2 = {
  name: "source",
  groups: [
    ["source", "sourcename"],
    ["list", "listname", "kind", "type", "relation", "method", "model", "algorithm", "strategy"]
  ],
  expected: "a header with source, the name of the source that a row belongs to"
};
function findPart(file, kind, part3, names, taken, mapping = {}) {
  const chosen = mapping[part3.name];
  if (chosen === null) return -1;
  const named = typeof chosen === "string" ? names.indexOf(chosen) : -1;
  const at3 = named >= 0 ? named : usual(file.path, kind, part3, names, taken);
  if (typeof chosen === "string" && named < 0) noteFallback(file, part3.name, chosen, at3 < 0 ? null : names[at3]);
  return at3;
}
function usual(path, kind, part3, names, taken) {
  const free = names.map((name, at3) => taken.includes(at3) ? "" : canonicalName(name));
  const items = part3.item ? [names.filter((name) => partOf(name) === "item_id").map(canonicalName)] : [];
  for (const group of [...part3.groups, ...items]) {
    const fits = free.flatMap((name, at3) => name !== "" && group.includes(name) ? [at3] : []);
    if (fits.length <= 1) {
      if (fits.length === 1) return fits[0];
      continue;
    }
    const exact = fits.find((at3) => names[at3] === part3.name);
    if (exact !== void 0) return exact;
    throw new InputError(
      { file: path },
      `${fits.length} columns that could be ${part3.name}: ${quoteList(fits.map((at3) => names[at3]))}`,
      `one of them named ${part3.name}, or a config that chooses: ${line(kind, part3.name, names[fits[0]])}`
    );
  }
  return -1;
}
var line = (kind, part3, column) => JSON.stringify({ columns: { [kind]: { [part3]: column } } });
function noPart(path, kind, part3, names, taken) {
  const free = names.filter((name, at3) => name !== "" && !taken.includes(at3));
  return new InputError(
    { file: path },
    `no column for ${part3.name} among ${quoteList(names)}`,
    `${part3.expected}, or a config that names it: ${line(kind, part3.name, free[0] ?? "\u2026")}`
  );
}

// web/read/places.ts
var Places = class {
  constructor() {
    this.known = [];
    this.rows = 0;
  }
  add(batch, path) {
    this.known.push({ first: this.rows, path, batch: { ...batch, columns: [], lists: [] } });
    this.rows += batch.rows;
  }
  of(row) {
    const { first, path, batch } = this.known.findLast((one2) => one2.first <= row);
    return placeIn(batch, row - first, path);
  }
};

// web/read/neighbours.ts
var UNNAMED2 = "neighbours";
var WEIGHT_EXPECTED = "a finite number";
var NEGATIVE = "weight below 0";
var NOTHING3 = "weight 0";
var ITSELF = "an item as its own neighbour";
var NOTED3 = 20;
async function readNeighbours(paths2, options = {}) {
  const items = new IdColumn(options.idsAs);
  const sources = /* @__PURE__ */ new Map();
  const files = [];
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths2));
  for (const path of paths2) {
    const file = { path, rows: 0, columns: [], left: [] };
    files.push(file);
    let at3 = { key: -1, target: -1, weight: -1, source: -1 };
    const select = (names) => {
      at3 = pairColumns(file, names, options.columns);
      const parts = { [at3.source]: ["source", "category"], [at3.key]: ["key", "id"], [at3.target]: ["target", "id"], [at3.weight]: ["weight", "number"] };
      file.columns = columnsKept(file.columns, names, parts);
      return [at3.key, at3.target, at3.weight, at3.source];
    };
    for await (const batch of scanTable(path, { select, onBytes })) {
      const [keys, targets, weights, names] = batch.columns;
      const idAt = (cells, i, column) => {
        const code = items.codeOfId(cells[i]);
        if (code < 0) throw wrong(batch, i, file, column, cells[i], ID_EXPECTED);
        return code;
      };
      for (let i = 0; i < batch.rows; i++) {
        const [key, target] = [idAt(keys, i, at3.key), idAt(targets, i, at3.target)];
        const weight = Math.fround(weightOf(batch, i, file, at3.weight, weights[i]));
        const why = weight < 0 ? NEGATIVE : weight === 0 ? NOTHING3 : key === target ? ITSELF : null;
        if (why !== null) {
          leaveOut(file.left, why, rowOf(batch, i));
          continue;
        }
        const name = names === null ? UNNAMED2 : idOf(names[i], "exact") ?? UNNAMED2;
        let pairs = sources.get(name);
        if (pairs === void 0) sources.set(name, pairs = new Growing2());
        pairs.add(key, target, weight);
        file.rows++;
      }
      describe2(file, batch, [at3.key, at3.target, at3.weight, at3.source]);
    }
    noteFloats(file, file.columns[at3.key]?.name, items.endFile());
  }
  if (sources.size === 0) throw nothing(paths2, files, "a pair of items with a weight above 0");
  return { itemIds: items.ids.names, sources: new Map([...sources].map(([name, pairs]) => [name, pairs.end()])), files };
}
async function readPopularity(paths2, options = {}) {
  const items = new IdColumn(options.idsAs);
  const places = new Places();
  const weight = [];
  const files = [];
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths2));
  for (const path of paths2) {
    const file = { path, rows: 0, columns: [], left: [] };
    files.push(file);
    let at3 = { id: -1, weight: -1 };
    const select = (names) => {
      at3 = itemColumns(file, names, options.columns);
      file.columns = columnsKept(file.columns, names, { [at3.id]: ["item_id", "id"], [at3.weight]: ["weight", "number"] });
      return [at3.id, at3.weight];
    };
    for await (const batch of scanTable(path, { select, onBytes })) {
      const [ids, weights] = batch.columns;
      places.add(batch, path);
      for (let i = 0; i < batch.rows; i++) {
        const code = items.codeOfId(ids[i]);
        if (code < 0) throw wrong(batch, i, file, at3.id, ids[i], ID_EXPECTED);
        if (code < weight.length)
          throw new InputError({ ...placeIn(batch, i, path), field: file.columns[at3.id].name }, `the id ${quote(items.ids.names[code])} again`, `each item once, with the sum of its rows (it is also in ${nameOf(places.of(code))})`);
        const said = weightOf(batch, i, file, at3.weight, weights[i]);
        if (said < 0) throw wrong(batch, i, file, at3.weight, weights[i], "a number that is not below 0");
        weight.push(said);
        file.rows++;
      }
      describe2(file, batch, [at3.id, at3.weight]);
    }
    noteFloats(file, file.columns[at3.id]?.name, items.endFile());
  }
  if (weight.length === 0) throw nothing(paths2, files, "an item with a weight");
  return { itemIds: items.ids.names, weight: Float64Array.from(weight), files };
}
function pairColumns(file, names, mapping = {}) {
  const taken = [];
  const take2 = (at3) => (at3 >= 0 && taken.push(at3), at3);
  const find = (part3) => take2(findPart(file, "neighbours", part3, names, taken, mapping));
  for (const part3 of [KEY2, TARGET, WEIGHT, SOURCE2]) take2(names.indexOf(String(mapping[part3.name])));
  const own = (part3) => {
    const said = names.indexOf(String(mapping[part3.name]));
    return said >= 0 ? said : find(part3);
  };
  const target = own(TARGET);
  if (target < 0) throw noPart(file.path, "neighbours", TARGET, names, taken);
  let key = own(KEY2);
  let source = own(SOURCE2);
  if (key < 0 && mapping[SOURCE2.name] === void 0) [key, source] = [source, -1];
  if (key < 0) throw noPart(file.path, "neighbours", KEY2, names, taken);
  const weight = own(WEIGHT);
  if (weight < 0) throw noPart(file.path, "neighbours", WEIGHT, names, taken);
  return { key, target, weight, source };
}
function itemColumns(file, names, mapping = {}) {
  const { weight: said, ...ofIds } = mapping;
  const others = names.map((name) => name === said ? "" : name);
  const id = findColumns(file.path, others, ["item_id"], ["item_id"], ofIds, { kind: "popularity", notes: file }).item_id;
  const weight = findPart(file, "popularity", WEIGHT, names, [id], mapping);
  if (weight < 0) throw noPart(file.path, "popularity", WEIGHT, names, [id]);
  return { id, weight };
}
function columnsKept(known, names, parts) {
  return names.map((name, at3) => {
    const [role = null, kind = null] = parts[at3] ?? [];
    return known.find((one2) => one2.name === name && one2.role === role) ?? columnFacts(name, role, kind);
  });
}
function describe2({ columns }, batch, places) {
  places.forEach((at3, c) => {
    const [facts, cells] = [columns[at3], batch.columns[c]];
    if (facts === void 0 || cells == null) return;
    facts.values += batch.rows;
    for (let i = 0; i < Math.min(NOTED3, batch.rows); i++) if (!isEmpty(cells[i])) keepExample(facts, String(cells[i]));
  });
}
function weightOf(batch, i, file, column, cell) {
  const weight = numberOf(cell);
  if (weight === void 0 || !Number.isFinite(Math.fround(weight)))
    throw wrong(batch, i, file, column, cell, WEIGHT_EXPECTED);
  return weight;
}
var wrong = (batch, i, file, column, cell, expected) => new InputError({ ...placeIn(batch, i, file.path), field: file.columns[column].name }, quote(cell), expected);
function nothing(paths2, files, expected) {
  const left = files.flatMap((file) => file.left);
  const found = left.length === 0 ? "no rows below the header" : `nothing but rows of ${left.map(({ why }) => why).join(" and of ")}`;
  return new InputError({ file: paths2.join(", ") }, found, `at least ${expected}`);
}
var Growing2 = class {
  constructor() {
    this.pairs = { key: new Uint32Array(64), target: new Uint32Array(64), weight: new Float32Array(64) };
    this.count = 0;
  }
  add(key, target, weight) {
    if (this.count === this.pairs.key.length) this.pairs = this.resized(2 * this.count);
    this.pairs.key[this.count] = key;
    this.pairs.target[this.count] = target;
    this.pairs.weight[this.count++] = weight;
  }
  end() {
    return this.resized(this.count);
  }
  resized(length) {
    const { key, target, weight } = this.pairs;
    const of2 = (make, from) => (make.set(from.subarray(0, length)), make);
    return { key: of2(new Uint32Array(length), key), target: of2(new Uint32Array(length), target), weight: of2(new Float32Array(length), weight) };
  }
};

// web/read/ids.ts
async function readIds(path, options = {}) {
  const column = new IdColumn(options.idsAs);
  const { names } = column.ids;
  const onBytes = options.onProgress && counter(options.onProgress, await fileSize(path));
  let line2 = 0;
  for await (const lines of readLines(path, onBytes)) {
    for (const text2 of lines) {
      line2++;
      if (text2.trim() === "") continue;
      if (names.length < line2 - 1) throw blankLine(path, names.length + 1);
      const code = column.codeOfId(text2);
      if (code < 0) throw new InputError({ file: path, line: line2 }, quote(text2), ID_EXPECTED);
      if (code !== line2 - 1) {
        throw new InputError(
          { file: path, line: line2 },
          `the id ${quote(names[code])} again`,
          `each id once (it is also in line ${code + 1})`
        );
      }
    }
  }
  options.onFloats?.(column.endFile());
  return names;
}
function blankLine(file, line2) {
  return new InputError({ file, line: line2 }, "a blank line", "an id");
}

// web/read/embeddings.ts
import { basename as basename2 } from "node:path";

// web/read/embedding-table.ts
var VECTOR_EXPECTED = "a vector: a list of numbers, such as [0.1, 0.2, 0.3]";
var FINITE = "finite float32 numbers";
async function readVectorTable(path, options = {}) {
  const file = { path, rows: 0, columns: [], left: [] };
  const columns = { id: -1, vector: -1 };
  const rows = new Rows(path, new IdColumn(options.idsAs));
  const select = (names) => {
    const { id, vector } = columnsIn(file, names, options.columns);
    Object.assign(columns, { id, vector });
    file.columns = names.map(
      (name, at3) => columnFacts(name, at3 === id ? "item_id" : at3 === vector ? "vector" : null, at3 === id ? "id" : null)
    );
    rows.names = { id: names[id], vector: names[vector] };
    return [id, vector];
  };
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize([path]));
  for await (const batch of scanTable(path, { select, lists: true, onBytes })) rows.add(batch);
  const { ids, dim, vectors } = rows.end();
  file.rows = ids.length;
  const floats = rows.ids.endFile();
  if (floats.ids > 0) file.notes = [...file.notes ?? [], { note: "floats", column: rows.names.id, ...floats }];
  return { ids, dim, vectors, file, columns };
}
function columnsIn(file, names, mapping = {}) {
  const { vector: _, ...ofIds } = mapping;
  const vectorOf2 = (taken) => findPart(file, "embeddings", VECTOR, names, taken, mapping);
  const said = names.indexOf(String(mapping.vector));
  const id = findColumns(file.path, names.map((name, at3) => at3 === said ? "" : name), ["item_id"], ["item_id"], ofIds, { kind: "embeddings", notes: file }).item_id;
  const vector = vectorOf2([id]);
  if (vector < 0) throw noPart(file.path, "embeddings", VECTOR, names, [id]);
  return { id, vector };
}
var Rows = class {
  constructor(path, ids) {
    this.path = path;
    this.ids = ids;
    this.names = { id: "", vector: "" };
    this.chunks = [];
    this.places = new Places();
    /** of the first row */
    this.dim = 0;
    this.fault = null;
  }
  add(batch) {
    const [ids, cells] = batch.columns;
    const before = this.places.rows;
    this.places.add(batch, this.path);
    const vectors = batch.lists?.[1] ?? packed(Array.from({ length: batch.rows }, (_, i) => numbersOf(cells?.[i])));
    if (before === 0 && batch.rows > 0) this.dim = vectors.start[1];
    for (let i = 0; i < batch.rows; i++) {
      const wrong2 = this.idFault(ids?.[i], before + i) ?? this.vectorFault(vectors, i, cells?.[i]);
      if (wrong2 !== null) this.take(wrong2, placeIn(batch, i, this.path));
    }
    if (this.fault === null) this.chunks.push(vectors.values);
  }
  idFault(cell, row) {
    const code = this.ids.codeOfId(cell);
    const field = this.names.id;
    if (code < 0) return { found: quote(cell), expected: ID_EXPECTED, field };
    if (this.fault !== null || code === row) return null;
    const expected = `each id once (it is also in ${nameOf(this.places.of(code))}); one row of each is to be kept`;
    return { found: `the id ${quote(this.ids.ids.names[code])} again`, expected, field };
  }
  vectorFault({ start, values, whole: whole4 }, i, cell) {
    const [from, to] = [start[i], start[i + 1]];
    const field = this.names.vector;
    const isMissing2 = to === from && whole4[i] === 0;
    if (isMissing2 || to === from)
      return { found: to === from && whole4[i] ? "a vector of no numbers" : quote(cell), expected: `${VECTOR_EXPECTED}; rows without one are to be left out of the table`, field };
    if (to - from !== this.dim)
      return {
        found: `a vector of ${to - from} numbers`,
        expected: `${this.dim}, as in ${nameOf(this.places.of(0))}`,
        field
      };
    for (let at3 = from; at3 < to; at3++)
      if (!Number.isFinite(values[at3])) {
        const what = Number.isNaN(values[at3]) ? whole4[i] === 0 || isNull(cell, at3 - from) ? "no number" : "NaN" : String(values[at3]);
        return { found: `${what} in place ${at3 - from + 1} of its ${this.dim}`, expected: FINITE, field };
      }
    return null;
  }
  take({ found, expected, field }, place2) {
    if (this.fault !== null) this.fault.rows++;
    else this.fault = { error: (like) => new InputError({ ...place2, field }, `${found}${like}`, expected), rows: 1 };
  }
  end() {
    if (this.places.rows === 0) throw new InputError({ file: this.path }, "no rows", "at least one vector");
    if (this.fault !== null) {
      const { rows } = this.fault;
      throw this.fault.error(rows === 1 ? "" : ` (${rows} of ${this.places.rows} rows are not as expected)`);
    }
    const vectors = this.chunks.length === 1 ? this.chunks[0] : join2((n) => new Float32Array(n), this.chunks);
    return { ids: this.ids.ids.names, dim: this.dim, vectors };
  }
};
var isNull = (cell, place2) => Array.isArray(cell) && (cell[place2] ?? null) === null;
function packed(lists3) {
  const start = new Uint32Array(lists3.length + 1);
  lists3.forEach((list2, i) => start[i + 1] = start[i] + (list2?.length ?? 0));
  const values = new Float32Array(start[lists3.length]);
  lists3.forEach((list2, i) => list2 !== null && values.set(list2, start[i]));
  return { start, values, whole: Uint8Array.from(lists3, (list2) => Number(list2 !== null)) };
}
var LONGEST5 = 1 << 16;
function numbersOf(cell) {
  if (Array.isArray(cell)) return Float64Array.from(cell, numberIn);
  if (cell instanceof Float32Array || cell instanceof Float64Array) return cell;
  if (typeof cell === "string") return spelled(cell.trim());
  if (!isObject2(cell)) return null;
  const { size, indices } = cell;
  const values = numbersOf(cell["values"] ?? cell["list"] ?? cell["array"]);
  const places = Array.isArray(indices) ? Array.from(indices, Number) : null;
  if (values === null || places === null || places.length === 0 && cell["type"] !== 0) return values;
  if (!(Number(size) <= LONGEST5) || places.length !== values.length || !places.every((at3) => at3 >= 0 && at3 < Number(size)))
    return null;
  const all2 = new Float64Array(Number(size));
  places.forEach((at3, i) => all2[at3] = values[i]);
  return all2;
}
var numberIn = (part3) => typeof part3 === "number" ? part3 : isObject2(part3) ? numberIn(part3["element"] ?? part3["item"]) : numberOf(part3) ?? NaN;
function spelled(text2) {
  if (text2.startsWith('{"')) return fromJson(text2);
  const inner = /^(?:array)?\(?[[{(]?([^[\]{}()]*)[\]})]?(?:, dtype=\w+)?\)?$/.exec(text2)?.[1];
  if (inner === void 0 || !/\d/.test(inner)) return null;
  const parts = inner.includes(",") ? inner.split(",") : inner.trim().split(/[\s|;]+/);
  if (parts.length > 1 && parts.at(-1).trim() === "") parts.pop();
  return Float64Array.from(parts, (part3) => part3.trim() === "" ? NaN : Number(part3));
}
function fromJson(text2) {
  try {
    return numbersOf(JSON.parse(text2));
  } catch {
    return null;
  }
}

// web/read/npy.ts
var DTYPES = {
  f2: { name: "float16", size: 2, make: (n) => new Float32Array(n) },
  f4: { name: "float32", size: 4, view: Float32Array, make: (n) => new Float32Array(n) },
  f8: { name: "float64", size: 8, view: Float64Array, make: (n) => new Float64Array(n) },
  b1: { name: "bool", size: 1, view: Uint8Array, make: (n) => new Uint8Array(n) },
  i1: { name: "int8", size: 1, view: Int8Array, make: (n) => new Int8Array(n) },
  i2: { name: "int16", size: 2, view: Int16Array, make: (n) => new Int16Array(n) },
  i4: { name: "int32", size: 4, view: Int32Array, make: (n) => new Int32Array(n) },
  i8: { name: "int64", size: 8, view: BigInt64Array, make: (n) => new BigInt64Array(n) },
  u1: { name: "uint8", size: 1, view: Uint8Array, make: (n) => new Uint8Array(n) },
  u2: { name: "uint16", size: 2, view: Uint16Array, make: (n) => new Uint16Array(n) },
  u4: { name: "uint32", size: 4, view: Uint32Array, make: (n) => new Uint32Array(n) },
  u8: { name: "uint64", size: 8, view: BigUint64Array, make: (n) => new BigUint64Array(n) }
};
var TypeInputError = class extends InputError {
};
async function readNpy(path, wish = {}, onProgress) {
  const size = await fileSize(path);
  return decodeNpy({ file: path }, readRaw(path, onProgress && counter(onProgress, size)), size, wish);
}
async function decodeNpy(place2, source, bytesTotal, wish) {
  const bytes = new ByteReader(source);
  try {
    const { descr, fortran, shape, dataStart } = await readHeader(place2, bytes);
    const dtype = checkWish(place2, descr, shape, wish);
    const count2 = shape.reduce((product2, n) => product2 * n, 1);
    const found = bytesTotal - dataStart;
    if (found !== count2 * dtype.size) {
      throw new InputError(
        place2,
        `${found} bytes of data`,
        `${count2 * dtype.size} for shape ${shapeName(shape)} of ${dtype.name}`
      );
    }
    const data = allocate(place2, () => wish.float32 ? new Float32Array(count2) : dtype.make(count2), shape);
    const write = fortran && shape.length > 1 ? fortranWriter(data, shape) : rowWriter(data);
    let left = count2 * dtype.size;
    const block = Buffer.from(new ArrayBuffer(Math.min(BLOCK2, left)));
    while (left > 0) {
      const length = await bytes.fill(block.subarray(0, Math.min(BLOCK2, left)));
      if (length === 0 || length % dtype.size !== 0) {
        throw new InputError(place2, `data that end ${left - length} bytes early`, `${count2 * dtype.size} bytes`);
      }
      write(elements(block.subarray(0, length), dtype, descr[0] === ">"));
      left -= length;
    }
    return { dtype: descr.slice(1), shape, data };
  } finally {
    await bytes.close();
  }
}
function shapeName(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}
async function readHeader(place2, bytes) {
  const lead = await bytes.take(8);
  if (lead.subarray(0, 6).toString("latin1") !== "\x93NUMPY") {
    throw new InputError(
      place2,
      lead.length === 0 ? "an empty file" : `${quote(lead.toString("latin1"))} at the start`,
      "a NumPy array (.npy)"
    );
  }
  const version = lead[6];
  if (!(version >= 1 && version <= 3)) throw new InputError(place2, `.npy version ${version}`, "version 1, 2 or 3");
  const lengthSize = version === 1 ? 2 : 4;
  const length = await bytes.take(lengthSize);
  if (length.length < lengthSize) throw new InputError(place2, "an .npy header cut short", "a whole file");
  const headerLength = length.readUIntLE(0, lengthSize);
  if (headerLength > HEADER_MAX) {
    throw new InputError(place2, `a header of ${headerLength} bytes`, `at most ${HEADER_MAX}`);
  }
  const text2 = (await bytes.take(headerLength)).toString("latin1");
  if (text2.length < headerLength) throw new InputError(place2, "an .npy header cut short", "a whole file");
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text2);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text2);
  const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text2);
  if (descr === null || fortran === null || shape === null) {
    throw new InputError(
      place2,
      `the header ${quote(text2.trim())}`,
      "an .npy header with 'descr', 'fortran_order', 'shape'"
    );
  }
  return {
    descr: descr[2] === void 0 ? descr[1] : "records",
    fortran: fortran[1] === "True",
    shape: shape[1].split(",").filter((n) => n.trim() !== "").map((n) => Number.parseInt(n, 10)),
    dataStart: 8 + lengthSize + headerLength
  };
}
function checkWish(place2, descr, shape, wish) {
  const key = /^[<>|=]/.test(descr) ? descr.slice(1) : "";
  const allowed = wish.dtypes ?? Object.keys(DTYPES);
  if (!Object.hasOwn(DTYPES, key) || !allowed.includes(key)) {
    const known = Object.hasOwn(DTYPES, key) ? DTYPES[key].name : quote(descr);
    throw new TypeInputError(place2, `values of type ${known}`, allowed.map((name) => DTYPES[name].name).join(", "));
  }
  if (wish.dimensions !== void 0 && shape.length !== wish.dimensions) {
    throw new InputError(place2, `shape ${shapeName(shape)}`, `${wish.dimensions} dimensions`);
  }
  return DTYPES[key];
}
function allocate(place2, make, shape) {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(place2, `shape ${shapeName(shape)}`, "an array that fits in memory", { cause: error });
  }
}
var BLOCK2 = 1 << 20;
var HEADER_MAX = 1 << 20;
function elements(block, dtype, bigEndian) {
  if (bigEndian && dtype.size === 2) block.swap16();
  if (bigEndian && dtype.size === 4) block.swap32();
  if (bigEndian && dtype.size === 8) block.swap64();
  const buffer = block.buffer;
  const count2 = block.length / dtype.size;
  if (dtype.view !== void 0) return new dtype.view(buffer, 0, count2);
  return Float32Array.from(new Uint16Array(buffer, 0, count2), (half) => float16(half));
}
function float16(half) {
  const sign = half & 32768 ? -1 : 1;
  const exponent = half >> 10 & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
function rowWriter(data) {
  const target = data;
  let at3 = 0;
  return (block) => {
    target.set(block, at3);
    at3 += block.length;
  };
}
function fortranWriter(data, shape) {
  const target = data;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product2, n) => product2 * n, 1));
  const index = shape.map(() => 0);
  let at3 = 0;
  return (block) => {
    for (let i = 0; i < block.length; i++) {
      target[at3] = block[i];
      for (let axis = 0; axis < shape.length; axis++) {
        at3 += strides[axis];
        if (++index[axis] < shape[axis]) break;
        at3 -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  };
}
var ByteReader = class {
  constructor(source) {
    this.chunk = Buffer.alloc(0);
    this.iterator = source[Symbol.asyncIterator]();
  }
  /** Fills `target`; returns how many bytes there were, less than asked for only at the end. */
  async fill(target) {
    let at3 = 0;
    while (at3 < target.length) {
      if (this.chunk.length === 0) {
        const next2 = await this.iterator.next();
        if (next2.done) break;
        this.chunk = next2.value;
      }
      const taken = this.chunk.copy(target, at3);
      this.chunk = this.chunk.subarray(taken);
      at3 += taken;
    }
    return at3;
  }
  async take(count2) {
    const target = Buffer.alloc(count2);
    return target.subarray(0, await this.fill(target));
  }
  async close() {
    await this.iterator.return?.();
  }
};

// web/read/npz.ts
import zlib from "node:zlib";

// web/read/beside.ts
import { readFile as readFile2 } from "node:fs/promises";
async function readBeside(name, module) {
  try {
    return await readFile2(new URL(name, module));
  } catch (error) {
    const { code } = error;
    throw code === "ENOENT" || code === "ERR_INVALID_URL" ? bundled(name, error) : fileError(name, error);
  }
}
var bundled = (name, cause) => new InputError(
  { file: name },
  "nothing of this name beside the program",
  "martello as npm installed it: leave martello/build out of your bundle, as esbuild does by --external:martello",
  { cause }
);

// web/read/npz.ts
async function readNpz(path, options = {}) {
  const npz = { arrays: /* @__PURE__ */ new Map(), skipped: /* @__PURE__ */ new Map() };
  await eachArray(path, options.onProgress, async (name, read2) => {
    if (options.only !== void 0 && !options.only.includes(name)) return;
    try {
      npz.arrays.set(name, await read2({}));
    } catch (error) {
      if (!(error instanceof TypeInputError)) throw error;
      npz.skipped.set(name, error.found);
    }
  });
  return npz;
}
var unzipper = () => import("yauzl").catch((error) => {
  throw bundled("yauzl", error);
});
async function readOnlyArray(path, wish, onProgress) {
  const names = [];
  await eachArray(path, void 0, async (name) => {
    names.push(name);
  });
  if (names.length !== 1) {
    throw new InputError({ file: path }, `${names.length} arrays (${quoteList(names)})`, "exactly one array");
  }
  const arrays = [];
  await eachArray(path, onProgress, async (_, read2) => {
    arrays.push(await read2(wish));
  });
  return arrays[0];
}
var DEFLATED = 1032;
var SMALL2 = 1 << 12;
async function eachArray(path, onProgress, visit) {
  const size = await fileSize(path);
  const onBytes = onProgress && counter(onProgress, size);
  const damaged = (error, part3) => error instanceof InputError ? error : new InputError({ file: path, part: part3 }, `a damaged zip archive${reasonOf(error)}`, "a whole .npz file", {
    cause: error
  });
  let zip;
  try {
    zip = await (await unzipper()).openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    const mapped = fileError(path, error);
    throw mapped === error ? damaged(error) : mapped;
  }
  try {
    let packed2 = 0;
    for await (const entry of zip.eachEntry()) {
      if ((packed2 += entry.compressedSize) > size) throw new Error("entries that overlap");
      if (entry.uncompressedSize > DEFLATED * entry.compressedSize + SMALL2)
        throw new Error(`${entry.compressedSize} bytes that would be ${entry.uncompressedSize}`);
      if (!entry.fileName.endsWith(".npy")) continue;
      const name = entry.fileName.slice(0, -".npy".length);
      const part3 = `array ${quote(name)}`;
      await visit(name, async (wish) => {
        try {
          const checked2 = new Checked(await zip.openReadStreamPromise(entry));
          const array = await decodeNpy({ file: path, part: part3 }, checked2, entry.uncompressedSize, wish);
          if (zlib.crc32 !== void 0 && checked2.sum !== entry.crc32) throw new Error("the checksum does not match");
          return array;
        } catch (error) {
          throw damaged(error, part3);
        }
      });
      onBytes?.(entry.compressedSize);
    }
  } catch (error) {
    throw damaged(error);
  } finally {
    zip.close();
  }
}
var Checked = class {
  constructor(source) {
    this.sum = 0;
    this.source = source;
  }
  async *[Symbol.asyncIterator]() {
    for await (const chunk of this.source) {
      this.sum = zlib.crc32?.(chunk, this.sum) ?? 0;
      yield chunk;
    }
  }
};

// web/read/embeddings.ts
var SHORT = 1e-6;
async function readEmbeddings(path, options = {}) {
  const { ids, dim, vectors, notes, columns } = await isArray(path) ? await fromArray(path, options) : await fromTable(path, options);
  const lengths = lengthsOf(vectors, dim);
  const remarks = [...scaled(vectors, lengths), ...lengthRemarks(lengths, ids), ...sameRemarks(vectors, dim, ids)];
  return {
    path,
    ids,
    rows: ids.length,
    dim,
    vectors,
    columns: columns(lengths),
    ...notes && { notes },
    ...remarks.length > 0 && { remarks }
  };
}
async function fromTable(path, options) {
  if (options.ids !== void 0)
    throw new InputError(
      { file: path },
      "a table, which names its items itself, beside --ids",
      "no --ids, or a matrix in .npy"
    );
  const { ids, dim, vectors, file, columns } = await readVectorTable(path, options);
  const described2 = (lengths) => {
    const found = columnsOf(file.columns[columns.id].name, ids, `float32 \xD7 ${dim}`, lengths);
    found[1].name = file.columns[columns.vector].name;
    return file.columns.map((one2, at3) => at3 === columns.id ? found[0] : at3 === columns.vector ? found[1] : one2);
  };
  return { ids, dim, vectors, ...file.notes && { notes: file.notes }, columns: described2 };
}
async function fromArray(path, options) {
  const wish = { dtypes: ["f4", "f8", "f2"], dimensions: 2, float32: true };
  const zip = (await firstBytes(path, 2)).toString("latin1") === "PK";
  const array = await (zip ? readOnlyArray : readNpy)(path, wish, options.onProgress);
  const [rows, dim] = array.shape;
  const shape = `shape ${shapeName(array.shape)}`;
  if (dim === 0) throw new InputError({ file: path }, shape, "at least one column");
  if (rows === 0) throw new InputError({ file: path }, shape, "at least one vector");
  const about = {};
  const onFloats = (floats) => noteFloats(about, basename2(options.ids), floats);
  const { idsAs } = options;
  const ids = options.ids === void 0 ? Array.from({ length: rows }, (_, row) => String(row)) : await readIds(options.ids, { idsAs, onFloats });
  if (ids.length !== rows) {
    throw new InputError({ file: options.ids }, `${ids.length} ids`, `${rows}, one for each row of ${path}`);
  }
  const bad = firstNotFinite(array.data);
  if (bad >= 0) {
    const row = Math.floor(bad / dim);
    const part3 = `row ${row}${options.ids === void 0 ? "" : ` (id ${quote(ids[row])})`}, column ${bad % dim}`;
    const more = notFinite(array.data, dim);
    throw new InputError(
      { file: path, part: part3 },
      `${array.data[bad]}${more === 1 ? "" : ` (as in ${more} of ${rows} rows)`}`,
      "finite float32 numbers (rows and columns count from 0)"
    );
  }
  const kind = `${array.dtype.replace(/^f(\d)$/, (_, n) => `float${8 * n}`)} \xD7 ${dim}`;
  const names = options.ids === void 0 ? "row number" : basename2(options.ids);
  return { ids, dim, vectors: array.data, ...about, columns: (lengths) => columnsOf(names, ids, kind, lengths) };
}
function columnsOf(name, ids, kind, lengths) {
  const id = columnFacts(name, "item_id", "id");
  id.values = ids.length;
  ids.slice(0, 3).forEach((one2) => keepExample(id, one2));
  const vector = columnFacts("vector", "vector", kind);
  const sorted = sortedOf(lengths);
  vector.values = sorted.length;
  vector.missing = ids.length - sorted.length;
  if (sorted.length > 0) {
    const [least, median, most] = [sorted[0], medianOf(sorted), sorted.at(-1)].map((n) => n.toPrecision(2));
    keepExample(vector, least === most ? `length ${least}` : `lengths ${least} to ${most}, median ${median}`);
  }
  return [id, vector];
}
function lengthsOf(vectors, dim) {
  const lengths = new Float64Array(vectors.length / dim);
  for (let row = 0; row < lengths.length; row++) {
    let sum = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) sum += vectors[i] ** 2;
    lengths[row] = Math.sqrt(sum);
  }
  return lengths;
}
var sortedOf = (lengths) => lengths.filter((length) => length > 0).sort();
var medianOf = (sorted) => sorted[sorted.length >> 1];
function scaled(vectors, lengths) {
  const longest = lengths.reduce((most, length2) => Math.max(most, length2), 0);
  if (longest === 0 || longest >= SHORT) return [];
  const power2 = -Math.round(Math.log2(longest));
  for (let i = 0; i < vectors.length; i++) vectors[i] = vectors[i] * 2 ** power2;
  for (let row = 0; row < lengths.length; row++) lengths[row] = lengths[row] * 2 ** power2;
  const length = `the longest vector has a length of ${longest.toPrecision(2)}`;
  return [`look: embeddings: ${length}; all are multiplied by 2^${power2}, and so are to be the queries of metric "l2"`];
}
var FAR2 = 1e3;
function lengthRemarks(lengths, ids) {
  const remarks = [];
  const first = (row) => `the first is row ${row}, id ${quote(ids[row])}`;
  const zeros = lengths.reduce((sum, length) => sum + Number(length === 0), 0);
  const many = (count2) => `${count2} of ${ids.length} vectors ${count2 === 1 ? "is" : "are"}`;
  if (zeros > 0)
    remarks.push(`look: embeddings: ${many(zeros)} zero, so that nothing is near them (${first(lengths.indexOf(0))})`);
  const sorted = sortedOf(lengths);
  const median = sorted.length === 0 ? 0 : medianOf(sorted);
  const isFar = (length) => length > 0 && (length < median / FAR2 || length > median * FAR2);
  const far = lengths.reduce((sum, length) => sum + Number(isFar(length)), 0);
  if (far > 0)
    remarks.push(
      `look: embeddings: ${many(far)} ${FAR2} times as long or as short as most (${first(lengths.findIndex(isFar))}); config "metric": "cosine" sets lengths aside`
    );
  return remarks;
}
var COMPARED = 1e4;
var SAME = 0.01;
function sameRemarks(vectors, dim, ids) {
  const bits3 = new Uint32Array(vectors.buffer, vectors.byteOffset, vectors.length);
  const step = Math.max(1, Math.ceil(ids.length / COMPARED));
  const seen2 = /* @__PURE__ */ new Map();
  let most = { row: 0, count: 1 };
  let compared = 0;
  for (let row = 0; row < ids.length; row += step, compared++) {
    let [hash, any] = [2166136261, 0];
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      any |= bits3[i] & 2147483647;
      hash = Math.imul(hash ^ bits3[i], 16777619);
      hash = Math.imul(hash ^ hash >>> 15, 2246822507);
    }
    if (any === 0) continue;
    const group = seen2.get(hash) ?? { row, count: 0 };
    group.count++;
    seen2.set(hash, group);
    if (group.count > most.count) most = group;
  }
  if (most.count < 3 || most.count < SAME * compared) return [];
  const of2 = step === 1 ? `${compared} vectors` : `${compared} vectors that were compared`;
  return [
    `look: embeddings: ${most.count} of ${of2} are one and the same, so that their items are alike (the first is row ${most.row}, id ${quote(ids[most.row])}): a stand-in for items without one?`
  ];
}
function notFinite(values, dim) {
  let count2 = 0;
  for (let from = 0; from < values.length; from += dim)
    if (firstNotFinite(values.subarray(from, from + dim)) >= 0) count2++;
  return count2;
}
function firstNotFinite(values) {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
async function isArray(path) {
  if (/\.np[yz]$/i.test(path)) return true;
  if (!await isRegular(path)) return false;
  const lead = (await firstBytes(path, 6)).toString("latin1");
  return lead === "\x93NUMPY" || lead.startsWith("PK");
}

// web/read/whole.ts
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename as basename3, dirname as dirname2, join as join3 } from "node:path";
var DAY3 = 864e5;
function partOf2(path) {
  removeAbandoned(path);
  return `${path}.${process.pid}@${hostname()}.part`;
}
function removeAbandoned(path) {
  const [folder, name] = [dirname2(path), basename3(path)];
  for (const one2 of entries(folder)) {
    const owner = one2.startsWith(name) ? /^\.(\d+)(?:@(.+))?\.part$/.exec(one2.slice(name.length)) : null;
    if (owner !== null) attempt(() => removeOf(join3(folder, one2), Number(owner[1]), owner[2] ?? hostname()));
  }
}
function removeOf(part3, pid, host) {
  const isAbandoned = host === hostname() ? !isAlive(pid) : Date.now() - statSync(part3).mtimeMs > DAY3;
  if (isAbandoned) rmSync(part3, { force: true });
}
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
  return !isZombie(pid);
}
function isZombie(pid) {
  const stat4 = attempt(() => readFileSync(`/proc/${pid}/stat`, "latin1")) ?? "";
  return stat4.slice(stat4.lastIndexOf(")")).startsWith(") Z");
}
var entries = (folder) => attempt(() => readdirSync(folder)) ?? [];
function attempt(work) {
  try {
    return work();
  } catch {
    return void 0;
  }
}
var ROOM = {
  ENOSPC: "a full disk",
  EDQUOT: "a disk whose quota is used up",
  EFBIG: "a limit on the size of files (ulimit -f)"
};
var PLACE2 = {
  EROFS: "a disk that may only be read",
  EACCES: "a folder that may not be written to",
  EPERM: "a folder that may not be written to",
  ENOENT: "no such folder"
};
function writeError(path, error) {
  const { code, syscall } = error;
  if (code === void 0 || syscall === void 0) return error;
  const expected = code in ROOM ? "room for the file" : "a folder that can be written to";
  return new InputError({ file: path }, ROOM[code] ?? PLACE2[code] ?? code, expected, { cause: error });
}

// web/read/write-npy.ts
var WRITE = 1 << 26;

// web/build/joins.ts
var NAMING = ["interactions", "items", "embeddings"];
var ABOUT = ["neighbours", "popularity", "campaigns"];
var EXAMPLES4 = 3;
function joinsOf(inputs) {
  const sides = sidesOf(inputs);
  const roles = [...new Set(sides.map(({ role }) => role))];
  const wholes = roles.map((role) => whole(sides.filter((side) => side.role === role)));
  const naming = roles.some((role) => NAMING.includes(role)) ? NAMING : ABOUT.slice(0, 2);
  const things = wholes.filter(({ role }) => naming.includes(role));
  return [
    ...sides.filter(({ role }) => naming.includes(role)).flatMap((from) => things.filter(({ role }) => role !== from.role).map((to) => joinOf(from, to))),
    // what these name is known to whatever names items; a graph's other nodes are entities
    ...wholes.filter(({ role }) => ABOUT.includes(role) && !naming.includes(role)).map((from) => joinOf(from, whole(things))),
    ...wholes.filter(({ role }) => role === "graph").flatMap((to) => things.slice(0, 1).map((from) => joinOf(from, to)))
  ].filter(({ of: of2 }) => of2 > 0);
}
function joinOf(from, to) {
  let matched = 0;
  const examples = [];
  for (const id of from.ids)
    if (to.ids.has(id)) matched++;
    else if (examples.length < EXAMPLES4) examples.push(id);
  const meant = examples.length === 0 ? [] : lookalikes(examples, to.ids);
  const of2 = from.ids.size;
  const cased = matched === of2 ? void 0 : casedOf(from.ids, to.ids);
  return {
    from: from.path,
    to: to.path,
    roles: [from.role, to.role],
    matched,
    of: of2,
    examples,
    beside: meant,
    ...cased && { cased }
  };
}
function casedOf(ids, known) {
  const open2 = [...ids].filter((id) => !known.has(id) && id.toLowerCase() !== id.toUpperCase());
  if (open2.length === 0) return void 0;
  const byCase = new Map(Array.from(known, (id) => [id.toLowerCase(), id]));
  const met = open2.filter((id) => byCase.has(id.toLowerCase()));
  const [first] = met;
  return first === void 0 ? void 0 : { ids: met.length, example: [first, byCase.get(first.toLowerCase())] };
}
function lookalikes(ids, known) {
  const bare = (id) => {
    const number2 = id.toLowerCase().replace(/\.0+$/, "");
    return number2.replace(/^.*[/:|]/, "").replace(/[^\p{L}\p{N}]/gu, "").replace(/^0+(?=.)/, "");
  };
  const wanted = new Map(ids.map((id) => [bare(id), id]));
  const found = /* @__PURE__ */ new Map();
  const any = [];
  for (const id of known) {
    if (any.length < EXAMPLES4) any.push(id);
    const meant = wanted.get(bare(id));
    if (meant !== void 0 && !found.has(meant)) found.set(meant, id);
    if (found.size === wanted.size) break;
  }
  return found.size > 0 ? ids.flatMap((id) => found.get(id) ?? []) : any;
}
function sidesOf({ interactions, items, embeddings: embeddings2, neighbours, popularity, graph: graph2, campaigns }) {
  return [
    ...interactions === null ? [] : logSides(interactions),
    ...items === null ? [] : catalogueSides(items),
    ...embeddings2 === null ? [] : [{ role: "embeddings", path: embeddings2.path, ids: new Set(embeddings2.ids) }],
    ...!neighbours ? [] : [tableSide("neighbours", neighbours)],
    ...!popularity ? [] : [tableSide("popularity", popularity)],
    ...!graph2 ? [] : [{ role: "graph", path: pathOf(graph2.files), ids: new Set(graph2.nodes) }],
    ...!campaigns ? [] : [campaignSide(campaigns)]
  ];
}
var tableSide = (role, { files, itemIds }) => ({
  role,
  path: pathOf(files),
  ids: new Set(itemIds)
});
var campaignSide = ({ files, lists: lists3 }) => ({
  role: "campaigns",
  path: pathOf(files),
  ids: new Set([...lists3.values()].flat().map(({ id }) => id))
});
var pathOf = (files) => files.map(({ path }) => path).join(", ");
function logSides({ files, rows, item, itemIds }) {
  if (files.reduce((sum, file) => sum + file.rows, 0) !== rows)
    return [{ role: "interactions", path: pathOf(files), ids: new Set(itemIds) }];
  let first = 0;
  return files.map((file) => {
    const codes3 = new Set(item.subarray(first, first += file.rows));
    return { role: "interactions", path: file.path, ids: new Set(Array.from(codes3, (code) => itemIds[code])) };
  });
}
function catalogueSides({ files, itemIds }) {
  let first = 0;
  return files.map((file) => ({
    role: "items",
    path: file.path,
    ids: new Set(itemIds.slice(first, first += file.rows))
  }));
}
var whole = (sides) => ({
  role: sides[0].role,
  path: pathOf(sides),
  ids: sides.length === 1 ? sides[0].ids : new Set(sides.flatMap(({ ids }) => [...ids]))
});

// web/build/popularity.ts
function popularityOf({ users, items, user, item, weight }) {
  const { start, rows } = rowsByCode(user, users);
  const sums = new Float64Array(items);
  const strongest = new Float64Array(items);
  for (let one2 = 0; one2 < users; one2++) {
    const own = rows.subarray(start[one2], start[one2 + 1]);
    for (const row of own) strongest[item[row]] = Math.max(strongest[item[row]], weight?.[row] ?? 1);
    for (const row of own) {
      sums[item[row]] += strongest[item[row]];
      strongest[item[row]] = 0;
    }
  }
  return sums;
}
function rowsByCode(codes3, count2) {
  const start = new Uint32Array(count2 + 1);
  for (const code of codes3) start[code + 1]++;
  for (let code = 0; code < count2; code++) start[code + 1] += start[code];
  const next2 = start.slice();
  const rows = new Uint32Array(codes3.length);
  codes3.forEach((code, row) => {
    rows[next2[code]++] = row;
  });
  return { start, rows };
}

// web/build/lists.ts
function counted(counts) {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const more = sorted.length > NAMED ? `, and ${sorted.length - NAMED} more` : "";
  return `${sorted.slice(0, NAMED).map(([name, count2]) => `${quote(name)} \xD7 ${count2}`).join(", ")}${more}`;
}
var NAMED = 8;
function neighbourRemarks({ neighbours }) {
  if (!neighbours) return [];
  const path = neighbours.files.map((file) => file.path).join(", ");
  const sources = [...neighbours.sources];
  const said = counted(new Map(sources.map(([name, { key }]) => [name, key.length])));
  const again = sources.flatMap(([name, { key, target }]) => {
    const { start, rows } = rowsByCode(key, neighbours.itemIds.length);
    let repeated3 = 0;
    for (let item = 0; item < neighbours.itemIds.length; item++) {
      const mine = rows.subarray(start[item], start[item + 1]);
      repeated3 += mine.length - new Set(Array.from(mine, (row) => target[row])).size;
    }
    return repeated3 === 0 ? [] : [`look: ${path}: ${repeated3} of ${key.length} pairs of ${quote(name)} come again; of each the heaviest counts`];
  });
  return [`${path}: ${sources.length === 1 ? "one source" : `${sources.length} sources`}: ${said}`, ...again];
}
function graphRemarks(graph2) {
  if (!graph2) return [];
  const { head, relation, tail, rows, relations, nodes } = graph2;
  const counts = new Uint32Array(relations.length);
  for (const code of relation) counts[code]++;
  const triples = new Float64Array(rows);
  let [loops, repeated3] = [0, 0];
  for (let i = 0; i < rows; i++) {
    if (head[i] === tail[i]) loops++;
    triples[i] = (relation[i] * nodes.length + head[i]) * nodes.length + tail[i];
  }
  triples.sort();
  if (!(relations.length * nodes.length ** 2 > Number.MAX_SAFE_INTEGER)) {
    for (let i = 1; i < rows; i++) if (triples[i] === triples[i - 1]) repeated3++;
  }
  const named = counted(new Map(relations.map((name, i) => [name, counts[i]])));
  const path = graph2.files.map((file) => file.path).join(", ");
  return [
    `${path}: ${relations.length === 1 ? "one relation" : `${relations.length} relations`}: ${named}`,
    ...repeated3 > 0 ? [`look: ${path}: ${repeated3} of ${rows} triples say again what an earlier one says`] : [],
    // prettier-ignore
    ...loops > 0 ? [`look: ${path}: ${loops} of ${rows} triples lead from a node to itself, and are left out`] : []
  ];
}
function campaignRemarks({ campaigns, interactions }, times) {
  if (!campaigns) return [];
  const path = campaigns.files.map((file) => file.path).join(", ");
  const lists3 = [...campaigns.lists];
  const remarks = [
    `${path}: ${lists3.length === 1 ? "one list" : `${lists3.length} lists`}: ${counted(new Map(lists3.map(([name, list2]) => [name, list2.length])))}`
    // prettier-ignore
  ];
  const newest2 = interactions === null || times === null ? Infinity : times.to;
  for (const [name, list2] of lists3) {
    const end = list2.reduce((last, entry) => Math.max(last, entry.end), -Infinity);
    if (end <= newest2 && newest2 < Infinity)
      remarks.push(`look: ${path}: list ${quote(name)} is over on ${isoText(end)}, before the log's last event on ${isoText(newest2)}`);
    const counts = /* @__PURE__ */ new Map();
    for (const { id } of list2) counts.set(id, (counts.get(id) ?? 0) + 1);
    const twice = [...counts].flatMap(([id, count2]) => count2 > 1 ? [id] : []);
    if (twice.length > 0)
      remarks.push(`look: ${path}: list ${quote(name)} names ${twice.length === 1 ? "an item" : `${twice.length} items`} more than once: ${quoteList(twice, 3)}`);
  }
  return remarks;
}

// web/build/sections/section.ts
var section = (kind, name, bytes, ordinal = 0, part3 = 0) => ({
  kind,
  ordinal,
  part: part3,
  required: !OPTIONAL_SECTIONS.includes(kind),
  name: sectionName(name),
  bytes
});
var sectionName = (name) => name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-").slice(0, NAME_BYTES);
var encode = (learn, write) => filled(learn, write(0), write);
function filled(learn, size, write) {
  const out = learn.take(size);
  write(out);
  const bytes = learn.u8(out, size).slice();
  learn.drop(out);
  return bytes;
}
function packTexts(texts) {
  const encoded = texts.map((text2) => Buffer.from(text2));
  const start = new Uint32Array(texts.length + 1);
  encoded.forEach((bytes, i) => {
    start[i + 1] = start[i] + bytes.length;
  });
  return { bytes: Buffer.concat(encoded), start };
}
function byteOrder(texts) {
  const encoded = texts.map((text2) => Buffer.from(text2));
  return Uint32Array.from(encoded.keys()).sort((a, b) => Buffer.compare(encoded[a], encoded[b]));
}
var sortedTexts = (texts) => Array.from(byteOrder(texts), (at3) => texts[at3]);

// web/build/sections/attributes.ts
var isLong2 = (text2) => text2.length > STRING_BYTES / 3 && Buffer.byteLength(text2) > STRING_BYTES;
function cut(text2) {
  if (!isLong2(text2)) return text2;
  const bytes = Buffer.from(text2);
  let end = STRING_BYTES;
  while ((bytes[end] & 192) === 128) end--;
  return bytes.toString("utf8", 0, end);
}
var isNumeric = (column) => column.kind === "number" || column.kind === "date";
function attributeSection(learn, column, rowOf2, ordinal) {
  const name = Buffer.from(column.name);
  const bytes = learn.with([name], (nameAt) => {
    if (isNumeric(column)) {
      const numbers3 = Float64Array.from(rowOf2, (row) => row < 0 ? NaN : column.values[row]);
      return learn.with(
        [numbers3],
        (at3) => encode(
          learn,
          (out) => learn.run(
            "mt_attribute_encode_numbers",
            nameAt,
            name.length,
            +(column.kind === "date"),
            at3,
            numbers3.length,
            out
          )
        )
      );
    }
    if (column.kind === "text") {
      const packed2 = packTexts(Array.from(rowOf2, (row) => row < 0 ? "" : cut(column.values[row] ?? "")));
      return learn.with(
        [packed2.bytes, packed2.start],
        (text2, start) => encode(
          learn,
          (out) => learn.run("mt_attribute_encode_texts", nameAt, name.length, text2, start, rowOf2.length, out)
        )
      );
    }
    return encodeCategories(learn, column, rowOf2, nameAt, name.length);
  });
  const made = section(SECTION.attribute, column.name, bytes, ordinal);
  return column.kind === "text" ? { ...made, stage: "texts" } : made;
}
function categoryValues(column, row) {
  if (row < 0) return [];
  if (column.kind === "category") return column.values[row] < 0 ? [] : [column.values[row]];
  return [...new Set(column.values.subarray(column.offsets[row], column.offsets[row + 1]))];
}
function valuePlaces(column) {
  const place2 = new Uint32Array(column.names.length);
  byteOrder(column.names).forEach((value, at3) => {
    place2[value] = at3;
  });
  return place2;
}
function encodeCategories(learn, column, rowOf2, nameAt, nameLength) {
  const place2 = valuePlaces(column);
  const sorted = packTexts(sortedTexts(column.names));
  const sets = /* @__PURE__ */ new Map([["", 0]]);
  const start = [0, 0];
  const values = [];
  const itemSets = Uint32Array.from(rowOf2, (row) => {
    const set = categoryValues(column, row).map((value) => place2[value]);
    const key = set.join();
    let number2 = sets.get(key);
    if (number2 === void 0) {
      number2 = sets.size;
      sets.set(key, number2);
      values.push(...set);
      start.push(values.length);
    }
    return number2;
  });
  return learn.with(
    [sorted.bytes, sorted.start, Uint32Array.from(start), Uint32Array.from(values), itemSets],
    (text2, textStart, setStart, setValues, sets32) => encode(
      learn,
      (out) => learn.run(
        "mt_attribute_encode_categories",
        nameAt,
        nameLength,
        column.kind === "multi" ? 1 : 0,
        text2,
        textStart,
        column.names.length,
        setStart,
        setValues,
        sets.size,
        sets32,
        rowOf2.length,
        out
      )
    )
  );
}

// web/build/limits.ts
var byteLength = (text2) => Buffer.byteLength(text2);
var sized = (text2) => `${JSON.stringify(text2.length > 40 ? `${text2.slice(0, 40)}\u2026` : text2)} of ${byteLength(text2)} bytes`;
function fitting(items) {
  const named = items.columns.filter((column) => byteLength(column.name) <= ATTRIBUTE_NAME);
  const long = items.columns.filter((column) => !named.includes(column)).map(({ name }) => name);
  const columns = mostUseful(named, MAX_ATTRIBUTES);
  const surplus = named.filter((column) => !columns.includes(column)).map(({ name }) => name);
  const remarks = columns.flatMap((column) => cutTexts(items, column));
  if (long.length > 0)
    remarks.push(
      `look: names of attributes take ${ATTRIBUTE_NAME} bytes at most; left out: ${quoteList(long)}; ${skipping(long)} says so`
    );
  if (surplus.length > 0) {
    const kept = columns.map(({ name }) => name).filter((name) => name !== "title");
    remarks.push(
      `look: ${named.length} attributes, of which a bundle takes ${MAX_ATTRIBUTES}; left out: ${quoteList(surplus, MAX_ATTRIBUTES)}; "keep": ${JSON.stringify(kept)} says which are kept`
    );
  }
  return { items: { ...items, columns }, remarks };
}
var skipping = (names) => `"kinds": ${JSON.stringify(Object.fromEntries(names.map((name) => [name, "skip"])))}`;
function mostUseful(columns, most) {
  const use = (column) => Math.min(2, distinctUpTo(column, 2));
  const order = [...columns.keys()].sort((a, b) => use(columns[b]) - use(columns[a]) || a - b);
  const kept = new Set(order.slice(0, most));
  return columns.filter((_, at3) => kept.has(at3));
}
function distinctUpTo(column, most) {
  if (column.kind === "category" || column.kind === "multi") return column.names.length;
  const found = /* @__PURE__ */ new Set();
  for (const value of column.values) {
    if (value !== null && !Number.isNaN(value)) found.add(value);
    if (found.size >= most) break;
  }
  return found.size;
}
function cutTexts(items, column) {
  if (column.kind !== "text") return [];
  const long = column.values.flatMap((text2, row2) => text2 !== null && isLong2(text2) ? [row2] : []);
  if (long.length === 0) return [];
  const { file, row } = placeOf5(items, long[0]);
  return [
    `${column.name}: ${long.length} of ${items.rows} texts ${long.length === 1 ? "is" : "are"} longer than ${STRING_BYTES} bytes (${file}, row ${row}: ${byteLength(column.values[long[0]])}) and shown up to there; search knows all of them`
  ];
}
function checkEmbeddings({ path, rows, dim }) {
  if (dim < DIM_MIN || dim > DIM_MAX)
    throw new InputError(
      { file: path },
      `${rows} vectors of ${dim} dimensions`,
      `${DIM_MIN} to ${DIM_MAX} (vectors of a model that was trained for it may be cut, others reduced by PCA)`
    );
}
function checkEvents({ weights, list: list2 }, log2) {
  const names = [...weights.keys()];
  const place2 = { file: "config", part: 'key "events"' };
  if (names.length > MAX_EVENTS)
    throw new InputError(place2, `${names.length} names, the built-in ones included`, `at most ${MAX_EVENTS}`);
  const long = names.find((name) => byteLength(name) > EVENT_NAME_BYTES);
  if (long !== void 0) throw new InputError(place2, sized(long), `at most ${EVENT_NAME_BYTES}`);
  const unmet2 = list2.filter(({ count: count2 }) => count2 === 0);
  const meant = unmet2.flatMap((one2) => one2.meant ?? []);
  if (meant.length > 0)
    throw new InputError(
      place2,
      `${quoteList(unmet2.map(({ name }) => name))}, as no event of ${log2.files[0]?.path ?? "the log"} is named`,
      `${quoteList(meant)} (the log has ${quoteList(log2.event.names)})`
    );
}
function checkRatings(ratings) {
  if (ratings && ratings.zero === ratings.one)
    throw new InputError({ file: "config", part: 'key "ratings"' }, JSON.stringify(ratings), "two different ratings");
}
function placeOf5(items, row) {
  let first = 0;
  for (const { path, rows } of items.files) {
    if (row < first + rows) return { file: path, row: row - first + 1 };
    first += rows;
  }
  return { file: "items" };
}

// web/recommender/words.ts
var TYPED = "a\u0259 ae\xE6 b\u0253\u0180 c\u0188 d\u0111\xF0\u0256\u0257 e\u025B\u01DD f\u0192 g\u0260\u01E5 h\u0127 i\u0131\u0269\u0268 k\u0199 l\u0142\u019A n\u014B\u0272 o\xF8\u0254\u0275 oe\u0153 p\u01A5 q\u0138 ss\xDF t\u0167\u01AD th\xFE u\u0289 v\u028B y\u01B4 z\u01B6\u021D \u03C3\u03C2 \u0627\u0671 \u064A\u0649\u06CC \u0643\u06A9 \u0647\u0629\u06C1\u06BE\u06D5";
var TYPED_OTHERWISE = new RegExp(`[${TYPED.replace(/([a-z]+|\S)(\S+) ?/g, "$2")}]`, "g");
var typedFor = (letter2) => TYPED.match(`([a-z]+|\\S)\\S*${letter2}`)[1];
var NOT_TYPED = /(?=\p{M})[\u0300-\u074a\u093c\u1ab0-\u1aff\u1dc0-\u20ff\ufe20-\ufe2f]|\u0640|\p{Cf}|\p{VS}/gu;
var digit = (one2) => String(one2.codePointAt(0) - (one2 > "\u08FF" && one2 < "\u0E00" ? 6 : 0) & 15);
var plain2 = (text2) => text2.replace(/[™℠]/g, " ").normalize("NFKD").toLowerCase().replace(NOT_TYPED, "").replace(TYPED_OTHERWISE, typedFor).replace(/[’‘ʼʻ‛`′]/g, "'").replace(/[^\d\P{Nd}]/gu, digit).normalize("NFC").replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 96));
var scripts = (names) => names.split(" ").map((name) => name.replace(/..../g, "\\p{scx=$&}"));
var UNSPACED = scripts("HaniHiraKanaBopo Hang Thai Laoo Khmr Mymr");
var SPACED = scripts("Latn Cyrl Grek Arab Hebr Deva Beng Taml");
var letter = (which) => `(?:(?${which})[\\p{L}\\p{Nl}]\\p{M}*)`;
var of = (script) => letter(`=[${script}]`);
var NUMBER4 = "(?:\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+(?:\\.\\d+)*)";
var END = "(?![\\p{L}\\p{N}])";
var WORD = new RegExp(
  [
    `\\p{L}(?:[.*]\\p{L})+${END}`,
    // U.S.A, M*A*S*H
    `(${UNSPACED.map((script) => of(script) + "+").join("|")})`,
    ...[...SPACED.map(of), letter(`![${[...UNSPACED, ...SPACED].join("")}]`)].map(
      (each) => `${NUMBER4}?(?:${each}+${NUMBER4}?)+(?:(?:'s|\\+\\+?|#)${END})?`
    ),
    NUMBER4
  ].join("|"),
  "gu"
);
var lettersOf = (run3) => run3.match(/.\p{M}*/gu).map((one2) => one2.replace(/[가-힣]/, (syllable) => syllable.normalize("NFD")));
function wordsOf(word, run3) {
  if (run3 === void 0) return [word.replace(/,|'s$|[.*](?=\p{L})/gu, "")];
  const letters = lettersOf(run3);
  return letters.map((one2, i) => one2 + (letters[i + 1] ?? "*")).slice(0, letters.length - 1 || 1);
}

// web/build/names.ts
var TAKES_BACK = {
  English: "remov*, delet*, refund*, return, returns, returned, returning, cancel*, undo*, revok*, withdraw*, withdrew, charge back*, void, voided, uninstall*, un lik*, un lov*, un heart*, un favo*, un fav, un star*, un bookmark*, un sav*, un pin*, un subscri*, un follow*, un watch*, un check*, un register*, un enroll*, un vot*, un hid*, un block*, un mut*, un dislik*, un downvot*, un report*",
  German: "r\xFCckgabe*, rueckgabe*, r\xFCcksend*, ruecksend*, retour*, storn*, widerruf*, *erstatt*, gutschrift, entfern*, gel\xF6scht, geloescht, l\xF6schen, abbestell*, gek\xFCndigt, k\xFCndigung*, zur\xFCckge*, zurueckge*, gef\xE4llt mir nicht mehr",
  French: "annul*, rembours*, retour*, supprim*, retrait*, retirer, d\xE9sabonn*, r\xE9sili*, renvoy*, n'aime plus",
  Spanish: "devol*, devuel*, reembols*, elimin*, anul*, borrad*, quitar, quitado, ya no me gusta, dejar de seguir",
  Portuguese: "devol*, estorn*, reembols*, exclu\xEDd*, desfeit*, descurti*, deixar de seguir",
  Italian: "reso, resi, rimbors*, annull*, restitu*, rimoss*, rimuov*, elimin*, recesso, disiscri*, non mi piace pi\xF9",
  Dutch: "geannuleerd*, retour*, terugbeta*, terugge*, verwijder*, opgezegd",
  Scandinavian: "retur*, avbrut*, \xE5terbetal*, makuler*, avbest\xE4ll*, borttag*, \xE5terkall*, afbestil*, annuller*, kanseller*, fjernet, slettet, tilbagebetal*, tilbakebetal*",
  Finnish: "palaut*, peruut*, perutt*, poistett*, hyvite*",
  Polish: "zwrot*, zwr\xF3c*, anulow*, usuni*, rezygnacj*",
  Czech: "vr\xE1cen*, vratk*, storn*, zru\u0161*, odstran*",
  Hungarian: "visszak\xFCld*, visszat\xE9r\xEDt*, t\xF6r\xF6lt, t\xF6r\xF6lve, lemond*, sztorn*, elt\xE1vol\xEDt*",
  Romanian: "anulat*, returnat*, ramburs*, \u0219ters, eliminat*",
  Turkish: "iade*, iptal*, kald\u0131r*, silindi, vazge\xE7*",
  Greek: "\u03B5\u03C0\u03B9\u03C3\u03C4\u03C1\u03BF\u03C6*, \u03B5\u03C0\u03B9\u03C3\u03C4\u03C1\u03B1\u03C6*, \u03B1\u03BA\u03C5\u03C1*, \u03B1\u03C6\u03B1\u03B9\u03C1*, \u03B4\u03B9\u03B1\u03B3\u03C1\u03B1\u03C6*",
  Russian: "\u0432\u043E\u0437\u0432\u0440\u0430\u0442*, \u0432\u043E\u0437\u0432\u0440\u0430\u0449*, \u0432\u0435\u0440\u043D\u0443\u043B*, \u043E\u0442\u043C\u0435\u043D*, \u0430\u043D\u043D\u0443\u043B\u0438\u0440*, \u0443\u0434\u0430\u043B*, \u0443\u0431\u0440\u0430\u043D, \u0443\u0431\u0440\u0430\u043D\u043E, \u0443\u0431\u0440\u0430\u0442\u044C, \u0443\u0431\u0440\u0430\u043B*, \u043E\u0442\u043A\u0430\u0437*, \u043E\u0442\u043F\u0438\u0441*, \u0441\u0442\u043E\u0440\u043D\u043E*",
  Ukrainian: "\u043F\u043E\u0432\u0435\u0440\u043D*, \u0441\u043A\u0430\u0441\u043E\u0432*, \u0432\u0456\u0434\u043C\u0456\u043D*, \u0432\u0438\u0434\u0430\u043B*",
  Bulgarian: "\u0432\u044A\u0440\u043D\u0430\u0442*, \u0432\u0440\u044A\u0449\u0430\u043D*, \u043E\u0442\u043A\u0430\u0437\u0430\u043D*, \u0430\u043D\u0443\u043B\u0438\u0440\u0430\u043D*, \u043F\u0440\u0435\u043C\u0430\u0445\u043D*, \u043E\u0442\u043C\u0435\u043D\u0435\u043D*",
  Serbian: "povrat*, otkaz*, vra\u0107en*, uklonjen*",
  Arabic: "*\u0625\u0644\u063A\u0627\u0621, *\u0645\u0644\u063A*, \u0623\u0644\u063A\u064A*, *\u0625\u0631\u062C\u0627\u0639, *\u0627\u0633\u062A\u0631\u062C\u0627\u0639, *\u0645\u0631\u062A\u062C\u0639*, *\u0627\u0633\u062A\u0631\u062F\u0627\u062F, *\u0645\u0633\u062A\u0631\u062F*, *\u0645\u0633\u062A\u0631\u062C\u0639*, \u062D\u0630\u0641, *\u0625\u0632\u0627\u0644*",
  Persian: "\u0644\u063A\u0648*, \u0645\u0631\u062C\u0648\u0639*, \u0628\u0627\u0632\u06AF\u0634\u062A*",
  Hebrew: "\u05DE\u05D5\u05D7\u05D6\u05E8*, \u05D4\u05D5\u05D7\u05D6\u05E8*, *\u05D4\u05D7\u05D6\u05E8*, \u05D1\u05D5\u05D8\u05DC*, *\u05D1\u05D9\u05D8\u05D5\u05DC*, \u05DE\u05D1\u05D5\u05D8\u05DC*, \u05D4\u05D5\u05E1\u05E8*, \u05E0\u05DE\u05D7\u05E7*, \u05D6\u05D9\u05DB\u05D5\u05D9",
  Hindi: "\u0935\u093E\u092A\u0938*, \u0935\u093E\u092A\u0938\u0940, \u0930\u0926\u094D\u0926*, \u0927\u0928\u0935\u093E\u092A\u0938\u0940, \u0932\u094C\u091F\u093E*, \u0939\u091F\u093E*",
  Thai: "\u0E04\u0E37\u0E19\u0E2A\u0E34\u0E19\u0E04\u0E49\u0E32, \u0E04\u0E37\u0E19\u0E40\u0E07\u0E34\u0E19, \u0E22\u0E01\u0E40\u0E25\u0E34\u0E01, \u0E25\u0E1A\u0E2D\u0E2D\u0E01",
  Vietnamese: "ho\xE0n ti\u1EC1n, ho\xE0n tr\u1EA3, tr\u1EA3 h\xE0ng, h\u1EE7y, \u0111\xE3 h\u1EE7y, h\u1EE7y \u0111\u01A1n",
  Indonesian: "batal, dibatalkan, pembatalan, pengembalian, dikembalikan, dihapus",
  Chinese: "\u9000\u6B3E, \u9000\u8D27, \u9000\u8CA8, \u9000\u5355, \u9000\u55AE, \u9000\u8BA2, \u9000\u8A02, \u53D6\u6D88, \u64A4\u9500, \u64A4\u92B7, \u64A4\u56DE, \u79FB\u9664, \u79FB\u51FA, \u5220\u9664, \u522A\u9664, \u4F5C\u5E9F, \u4F5C\u5EE2",
  Japanese: "\u8FD4\u54C1, \u8FD4\u91D1, \u8FD4\u5374, \u53D6\u6D88, \u53D6\u308A\u6D88, \u30AD\u30E3\u30F3\u30BB\u30EB, \u6255\u3044\u623B\u3057, \u6255\u623B, \u89E3\u7D04, \u89E3\u9664, \u524A\u9664",
  Korean: "\uCDE8\uC18C, \uD658\uBD88, \uBC18\uD488, \uBC18\uD658, \uC0AD\uC81C, \uD574\uC9C0, \uC81C\uAC70, \uCCA0\uD68C"
};
var CAME_TO_NOTHING = {
  English: "skip, skips, skipped, abandon*, declin*, fail, failed, failure",
  others: "abgebrochen, abgelehnt, fehlgeschlagen, \xFCbersprungen, refus\xE9*, \xE9chou\xE9, \xE9chec, abandonn\xE9, rechazad*, fallid*, recusad*, falhou, rifiutat*, fallito, odrzucon*, zam\xEDtnut*, ba\u015Far\u0131s\u0131z, \u043E\u0442\u043A\u043B\u043E\u043D*, \u043D\u0435\u0443\u0434\u0430\u0447*, \u0431\u0440\u043E\u0448\u0435\u043D*, \u043F\u0440\u043E\u043F\u0443\u0449\u0435\u043D*, \u0641\u0634\u0644, \u0645\u0631\u0641\u0648\u0636*, \u05E0\u05DB\u05E9\u05DC*, \u05E0\u05D3\u05D7\u05D4*, \u5931\u8D25, \u5931\u6557, \u8DF3\u8FC7, \u8DF3\u904E, \u653E\u5F03, \u62D2\u7D76, \u30B9\u30AD\u30C3\u30D7, \uC2E4\uD328, \uAC74\uB108\uB6F0\uAE30"
};
var DISLIKES = {
  English: "dislik*, downvot*, down vot*, thumb down, thumbs down, hide, hides, hiding, hidden, not interested, block, blocks, blocked, report, reports, reported, flag, flags, flagged, hate, hates, hated, mute, mutes, muted, reject*, dismiss*, \u{1F44E}",
  German: "gef\xE4llt mir nicht, gefaellt mir nicht, mag ich nicht, kein interesse, nicht interessiert, ausgeblendet, ausblenden, blockiert, gemeldet",
  French: "n'aime pas, pas int\xE9ress\xE9*, masqu\xE9, masquer, bloqu\xE9",
  Spanish: "no me gusta, no me interesa, ocultar, ocultado, bloquead*",
  Portuguese: "n\xE3o gostei, n\xE3o gosto, n\xE3o curti, sem interesse, ocultar, bloquead*",
  Italian: "non mi piace, non mi interessa, nascost*, bloccat*",
  others: "niet leuk, gillar inte, nie lubi\u0119, nie podoba, nel\xEDb\xED, be\u011Fenmedi*, ilgilenmiyorum, gizlendi, kh\xF4ng th\xEDch, tidak suka",
  Russian: "\u043D\u0435 \u043D\u0440\u0430\u0432\u0438\u0442\u0441\u044F, \u043D\u0435 \u043F\u043E\u043D\u0440\u0430\u0432\u0438\u043B*, \u0434\u0438\u0437\u043B\u0430\u0439\u043A*, \u043D\u0435 \u0438\u043D\u0442\u0435\u0440\u0435\u0441\u043D\u043E, \u0441\u043A\u0440\u044B\u0442\u044C, \u0441\u043A\u0440\u044B\u0442, \u0441\u043A\u0440\u044B\u0442\u043E, \u0436\u0430\u043B\u043E\u0431\u0430, \u043D\u0435 \u043F\u043E\u0434\u043E\u0431\u0430\u0454\u0442\u044C\u0441\u044F",
  Arabic: "\u0644\u0645 \u064A\u0639\u062C\u0628\u0646\u064A, \u0644\u0627 \u064A\u0639\u062C\u0628\u0646\u064A, \u063A\u064A\u0631 \u0645\u0647\u062A\u0645",
  Hebrew: "\u05DC\u05D0 \u05D0\u05D4\u05D1\u05EA\u05D9, \u05DC\u05D0 \u05DE\u05E2\u05E0\u05D9\u05D9\u05DF",
  Chinese: "\u4E0D\u559C\u6B22, \u4E0D\u559C\u6B61, \u4E0D\u611F\u5174\u8DA3, \u4E0D\u611F\u8208\u8DA3, \u8E29, \u5DEE\u8BC4, \u8CA0\u8A55, \u62C9\u9ED1, \u5C4F\u853D, \u4E3E\u62A5, \u6AA2\u8209",
  Japanese: "\u4F4E\u8A55\u4FA1, \u5ACC\u3044, \u3088\u304F\u306A\u3044\u306D, \u8208\u5473\u306A\u3057, \u8208\u5473\u304C\u306A\u3044, \u975E\u8868\u793A, \u30D6\u30ED\u30C3\u30AF, \u901A\u5831",
  Korean: "\uC2EB\uC5B4\uC694, \uAD00\uC2EC \uC5C6\uC74C, \uC228\uAE30\uAE30, \uC228\uAE40, \uCC28\uB2E8, \uC2E0\uACE0"
};
var DONE = {
  English: "click, clicks, clicked, tapped, like, likes, liked, loved, fav, favorite, favourite, favorited, starred, label, labels, watch, watched, viewed, long view, valid play, seen, played, listened, complete, completed, finish, finished, read, opened, purchase, purchases, purchased, buy, bought, ordered, sold, paid, convert, converted, conversion, target, follow, followed, share, shared, comment, commented, collect, collected, saved, bookmarked, subscribed, installed, downloaded, recommended, engaged, consumed, interacted, added to cart",
  others: "geklickt, gekauft, gesehen, gelesen, geh\xF6rt, gef\xE4llt, cliqu\xE9, achet\xE9, aim\xE9, vu, lu, comprado, visto, clicado, curtiu, cliccato, acquistato, \u043A\u0443\u043F\u043B\u0435\u043D*, \u043F\u0440\u043E\u0441\u043C\u043E\u0442\u0440\u0435\u043D*, \u043D\u0440\u0430\u0432\u0438\u0442\u0441\u044F, \u70B9\u51FB, \u9EDE\u64CA, \u8D2D\u4E70, \u8CFC\u8CB7, \u70B9\u8D5E, \u6536\u85CF, \u8F6C\u53D1, \u5B8C\u64AD, \u30AF\u30EA\u30C3\u30AF, \u8CFC\u5165, \u3044\u3044\u306D, \uD074\uB9AD, \uAD6C\uB9E4, \uC88B\uC544\uC694"
};
var USED = "view, views, viewed, click, clicks, clicked, tap, taps, tapped, play, plays, played, playing, open, opens, opened, read, reads, visit, visits, visited, shown, impression, impressions, klick*, aufruf*, clic, clique*, \u043F\u0440\u043E\u0441\u043C\u043E\u0442\u0440*, \u043A\u043B\u0438\u043A*, \u70B9\u51FB, \u9EDE\u64CA, \u6D4F\u89C8, \u700F\u89BD, \u67E5\u770B, \u95B2\u89A7, \u30AF\u30EA\u30C3\u30AF, \uD074\uB9AD, \uC870\uD68C";
var IN_PART = "partial*, partly, teilweise, teil*, partiel*, parcial*, parzial*, gedeeltelijk*, cz\u0119\u015Bciow*, k\u0131smi, k\u0131smen, \u0447\u0430\u0441\u0442\u0438\u0447\u043D*, \u0447\u0430\u0441\u0442\u043A\u043E\u0432\u043E, \u90E8\u5206, \u4E00\u90E8, \uBD80\uBD84";
var HANDLED = "download, downloads, downloaded, visitor, user, export, exports, share, shares, shared, print, prints, create, creates, created";
var THINGS = /^(block|report|return|returning|flag|skip)s?$/;
var UNSPACED2 = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]/u;
var NOT = "(?<! (?:not|no|non|nicht|kein|keine|nie|sin|sem|sans|niet|\u043D\u0435|\u0431\u0435\u0437) )(?<![\u672A\u4E0D\u975E\u65E0\u7121])";
var wordsOf2 = (name) => plain2(name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")).split(/[\s\p{P}\p{Sm}]+/u).filter((word) => word !== "");
function patternOf(...tables) {
  const entries2 = tables.flatMap((table) => Object.values(table).flatMap((list2) => list2.split(", ")));
  const patterns = entries2.map((entry) => {
    const words4 = wordsOf2(entry.replaceAll("*", "\u04FF")).join(" ?").replaceAll("\u04FF", "\\S*");
    return UNSPACED2.test(entry) ? words4 : `(?<= )${words4}(?= )`;
  });
  return new RegExp(`${NOT}(?:${patterns.join("|")})`, "gu");
}
var PATTERNS = {
  back: patternOf(TAKES_BACK),
  nothing: patternOf(CAME_TO_NOTHING),
  dislike: patternOf(DISLIKES),
  done: patternOf(DONE),
  used: patternOf({ USED, IN_PART }),
  handled: patternOf({ HANDLED })
};
function meaningOf(name) {
  const text2 = ` ${wordsOf2(name).join(" ")} `;
  const [isUsed, isHandled] = [PATTERNS.used, PATTERNS.handled].map((pattern2) => text2.search(pattern2) >= 0);
  let doubt;
  const says = (pattern2, amid) => Array.from(text2.matchAll(pattern2)).some(({ 0: found, index }) => {
    if (/[ai]ble$/.test(found)) return false;
    const isEdge = index === 1 || index + found.length === text2.length - 1 || UNSPACED2.test(found);
    if (!isUsed && !(isHandled && THINGS.test(found)) && (amid || isEdge)) return true;
    doubt ??= found;
    return false;
  });
  if (says(PATTERNS.back, true)) return { weight: 0, back: true };
  if (says(PATTERNS.nothing, true)) return { weight: 0 };
  if (says(PATTERNS.dislike, false)) return { weight: -1 };
  return doubt === void 0 ? { weight: 1 } : { weight: 1, doubt };
}
var saysDone = (column) => ` ${wordsOf2(column).join(" ")} `.search(PATTERNS.done) >= 0;
var TRADED = /^(return|refund|cancel|charge|void)/;
var FILLERS = /^(from|the|off?|out|into?|for|and|item|items|product|products|event|user|aus|dem|der|von|vom|des|del|dal|из|от)$/;
function takenBackBy(name, others) {
  const text2 = ` ${wordsOf2(name).join(" ")} `;
  let isTraded = false;
  const rest2 = text2.replace(PATTERNS.back, (found) => {
    isTraded ||= TRADED.test(found);
    return /^un ?\w{3}/.test(found) ? found.replace(/^un ?/, "") : " ";
  });
  const about = stemsOf(rest2);
  const names = others.filter((other) => {
    const stems = stemsOf(wordsOf2(other).join(" "));
    return about.some((stem) => stems.some((one2) => UNSPACED2.test(stem) ? one2.includes(stem) : one2 === stem));
  });
  return { names, all: names.length > 0 && !isTraded };
}
var stemsOf = (text2) => text2.split(" ").filter((word) => word.length > (UNSPACED2.test(word) ? 1 : 2) && !FILLERS.test(word)).map((word) => word.replace(/(?<=...)(ed|es|s|e|d)$/, ""));

// web/build/events.ts
var DISLIKES2 = { dislike: -1, thumbs_down: -1, hide: -1 };
var MOST_READ = 1024;
function eventsOf(event, config3) {
  const said = lower(config3.events);
  const met = event === null ? [] : metBy(event, said);
  const types = [...Object.values(config3.tower?.inputs ?? {}), ...Object.values(config3.ranker?.inputs ?? {})].flatMap(
    (input) => typeof input === "string" ? [] : Object.keys(input.values ?? {})
  );
  const typed = lower(Object.fromEntries(types.map((name) => [name, meaningOf(name).weight])));
  const known = new Set(Object.keys({ ...typed, ...DISLIKES2, ...said }));
  const list2 = leaveOutSurplus(met, known);
  const meant = list2.filter(({ by }) => by === "name").map(({ name, weight }) => [name, weight]);
  const weights = Object.entries({ ...typed, ...DISLIKES2, ...lower(Object.fromEntries(meant)), ...said });
  return { weights: new Map(weights), list: event === null ? [] : [...list2, ...unmetBy(list2, config3.events ?? {})] };
}
function leaveOutSurplus(met, known) {
  return met.map((one2) => {
    const key = one2.name.toLowerCase();
    if (one2.by !== "name" || known.has(key)) return one2;
    if (known.size >= MAX_EVENTS || Buffer.byteLength(key) > EVENT_NAME_BYTES)
      return { ...one2, weight: 1, by: "default", left: true };
    known.add(key);
    return one2;
  });
}
function metBy({ names, code }, said) {
  const counts = new Float64Array(names.length);
  for (const one2 of code) counts[one2]++;
  const met = Array.from(names, (name, i) => ({ name, count: counts[i] })).filter(({ name, count: count2 }) => name !== "" && count2 > 0).sort((a, b) => b.count - a.count);
  return met.map((about, place2) => {
    const key = about.name.toLowerCase();
    if (Object.hasOwn(said, key)) return { ...about, weight: said[key], by: "config" };
    const { weight, doubt } = place2 < MOST_READ ? meaningOf(about.name) : { weight: 1 };
    const by = weight < 1 ? "name" : "default";
    return { ...about, weight, by, ...doubt !== void 0 && { doubt } };
  });
}
var lower = (events = {}) => Object.assign(
  /* @__PURE__ */ Object.create(null),
  Object.fromEntries(Object.entries(events).map(([name, weight]) => [name.toLowerCase(), weight]))
);
function unmetBy(met, said) {
  const known = new Set(met.map(({ name }) => name.toLowerCase()));
  const open2 = met.filter(({ by }) => by !== "config").map(({ name }) => name);
  return Object.entries(said).filter(([name]) => !known.has(name.toLowerCase())).map(([name, weight]) => {
    const meant = open2.find((other) => almostEqual(name, other));
    return { name, count: 0, weight, by: "config", ...meant !== void 0 && { meant } };
  });
}
function almostEqual(one2, other) {
  const [a, b] = [one2, other].map((name) => [...wordsOf2(name).join("")]);
  let first = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first++;
  let last = 0;
  while (last < Math.min(a.length, b.length) - first && a.at(-1 - last) === b.at(-1 - last)) last++;
  const [left, right] = [a, b].map((name) => name.slice(first, name.length - last).join(""));
  return Math.min(a.length, b.length) >= 3 ? Math.max(left.length, right.length) <= 1 || left.length === 2 && left === [...right].reverse().join("") : a.join("") === b.join("");
}
var MOST_NAMED = MAX_EVENTS;
function eventRemarks(events) {
  const guessed = events.filter(({ by }) => by === "name");
  const doubted = events.filter(({ by, doubt }) => by === "default" && doubt !== void 0);
  const left = events.filter((one2) => one2.left);
  const unmet2 = events.filter(({ count: count2 }) => count2 === 0);
  const lines = [];
  if (guessed.length > 0) {
    const example = configOf2(guessed.map(({ name, weight }) => [name, weight]));
    const says = ({ name, weight }) => weight < 0 ? "says dislike" : meaningOf(name).back ? "takes back" : "came to nothing";
    const read2 = guessed.map((one2) => `${quote(one2.name)} ${says(one2)}`);
    lines.push(`look: by their names, ${read2.join(", ")}; to weigh them otherwise, change ${example} in a config`);
  }
  if (doubted.length > 0) {
    const named = doubted.slice(0, MOST_NAMED);
    const read2 = named.map(({ name, doubt }) => `${quote(name)} counts 1 in spite of ${quote(doubt)}`);
    const example = configOf2(named.map(({ name, doubt }) => [name, meaningOf(doubt).weight]));
    const more = doubted.length > MOST_NAMED ? `, and ${doubted.length - MOST_NAMED} more` : "";
    lines.push(`look: ${read2.join(", ")}${more}; if they take back or say dislike, say ${example} in a config`);
  }
  if (left.length > 0) {
    const room2 = `a bundle takes ${MAX_EVENTS} names of at most ${EVENT_NAME_BYTES} bytes`;
    const why = `${room2}, the config's first and then the commonest`;
    const rows = left.reduce((sum, { count: count2 }) => sum + count2, 0);
    lines.push(`look: ${rows} rows count 1 though their names take back or say dislike: ${namesOf(left)}; ${why}`);
  }
  if (unmet2.length > 0) {
    const has = namesOf(events.filter(({ count: count2 }) => count2 > 0));
    lines.push(`look: config key "events" names ${namesOf(unmet2)}, which the log does not have (it has ${has})`);
  }
  return lines;
}
function emptyRemarks({ files, event, rating }, weights) {
  if (event === null || files.reduce((sum, { rows }) => sum + rows, 0) !== event.code.length) return [];
  const none = event.names.indexOf("");
  const what = rating === null ? `count ${weights.get("") ?? 1}` : "count by their ratings alone";
  let first = 0;
  return files.flatMap(({ path, rows, columns }) => {
    let empty = 0;
    for (const code of event.code.subarray(first, first += rows)) if (code === none) empty++;
    if (columns.event === void 0 || empty === 0) return [];
    const out = JSON.stringify({ leaveOut: { [columns.event]: "" } });
    return [
      `look: ${path}: ${empty} of ${rows} rows have no ${quote(columns.event)}, and ${what}; ${out} in a config leaves them out`
    ];
  });
}
var namesOf = (events) => quoteList(events.map(({ name }) => name));
var configOf2 = (weights) => JSON.stringify({ events: Object.fromEntries(weights) });

// web/build/reading.ts
function generalColumns(columns = {}) {
  const { interactions: _, items: __, campaigns: ___, embeddings: ____, neighbours: _____, popularity: ______, ...all2 } = columns;
  return all2;
}
var columnsOf2 = ({ columns = {} }, kind) => ({
  ...generalColumns(columns),
  ...columns[kind]
});

// web/build/telling.ts
var COUNTS = /count|plays?$|listen|quantit|qty|units$|pieces$|price|amount|revenue|spent|cost|duration|seconds|minutes|hours|views|clicks|visits|times$|menge|anzahl|st(ue|u)ck|cantidad|unidades|quantid|qtd|qte$|aantal|^antal|количеств|кол.?во|ilosc|adet|miktar|数量|個数|件数|수량|갯수|كمي[ةه]|عدد|כמות|จำนวน|s[ốo] l[ượu]+ng|ποσ[όο]τητα|jumlah|kuantitas|määrä|mängd|mennyis|множин|кількіст|मात्रा|(^|[^a-z])(pcs?|uds?|stk|szt|kpl|pzs?|ks|шт)\.?$/i;
var SUMS = /total|sum(me)?$|betrag|importe|montant|valor|сумма|金额|金額|금액|net$|gross|sales|umsatz|(^|[_ ])(eur|usd|gbp)$|preis|prix|precio|preco|prezzo|цена|цін|价格|價格|価格|가격|سعر|مبلغ|thanh tien|ราคา/i;
var config2 = (line2) => `${JSON.stringify(line2)} in a config`;
var leaving = (leaveOut2) => `${config2({ leaveOut: leaveOut2 })} leaves them out`;
var taking = (part3, column) => config2({ columns: { interactions: { [part3]: column } } });
function idleRemarks(log2, given2) {
  if (log2 === null) return [];
  const isFree = (part3) => log2[part3] === null && columnsOf2(given2, "interactions")[part3] === void 0;
  const isNamed = ({ column }) => Object.hasOwn(given2.leaveOut ?? {}, column);
  return (log2.facts?.idle ?? []).filter((one2) => !isNamed(one2)).flatMap(
    (one2) => stateRemark(one2, isFree("event")) ?? backRemark(one2) ?? doneRemark(one2) ?? belowRemark(one2, isFree("rating")) ?? []
  );
}
function stateRemark({ path, column, rows, values }, isFree) {
  const less = (values ?? []).filter(({ value }) => meaningOf(value).weight < 1);
  if (less.length === 0) return null;
  const says = less.map(({ value, count: count2 }) => `${quote(value)} in ${count2}`).join(", ");
  const out = { [column]: less.map(({ value }) => value) };
  const way = isFree ? `${taking("event", column)} weighs them by that` : leaving(out);
  return `look: ${path}: ${quote(column)}, which is not used, says ${says} of ${rows} rows, which count like all others; ${way}`;
}
function backRemark({ path, column, rows, yes, values }) {
  const { weight, back } = meaningOf(column);
  if (weight === 1 || !back && !isYesNo(values) || yes === 0 || yes === rows) return null;
  return `look: ${path}: ${quote(column)}, which is not used, says something in ${yes} of ${rows} rows, which count like all others; ${leaving({ [column]: true })}`;
}
var isYesNo = (values) => values !== null && values.every(({ value }) => booleanOf(value.replace(/\.0+$/, "")) !== void 0);
function doneRemark({ path, column, rows, yes, values }) {
  if (!saysDone(column) || yes === 0 || yes === rows || !isYesNo(values)) return null;
  const no = values.filter(({ value }) => !saysYes(value)).map(({ value }) => idOf(value) ?? value);
  const filled3 = values.reduce((sum, { count: count2 }) => sum + count2, 0);
  const out = [...no, ...filled3 < rows ? [""] : []];
  return `look: ${path}: ${quote(column)}, which is not used, says no in ${rows - yes} of ${rows} rows, which count like all others; ${leaving({ [column]: out.length === 1 ? out[0] : out })}`;
}
function belowRemark({ path, column, rows, below: below2, example }, isFree) {
  const isCalled = (pattern2) => pattern2.test(column) || pattern2.test(plain2(column));
  if (below2 === 0 || !(isCalled(COUNTS) || isCalled(SUMS))) return null;
  const way = isFree && isCalled(COUNTS) && numberOf(example) !== void 0 ? `${taking("rating", column)} lets these take back` : leaving({ [column]: { lt: 0 } });
  return `look: ${path}: ${quote(column)}, which is not used, is below 0 in ${below2} of ${rows} rows (as ${example}), which count like all others; ${way}`;
}
var NOBODY = /^(0+|-+|-1|[?.x]|0{8}-(0{4}-){3}0{12}|guests?|anon|anonym\w*|unknown|unregistered|unidentified|undefined|not ?logged ?in|no ?(user|login|account|customer)|visitor|walk ?in|default|public|none|gast|invite|invitado|visitante|ospite|misafir|gosc|гость|аноним\p{L}*|游客|访客|匿名|げすと|비회원|게스트|زاير|زائر|אורח)$/u;
var SHARE = 0.2;
var PEOPLE2 = 10;
var ROWS = 20;
var TIMES2 = 5;
function peopleRemarks(log2) {
  if (log2 === null || log2.userIds.length < PEOPLE2) return [];
  const counts = new Float64Array(log2.userIds.length);
  for (const user of log2.user) counts[user]++;
  const isNobody = (id) => NOBODY.test(
    plain2(id).replace(/[\s_-]+(?=\S)/g, " ").trim()
  ) || /^[-?.]+\d?$/.test(id);
  const most = Math.max(SHARE * log2.rows, ROWS);
  const some = Math.max(TIMES2 * log2.rows / log2.userIds.length, ROWS);
  const odd = log2.userIds.flatMap(
    (id, user) => counts[user] >= most || counts[user] >= some && isNobody(id) ? [{ id, count: counts[user] }] : []
  );
  if (odd.length === 0) return [];
  const columns = [...new Set(log2.files.map((file) => file.columns.user_id ?? "user_id"))];
  const ids = odd.map(({ id }) => id);
  const has = odd.map(({ id, count: count2 }) => `${quote(id)} has ${count2}`).join(", ");
  const one2 = odd.length === 1 ? "one person" : `${odd.length} people`;
  const way = leaving(Object.fromEntries(columns.map((column) => [column, ids])));
  return [
    `look: ${one2} ${odd.length === 1 ? "has" : "have"} much of the log: ${has} of ${log2.rows} rows; if that is nobody in particular, such as all guests, ${way}`
  ];
}
var SUMMARY = /^((grand|sub) ?-?)?totals?:?$|^(total(e|es)? (general|generale)|sum(me)?|gesamt(summe|betrag)?|total general|suma|somme|totale|totaal|summa|razem|toplam|итого|всего|合計|总计|合计|总数|합계|총계|المجموع|الاجمالي)$/u;
var isSummary = (id) => SUMMARY.test(plain2(id).trim());
function summaryRemarks(log2, items) {
  const ids = (items?.itemIds ?? []).filter(isSummary);
  const files = items?.files.map(({ path }) => path).join(", ");
  const inItems = ids.map((id) => `look: ${files}: an item is called ${quote(id)}; if its row adds up the others, take it out of the file`);
  if (log2 === null) return inItems;
  const parts = [
    ["user_id", log2.userIds, log2.user],
    ["item_id", log2.itemIds, log2.item]
  ];
  const found = parts.map(([part3, names, codes3]) => {
    const called = new Set(names.flatMap((name, code) => isSummary(name) ? [code] : []));
    return { part: part3, called: Array.from(called, (code) => names[code]), rows: called.size === 0 ? 0 : codes3.filter((code) => called.has(code)).length };
  }).reduce((a, b) => b.rows > a.rows ? b : a);
  if (found.rows === 0) return inItems;
  const columns = [...new Set(log2.files.map((file) => file.columns[found.part] ?? found.part))];
  const way = leaving(Object.fromEntries(columns.map((column) => [column, found.called])));
  return [
    ...inItems,
    `look: ${quoteList(found.called)} in ${quoteList(columns)} of ${found.rows} of ${log2.rows} rows of the log; if these add up the others, ${way}`
  ];
}
function leftNothing(log2, { leaveOut: leaveOut2 = {} }) {
  const left = new Set(log2?.facts?.files.flatMap((file) => file.left.map((one2) => one2.why)) ?? []);
  const idle = Object.keys(leaveOut2).filter((column) => !left.has(whyLeft(column)));
  return log2 === null || idle.length === 0 ? [] : [`look: config key "leaveOut" leaves out no row by ${quoteList(idle)}`];
}

// web/build/ratings.ts
var BY_CONFIG = "the config says so";
var LISTED = 12;
var MOST_STEPS = 21;
var MOST_STEPS_RATED = 201;
var STEPS = [10, 5, 1, 0.5, 0.25, 0.1];
var TOPS = [1, 3, 4, 5, 6, 7, 10, 20, 100];
var LACKING = 0.8;
var DOUBTED = { 4: 5, 6: 7 };
var SLIPS = { beside: 1e-3, apart: 0.05 };
var FEWEST = 20;
var MARKS = [99, 999, 9999];
var UPPER_SHARE = 0.1;
var RATES = /rat(e|ed|ing|ings)$|scores?$|stars?$|grades?$|overall|liking|review/i;
function ratingsOf({ rating, files }, { ratings }) {
  const counts = /* @__PURE__ */ new Map();
  for (const value of rating ?? []) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size === 0) return null;
  const all2 = Array.from(counts, ([value, count2]) => ({ value, count: count2 })).sort((a, b) => a.value - b.value);
  const column = files.map((file) => file.columns.rating).find((name) => name !== void 0) ?? "rating";
  const { grading, why, slips: slips2 } = ratings === void 0 ? scaleOf(column, all2) : { grading: ratings || null, why: BY_CONFIG, slips: void 0 };
  const values = without(all2, slips2 ?? []);
  const common = values.toSorted((a, b) => b.count - a.count).slice(0, LISTED);
  const sum = (are) => values.reduce((total, { value, count: count2 }) => total + (are(value) ? count2 : 0), 0);
  const weight = (value) => grading === null ? 1 : value === grading.none ? NaN : (value - grading.zero) / (grading.one - grading.zero);
  return {
    column,
    from: values[0].value,
    to: values.at(-1).value,
    values: common.sort((a, b) => a.value - b.value),
    distinct: values.length,
    scale: grading && { ...grading, by: ratings === void 0 ? "default" : "config" },
    why,
    liked: sum((value) => weight(value) > 0),
    disliked: sum((value) => weight(value) < 0),
    unrated: sum((value) => Number.isNaN(weight(value))),
    of: sum(() => true),
    ...slips2 && { slips: slips2 }
  };
}
function scaleOf(column, all2) {
  if (COUNTS.test(column)) return countOf(all2, "a column of that name counts");
  const slips2 = slipsOf(all2);
  const cut3 = slips2.length === 0 ? null : wholeScaleOf(column, without(all2, slips2));
  if (cut3 !== null && cut3.grading !== null) return { ...cut3, slips: slips2 };
  const whole4 = wholeScaleOf(column, all2);
  return whole4.grading === null && all2[0].value < -1 ? countOf(all2, whole4.why) : whole4;
}
function countOf(all2, why) {
  const least = all2.find(({ value }) => value > 0)?.value;
  if (least === void 0 || all2[0].value >= 0) return { grading: null, why };
  return { grading: { zero: 0, one: least, least: 0 }, why: `${why}, and what is not above 0 is none` };
}
function slipsOf(all2) {
  const rows = rowsOf(all2);
  if (rows < FEWEST) return [];
  const isFew = (some, share3) => some.length > 0 && rowsOf(some) <= Math.max(1, share3 * rows);
  const below2 = all2.filter(({ value }) => value < 0 && value !== -1);
  const low = isFew(below2, SLIPS.beside) ? below2 : [];
  const high = TOPS.map((top) => {
    const above2 = all2.filter(({ value }) => value > top);
    const reached = all2.find(({ value }) => value === top)?.count ?? 0;
    const isApart = (above2[0]?.value ?? 0) > 2 * top;
    return reached > rowsOf(above2) && isFew(above2, isApart ? SLIPS.apart : SLIPS.beside) ? above2 : [];
  }).find((above2) => above2.length > 0);
  return [...low, ...high ?? []];
}
function without(all2, some) {
  const out = new Set(some);
  return all2.filter((one2) => !out.has(one2));
}
var rowsOf = (values) => values.reduce((sum, { count: count2 }) => sum + count2, 0);
function wholeScaleOf(column, all2) {
  const no = (why) => ({ grading: null, why });
  const none = unratedOf(all2);
  const values = all2.filter(({ value }) => value !== none);
  if (values.length < 2) return no("there are not two values");
  const [from, to] = [values[0].value, values.at(-1).value];
  if (from >= -1 && to === 1 && values.every(({ value }) => Number.isInteger(value)))
    return { grading: { zero: 0, one: 1 }, why: from < 0 ? "thumbs down and up" : "no and yes" };
  const isEven = from < 0 && -from >= LACKING * to && -from <= to / LACKING;
  const farthest = isEven ? Math.max(to, -from) : to;
  const usualTop = TOPS.find((usual2) => farthest <= usual2 && farthest >= LACKING * usual2);
  const top = from < 0 ? usualTop ?? to : usualTop;
  if (top === void 0) return no(`${short(to)} is no usual top of a scale`);
  const graded = (zero, one2, why) => ({
    grading: { zero, one: one2, ...none !== void 0 && { none }, ...from >= 0 && { least: 0 } },
    why: top === to ? why : `${why}, up to ${top}, which nobody gives`
  });
  const step = STEPS.find((size) => values.every(({ value }) => isMultiple(value, size)));
  const steps = step === void 0 ? Infinity : Math.round((top - Math.min(from, step)) / step) + 1;
  const most = RATES.test(column) ? MOST_STEPS_RATED : MOST_STEPS;
  if (!(steps <= most || top === 100 && Number.isInteger(step) || isEven && RATES.test(column)))
    return no("the values are not a few even steps");
  const rows = rowsOf(values);
  const upper = values.reduce((sum, { value, count: count2 }) => sum + (value > (from + to) / 2 ? count2 : 0), 0);
  if (upper < UPPER_SHARE * rows) return no("people hardly give the upper half of them, as where something is counted");
  if (!RATES.test(column) && fallsFromOne(values))
    return no(
      `the more, the fewer, from 1 on, as where something is counted, and no "${column}" is a usual name of ratings`
    );
  if (from < 0)
    return graded(
      0,
      rounded(0.6 * top),
      step === void 0 ? "as far below 0 as above" : "even steps below and above 0"
    );
  if (from > top / 2) return no("nobody gives the lower half of them");
  return graded(top / 2, rounded(0.8 * top), "a few even steps of which people give low and high ones");
}
var fallsFromOne = (values) => values[0].value === 1 && values.every(({ value, count: count2 }, i) => Number.isInteger(value) && (i === 0 || count2 <= values[i - 1].count)) && values.at(-1).count < values[0].count;
function unratedOf(values) {
  const to = values.at(-1)?.value ?? 0;
  if (MARKS.includes(to) && values.length > 2 && values.at(-2).value <= to / 4) return to;
  if (to < 3) return void 0;
  if (values[0].value === -1 && values[1].value >= 0) return -1;
  if (values[0].value !== 0) return void 0;
  const lower3 = values.reduce((sum, { value, count: count2 }) => sum + (value > 0 && value <= to / 2 ? count2 : 0), 0);
  return values[0].count > lower3 ? 0 : void 0;
}
var isMultiple = (value, step) => Math.abs(value / step - Math.round(value / step)) < 1e-4;
var rounded = (value) => Math.round(100 * value) / 100;
var short = (value) => String(+value.toFixed(2));
function ratingsLine(ratings) {
  const { column, from, to, scale, why, liked, disliked, of: of2 } = ratings;
  const range = `ratings: ${short(from)} to ${short(to)}`;
  if (scale === null) return `${range}; each counts 1, whatever it says (${why})`;
  const { zero, one: one2, least = -1 } = scale;
  const below2 = least < 0 ? "less is dislike" : "less is not learned from";
  const because2 = scale.by === "config" || isCount(scale) ? why : `"${column}" is taken for a scale: ${why}`;
  if (isCount(scale)) return `${range}; above 0 counts 1, else 0: ${liked} of ${of2} are above (${because2})`;
  const counts = `${liked} of ${of2} are liking, ${disliked} less`;
  return `${range}; ${short(zero)} says nothing, ${short(one2)} counts 1, ${below2}: ${counts} (${because2})`;
}
function ratingRemarks(ratings) {
  if (ratings === null || ratings.scale?.by === "config" || ratings.why === BY_CONFIG) return [];
  const { column, from, to, distinct, scale, why, liked, unrated, of: of2, slips: slips2 = [] } = ratings;
  const config3 = (value) => JSON.stringify({ ratings: value });
  if (scale === null) {
    const rates = RATES.test(column) && !COUNTS.test(column) && distinct > 1;
    const look = rates ? `look: ratings are not graded: ${why}; ` : "";
    const half = { zero: rounded(to / 2), one: rounded(0.8 * to), least: 0 };
    const fits = rates && from >= 0 && to <= TOPS.at(-1);
    const grading2 = fits ? half : { zero: 0, one: rounded(to) };
    return [
      `${look}to grade ratings: ${config3(grading2)} in a config, where ${grading2.zero} says nothing and ${grading2.one} counts 1`
    ];
  }
  const { by: _, ...grading } = scale;
  const { none, ...rated } = grading;
  const lines = [
    `to grade ratings otherwise, change ${config3(grading)} in a config; ${config3(false)} lets each count 1`
  ];
  if (isCount(grading))
    lines.push(
      `look: ${of2 - liked} of ${of2} rows have a ${quote(column)} that is not above 0: they count 0, and take back what the same person took of the item before`
    );
  if (DOUBTED[to] !== void 0 && grading.zero === to / 2) {
    const top = DOUBTED[to];
    const higher = { ...grading, zero: rounded(top / 2), one: rounded(0.8 * top) };
    lines.push(
      `look: nobody gives more than ${to}, which is taken for the top of the scale; if it is ${top}, say ${config3(higher)} in a config`
    );
  }
  if (none !== void 0)
    lines.push(
      `look: the rating ${none} in ${unrated} rows is taken for "not rated", so that they count as events without a rating; if it is one, say ${config3(rated)} in a config`
    );
  if (slips2.length > 0) {
    const said = slips2.slice(0, LISTED).map(({ value, count: count2 }) => `${short(value)} in ${count2}`);
    const more = slips2.length > LISTED ? [`others in ${rowsOf(slips2.slice(LISTED))}`] : [];
    const found = [...said, ...more].join(", ");
    lines.push(
      `look: ratings far off the scale up to ${short(to)} are taken for missing: ${found} of ${of2 + rowsOf(slips2)} rows`
    );
  }
  return lines;
}
var withFewSlips = (ratings) => ratings.slips === void 0 ? ratings : { ...ratings, slips: ratings.slips.slice(0, LISTED) };
var isCount = ({ zero, least }) => zero === 0 && least === 0;

// web/recommender/slate.ts
var SLATE = { count: 0, recalled: 4, picks: 24, skipped: 25 };
var TOLD = { candidates: 1, ranked: 2, ordered: 3, history: 20, dropped: 21, truncated: 22, filled: 23 };
var PICK = {
  words: 51,
  item: 0,
  score: 1,
  because: 2,
  scores: 5,
  ranks: 21,
  reasons: 37,
  value: 47,
  penalty: 48,
  rules: 49
};
var FEATURES = { items: 2, rows: 66 };
var RULE_NUMBERS = Array.from({ length: MAX_RULES }, (_, rule) => rule);
function slateAt(memory, slate, sources, ms) {
  const words4 = memory.u32(slate, SLATE.skipped + MAX_RULES);
  const told = Object.fromEntries(Object.entries(TOLD).map(([name, at3]) => [name, words4[at3]]));
  return {
    ...told,
    ms,
    skipped: [...words4.subarray(SLATE.skipped)],
    recalled: [...words4.subarray(SLATE.recalled, SLATE.recalled + sources)],
    picks: Array.from(
      { length: words4[SLATE.count] },
      (_, i) => pickAt(memory, words4[SLATE.picks] + 4 * i * PICK.words, sources)
    )
  };
}
function pickAt(memory, at3, sources) {
  const words4 = memory.u32(at3, PICK.words);
  const numbers3 = memory.f32(at3, PICK.words);
  const reasons = Array.from({ length: REASONS }, (_, r) => ({
    feature: words4[PICK.reasons + 2 * r],
    contribution: numbers3[PICK.reasons + 2 * r + 1]
  }));
  return {
    item: words4[PICK.item],
    score: numbers3[PICK.score],
    because: [...words4.subarray(PICK.because, PICK.because + BECAUSE)].filter((item) => item !== NOT_FOUND),
    scores: [...numbers3.subarray(PICK.scores, PICK.scores + sources)],
    ranks: [...words4.subarray(PICK.ranks, PICK.ranks + sources)],
    reasons: reasons.filter((reason) => reason.contribution !== 0),
    value: numbers3[PICK.value],
    penalty: numbers3[PICK.penalty],
    rules: RULE_NUMBERS.filter((rule) => isSet(words4[PICK.rules + (rule >> 5)], rule & 31))
  };
}
function featureBlockAt(memory, block) {
  const words4 = memory.u32(block, FEATURES.rows + 1);
  const [count2, features] = words4;
  return {
    count: count2,
    items: words4.subarray(FEATURES.items, FEATURES.items + count2),
    row: (i) => memory.f32(words4[FEATURES.rows] + 4 * i * features, features)
  };
}
function hitsAt(memory, hits) {
  const [count2, items, scores] = memory.u32(hits, 3);
  return { items: memory.u32(items, count2).slice(), scores: memory.f32(scores, count2).slice() };
}
var isSet = (bits3, n) => (bits3 >>> n & 1) === 1;

// web/build/random.ts
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = state + 1831565813 >>> 0;
    let t = Math.imul(state ^ state >>> 15, state | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

// web/build/moments.ts
function rowsByUser(log2) {
  const { user, userIds, time } = log2;
  const rows = userIds.map(() => []);
  user.forEach((one2, row) => rows[one2].push(row));
  if (time === null) return rows;
  const backwards = newestFirst(log2, rows);
  for (const list2 of rows) {
    let before = -Infinity;
    const at3 = new Map(list2.map((row) => [row, before = Number.isNaN(time[row]) ? before : time[row]]));
    const tie = (a, b) => backwards(a) && backwards(b) ? b - a : a - b;
    list2.sort((a, b) => at3.get(a) - at3.get(b) || tie(a, b));
  }
  return rows;
}
var HARDLY2 = 0.05;
function newestFirst({ files, time, rows }, byUser2) {
  const isWhole = files.reduce((sum, file) => sum + file.rows, 0) === rows;
  let last = 0;
  const ends = isWhole ? files.map((file) => last += file.rows) : [rows];
  const fileOf = (row) => ends.findIndex((end) => row < end);
  const [up, down] = [ends.map(() => 0), ends.map(() => 0)];
  for (const list2 of byUser2)
    list2.forEach((row, i) => {
      const step = i === 0 ? NaN : time[row] - time[list2[i - 1]];
      const file = fileOf(row);
      if (step > 0) up[file]++;
      else if (step < 0 && fileOf(list2[i - 1]) === file) down[file]++;
    });
  const are = ends.map((_, file) => down[file] > 0 && up[file] <= HARDLY2 * down[file]);
  return are.includes(true) ? (row) => are[fileOf(row)] : () => false;
}

// web/build/lastword.ts
function takenBack(log2, weighing) {
  const place2 = new Uint32Array(log2.rows);
  const wordOf = words(log2, weighing, place2);
  if (!log2.item.some((_, row) => wordOf(row) !== null)) return null;
  const taken = /* @__PURE__ */ new Set();
  for (const rows of rowsByUser(log2)) {
    if (!rows.some((row) => wordOf(row) !== null)) continue;
    const byItem = /* @__PURE__ */ new Map();
    rows.forEach((row, at3) => {
      place2[row] = at3;
      const standing = byItem.get(log2.item[row]) ?? /* @__PURE__ */ new Map();
      byItem.set(log2.item[row], standing);
      const word = wordOf(row);
      if (word === null) stand(standing, log2.event?.code[row] ?? 0, row);
      else for (const one2 of word(standing)) taken.add(one2);
    });
  }
  return taken.size === 0 ? null : taken;
}
function stand(standing, event, row) {
  const rows = standing.get(event);
  if (rows === void 0) standing.set(event, [row]);
  else rows.push(row);
}
function takeLast(standing, event) {
  const rows = standing.get(event);
  if (rows.length === 1) standing.delete(event);
  return rows.pop();
}
function words({ rating, event, files }, { events, ratings, grading }, place2) {
  const byName2 = event?.names.map((name) => wordOfName(name, event.names, events));
  const isState = files.some((file) => STATES.test(file.columns.event ?? ""));
  const slips2 = new Set(ratings?.slips?.map(({ value }) => value));
  const { zero, one: one2, none } = grading;
  const [isGraded, counts] = [zero !== one2, isCount(grading)];
  const left = /* @__PURE__ */ new Map();
  const pieces = (count2) => (standing) => {
    const taken = [];
    for (let back = count2; back > 0 && standing.size > 0; ) {
      const [code, rows] = [...standing].reduce((a, b) => place2[b[1].at(-1)] > place2[a[1].at(-1)] ? b : a);
      const row = rows.at(-1);
      const had = left.get(row) ?? (rating[row] || 1);
      left.set(row, had - back);
      if (had <= back) taken.push(takeLast(standing, code));
      back -= had;
    }
    return taken;
  };
  return (row) => {
    const value = rating?.[row] ?? NaN;
    const named = isState ? null : byName2?.[event.code[row]] ?? null;
    if (!isGraded || Number.isNaN(value) || value === none || slips2.has(value)) return named;
    if (counts) return value < 0 ? pieces(-value) : named;
    return (value - zero) / (one2 - zero) <= 0 ? all : null;
  };
}
var all = (standing) => {
  const rows = [...standing.values()].flat();
  standing.clear();
  return rows;
};
var lastOfEach = (standing) => [...standing.keys()].map((event) => takeLast(standing, event));
function wordOfName(name, names, { weights }) {
  const weight = (one2) => weights.get(one2.toLowerCase()) ?? 1;
  if (weight(name) < 0) return all;
  if (weight(name) > 0 || meaningOf(name).back === void 0) return null;
  const about = takenBackBy(name, names.filter((one2) => weight(one2) > 0));
  if (about.names.length === 0) return lastOfEach;
  const wanted = new Set(about.names);
  return (standing) => {
    const events = [...standing.keys()].filter((event) => wanted.has(names[event]));
    if (!about.all) return events.map((event) => takeLast(standing, event));
    const rows = events.flatMap((event) => standing.get(event));
    for (const event of events) standing.delete(event);
    return rows;
  };
}
var STATES = /stat(us|e|o|ut|ur)?s?$|^status|zustand|durum|статус|состояни|状态|狀態|ステータス|상태|حالة|סטטוס/i;
var takenRemarks = (taken) => taken === null ? [] : [`${taken.size} rows do not count, since later ones of the same people and items take them back`];

// web/build/odd.ts
function oddRemarks({
  interactions,
  items
}) {
  return [
    ...interactions === null ? [] : [...onlyRemarks(interactions), ...itemRemarks(interactions)],
    ...interactions === null ? [] : [
      ...shortRemark(filesOf(interactions), nameOf2(interactions, "user_id"), interactions.userIds),
      ...shortRemark(filesOf(interactions), nameOf2(interactions, "item_id"), interactions.itemIds)
    ],
    ...items === null ? [] : shortRemark(filesOf(items), "item_id", items.itemIds)
  ];
}
var filesOf = ({ files }) => files.map(({ path }) => path).join(", ");
var nameOf2 = ({ files }, role) => files.map(({ columns }) => columns[role]).find((name) => name !== void 0) ?? role;
var FEW_ROWS = 20;
function onlyRemarks(log2) {
  if (log2.rows < FEW_ROWS) return [];
  const of2 = (role, ids, what, others) => {
    if (ids.length !== 1) return [];
    const line2 = JSON.stringify({ columns: { interactions: { [role]: others[0] ?? "\u2026" } } });
    return [
      `look: all ${log2.rows} rows are of one ${what}, ${quote(ids[0])} of ${quote(nameOf2(log2, role))}, so that nothing tells what goes with what; ${line2} in a config names another column`
    ];
  };
  const unused = log2.facts?.files.flatMap(({ columns }) => columns.filter((column) => column.role === null)) ?? [];
  const names = [...new Set(unused.map(({ name }) => name))];
  return [...of2("item_id", log2.itemIds, "item", otherItems(names)), ...of2("user_id", log2.userIds, "person", [])];
}
var NO_PRODUCT = /^(shipping|delivery|freight|postage|handling|discount|coupon|voucher|gift ?card|gift ?wrap(ping)?|tips?|tax|vat|fees?|service fee|deposit|rounding|surcharge|donation|insurance|adjust(ment)?|porto|versand(kosten)?|gutschein|rabatt|pfand|livraison|frais de port|remise|envio|gastos de envio|descuento|frete|desconto|spedizione|sconto|verzendkosten|korting|frakt|rabat|dostawa|wysylka|kargo|доставка|скидка|运费|運費|优惠券|優惠券|送料|割引|배송비|할인)( |$)/u;
var NEARLY_ALL = 0.9;
var SELDOM = 0.2;
var SOME = 0.02;
var FEW_PEOPLE = 10;
var FEW_ITEMS = 10;
function itemRemarks(log2) {
  const [users, items] = [log2.userIds.length, log2.itemIds.length];
  if (users < FEW_PEOPLE || items < FEW_ITEMS) return [];
  const people = popularityOf({ users, items, user: log2.user, item: log2.item, weight: null });
  const mean = people.reduce((sum, count2) => sum + count2, 0) / items;
  const isNone = (id) => NO_PRODUCT.test(
    plain2(id).replace(/[\s_\-.:/]+/g, " ").trim()
  );
  const odd = log2.itemIds.flatMap(
    (id, item) => people[item] >= NEARLY_ALL * users && mean <= SELDOM * users || people[item] >= SOME * users && isNone(id) ? [{ id, count: people[item] }] : []
  );
  if (odd.length === 0) return [];
  const found = odd.map(({ id, count: count2 }) => `${quote(id)} is with ${percent(count2 / users)} of all ${users} people`);
  const column = nameOf2(log2, "item_id");
  const ids = odd.map(({ id }) => id);
  return [
    `look: ${found.join(", ")}; if that is no product, such as shipping or a discount, ${leaving({ [column]: ids.length === 1 ? ids[0] : ids })}`
  ];
}
var percent = (share3) => `${Math.round(100 * share3)} %`;
var SHORT2 = /^\d([.,]\d+)?E\+\d{2,3}$/i;
function shortRemark(files, column, ids) {
  const short2 = ids.filter((id) => SHORT2.test(id));
  return short2.length === 0 ? [] : [
    `look: ${files}: ${short2.length} of ${ids.length} ids of ${quote(column)} are numbers as a spreadsheet cuts them short, such as ${quoteList(short2.slice(0, 3))}: many ids may have become one; write the column as text, from where it is whole`
  ];
}

// web/build/sections/vectors.ts
var NO_ROW = NOT_FOUND;
function spaceSections(learn, plan2, rows, dim, rowOf2) {
  const items = rowOf2.length;
  return learn.with([rows, rowOf2, Uint32Array.from(plan2.layers)], (rowsAt, rowOfAt, bits3) => {
    const table = learn.make("mt_make_rows", rowsAt, dim === 0 ? 0 : rows.length / dim, items, rowOfAt);
    const codes3 = learn.make(
      "mt_make_codes",
      dim,
      METRIC[plan2.metric],
      plan2.subspaces,
      bits3,
      plan2.layers.length,
      plan2.seed,
      table
    );
    const sizesAt = learn.take(64);
    learn.call("mt_codes_sizes_of", codes3, items, sizesAt);
    const sizes = [...learn.u32(sizesAt, 2 + plan2.layers.length)];
    const out = sizes.map((size) => learn.take(size));
    const outAt = learn.put(Uint32Array.from([...out, 0, 0, 0, 0]));
    learn.call("mt_codes_encode", codes3, table, 0, items, outAt);
    learn.call("mt_codes_finish", codes3, items, outAt);
    const sections = out.map(
      (at3, i) => section(
        i === 0 ? SECTION.space : i === 1 ? SECTION.base : SECTION.layer,
        plan2.name,
        learn.u8(at3, sizes[i]).slice(),
        plan2.ordinal,
        Math.max(0, i - 2)
      )
    );
    const padded2 = learn.run("mt_codes_padded", codes3);
    learn.run("mt_drop_codes", codes3);
    learn.drop(table, sizesAt, outAt, ...out);
    return { sections, padded: padded2 };
  });
}
function towerSection(learn, name, ordinal, padded2, plan2) {
  const als2 = plan2.kind === "als" ? plan2 : { nu: 0, unobserved: 0, reg: 0, items: 0, gram: new Float32Array(1) };
  const { program, output } = plan2.kind === "program" ? plan2 : { program: 0, output: 0 };
  const bytes = learn.with(
    [als2.gram],
    (gram) => filled(
      learn,
      TOWER_HEAD + (plan2.kind === "als" ? 4 * padded2 * padded2 : 0),
      (out) => learn.run(
        "mt_write_tower",
        TOWER[plan2.kind],
        padded2,
        Math.round(als2.nu * 4),
        als2.unobserved,
        als2.reg,
        als2.unobserved * als2.items,
        program,
        output,
        gram,
        out
      )
    )
  );
  return section(SECTION.tower, name, bytes, ordinal);
}

// web/build/workers.ts
import { existsSync } from "node:fs";
import { Tinypool } from "tinypool";
import { availableParallelism } from "node:os";

// web/learn/learn.ts
var LearnError = class extends Error {
  constructor() {
    super(...arguments);
    this.name = "LearnError";
  }
};
var compiled;
var PAGES = { initial: 17, maximum: 65536 };
var STACK = 131072;
var Learn = class _Learn {
  constructor(module, memory, stack) {
    this.module = module;
    this.memory = memory;
    const env = { memory, emscripten_notify_memory_growth: () => {
    } };
    this.exports = new WebAssembly.Instance(module, { env }).exports;
    if (stack === void 0) this.exports["_initialize"]();
    else this.exports["stackRestore"](stack);
    this.error = this.take(260);
  }
  static async start() {
    compiled ??= readBeside("learn.wasm", import.meta.url).then((bytes) => WebAssembly.compile(bytes));
    return new _Learn(await compiled, new WebAssembly.Memory({ ...PAGES, shared: true }));
  }
  /** For so many other threads, once. */
  joining(count2) {
    const { module, memory } = this;
    return { module, memory, stacks: this.take(count2 * STACK), count: count2, taken: new Int32Array(new SharedArrayBuffer(4)) };
  }
  /** In another thread: an instance over the same memory. */
  static join({ module, memory, stacks, count: count2, taken }) {
    const place2 = Atomics.add(taken, 0, 1);
    if (place2 >= count2) throw new Error(`found ${place2 + 1} threads, expected at most ${count2}`);
    const stack = stacks + (place2 + 1) * STACK;
    return new _Learn(module, memory, stack);
  }
  /** Bytes of wasm memory in use. It never shrinks. */
  get bytes() {
    return this.memory.buffer.byteLength;
  }
  /** A call that cannot fail. */
  run(name, ...numbers3) {
    return this.exports[name](...numbers3) >>> 0;
  }
  /** A call that returns a status; throws its message. The error pointer is added as the last argument. */
  call(name, ...numbers3) {
    if (this.exports[name](...numbers3, this.error) !== 0) this.fail();
  }
  /** A call that returns a pointer, or 0 where it failed. */
  make(name, ...numbers3) {
    const pointer = this.exports[name](...numbers3, this.error) >>> 0;
    return pointer === 0 ? this.fail() : pointer;
  }
  /** Cleared memory, 64-byte aligned. */
  take(bytes) {
    const pointer = this.exports["mt_take"](bytes) >>> 0;
    if (pointer === 0) throw new LearnError(`learn: no memory for ${bytes} bytes`);
    return pointer;
  }
  drop(...pointers) {
    for (const pointer of pointers) this.exports["mt_drop"](pointer);
  }
  /** Copies an array into wasm memory. Drop it when it is no longer needed. */
  put(array) {
    const pointer = this.take(array.byteLength);
    new Uint8Array(this.memory.buffer, pointer, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    );
    return pointer;
  }
  /** Copies UTF-8 with a NUL behind it. */
  putText(text2) {
    return this.put(new TextEncoder().encode(`${text2}\0`));
  }
  /** Views: of memory that is shared they stay good when it grows. Copy what is kept. */
  u8(pointer, length) {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }
  u16(pointer, length) {
    return new Uint16Array(this.memory.buffer, pointer, length);
  }
  u32(pointer, length) {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }
  f32(pointer, length) {
    return new Float32Array(this.memory.buffer, pointer, length);
  }
  f64(pointer, length) {
    return new Float64Array(this.memory.buffer, pointer, length);
  }
  /** Runs `use` with arrays in wasm memory, and drops them afterwards whatever happens. */
  with(arrays, use) {
    const pointers = arrays.map((array) => this.put(array));
    try {
      return use(...pointers);
    } finally {
      this.drop(...pointers);
    }
  }
  /** Views of lists in wasm memory, good as long as the lists are. */
  listsAt(pointer) {
    const [keys, , starts, items, weights] = this.u32(pointer, 5);
    const start = this.u32(starts, keys + 1);
    return { keys, start, items: this.u32(items, start[keys]), weights: this.f32(weights, start[keys]) };
  }
  startsOf(pointer) {
    return this.listsAt(pointer).start;
  }
  /** Copies lists out of wasm memory. */
  lists(pointer) {
    const { keys, start, items, weights } = this.listsAt(pointer);
    return { keys, start: start.slice(), items: items.slice(), weights: weights.slice() };
  }
  /** Lists that a call makes: copied out, and dropped. */
  makeLists(name, ...numbers3) {
    const made = this.make(name, ...numbers3);
    const lists3 = this.lists(made);
    this.run("mt_drop_lists", made);
    return lists3;
  }
  /** Copies lists into wasm memory; give them back with mt_drop_lists. */
  putLists(lists3, width) {
    const pointer = this.make("mt_make_lists", lists3.keys, width, lists3.items.length);
    const [, , start, items, weights] = this.u32(pointer, 5);
    this.u32(start, lists3.keys + 1).set(lists3.start);
    this.u32(items, lists3.items.length).set(lists3.items);
    this.f32(weights, lists3.items.length).set(lists3.weights);
    return pointer;
  }
  fail() {
    const bytes = this.u8(this.error + 4, 256);
    throw new LearnError(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))));
  }
};

// web/build/workers.ts
var Workers = class {
  constructor(learn, count2 = Math.min(8, availableParallelism())) {
    this.learn = learn;
    this.count = Math.max(1, count2);
  }
  /** Learn.call, in a worker. */
  call(name, ...numbers3) {
    return this.run("call", this.coreCall(name, numbers3));
  }
  /** Learn.make, in a worker: what it makes is in the memory of all. */
  make(name, ...numbers3) {
    return this.run("make", this.coreCall(name, numbers3));
  }
  /** A function of worker.ts that works in the memory of all as well. */
  async beside(name, task) {
    return this.run(name, { ...task, core: this.joining() });
  }
  coreCall(name, numbers3) {
    return { core: this.joining(), name, numbers: numbers3 };
  }
  joining() {
    return this.core ??= this.learn.joining(this.count);
  }
  /** `name`: a function of worker.ts. */
  async run(name, task) {
    const code = new URL("./worker.js", import.meta.url);
    if (this.pool === void 0 && !existsSync(code)) throw bundled("worker.js", void 0);
    this.pool ??= new Tinypool({
      filename: code.href,
      minThreads: this.count,
      maxThreads: this.count,
      idleTimeout: 1 << 30
    });
    const reply = await this.pool.run(task, { name });
    if ("failure" in reply) throw new LearnError(reply.failure);
    return reply.value;
  }
  async close() {
    await this.pool?.destroy();
  }
};
function shared(array) {
  const Kind = array.constructor;
  const copy = new Kind(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}
function evenRanges(start, parts) {
  const keys = start.length - 1;
  const bounds = [0];
  let key = 0;
  for (let part3 = 1; part3 < parts; part3++) {
    const wanted = (start[keys] + keys) * part3 / parts;
    while (key < keys && start[key] + key < wanted) key++;
    bounds.push(key);
  }
  bounds.push(keys);
  return bounds;
}

// web/build/training.ts
var EACH = 4;
var PART2 = 1 << 20;
var GRAM_ROWS = 1 << 16;
var HOPS = 100;
var Training = class _Training {
  constructor(learn, workers, log2, events, byUser2, byItem) {
    this.learn = learn;
    this.workers = workers;
    this.log = log2;
    this.events = events;
    this.byUser = byUser2;
    this.byItem = byItem;
  }
  /** Give it back with drop(). */
  static async of(learn, workers, log2) {
    const events = await eventsOf2(learn, workers, log2);
    const byItem = learn.take(4);
    const byUser2 = await workers.make("mt_make_matrix", events, 0, byItem);
    const training = new _Training(learn, workers, log2, events, byUser2, learn.u32(byItem, 1)[0]);
    learn.drop(byItem);
    return training;
  }
  drop() {
    this.learn.run("mt_drop_log", this.events);
    for (const lists3 of [this.byUser, this.byItem]) this.learn.run("mt_drop_lists", lists3);
  }
  /** How many distinct users each item has. */
  get itemUsers() {
    const start = this.learn.startsOf(this.byItem);
    return Float32Array.from({ length: this.log.items }, (_, item) => start[item + 1] - start[item]);
  }
  /** How popular each item is: as popularityOf says, of a matrix that holds each person's strongest event. */
  get popularity() {
    const { start, weights } = this.learn.listsAt(this.byItem);
    return Float32Array.from({ length: this.log.items }, (_, item) => {
      let sum = 0;
      for (let e = start[item]; e < start[item + 1]; e++) sum += weights[e];
      return sum;
    });
  }
  neighbours(plan2) {
    const { byUser: byUser2, byItem } = this;
    const { user, key, target, shrinkage, cosine, longest, top } = plan2;
    const how = [user, key, target, shrinkage, cosine ? 1 : 0, longest, top];
    return this.lists(
      this.learn.startsOf(byItem),
      (first, last) => this.workers.make("mt_make_neighbours", byUser2, byItem, ...how, first, last)
    );
  }
  async transitions({ window, decay, key, target, top, back, onward }) {
    const { learn, events } = this;
    const steps = await this.workers.make("mt_make_steps", events, window, decay, back);
    const starts = learn.u32(learn.u32(steps, 1)[0], this.log.items + 1);
    const how = [window, decay, key, target, onward > 0 ? Math.max(top, HOPS) : top, back];
    const lists3 = await this.lists(
      starts,
      (first, last) => this.workers.make("mt_make_transitions", events, steps, ...how, first, last)
    );
    learn.run("mt_drop_steps", steps);
    return onward > 0 ? this.hops(lists3, onward, top) : lists3;
  }
  async hops(lists3, onward, top) {
    const one2 = this.learn.putLists(lists3, this.log.items);
    const two = await this.lists(
      lists3.start,
      (first, last) => this.workers.make("mt_make_hops", one2, onward, top, first, last)
    );
    this.learn.run("mt_drop_lists", one2);
    return two;
  }
  /** Lists of all items, made range by range; ranges hold about equally many of what `start` counts. */
  async lists(start, make) {
    const parts = await this.inRanges(start, make);
    const whole4 = concatenate(parts.map((part3) => this.learn.listsAt(part3)));
    for (const part3 of parts) this.learn.run("mt_drop_lists", part3);
    return whole4;
  }
  inRanges(start, work) {
    const bounds = evenRanges(start, EACH * this.workers.count);
    return Promise.all(bounds.slice(1).map((last, i) => work(bounds[i], last)));
  }
  async als(plan2, iterations, seed, onIteration = () => {
  }) {
    const { learn, log: log2 } = this;
    const stride = Math.ceil(plan2.dims / 4) * 4;
    const users = { rows: log2.users, at: learn.take(4 * log2.users * stride) };
    const items = { rows: log2.items, at: learn.take(4 * log2.items * stride) };
    learn.call("mt_train_als_init", plan2.dims, seed, 0, log2.items, items.at);
    const [byUser2, byItem] = [this.byUser, this.byItem].map((lists3) => learn.make("mt_make_reweighed", lists3));
    await this.workers.call("mt_train_als_weigh", plan2.evenness, byUser2, byItem);
    for (let i = 0; i < iterations; i++) {
      await this.half(plan2, byUser2, items, users);
      await this.half(plan2, byItem, users, items);
      onIteration(i + 1);
    }
    const factors = { dims: plan2.dims, items: learn.f32(items.at, log2.items * stride).slice(), stride };
    for (const lists3 of [byUser2, byItem]) learn.run("mt_drop_reweighed", lists3);
    learn.drop(users.at, items.at);
    return factors;
  }
  async half(plan2, lists3, other, out) {
    const { learn, workers } = this;
    const { dims, unobserved, reg, nu, steps } = plan2;
    const stride = Math.ceil(dims / 4) * 4;
    const gram = await this.gram(dims, other);
    await this.inRanges(learn.startsOf(lists3), (first, last) => {
      const place2 = out.at + 4 * stride * first;
      return workers.call(
        "mt_train_als_solve",
        ...[dims, unobserved, reg, nu, steps, lists3, other.at, gram, first, last, place2]
      );
    });
    learn.drop(gram);
  }
  async gram(dims, { rows, at: at3 }) {
    const { learn, workers } = this;
    const stride = Math.ceil(dims / 4) * 4;
    const cells = stride * stride;
    const count2 = Math.max(1, Math.ceil(rows / GRAM_ROWS));
    const parts = learn.take(4 * cells * count2);
    await Promise.all(
      Array.from({ length: count2 }, (_, part3) => {
        const first = part3 * GRAM_ROWS;
        const own = Math.min(GRAM_ROWS, rows - first);
        return workers.call("mt_train_als_gram", dims, at3 + 4 * stride * first, own, parts + 4 * cells * part3);
      })
    );
    const sum = new Float64Array(cells);
    learn.f32(parts, cells * count2).forEach((cell, c) => {
      sum[c % cells] += cell;
    });
    learn.drop(parts);
    return learn.put(Float32Array.from(sum));
  }
};
function gramOf(learn, dims, factors) {
  const stride = Math.ceil(dims / 4) * 4;
  return learn.with([factors], (at3) => {
    const out = learn.take(4 * stride * stride);
    learn.call("mt_train_als_gram", dims, at3, factors.length / stride, out);
    const gram = learn.f32(out, stride * stride).slice();
    learn.drop(out);
    return gram;
  });
}
async function eventsOf2(learn, workers, log2) {
  const { users, items, user, item, time, weight } = log2;
  const counts = new Uint32Array(users);
  for (const one2 of user) counts[one2]++;
  const events = learn.with([counts], (at3) => learn.make("mt_make_log", users, items, at3, time === null ? 0 : 1));
  for (let first = 0; first < user.length; first += PART2) {
    const part3 = [user, item, time, weight].map((column) => column?.subarray(first, first + PART2) ?? null);
    learn.with(
      part3.filter((column) => column !== null),
      (...at3) => {
        const places = part3.map((column) => column === null ? 0 : at3.shift());
        learn.call("mt_log_add", events, first, part3[0].length, ...places);
      }
    );
  }
  learn.call("mt_log_finish", events, user.length);
  const bounds = evenRanges(learn.u32(learn.u32(events, 4)[3], users + 1), EACH * workers.count);
  await Promise.all(bounds.slice(1).map((last, i) => workers.call("mt_log_sort", events, bounds[i], last)));
  return events;
}
function concatenate(parts) {
  const keys = parts.reduce((sum, part3) => sum + part3.keys, 0);
  const entries2 = parts.reduce((sum, part3) => sum + part3.items.length, 0);
  const whole4 = {
    keys,
    start: new Uint32Array(keys + 1),
    items: new Uint32Array(entries2),
    weights: new Float32Array(entries2)
  };
  let key = 0;
  let entry = 0;
  for (const part3 of parts) {
    for (let i = 0; i < part3.keys; i++) whole4.start[key + i + 1] = entry + part3.start[i + 1];
    whole4.items.set(part3.items, entry);
    whole4.weights.set(part3.weights, entry);
    key += part3.keys;
    entry += part3.items.length;
  }
  return whole4;
}

// web/build/sources/space.ts
function codedSpace({ learn, config: config3, seed, progress }, space, ordinal) {
  const { name, metric, layers, rows, dim, rowOf: rowOf2, tower } = space;
  progress.stage(`coding ${name} vectors`, 0, 1);
  const plan2 = { name, ordinal, metric, layers, subspaces: config3.subspaces ?? 0, seed };
  const coded = spaceSections(learn, plan2, rows, dim, rowOf2);
  return [...coded.sections, towerSection(learn, name, ordinal, coded.padded, tower)];
}

// web/build/sources/als.ts
var als = {
  name: "als",
  kind: "vectors",
  role: "alike",
  possible: ({ training }) => training !== null,
  async sections(from, ordinal) {
    return factorSpace(from, from.training, await from.factors(), ordinal);
  }
};
function factorSpace(from, training, factors, ordinal) {
  const { als: als2, factorLayers } = from.recipe;
  return codedSpace(
    from,
    {
      name: "als",
      metric: "ip",
      layers: factorLayers,
      rows: factors.items,
      dim: factors.stride,
      rowOf: Uint32Array.from(training.itemUsers, (met, item) => met > 0 ? item : NO_ROW),
      tower: {
        kind: "als",
        unobserved: als2.unobserved,
        reg: als2.reg,
        nu: als2.nu,
        items: training.log.items,
        gram: gramOf(from.learn, als2.dims, factors.items)
      }
    },
    ordinal
  );
}

// web/build/sections/postings.ts
function postingsSection(learn, name, lists3, width, key, attribute2, bits3, ordinal) {
  const inMemory = learn.putLists(lists3, width);
  const byItem = learn.make("mt_make_transpose", inMemory);
  const sorted = learn.make("mt_make_transpose", byItem);
  const [keys, , start, items, weights] = learn.u32(sorted, 5);
  const out = learn.take(learn.run("mt_postings_bound", keys, lists3.items.length));
  const size = learn.run("mt_postings_encode", keys, start, items, weights, key, attribute2, bits3, out);
  const bytes = learn.u8(out, size).slice();
  learn.drop(out);
  for (const made of [inMemory, byItem, sorted]) learn.run("mt_drop_lists", made);
  return section(SECTION.postings, name, bytes, ordinal);
}

// web/build/sources/source.ts
var popularityIn = ({
  popularity,
  training
}) => popularity ?? training?.popularity ?? null;
var SECTION_OF = {
  postings: SECTION.postings,
  clusters: SECTION.postings,
  vectors: SECTION.space,
  popularity: SECTION.popularity,
  repeats: SECTION.repeats
};

// web/build/sources/attributes.ts
var LONGEST6 = 100;
var attributes = {
  name: "attributes",
  kind: "postings",
  role: "alike",
  withoutLog: 0.1,
  // one attribute beside a content space says little that the space does not
  untuned: 0.1,
  possible: (from) => attributeOf(from) >= 0,
  sections(from, ordinal) {
    const { learn, catalogue, recipe } = from;
    const attribute2 = attributeOf(from);
    const lists3 = valueLists(from, attribute2);
    return [
      postingsSection(
        learn,
        "attributes",
        lists3,
        catalogue.ids.length,
        KEY.value,
        attribute2,
        recipe.weightBits,
        ordinal
      )
    ];
  }
};
var attributeOf = ({ catalogue }) => catalogue.columns.findIndex((column) => column.kind === "multi" || column.kind === "category");
function valueLists(from, attribute2) {
  const { catalogue } = from;
  const column = catalogue.columns[attribute2];
  if (column.kind !== "multi" && column.kind !== "category") throw new Error("an attribute source needs a category");
  const popularity = popularityIn(from) ?? Float32Array.from(catalogue.ids, (_, item) => catalogue.ids.length - item);
  const place2 = valuePlaces(column);
  const members = column.names.map(() => []);
  for (let item = 0; item < catalogue.ids.length; item++)
    for (const value of categoryValues(column, catalogue.itemRow[item])) members[place2[value]].push(item);
  const start = new Uint32Array(members.length + 1);
  const items = [];
  const weights = [];
  members.forEach((list2, value) => {
    const rarity = Math.log(1 + catalogue.ids.length / (1 + list2.length));
    const best3 = list2.sort((a, b) => popularity[b] - popularity[a] || a - b).slice(0, LONGEST6);
    for (const item of best3) {
      items.push(item);
      weights.push(rarity * Math.log(2 + popularity[item]));
    }
    start[value + 1] = items.length;
  });
  return { keys: members.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) };
}

// web/build/sources/terms.ts
var VALUE_WEIGHT = 1;
var WORD_WEIGHT = 0.5;
var BUCKETS = 8;
var words2 = (text2) => text2.toLowerCase().normalize("NFC").match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]+/gu) ?? [];
function termsOf(catalogue) {
  const number2 = /* @__PURE__ */ new Map();
  const start = new Uint32Array(catalogue.ids.length + 1);
  const terms = [];
  const weights = [];
  const bucket = new Map(catalogue.columns.filter(isNumeric).map((column) => [column, bucketOf(column)]));
  for (let item = 0; item < catalogue.ids.length; item++) {
    const row = catalogue.itemRow[item];
    const mine = /* @__PURE__ */ new Map();
    const add2 = (term, weight) => {
      let n = number2.get(term);
      if (n === void 0) number2.set(term, n = number2.size);
      mine.set(n, (mine.get(n) ?? 0) + weight);
    };
    if (row >= 0)
      for (const column of catalogue.columns) {
        if (column.kind === "text") {
          for (const word of words2(column.values[row] ?? "")) add2(`word ${word}`, WORD_WEIGHT);
        } else if (isNumeric(column)) {
          const value = column.values[row];
          if (!Number.isNaN(value)) add2(`${column.name} ~ ${bucket.get(column)(value)}`, WORD_WEIGHT);
        } else
          for (const value of categoryValues(column, row)) add2(`${column.name} = ${column.names[value]}`, VALUE_WEIGHT);
      }
    for (const [term, weight] of [...mine].sort((a, b) => a[0] - b[0])) {
      terms.push(term);
      weights.push(weight);
    }
    start[item + 1] = terms.length;
  }
  return {
    lists: { keys: catalogue.ids.length, start, items: Uint32Array.from(terms), weights: Float32Array.from(weights) },
    width: Math.max(1, number2.size)
  };
}
function bucketOf(column) {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  const bounds = Array.from(
    { length: BUCKETS - 1 },
    (_, i) => sorted[Math.floor(sorted.length * (i + 1) / BUCKETS)] ?? Infinity
  );
  return (value) => bounds.findIndex((bound) => value < bound);
}

// web/build/sources/content.ts
var AT_LEAST = 2;
var content = {
  name: "content",
  kind: "vectors",
  role: "alike",
  untuned: 0.5,
  knowsNew: true,
  possible: ({ catalogue }) => catalogue.columns.length > 0,
  sections(from, ordinal) {
    const { catalogue, recipe } = from;
    from.progress.stage("training content vectors", 0, 1);
    return codedSpace(
      from,
      {
        name: "content",
        metric: "cosine",
        layers: recipe.factorLayers,
        rows: contentVectors(from),
        dim: recipe.content.dims,
        rowOf: Uint32Array.from(catalogue.ids.keys()),
        tower: { kind: "pooled" }
      },
      ordinal
    );
  }
};
function contentVectors({ learn, catalogue, recipe, seed }) {
  const { dims, steps } = recipe.content;
  const { lists: lists3, width } = termsOf(catalogue);
  const terms = learn.putLists(lists3, width);
  const vectors = learn.take(4 * dims * catalogue.ids.length);
  learn.call("mt_train_content", dims, steps, seed, AT_LEAST, terms, vectors);
  const rows = learn.f32(vectors, dims * catalogue.ids.length).slice();
  learn.run("mt_drop_lists", terms);
  learn.drop(vectors);
  return rows;
}

// web/build/sources/embeddings.ts
var embeddings = {
  name: "embeddings",
  kind: "vectors",
  role: "alike",
  stays: true,
  // `nearest` and `vector` are asked of it
  knowsNew: true,
  possible: ({ embeddings: embeddings2 }) => embeddings2 !== null,
  sections(from, ordinal) {
    const { catalogue, config: config3, recipe, tower } = from;
    const { vectors, dim } = from.embeddings;
    const space = codedSpace(
      from,
      {
        name: "embeddings",
        metric: config3.metric ?? "ip",
        layers: recipe.layers,
        rows: vectors,
        dim,
        rowOf: catalogue.vectorRow,
        tower: tower === null ? { kind: "pooled" } : { kind: "program", program: tower.program, output: tower.output }
      },
      ordinal
    );
    return [...space, ...tower?.sections ?? []];
  }
};

// web/build/sources/postings.ts
function listsUnderItems(from, name, lists3, ordinal) {
  const { learn, catalogue, recipe } = from;
  return postingsSection(learn, name, lists3, catalogue.ids.length, KEY.item, 0, recipe.weightBits, ordinal);
}
var LONGEST7 = 500;
var BITS = 32;
function listForAll(from, name, value, ordinal) {
  const { learn, catalogue } = from;
  return postingsSection(learn, name, best(value), catalogue.ids.length, KEY.one, 0, BITS, ordinal);
}
function best(value) {
  const order = Array.from({ length: value.length }, (_, item) => item).filter((item) => value[item] > 0);
  order.sort((a, b) => value[b] - value[a] || a - b);
  const items = Uint32Array.from(order.slice(0, LONGEST7));
  return {
    keys: 1,
    start: Uint32Array.of(0, items.length),
    items,
    weights: Float32Array.from(items, (item) => value[item])
  };
}

// web/build/sources/graph.ts
var LONGEST8 = 5e3;
var TOP = 30;
var NEAREST = 200;
var SECOND = 0.3;
var BRANCHES = 32;
var graph = {
  name: "graph",
  kind: "postings",
  role: "alike",
  untuned: 0.5,
  knowsNew: true,
  possible: ({ related }) => related !== null,
  sections(from, ordinal) {
    const lists3 = popularNeighbours(from.related, popularityIn(from));
    return [listsUnderItems(from, "graph", lists3, ordinal)];
  }
};
async function graphNeighbours(learn, workers, graph2, catalogue, config3) {
  const log2 = vectorsOf(graph2, catalogue, config3);
  if (log2.user.length === 0) return null;
  const plan2 = { user: 0, key: 0.5, target: 0.5, shrinkage: 0, cosine: true, longest: LONGEST8, top: NEAREST };
  const training = await Training.of(learn, workers, log2);
  const lists3 = await training.neighbours(plan2);
  training.drop();
  return lists3;
}
function popularNeighbours(lists3, met, power2 = 0.5) {
  const start = new Uint32Array(lists3.keys + 1);
  const items = [];
  const weights = [];
  for (let key = 0; key < lists3.keys; key++) {
    const mine = Array.from({ length: lists3.start[key + 1] - lists3.start[key] }, (_, e) => {
      const item = lists3.items[lists3.start[key] + e];
      return { item, weight: lists3.weights[lists3.start[key] + e] * (met === null ? 1 : (1 + met[item]) ** power2) };
    });
    mine.sort((a, b) => b.weight - a.weight || a.item - b.item);
    for (const { item, weight } of mine.slice(0, TOP)) {
      items.push(item);
      weights.push(weight);
    }
    start[key + 1] = items.length;
  }
  return { keys: lists3.keys, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) };
}
var itemsNamed = (graph2, catalogue) => graph2.nodes.reduce((count2, node) => count2 + Number(catalogue.numberOf.has(node)), 0);
function vectorsOf(graph2, catalogue, config3) {
  const links = linksOf(graph2, config3);
  const { hops = 2 } = config3.graph ?? {};
  const item = graph2.nodes.map((node) => catalogue.numberOf.get(node) ?? -1);
  const nodes = [];
  const items = [];
  const weights = [];
  links.forEach((mine, from) => {
    if (item[from] < 0) return;
    const vector = /* @__PURE__ */ new Map();
    const add2 = (node, weight) => vector.set(node, Math.max(vector.get(node) ?? 0, weight));
    for (const { to, weight } of mine) {
      add2(to, weight);
      if (item[to] >= 0)
        add2(from, weight);
      else if (hops > 1) {
        for (const next2 of links[to].slice(0, BRANCHES))
          if (item[next2.to] < 0 && next2.to !== from) add2(next2.to, SECOND * Math.min(weight, next2.weight));
      }
    }
    for (const [node, weight] of vector) {
      nodes.push(node);
      items.push(item[from]);
      weights.push(weight);
    }
  });
  return {
    users: graph2.nodes.length,
    items: catalogue.ids.length,
    user: Uint32Array.from(nodes),
    item: Uint32Array.from(items),
    time: null,
    weight: Float32Array.from(weights)
  };
}
function linksOf(graph2, config3) {
  const weightOf3 = relationWeights(graph2, config3);
  const links = graph2.nodes.map(() => []);
  const total = new Float64Array(graph2.relations.length);
  const degree = /* @__PURE__ */ new Map();
  const key = (relation, node) => relation * graph2.nodes.length + node;
  for (let row = 0; row < graph2.rows; row++) {
    const relation = graph2.relation[row];
    total[relation] += 1;
    for (const node of [graph2.head[row], graph2.tail[row]])
      degree.set(key(relation, node), (degree.get(key(relation, node)) ?? 0) + 1);
  }
  const idf = (relation, node) => Math.log(1 + total[relation] / degree.get(key(relation, node)));
  for (let row = 0; row < graph2.rows; row++) {
    const [relation, head, tail] = [graph2.relation[row], graph2.head[row], graph2.tail[row]];
    const weight = weightOf3[relation];
    if (weight <= 0 || head === tail) continue;
    links[head].push({ to: tail, weight: weight * idf(relation, tail) });
    links[tail].push({ to: head, weight: weight * idf(relation, head) });
  }
  for (const mine of links) mine.sort((a, b) => b.weight - a.weight || a.to - b.to);
  return links;
}
function relationWeights(graph2, config3) {
  const named = config3.graph?.relations ?? {};
  const unknown = Object.keys(named).find((name) => !graph2.relations.includes(name));
  if (unknown !== void 0)
    throw new InputError(
      { file: "config", part: 'key "graph.relations"' },
      `relation "${unknown}"`,
      `one of the graph: ${graph2.relations.slice(0, 20).join(", ")}`
    );
  return graph2.relations.map((name) => named[name] ?? 1);
}

// web/build/sources/i2i.ts
var i2i = {
  name: "i2i",
  kind: "postings",
  role: "alike",
  possible: ({ training }) => training !== null,
  async sections(from, ordinal) {
    from.progress.stage("training neighbours", 0, 1);
    const neighbours = await from.training.neighbours(from.recipe.neighbours);
    return [listsUnderItems(from, "i2i", neighbours, ordinal)];
  }
};

// web/build/sources/new.ts
var newest = {
  name: "new",
  kind: "postings",
  role: "everybody",
  untuned: 0,
  possible: ({ training }) => training !== null && training.log.time !== null,
  sections: (from, ordinal) => [listForAll(from, "new", newness(firstMet(from)), ordinal)]
};
function firstMet({ learn, training }) {
  const { events, log: log2 } = training;
  const out = learn.take(8 * log2.items);
  learn.call("mt_popularity_first_seen", events, out);
  const value = learn.f64(out, log2.items).slice();
  learn.drop(out);
  return value;
}
function newness(firstMet2) {
  const met = Array.from(firstMet2.keys()).filter((item) => firstMet2[item] > -Infinity).sort((a, b) => firstMet2[b] - firstMet2[a] || a - b);
  const value = new Float64Array(firstMet2.length);
  met.forEach((item, place2) => {
    value[item] = 2 - place2 / met.length;
  });
  return value;
}

// web/build/sources/next.ts
var next = {
  name: "next",
  kind: "postings",
  role: "next",
  untuned: 0.5,
  possible: ({ training }) => training !== null && training.log.time !== null,
  async sections(from, ordinal) {
    from.progress.stage("training next items", 0, 1);
    const lists3 = await from.training.transitions(from.recipe.transitions);
    return [listsUnderItems(from, "next", lists3, ordinal)];
  }
};

// web/build/catalogue.ts
function catalogueOf(inputs, weight, popularity) {
  const { items, embeddings: embeddings2 } = inputs;
  const first = /* @__PURE__ */ new Map();
  for (const source of namedItems(inputs))
    source?.forEach((id) => {
      if (!first.has(id)) first.set(id, first.size);
    });
  const found = [...first.keys()];
  const long = found.find((id) => Buffer.byteLength(id) > STRING_BYTES);
  if (long !== void 0)
    throw new InputError(
      { file: "items" },
      `an id of ${Buffer.byteLength(long)} bytes ("${long.slice(0, 40)}\u2026")`,
      `at most ${STRING_BYTES}`
    );
  const rank = rankOf(found, first, inputs, weight, popularity);
  const order = Array.from(found.keys()).sort((a, b) => rank[b] - rank[a] || a - b);
  const ids = order.map((at3) => found[at3]);
  const numberOf3 = new Map(ids.map((id, number2) => [id, number2]));
  const itemRow = new Int32Array(ids.length).fill(-1);
  items?.itemIds.forEach((id, row) => {
    itemRow[numberOf3.get(id)] = row;
  });
  const vectorRow = new Uint32Array(ids.length).fill(NO_ROW);
  embeddings2?.ids.forEach((id, row) => {
    vectorRow[numberOf3.get(id)] = row;
  });
  return { ids, numberOf: numberOf3, itemRow, vectorRow, columns: items?.columns ?? [] };
}
function namedItems({ items, interactions, embeddings: embeddings2, popularity, neighbours }) {
  const own = [items?.itemIds, interactions?.itemIds, embeddings2?.ids].filter((ids) => ids !== void 0);
  return own.length > 0 ? own : [popularity?.itemIds, neighbours?.itemIds].filter((ids) => ids !== void 0);
}
function rankOf(found, first, { interactions, items, embeddings: embeddings2, popularity: given2 }, weight, popularity) {
  const rank = new Float64Array(found.length);
  if (given2) {
    given2.itemIds.forEach((id, i) => {
      const at3 = first.get(id);
      if (at3 !== void 0) rank[at3] = given2.weight[i];
    });
    return rank;
  }
  if (interactions !== null) {
    const at3 = Uint32Array.from(interactions.itemIds, (id) => first.get(id));
    const item = interactions.item.map((code) => at3[code]);
    return popularityOf({
      users: interactions.userIds.length,
      items: found.length,
      user: interactions.user,
      item,
      weight
    });
  }
  if (popularity !== void 0) {
    const column = popularityColumn(items, popularity);
    items.itemIds.forEach((id, row) => {
      rank[first.get(id)] = Number.isNaN(column[row]) ? 0 : column[row];
    });
  } else if (embeddings2 !== null) {
    embeddings2.ids.forEach((id, row) => {
      let norm = 0;
      for (let i = row * embeddings2.dim; i < (row + 1) * embeddings2.dim; i++) norm += embeddings2.vectors[i] ** 2;
      rank[first.get(id)] = norm;
    });
  }
  return rank;
}
function popularityColumn(items, name) {
  const column = items?.columns.find((c) => c.name === name);
  if (column?.kind === "number") return column.values;
  throw new InputError(
    { file: items?.files[0]?.path ?? "config", field: name },
    column === void 0 ? "no such column" : `a column of kind ${column.kind}`,
    'the number column that config key "popularity" names'
  );
}

// web/build/sections/popularity.ts
function popularitySection(learn, counts) {
  return section(
    SECTION.popularity,
    "popularity",
    learn.with(
      [counts],
      (at3) => filled(
        learn,
        POPULARITY_TABLE + counts.length,
        (out) => learn.run("mt_popularity_encode", at3, counts.length, out)
      )
    )
  );
}

// web/build/sources/popular.ts
var popular = {
  name: "popular",
  kind: "popularity",
  role: "everybody",
  cold: 1,
  withoutLog: 0.3,
  // as a companion of content it beats either alone (vega-datasets' films, MovieLens histories)
  untuned: 0.05,
  possible: ({ training, config: config3, popularity }) => popularity !== null || training !== null || config3.popularity !== void 0,
  sections: (from) => [
    popularitySection(from.learn, popularityIn(from) ?? columnOf(from.catalogue, from.config.popularity))
  ]
};
function columnOf(catalogue, name) {
  const items = { rows: 0, itemIds: [], columns: catalogue.columns, files: [] };
  const column = popularityColumn(items, name);
  return Float32Array.from(catalogue.itemRow, (row) => row < 0 || !(column[row] > 0) ? 0 : column[row]);
}

// web/build/sections/repeats.ts
function repeatsSection(learn, rate, gap, ordinal) {
  const bytes = learn.with(
    [rate, gap],
    (rateAt, gapAt) => filled(
      learn,
      REPEATS_BYTES * rate.length,
      (out) => learn.run("mt_repeats_encode", rateAt, gapAt, rate.length, out)
    )
  );
  return section(SECTION.repeats, "repeats", bytes, ordinal);
}

// web/build/sources/repeat.ts
var PRIOR = 20;
var repeat = {
  name: "repeat",
  kind: "repeats",
  role: "again",
  possible: ({ training, config: config3 }) => training !== null && config3.repeat === true,
  sections: ({ learn, training, recipe }, ordinal) => repeatSections(learn, training, recipe.cadence, ordinal)
};
function repeatSections(learn, training, cadence, ordinal) {
  const { events, log: log2 } = training;
  const { items } = log2;
  const [rateAt, gapAt] = [learn.take(4 * items), learn.take(4 * items)];
  learn.call("mt_train_repeats", events, PRIOR, rateAt, gapAt);
  const [rate, gap] = [learn.f32(rateAt, items).slice(), learn.f32(gapAt, items).slice()];
  learn.drop(rateAt, gapAt);
  return [repeatsSection(learn, rate, cadence ? gap : new Float32Array(items), ordinal)];
}

// web/build/sources/together.ts
var SUPPORT = 3;
var BITS2 = 8;
var TOP2 = 50;
var LOOKED_AT = 500;
var LARGEST = 200;
var together3 = {
  name: "together",
  kind: "postings",
  role: "together",
  untuned: 0.5,
  stays: true,
  // `similar` asks for it by name
  possible: ({ training }) => training !== null && training.log.baskets !== void 0,
  async sections(from, ordinal) {
    const { log: log2 } = from.training;
    from.progress.stage("training what goes together", 0, 1);
    const { count: count2, events, basket } = filled2(log2.baskets);
    const training = await Training.of(from.learn, from.workers, {
      users: count2,
      items: log2.items,
      user: basket,
      item: events.map((e) => log2.item[e]),
      time: null,
      weight: null
    });
    const pairs = { user: 0, key: 0, target: 0, shrinkage: 0, cosine: false, longest: LARGEST, top: LOOKED_AT };
    const shared2 = await training.neighbours(pairs);
    const lists3 = lifted(shared2, training.itemUsers, count2);
    training.drop();
    const bits3 = Math.max(BITS2, from.recipe.weightBits);
    return [postingsSection(from.learn, "together", lists3, log2.items, KEY.item, 0, bits3, ordinal)];
  }
};
function filled2({ count: count2, of: of2 }) {
  const size = new Uint32Array(count2);
  for (const basket of of2) if (basket !== NO_BASKET) size[basket]++;
  let numbered = 0;
  const number2 = size.map((events2) => events2 > 0 && events2 <= LARGEST ? numbered++ : NO_BASKET);
  const events = Uint32Array.from(of2.keys()).filter((e) => of2[e] !== NO_BASKET && number2[of2[e]] !== NO_BASKET);
  return { count: numbered, events, basket: events.map((e) => number2[of2[e]]) };
}
function lifted(shared2, baskets, all2) {
  const start = new Uint32Array(shared2.keys + 1);
  const items = [];
  const weights = [];
  for (let a = 0; a < shared2.keys; a++) {
    const found = [];
    for (let e = shared2.start[a]; e < shared2.start[a + 1]; e++) {
      const b = shared2.items[e];
      const lift = shared2.weights[e] * all2 / (baskets[a] * baskets[b]);
      if (shared2.weights[e] >= SUPPORT && lift > 1) found.push({ item: b, lift });
    }
    found.sort((x, y) => y.lift - x.lift || x.item - y.item);
    for (const { item, lift } of found.slice(0, TOP2)) {
      items.push(item);
      weights.push(lift);
    }
    start[a + 1] = items.length;
  }
  return { keys: shared2.keys, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) };
}

// web/build/sources/trending.ts
var SHARE2 = 1 / 20;
var trending = {
  name: "trending",
  kind: "postings",
  role: "everybody",
  untuned: 0,
  possible: ({ training }) => training !== null && training.log.time !== null,
  sections: (from, ordinal) => [listForAll(from, "trending", metLately(from), ordinal)]
};
function metLately({ learn, training }) {
  const { events, log: log2 } = training;
  const out = learn.take(4 * log2.items);
  learn.call("mt_popularity_trending", events, SHARE2, out);
  const value = learn.f32(out, log2.items).slice();
  learn.drop(out);
  return value;
}

// web/build/sources/usercf.ts
var CLUSTERS = 64;
var MEMBERSHIPS = 8;
var LISTED2 = 300;
var HELD_BACK = 0.3;
var ROUNDS = 12;
var SAMPLED = 2e4;
var usercf = {
  name: "usercf",
  kind: "clusters",
  role: "alike",
  onRequest: true,
  possible: ({ training }) => training !== null,
  async sections({ learn, catalogue, training, factors, recipe, seed, progress }, ordinal) {
    progress.stage("training clusters of people", 0, 1);
    const { count: count2, members, met } = clustersOf(training.log, await factors(), seed);
    const { weightBits } = recipe;
    return [
      postingsSection(learn, "usercf-members", members, count2, KEY.item, 0, weightBits, ordinal),
      postingsSection(learn, "usercf", met, catalogue.ids.length, KEY.cluster, 0, weightBits, ordinal + 1)
    ];
  }
};
function clustersOf(log2, factors, seed) {
  const people = directions(log2, factors);
  const count2 = Math.max(1, Math.min(CLUSTERS, log2.items, Math.floor(log2.users / 8)));
  const { assigned } = kMeans(people, log2.users, factors.dims, count2, seed);
  const events = new Uint32Array(log2.users);
  for (const user of log2.user) events[user] += 1;
  const met = Array.from({ length: count2 }, () => /* @__PURE__ */ new Map());
  const first = Array.from({ length: count2 }, () => /* @__PURE__ */ new Map());
  const common = Array.from({ length: count2 }, () => /* @__PURE__ */ new Set());
  const all2 = new Float64Array(log2.items);
  log2.user.forEach((user, e) => {
    const item = log2.item[e];
    const share3 = 1 / Math.sqrt(events[user]);
    const number2 = assigned[user];
    const cluster = met[number2];
    if ((first[number2].get(item) ?? user) !== user) common[number2].add(item);
    else first[number2].set(item, user);
    cluster.set(item, (cluster.get(item) ?? 0) + share3);
    all2[item] += share3;
  });
  const members = Array.from({ length: log2.items }, () => []);
  met.forEach((items, cluster) => {
    for (const [item, sum] of items)
      if (common[cluster].has(item)) members[item].push([cluster, sum / all2[item]]);
      else items.delete(item);
  });
  const lists3 = met.map((items) => {
    const best3 = heaviest(
      Array.from(items, ([item, sum]) => [item, sum / all2[item] ** HELD_BACK]),
      LISTED2
    );
    const norm = Math.hypot(...best3.map(([, weight]) => weight)) || 1;
    return best3.map(([item, weight]) => [item, weight / norm]);
  });
  return { count: count2, members: toLists(members.map((list2) => heaviest(list2, MEMBERSHIPS))), met: toLists(lists3) };
}
var heaviest = (list2, most) => list2.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most);
function toLists(lists3) {
  const start = new Uint32Array(lists3.length + 1);
  lists3.forEach((list2, key) => {
    start[key + 1] = start[key] + list2.length;
  });
  const flat = lists3.flat();
  return {
    keys: lists3.length,
    start,
    items: Uint32Array.from(flat, ([item]) => item),
    weights: Float32Array.from(flat, ([, weight]) => weight)
  };
}
function directions(log2, { dims, stride, items }) {
  const norms = Float64Array.from(
    { length: log2.items },
    (_, item) => Math.hypot(...items.subarray(item * stride, item * stride + dims))
  );
  const people = new Float32Array(log2.users * dims);
  log2.user.forEach((user, e) => {
    const item = log2.item[e];
    const norm = norms[item] || 1;
    for (let d = 0; d < dims; d++) people[user * dims + d] += items[item * stride + d] / norm;
  });
  normalise(people, dims);
  return people;
}
function normalise(rows, dims) {
  for (let at3 = 0; at3 < rows.length; at3 += dims) {
    const norm = Math.hypot(...rows.subarray(at3, at3 + dims));
    if (norm > 0) for (let d = 0; d < dims; d++) rows[at3 + d] /= norm;
  }
}
function kMeans(people, users, dims, count2, seed) {
  const assigned = new Uint32Array(users);
  const centres = new Float32Array(count2 * dims);
  for (let c = 0; c < count2; c++) {
    const user = (seed + Math.floor(c * users / count2)) % users;
    centres.set(people.subarray(user * dims, (user + 1) * dims), c * dims);
  }
  const step = Math.max(1, Math.ceil(users / SAMPLED));
  for (let round2 = 0; round2 <= ROUNDS; round2++) {
    const every = round2 === ROUNDS ? 1 : step;
    for (let user = 0; user < users; user += every) assigned[user] = nearest(people, user * dims, centres, dims);
    if (round2 === ROUNDS) break;
    const sums = new Float32Array(count2 * dims);
    for (let user = 0; user < users; user += every)
      for (let d = 0; d < dims; d++) sums[assigned[user] * dims + d] += people[user * dims + d];
    normalise(sums, dims);
    for (let c = 0; c < count2; c++) {
      const sum = sums.subarray(c * dims, (c + 1) * dims);
      if (sum.some((x) => x !== 0)) centres.set(sum, c * dims);
    }
  }
  return { assigned };
}
function nearest(people, at3, centres, dims) {
  let best3 = 0;
  let most = -Infinity;
  for (let c = 0; c * dims < centres.length; c++) {
    let product2 = 0;
    for (let d = 0; d < dims; d++) product2 += people[at3 + d] * centres[c * dims + d];
    if (product2 > most) {
      most = product2;
      best3 = c;
    }
  }
  return best3;
}

// web/build/sources/index.ts
var SOURCES = [
  embeddings,
  als,
  content,
  i2i,
  next,
  together3,
  repeat,
  usercf,
  graph,
  attributes,
  popular,
  trending,
  newest
];

// web/build/sources/tables.ts
var REPLACEABLE = ["i2i", "next", "together", "graph"];
function sourcesWith(given2) {
  if (given2 === null) return SOURCES;
  const own = new Map([...given2].map(([name, lists3]) => [name, sourceOf(name, lists3)]));
  const all2 = SOURCES.map((source) => own.get(source.name) ?? source);
  const others = [...own.values()].filter(({ name }) => !all2.some((source) => source.name === name));
  const place2 = all2.findIndex(({ role }) => role === "everybody");
  return [...all2.slice(0, place2), ...others, ...all2.slice(place2)];
}
function sourceOf(name, lists3) {
  const made = SOURCES.find((source) => source.name === name);
  const { role = "alike", untuned, stays } = made ?? {};
  return {
    name,
    kind: "postings",
    role,
    ...untuned !== void 0 && { untuned },
    ...stays && { stays },
    possible: () => true,
    sections: (from, ordinal) => [listsUnderItems(from, name, lists3, ordinal)]
  };
}
function checkNames2({ sources, files }) {
  const taken = SOURCES.map(({ name }) => name).filter((name) => !REPLACEABLE.includes(name));
  for (const name of sources.keys()) {
    const place2 = { file: files.map(({ path }) => path).join(", "), field: "source" };
    if (name === "" || Buffer.byteLength(name) > NAME_BYTES)
      throw new InputError(place2, JSON.stringify(name), `names of sources of 1 to ${NAME_BYTES} bytes; config "columns": {"neighbours": {"source": \u2026}} names another column, null none`);
    if (taken.includes(name))
      throw new InputError(place2, JSON.stringify(name), `another name: the builder makes ${quoteList(taken)} of something else than lists of neighbours`);
  }
}
function listsOf({ itemIds, sources }, { ids, numberOf: numberOf3 }, recipe) {
  const number2 = Int32Array.from(itemIds, (id) => numberOf3.get(id) ?? -1);
  const lists3 = /* @__PURE__ */ new Map();
  for (const [name, pairs] of sources) {
    const { top } = name === "next" ? recipe.transitions : recipe.neighbours;
    const known = Uint32Array.from(pairs.key.keys()).filter((p) => number2[pairs.key[p]] >= 0 && number2[pairs.target[p]] >= 0);
    const { start, rows } = rowsByCode(
      known.map((p) => number2[pairs.key[p]]),
      ids.length
    );
    const list2 = { keys: ids.length, start: new Uint32Array(ids.length + 1), items: new Uint32Array(known.length), weights: new Float32Array(known.length), unknown: pairs.key.length - known.length, cut: 0 };
    let used = 0;
    for (let key = 0; key < ids.length; key++) {
      const mine = Array.from(rows.subarray(start[key], start[key + 1]), (row) => ({ item: number2[pairs.target[known[row]]], weight: pairs.weight[known[row]] }));
      mine.sort((a, b) => b.weight - a.weight || a.item - b.item);
      const met = /* @__PURE__ */ new Set();
      for (const { item, weight } of mine) {
        if (met.has(item)) continue;
        met.add(item);
        if (met.size > top) list2.cut++;
        else {
          list2.items[used] = item;
          list2.weights[used++] = weight;
        }
      }
      list2.start[key + 1] = used;
    }
    lists3.set(name, { ...list2, items: list2.items.slice(0, used), weights: list2.weights.slice(0, used) });
  }
  return lists3;
}
function givenLines(given2, recipe) {
  return [...given2].map(([name, { start, items, unknown, cut: cut3 }]) => {
    const filled3 = start.subarray(1).filter((end, key2) => end > start[key2]).length;
    const [key, { top }] = name === "next" ? ["transitions", recipe.transitions] : ["neighbours", recipe.neighbours];
    const lacks = unknown === 0 ? "" : `; ${unknown} more name items that are not in the catalogue`;
    const short2 = cut3 === 0 ? "" : `; ${cut3} beyond the first ${top} of their lists are left out (config "${key}")`;
    return `source ${name}: ${items.length} pairs under ${filled3} items${lacks}${short2}`;
  });
}

// web/build/times.ts
var NAMES2 = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  date: "dates",
  number: "numbers"
};
var EXCEL = [3e4, 6e4];
var dayOf = (seconds) => isoText(seconds, true) ?? String(seconds);
function timesLine({ unit, units, files = [], from, to }) {
  if (unit === "number") return `times: ${from} to ${to}`;
  const differ = files.some((file) => file.unit !== unit);
  const each = files.map((file) => `${NAMES2[file.unit]} in ${file.path}`);
  const written = differ ? `${each.join(", ")}, ` : units === void 0 ? "" : `${NAMES2[unit]}, `;
  return `times: ${written}${dayOf(from)} to ${dayOf(to)}`;
}
var isOrAre = (count2) => count2 === 1 ? "is" : "are";
function timeRemarks(times) {
  if (times === null) return [];
  const { unit, units = {}, files = [], ordinal, count: known, from, to, outliers, future = 0 } = times;
  const countOf2 = (all2) => Object.values(all2).reduce((sum, { count: count2 }) => sum + count2, 0);
  const read2 = countOf2(units);
  const of2 = (count2, all2 = read2) => `${count2} of ${all2} times ${isOrAre(count2)}`;
  const lines = [];
  if (unit === "number")
    lines.push(
      `${ordinal ? "" : "look: "}times from ${from} to ${to} are no Unix times and no dates: they order events, but say no hour and no age` + (from >= EXCEL[0] && to <= EXCEL[1] ? " (days as Excel counts them? Save them as dates, 2024-01-31)" : "")
    );
  for (const file of files) {
    const where3 = files.length > 1 ? `${file.path}: ` : "";
    for (const [one2, { count: count2, example }] of Object.entries(file.units))
      if (one2 !== file.unit)
        lines.push(
          `look: ${where3}${of2(count2, countOf2(file.units))} written as ${NAMES2[one2]} among ${NAMES2[file.unit]} (${example}): each was read as what it is`
        );
  }
  const counting = files.filter((file) => file.unit === "number");
  if (counting.length > 0 && counting.length < files.length)
    lines.push(
      `look: times of ${quoteList(counting.map(({ path }) => path))} are no Unix times and no dates, those of the other files are: their events come in no common order`
    );
  if (outliers.count > 0) {
    const examples = outliers.examples.map(unit === "number" ? String : dayOf).join(", ");
    const they = outliers.count === 1 ? "it is" : "they are";
    lines.push(`look: ${of2(outliers.count)} far from all others (${examples}): ${they} taken for missing`);
  }
  if (future > 0) lines.push(`look: ${of2(future, known)} in the future (up to ${dayOf(to)})`);
  return lines;
}
function missingRemarks(times) {
  if (times?.missing === void 0) return [];
  const { count: count2, alone, of: of2 } = times.missing;
  const given2 = [
    ...alone < count2 ? [`${count2 - alone} that of the same person's row before or after`] : [],
    ...alone > 0 ? [`${alone} the log's oldest, since their people have none`] : []
  ];
  return [
    `look: ${count2} of ${of2} rows ${count2 === 1 ? "has no time, and gets one" : "have no time, and get one"}: ${given2.join(", ")}`
  ];
}

// web/build/understood.ts
function settled(log2) {
  if (log2.facts !== void 0 || log2.time === null) return log2;
  const time = log2.time.slice();
  const units = { s: { count: time.filter((t) => !Number.isNaN(t)).length, example: "" } };
  const times = leaveOutFar(time, [{ path: log2.files[0]?.path ?? "", units }], Date.now() / 1e3);
  const files = log2.files.map(({ path, rows }) => ({ path, rows, columns: [], left: [] }));
  return { ...log2, time, facts: { files, ...times !== null && { times } } };
}
function timesOf2({ rows, time, facts, user }) {
  if (time === null || facts?.times === void 0) return null;
  const known = /* @__PURE__ */ new Set();
  time.forEach((t, row) => Number.isNaN(t) || known.add(user[row]));
  const missing = { count: 0, alone: 0, of: rows };
  if (known.size > 0)
    time.forEach((t, row) => {
      if (!Number.isNaN(t)) return;
      missing.count++;
      if (!known.has(user[row])) missing.alone++;
    });
  return { ...facts.times, ...missing.count > 0 && { missing } };
}
function repeatedOf({ user, userIds, item, event, time }) {
  const { start, rows: byUser2 } = rowsByCode(user, userIds.length);
  const kinds = event?.names.length ?? 1;
  let repeated3 = 0;
  for (let one2 = 0; one2 < userIds.length; one2++) {
    const met = /* @__PURE__ */ new Map();
    for (const row of byUser2.subarray(start[one2], start[one2 + 1])) {
      const what = item[row] * kinds + (event?.code[row] ?? 0);
      const times = met.get(what);
      if (times === void 0) met.set(what, /* @__PURE__ */ new Set([time?.[row]]));
      else if (times.has(time?.[row])) repeated3++;
      else times.add(time?.[row]);
    }
  }
  return repeated3;
}

// web/build/sections/policy.ts
var NO_GRADING = { zero: 0, one: 0 };
var gradingFloats = ({ zero, one: one2, none = NaN, least = -1 }) => Float32Array.of(zero, one2, none, least);
function policySection(learn, plan2) {
  const size = POLICY_HEAD + SOURCE_BYTES * plan2.sources.length + EVENT_BYTES * plan2.events.length;
  const bytes = filled(learn, size, (out) => {
    learn.with(
      [gradingFloats(plan2.ratings)],
      (ratings) => learn.run(
        "mt_policy_write_head",
        out,
        plan2.sources.length,
        plan2.events.length,
        FUSION[plan2.fusion],
        plan2.normRank,
        plan2.rrfConstant,
        ratings,
        plan2.k,
        +plan2.repeats
      )
    );
    plan2.sources.forEach((source, i) => {
      const name = learn.putText(source.name);
      learn.with(
        [Float32Array.from(source.weight)],
        (weight) => learn.run(
          "mt_policy_write_source",
          out,
          i,
          name,
          source.kind,
          source.role,
          source.ordinal,
          source.quota,
          source.last,
          source.decay,
          source.halfLife,
          weight
        )
      );
      learn.drop(name);
    });
    plan2.events.forEach((event, i) => {
      const name = learn.putText(event.name);
      learn.run("mt_policy_write_event", out, i, name, event.weight);
      learn.drop(name);
    });
  });
  return section(SECTION.policy, "policy", bytes);
}
var NORM_RANK = 20;
var RRF_CONSTANT = 60;
var DEFAULT_K = 20;
var policyAround = (sources) => ({
  sources,
  events: [],
  fusion: "scores",
  normRank: NORM_RANK,
  rrfConstant: RRF_CONSTANT,
  ratings: NO_GRADING,
  k: DEFAULT_K,
  repeats: false
});

// web/build/weighing.ts
function weighingOf(log2, config3) {
  const ratings = log2 === null ? null : ratingsOf(log2, config3);
  const weighed = {
    events: eventsOf(log2?.event ?? null, config3),
    ratings,
    grading: ratings?.scale ?? (config3.ratings || NO_GRADING)
  };
  return { ...weighed, taken: log2 && takenBack(log2, weighed) };
}
function weightsOf(learn, log2, { events, ratings, grading, taken }) {
  const { rows, event } = log2;
  const slips2 = new Set(ratings?.slips?.map(({ value }) => value));
  const rating = slips2.size === 0 ? log2.rating : log2.rating.map((value) => slips2.has(value) ? NaN : value);
  const byName2 = event?.names.map((name) => events.weights.get(name.toLowerCase()) ?? 1);
  const named = (row) => byName2?.[event.code[row]] ?? 1;
  const standing = (weight, row) => taken?.has(row) && weight > 0 ? 0 : weight;
  if (rating === null) return Float32Array.from({ length: rows }, (_, row) => standing(named(row), row));
  const graded = learn.with([rating, rating, gradingFloats(grading)], (from, to, by) => {
    learn.run("mt_rating_weights", by, from, rating.length, to);
    return learn.f32(to, rating.length).slice();
  });
  const counts = isCount(grading);
  return graded.map(
    (weight, row) => standing(Number.isNaN(weight) || counts && weight > 0 ? named(row) : weight, row)
  );
}

// web/build/account.ts
function accountOf(given2, config3, partial = false) {
  const interactions = given2.interactions && settled(given2.interactions);
  const inputs = { ...given2, interactions };
  const { items } = inputs;
  const joins = joinsOf(inputs);
  const weighing = weighingOf(interactions, config3);
  const errors = [
    ...errorOf(() => inputs.embeddings && checkEmbeddings(inputs.embeddings)),
    ...errorOf(() => inputs.neighbours && checkNames2(inputs.neighbours)),
    ...errorOf(() => checkEvents(weighing.events, interactions)),
    ...errorOf(() => checkRatings(config3.ratings)),
    ...partial ? [] : unmetColumns(inputs, config3),
    ...interactions === null ? [] : onceEach(interactions, config3),
    ...joins.flatMap((join4) => joinError(join4, inputs)),
    ...config3.allow === void 0 || items !== null || partial ? [] : [new InputError({ file: "config", part: 'key "allow"' }, "no --items", "the catalogue that it names")]
  ];
  const account = {
    inputs: inputsOf(inputs),
    times: interactions && timesOf2(interactions),
    ratings: weighing.ratings,
    events: weighing.events.list,
    joins,
    repeated: interactions === null ? 0 : repeatedOf(interactions),
    errors: errors.map(({ message }) => message),
    remarks: []
  };
  account.remarks = remarksOf(account, inputs, config3, weighing);
  return { account, errors, weighing };
}
function refuse(errors) {
  if (errors.length > 0) throw together(errors);
}
function errorOf(check2) {
  try {
    check2();
    return [];
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}
function inputsOf({
  interactions,
  items,
  embeddings: embeddings2,
  neighbours,
  popularity,
  graph: graph2,
  campaigns
}) {
  const plain4 = (file) => ({ columns: [], left: [], ...file });
  const read2 = (table) => table?.facts?.files ?? (table?.files ?? []).map(({ path, rows }) => plain4({ path, rows }));
  const files = {
    interactions: read2(interactions),
    items: read2(items),
    neighbours: (neighbours?.files ?? []).map(plain4),
    popularity: (popularity?.files ?? []).map(plain4),
    graph: (graph2?.files ?? []).map(plain4),
    campaigns: (campaigns?.files ?? []).map(plain4),
    embeddings: embeddings2 === null ? [] : [plain4(embeddingFile(embeddings2))]
  };
  return Object.entries(files).flatMap(([role, all2]) => all2.map((file) => ({ role, ...file })));
}
var embeddingFile = ({ path, rows, notes, columns }) => ({
  path,
  rows,
  ...notes && { notes },
  ...columns && { columns }
});
var MOST_SAID = 64;
function recorded(account) {
  const { errors: _, ...kept } = account;
  const named = (text2) => account.inputs.reduce((said, { path }) => said.replaceAll(path, basename4(path)), text2);
  return {
    ...kept,
    inputs: account.inputs.map((file) => ({
      ...file,
      path: basename4(file.path),
      columns: file.columns.map((column) => column.kind === "time" ? { ...column, examples: [] } : column)
    })),
    joins: account.joins.map((join4) => ({ ...join4, from: named(join4.from), to: named(join4.to) })),
    remarks: account.remarks.filter((line2) => !timeRemarks(account.times).includes(line2)).map(named),
    times: account.times && withoutSpelling(account.times),
    ratings: account.ratings && withFewSlips(account.ratings),
    events: account.events.filter(({ count: count2 }, place2) => place2 < MOST_READ || count2 === 0)
  };
}
function withoutSpelling({ count: count2, from, to, outliers, missing }) {
  return { unit: "s", count: count2, from, to, outliers, ...missing && { missing } };
}
var basename4 = (path) => path.replace(/[\\/]+$/, "").split(/[\\/]/).at(-1);
function shortly(account) {
  const { inputs, times, events, ratings, remarks } = account;
  return [
    ...inputs.filter(({ columns }) => columns.length > 0).map(
      ({ path, rows, columns, left }) => `${path}: ${rows} rows, ${partsOf4(columns)}${left.map(leftOut).join("")}`
    ),
    ...times === null ? [] : [timesLine(times)],
    ...events.length === 0 ? [] : [eventsLine(events)],
    ...ratings === null ? [] : [ratingsLine(ratings)],
    ...remarks
  ];
}
function eventsLine(events) {
  const met = events.filter(({ count: count2 }) => count2 > 0);
  const named = met.slice(0, MOST_SAID).map(({ name, count: count2, weight }) => `${name} ${weight} (${count2} rows)`);
  const more = met.length - named.length;
  return `events: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
var partsOf4 = (columns) => columns.filter(({ role }) => role !== null && role !== "attribute").map(({ name, role }) => role === name ? name : `${role} = "${name}"`).join(", ");
var leftOut = ({ rows, why, row }) => `; ${rows} rows left out: ${why} (the first is row ${row})`;
function joinError({ from, to, roles, matched, of: of2, examples, beside, cased }, inputs) {
  const [a, b] = roles.map((role) => NAMING.indexOf(role));
  const isTable = roles[0] === "neighbours" || roles[0] === "popularity";
  if (matched > 0 || !isTable && (a < 0 || b < a)) return [];
  const has = beside.length === 0 ? "nothing" : quoteList(beside);
  const found = `none of its ${of2} items in ${to}, for example ${quote(examples[0])} (${to} has ${has})`;
  if (isTable) return [new InputError({ file: from }, found, cased ? `${IN_BOTH} (${LOWER} makes ${cased.ids} of them one)` : `${IN_BOTH}; config "columns": {"${roles[0]}": {"${roles[0] === "neighbours" ? "key" : "item_id"}": "\u2026"}} names another column`)];
  const way = cased ? ` (${LOWER} makes ${cased.ids} of them one)` : wayOut(inputs, [from, to], roles);
  return [new InputError({ file: from }, found, `${IN_BOTH}${way}`)];
}
var IN_BOTH = "ids that both files have";
var LOWER = 'config "ids": "lower case"';
function wayOut({ interactions, items }, paths2, roles) {
  for (const [role, table] of Object.entries({ interactions, items }))
    for (const { path, notes = [] } of table?.facts?.files ?? [])
      for (const one2 of notes)
        if (one2.note === "met" && !one2.taken && paths2.some((known) => known.split(", ").includes(path)))
          return `: ${one2.matched} of ${one2.of} values of ${quote(one2.column)} in ${path} are such ids (config "columns": {"${role}": {"item_id": ${JSON.stringify(one2.column)}}})`;
  return ` (config "columns": {"${roles[0]}": {"item_id": "\u2026"}} names another column)`;
}
function onceEach({ rows, itemIds, facts }, config3) {
  const named = columnsOf2(config3, "interactions").item_id !== void 0;
  if (rows < FEW_ROWS2 || itemIds.length < rows || named) return [];
  return (facts?.files ?? []).flatMap(({ path, columns }) => {
    const others = otherItems(columns.filter(({ role }) => role === null).map(({ name }) => name));
    const taken = columns.find(({ role }) => role === "item_id")?.name ?? "item_id";
    if (others.length === 0) return [];
    return [
      new InputError(
        { file: path, field: taken },
        `${rows} rows in which no item comes twice, beside ${quoteList(others)}`,
        `the column of the items: config "columns": {"interactions": {"item_id": ${JSON.stringify(others[0])}}}, or ${JSON.stringify(taken)} if it is that`
      )
    ];
  });
}
var FEW_ROWS2 = 20;
var unmet = (key, column, names) => new InputError(
  { file: "config", part: `key "${key}"` },
  `the column ${quote(column)}, which no file has`,
  `one of ${quoteList([...new Set(names)])}`
);
var ownNames = (byColumn = {}) => Object.fromEntries(Object.keys(byColumn).map((name) => [name, name]));
function unmetColumns(inputs, config3) {
  const { interactions, items, campaigns } = inputs;
  const namesOf4 = (table) => table?.facts?.files.flatMap((file) => file.columns.map(({ name }) => name)) ?? [];
  const [inLog, inItems] = [namesOf4(interactions), namesOf4(items)];
  const check2 = (key, wanted, names) => Object.entries(wanted).filter(([, column]) => typeof column === "string" && names.length > 0 && !names.includes(column)).map(([part3, column]) => unmet(`${key}.${part3}`, column, names));
  const { interactions: ofLog = {}, items: ofItems = {} } = config3.columns ?? {};
  const all2 = generalColumns(config3.columns);
  const computed = ["embeddings", "neighbours", "popularity"].map((kind) => {
    const table = inputs[kind];
    const files = !table ? [] : "files" in table ? table.files : [table];
    return [kind, files.flatMap(({ columns = [] }) => columns.map(({ name }) => name))];
  });
  const everywhere2 = [...inLog, ...inItems, ...computed.flatMap(([, names]) => names)];
  return [
    ...campaigns ? [] : check2("columns", all2, everywhere2),
    ...computed.flatMap(([kind, names]) => check2(`columns.${kind}`, config3.columns?.[kind] ?? {}, names)),
    ...check2("columns.interactions", ofLog, inLog),
    ...inLog.length === 0 || typeof config3.basket !== "string" || inLog.includes(config3.basket) ? [] : [unmet("basket", config3.basket, inLog)],
    ...check2("leaveOut", ownNames(config3.leaveOut), inLog),
    ...check2("columns.items", ofItems, inItems),
    ...campaigns ? [] : check2("dates", ownNames(config3.dates), [...inLog, ...inItems])
  ];
}
function remarksOf(account, inputs, config3, weighing) {
  return [
    ...account.inputs.flatMap(noteRemarks),
    ...account.joins.flatMap((join4) => joinRemarks(join4, config3)),
    ...timeRemarks(account.times),
    ...missingRemarks(account.times),
    ...itemRemarks2(inputs.items),
    ...inputs.embeddings?.remarks ?? [],
    ...neighbourRemarks(inputs),
    ...graphRemarks(inputs.graph),
    ...campaignRemarks(inputs, account.times),
    ...onceRemarks(inputs),
    ...eventRemarks(account.events),
    ...inputs.interactions === null ? [] : emptyRemarks(inputs.interactions, weighing.events.weights),
    ...ratingRemarks(account.ratings),
    ...takenRemarks(weighing.taken),
    ...idleRemarks(inputs.interactions, config3),
    ...peopleRemarks(inputs.interactions),
    ...summaryRemarks(inputs.interactions, inputs.items),
    ...oddRemarks(inputs),
    ...repeatedRemarks(account, inputs),
    ...rankerRemarks(inputs),
    ...leftNothing(inputs.interactions, config3),
    ...idleKeys(inputs, config3)
  ];
}
function itemRemarks2(items) {
  const { remarks = [], objects = [] } = items?.facts ?? {};
  const list2 = `left out: ${quoteList(objects, 64)}; ${skipping(objects)} says so`;
  const left = objects.length === 0 ? [] : [`look: objects are no attributes; ${list2}`];
  return [...remarks, ...left, ...items === null ? [] : fitting(items).remarks];
}
function noteRemarks({ path, role, notes = [] }) {
  return notes.flatMap((one2) => {
    switch (one2.note) {
      case "floats":
        return [floatsRemark(path, one2)];
      case "fallback": {
        const taken = one2.column === null ? "nothing" : quote(one2.column);
        return [`${path}: no column ${quote(one2.wanted)}, which the config names as ${one2.role}; ${taken} is taken`];
      }
      case "dates":
        return [`look: ${path}: no times; ${quote(one2.column)} looks like dates: ${JSON.stringify({ columns: { interactions: { timestamp: one2.column } } })}`];
      // prettier-ignore
      case "above": {
        const lines = one2.lines === 1 ? "line" : `${one2.lines} lines`;
        return [`${path}: the header is line ${one2.lines + 1}; the ${lines} above it (${quote(one2.first)}) ${one2.lines === 1 ? "is" : "are"} passed over`];
      }
      case "headless":
        return [`look: ${path}: there seems to be no header, for its first line looks like a row (${quoteList(one2.first)}) and is not counted; columns by place take it: ${one2.config}`];
      // prettier-ignore
      case "quotes":
        return [
          one2.stand ? `${path}: quotes stand for themselves, since that in row ${one2.row} does not close; config "quote": true says that fields are quoted` : `look: ${path}: quotes are taken off fields that need none (the first in row ${one2.row}); config "quote": false keeps them, "quote": true says so`
        ];
      case "people":
        return [
          `look: ${path}: ${one2.missing} of ${one2.of} rows name no person, while ${quote(one2.column)}, which is not used, does in ${one2.filled}; ${JSON.stringify({ columns: { interactions: { user_id: one2.column } } })} in a config takes it`
        ];
      case "orders":
        return [ordersRemark(path, one2)];
      case "words":
        return [`${path}: ratings are read as ${quote(one2.example)} is written, without the words behind the number`];
      case "met": {
        const instead = one2.instead === null ? "" : `, where ${quote(one2.instead)} has none`;
        const why = `${one2.matched} of its ${one2.of} values are items of the log${instead}`;
        const line2 = JSON.stringify({ columns: { [role]: { item_id: one2.column } } });
        return one2.taken ? [`look: ${path}: ${quote(one2.column)} is taken as item_id, since ${why}; ${line2} in a config says so`] : [];
      }
    }
  });
}
function ordersRemark(path, { by, columns, rows }) {
  const [stand2, hold] = columns.length === 1 ? ["stands", "holds"] : ["stand", "hold"];
  const out = JSON.stringify({ leaveOut: { [columns[0]]: "" } });
  return `look: ${path}: ${quoteList(columns)} ${stand2} on the first row of an order alone, as ${quote(by)} tells them apart, and ${hold} for the ${rows} rows that go on with it; ${out} in a config leaves these out`;
}
function floatsRemark(path, { column, ids, of: of2 }) {
  const look = ids < of2 ? "look: " : "";
  return `${look}${path}: ${ids} of ${of2} ids of ${quote(column)} are whole numbers written as 1.0, and read as 1; config "ids": "exact" keeps ids as they stand`;
}
var FEW_JOIN = 0.5;
function joinRemarks(join4, config3) {
  const { from, to, roles, matched, cased } = join4;
  const [a, b] = roles.map((role) => NAMING.indexOf(role));
  const isSaid = a < 0 ? !ABOUT.includes(roles[0]) : matched === 0 || b < a;
  if (cased === void 0 || isSaid) return lackRemarks(join4, config3);
  const [here, there] = cased.example.map((id) => quote(id));
  return [
    ...lackRemarks(join4, config3),
    `look: ${from}: ${cased.ids} of its items are in ${to} in other letters (${here} is ${there} there); config "ids": "lower case" makes them one`
  ];
}
function lackRemarks({ from, to, roles, matched, of: of2, examples, beside }, { allow }) {
  const [a, b] = roles;
  if (matched === 0 && a === "campaigns")
    return [`look: ${from}: none of its items is known, for example ${quote(examples[0])}`];
  if (matched === 0 && b === "graph")
    return [`look: ${to}: none of its nodes is an item of ${from}, for example ${quote(examples[0])} (it has ${quoteList(beside)}), so that it tells nothing of them`];
  if (matched === of2 || matched === 0) return [];
  if (ABOUT.includes(a) && ABOUT.includes(b)) return [];
  if (ABOUT.includes(a)) {
    const has2 = beside.length === 0 ? "" : ` (${to} has ${quoteList(beside)})`;
    const lacks2 = `${of2 - matched} of its ${of2} items ${of2 - matched === 1 ? "is" : "are"} not known`;
    return [`look: ${from}: ${lacks2}, for example ${quoteList(examples)}${has2}; what names them is left out`];
  }
  if (a !== "interactions" || b !== "items" && b !== "embeddings") return [];
  const lacks = `${of2 - matched} of ${of2} items are not in ${to}, for example ${quoteList(examples)}`;
  const has = 2 * matched < of2 && beside.length > 0 ? ` (${to} has ${quoteList(beside)})` : "";
  if (b === "embeddings") return matched < FEW_JOIN * of2 ? [`look: ${from}: ${lacks}${has}`] : [];
  return allow === "catalogue" ? [`${from}: ${lacks}; they teach, and are not recommended`] : [
    `look: ${from}: ${lacks}${has}; they are recommended all the same (config "allow": "catalogue" keeps to what ${to} has)`
  ];
}
var onceRemarks = ({ interactions }) => interactions !== null && interactions.rows >= FEW_ROWS2 && interactions.itemIds.length === interactions.rows ? [
  `look: no item comes twice in the ${interactions.rows} rows of the log, so that nothing tells what goes with what`
] : [];
var rankerRemarks = ({ ranker }) => ranker && "remarks" in ranker ? ranker.remarks : [];
var repeatedRemarks = ({ repeated: repeated3, inputs }, { interactions }) => {
  const read2 = ["person", "item", ...interactions?.event ? ["event"] : [], ...interactions?.time ? ["time"] : []];
  const same3 = `${read2.slice(0, -1).join(", ")} and ${read2.at(-1)}`;
  const rows = inputs.reduce((sum, file) => sum + (file.role === "interactions" ? file.rows : 0), 0);
  const again = `say again what an earlier row says: the same ${same3}`;
  return repeated3 === 0 ? [] : [`${repeated3} of ${rows} rows of the log ${again}`];
};
function idleKeys(inputs, config3) {
  const { interactions } = inputs;
  const idle = [
    ["events", interactions?.event === null, "the log has no event column"],
    ["ratings", interactions?.rating === null, "the log has no rating column"],
    ["popularity", !!inputs.popularity, "--popularity says what is popular"],
    ["popularity", !inputs.popularity && interactions !== null, "the log says what is popular"],
    ["leaveOut", interactions === null, "there is no log"],
    ["basket", interactions === null, "there is no log"],
    ["basket", typeof config3.basket === "number" && interactions?.time === null, "the log has no times"],
    ["metric", inputs.embeddings === null, "there are no --embeddings"],
    ["graph", !inputs.graph, "there is no --graph"],
    ["tower", !inputs.tower, "there is no --user-tower"],
    ["ranker", !inputs.ranker, "there is no --ranker"]
  ];
  return idle.filter(([key, isIdle]) => isIdle && config3[key] !== void 0).map(([key, , why]) => `config key "${key}" has no effect: ${why}`);
}

// web/import/onnx/binding.ts
var feed = (kind, more = {}) => ({
  kind,
  side: "left",
  pad: 0,
  unknown: 0,
  scale: 1,
  shift: 0,
  list: [],
  space: 0,
  positions: 0,
  part: "number",
  ...more
});
var NO_NUMBERS = 4294967295;
var HEAD = 64;
var FEED_BYTES = 48;
function bindingBytes(feeds, numbers3, leastWorth) {
  const values = feeds.flatMap((each) => each.list);
  const bytes = new Uint8Array(HEAD + FEED_BYTES * feeds.length + 4 * values.length);
  const out = new DataView(bytes.buffer);
  [feeds.length, numbers3, values.length].forEach((value, i) => out.setUint32(4 * i, value, true));
  out.setFloat32(12, leastWorth, true);
  let list2 = 0;
  feeds.forEach((each, i) => {
    const at3 = HEAD + FEED_BYTES * i;
    out.setUint32(at3, FEED[each.kind], true);
    out.setUint32(at3 + 4, SIDE[each.side], true);
    [each.pad, each.unknown, each.scale, each.shift].forEach((value, f) => out.setFloat32(at3 + 8 + 4 * f, value, true));
    out.setUint32(at3 + 24, each.list.length === 0 ? 0 : list2, true);
    out.setUint32(at3 + 28, each.list.length, true);
    out.setUint32(at3 + 32, each.space, true);
    out.setUint32(at3 + 36, each.positions, true);
    out.setUint32(at3 + 40, PART[each.part], true);
    list2 += each.list.length;
  });
  values.forEach((value, i) => out.setUint32(HEAD + FEED_BYTES * feeds.length + 4 * i, value, true));
  return bytes;
}
var UNKNOWN = 4294967295;
function spelledNumbers(items, shift, bound) {
  const out = new DataView(new ArrayBuffer(HEAD));
  [1, items, 0].forEach((value, i) => out.setUint32(4 * i, value, true));
  out.setInt32(12, shift, true);
  out.setUint32(16, bound, true);
  return new Uint8Array(out.buffer);
}
function listedNumbers(numbers3, bound) {
  const width = bound < 255 ? 1 : bound < 65535 ? 2 : bound < 16777215 ? 3 : 4;
  const bytes = new Uint8Array(HEAD + width * numbers3.length + 4);
  const out = new DataView(bytes.buffer);
  [0, numbers3.length, width].forEach((value, i) => out.setUint32(4 * i, value, true));
  out.setUint32(16, bound, true);
  for (let item = 0; item < numbers3.length; item++) {
    const number2 = numbers3[item] < 0 ? UNKNOWN : numbers3[item];
    for (let b = 0; b < width; b++) bytes[HEAD + item * width + b] = number2 >>> 8 * b & 255;
  }
  return bytes;
}
function goldenBytes(rows, inputs, outputs, tolerance) {
  const bytes = new Uint8Array(HEAD + inputs.byteLength + outputs.byteLength);
  const out = new DataView(bytes.buffer);
  [rows, inputs.length / rows, outputs.length / rows].forEach((value, i) => out.setUint32(4 * i, value, true));
  out.setFloat32(12, tolerance, true);
  new Float32Array(bytes.buffer, HEAD, inputs.length).set(inputs);
  new Float32Array(bytes.buffer, HEAD + inputs.byteLength, outputs.length).set(outputs);
  return bytes;
}
function withTolerance(golden, tolerance) {
  const bytes = golden.slice();
  new DataView(bytes.buffer).setFloat32(12, tolerance, true);
  return bytes;
}

// web/import/onnx/model/proto.ts
import protobuf from "protobufjs/light.js";
var one = (id, type) => ({ id, type });
var list = (id, type) => ({ id, type, rule: "repeated" });
var root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: one(1, "int64"),
        producerName: one(2, "string"),
        producerVersion: one(3, "string"),
        graph: one(7, "GraphProto"),
        opsetImport: list(8, "OperatorSetIdProto"),
        functions: list(25, "FunctionProto")
      }
    },
    OperatorSetIdProto: { fields: { domain: one(1, "string"), version: one(2, "int64") } },
    FunctionProto: { fields: { name: one(1, "string"), domain: one(10, "string") } },
    GraphProto: {
      fields: {
        node: list(1, "NodeProto"),
        name: one(2, "string"),
        initializer: list(5, "TensorProto"),
        input: list(11, "ValueInfoProto"),
        output: list(12, "ValueInfoProto"),
        sparseInitializer: list(15, "SparseTensorProto")
      }
    },
    NodeProto: {
      fields: {
        input: list(1, "string"),
        output: list(2, "string"),
        name: one(3, "string"),
        opType: one(4, "string"),
        attribute: list(5, "AttributeProto"),
        domain: one(7, "string")
      }
    },
    AttributeProto: {
      fields: {
        name: one(1, "string"),
        f: one(2, "float"),
        i: one(3, "int64"),
        s: one(4, "bytes"),
        t: one(5, "TensorProto"),
        g: one(6, "GraphProto"),
        floats: list(7, "float"),
        ints: list(8, "int64"),
        strings: list(9, "bytes"),
        type: one(20, "int32")
      }
    },
    TensorProto: {
      fields: {
        dims: list(1, "int64"),
        dataType: one(2, "int32"),
        floatData: list(4, "float"),
        int32Data: list(5, "int32"),
        int64Data: list(7, "int64"),
        name: one(8, "string"),
        rawData: one(9, "bytes"),
        doubleData: list(10, "double"),
        uint64Data: list(11, "uint64"),
        externalData: list(13, "StringStringEntryProto"),
        dataLocation: one(14, "int32")
      }
    },
    SparseTensorProto: { fields: { values: one(1, "TensorProto") } },
    StringStringEntryProto: { fields: { key: one(1, "string"), value: one(2, "string") } },
    ValueInfoProto: { fields: { name: one(1, "string"), type: one(2, "TypeProto") } },
    TypeProto: { fields: { tensorType: one(1, "TensorTypeProto") } },
    TensorTypeProto: { fields: { elemType: one(1, "int32"), shape: one(2, "TensorShapeProto") } },
    TensorShapeProto: { fields: { dim: list(1, "DimensionProto") } },
    DimensionProto: { fields: { dimValue: one(1, "int64"), dimParam: one(2, "string") } }
  }
});
var Model = root.lookupType("ModelProto");
var Tensor = root.lookupType("TensorProto");
var wide = (value) => typeof value === "number" ? value : value.toNumber();
var decodeModel = (bytes) => Model.decode(bytes);

// web/import/onnx/model/tensor.ts
var sizeOf = (shape) => shape.reduce((product2, n) => product2 * n, 1);
var reachOf = (shape) => shape.reduce((product2, n) => product2 * (n || 1), 1);
var MOST_NUMBERS = 2 ** 26;
var MOST_AXES = 64;
var room = null;
function withRoom(within4, run3) {
  const before = room;
  room = within4;
  try {
    return run3();
  } finally {
    room = before;
  }
}
function tensor(type, shape, data = new Float64Array(roomFor(shape))) {
  if (shape.length > MOST_AXES) throw new OpError(`a value of ${shape.length} dimensions`, `${MOST_AXES} at most`);
  return { type, shape: [...shape], data };
}
function roomFor(shape) {
  const size = sizeOf(shape);
  const most = room?.numbers ?? MOST_NUMBERS;
  const fits = shape.every((n) => Number.isInteger(n) && n >= 0) && size <= most && reachOf(shape) <= MOST_NUMBERS;
  if (!fits) throw new OpError(`a value of shape ${shapeText(shape)}`, room?.of ?? `${MOST_NUMBERS} numbers at most`);
  if (room !== null) room.numbers -= size;
  return size;
}
var vectorOf = (type, values) => tensor(type, [values.length], Float64Array.from(values));
var scalarOf = (type, value) => tensor(type, [], Float64Array.of(value));
function stridesOf(shape) {
  const strides = new Array(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}
function broadcastShape(...shapes) {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const out = new Array(rank).fill(1);
  for (const shape of shapes)
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      if (shape[i] === 1) continue;
      if (out[axis] !== 1 && out[axis] !== shape[i]) return null;
      out[axis] = shape[i];
    }
  return out;
}
function broadcastStrides(shape, out) {
  const strides = stridesOf(shape);
  const pad3 = out.length - shape.length;
  return out.map((_, axis) => axis < pad3 || shape[axis - pad3] === 1 ? 0 : strides[axis - pad3]);
}
function walk(shape, strides, visit) {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  const offsets = strides.map(() => 0);
  for (let at3 = 0; at3 < size; at3++) {
    visit(at3, offsets);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (let s = 0; s < strides.length; s++) offsets[s] += strides[s][axis];
      if (++index[axis] < shape[axis]) break;
      for (let s = 0; s < strides.length; s++) offsets[s] -= shape[axis] * strides[s][axis];
      index[axis] = 0;
    }
  }
}
var shapeText = (shape) => shape.length <= MOST_AXES ? `[${shape.join(", ")}]` : `[${shape.slice(0, 8).join(", ")}, \u2026 ${shape.length} in all]`;
function axisOf(axis, rank) {
  const at3 = axis < 0 ? axis + rank : axis;
  if (!(at3 >= 0 && at3 < Math.max(rank, 1))) throw new OpError(`axis ${axis} of a tensor of ${rank} dimensions`);
  return at3;
}
var OpError = class extends Error {
  constructor(found, expected) {
    super(found);
    this.expected = expected;
  }
};
var read = (size, get) => {
  return (view, count2) => Float64Array.from({ length: count2 }, (_, i) => get(view, i * size));
};
var DATA_TYPES = {
  1: {
    name: "float32",
    type: "float",
    raw: (view, count2) => {
      const bytes = new Uint8Array(4 * count2);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, 4 * count2));
      return new Float32Array(bytes.buffer);
    }
  },
  2: { name: "uint8", type: "int", raw: read(1, (view, at3) => view.getUint8(at3)) },
  3: { name: "int8", type: "int", raw: read(1, (view, at3) => view.getInt8(at3)) },
  4: { name: "uint16", type: "int", raw: read(2, (view, at3) => view.getUint16(at3, true)) },
  5: { name: "int16", type: "int", raw: read(2, (view, at3) => view.getInt16(at3, true)) },
  6: { name: "int32", type: "int", raw: read(4, (view, at3) => view.getInt32(at3, true)) },
  7: { name: "int64", type: "int", raw: read(8, (view, at3) => Number(view.getBigInt64(at3, true))) },
  9: { name: "bool", type: "bool", raw: read(1, (view, at3) => view.getUint8(at3) === 0 ? 0 : 1) },
  10: { name: "float16", type: "float", raw: read(2, (view, at3) => fromHalf(view.getUint16(at3, true))) },
  11: { name: "float64", type: "float", raw: read(8, (view, at3) => view.getFloat64(at3, true)) },
  12: { name: "uint32", type: "int", raw: read(4, (view, at3) => view.getUint32(at3, true)) },
  13: { name: "uint64", type: "int", raw: read(8, (view, at3) => Number(view.getBigUint64(at3, true))) }
};
var BYTES = { 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8 };
function fromHalf(half) {
  const sign = half & 32768 ? -1 : 1;
  const exponent = half >> 10 & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
var elementType = (dataType) => DATA_TYPES[dataType]?.type;
var dataTypeName = (dataType) => DATA_TYPES[dataType]?.name ?? `number ${dataType}`;
function readTensor(place2, proto) {
  if (proto.dataLocation === 1 || proto.externalData.length > 0) {
    const location = proto.externalData.find((entry) => entry.key === "location")?.value ?? "another file";
    throw new InputError(place2, `weights in another file ("${location}")`, "all weights in the model itself");
  }
  const kind = DATA_TYPES[proto.dataType];
  if (kind === void 0) {
    const known = Object.values(DATA_TYPES).map((each) => each.name);
    throw new InputError(place2, `values of data type ${proto.dataType}`, known.join(", "));
  }
  const shape = proto.dims.map(wide);
  const count2 = sizeOf(shape);
  if (!shape.every((n) => Number.isInteger(n) && n >= 0) || !(reachOf(shape) <= 2 ** 31) || shape.length > MOST_AXES)
    throw new InputError(place2, `shape ${shapeText(shape)}`, "a tensor that fits in memory");
  const data = proto.rawData.length > 0 ? rawValues(place2, proto, kind, count2) : typedValues(proto);
  if (data.length !== count2)
    throw new InputError(place2, `${data.length} values`, `${count2} for shape ${shapeText(shape)}`);
  return { type: kind.type, dataType: proto.dataType, shape, data };
}
function rawValues(place2, proto, kind, count2) {
  const { rawData } = proto;
  const expected = count2 * BYTES[proto.dataType];
  if (rawData.length !== expected) throw new InputError(place2, `${rawData.length} bytes`, `${expected}`);
  return kind.raw(new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength), count2);
}
function typedValues(proto) {
  if (proto.dataType === 1) return Float32Array.from(proto.floatData);
  if (proto.dataType === 11) return Float64Array.from(proto.doubleData);
  if (proto.dataType === 7) return Float64Array.from(proto.int64Data, wide);
  if (proto.dataType === 12 || proto.dataType === 13) return Float64Array.from(proto.uint64Data, wide);
  if (proto.dataType === 10) return Float64Array.from(proto.int32Data, fromHalf);
  return Float64Array.from(proto.int32Data);
}

// web/import/onnx/model/graph.ts
function number(node, name, fallback) {
  const found = node.attributes.get(name);
  return typeof found === "number" ? found : fallback;
}
function text(node, name, fallback) {
  const found = node.attributes.get(name);
  return typeof found === "string" ? found : fallback;
}
function numbers2(node, name) {
  const found = node.attributes.get(name);
  return Array.isArray(found) ? found : void 0;
}
function listOf(node, name, input) {
  return input === void 0 ? numbers2(node, name) : Array.from(input.data);
}
function scalarOr(node, name, input, fallback) {
  if (input !== void 0) return input.data[0];
  const found = node.attributes.get(name);
  return typeof found === "number" ? found : fallback;
}
function need(inputs, at3) {
  const found = inputs[at3];
  if (found === void 0) throw new OpError(`${inputs.length} inputs, expected input ${at3} too`);
  return found;
}
var nodeName = (node) => `node "${node.name}" (${node.op})`;
function readersOf(graph2) {
  const readers = /* @__PURE__ */ new Map();
  for (const node of graph2.nodes)
    for (const name of new Set(node.inputs)) {
      const list2 = readers.get(name);
      if (list2 === void 0) readers.set(name, [node]);
      else list2.push(node);
    }
  return readers;
}
function makersOf(graph2) {
  const makers = /* @__PURE__ */ new Map();
  for (const node of graph2.nodes) for (const name of node.outputs) if (name !== "") makers.set(name, node);
  return makers;
}
function readsOf(node) {
  const names = node.inputs.filter((name) => name !== "");
  for (const value of node.attributes.values())
    if (typeof value === "object" && "nodes" in value) {
      const own = /* @__PURE__ */ new Set([...value.inputs, ...value.constants.keys(), ...value.nodes.flatMap((each) => each.outputs)]);
      for (const name of [...value.nodes.flatMap(readsOf), ...value.outputs]) if (!own.has(name)) names.push(name);
    }
  return names;
}
function dropDead(graph2) {
  const needed = new Set(graph2.outputs.map((port) => port.name));
  const nodes = [];
  for (let i = graph2.nodes.length - 1; i >= 0; i--) {
    const node = graph2.nodes[i];
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of readsOf(node)) needed.add(name);
  }
  const constants = new Map([...graph2.constants].filter(([name]) => needed.has(name)));
  return { ...graph2, nodes: nodes.reverse(), constants };
}

// web/import/onnx/model/types.ts
var DATA_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  double: 11,
  uint32: 12,
  uint64: 13
};
var BOUNDS = {
  [DATA_TYPE.uint8]: [0, 2 ** 8 - 1],
  [DATA_TYPE.int8]: [-(2 ** 7), 2 ** 7 - 1],
  [DATA_TYPE.uint16]: [0, 2 ** 16 - 1],
  [DATA_TYPE.int16]: [-(2 ** 15), 2 ** 15 - 1],
  [DATA_TYPE.int32]: [-(2 ** 31), 2 ** 31 - 1],
  [DATA_TYPE.uint32]: [0, 2 ** 32 - 1],
  [DATA_TYPE.uint64]: [0, Infinity]
};
var boundsOf = (dataType) => BOUNDS[dataType ?? DATA_TYPE.int64] ?? [-Infinity, Infinity];
var wrapsAround = (dataType) => Number.isFinite(boundsOf(dataType)[1]);
function wrapped(dataType, value) {
  const [least, most] = boundsOf(dataType);
  if (value >= least && value <= most || !Number.isFinite(value)) return value;
  const size = most - least + 1;
  const rest2 = (value - least) % size;
  return least + (rest2 < 0 ? rest2 + size : rest2);
}
var LOGICAL = new Set("Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not IsNaN IsInf".split(" "));
var PLACES = /* @__PURE__ */ new Set(["Shape", "Size", "ArgMax", "ArgMin"]);
function inferTypes(graph2) {
  const known = new Map([
    ...graph2.inputs.map((port) => [port.name, port.dataType]),
    ...[...graph2.constants].map(([name, constant]) => [name, constant.dataType])
  ]);
  for (const node of graph2.nodes) {
    node.dataType = typeOf(node, known);
    node.outputs.forEach((name, i) => known.set(name, node.op === "TopK" && i === 1 ? DATA_TYPE.int64 : node.dataType));
  }
}
function typeOf(node, known) {
  if (node.op === "Cast") return number(node, "to", DATA_TYPE.float);
  if (LOGICAL.has(node.op)) return DATA_TYPE.bool;
  if (PLACES.has(node.op)) return DATA_TYPE.int64;
  if (node.op === "If") return void 0;
  if (node.op === "ConstantOfShape")
    return node.attributes.get("value")?.dataType ?? DATA_TYPE.float;
  const typed = node.op === "Where" || node.op === "CastLike" ? node.inputs[1] : node.op === "OneHot" ? node.inputs[2] : node.inputs[0];
  return known.get(typed);
}

// web/import/onnx/reference/elementwise.ts
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}
var sigmoid = (x) => 1 / (1 + Math.exp(-x));
var softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
var clamp = (x, low, high) => Math.min(Math.max(x, low), high);
var round = (x) => Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
var SELU = { alpha: 1.6732632423543772, gamma: 1.0507009873554805 };
function activation(op, alpha, beta) {
  switch (op) {
    case "Relu":
      return (x) => x < 0 ? 0 : x;
    case "LeakyRelu": {
      const slope = alpha ?? 0.01;
      return (x) => x < 0 ? slope * x : x;
    }
    case "ThresholdedRelu": {
      const least = alpha ?? 1;
      return (x) => x > least ? x : 0;
    }
    case "Elu": {
      const scale = alpha ?? 1;
      return (x) => x < 0 ? scale * Math.expm1(x) : x;
    }
    case "Celu": {
      const scale = alpha ?? 1;
      return (x) => Math.max(0, x) + Math.min(0, scale * Math.expm1(x / scale));
    }
    case "Selu": {
      const scale = alpha ?? SELU.alpha;
      const gamma = beta ?? SELU.gamma;
      return (x) => gamma * (x < 0 ? scale * Math.expm1(x) : x);
    }
    case "Sigmoid":
      return sigmoid;
    case "HardSigmoid": {
      const slope = alpha ?? 0.2;
      const offset = beta ?? 0.5;
      return (x) => clamp(slope * x + offset, 0, 1);
    }
    case "Tanh":
      return Math.tanh;
    case "Softplus":
      return softplus;
    case "Softsign":
      return (x) => x / (1 + Math.abs(x));
    default:
      return void 0;
  }
}
var UNARY2 = {
  Erf: erf,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Neg: (x) => -x,
  Abs: Math.abs,
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: round,
  Sign: Math.sign,
  Sin: Math.sin,
  Cos: Math.cos,
  HardSwish: (x) => x * clamp(x / 6 + 0.5, 0, 1),
  Mish: (x) => x * Math.tanh(softplus(x))
};
var GELU = {
  none: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
};
function map(input, f, type = input.type) {
  const out = tensor(type, input.shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(input.data[i]);
  return out;
}
function combine(a, b, f, type = a.type) {
  const shape = broadcastShape(a.shape, b.shape);
  if (shape === null) throw new OpError(`shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} that do not broadcast`);
  const out = tensor(type, shape);
  walk(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)], (at3, [i, j]) => {
    out.data[at3] = f(a.data[i], b.data[j]);
  });
  return out;
}
var ARITHMETIC = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b
};
var WRAPPING = {
  Mul: Math.imul,
  Pow: (a, b) => {
    if (!Number.isInteger(b) || b < 0) return Math.trunc(a ** b);
    let product2 = 1;
    for (let [power2, left] = [a, b]; left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) product2 = Math.imul(product2, power2);
      power2 = Math.imul(power2, power2);
    }
    return product2;
  }
};
var wrapping = (node, a, op) => a.type === "int" && wrapsAround(node.dataType) ? WRAPPING[op] : void 0;
var COMPARISON = {
  Equal: (a, b) => Number(a === b),
  Greater: (a, b) => Number(a > b),
  Less: (a, b) => Number(a < b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  LessOrEqual: (a, b) => Number(a <= b),
  And: (a, b) => Number(a !== 0 && b !== 0),
  Or: (a, b) => Number(a !== 0 || b !== 0),
  Xor: (a, b) => Number(a !== 0 !== (b !== 0))
};
var VARIADIC = {
  Min: Math.min,
  Max: Math.max,
  Sum: (a, b) => a + b,
  Mean: (a, b) => a + b
};
function laidAgainst(node, a, b, opset) {
  if (opset >= 7 || !node.attributes.has("axis") || b.shape.length === 0) return b;
  const after = a.shape.length - number(node, "axis", 0) - b.shape.length;
  return after > 0 ? { ...b, shape: [...b.shape, ...new Array(after).fill(1)] } : b;
}
var modulo = (fmod) => (a, b) => {
  const rest2 = a % b;
  return !fmod && rest2 !== 0 && rest2 < 0 !== b < 0 ? rest2 + b : rest2;
};
var prelu = (_, inputs) => {
  const [x, slope] = [need(inputs, 0), need(inputs, 1)];
  return [combine(x, slope, (a, b) => a < 0 ? a * b : a)];
};
var where = (_, inputs) => {
  const [condition, a, b] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)];
  const shape = broadcastShape(condition.shape, a.shape, b.shape);
  if (shape === null)
    throw new OpError(
      `shapes ${[condition, a, b].map((each) => shapeText(each.shape)).join(", ")} that do not broadcast`
    );
  const out = tensor(a.type, shape);
  const strides = [condition, a, b].map((each) => broadcastStrides(each.shape, shape));
  walk(shape, strides, (at3, [c, i, j]) => {
    out.data[at3] = condition.data[c] !== 0 ? a.data[i] : b.data[j];
  });
  return [out];
};
var cast = (node, inputs) => {
  const to = number(node, "to", 1);
  const x = need(inputs, 0);
  if (to === 9) return [map(x, (v) => Number(v !== 0), "bool")];
  if (to === 1 || to === 10 || to === 11) return [map(x, (v) => v, "float")];
  return [map(x, Math.trunc, "int")];
};
function refuseTraining(node, ratio, training, opset) {
  const trains = opset < 7 ? number(node, "is_test", 0) === 0 : (training?.data[0] ?? 0) !== 0;
  if (trains && scalarOr(node, "ratio", ratio, 0.5) !== 0)
    throw new OpError("training mode", "a model exported for inference (PyTorch: model.eval() before the export)");
}
var identity = (_, inputs) => [need(inputs, 0)];
var ELEMENTWISE = {
  Identity: identity,
  Cast: cast,
  CastLike: (_, inputs) => {
    const { type } = need(inputs, 1);
    return [
      map(need(inputs, 0), type === "int" ? Math.trunc : type === "bool" ? (v) => Number(v !== 0) : (v) => v, type)
    ];
  },
  Dropout: (node, inputs, opset) => {
    const x = need(inputs, 0);
    refuseTraining(node, inputs[1], inputs[2], opset);
    return node.outputs.length > 1 ? [x, map(x, () => 1, "bool")] : [x];
  },
  Not: (_, inputs) => [map(need(inputs, 0), (x) => Number(x === 0), "bool")],
  IsNaN: (_, inputs) => [map(need(inputs, 0), (x) => Number(Number.isNaN(x)), "bool")],
  IsInf: (node, inputs) => {
    const up = number(node, "detect_positive", 1) !== 0;
    const down = number(node, "detect_negative", 1) !== 0;
    return [map(need(inputs, 0), (x) => Number(up && x === Infinity || down && x === -Infinity), "bool")];
  },
  Gelu: (node, inputs) => [map(need(inputs, 0), GELU[text(node, "approximate", "none")])],
  PRelu: prelu,
  Where: where,
  Clip: (node, inputs) => {
    const low = scalarOr(node, "min", inputs[1], -Infinity);
    const high = scalarOr(node, "max", inputs[2], Infinity);
    return [map(need(inputs, 0), (x) => clamp(x, low, high))];
  },
  Mod: (node, inputs) => [combine(need(inputs, 0), need(inputs, 1), modulo(number(node, "fmod", 0) !== 0))],
  ...fromTable2(UNARY2, (f) => (_, inputs) => [map(need(inputs, 0), f)]),
  ...Object.fromEntries(
    "Relu LeakyRelu ThresholdedRelu Elu Celu Selu Sigmoid HardSigmoid Tanh Softplus Softsign".split(" ").map((op) => [
      op,
      ((node, inputs) => {
        const alpha = node.attributes.get("alpha");
        const beta = node.attributes.get(op === "Selu" ? "gamma" : "beta");
        return [map(need(inputs, 0), activation(op, alpha, beta))];
      })
    ])
  ),
  ...fromTable2(ARITHMETIC, (f, op) => (node, inputs, opset) => {
    const a = need(inputs, 0);
    const out = combine(a, laidAgainst(node, a, need(inputs, 1), opset), wrapping(node, a, op) ?? f);
    return [op === "Div" && a.type === "int" ? map(out, Math.trunc) : out];
  }),
  ...fromTable2(COMPARISON, (f) => (node, inputs, opset) => {
    const a = need(inputs, 0);
    return [combine(a, laidAgainst(node, a, need(inputs, 1), opset), f, "bool")];
  }),
  ...fromTable2(VARIADIC, (f, op) => (_, inputs) => {
    let out = need(inputs, 0);
    for (let i = 1; i < inputs.length; i++) out = combine(out, need(inputs, i), f);
    return [op === "Mean" ? map(out, (x) => x / inputs.length) : out];
  })
};
function fromTable2(table, make) {
  return Object.fromEntries(Object.entries(table).map(([op, f]) => [op, make(f, op)]));
}

// web/import/onnx/reference/matrix.ts
function matMul(a, b) {
  const left = a.shape.length === 1 ? [1, a.shape[0]] : a.shape;
  const right = b.shape.length === 1 ? [b.shape[0], 1] : b.shape;
  const [m, inner] = left.slice(-2);
  const [same3, n] = right.slice(-2);
  const batch = broadcastShape(left.slice(0, -2), right.slice(0, -2));
  if (batch === null || inner !== same3)
    throw new OpError(`shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} that cannot be multiplied`);
  const out = tensor("float", [...batch, m, n]);
  const strides = [left, right].map((shape2) => broadcastStrides(shape2.slice(0, -2), batch));
  walk(batch, strides, (at3, [i, j]) => {
    const [x, y, z] = [i * m * inner, j * inner * n, at3 * m * n];
    for (let row = 0; row < m; row++)
      for (let k = 0; k < inner; k++) {
        const v = a.data[x + row * inner + k];
        for (let column = 0; column < n; column++) out.data[z + row * n + column] += v * b.data[y + k * n + column];
      }
  });
  const shape = [...batch, ...a.shape.length === 1 ? [] : [m], ...b.shape.length === 1 ? [] : [n]];
  return { ...out, type: a.type, shape };
}
function transposed(x) {
  const [rows, columns] = x.shape;
  const out = tensor(x.type, [columns, rows]);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = x.data[r * columns + c];
  return out;
}
var gemm = (node, inputs) => {
  const a = number(node, "transA", 0) !== 0 ? transposed(need(inputs, 0)) : need(inputs, 0);
  const b = number(node, "transB", 0) !== 0 ? transposed(need(inputs, 1)) : need(inputs, 1);
  const alpha = number(node, "alpha", 1);
  const beta = number(node, "beta", 1);
  const product2 = map(matMul(a, b), (x) => alpha * x);
  const c = inputs[2];
  return [
    c === void 0 || beta === 0 ? product2 : combine(
      product2,
      map(c, (x) => beta * x),
      (x, y) => x + y
    )
  ];
};
function einsumPlan(node, shapes) {
  const equation = text(node, "equation", "").replaceAll(" ", "");
  const [left, right] = equation.split("->");
  const terms = left.split(",");
  if (terms.length !== shapes.length) throw new OpError(`equation "${equation}" for ${shapes.length} inputs`);
  const dots = Math.max(0, ...terms.map((term, i) => term.includes("...") ? shapes[i].length - (term.length - 3) : 0));
  const filler = (rank) => Array.from({ length: rank }, (_, i) => `_${dots - rank + i}`);
  const lettersOf2 = (term, rank) => {
    const at3 = term.indexOf("...");
    if (at3 < 0) return [...term];
    return [
      ...term.slice(0, at3),
      ...filler(rank === void 0 ? dots : rank - (term.length - 3)),
      ...term.slice(at3 + 3)
    ];
  };
  const inputs = terms.map((term, i) => lettersOf2(term, shapes[i].length));
  const sizes = /* @__PURE__ */ new Map();
  inputs.forEach((letters, i) => {
    if (letters.length !== shapes[i].length)
      throw new OpError(`equation "${equation}" for a shape of ${shapeText(shapes[i])}`);
    letters.forEach((letter2, axis) => {
      const known = sizes.get(letter2) ?? 1;
      if (known !== 1 && shapes[i][axis] !== 1 && known !== shapes[i][axis])
        throw new OpError(`equation "${equation}": sizes ${known} and ${shapes[i][axis]} of "${letter2}"`);
      sizes.set(letter2, Math.max(known, shapes[i][axis]));
    });
  });
  const all2 = inputs.flat();
  const implied = [...new Set(all2)].filter((letter2) => all2.filter((each) => each === letter2).length === 1).sort();
  return { inputs, output: right === void 0 ? implied : lettersOf2(right), sizes };
}
var einsum = (node, inputs) => {
  const given2 = inputs.map((_, i) => need(inputs, i));
  const plan2 = einsumPlan(
    node,
    given2.map((each) => each.shape)
  );
  const summed = [...plan2.sizes.keys()].filter((letter2) => !plan2.output.includes(letter2));
  const letters = [...plan2.output, ...summed];
  const shape = letters.map((letter2) => plan2.sizes.get(letter2));
  const out = tensor(
    given2[0].type,
    plan2.output.map((letter2) => plan2.sizes.get(letter2))
  );
  const strides = given2.map((each, i) => {
    const own = stridesOf(each.shape);
    return letters.map(
      (letter2) => plan2.inputs[i].reduce(
        (sum, each_, axis) => each_ === letter2 && each.shape[axis] > 1 ? sum + own[axis] : sum,
        0
      )
    );
  });
  const block = sizeOf(summed.map((letter2) => plan2.sizes.get(letter2)));
  walk(shape, strides, (at3, offsets) => {
    let product2 = 1;
    for (let i = 0; i < given2.length; i++) product2 *= given2[i].data[offsets[i]];
    out.data[Math.floor(at3 / block)] += product2;
  });
  return [out];
};
var MATRIX = {
  MatMul: (_, inputs) => [matMul(need(inputs, 0), need(inputs, 1))],
  Gemm: gemm,
  Einsum: einsum
};
var FAST = 8;
var MATRIX_COSTS = {
  MatMul: (_, inputs) => {
    const [a, b] = [need(inputs, 0).shape, need(inputs, 1).shape];
    const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2)) ?? [];
    return sizeOf(batch) * sizeOf(a.slice(-2)) * (b.length > 1 ? b.at(-1) : 1) / FAST;
  },
  Gemm: (node, inputs) => {
    const [a, b] = [need(inputs, 0).shape, need(inputs, 1).shape];
    return sizeOf(a) * (number(node, "transB", 0) !== 0 ? b[0] : b[1]) / FAST;
  },
  Einsum: (node, inputs) => {
    const { sizes } = einsumPlan(
      node,
      inputs.map((_, i) => need(inputs, i).shape)
    );
    return inputs.length * sizeOf([...sizes.values()]);
  }
};

// web/import/onnx/reference/movement.ts
function gatherView(x, shape, strides, start = 0) {
  const out = tensor(x.type, shape);
  walk(shape, [strides], (at3, [from]) => {
    out.data[at3] = x.data[start + from];
  });
  return out;
}
var withShape = (x, shape) => ({ ...x, ...tensor(x.type, shape, x.data) });
function indexOf(index, size) {
  const at3 = index < 0 ? index + size : index;
  if (!(at3 >= 0 && at3 < size)) throw new OpError(`index ${index} into ${size} elements`);
  return at3;
}
function reshaped(shape, target, allowZero) {
  const out = target.map((n, axis) => n === 0 && !allowZero ? shape[axis] ?? 0 : n);
  const open2 = out.indexOf(-1);
  if (open2 >= 0) out[open2] = sizeOf(shape) / sizeOf(out.filter((_, axis) => axis !== open2));
  if (!out.every((n) => Number.isInteger(n) && n >= 0) || sizeOf(out) !== sizeOf(shape))
    throw new OpError(`a shape of ${shapeText(shape)} to be made ${shapeText(target)}`);
  return out;
}
function squeezed(shape, axes) {
  const dropped = new Set(axes?.map((axis) => axisOf(axis, shape.length)));
  for (const axis of dropped)
    if (shape[axis] !== 1) throw new OpError(`shape ${shapeText(shape)} to be squeezed at axis ${axis}`);
  return shape.filter((n, axis) => axes === void 0 ? n !== 1 : !dropped.has(axis));
}
function unsqueezed(shape, axes) {
  const rank = shape.length + axes.length;
  const at3 = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest2 = [...shape];
  return Array.from({ length: rank }, (_, axis) => at3.has(axis) ? 1 : rest2.shift());
}
function sliceOf(node, inputs) {
  const { shape } = need(inputs, 0);
  const starts = listOf(node, "starts", inputs[1]);
  const ends = listOf(node, "ends", inputs[2]);
  if (starts === void 0 || ends === void 0) throw new OpError("no starts or no ends");
  const axes = listOf(node, "axes", inputs[3]) ?? starts.map((_, axis) => axis);
  const steps = inputs[4] === void 0 ? starts.map(() => 1) : Array.from(inputs[4].data);
  const out = { start: shape.map(() => 0), step: shape.map(() => 1), shape: [...shape] };
  axes.forEach((given2, i) => {
    const axis = axisOf(given2, shape.length);
    const size = shape[axis];
    const step = steps[i];
    const from = (n) => n < 0 ? n + size : n;
    const clamp2 = (n, low, high) => Math.min(Math.max(n, low), high);
    const start = step > 0 ? clamp2(from(starts[i]), 0, size) : clamp2(from(starts[i]), 0, size - 1);
    const end = step > 0 ? clamp2(from(ends[i]), 0, size) : clamp2(from(ends[i]), -1, size - 1);
    out.start[axis] = start;
    out.step[axis] = step;
    out.shape[axis] = Math.max(0, Math.ceil((end - start) / step));
  });
  return out;
}
var slice = (node, inputs) => {
  const x = need(inputs, 0);
  const { start, step, shape } = sliceOf(node, inputs);
  const strides = stridesOf(x.shape);
  return [
    gatherView(
      x,
      shape,
      strides.map((stride, axis) => stride * step[axis]),
      start.reduce((sum, n, axis) => sum + n * strides[axis], 0)
    )
  ];
};
function transposition(node, rank) {
  const perm = node.attributes.get("perm");
  return perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}
var gather = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)];
  const axis = axisOf(number(node, "axis", 0), x.shape.length);
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const size = x.shape[axis];
  const out = tensor(x.type, [...x.shape.slice(0, axis), ...ids.shape, ...x.shape.slice(axis + 1)]);
  let at3 = 0;
  for (let o = 0; o < outer; o++)
    for (const id of ids.data) {
      const from = (o * size + indexOf(id, size)) * inner;
      for (let i = 0; i < inner; i++) out.data[at3++] = x.data[from + i];
    }
  return [out];
};
var gatherElements = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)];
  const axis = axisOf(number(node, "axis", 0), x.shape.length);
  const strides = stridesOf(x.shape);
  const others = strides.map((stride, a) => a === axis ? 0 : stride);
  const out = tensor(x.type, ids.shape);
  walk(ids.shape, [others], (at3, [from]) => {
    out.data[at3] = x.data[from + indexOf(ids.data[at3], x.shape[axis]) * strides[axis]];
  });
  return [out];
};
var gatherNd = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)];
  const batch = number(node, "batch_dims", 0);
  const depth2 = ids.shape.at(-1);
  const outer = ids.shape.slice(0, -1);
  const inner = x.shape.slice(batch + depth2);
  const block = sizeOf(inner);
  const strides = stridesOf(x.shape);
  const perBatch = sizeOf(ids.shape.slice(batch, -1));
  const batchSize = sizeOf(x.shape.slice(batch));
  const out = tensor(x.type, [...outer, ...inner]);
  for (let row = 0; row < sizeOf(outer); row++) {
    let from = Math.floor(row / perBatch) * batchSize;
    for (let d = 0; d < depth2; d++) from += indexOf(ids.data[row * depth2 + d], x.shape[batch + d]) * strides[batch + d];
    for (let i = 0; i < block; i++) out.data[row * block + i] = x.data[from + i];
  }
  return [out];
};
var scatterNd = (node, inputs) => {
  const [x, ids, updates] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)];
  const how = text(node, "reduction", "none");
  const depth2 = ids.shape.at(-1);
  const block = sizeOf(x.shape.slice(depth2));
  const strides = stridesOf(x.shape);
  const out = tensor(x.type, x.shape, Float64Array.from(x.data));
  for (let row = 0; row < sizeOf(ids.shape.slice(0, -1)); row++) {
    let to = 0;
    for (let d = 0; d < depth2; d++) to += indexOf(ids.data[row * depth2 + d], x.shape[d]) * strides[d];
    for (let i = 0; i < block; i++) {
      const update = updates.data[row * block + i];
      out.data[to + i] = how === "add" ? out.data[to + i] + update : how === "mul" ? out.data[to + i] * update : update;
    }
  }
  return [out];
};
var scatterElements = (node, inputs) => {
  const [x, ids, updates] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)];
  if (text(node, "reduction", "none") !== "none") throw new OpError(`reduction "${text(node, "reduction", "")}"`);
  const axis = axisOf(number(node, "axis", 0), x.shape.length);
  const strides = stridesOf(x.shape);
  const others = strides.map((stride, a) => a === axis ? 0 : stride);
  const out = tensor(x.type, x.shape, Float64Array.from(x.data));
  walk(ids.shape, [others], (at3, [to]) => {
    out.data[to + indexOf(ids.data[at3], x.shape[axis]) * strides[axis]] = updates.data[at3];
  });
  return [out];
};
var concat = (node, inputs) => {
  const parts = inputs.map((_, i) => need(inputs, i));
  const axis = axisOf(number(node, "axis", 1), parts[0].shape.length);
  const shape = [...parts[0].shape];
  for (const part3 of parts)
    if (part3.shape.length !== shape.length || part3.shape.some((n, a) => a !== axis && n !== shape[a]))
      throw new OpError(`shapes ${parts.map((each) => shapeText(each.shape)).join(", ")} to be joined at axis ${axis}`);
  shape[axis] = parts.reduce((sum, part3) => sum + part3.shape[axis], 0);
  const out = tensor(parts[0].type, shape);
  const inner = sizeOf(shape.slice(axis + 1));
  let at3 = 0;
  for (let o = 0; o < sizeOf(shape.slice(0, axis)); o++)
    for (const part3 of parts) {
      const block = part3.shape[axis] * inner;
      for (let i = 0; i < block; i++) out.data[at3++] = part3.data[o * block + i];
    }
  return [out];
};
function splitSizes(node, inputs) {
  const x = need(inputs, 0);
  const axis = axisOf(number(node, "axis", 0), x.shape.length);
  const given2 = listOf(node, "split", inputs[1]);
  if (given2 !== void 0) return { axis, sizes: given2 };
  const parts = node.outputs.length;
  const each = Math.ceil(x.shape[axis] / parts);
  return { axis, sizes: node.outputs.map((_, i) => Math.min(each, x.shape[axis] - i * each)) };
}
var split = (node, inputs) => {
  const x = need(inputs, 0);
  const { axis, sizes } = splitSizes(node, inputs);
  const strides = stridesOf(x.shape);
  let start = 0;
  return sizes.map((size) => {
    const part3 = gatherView(
      x,
      x.shape.map((n, a) => a === axis ? size : n),
      strides,
      start * strides[axis]
    );
    start += size;
    return part3;
  });
};
var expand = (_, inputs) => {
  const x = need(inputs, 0);
  const shape = broadcastShape(x.shape, Array.from(need(inputs, 1).data));
  if (shape === null)
    throw new OpError(`shape ${shapeText(x.shape)} to be expanded to ${shapeText([...inputs[1].data])}`);
  return [gatherView(x, shape, broadcastStrides(x.shape, shape))];
};
var tile = (_, inputs) => {
  const x = need(inputs, 0);
  const repeats2 = need(inputs, 1).data;
  const shape = x.shape.map((n, axis) => n * repeats2[axis]);
  const strides = stridesOf(x.shape);
  const split4 = x.shape.flatMap((n, axis) => [repeats2[axis], n]);
  const out = gatherView(
    x,
    split4,
    strides.flatMap((stride) => [0, stride])
  );
  return [withShape(out, shape)];
};
function padsOf(node, inputs) {
  const rank = need(inputs, 0).shape.length;
  const given2 = listOf(node, node.attributes.has("paddings") ? "paddings" : "pads", inputs[1]);
  if (given2 === void 0) throw new OpError("no pads");
  const axes = inputs[3] === void 0 ? Array.from({ length: rank }, (_, axis) => axis) : Array.from(inputs[3].data);
  const out = { before: new Array(rank).fill(0), behind: new Array(rank).fill(0) };
  axes.forEach((axis, i) => {
    out.before[axisOf(axis, rank)] = given2[i];
    out.behind[axisOf(axis, rank)] = given2[i + axes.length];
  });
  return out;
}
var pad = (node, inputs) => {
  const x = need(inputs, 0);
  const mode = text(node, "mode", "constant");
  const { before, behind } = padsOf(node, inputs);
  const value = scalarOr(node, "value", inputs[2], 0);
  const shape = x.shape.map((n, axis) => n + before[axis] + behind[axis]);
  const strides = stridesOf(x.shape);
  const out = tensor(x.type, shape);
  const index = shape.map(() => 0);
  for (let at3 = 0; at3 < out.data.length; at3++) {
    let from = 0;
    let inside = true;
    for (let axis = 0; axis < shape.length && inside; axis++) {
      const n = x.shape[axis];
      let i = index[axis] - before[axis];
      if (mode === "reflect" && n > 1) i = Math.abs((i % (2 * n - 2) + 2 * n - 2) % (2 * n - 2));
      if (mode === "reflect" && i >= n) i = 2 * n - 2 - i;
      if (mode === "edge") i = Math.min(Math.max(i, 0), n - 1);
      inside = i >= 0 && i < n;
      from += i * strides[axis];
    }
    out.data[at3] = inside ? x.data[from] : value;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return [out];
};
var trilu = (node, inputs) => {
  const x = need(inputs, 0);
  const upper = number(node, "upper", 1) !== 0;
  const k = inputs[1]?.data[0] ?? 0;
  const [rows, columns] = x.shape.slice(-2);
  const out = tensor(x.type, x.shape);
  for (let at3 = 0; at3 < out.data.length; at3++) {
    const above2 = at3 % columns - Math.floor(at3 / columns) % rows;
    out.data[at3] = (upper ? above2 >= k : above2 <= k) ? x.data[at3] : 0;
  }
  return [out];
};
var shapeOf = (node, inputs) => {
  const { shape } = need(inputs, 0);
  const end = node.attributes.has("end") ? number(node, "end", 0) : shape.length;
  return [vectorOf("int", shape.slice(number(node, "start", 0), end))];
};
var oneHot = (node, inputs) => {
  const [ids, depth2, values] = [need(inputs, 0), need(inputs, 1).data[0], need(inputs, 2)];
  const axis = axisOf(number(node, "axis", -1), ids.shape.length + 1);
  const shape = [...ids.shape.slice(0, axis), depth2, ...ids.shape.slice(axis)];
  const inner = sizeOf(ids.shape.slice(axis));
  const out = tensor(values.type, shape);
  for (let at3 = 0; at3 < out.data.length; at3++) {
    const outer = Math.floor(at3 / (depth2 * inner));
    const id = ids.data[outer * inner + at3 % inner];
    out.data[at3] = values.data[(id < 0 ? id + depth2 : id) === Math.floor(at3 / inner) % depth2 ? 1 : 0];
  }
  return [out];
};
var MOVEMENT = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  Concat: concat,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Trilu: trilu,
  OneHot: oneHot,
  Shape: shapeOf,
  Size: (_, inputs) => [scalarOf("int", sizeOf(need(inputs, 0).shape))],
  Reshape: (node, inputs) => {
    const x = need(inputs, 0);
    const target = listOf(node, "shape", inputs[1]);
    if (target === void 0) throw new OpError("no target shape");
    return [withShape(x, reshaped(x.shape, target, number(node, "allowzero", 0) !== 0))];
  },
  Flatten: (node, inputs) => {
    const x = need(inputs, 0);
    const axis = number(node, "axis", 1);
    const at3 = axis < 0 ? axis + x.shape.length : axis;
    return [withShape(x, [sizeOf(x.shape.slice(0, at3)), sizeOf(x.shape.slice(at3))])];
  },
  Squeeze: (node, inputs) => {
    const x = need(inputs, 0);
    return [withShape(x, squeezed(x.shape, listOf(node, "axes", inputs[1])))];
  },
  Unsqueeze: (node, inputs) => {
    const x = need(inputs, 0);
    return [withShape(x, unsqueezed(x.shape, listOf(node, "axes", inputs[1]) ?? []))];
  },
  Transpose: (node, inputs) => {
    const x = need(inputs, 0);
    const perm = transposition(node, x.shape.length);
    const strides = stridesOf(x.shape);
    return [
      gatherView(
        x,
        perm.map((axis) => x.shape[axis]),
        perm.map((axis) => strides[axis])
      )
    ];
  },
  ConstantOfShape: (node, inputs) => {
    const value = node.attributes.get("value") ?? tensor("float", [1]);
    const out = tensor(value.type, Array.from(need(inputs, 0).data));
    return [{ ...out, data: out.data.fill(value.data[0]) }];
  },
  Range: (_, inputs) => {
    const [start, limit, delta] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)].map((each) => each.data[0]);
    const count2 = Math.max(0, Math.ceil((limit - start) / delta));
    const out = tensor(inputs[0].type, [count2]);
    for (let i = 0; i < count2; i++) out.data[i] = start + i * delta;
    return [out];
  }
};

// web/import/onnx/reference/pooling.ts
function windowPlan(node, shape, given2) {
  const kernel = [...given2 ?? numbers2(node, "kernel_shape") ?? shape.slice(2)];
  const ones = kernel.map(() => 1);
  const strides = numbers2(node, "strides") ?? ones;
  const dilations = numbers2(node, "dilations") ?? ones;
  const reach2 = kernel.map((k, i) => (k - 1) * dilations[i] + 1);
  const pads = numbers2(node, "pads") ?? [...kernel, ...kernel].map(() => 0);
  let before = pads.slice(0, kernel.length);
  let behind = pads.slice(kernel.length);
  const mode = text(node, "auto_pad", "NOTSET");
  if (mode === "SAME_UPPER" || mode === "SAME_LOWER") {
    const total = kernel.map(
      (_, i) => Math.max(0, (Math.ceil(shape[2 + i] / strides[i]) - 1) * strides[i] + reach2[i] - shape[2 + i])
    );
    const half = total.map((n) => Math.floor(n / 2));
    before = mode === "SAME_UPPER" ? half : total.map((n, i) => n - half[i]);
    behind = total.map((n, i) => n - before[i]);
  } else if (mode === "VALID") {
    before = kernel.map(() => 0);
    behind = before;
  }
  if (number(node, "ceil_mode", 0) !== 0) throw new OpError('the attribute "ceil_mode"');
  const out = kernel.map((_, i) => Math.floor((shape[2 + i] + before[i] + behind[i] - reach2[i]) / strides[i]) + 1);
  if (out.some((n) => !(n > 0)))
    throw new OpError(`windows of ${kernel.join(" by ")} over ${shape.slice(2).join(" by ")}`);
  return { kernel, strides, dilations, before, behind, out };
}
function eachWindow(plan2, sizes, visit) {
  const steps = stridesOf(sizes);
  const [windows2, elements2] = [stridesOf(plan2.out), stridesOf(plan2.kernel)];
  walk(
    plan2.out,
    [],
    (window) => walk(plan2.kernel, [], (element) => {
      let at3 = 0;
      for (let i = 0; i < sizes.length && at3 >= 0; i++) {
        const w = Math.floor(window / windows2[i]) % plan2.out[i];
        const e = Math.floor(element / elements2[i]) % plan2.kernel[i];
        const place2 = w * plan2.strides[i] + e * plan2.dilations[i] - plan2.before[i];
        at3 = place2 >= 0 && place2 < sizes[i] ? at3 + place2 * steps[i] : -1;
      }
      visit(window, element, at3);
    })
  );
}
var conv = (node, inputs) => {
  const [x, w, bias] = [need(inputs, 0), need(inputs, 1), inputs[2]];
  const group = number(node, "group", 1);
  const plan2 = windowPlan(node, x.shape, w.shape.slice(2));
  const [batch, channels] = x.shape;
  const [outputs, each] = w.shape;
  const [inner, windows2, kernel] = [sizeOf(x.shape.slice(2)), sizeOf(plan2.out), sizeOf(plan2.kernel)];
  if (channels !== each * group) throw new OpError(`${channels} channels for weights of ${each} in ${group} groups`);
  const out = tensor("float", [batch, outputs, ...plan2.out]);
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / group)) * each;
      const to = (b * outputs + o) * windows2;
      out.data.fill(bias?.data[o] ?? 0, to, to + windows2);
      for (let c = 0; c < each; c++) {
        const from = (b * channels + first + c) * inner;
        eachWindow(plan2, x.shape.slice(2), (window, element, at3) => {
          if (at3 >= 0) out.data[to + window] += x.data[from + at3] * w.data[(o * each + c) * kernel + element];
        });
      }
    }
  return [out];
};
var pool = (mean, all2) => (node, inputs) => {
  const x = need(inputs, 0);
  const plan2 = windowPlan(node, x.shape, all2 ? x.shape.slice(2) : void 0);
  const counts = number(node, "count_include_pad", 0) !== 0;
  const [inner, windows2] = [sizeOf(x.shape.slice(2)), sizeOf(plan2.out)];
  const out = tensor(x.type, [...x.shape.slice(0, 2), ...plan2.out]);
  for (let line2 = 0; line2 < x.shape[0] * x.shape[1]; line2++) {
    const held2 = out.data.subarray(line2 * windows2, (line2 + 1) * windows2).fill(mean ? 0 : -Infinity);
    const elements2 = new Uint32Array(windows2);
    eachWindow(plan2, x.shape.slice(2), (window, _, at3) => {
      if (at3 < 0 && !counts) return;
      elements2[window]++;
      const value = at3 < 0 ? 0 : x.data[line2 * inner + at3];
      if (mean) held2[window] += value;
      else if (at3 >= 0) held2[window] = Math.max(held2[window], value);
    });
    if (mean) elements2.forEach((count2, window) => held2[window] /= count2);
  }
  return [out];
};
var POOLING = {
  Conv: conv,
  MaxPool: pool(false, false),
  AveragePool: pool(true, false),
  GlobalMaxPool: pool(false, true),
  GlobalAveragePool: pool(true, true)
};
var WINDOWED = 4;
var poolCost = (all2) => (node, inputs) => {
  const { shape } = need(inputs, 0);
  const plan2 = windowPlan(node, shape, all2 ? shape.slice(2) : void 0);
  return WINDOWED * sizeOf(shape.slice(0, 2)) * sizeOf(plan2.out) * sizeOf(plan2.kernel);
};
var POOLING_COSTS = {
  Conv: (node, inputs) => {
    const [{ shape }, w] = [need(inputs, 0), need(inputs, 1)];
    return WINDOWED * shape[0] * sizeOf(w.shape) * sizeOf(windowPlan(node, shape, w.shape.slice(2)).out);
  },
  MaxPool: poolCost(false),
  AveragePool: poolCost(false),
  GlobalMaxPool: poolCost(true),
  GlobalAveragePool: poolCost(true)
};

// web/import/onnx/reference/recurrent.ts
function recurrentPlan(node, x, gates, r, defaults) {
  const direction = text(node, "direction", "forward");
  const directions2 = direction === "bidirectional" ? 2 : 1;
  const hidden = r.shape[2];
  if (x.shape.length !== 3 || r.shape.length !== 3 || r.shape[1] !== gates * hidden)
    throw new OpError(`shapes ${shapeText(x.shape)} and ${shapeText(r.shape)}`);
  if (node.attributes.has("clip")) throw new OpError('the attribute "clip"');
  const [first, second, width] = x.shape;
  const batchFirst = number(node, "layout", 0) !== 0;
  const given2 = text(node, "activations", "");
  const activations = given2 === "" ? new Array(directions2).fill(defaults).flat() : given2.split(",");
  return {
    directions: directions2,
    reversed: directions2 === 2 ? [false, true] : [direction === "reverse"],
    hidden,
    steps: batchFirst ? second : first,
    batch: batchFirst ? first : second,
    width,
    activations
  };
}
function initialState(state, axis, batch) {
  if (state === void 0 || state.shape[axis] === batch) return state;
  const sizes = [...state.shape];
  const inner = sizes[2];
  const [rows, after] = [sizes[axis], axis === 0 ? sizes[1] * inner : inner];
  sizes[axis] = batch;
  const out = tensor(state.type, sizes);
  for (let at3 = 0; at3 < out.data.length; at3++)
    out.data[at3] = state.data[Math.floor(at3 / (batch * after)) * rows * after + at3 % after];
  const differs = state.data.some(
    (value, at3) => value !== state.data[Math.floor(at3 / (rows * after)) * rows * after + at3 % after]
  );
  if (differs) throw new OpError(`an initial state of shape ${shapeText(state.shape)} for ${batch} rows`);
  return out;
}
function run(node, inputs, gates, defaults, hasMemory, cellOf) {
  const [x, w, r] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)];
  const plan2 = recurrentPlan(node, x, gates, r, defaults);
  const { directions: directions2, hidden, steps, batch, width } = plan2;
  const batchFirst = number(node, "layout", 0) !== 0;
  const [b, lengths] = [inputs[3], inputs[4]];
  const [initialH, initialC] = [inputs[5], inputs[6]].map((state) => initialState(state, batchFirst ? 0 : 1, batch));
  const y = tensor("float", batchFirst ? [batch, steps, directions2, hidden] : [steps, directions2, batch, hidden]);
  const yH = tensor("float", batchFirst ? [batch, directions2, hidden] : [directions2, batch, hidden]);
  const yC = tensor("float", yH.shape);
  const alpha = numbers2(node, "activation_alpha");
  const beta = numbers2(node, "activation_beta");
  const total = gates * hidden;
  const stateAt = (d, row) => (batchFirst ? row * directions2 + d : d * batch + row) * hidden;
  for (let d = 0; d < directions2; d++) {
    const f = defaults.map((_, i) => {
      const at3 = d * defaults.length + i;
      const found = activation(plan2.activations[at3], alpha?.[at3], beta?.[at3]);
      if (found === void 0) throw new OpError(`the activation "${plan2.activations[at3]}"`);
      return found;
    });
    const bias = (gate, i, recurrent2) => b?.data[d * 2 * total + (recurrent2 ? total : 0) + gate * hidden + i] ?? 0;
    const cell = cellOf(bias, f, d, plan2);
    for (let row = 0; row < batch; row++) {
      const at3 = stateAt(d, row);
      const h = Float64Array.from({ length: hidden }, (_, i) => initialH?.data[at3 + i] ?? 0);
      const c = Float64Array.from({ length: hidden }, (_, i) => hasMemory ? initialC?.data[at3 + i] ?? 0 : 0);
      const length = lengths === void 0 ? steps : lengths.data[row];
      if (!(length >= 0 && length <= steps)) throw new OpError(`a sequence of ${length} of ${steps} steps`);
      const fromInput = new Float64Array(total);
      const fromState = new Float64Array(total);
      for (let step = 0; step < length; step++) {
        const t = plan2.reversed[d] ? length - 1 - step : step;
        const from = (batchFirst ? row * steps + t : t * batch + row) * width;
        for (let g = 0; g < total; g++) {
          let sum = 0;
          for (let i = 0; i < width; i++) sum += w.data[(d * total + g) * width + i] * x.data[from + i];
          fromInput[g] = sum;
          sum = 0;
          for (let i = 0; i < hidden; i++) sum += r.data[(d * total + g) * hidden + i] * h[i];
          fromState[g] = sum;
        }
        cell(fromInput, fromState, h, c);
        const to = (batchFirst ? (row * steps + t) * directions2 + d : (t * directions2 + d) * batch + row) * hidden;
        y.data.set(h, to);
      }
      yH.data.set(h, at3);
      yC.data.set(c, at3);
    }
  }
  return hasMemory ? [y, yH, yC] : [y, yH];
}
var gru = (node, inputs) => {
  const linear = number(node, "linear_before_reset", 0) !== 0;
  const r = need(inputs, 2);
  return run(node, inputs, 3, ["Sigmoid", "Tanh"], false, (bias, [f, g], d, { hidden }) => {
    const z = new Float64Array(hidden);
    const reset = new Float64Array(hidden);
    return (x, s, h) => {
      for (let i = 0; i < hidden; i++) {
        z[i] = f(x[i] + s[i] + bias(0, i, false) + bias(0, i, true));
        reset[i] = f(x[hidden + i] + s[hidden + i] + bias(1, i, false) + bias(1, i, true));
      }
      const next2 = Float64Array.from(h, (before, i) => {
        let state = s[2 * hidden + i];
        if (!linear) {
          state = 0;
          const at3 = ((d * 3 + 2) * hidden + i) * hidden;
          for (let j = 0; j < hidden; j++) state += r.data[at3 + j] * reset[j] * h[j];
        }
        const inner = linear ? reset[i] * (state + bias(2, i, true)) : state + bias(2, i, true);
        return (1 - z[i]) * g(x[2 * hidden + i] + inner + bias(2, i, false)) + z[i] * before;
      });
      h.set(next2);
    };
  });
};
var lstm = (node, inputs) => {
  if (inputs[7] !== void 0) throw new OpError("peephole weights");
  if (number(node, "input_forget", 0) !== 0) throw new OpError('the attribute "input_forget"');
  return run(node, inputs, 4, ["Sigmoid", "Tanh", "Tanh"], true, (bias, [f, g, out], _, { hidden }) => (x, s, h, c) => {
    const gate = (k, i) => x[k * hidden + i] + s[k * hidden + i] + bias(k, i, false) + bias(k, i, true);
    for (let i = 0; i < hidden; i++) {
      c[i] = f(gate(2, i)) * c[i] + f(gate(0, i)) * g(gate(3, i));
      h[i] = f(gate(1, i)) * out(c[i]);
    }
  });
};
var rnn = (node, inputs) => run(node, inputs, 1, ["Tanh"], false, (bias, [f], _, { hidden }) => (x, s, h) => {
  for (let i = 0; i < hidden; i++) h[i] = f(x[i] + s[i] + bias(0, i, false) + bias(0, i, true));
});
var RECURRENT = { GRU: gru, LSTM: lstm, RNN: rnn };
var recurrentCost = (_, inputs) => {
  const [x, w, r] = [0, 1, 2].map((at3) => need(inputs, at3).shape);
  return x[0] * x[1] * (sizeOf(w) + sizeOf(r)) / 8;
};
var RECURRENT_COSTS = { GRU: recurrentCost, LSTM: recurrentCost, RNN: recurrentCost };

// web/import/onnx/reference/reduce.ts
var FOLDS = {
  ReduceSum: { start: 0, step: (s, x) => s + x },
  ReduceMean: { start: 0, step: (s, x) => s + x, end: (s, n) => s / n },
  ReduceMax: { start: -Infinity, step: (s, x) => Math.max(s, x) },
  ReduceMin: { start: Infinity, step: (s, x) => Math.min(s, x) },
  ReduceProd: { start: 1, step: (s, x) => s * x },
  ReduceL1: { start: 0, step: (s, x) => s + Math.abs(x) },
  ReduceL2: { start: 0, step: (s, x) => s + x * x, end: Math.sqrt },
  ReduceSumSquare: { start: 0, step: (s, x) => s + x * x },
  ReduceLogSum: { start: 0, step: (s, x) => s + x, end: Math.log }
};
function reducedAxes(node, inputs) {
  const rank = need(inputs, 0).shape.length;
  const given2 = listOf(node, "axes", inputs[1]);
  if (given2 === void 0 || given2.length === 0)
    return number(node, "noop_with_empty_axes", 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis);
  return given2.map((axis) => axisOf(axis, rank));
}
function reduceBy(fold, x, axes, keep) {
  const kept = x.shape.map((n, axis) => axes.includes(axis) ? 1 : n);
  const steps = stridesOf(kept).map((stride, axis) => axes.includes(axis) ? 0 : stride);
  const out = tensor(x.type, kept);
  out.data.fill(fold.start);
  walk(x.shape, [steps], (at3, [to]) => {
    out.data[to] = fold.step(out.data[to], x.data[at3]);
  });
  const count2 = sizeOf(x.shape) / Math.max(1, out.data.length);
  if (fold.end) for (let i = 0; i < out.data.length; i++) out.data[i] = fold.end(out.data[i], count2);
  return keep ? out : { ...out, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}
var WRAPPING2 = {
  ReduceProd: { start: 1, step: Math.imul },
  ReduceSumSquare: { start: 0, step: (s, x) => s + Math.imul(x, x) }
};
var reduce = (fold, op) => (node, inputs) => {
  const x = need(inputs, 0);
  const own = (x.type === "int" && wrapsAround(node.dataType) ? WRAPPING2[op] : void 0) ?? fold;
  return [reduceBy(own, x, reducedAxes(node, inputs), number(node, "keepdims", 1) !== 0)];
};
var logSumExp = (node, inputs) => {
  const x = need(inputs, 0);
  const axes = reducedAxes(node, inputs);
  let top = -Infinity;
  for (const v of x.data) top = Math.max(top, v);
  const shifted = { ...x, data: Float64Array.from(x.data, (v) => Math.exp(v - top)) };
  const sum = reduceBy(FOLDS["ReduceSum"], shifted, axes, number(node, "keepdims", 1) !== 0);
  return [{ ...sum, data: Float64Array.from(sum.data, (v) => Math.log(v) + top) }];
};
function eachLine(shape, axis, line2) {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) line2(o * shape[axis] * inner + i, inner);
}
function softmaxLine(node, shape, opset) {
  const axis = axisOf(number(node, "axis", opset < 13 ? 1 : -1), shape.length);
  if (opset >= 13) return { shape: [...shape], axis };
  return { shape: [...shape.slice(0, axis), sizeOf(shape.slice(axis))], axis };
}
var softmax = (logarithm) => (node, inputs, opset) => {
  const x = need(inputs, 0);
  const { shape, axis } = softmaxLine(node, x.shape, opset);
  const out = tensor("float", x.shape);
  eachLine(shape, axis, (start, step) => {
    let top = -Infinity;
    let sum = 0;
    for (let i = 0; i < shape[axis]; i++) top = Math.max(top, x.data[start + i * step]);
    for (let i = 0; i < shape[axis]; i++) sum += Math.exp(x.data[start + i * step] - top);
    for (let i = 0; i < shape[axis]; i++) {
      const v = x.data[start + i * step] - top;
      out.data[start + i * step] = logarithm ? v - Math.log(sum) : Math.exp(v) / sum;
    }
  });
  return [out];
};
var layerNormalization = (node, inputs) => {
  const [x, scale, bias] = [need(inputs, 0), need(inputs, 1), inputs[2]];
  const axis = axisOf(number(node, "axis", -1), x.shape.length);
  const epsilon = number(node, "epsilon", 1e-5);
  const width = sizeOf(x.shape.slice(axis));
  const out = tensor("float", x.shape);
  for (let from = 0; from < x.data.length; from += width) {
    let mean = 0;
    let variance = 0;
    for (let i = 0; i < width; i++) mean += x.data[from + i] / width;
    for (let i = 0; i < width; i++) variance += (x.data[from + i] - mean) ** 2 / width;
    const by = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0; i < width; i++)
      out.data[from + i] = (x.data[from + i] - mean) * by * scale.data[i % scale.data.length] + (bias?.data[i] ?? 0);
  }
  return [out];
};
var batchNormalization = (node, inputs) => {
  if (number(node, "training_mode", 0) !== 0)
    throw new OpError("training mode", "a model exported for inference (PyTorch: model.eval() before the export)");
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((at3) => need(inputs, at3));
  if (number(node, "training_mode", 0) !== 0)
    throw new OpError("training mode, expected a model exported for inference");
  const epsilon = number(node, "epsilon", 1e-5);
  const inner = sizeOf(x.shape.slice(2));
  const channels = x.shape[1];
  const out = tensor("float", x.shape);
  for (let at3 = 0; at3 < out.data.length; at3++) {
    const c = Math.floor(at3 / inner) % channels;
    out.data[at3] = (x.data[at3] - mean.data[c]) / Math.sqrt(variance.data[c] + epsilon) * scale.data[c] + bias.data[c];
  }
  return [out];
};
var lpNormalization = (node, inputs) => {
  const x = need(inputs, 0);
  const axis = axisOf(number(node, "axis", -1), x.shape.length);
  const p = number(node, "p", 2);
  const out = tensor("float", x.shape);
  eachLine(x.shape, axis, (start, step) => {
    let sum = 0;
    for (let i = 0; i < x.shape[axis]; i++) sum += Math.abs(x.data[start + i * step]) ** p;
    const norm = sum ** (1 / p);
    for (let i = 0; i < x.shape[axis]; i++)
      out.data[start + i * step] = norm === 0 ? 0 : x.data[start + i * step] / norm;
  });
  return [out];
};
var cumSum = (node, inputs) => {
  const x = need(inputs, 0);
  const axis = axisOf(need(inputs, 1).data[0], x.shape.length);
  const exclusive = number(node, "exclusive", 0) !== 0;
  const reverse = number(node, "reverse", 0) !== 0;
  const out = tensor(x.type, x.shape);
  const n = x.shape[axis];
  eachLine(x.shape, axis, (start, step) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const at3 = start + (reverse ? n - 1 - i : i) * step;
      if (exclusive) out.data[at3] = sum;
      sum += x.data[at3];
      if (!exclusive) out.data[at3] = sum;
    }
  });
  return [out];
};
var topK = (node, inputs) => {
  const x = need(inputs, 0);
  const k = scalarOr(node, "k", inputs[1], void 0);
  if (k === void 0) throw new OpError("no k");
  const axis = axisOf(number(node, "axis", -1), x.shape.length);
  const sign = number(node, "largest", 1) !== 0 ? 1 : -1;
  const shape = x.shape.map((n, a) => a === axis ? k : n);
  if (k > x.shape[axis]) throw new OpError(`k ${k} of ${x.shape[axis]} elements`);
  const values = tensor(x.type, shape);
  const indices = tensor("int", shape);
  if (k === 0) return [values, indices];
  const step = sizeOf(shape.slice(axis + 1));
  eachLine(shape, axis, (to, toStep) => {
    const start = to % step + Math.floor(to / (k * step)) * x.shape[axis] * step;
    const order = Array.from({ length: x.shape[axis] }, (_, i) => i);
    order.sort((a, b) => sign * (x.data[start + b * step] - x.data[start + a * step]) || a - b);
    for (let i = 0; i < k; i++) {
      values.data[to + i * toStep] = x.data[start + order[i] * step];
      indices.data[to + i * toStep] = order[i];
    }
  });
  return [values, indices];
};
var argBest = (sign) => (node, inputs) => {
  const x = need(inputs, 0);
  const axis = axisOf(number(node, "axis", 0), x.shape.length);
  const last = number(node, "select_last_index", 0) !== 0;
  const kept = x.shape.map((n, a) => a === axis ? 1 : n);
  const out = tensor("int", kept);
  let at3 = 0;
  eachLine(x.shape, axis, (start, step) => {
    let best3 = 0;
    for (let i = 1; i < x.shape[axis]; i++) {
      const ahead = sign * (x.data[start + i * step] - x.data[start + best3 * step]);
      if (ahead > 0 || last && ahead === 0) best3 = i;
    }
    out.data[at3++] = best3;
  });
  return [number(node, "keepdims", 1) !== 0 ? out : { ...out, shape: x.shape.filter((_, a) => a !== axis) }];
};
var REDUCE2 = {
  ...Object.fromEntries(Object.entries(FOLDS).map(([op, fold]) => [op, reduce(fold, op)])),
  ReduceLogSumExp: logSumExp,
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  LpNormalization: lpNormalization,
  CumSum: cumSum,
  TopK: topK,
  ArgMax: argBest(1),
  ArgMin: argBest(-1)
};
var SORTED = 48;
var REDUCE_COSTS = { TopK: (_, inputs) => SORTED * sizeOf(need(inputs, 0).shape) };

// web/import/onnx/reference/index.ts
var KERNELS = { ...ELEMENTWISE, ...MOVEMENT, ...REDUCE2, ...MATRIX, ...POOLING, ...RECURRENT };
var COSTS = { ...REDUCE_COSTS, ...MATRIX_COSTS, ...POOLING_COSTS, ...RECURRENT_COSTS };
var SUPPORTED = Object.keys(KERNELS).sort();
var isSupported = (op) => Object.hasOwn(KERNELS, op);
function evaluateNode(file, node, inputs, opset) {
  const kernel = KERNELS[node.op];
  if (kernel === void 0) throw unsupported(file, node);
  try {
    return kernel(node, inputs, opset).map((value, i) => node.op === "TopK" && i === 1 ? value : inType(node, value));
  } catch (error) {
    throw ofNode(file, node, error, "what ONNX defines for this op");
  }
}
function costOf(file, node, inputs) {
  try {
    const own = COSTS[node.op]?.(node, inputs) ?? 0;
    return inputs.reduce((sum, input) => sum + reachOf(input?.shape ?? []), own);
  } catch (error) {
    throw ofNode(file, node, error, "what ONNX defines for this op");
  }
}
function inType(node, value) {
  if (value.type !== "int" || !wrapsAround(node.dataType)) return value;
  return map(value, (x) => wrapped(node.dataType, x));
}
function ofNode(file, node, error, expected) {
  const place2 = { file, part: nodeName(node) };
  if (error instanceof OpError) return new InputError(place2, error.message, error.expected ?? expected);
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  return new InputError(place2, "inputs or attributes that do not go together", expected, { cause: error });
}
var INSTEAD = {
  Loop: "loops are not run: PyTorch writes one for EmbeddingBag, where Embedding and a sum or a mean are the same",
  Scan: "loops are not run: let the exporter unroll them"
};
var unsupported = (file, node) => {
  const instead = INSTEAD[node.op];
  return new InputError(
    { file, part: `node "${node.name}"` },
    `the op ${node.op}${instead === void 0 ? "" : ` (${instead})`}`,
    `one of ${SUPPORTED.join(", ")}`
  );
};
function evaluate(graph2, given2) {
  const values = new Map([...graph2.constants, ...given2]);
  run2(graph2, graph2.nodes, values);
  return values;
}
function run2(graph2, nodes, values) {
  for (const node of nodes) {
    if (node.op === "If") {
      const taken = node.attributes.get(
        values.get(node.inputs[0]).data[0] !== 0 ? "then_branch" : "else_branch"
      );
      for (const [name, value] of taken.constants) values.set(name, value);
      run2(graph2, taken.nodes, values);
      taken.outputs.forEach((name, i) => values.set(node.outputs[i], values.get(name)));
      continue;
    }
    const inputs = node.inputs.map((name) => name === "" ? void 0 : values.get(name));
    evaluateNode(graph2.file, node, inputs, graph2.opset).forEach((value, i) => {
      const name = node.outputs[i];
      if (name !== void 0 && name !== "") values.set(name, value);
    });
  }
}

// web/import/onnx/tape/list.ts
var listed = (each, shape, lengths) => commonRows(each, shape) ?? onLine(each, lengths);
var numbersOf2 = (of2, longest) => "rows" in of2 ? of2.rows.data : [1, longest].map((n) => of2.start + of2.slope * n).map((x) => of2.under ? 1 / x : x);
function commonRows(each, shape) {
  if (!shape.some((extent) => extent.rows)) return null;
  const longest = each.at(-1);
  const strides = stridesOf(longest.shape);
  const begins = ({ shape: own, data }) => data.every((value, at3) => {
    let [rest2, place2] = [at3, 0];
    for (let axis = own.length - 1; axis >= 0; axis--) {
      place2 += rest2 % own[axis] * strides[axis];
      rest2 = Math.floor(rest2 / own[axis]);
    }
    return Object.is(value, longest.data[place2]);
  });
  return each.every(begins) ? { rows: longest } : null;
}
function onLine(each, lengths) {
  if (each.some(({ data }) => data.length !== 1)) return null;
  for (const under of [false, true]) {
    const [x, y, last] = each.map(({ data }) => under ? 1 / data[0] : data[0]);
    const slope = (y - x) / (lengths[1] - lengths[0]);
    const start = x - slope * lengths[0];
    if (Math.abs(start + slope * lengths[2] - last) <= 1e-6 * Math.abs(last)) return { start, slope, under };
  }
  return null;
}

// web/import/onnx/tape/ranges.ts
var EXACT = 2 ** 24;
var WIDEST2 = 2 ** 48;
var UNKNOWN2 = { least: -EXACT, most: EXACT };
var UNBOUNDED = { least: -Infinity, most: Infinity };
var beyond = ({ least, most }, limit) => least < -limit || most > limit;
var spanned = (values) => ({ least: Math.min(...values), most: Math.max(...values) });
var united = (ranges) => spanned(ranges.flatMap(({ least, most }) => [least, most]));
var isBounded = ({ least, most }) => Number.isFinite(least) && Number.isFinite(most);
var magnitude = ({ least, most }) => Math.max(1, -least, most);
var within3 = (most, ...of2) => ({
  least: of2.every(({ least }) => least >= 0) ? 0 : -most,
  most
});
var reach = (range) => isBounded(range) ? `up to ${Math.max(-range.least, range.most).toPrecision(2)}` : "of any size";
var MOVED = {
  ...Object.fromEntries(
    "Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Expand Tile Gather GatherElements GatherND".split(" ").map((op) => [op, [0]])
  ),
  Concat: "all",
  Where: [1, 2]
};
var movedInputs = (node) => {
  const moved2 = MOVED[node.op];
  return moved2 === void 0 ? [] : moved2 === "all" ? node.inputs : moved2.map((at3) => node.inputs[at3]);
};
var corners = (f) => (a, b) => spanned([f(a.least, b.least), f(a.least, b.most), f(a.most, b.least), f(a.most, b.most)]);
var ARITHMETIC2 = {
  Add: corners((x, y) => x + y),
  Sub: corners((x, y) => x - y),
  Mul: corners((x, y) => x * y),
  Min: corners(Math.min),
  Max: corners(Math.max)
};
function quotient(a, b) {
  const divisors = [b.least, b.most, -1, 1].filter((d) => d !== 0 && d >= b.least && d <= b.most);
  return spanned([0, ...divisors.flatMap((d) => [Math.trunc(a.least / d), Math.trunc(a.most / d)])]);
}
function remainder(a, b, fmod) {
  const most = Math.max(-b.least, b.most) - 1;
  if (a.least >= 0 && a.most < b.least) return a;
  return fmod ? { least: Math.max(Math.min(a.least, 0), -most), most: Math.min(Math.max(a.most, 0), most) } : { least: b.least < 0 ? -most : 0, most: b.most > 0 ? most : 0 };
}
var ZERO = { least: 0, most: 0 };
var ONE = { least: 1, most: 1 };
var TRUTH = { least: 0, most: 1 };
function held({ type, dataType }, range = type === "bool" ? TRUTH : UNKNOWN2) {
  const [least, most] = boundsOf(dataType);
  const clamp2 = (value) => Math.min(Math.max(value, least), most);
  return { least: clamp2(range.least), most: clamp2(range.most) };
}
function wholeExponent(graph2, node) {
  const data = graph2.constants.get(node.inputs[1])?.data;
  const sameRank = graph2.values.get(node.inputs[0]).shape.length === graph2.values.get(node.outputs[0]).shape.length;
  return data?.length === 1 && Number.isInteger(data[0]) && data[0] >= 1 && sameRank ? data[0] : void 0;
}
function power(x, exponent, times) {
  if (exponent === 1) return x;
  const half = power(x, Math.floor(exponent / 2), times);
  const square = times(half, half);
  return exponent % 2 === 0 ? square : times(square, x);
}
var Ranges = class {
  /** `given`: what the inputs hold; those left out are taken to stay below 2^24. `rows`: of the longest list. */
  constructor(graph2, given2, rows = 1) {
    this.found = /* @__PURE__ */ new Map();
    /** What the nodes' ops make, before their types bound it. */
    this.made = /* @__PURE__ */ new Map();
    this.graph = graph2;
    this.rows = rows;
    for (const port of graph2.inputs)
      this.found.set(port.name, port.type === "float" ? given2.get(port.name) : held(port, given2.get(port.name)));
    for (const node of graph2.nodes)
      try {
        this.infer(node);
      } catch (error) {
        throw ofNode(graph2.file, node, error, "what ONNX defines for this op");
      }
  }
  /** undefined: nothing is known. */
  of(name) {
    const ofList = this.graph.ofList.get(name);
    const numbers3 = ofList === void 0 ? this.graph.constants.get(name)?.data : numbersOf2(ofList, this.rows);
    if (!this.found.has(name) && numbers3 !== void 0) {
      let [least, most] = [Infinity, -Infinity];
      for (const value of numbers3) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      this.found.set(name, Number.isFinite(least + most) ? { least, most } : void 0);
    }
    return this.found.get(name);
  }
  longest({ size, rows }) {
    return rows ? size * this.rows : size;
  }
  isInt(name) {
    return (this.graph.values.get(name)?.type ?? this.graph.constants.get(name)?.type) === "int";
  }
  /** Whether a value is of whole numbers that one float cannot hold. */
  isWide(name) {
    const range = name !== "" && this.isInt(name) ? this.of(name) : void 0;
    return range !== void 0 && beyond(range, EXACT);
  }
  /** Whether a node reads or makes such. */
  touches(node) {
    const read2 = MOVED[node.op] === void 0 ? node.inputs : movedInputs(node);
    return [...read2, ...node.outputs].some((name) => this.isWide(name)) || this.overflows(node);
  }
  /** What a node makes before its type bounds it; undefined: no whole numbers. */
  madeBy(node) {
    return this.made.get(node);
  }
  /** Whether a result goes beyond its type. */
  overflows(node) {
    const range = this.made.get(node);
    const [least, most] = boundsOf(node.dataType);
    return range !== void 0 && (range.least < least || range.most > most);
  }
  /** Whether a result wraps around. */
  wraps(node) {
    return wrapsAround(node.dataType) && this.overflows(node);
  }
  infer(node) {
    const isInt = this.isInt(node.outputs.find((name) => name !== ""));
    const known = this.resultOf(node);
    const range = known !== void 0 && isBounded(known) ? known : isInt ? UNBOUNDED : void 0;
    if (range !== void 0 && isInt) this.made.set(node, range);
    const [least, most] = boundsOf(node.dataType);
    const settled3 = this.wraps(node) ? { least, most } : range;
    node.outputs.forEach((name, i) => {
      if (name !== "") this.found.set(name, node.op === "TopK" && i === 1 ? UNKNOWN2 : settled3);
    });
  }
  /** What a node's result may be, before its type bounds it; undefined: nothing is known. */
  resultOf(node) {
    const { type } = this.graph.values.get(node.outputs.find((name) => name !== ""));
    if (type === "bool") return TRUTH;
    const at3 = (i) => node.inputs[i] ? this.of(node.inputs[i]) : void 0;
    const size = (input, axis) => {
      const shape = this.graph.values.get(node.inputs[input]).shape;
      return this.longest(shape[axisOf(axis, shape.length)]);
    };
    const all2 = (ranges) => {
      const there = ranges.filter((each) => each !== void 0);
      return there.length === ranges.length && there.length > 0 ? united(there) : void 0;
    };
    if (MOVED[node.op] !== void 0)
      return type === "float" ? void 0 : all2(movedInputs(node).map((each) => this.of(each)));
    const [a, b] = [at3(0), at3(1)];
    const combine2 = ARITHMETIC2[node.op];
    if (combine2 !== void 0) {
      const ranges = node.inputs.map((_, i) => at3(i));
      return ranges.every((each) => each !== void 0) ? ranges.reduce(combine2) : void 0;
    }
    if (node.op === "Sum")
      return node.inputs.every((_, i) => at3(i)) ? node.inputs.map((_, i) => at3(i)).reduce(ARITHMETIC2["Add"]) : void 0;
    if (node.op === "ArgMax" || node.op === "ArgMin") return { least: 0, most: size(0, number(node, "axis", 0)) };
    if (node.op === "OneHot") return at3(2);
    if (node.op === "TopK") return node.outputs[0] === "" ? UNKNOWN2 : a;
    if (a === void 0) {
      if (type !== "int" || !node.op.startsWith("Cast")) return void 0;
      return node.dataType === DATA_TYPE.uint64 ? { ...UNKNOWN2, least: 0 } : UNKNOWN2;
    }
    switch (node.op) {
      case "Cast":
      case "CastLike":
      case "Floor":
      case "Ceil":
      case "Round":
      case "ReduceMax":
      case "ReduceMin":
      case "MaxPool":
        return a;
      case "ReduceMean":
        return type === "int" ? void 0 : a;
      case "Relu":
        return { least: Math.max(0, a.least), most: Math.max(0, a.most) };
      case "Div":
        return b === void 0 ? void 0 : type === "int" ? quotient(a, b) : b.least > 0 ? corners((x, y) => x / y)(a, b) : void 0;
      case "Mod":
        return b === void 0 || type !== "int" ? void 0 : remainder(a, b, number(node, "fmod", 0) !== 0);
      case "Neg":
        return { least: -a.most, most: -a.least };
      case "Abs":
        return { least: Math.max(0, a.least, -a.most), most: Math.max(a.most, -a.least) };
      case "Sign":
        return { least: -1, most: 1 };
      case "Clip":
        return this.clipped(node, a);
      case "Pad":
      case "Trilu":
        return united([a, { least: 0, most: 0 }, ...node.op === "Pad" && node.inputs[2] ? [at3(2) ?? UNKNOWN2] : []]);
      case "ScatterND":
      case "ScatterElements":
        return all2([a, at3(2)]);
      case "ReduceSum":
        return this.times(a, this.counted(node));
      case "ReduceL1":
        return within3(magnitude(a) * this.counted(node));
      case "ReduceSumSquare":
        return within3(magnitude(a) ** 2 * this.counted(node));
      case "ReduceProd":
        return within3(magnitude(a) ** this.counted(node), a);
      case "CumSum":
        return this.times(a, size(0, this.graph.constants.get(node.inputs[1])?.data[0] ?? 0));
      case "MatMul":
        return b === void 0 || type !== "int" ? void 0 : this.times(ARITHMETIC2["Mul"](a, b), size(0, -1));
      case "Gemm":
        return type === "int" ? this.gemm(node, size(0, number(node, "transA", 0) !== 0 ? 0 : 1)) : void 0;
      case "Einsum":
        return this.einsum(node);
      case "Pow": {
        if (type === "int") {
          const exponent2 = wholeExponent(this.graph, node);
          return exponent2 === void 0 ? void 0 : within3(magnitude(a) ** exponent2, exponent2 % 2 === 0 ? ONE : a);
        }
        const exponent = b?.least === b?.most ? b?.most : void 0;
        return exponent === void 0 || exponent < 0 ? void 0 : spanned([0, a.least ** exponent, a.most ** exponent]);
      }
      default:
        return void 0;
    }
  }
  /** Sums of up to `count`, and of none. */
  times(range, count2) {
    return spanned([0, range.least, range.most, range.least * count2, range.most * count2]);
  }
  gemm(node, inner) {
    const [a, b, c] = [0, 1, 2].map((i) => node.inputs[i] ? this.of(node.inputs[i]) : ZERO);
    const factors = [number(node, "alpha", 1), number(node, "beta", 1)];
    if (a === void 0 || b === void 0 || c === void 0 || !factors.every(Number.isInteger)) return void 0;
    const most = magnitude(a) * magnitude(b) * inner;
    return within3(Math.abs(factors[0]) * most + Math.abs(factors[1]) * magnitude(c));
  }
  einsum(node) {
    const ranges = node.inputs.map((name) => this.of(name));
    const shapes = node.inputs.map((name) => this.graph.values.get(name).shape.map((each) => this.longest(each)));
    const { output, sizes } = einsumPlan(node, shapes);
    const summed = [...sizes].reduce((count2, [letter2, size]) => output.includes(letter2) ? count2 : count2 * size, 1);
    if (!ranges.every((each) => each !== void 0)) return void 0;
    return within3(
      ranges.map(magnitude).reduce((product2, each) => product2 * each, summed),
      ...ranges
    );
  }
  /** Elements that a reduction takes together. */
  counted(node) {
    const { shape } = this.graph.values.get(node.inputs[0]);
    const sizes = shape.map((extent) => this.longest(extent));
    const constant = node.inputs[1] ? this.graph.constants.get(node.inputs[1]) : void 0;
    const likeness = { type: "int", shape: sizes, data: new Float64Array(0) };
    return reducedAxes(node, [likeness, constant]).reduce((product2, axis) => product2 * sizes[axis], 1);
  }
  clipped(node, a) {
    const limit = (at3, name, fallback) => {
      if (node.inputs[at3]) return this.of(node.inputs[at3]) ?? { least: fallback, most: fallback };
      const value = scalarOr(node, name, void 0, fallback);
      return { least: value, most: value };
    };
    const [low, high] = [limit(1, "min", -Infinity), limit(2, "max", Infinity)];
    return {
      least: Math.min(Math.max(a.least, low.least), high.least),
      most: Math.min(Math.max(a.most, low.most), high.most)
    };
  }
};
function refuseBeyond(node, range) {
  if (!isBounded(range))
    throw new OpError(
      `whole numbers ${reach(range)}`,
      "sums and products of what is bounded, powers by a constant, or floats (a cast before it)"
    );
  if (node.dataType === DATA_TYPE.uint64 && range.least < 0)
    throw new OpError("whole numbers below 0 in uint64, where they are beyond 2^63", "int64");
  if (beyond(range, WIDEST2))
    throw new OpError(
      `whole numbers ${reach(range)}`,
      `${WIDEST2} (2^48) at most, which is what stays exact: times in seconds, ids below 2^24, smaller factors`
    );
}

// web/import/onnx/tape/trace.ts
var BatchError = class extends Error {
};
var BATCHES = [3, 5];
var ROOM2 = 2 ** 24;
var TIMES_HELD = 4;
var WORK = 2 ** 26;
var WORK_HELD = 2 ** 8;
var Sample = class {
  constructor(graph2, shapes) {
    this.last = /* @__PURE__ */ new Map();
    /** how many values share the numbers */
    this.held = /* @__PURE__ */ new Map();
    this.graph = graph2;
    this.values = new Map(graph2.constants);
    this.constant = new Set(graph2.constants.keys());
    for (const node of graph2.nodes) for (const name of readsOf(node)) this.last.set(name, node);
    let own = 0;
    for (const { data } of graph2.constants.values()) own += data.length;
    const numbers3 = ROOM2 + TIMES_HELD * own;
    this.room = { numbers: numbers3, of: `values of ${numbers3} numbers together at most, for a file of ${own}` };
    this.work = WORK + WORK_HELD * own;
    for (const { name, type } of graph2.inputs) {
      const shape = shapes.get(name);
      if (!(sizeOf(shape) <= this.room.numbers))
        throw new InputError({ file: graph2.file, part: `input "${name}"` }, `shape ${shapeText(shape)}`, this.room.of);
      const value = tensor(type, shape);
      this.values.set(name, value);
      this.hold(value.data);
    }
  }
  /** Evaluates one more node. Errors: what the op says; more room or time than a model is given. */
  take(node) {
    const { graph: graph2, values, constant, room: room2 } = this;
    const part3 = nodeName(node);
    const inputs = node.inputs.map((name) => name === "" ? void 0 : values.get(name));
    const fixed = node.op === "Shape" || node.op === "Size" || node.inputs.every((name) => name === "" || constant.has(name));
    this.spend(part3, costOf(graph2.file, node, inputs));
    const before = room2.numbers;
    const made = withRoom(room2, () => evaluateNode(graph2.file, node, inputs, graph2.opset));
    room2.numbers = before;
    node.outputs.forEach((name, i) => {
      if (name === "") return;
      if (made[i] === void 0)
        throw new InputError({ file: graph2.file, part: part3 }, `output "${name}"`, `${made.length} at most`);
      values.set(name, made[i]);
      this.hold(made[i].data);
      this.spend(part3, reachOf(made[i].shape));
      if (fixed) constant.add(name);
      if (!this.last.has(name)) this.free(name);
    });
    for (const name of new Set(readsOf(node))) if (this.last.get(name) === node) this.free(name);
  }
  /** These nodes and constants stand where `node` stood, the If whose branch they are. */
  branch(node, nodes, constants) {
    for (const [name, value] of constants) {
      this.values.set(name, value);
      this.constant.add(name);
    }
    const own = new Set(nodes);
    for (const inner of nodes)
      for (const name of readsOf(inner)) {
        const last = this.last.get(name);
        if (last === void 0 || last === node || own.has(last)) this.last.set(name, inner);
      }
  }
  spend(part3, numbers3) {
    if (!((this.work -= numbers3) >= 0))
      throw new InputError({ file: this.graph.file, part: part3 }, "more to work out than its file is given time for", "a smaller model, or shorter sequences");
  }
  hold(data) {
    const count2 = this.held.get(data) ?? 0;
    if (count2 === 0) this.room.numbers -= data.length;
    this.held.set(data, count2 + 1);
  }
  free(name) {
    const value = this.values.get(name);
    if (value === void 0 || this.constant.has(name)) return;
    const count2 = this.held.get(value.data) ?? 0;
    this.values.set(name, { ...value, data: NOTHING4 });
    if (count2 > 1) this.held.set(value.data, count2 - 1);
    else if (this.held.delete(value.data)) this.room.numbers += value.data.length;
  }
};
var NOTHING4 = new Float64Array(0);
function sample(graph2, shapes) {
  const found = new Sample(graph2, shapes);
  for (const node of graph2.nodes) found.take(node);
  return found;
}
function trace(given2, shapesFor2, batch) {
  const graph2 = decided(given2, shapesFor2(BATCHES[0]));
  for (const node of graph2.nodes) refuseUnknown(graph2.file, node);
  const sizes = batch === "one" ? [1, 1] : BATCHES;
  const first = sample(graph2, shapesFor2(sizes[0]));
  const second = batch === "one" ? first : sample(graph2, shapesFor2(sizes[1]));
  const values = /* @__PURE__ */ new Map();
  const constants = /* @__PURE__ */ new Map();
  const varying = /* @__PURE__ */ new Map();
  const nodes = graph2.nodes.filter((node) => node.outputs.some((name) => name !== "" && !first.constant.has(name)));
  for (const name of namesOf2(graph2, nodes)) {
    const [a, b] = [first.values.get(name), second.values.get(name)];
    if (a === void 0 || b === void 0)
      throw new InputError({ file: graph2.file, part: `value "${name}"` }, "no node that makes it", "one");
    const shape = extents(name, a.shape, b.shape, sizes);
    const traced = { type: a.type, shape };
    if (first.constant.has(name)) {
      const constant = batch === "one" ? a : oneRow(name, a, b, shape);
      if (typeof constant === "string") varying.set(name, constant);
      else constants.set(name, constant);
    }
    values.set(name, traced);
  }
  const ofList = /* @__PURE__ */ new Map();
  if (typeof batch === "object" && varying.size > 0) {
    const each = [first, second, sample(graph2, shapesFor2(batch.longest))].map((known) => known.values);
    for (const name of varying.keys()) {
      const lists3 = each.map((known) => known.get(name));
      const found = listed(lists3, values.get(name).shape, [...BATCHES, batch.longest]);
      if (found !== null) ofList.set(name, found);
    }
  }
  return { ...dropDead({ ...graph2, nodes, constants }), values, varying, ofList };
}
function decided(given2, shapes) {
  const left = [...given2.nodes].reverse();
  let open2 = left.filter((node) => node.op === "If").length;
  if (open2 === 0) return given2;
  const constants = new Map(given2.constants);
  const found = new Sample(given2, shapes);
  const nodes = [];
  while (open2 > 0) {
    const node = left.pop();
    if (node.op !== "If") {
      refuseUnknown(given2.file, node);
      found.take(node);
      nodes.push(node);
      continue;
    }
    const part3 = nodeName(node);
    if (!found.constant.has(node.inputs[0]))
      throw new InputError(
        { file: given2.file, part: part3 },
        "a condition that depends on the inputs",
        "one that shapes decide"
      );
    const taken = found.values.get(node.inputs[0]).data[0] !== 0 ? "then_branch" : "else_branch";
    const branch = node.attributes.get(taken);
    if (branch?.outputs?.length !== node.outputs.length)
      throw new InputError({ file: given2.file, part: part3 }, `no ${taken} of ${node.outputs.length} outputs`, "one");
    const results = branch.outputs.map((name, i) => ({
      name: `${node.name}.${i}`,
      op: "Identity",
      inputs: [name],
      outputs: [node.outputs[i]],
      attributes: /* @__PURE__ */ new Map()
    }));
    const inner = [...branch.nodes, ...results];
    found.branch(node, inner, branch.constants);
    for (const [name, value] of branch.constants) constants.set(name, value);
    for (let i = inner.length - 1; i >= 0; i--) left.push(inner[i]);
    open2 += inner.filter(({ op }) => op === "If").length - 1;
  }
  for (let i = left.length - 1; i >= 0; i--) nodes.push(left[i]);
  return { ...given2, nodes, constants };
}
function refuseUnknown(file, node) {
  if (!isSupported(node.op)) throw unsupported(file, node);
  for (const [name, value] of node.attributes)
    if (typeof value === "object" && "graph" in value)
      throw new InputError({ file, part: nodeName(node) }, `a graph in attribute "${name}"`, "plain values");
}
function namesOf2(graph2, nodes) {
  const names = new Set(graph2.inputs.map((port) => port.name));
  for (const node of nodes) for (const name of [...node.inputs, ...node.outputs]) if (name !== "") names.add(name);
  for (const port of graph2.outputs) names.add(port.name);
  return names;
}
function extents(name, a, b, sizes) {
  if (a.length !== b.length) throw new BatchError(`the rank of "${name}" depends on the batch`);
  return a.map((size, axis) => {
    if (size === b[axis]) return { size, rows: false };
    if (size % sizes[0] !== 0 || b[axis] !== size / sizes[0] * sizes[1])
      throw new BatchError(
        `axis ${axis} of "${name}" is ${size} for a batch of ${sizes[0]}, ${b[axis]} for ${sizes[1]}`
      );
    return { size: size / sizes[0], rows: true };
  });
}
function oneRow(name, a, b, shape) {
  const [one2, other] = [cut2(a, shape), cut2(b, shape)];
  if (one2 === null || other === null) return `rows of the constant "${name}" differ`;
  const differ = one2.data.some(
    (value, i) => value !== other.data[i] && !(Number.isNaN(value) && Number.isNaN(other.data[i]))
  );
  return differ ? `the constant "${name}" depends on the size of the batch` : one2;
}
function cut2(x, shape) {
  let { data } = x;
  let inner = 1;
  const sizes = [...x.shape];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (shape[axis].rows) {
      const size = sizes[axis];
      const kept = new Float64Array(data.length / size);
      for (let at3 = 0; at3 < data.length; at3++) {
        const block = Math.floor(at3 / (size * inner));
        const to = block * inner + at3 % inner;
        if (Math.floor(at3 / inner) % size === 0) kept[to] = data[at3];
        else if (data[at3] !== kept[to]) return null;
      }
      data = kept;
      sizes[axis] = 1;
    }
    inner *= sizes[axis];
  }
  return { type: x.type, shape: sizes, data };
}

// web/import/onnx/tape/value.ts
var factorsOf = (value) => value.axes.flat();
function layOut(factors, capacity) {
  const out = factors.map((factor) => ({ ...factor }));
  let step = 1;
  for (let i = out.length - 1; i >= 0; i--) {
    out[i].step = step;
    step *= out[i].rows ? capacity : out[i].size;
  }
  return { factors: out, floats: step };
}
function extentFactors(extent) {
  const factors = [];
  if (extent.rows) factors.push({ size: 1, step: 0, rows: true });
  if (extent.size !== 1) factors.push({ size: extent.size, step: 0, rows: false });
  return factors;
}
var repeats = (axis) => axis.every((factor) => factor.step === 0);
var split2 = (factor, inner) => [
  { size: factor.size / inner, step: factor.step * inner, rows: false },
  { size: inner, step: factor.step, rows: false }
];
function merged(factors) {
  const out = [];
  for (const factor of factors) {
    const before = out.at(-1);
    if (before !== void 0 && !before.rows && !factor.rows && before.step === factor.step * factor.size)
      out[out.length - 1] = { size: before.size * factor.size, step: factor.step, rows: false };
    else out.push(factor);
  }
  return out;
}
function regroup(axes, shape) {
  const left = merged(axes.flat());
  const out = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const wanted = { ...shape[axis] };
    const taken = [];
    while (wanted.size > 1 || wanted.rows) {
      const factor = left.pop();
      if (factor === void 0) return null;
      if (factor.rows) {
        if (!wanted.rows) throw new BatchError("a reshape mixes the batch with other sizes");
        wanted.rows = false;
        taken.unshift(factor);
      } else if (wanted.size % factor.size === 0) {
        wanted.size /= factor.size;
        taken.unshift(factor);
      } else if (factor.size % wanted.size === 0) {
        const [outer, inner] = split2(factor, wanted.size);
        left.push(outer);
        taken.unshift(inner);
        wanted.size = 1;
      } else return null;
    }
    out.unshift(taken);
  }
  return left.every((factor) => factor.size === 1 && !factor.rows) ? out : null;
}
function aligned(lists3) {
  const rest2 = lists3.map((list2) => repeats(list2) ? null : [...list2]);
  const fixed = rest2.filter((list2) => list2 !== null);
  if (fixed.length === 0) {
    const widest = lists3.reduce((a, b) => b.length > a.length ? b : a, lists3[0]);
    return lists3.map(() => widest.map((factor) => ({ ...factor, step: 0 })));
  }
  const out = rest2.map(() => []);
  while (fixed.some((list2) => list2.length > 0)) {
    if (fixed.some((list2) => list2.length === 0)) return null;
    const heads = fixed.map((list2) => list2.at(-1));
    if (heads.some((head) => head.rows !== heads[0].rows)) return null;
    const size = Math.min(...heads.map((head) => head.size));
    if (heads.some((head) => head.size % size !== 0)) return null;
    rest2.forEach((list2, i) => {
      if (list2 === null) {
        out[i].unshift({ size, step: 0, rows: heads[0].rows });
        return;
      }
      const head = list2.pop();
      if (head.size === size) out[i].unshift(head);
      else {
        const [outer, inner] = split2(head, size);
        list2.push(outer);
        out[i].unshift(inner);
      }
    });
  }
  return out;
}

// web/import/onnx/tape/tape.ts
var UNARY3 = UNARY;
var BINARY2 = BINARY;
var WHOLE6 = WHOLE2;
var REDUCE3 = REDUCE;
var MAX_RANK = 6;
var MOST_OPS = 1 << 14;
var Tape = class {
  /** `capacity`: rows of one run; memory is laid out for so many. */
  constructor(capacity, isList = false) {
    this.ops = [];
    this.constants = /* @__PURE__ */ new Map();
    this.capacity = capacity;
    this.isList = isList;
  }
  /** Errors: an op goes along the rows, `what`, though they are each for themselves. */
  join(axes, what) {
    if (!this.isList && axes.flat().some((factor) => factor.rows)) throw new BatchError(what);
  }
  /** How many rows there are. */
  count() {
    const out = this.fresh([], "int", true);
    const one2 = { ...viewOf(this.scalar(1, "int")), dims: [{ size: 1, step: 0, rows: true }] };
    this.emit("reduce", [viewOf(out), one2], true, { kind: REDUCE3["sum"], m: 1 });
    return out;
  }
  /** A constant that differs between rows, as it is for all that one run takes. */
  perRow(value, shape, name) {
    const { buffer, type } = this.constant(value, name);
    const axes = shape.map(extentFactors);
    const laid = layOut(axes.flat(), this.capacity).factors;
    return { buffer, offset: 0, axes: axes.map((axis) => axis.map(() => laid.shift())), type, perRow: true };
  }
  constant(value, name) {
    let buffer = this.constants.get(value);
    if (buffer === void 0) {
      buffer = { data: value.data, floats: value.data.length, name };
      this.constants.set(value, buffer);
    }
    const axes = value.shape.map((size) => size === 1 ? [] : [{ size, step: 0, rows: false }]);
    const laid = layOut(axes.flat(), 1).factors;
    return {
      buffer,
      offset: 0,
      axes: axes.map((axis) => axis.map(() => laid.shift())),
      type: value.type,
      perRow: false
    };
  }
  scalar(value, type = "float") {
    return this.constant({ type, shape: [], data: Float64Array.of(value) }, "scalar");
  }
  /**
   * New scratch memory with axes like `axes`, in C order. Factors that repeat stay repeated, so that an op on them is done
   * once; `whole` gives them memory of their own.
   */
  fresh(axes, type, perRow, whole4 = false) {
    const held2 = axes.flat().filter((factor) => whole4 || factor.step !== 0);
    const { factors, floats } = layOut(held2, this.capacity);
    const laid = axes.map(
      (axis) => axis.map((factor) => whole4 || factor.step !== 0 ? factors.shift() : { ...factor })
    );
    const isPerRow2 = perRow || held2.some((factor) => factor.rows);
    return { buffer: { floats, name: "" }, offset: 0, axes: laid, type, perRow: isPerRow2 };
  }
  emit(code, views, perRow, numbers3 = {}, alsoWrites = []) {
    if (this.ops.length === MOST_OPS) throw new OpError(`more than ${MOST_OPS} ops`, "a smaller model");
    for (const view of views)
      if (view !== null && view.dims.length > MAX_RANK)
        throw new OpError(`${view.dims.length} dimensions that cannot be merged (expected at most ${MAX_RANK})`);
    if (!this.isList && views.some((view) => view !== null && view.dims.filter((dim) => dim.rows).length > 1))
      throw new BatchError("rows against rows");
    const byRow = perRow || views.some((view) => view !== null && view.dims.some((dim) => dim.rows));
    const writes = [...views[0] === null ? [] : [views[0].buffer], ...alsoWrites];
    this.ops.push({ code, kind: 0, m: 0, n: 0, alpha: 0, beta: 0, scale: 0, ...numbers3, views, writes, perRow: byRow });
  }
  /** A copy in C order, with memory for what repeats. */
  copy(value) {
    const out = this.fresh(value.axes, value.type, value.perRow, true);
    this.copyInto(out, value);
    return out;
  }
  /** Copies `value` into memory of the same axes. */
  copyInto(out, value, perRow = value.perRow) {
    this.emit("copy", asOut([viewOf(out), viewOf(value)]), perRow);
  }
  /** The value with `axis` as one run of memory at most; copied if need be. */
  single(value, axis) {
    const run3 = merged(value.axes[axis]);
    if (run3.length <= 1) return { ...value, axes: value.axes.map((each, i) => i === axis ? run3 : each) };
    const copy = this.copy(value);
    return { ...copy, axes: copy.axes.map((each, i) => i === axis ? merged(each) : each) };
  }
};
var viewOf = (value) => ({
  buffer: value.buffer,
  offset: value.offset,
  dims: factorsOf(value)
});
var viewWith = (value, dims) => ({ buffer: value.buffer, offset: value.offset, dims });
function asOut(views, count2 = views[0].dims.length) {
  const kept = [];
  for (let d = 0; d < count2; d++) {
    const before = kept.at(-1);
    const together5 = before !== void 0 && views.every(({ dims }) => {
      const [outer, inner] = [dims[before], dims[d]];
      return !inner.rows && outer.step === inner.step * inner.size;
    });
    if (!together5) {
      kept.push(d);
      continue;
    }
    for (const view of views) {
      const [outer, inner] = [view.dims[before], view.dims[d]];
      view.dims = view.dims.map(
        (dim, i) => i === d ? { size: outer.size * inner.size, step: inner.step, rows: outer.rows } : dim
      );
    }
    kept[kept.length - 1] = d;
  }
  return views.map((view) => ({ ...view, dims: view.dims.filter((_, d) => d >= count2 || kept.includes(d)) }));
}

// web/import/onnx/lower/context.ts
var Context = class {
  constructor(graph2, tape, ranges = null) {
    this.values = /* @__PURE__ */ new Map();
    /** What whole numbers have besides, where one float does not hold them: see whole.ts. */
    this.low = /* @__PURE__ */ new Map();
    /** Buffers that are outputs already. */
    this.outputs = /* @__PURE__ */ new Set();
    this.laid = /* @__PURE__ */ new Map();
    this.graph = graph2;
    this.ranges = ranges;
    this.tape = tape;
    this.read = /* @__PURE__ */ new Set([...graph2.nodes.flatMap((node) => node.inputs), ...graph2.outputs.map((port) => port.name)]);
  }
  /** An input of a node as a value; a constant becomes memory when it is first asked for. */
  input(node, at3) {
    const found = this.optional(node, at3);
    if (found === void 0) throw new OpError(`${node.inputs.length} inputs, expected input ${at3} too`);
    return found;
  }
  optional(node, at3) {
    const name = node.inputs[at3];
    if (name === void 0 || name === "") return void 0;
    const known = this.values.get(name);
    if (known !== void 0) return known;
    const value = this.ofList(name) ?? this.plain(node, at3);
    this.values.set(name, value);
    return value;
  }
  plain(node, at3) {
    const [name, constant] = [node.inputs[at3], this.constant(node, at3)];
    if (constant === void 0) throw new OpError(`input "${name}" before anything made it`);
    return repeated2(this.tape.constant(constant, name), this.graph.values.get(name).shape);
  }
  /** What a list of any length makes of a constant that differs with its length. */
  ofList(name) {
    const found = this.graph.ofList.get(name);
    if (found === void 0) return void 0;
    const { type, shape } = this.graph.values.get(name);
    if ("rows" in found) return this.tape.perRow(found.rows, shape, name);
    const count2 = this.tape.count();
    const line2 = { kind: UNARY3["affine"], alpha: found.slope, beta: found.start };
    const value = this.elementwise("unary", [count2], type, line2);
    const turned3 = found.under ? this.elementwise("unary", [value], type, { kind: UNARY3["reciprocal"] }) : value;
    return { ...turned3, axes: shape.map(() => []) };
  }
  /** An input's value where it is a constant. */
  constant(node, at3) {
    const name = node.inputs[at3];
    if (name === void 0 || name === "") return void 0;
    if (this.graph.ofList.has(name)) return void 0;
    const varying = this.graph.varying.get(name);
    if (varying !== void 0) throw new BatchError(varying);
    return this.graph.constants.get(name);
  }
  /** An input that must be a constant, such as axes. */
  fixed(node, at3, what) {
    const found = this.constant(node, at3);
    if (found === void 0) throw new OpError(`${what} that depend on the inputs`);
    return found;
  }
  /** Whether an optional input is there and no constant. */
  optionalIsDynamic(node, at3) {
    const name = node.inputs[at3];
    return name !== void 0 && name !== "" && !this.graph.constants.has(name);
  }
  /** Whether anything reads a value. */
  isRead(name) {
    return this.read.has(name);
  }
  /** A constant's elements in the order of `dims`, as memory of its own. */
  moved(value, dims) {
    const key = `${value.buffer.name}@${value.offset}:${dims.map(({ size, step }) => `${size}x${step}`).join()}`;
    let found = this.laid.get(key);
    if (found === void 0) {
      const size = dims.reduce((product2, dim) => product2 * dim.size, 1);
      const data = new Float32Array(size);
      const from = { type: value.type, shape: [value.buffer.data.length], data: value.buffer.data };
      const view = gatherView(
        from,
        dims.map((dim) => dim.size),
        dims.map((dim) => dim.step),
        value.offset
      );
      data.set(view.data);
      found = { data, floats: size, name: value.buffer.name };
      this.laid.set(key, found);
    }
    return found;
  }
  traced(name) {
    return this.graph.values.get(name);
  }
  /** The shape of input `at`, sizes of the batch counted as for one row. */
  shapeOf(node, at3) {
    return this.traced(node.inputs[at3]).shape;
  }
  /** Output `at`'s type and shape. */
  result(node, at3 = 0) {
    return this.traced(node.outputs[at3]);
  }
  /** A tensor of the shape alone, for the functions that the plain evaluator shares with this. */
  likeness(node, at3) {
    const traced = this.traced(node.inputs[at3]);
    return { type: traced.type, shape: traced.shape.map(({ size }) => size), data: new Float64Array(0) };
  }
  /** Runs an op whose operands are all as its result, and returns the result. */
  elementwise(code, operands2, type, numbers3 = {}) {
    const inputs = this.together(operands2);
    const out = this.tape.fresh(
      walked(inputs),
      type,
      inputs.some((each) => each.perRow)
    );
    this.asOut(code, out, inputs, numbers3);
    return out;
  }
  /** Emits an op over operands that are already together with `out`; what repeats in all of them is done once. */
  asOut(code, out, inputs, numbers3 = {}) {
    const all2 = [out, ...inputs];
    const flat = all2.map((each) => viewOf(each).dims);
    const used = flat[0].map((_, d) => d).filter((d) => flat.some((dims) => dims[d].step !== 0));
    const views = all2.map((each, i) => ({ ...viewOf(each), dims: used.map((d) => flat[i][d]) }));
    this.tape.emit(code, asOut(views), out.perRow, numbers3);
  }
  /** Operands of broadcasting, given the same axes cut the same way. */
  together(operands2) {
    const rank = Math.max(...operands2.map((each) => each.axes.length));
    let values = operands2.map((each) => padded(each, rank));
    for (let attempt2 = 0; attempt2 < 2; attempt2++) {
      const axes = Array.from({ length: rank }, (_, axis) => aligned(values.map((each) => each.axes[axis])));
      if (axes.every((axis) => axis !== null))
        return values.map((each, i) => ({ ...each, axes: axes.map((axis) => axis[i]) }));
      values = values.map((each) => fragmented(each) ? this.tape.copy(each) : each);
      values = values.map((each) => ({ ...each, axes: each.axes.map(mergedRun) }));
    }
    throw new BatchError("operands hold the batch in different places");
  }
};
var mergedRun = (axis) => {
  const rows = axis.filter((factor) => factor.rows);
  const rest2 = axis.filter((factor) => !factor.rows);
  if (rest2.length <= 1) return [...axis];
  const size = rest2.reduce((product2, factor) => product2 * factor.size, 1);
  const contiguous = rest2.every((factor, i) => i === 0 || rest2[i - 1].step === factor.step * factor.size);
  return contiguous && rows.length === 0 ? [{ size, step: rest2.at(-1).step, rows: false }] : [...axis];
};
var fragmented = (value) => value.axes.some((axis) => axis.length > 1 && !repeats(axis));
var padded = (value, rank) => ({
  ...value,
  axes: [...Array.from({ length: rank - value.axes.length }, () => []), ...value.axes]
});
function walked(inputs) {
  return inputs[0].axes.map(
    (axis, a) => axis.map((factor, f) => ({ ...factor, step: inputs.some((each) => each.axes[a][f].step !== 0) ? 1 : 0 }))
  );
}
function repeated2(value, shape) {
  const full2 = padded(value, shape.length);
  return {
    ...full2,
    axes: full2.axes.map((axis, a) => axis.length === 0 ? extentFactors(shape[a]) : axis)
  };
}

// web/import/onnx/lower/elementwise.ts
var attribute = (node, name) => node.attributes.get(name);
function activationOf(node) {
  const kind = UNARY3[PLAIN2[node.op] ?? ""];
  if (kind !== void 0) return { kind };
  switch (node.op) {
    case "LeakyRelu":
      return { kind: UNARY3["leaky"], alpha: attribute(node, "alpha") ?? 0.01 };
    case "Elu":
      return { kind: UNARY3["elu"], alpha: attribute(node, "alpha") ?? 1 };
    case "Selu":
      return {
        kind: UNARY3["selu"],
        alpha: attribute(node, "alpha") ?? 1.6732632423543772,
        beta: attribute(node, "gamma") ?? 1.0507009873554805
      };
    case "Gelu":
      return { kind: UNARY3[text(node, "approximate", "none") === "tanh" ? "gelu_tanh" : "gelu"] };
    case "HardSigmoid":
      return {
        kind: UNARY3["hardsigmoid"],
        alpha: attribute(node, "alpha") ?? 0.2,
        beta: attribute(node, "beta") ?? 0.5
      };
    case "HardSwish":
      return { kind: UNARY3["hardswish"], alpha: 1 / 6, beta: 0.5 };
    default:
      return void 0;
  }
}
var PLAIN2 = {
  Abs: "abs",
  Sqrt: "sqrt",
  Reciprocal: "reciprocal",
  Exp: "exp",
  Log: "log",
  Relu: "relu",
  Erf: "erf",
  Sigmoid: "sigmoid",
  Tanh: "tanh",
  Softplus: "softplus",
  Softsign: "softsign",
  Silu: "silu",
  // ours: fusion makes it
  Floor: "floor",
  Ceil: "ceil",
  Round: "round",
  Sign: "sign",
  Not: "not",
  IsNaN: "isnan",
  Sin: "sin",
  Cos: "cos"
};
var unary = (context, value, numbers3, type = value.type) => context.elementwise("unary", [value], type, numbers3);
var binary = (context, kind, a, b, type) => context.elementwise("binary", [a, b], type, { kind: BINARY2[kind] });
var affine = (context, value, alpha, beta, type) => unary(context, value, { kind: UNARY3["affine"], alpha, beta }, type);
var activation2 = (context, node) => [
  unary(context, context.input(node, 0), activationOf(node), context.result(node).type)
];
function scalarOf2(context, node, at3) {
  const constant = context.constant(node, at3);
  return constant !== void 0 && constant.data.length === 1 ? constant.data[0] : void 0;
}
function operands(context, node) {
  const [a, b] = [context.input(node, 0), context.input(node, 1)];
  if (context.graph.opset >= 7 || !node.attributes.has("axis")) return [a, b];
  const after = a.axes.length - number(node, "axis", 0) - b.axes.length;
  return [a, after > 0 ? { ...b, axes: [...b.axes, ...Array.from({ length: after }, () => [])] } : b];
}
var arithmetic = (kind) => (context, node) => {
  const { type } = context.result(node);
  const [left, right] = [scalarOf2(context, node, 0), scalarOf2(context, node, 1)];
  const isInt = type === "int";
  if (left === void 0 && right !== void 0 && keepsRank(context, node, 0)) {
    const a2 = context.input(node, 0);
    if (kind === "add") return [affine(context, a2, 1, right, type)];
    if (kind === "sub") return [affine(context, a2, 1, -right, type)];
    if (kind === "mul") return [affine(context, a2, right, 0, type)];
  }
  if (left !== void 0 && right === void 0 && keepsRank(context, node, 1)) {
    const b2 = context.input(node, 1);
    if (kind === "add") return [affine(context, b2, 1, left, type)];
    if (kind === "sub") return [affine(context, b2, -1, left, type)];
    if (kind === "mul") return [affine(context, b2, left, 0, type)];
  }
  const [a, b] = operands(context, node);
  return [binary(context, kind === "div" && isInt ? "div_trunc" : kind, a, b, type)];
};
var keepsRank = (context, node, at3) => context.shapeOf(node, at3).length === context.result(node).shape.length;
var pow = (context, node) => {
  const exponent = scalarOf2(context, node, 1);
  const { type } = context.result(node);
  const base = context.input(node, 0);
  const whole4 = type === "int" ? wholeExponent(context.graph, node) : void 0;
  if (whole4 !== void 0) return [power(base, whole4, (a, b) => binary(context, "mul", a, b, type))];
  const square = (value) => unary(context, value, { kind: UNARY3["square"] }, type);
  if (exponent !== void 0 && keepsRank(context, node, 0)) {
    if (exponent === 1) return [base];
    if (exponent === 2) return [square(base)];
    if (exponent === 3) return [binary(context, "mul", square(base), base, type)];
    if (exponent === 4) return [square(square(base))];
    if (exponent === 0.5) return [unary(context, base, { kind: UNARY3["sqrt"] }, type)];
    if (exponent === -1) return [unary(context, base, { kind: UNARY3["reciprocal"] }, type)];
    if (exponent === -0.5)
      return [unary(context, unary(context, base, { kind: UNARY3["sqrt"] }), { kind: UNARY3["reciprocal"] }, type)];
  }
  return [binary(context, "pow", base, context.input(node, 1), type)];
};
var compare = (kind, swap) => (context, node) => {
  const [a, b] = operands(context, node);
  return [binary(context, kind, swap ? b : a, swap ? a : b, "bool")];
};
function castTo(context, value, type) {
  if (type === "bool" && value.type !== "bool") return unary(context, value, { kind: UNARY3["bool"] }, "bool");
  if (type === "int" && value.type === "float") return unary(context, value, { kind: UNARY3["trunc"] }, "int");
  return { ...value, type };
}
var cast2 = (context, node) => [castTo(context, context.input(node, 0), context.result(node).type)];
var same = (context, node) => [context.input(node, 0)];
var clip = (context, node) => {
  const limit = (at3, name, fallback) => {
    const dynamic = node.inputs[at3] !== void 0 && node.inputs[at3] !== "" && context.constant(node, at3) === void 0;
    return dynamic ? void 0 : scalarOr(node, name, context.constant(node, at3), fallback);
  };
  const [low, high] = [limit(1, "min", -Infinity), limit(2, "max", Infinity)];
  let value = context.input(node, 0);
  const { type } = value;
  if (low !== void 0 && high !== void 0) {
    const [alpha, beta] = [Math.max(low, -34028234663852886e22), Math.min(high, 34028234663852886e22)];
    return [unary(context, value, { kind: UNARY3["clip"], alpha, beta })];
  }
  value = binary(context, "max", value, low === void 0 ? context.input(node, 1) : context.tape.scalar(low), type);
  return [binary(context, "min", value, high === void 0 ? context.input(node, 2) : context.tape.scalar(high), type)];
};
var variadic = (kind) => (context, node) => {
  const { type } = context.result(node);
  let value = context.input(node, 0);
  for (let i = 1; i < node.inputs.length; i++) value = binary(context, kind, value, context.input(node, i), type);
  return [node.op === "Mean" ? affine(context, value, 1 / node.inputs.length, 0) : value];
};
var where2 = (context, node) => [
  context.elementwise(
    "where",
    [0, 1, 2].map((at3) => context.input(node, at3)),
    context.result(node).type
  )
];
var ELEMENTWISE2 = {
  ...Object.fromEntries(
    [...Object.keys(PLAIN2), "LeakyRelu", "Elu", "Selu", "Gelu", "HardSigmoid", "HardSwish"].map((op) => [
      op,
      activation2
    ])
  ),
  Add: arithmetic("add"),
  Sub: arithmetic("sub"),
  Mul: arithmetic("mul"),
  Div: arithmetic("div"),
  Pow: pow,
  Mod: (context, node) => {
    const [a, b] = [0, 1].map((at3) => context.ranges?.of(node.inputs[at3]));
    const times = a && b ? Math.max(-a.least, a.most) / Math.max(1, Math.min(Math.abs(b.least), Math.abs(b.most))) : 0;
    if (times >= 2 ** 24)
      throw new OpError(
        `a rest of numbers ${reach(a)}, of which float32 has none`,
        "whole numbers, cast to float after it"
      );
    const kind = number(node, "fmod", 0) !== 0 ? "fmod" : "mod";
    return [binary(context, kind, context.input(node, 0), context.input(node, 1), context.result(node).type)];
  },
  PRelu: (context, node) => [binary(context, "prelu", context.input(node, 0), context.input(node, 1), "float")],
  Neg: (context, node) => [affine(context, context.input(node, 0), -1, 0)],
  Celu: (context, node) => {
    const alpha = attribute(node, "alpha") ?? 1;
    const scaled2 = affine(context, context.input(node, 0), 1 / alpha, 0);
    return [affine(context, unary(context, scaled2, { kind: UNARY3["elu"], alpha: 1 }), alpha, 0)];
  },
  ThresholdedRelu: (context, node) => {
    const x = context.input(node, 0);
    const above2 = binary(context, "less", context.tape.scalar(attribute(node, "alpha") ?? 1), x, "bool");
    return [binary(context, "mul", x, above2, "float")];
  },
  Mish: (context, node) => {
    const x = context.input(node, 0);
    const inner = unary(context, unary(context, x, { kind: UNARY3["softplus"] }), { kind: UNARY3["tanh"] });
    return [binary(context, "mul", x, inner, "float")];
  },
  IsInf: (context, node) => {
    const x = context.input(node, 0);
    const [up, down] = [number(node, "detect_positive", 1) !== 0, number(node, "detect_negative", 1) !== 0];
    if (!up && !down) return [repeated2(context.tape.scalar(0, "bool"), context.result(node).shape)];
    const of2 = up && down ? unary(context, x, { kind: UNARY3["abs"] }) : x;
    return [binary(context, "equal", of2, context.tape.scalar(up ? Infinity : -Infinity), "bool")];
  },
  Equal: compare("equal", false),
  Less: compare("less", false),
  LessOrEqual: compare("less_equal", false),
  Greater: compare("less", true),
  GreaterOrEqual: compare("less_equal", true),
  And: compare("and", false),
  Or: compare("or", false),
  Xor: compare("xor", false),
  Min: variadic("min"),
  Max: variadic("max"),
  Sum: variadic("add"),
  Mean: variadic("add"),
  Where: where2,
  Clip: clip,
  Cast: cast2,
  CastLike: cast2,
  Identity: same,
  Dropout: (context, node) => {
    const x = context.input(node, 0);
    if (node.outputs.length < 2 || !context.isRead(node.outputs[1])) return [x];
    return [x, repeated2(context.tape.scalar(1, "bool"), context.result(node).shape)];
  }
};

// web/import/onnx/fuse.ts
function fuse(graph2) {
  return [layerNorms, gelus, silus, linears].reduce((now, pass) => dropDead(pass(now)), graph2);
}
var Finder = class {
  constructor(graph2) {
    this.graph = graph2;
    this.makers = makersOf(graph2);
    this.readers = readersOf(graph2);
    this.outputs = new Set(graph2.outputs.map((port) => port.name));
  }
  /** The node of one of these ops that makes a value. */
  maker(name, ...ops) {
    const node = name === void 0 ? void 0 : this.makers.get(name);
    return node !== void 0 && ops.includes(node.op) ? node : void 0;
  }
  /** The only reader of a value, if it is one of these ops, or of any. */
  only(name, ...ops) {
    const readers = this.readers.get(name) ?? [];
    if (readers.length !== 1 || this.outputs.has(name)) return void 0;
    return ops.length === 0 || ops.includes(readers[0].op) ? readers[0] : void 0;
  }
  readersOf(name) {
    return this.readers.get(name) ?? [];
  }
  /** The one number that a constant holds. */
  scalar(name) {
    const constant = name === void 0 ? void 0 : this.graph.constants.get(name);
    return constant !== void 0 && constant.data.length === 1 ? constant.data[0] : void 0;
  }
  shape(name) {
    return this.graph.values.get(name).shape;
  }
  sameShape(a, b) {
    const [x, y] = [this.shape(a), this.shape(b)];
    return x.length === y.length && x.every((extent, i) => extent.size === y[i].size && extent.rows === y[i].rows);
  }
  /** The input of a node that is not `name`; undefined if it has that one not at all. */
  other(node, name) {
    if (node.inputs[0] === name) return node.inputs[1];
    return node.inputs[1] === name ? node.inputs[0] : void 0;
  }
  /** Whether a mean runs over the last axis alone and keeps it. */
  isLastMean(node) {
    if (node === void 0 || node.attributes.get("keepdims") === 0) return false;
    const axes = node.inputs[1] ? [...this.graph.constants.get(node.inputs[1])?.data ?? []] : numbers2(node, "axes");
    const rank = this.shape(node.inputs[0]).length;
    return axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1);
  }
};
var near = (a, b) => a !== void 0 && Math.abs(a - b) <= 1e-5 * Math.abs(b);
var replaced = (graph2, by) => ({
  ...graph2,
  nodes: graph2.nodes.map((node) => by.get(node) ?? node)
});
function layerNorms(graph2) {
  const find = new Finder(graph2);
  const by = /* @__PURE__ */ new Map();
  for (const node of graph2.nodes) {
    const found = node.op === "Div" ? centredOverDeviation(find, node) : void 0;
    if (found === void 0) continue;
    let last = node;
    const width = find.shape(found.x).at(-1).size;
    const step = (op) => {
      const next2 = find.only(last.outputs[0], op);
      const constant = next2 && find.other(next2, last.outputs[0]);
      const data = constant === void 0 ? void 0 : graph2.constants.get(constant);
      const fits = data !== void 0 && (data.data.length === 1 || data.data.length === width && data.shape.at(-1) === width);
      if (next2 === void 0 || !fits || !find.sameShape(next2.outputs[0], found.x)) return void 0;
      last = next2;
      return constant;
    };
    const weight = step("Mul");
    const bias = step("Add");
    by.set(last, {
      name: node.name,
      op: "LayerNormalization",
      inputs: [found.x, weight ?? "", bias ?? ""],
      outputs: [last.outputs[0]],
      attributes: /* @__PURE__ */ new Map([["epsilon", found.epsilon]])
    });
  }
  return replaced(graph2, by);
}
function centredOverDeviation(find, div) {
  const centred = find.maker(div.inputs[0], "Sub");
  const root2 = find.maker(div.inputs[1], "Sqrt");
  const sum = find.maker(root2?.inputs[0], "Add");
  if (centred === void 0 || sum === void 0) return void 0;
  const x = centred.inputs[0];
  const isCentred = (name) => {
    const sub = find.maker(name, "Sub");
    const mean = find.maker(sub?.inputs[1], "ReduceMean");
    return sub?.inputs[0] === x && find.isLastMean(mean) && mean.inputs[0] === x;
  };
  const epsilon = find.scalar(sum.inputs[1]) ?? find.scalar(sum.inputs[0]);
  const variance = find.maker(sum.inputs[0], "ReduceMean") ?? find.maker(sum.inputs[1], "ReduceMean");
  const square = find.maker(variance?.inputs[0], "Pow", "Mul");
  if (epsilon === void 0 || !find.isLastMean(variance) || square === void 0) return void 0;
  const squares = square.op === "Pow" ? find.scalar(square.inputs[1]) === 2 : square.inputs[0] === square.inputs[1];
  return squares && isCentred(div.inputs[0]) && isCentred(square.inputs[0]) ? { x, epsilon } : void 0;
}
function gelus(graph2) {
  const find = new Finder(graph2);
  const by = /* @__PURE__ */ new Map();
  for (const erf2 of graph2.nodes) {
    if (erf2.op !== "Erf") continue;
    const scaled2 = find.maker(erf2.inputs[0], "Div", "Mul");
    const constant = find.scalar(scaled2?.inputs[1]) ?? find.scalar(scaled2?.inputs[0]);
    if (scaled2 === void 0 || !near(constant, scaled2.op === "Div" ? Math.SQRT2 : Math.SQRT1_2)) continue;
    const x = find.scalar(scaled2.inputs[1]) !== void 0 ? scaled2.inputs[0] : scaled2.inputs[1];
    const plus2 = find.only(erf2.outputs[0], "Add");
    const one2 = plus2 && find.scalar(find.other(plus2, erf2.outputs[0]));
    const product2 = plus2 && find.only(plus2.outputs[0], "Mul");
    const factor = product2 && find.other(product2, plus2.outputs[0]);
    if (!near(one2, 1) || product2 === void 0 || factor === void 0) continue;
    const last = halved(find, product2, factor, x);
    if (last !== void 0 && find.sameShape(last.outputs[0], x))
      by.set(last, { name: erf2.name, op: "Gelu", inputs: [x], outputs: [last.outputs[0]], attributes: /* @__PURE__ */ new Map() });
  }
  return replaced(graph2, by);
}
function halved(find, product2, factor, x) {
  const half = (node, name) => {
    if (node === void 0) return false;
    const number2 = find.scalar(find.other(node, name));
    return node.op === "Mul" ? near(number2, 0.5) : node.inputs[0] === name && near(number2, 2);
  };
  const before = find.maker(factor, "Mul", "Div");
  if (before !== void 0 && half(before, x)) return product2;
  if (factor === x) {
    const after2 = find.only(product2.outputs[0], "Mul", "Div");
    return half(after2, product2.outputs[0]) ? after2 : void 0;
  }
  if (!near(find.scalar(factor), 0.5)) return void 0;
  const after = find.only(product2.outputs[0], "Mul");
  return after !== void 0 && find.other(after, product2.outputs[0]) === x ? after : void 0;
}
function silus(graph2) {
  const find = new Finder(graph2);
  const by = /* @__PURE__ */ new Map();
  for (const node of graph2.nodes) {
    if (node.op !== "Mul") continue;
    for (const [gate, x] of [node.inputs, [...node.inputs].reverse()]) {
      const sigmoid2 = find.maker(gate, "Sigmoid");
      if (sigmoid2 === void 0 || sigmoid2.inputs[0] !== x || find.only(gate) !== node) continue;
      by.set(node, { name: node.name, op: "Silu", inputs: [x], outputs: node.outputs, attributes: /* @__PURE__ */ new Map() });
      break;
    }
  }
  return replaced(graph2, by);
}
function linears(graph2) {
  const find = new Finder(graph2);
  const by = /* @__PURE__ */ new Map();
  const place2 = new Map(graph2.nodes.map((node, i) => [node, i]));
  for (const node of graph2.nodes) {
    if (node.op !== "MatMul" && node.op !== "Gemm") continue;
    if (graph2.values.get(node.outputs[0]).type !== "float") continue;
    let last = node;
    const out = node.outputs[0];
    const attributes2 = new Map(node.attributes);
    const inputs = [...node.inputs];
    const next2 = (...ops) => {
      const found = find.only(last.outputs[0], ...ops);
      return found !== void 0 && !by.has(found) && find.sameShape(found.outputs[0], out) ? found : void 0;
    };
    if (node.op === "MatMul") {
      const scale = next2("Mul", "Div");
      const by2 = scale && find.scalar(find.other(scale, last.outputs[0]));
      if (scale !== void 0 && by2 !== void 0 && (scale.op === "Mul" || scale.inputs[0] === last.outputs[0])) {
        attributes2.set("scale", scale.op === "Mul" ? by2 : 1 / by2);
        last = scale;
      }
      const add2 = next2("Add");
      const bias = add2 && find.other(add2, last.outputs[0]);
      if (add2 !== void 0 && bias !== void 0 && bias !== last.outputs[0]) {
        inputs[2] = bias;
        last = add2;
      }
    }
    const act = next2();
    const numbers3 = act && activationOf(act);
    if (act !== void 0 && numbers3 !== void 0 && act.inputs.length === 1) {
      attributes2.set("fused", numbers3.kind);
      attributes2.set("fusedAlpha", numbers3.alpha ?? 0);
      attributes2.set("fusedBeta", numbers3.beta ?? 0);
      last = act;
    }
    if (last === node || place2.get(last) < place2.get(node)) continue;
    const op = node.op === "MatMul" ? "Linear" : "Gemm";
    by.set(last, { name: node.name, op, inputs, outputs: [last.outputs[0]], attributes: attributes2 });
  }
  return replaced(graph2, by);
}

// web/import/onnx/lower/movement.ts
var identity2 = (context, node) => [reshape(context, context.input(node, 0), context.result(node).shape)];
function reshape(context, value, shape) {
  const axes = regroup(value.axes, shape);
  if (axes !== null) return { ...value, axes };
  const copy = context.tape.copy(value);
  const again = regroup(copy.axes, shape);
  if (again === null) throw new BatchError("a reshape cuts across the batch");
  return { ...copy, axes: again };
}
var transpose = (context, node) => {
  const value = context.input(node, 0);
  return [{ ...value, axes: transposition(node, value.axes.length).map((axis) => value.axes[axis]) }];
};
function sliced(context, given2, axis, start, step, extent, size) {
  if (start === 0 && step === 1 && size === extent.size) return given2;
  if (extent.rows) throw new BatchError("a slice of the batch");
  const value = context.tape.single(given2, axis);
  const run3 = value.axes[axis][0] ?? { size: 1, step: 0, rows: false };
  const factors = size === 1 ? [] : [{ size, step: run3.step * step, rows: false }];
  return {
    ...value,
    offset: value.offset + start * run3.step,
    axes: value.axes.map((each, a) => a === axis ? factors : each)
  };
}
var slice2 = (context, node) => {
  const likeness = context.likeness(node, 0);
  const extents2 = context.shapeOf(node, 0);
  const fixed = node.inputs.map(
    (name, at3) => at3 === 0 ? likeness : name === "" ? void 0 : context.fixed(node, at3, "bounds")
  );
  const { start, step, shape } = sliceOf(node, fixed);
  let value = context.input(node, 0);
  extents2.forEach((extent, axis) => {
    if (shape[axis] === 0) throw new OpError("an empty slice");
    const isPart = extent.rows && !context.result(node).shape[axis].rows;
    if (isPart) throw new BatchError("a slice of the batch");
    const whole4 = extent.rows && start[axis] === 0 && step[axis] === 1 && shape[axis] === extent.size;
    if (!whole4) value = sliced(context, value, axis, start[axis], step[axis], extent, shape[axis]);
  });
  return [value];
};
var split3 = (context, node) => {
  const likeness = context.likeness(node, 0);
  const { axis, sizes } = splitSizes(node, [likeness, context.constant(node, 1)]);
  const value = context.input(node, 0);
  const extent = context.shapeOf(node, 0)[axis];
  let start = 0;
  return sizes.map((size) => {
    const part3 = sliced(context, value, axis, start, 1, extent, size);
    start += size;
    return part3;
  });
};
function part2(whole4, axis, start, extent) {
  const run3 = whole4.axes[axis][0] ?? { size: 1, step: 0, rows: false };
  const factors = extent.size === 1 ? [] : [{ size: extent.size, step: run3.step, rows: false }];
  return {
    ...whole4,
    offset: whole4.offset + start * run3.step,
    axes: whole4.axes.map((each, a) => a === axis ? factors : each)
  };
}
function copyInto(context, out, value) {
  const cut3 = out.axes.map((axis, a) => aligned([axis, value.axes[a]]));
  const source = cut3.every((each) => each !== null) ? value : context.tape.copy(value);
  const pairs = out.axes.map((axis, a) => aligned([axis, source.axes[a]]));
  if (pairs.some((each) => each === null)) throw new BatchError("a copy cuts across the batch");
  context.tape.copyInto(
    { ...out, axes: pairs.map((pair) => pair[0]) },
    { ...source, axes: pairs.map((pair) => pair[1]) }
  );
}
function concatenated(context, parts, extents2, axis, shape) {
  if (shape[axis].rows) throw new BatchError("rows joined to rows");
  const perRow = parts.some((each) => each.perRow);
  const out = context.tape.fresh(commonAxes(parts, axis, shape), parts[0].type, perRow);
  let start = 0;
  parts.forEach((value, i) => {
    const extent = extents2[i][axis];
    copyInto(context, part2(out, axis, start, extent), value);
    start += extent.size;
  });
  return out;
}
function commonAxes(parts, axis, shape) {
  return shape.map((extent, a) => {
    if (a === axis) return [{ size: extent.size, step: 1, rows: false }];
    const cut3 = aligned(parts.map((each) => each.axes[a]));
    const factors = cut3?.[0] ?? extentFactors(extent);
    return factors.map((factor, f) => ({
      ...factor,
      step: cut3 === null || cut3.some((each) => each[f].step !== 0) ? 1 : 0
    }));
  });
}
var concat2 = (context, node) => {
  const { shape } = context.result(node);
  const axis = axisOf(number(node, "axis", 1), shape.length);
  const places = node.inputs.map((_, at3) => at3).filter((at3) => context.shapeOf(node, at3)[axis].size > 0);
  const parts = places.map((at3) => context.input(node, at3));
  if (parts.length === 1) return [parts[0]];
  return [
    concatenated(
      context,
      parts,
      places.map((at3) => context.shapeOf(node, at3)),
      axis,
      shape
    )
  ];
};
var expand2 = (context, node) => [repeated2(context.input(node, 0), context.result(node).shape)];
var tile2 = (context, node) => {
  const value = context.input(node, 0);
  const before = context.shapeOf(node, 0);
  const { shape } = context.result(node);
  const axes = value.axes.map((axis, a) => {
    const opened = shape[a].rows && !before[a].rows;
    const times = shape[a].size / before[a].size;
    return [...extentFactors({ size: times, rows: opened }), ...axis];
  });
  return [{ ...value, axes }];
};
var pad2 = (context, node) => {
  const likeness = context.likeness(node, 0);
  const mode = text(node, "mode", "constant");
  if (mode !== "constant") throw new OpError(`mode "${mode}", expected constant`);
  const { before, behind } = padsOf(node, [likeness, context.constant(node, 1), void 0, context.constant(node, 3)]);
  const fill = context.constant(node, 2)?.data[0] ?? number(node, "value", 0);
  let value = context.input(node, 0);
  let extents2 = context.shapeOf(node, 0);
  before.forEach((_, axis) => {
    const [cutBefore, cutBehind] = [Math.max(0, -before[axis]), Math.max(0, -behind[axis])];
    if (cutBefore + cutBehind === 0) return;
    const size = extents2[axis].size - cutBefore - cutBehind;
    value = sliced(context, value, axis, cutBefore, 1, extents2[axis], size);
    extents2 = extents2.map((extent, a) => a === axis ? { size, rows: false } : extent);
  });
  for (let axis = 0; axis < before.length; axis++) {
    const edges = [before[axis], behind[axis]].map((n) => Math.max(0, n));
    if (edges[0] + edges[1] === 0) continue;
    const parts = [[value, extents2]];
    const filler = (n) => {
      const shape2 = extents2.map((extent, a) => a === axis ? { size: n, rows: false } : extent);
      return [repeated2(context.tape.scalar(fill, value.type), shape2), shape2];
    };
    if (edges[0] > 0) parts.unshift(filler(edges[0]));
    if (edges[1] > 0) parts.push(filler(edges[1]));
    const shape = extents2.map(
      (extent, a) => a === axis ? { size: extent.size + edges[0] + edges[1], rows: false } : extent
    );
    value = concatenated(
      context,
      parts.map(([each]) => each),
      parts.map(([, each]) => each),
      axis,
      shape
    );
    extents2 = shape;
  }
  return [value];
};
var trilu2 = (context, node) => {
  const value = context.input(node, 0);
  const last = context.shapeOf(node, 0).slice(-2);
  if (last.some((extent) => extent.rows)) throw new BatchError("a triangle of the batch");
  const [rows, columns] = last.map(({ size }) => size);
  const k = context.constant(node, 1)?.data[0] ?? 0;
  const upper = number(node, "upper", 1) !== 0;
  const mask = tensor("bool", [rows, columns]);
  for (let at3 = 0; at3 < mask.data.length; at3++) {
    const above2 = at3 % columns - Math.floor(at3 / columns);
    mask.data[at3] = Number(upper ? above2 >= k : above2 <= k);
  }
  const kept = context.tape.constant(mask, node.name);
  return [context.elementwise("where", [kept, value, context.tape.scalar(0, value.type)], value.type)];
};
function fromEnd(context, ids, count2) {
  const below2 = context.elementwise("binary", [ids, context.tape.scalar(0, "int")], "bool", { kind: BINARY2["less"] });
  return context.elementwise("where", [below2, affine(context, ids, 1, count2), ids], ids.type);
}
var oneHot2 = (context, node) => {
  const depth2 = context.fixed(node, 1, "depths").data[0];
  const ids = fromEnd(context, context.input(node, 0), depth2);
  const [off, on] = context.fixed(node, 2, "values").data;
  const { shape, type } = context.result(node);
  const axis = axisOf(number(node, "axis", -1), shape.length);
  const places = tensor(
    "int",
    [depth2],
    Float64Array.from({ length: depth2 }, (_, i) => i)
  );
  const along2 = context.tape.constant(places, node.name);
  const laid = { ...along2, axes: shape.map((_, a) => a === axis ? along2.axes[0] : []) };
  const spread = { ...ids, axes: [...ids.axes.slice(0, axis), [], ...ids.axes.slice(axis)] };
  const hit = context.elementwise("binary", [spread, laid], "bool", { kind: BINARY2["equal"] });
  return [affine(context, hit, on - off, off, type)];
};
var MOST_COPIES = 256;
var scatterNd2 = (context, node) => {
  if (text(node, "reduction", "none") !== "none") throw new OpError(`reduction "${text(node, "reduction", "")}"`);
  const ids = context.fixed(node, 1, "indices");
  const depth2 = ids.shape.at(-1);
  const count2 = ids.data.length / depth2;
  if (count2 > MOST_COPIES) throw new OpError(`${count2} places (expected at most ${MOST_COPIES})`);
  const extents2 = context.shapeOf(node, 0);
  if (extents2.slice(0, depth2).some((extent) => extent.rows)) throw new BatchError("places in the batch");
  const [base, updates] = [context.input(node, 0), context.input(node, 2)];
  const perRow = base.perRow || updates.perRow;
  const axes = extents2.map((extent) => extentFactors(extent).map((factor) => ({ ...factor, step: 1 })));
  const out = context.tape.fresh(axes, base.type, perRow, true);
  copyInto(context, out, base);
  const flat = context.shapeOf(node, 2).slice(ids.shape.length - 1);
  const rows = reshape(context, updates, [{ size: count2, rows: false }, ...flat]);
  for (let row = 0; row < count2; row++) {
    let offset = out.offset;
    for (let d = 0; d < depth2; d++) {
      const id = ids.data[row * depth2 + d];
      offset += (id < 0 ? id + extents2[d].size : id) * (out.axes[d][0]?.step ?? 0);
    }
    const target = { ...out, offset, axes: out.axes.slice(depth2) };
    const source = sliced(context, rows, 0, row, 1, { size: count2, rows: false }, 1);
    copyInto(context, target, { ...source, axes: source.axes.slice(1) });
  }
  return [out];
};
var scatterElements2 = (context, node) => {
  const extents2 = context.shapeOf(node, 0);
  const axis = axisOf(number(node, "axis", 0), extents2.length);
  const [whole4, updates] = [context.shapeOf(node, 0), context.shapeOf(node, 2)];
  if (extents2[axis].rows) throw new BatchError("updates within the batch");
  if (extents2[axis].size !== 1 || whole4.some((extent, a) => extent.size !== updates[a].size || extent.rows !== updates[a].rows))
    throw new OpError("updates at places that depend on the inputs");
  return [context.input(node, 2)];
};
function progression(ids, size) {
  const at3 = Array.from(ids.data, (id) => id < 0 ? id + size : id);
  if (at3.length === 0 || at3.some((id) => !(id >= 0 && id < size)))
    throw new OpError(`indices outside of ${size} elements`);
  const step = at3.length > 1 ? at3[1] - at3[0] : 1;
  return at3.every((id, i) => id === at3[0] + i * step) ? { start: at3[0], step } : null;
}
var isEnd = (place2) => place2 === 0 || place2 === -1;
var gather2 = (context, node) => {
  const extents2 = context.shapeOf(node, 0);
  const axis = axisOf(number(node, "axis", 0), extents2.length);
  const constant = context.constant(node, 1);
  const data = context.input(node, 0);
  const { type } = data;
  if (constant !== void 0 && !extents2[axis].rows) {
    const even = progression(constant, extents2[axis].size);
    if (even !== null) {
      const size = constant.data.length;
      const value = sliced(context, data, axis, even.start, even.step, extents2[axis], size);
      const ids2 = constant.shape.map(() => []);
      const axes = [...value.axes.slice(0, axis), ...ids2, ...value.axes.slice(axis + 1)];
      if (constant.shape.length === 1) axes[axis] = value.axes[axis];
      return [constant.shape.length <= 1 ? { ...value, axes } : reshape(context, value, context.result(node).shape)];
    }
  }
  if (extents2[axis].rows && !(context.tape.isList && constant !== void 0 && constant.data.every(isEnd)))
    throw new BatchError("an index into the batch");
  const table = context.tape.single(data, axis);
  const ids = context.input(node, 1);
  const rest2 = [...table.axes.slice(0, axis), ...table.axes.slice(axis + 1)];
  const places = ids.axes;
  const perRow = table.perRow || ids.perRow || extents2[axis].rows;
  const out = context.tape.fresh([...rest2.slice(0, axis), ...places, ...rest2.slice(axis)], type, perRow);
  const [outPlaces, outRest] = [
    out.axes.slice(axis, axis + places.length),
    [...out.axes.slice(0, axis), ...out.axes.slice(axis + places.length)]
  ];
  lookUp(
    context,
    { out, shared: [], places: outPlaces, rest: outRest },
    table,
    { shared: [], coordinates: [table.axes[axis]], rest: rest2 },
    ids,
    { shared: [], places }
  );
  return [out];
};
function lookUp(context, out, data, from, ids, by) {
  const one2 = { size: 1, step: 0, rows: false };
  const moving = (lists3) => {
    const flat = lists3.map((each) => each.flat());
    const used = flat[0].map((_, f) => f).filter((f) => flat.some((each) => each[f].step !== 0));
    return flat.map((each) => used.map((f) => each[f]));
  };
  const [outShared, dataShared, idsShared] = moving([out.shared, from.shared, by.shared]);
  const [outPlaces, idsPlaces] = moving([out.places, by.places]);
  const [outRest, dataRest] = moving([out.rest, from.rest]);
  const coordinates = from.coordinates.map((axis) => axis[0] ?? one2);
  const [p, q] = pairUp(outPlaces, idsPlaces);
  const [r, s] = pairUp(outRest, dataRest);
  const dataView = viewWith(data, [...dataShared, ...coordinates, ...s]);
  if (data.type === "float" && dataShared.length === 0 && coordinates.length === 1) dataView.codedAlong = 0;
  context.tape.emit(
    "gather",
    [viewWith(out.out, [...outShared, ...p, ...r]), dataView, viewWith(ids, [...idsShared, ...q, by.last ?? one2])],
    out.out.perRow,
    { m: dataShared.length, n: coordinates.length }
  );
}
function pairUp(a, b) {
  const out = [[], []];
  a.forEach((first, i) => {
    const second = b[i];
    const [x, y] = [out[0].at(-1), out[1].at(-1)];
    const together5 = x !== void 0 && y !== void 0 && !first.rows && x.step === first.step * first.size && y.step === second.step * second.size;
    if (!together5) {
      out[0].push(first);
      out[1].push(second);
      return;
    }
    out[0][out[0].length - 1] = { size: x.size * first.size, step: first.step, rows: x.rows };
    out[1][out[1].length - 1] = { size: y.size * second.size, step: second.step, rows: y.rows };
  });
  return out;
}
var gatherElements2 = (context, node) => {
  const extents2 = context.shapeOf(node, 0);
  const axis = axisOf(number(node, "axis", 0), extents2.length);
  if (extents2[axis].rows) throw new BatchError("an index into the batch");
  let [data, ids] = [context.tape.single(context.input(node, 0), axis), context.input(node, 1)];
  context.result(node).shape.forEach((extent, a) => {
    if (a !== axis && extent.size < extents2[a].size) data = sliced(context, data, a, 0, 1, extents2[a], extent.size);
  });
  const along2 = data.axes[axis];
  const places = ids.axes[axis];
  const hole = (value) => ({ ...value, axes: value.axes.map((each, a) => a === axis ? [] : each) });
  const [first, second] = context.together([hole(data), hole(ids)]);
  data = first;
  ids = second;
  const shared2 = [];
  const rest2 = [];
  const idsShared = [];
  const outAxes = data.axes.map(
    (each, a) => a === axis ? places : each.map((factor, f) => ({ ...factor, step: factor.step || ids.axes[a][f].step }))
  );
  const out = context.tape.fresh(outAxes, data.type, data.perRow || ids.perRow);
  const outShared = [];
  const outRest = [];
  data.axes.forEach(
    (each, a) => each.forEach((factor, f) => {
      const index = ids.axes[a][f];
      if (index.step === 0 && !factor.rows) {
        rest2.push([factor]);
        outRest.push([out.axes[a][f]]);
      } else {
        shared2.push([factor]);
        idsShared.push([index]);
        outShared.push([out.axes[a][f]]);
      }
    })
  );
  lookUp(
    context,
    { out, shared: outShared, places: [out.axes[axis]], rest: outRest },
    data,
    { shared: shared2, coordinates: [along2], rest: rest2 },
    ids,
    { shared: idsShared, places: [places] }
  );
  return [out];
};
var gatherNd2 = (context, node) => {
  const batch = number(node, "batch_dims", 0);
  const [dataExtents, idExtents] = [context.shapeOf(node, 0), context.shapeOf(node, 1)];
  const depth2 = idExtents.at(-1).size;
  if (dataExtents.slice(batch, batch + depth2).some((extent) => extent.rows))
    throw new BatchError("an index into the batch");
  let data = context.input(node, 0);
  for (let d = 0; d < depth2; d++) data = context.tape.single(data, batch + d);
  let ids = context.tape.single(context.input(node, 1), idExtents.length - 1);
  const [a, b] = context.together([
    { ...data, axes: data.axes.slice(0, batch) },
    { ...ids, axes: ids.axes.slice(0, batch) }
  ]);
  data = a.buffer === data.buffer ? { ...data, axes: [...a.axes, ...data.axes.slice(batch)] } : data;
  ids = b.buffer === ids.buffer ? { ...ids, axes: [...b.axes, ...ids.axes.slice(batch)] } : ids;
  const places = ids.axes.slice(batch, -1);
  const rest2 = data.axes.slice(batch + depth2);
  const shared2 = data.axes.slice(0, batch).map((axis, i) => axis.map((factor, f) => ({ ...factor, step: factor.step || ids.axes[i][f].step })));
  const out = context.tape.fresh([...shared2, ...places, ...rest2], data.type, data.perRow || ids.perRow);
  lookUp(
    context,
    {
      out,
      shared: out.axes.slice(0, batch),
      places: out.axes.slice(batch, batch + places.length),
      rest: out.axes.slice(batch + places.length)
    },
    data,
    { shared: data.axes.slice(0, batch), coordinates: data.axes.slice(batch, batch + depth2), rest: rest2 },
    ids,
    { shared: ids.axes.slice(0, batch), places, last: ids.axes.at(-1)[0] }
  );
  return [out];
};
function stepsAt(context, given2, places) {
  const data = context.tape.single(given2, 0);
  const [rows, ids] = context.together([
    { ...data, axes: [[], data.axes[1], []] },
    { ...places, axes: [[], places.axes[1], []] }
  ]);
  const shared2 = rows.axes[1].map((factor, f) => ({ ...factor, step: factor.step || ids.axes[1][f].step }));
  const out = context.tape.fresh([places.axes[0], shared2, data.axes[2]], data.type, data.perRow || places.perRow);
  lookUp(
    context,
    { out, shared: [out.axes[1]], places: [out.axes[0]], rest: [out.axes[2]] },
    data,
    { shared: [rows.axes[1]], coordinates: [data.axes[0]], rest: [data.axes[2]] },
    places,
    { shared: [ids.axes[1]], places: [places.axes[0]] }
  );
  return out;
}
var MOVEMENT2 = {
  Reshape: identity2,
  Flatten: identity2,
  Squeeze: identity2,
  Unsqueeze: identity2,
  Transpose: transpose,
  Slice: slice2,
  Split: split3,
  Concat: concat2,
  Expand: expand2,
  Tile: tile2,
  Pad: pad2,
  Trilu: trilu2,
  OneHot: oneHot2,
  ScatterND: scatterNd2,
  ScatterElements: scatterElements2,
  Gather: gather2,
  GatherElements: gatherElements2,
  GatherND: gatherNd2
};

// web/import/onnx/lower/reduce.ts
var KINDS2 = {
  ReduceSum: "sum",
  ReduceMean: "mean",
  ReduceMax: "max",
  ReduceMin: "min",
  ReduceProd: "prod",
  ReduceL1: "l1",
  ReduceL2: "l2",
  ReduceSumSquare: "squares",
  ReduceLogSumExp: "logsumexp",
  ReduceLogSum: "sum"
};
function reduced(context, value, axes, kind) {
  const over = axes.flatMap((axis) => value.axes[axis]);
  context.tape.join([over], "a sum over the batch");
  if (over.length === 0 && ["sum", "mean", "max", "min", "prod"].includes(kind)) return value;
  const kept = value.axes.map((axis, a) => axes.includes(a) ? [] : axis);
  const perRow = value.perRow || over.some((factor) => factor.rows);
  const out = context.tape.fresh(kept, value.type, perRow);
  const used = kept.flat().map((factor) => factor.step !== 0);
  const moving = (factors) => factors.filter((_, f) => used[f]);
  const [outView, inView] = asOut([viewWith(out, moving(out.axes.flat())), viewWith(value, moving(kept.flat()))]);
  const last = over.length === 0 ? [{ size: 1, step: 0, rows: false }] : merged(over);
  inView.dims = [...inView.dims, ...last];
  context.tape.emit("reduce", [outView, inView], perRow, { kind: REDUCE3[kind], m: last.length });
  return out;
}
var reduce2 = (context, node) => {
  const axes = reducedAxes(node, [context.likeness(node, 0), context.constant(node, 1)]);
  if (context.optionalIsDynamic(node, 1)) throw new OpError("axes that depend on the inputs");
  const kind = KINDS2[node.op];
  let out = reduced(context, context.input(node, 0), axes, kind);
  if (node.op === "ReduceLogSum") out = context.elementwise("unary", [out], "float", { kind: UNARY3["log"] });
  return [reshape(context, out, context.result(node).shape)];
};
function along(context, code, given2, axis, numbers3, reverse = false) {
  const value = context.tape.single(given2, axis);
  if (reverse && value.axes[axis].some((factor) => factor.rows))
    throw new BatchError(`${code} from the end of the batch`);
  context.tape.join([value.axes[axis]], `${code} along the batch`);
  const others = value.axes.map(
    (each, a) => a === axis ? each.map((factor) => ({ ...factor, step: factor.step || 1 })) : each
  );
  const out = context.tape.fresh(others, value.type, value.perRow);
  const views = [out, value].map((each) => {
    const run3 = each.axes[axis][0] ?? { size: 1, step: 0, rows: false };
    const rest2 = each.axes.filter((_, a) => a !== axis).flat();
    const used = others.filter((_, a) => a !== axis).flat();
    const view = viewWith(each, [
      ...rest2.filter((_, f) => used[f].step !== 0),
      reverse ? { ...run3, step: -run3.step } : run3
    ]);
    if (reverse) view.offset += run3.step * (run3.size - 1);
    return view;
  });
  const count2 = views[0].dims.length - 1;
  context.tape.emit(code, asOut(views, count2), value.perRow, numbers3);
  return out;
}
var softmax2 = (kind) => (context, node) => {
  const value = context.input(node, 0);
  const { shape } = context.result(node);
  const axis = axisOf(number(node, "axis", context.graph.opset < 13 ? 1 : -1), shape.length);
  if (context.graph.opset >= 13 || axis === shape.length - 1)
    return [along(context, "softmax", value, axis, { kind })];
  const inner = shape.slice(axis);
  const list2 = inner.findIndex((extent) => extent.rows);
  if (list2 >= 0 && inner.every((extent) => extent.size === 1))
    return [along(context, "softmax", value, axis + list2, { kind })];
  if (list2 >= 0) throw new BatchError("softmax along the batch");
  const flat = [
    ...shape.slice(0, axis),
    { size: inner.reduce((product2, { size }) => product2 * size, 1), rows: false }
  ];
  return [reshape(context, along(context, "softmax", reshape(context, value, flat), axis, { kind }), shape)];
};
var layerNormalization2 = (context, node) => {
  const { shape } = context.result(node);
  const axis = axisOf(number(node, "axis", -1), shape.length);
  const inner = shape.slice(axis);
  const isAlone = context.tape.isList && inner.length === 1;
  if (!isAlone && inner.some((extent) => extent.rows)) throw new BatchError("a normalisation along the batch");
  const width = { size: inner.reduce((product2, { size }) => product2 * size, 1), rows: inner[0].rows };
  const flat = [...shape.slice(0, axis), width];
  const value = context.tape.single(reshape(context, context.input(node, 0), flat), axis);
  const laid = (at3) => {
    const found = context.optional(node, at3);
    if (found === void 0) return null;
    const one2 = found.axes.every((each) => each.length === 0);
    const whole4 = one2 ? found : reshape(context, { ...found, axes: found.axes.slice(-inner.length) }, [width]);
    const last = one2 ? extentFactors(width) : context.tape.single(whole4, 0).axes[0];
    return { ...whole4, axes: [...flat.slice(0, -1).map(() => []), last] };
  };
  const out = context.tape.fresh(
    value.axes.map((each, a) => a === axis ? whole2(each) : each),
    "float",
    value.perRow
  );
  const views = [out, value, laid(1), laid(2)].map((each, i) => {
    if (each === null) return null;
    const rest2 = value.axes.slice(0, axis).flat();
    const own = i < 2 ? each.axes.slice(0, axis).flat() : rest2.map((factor) => ({ ...factor, step: 0 }));
    const run3 = each.axes[axis][0] ?? { size: 1, step: 0, rows: false };
    return viewWith(each, [...own.filter((_, f) => rest2[f].step !== 0), run3]);
  });
  const present2 = views.filter((view) => view !== null);
  const compact = asOut(present2, present2[0].dims.length - 1);
  const placed = views.map((view) => view === null ? null : compact.shift());
  context.tape.emit("norm", placed, value.perRow, {
    kind: number(node, "rms", 0),
    alpha: number(node, "epsilon", 1e-5)
  });
  return [reshape(context, out, shape)];
};
var whole2 = (axis) => axis.map((factor) => ({ ...factor, step: factor.step || 1 }));
var batchNormalization2 = (context, node) => {
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((at3) => context.fixed(node, at3, "statistics"));
  const epsilon = number(node, "epsilon", 1e-5);
  const factor = tensor("float", scale.shape);
  const shift = tensor("float", scale.shape);
  for (let c = 0; c < factor.data.length; c++) {
    factor.data[c] = scale.data[c] / Math.sqrt(variance.data[c] + epsilon);
    shift.data[c] = bias.data[c] - mean.data[c] * factor.data[c];
  }
  const x = context.input(node, 0);
  const laid = (what, name) => {
    const value = context.tape.constant(what, `${node.name}.${name}`);
    return { ...value, axes: [...value.axes, ...Array.from({ length: x.axes.length - 2 }, () => [])] };
  };
  const scaled2 = context.elementwise("binary", [x, laid(factor, "scale")], "float", { kind: BINARY2["mul"] });
  return [context.elementwise("binary", [scaled2, laid(shift, "shift")], "float", { kind: BINARY2["add"] })];
};
var lpNormalization2 = (context, node) => {
  const x = context.input(node, 0);
  const axis = axisOf(number(node, "axis", -1), x.axes.length);
  const norm = reduced(context, x, [axis], number(node, "p", 2) === 1 ? "l1" : "l2");
  const floor = context.elementwise("unary", [norm], "float", { kind: UNARY3["clip"], alpha: 1e-30, beta: 34e37 });
  return [context.elementwise("binary", [x, floor], "float", { kind: BINARY2["div"] })];
};
var cumSum2 = (context, node) => {
  const x = context.input(node, 0);
  const axis = axisOf(context.fixed(node, 1, "axes").data[0], x.axes.length);
  const kind = number(node, "exclusive", 0);
  return [along(context, "cumsum", x, axis, { kind }, number(node, "reverse", 0) !== 0)];
};
function best2(context, given2, axis, k, kind, wanted) {
  const value = context.tape.single(given2, axis);
  if (k > 1 && value.axes[axis].some((factor) => factor.rows)) throw new BatchError(`the best ${k} of the batch`);
  context.tape.join([value.axes[axis]], "the largest of the batch");
  const axes = value.axes.map(
    (each, a) => a === axis ? k === 1 ? [] : [{ size: k, step: 1, rows: false }] : each
  );
  const perRow = value.perRow || value.axes[axis].some((factor) => factor.rows);
  const values = wanted[0] ? context.tape.fresh(axes, value.type, perRow) : null;
  const places = wanted[1] ? context.tape.fresh(axes, "int", perRow) : null;
  const rest2 = value.axes.filter((_, a) => a !== axis).flat();
  const views = [values, value, places].map((each, i) => {
    if (each === null) return null;
    const run3 = each.axes[axis][0] ?? { size: i === 1 ? 1 : k, step: 0, rows: false };
    const own = each.axes.filter((_, a) => a !== axis).flat();
    return viewWith(each, [...own.filter((_, f) => rest2[f].step !== 0), run3]);
  });
  const present2 = views.filter((view) => view !== null);
  const compact = asOut(present2, present2[0].dims.length - 1);
  const placed = views.map((view) => view === null ? null : compact.shift());
  const also2 = places === null ? [] : [places.buffer];
  context.tape.emit("topk", placed, perRow, { kind }, also2);
  return [values, places];
}
var topK2 = (context, node) => {
  const x = context.input(node, 0);
  const k = scalarOr(
    node,
    "k",
    context.optionalIsDynamic(node, 1) ? context.fixed(node, 1, "k") : context.constant(node, 1),
    void 0
  );
  if (k === void 0) throw new OpError("no k");
  const axis = axisOf(number(node, "axis", -1), x.axes.length);
  const read2 = (at3) => node.outputs[at3] !== void 0 && node.outputs[at3] !== "" && context.isRead(node.outputs[at3]);
  const kind = number(node, "largest", 1) !== 0 ? 0 : 1;
  const wanted = [read2(0) || !read2(1), read2(1)];
  const [values, places] = best2(context, x, axis, k, kind, wanted);
  return [values ?? places, places ?? values];
};
var argBest2 = (kind) => (context, node) => {
  if (number(node, "select_last_index", 0) !== 0) throw new OpError("the last of equals, expected the first");
  const x = context.input(node, 0);
  const axis = axisOf(number(node, "axis", 0), x.axes.length);
  const [, places] = best2(context, x, axis, 1, kind, [false, true]);
  return [reshape(context, places, context.result(node).shape)];
};
var REDUCTION = {
  ...Object.fromEntries(Object.keys(KINDS2).map((op) => [op, reduce2])),
  Softmax: softmax2(0),
  LogSoftmax: softmax2(1),
  LayerNormalization: layerNormalization2,
  BatchNormalization: batchNormalization2,
  LpNormalization: lpNormalization2,
  CumSum: cumSum2,
  TopK: topK2,
  ArgMax: argBest2(0),
  ArgMin: argBest2(1)
};

// web/import/onnx/lower/matrix.ts
var ONE2 = { size: 1, rows: false, a: 0, b: 0, out: 0, bias: 0 };
function contract(context, given2, axes, summed, after) {
  let [a, b] = given2;
  const none = [];
  const inner = summed.map(([x, y]) => aligned([a.axes[x], b.axes[y]]));
  const runs = inner.every((each) => each !== null) ? together4(inner) : null;
  if (runs === null || runs.length > 1) {
    if (summed.length > 1 || fragments(
      a,
      summed.map(([x]) => x)
    ) || fragments(
      b,
      summed.map(([, y]) => y)
    ))
      return contract(
        context,
        [
          gathered(
            context,
            a,
            summed.map(([x]) => x)
          ),
          gathered(
            context,
            b,
            summed.map(([, y]) => y)
          )
        ],
        axes,
        summed,
        after
      );
    throw new BatchError("a product over the batch");
  }
  const k = runs[0] ?? [
    { size: 1, step: 0, rows: false },
    { size: 1, step: 0, rows: false }
  ];
  context.tape.join(
    k.slice(0, 1).map((each) => [each]),
    "a product over the batch"
  );
  const pairs = axes.map(([x, y]) => aligned([x === null ? none : a.axes[x], y === null ? none : b.axes[y]]));
  if (pairs.some((pair) => pair === null)) {
    if (fragmented2(a) || fragmented2(b))
      return contract(context, [context.tape.copy(a), context.tape.copy(b)], axes, summed, after);
    throw new BatchError("operands hold the batch in different places");
  }
  const perRow = a.perRow || b.perRow || k[0].rows || (after.bias?.perRow ?? false);
  const bias = after.bias === void 0 ? void 0 : padded(after.bias, axes.length);
  const withBias = pairs.map((pair, i) => bias === void 0 ? pair : alignedThree(pair, bias.axes[i]));
  if (withBias.some((each) => each === null)) {
    const out2 = contract(context, given2, axes, summed, { ...after, bias: void 0, numbers: {} });
    const sum = context.elementwise("binary", [out2, after.bias], "float", { kind: BINARY2["add"] });
    return after.numbers.kind === void 0 ? sum : context.elementwise("unary", [sum], "float", after.numbers);
  }
  const cut3 = withBias;
  const template = cut3.map(
    (lists3) => lists3[0].map((factor, f) => ({ ...factor, step: lists3.some((list2) => list2[f].step !== 0) ? 1 : 0 }))
  );
  const out = context.tape.fresh(template, "float", perRow);
  const loops = [];
  cut3.forEach(
    (lists3, i) => lists3[0].forEach((factor, f) => {
      if (template[i][f].step === 0) return;
      const step = (at3) => lists3[at3]?.[f].step ?? 0;
      loops.push({
        size: factor.size,
        rows: factor.rows,
        a: step(0),
        b: step(1),
        out: out.axes[i][f].step,
        bias: step(2)
      });
    })
  );
  emit(context, out, a, b, bias, loops, k, after, perRow);
  return out;
}
var alignedThree = (pair, bias) => {
  const found = aligned([...pair, bias]);
  return found;
};
function together4(inner) {
  const out = [];
  for (const [xs, ys] of inner)
    xs.forEach((x, f) => {
      const y = ys[f];
      const before = out.at(-1);
      if (before !== void 0 && before[0].step === x.step * x.size && before[1].step === y.step * y.size && !x.rows)
        out[out.length - 1] = [
          { ...x, size: x.size * before[0].size, rows: before[0].rows },
          { ...y, size: y.size * before[0].size, rows: before[0].rows }
        ];
      else out.push([x, y]);
    });
  return out;
}
var fragmented2 = (value) => value.axes.some((axis) => merged(axis).length > 1);
var fragments = (value, axes) => merged(axes.flatMap((axis) => value.axes[axis])).length > 1;
function gathered(context, value, axes) {
  const order = [...value.axes.keys()].filter((axis) => !axes.includes(axis)).concat(axes);
  const copy = context.tape.copy({ ...value, axes: order.map((axis) => value.axes[axis]) });
  const back = [];
  order.forEach((axis, i) => {
    back[axis] = axes.includes(axis) ? merged(copy.axes[i]) : copy.axes[i];
  });
  return { ...copy, axes: back };
}
function emit(context, out, a, b, bias, loops, k, after, perRow) {
  const swap = loops.some((loop) => loop.rows && loop.a === 0) || a.buffer.data !== void 0 && b.buffer.data === void 0;
  if (swap) {
    ;
    [a, b] = [b, a];
    k = [k[1], k[0]];
    loops = loops.map((loop) => ({ ...loop, a: loop.b, b: loop.a }));
  }
  const runs = mergeLoops(loops);
  const isM = (loop) => loop.b === 0 && loop.a !== 0;
  const isN = (loop) => loop.a === 0 && loop.b !== 0 && (context.tape.isList || !loop.rows);
  const longest = (test) => {
    const found = runs.filter(test);
    return found.sort((x, y) => Number(y.rows) - Number(x.rows) || y.size - x.size)[0];
  };
  const m = longest(isM);
  const n = longest(isN);
  const rest2 = runs.filter((loop) => loop !== m && loop !== n);
  const dims = (of2, last) => [...rest2, ...last].map((each) => ({
    size: each.size,
    step: "step" in each ? each.step : each[of2],
    rows: each.rows
  }));
  const view = (value, dimensions) => ({
    buffer: value.buffer,
    offset: value.offset,
    dims: dimensions
  });
  const [M, N] = [m ?? ONE2, n ?? ONE2];
  const right = rightOperand(context, b, dims("b", [k[1], N]));
  const views = [
    view(out, dims("out", [M, N])),
    view(a, dims("a", [M, k[0]])),
    right,
    bias === void 0 ? null : view(bias, dims("bias", [M, N]))
  ];
  context.tape.emit("matmul", views, perRow, { kind: UNARY3["none"], ...after.numbers, scale: after.scale });
}
function rightOperand(context, b, dims) {
  const { data } = b.buffer;
  const along2 = dims.length - 1;
  if (data === void 0) return { buffer: b.buffer, offset: b.offset, dims };
  const used = dims.filter((dim) => dim.step !== 0);
  const laid = layOut(used, 1).factors;
  const inOrder3 = used.every((dim, i) => dim.step === laid[i].step);
  if (inOrder3 || used.some((dim) => dim.rows)) return { buffer: b.buffer, offset: b.offset, dims, codedAlong: along2 };
  const moved2 = context.moved(b, used);
  const steps = laid.map(({ step }) => step);
  return {
    buffer: moved2,
    offset: 0,
    dims: dims.map((dim) => dim.step === 0 ? dim : { ...dim, step: steps.shift() }),
    codedAlong: along2
  };
}
function mergeLoops(loops) {
  const out = [];
  for (const loop of loops) {
    const before = out.at(-1);
    const joins = before !== void 0 && !loop.rows && ["a", "b", "out", "bias"].every((of2) => before[of2] === loop[of2] * loop.size);
    if (joins) out[out.length - 1] = { ...loop, size: loop.size * before.size, rows: before.rows };
    else out.push(loop);
  }
  return out;
}
function epilogueOf(context, node, biasAt) {
  const bias = context.optional(node, biasAt);
  const kind = node.attributes.get("fused");
  return {
    scale: number(node, "scale", 1),
    bias,
    numbers: kind === void 0 ? {} : { kind, alpha: number(node, "fusedAlpha", 0), beta: number(node, "fusedBeta", 0) }
  };
}
function product(context, left, right, after) {
  const [la, lb] = [left.axes.length, right.axes.length];
  const a = la === 1 ? { ...left, axes: [[], ...left.axes] } : left;
  const b = lb === 1 ? { ...right, axes: [...right.axes, []] } : right;
  const batch = Math.max(a.axes.length, b.axes.length) - 2;
  const axes = [];
  for (let i = 0; i < batch; i++) {
    const x = i - (batch + 2 - a.axes.length);
    const y = i - (batch + 2 - b.axes.length);
    axes.push([x < 0 ? null : x, y < 0 ? null : y]);
  }
  if (la > 1) axes.push([a.axes.length - 2, null]);
  if (lb > 1) axes.push([null, b.axes.length - 1]);
  return contract(context, [a, b], axes, [[a.axes.length - 1, b.axes.length - 2]], after);
}
var matMul2 = (context, node) => [
  product(context, context.input(node, 0), context.input(node, 1), epilogueOf(context, node, 2))
];
var gemm2 = (context, node) => {
  const flip = (value, by) => number(node, by, 0) !== 0 ? { ...value, axes: [value.axes[1], value.axes[0]] } : value;
  const a = flip(context.input(node, 0), "transA");
  const b = flip(context.input(node, 1), "transB");
  const beta = number(node, "beta", 1);
  const after = epilogueOf(context, node, 2);
  after.scale *= number(node, "alpha", 1);
  if (beta === 0) after.bias = void 0;
  else if (beta !== 1 && after.bias !== void 0)
    after.bias = context.elementwise("unary", [after.bias], "float", { kind: UNARY3["affine"], alpha: beta });
  return [product(context, a, b, after)];
};
var einsum2 = (context, node) => {
  const shapes = node.inputs.map((_, at3) => context.likeness(node, at3).shape);
  const plan2 = einsumPlan(node, shapes);
  const terms = plan2.inputs.map((letters, at3) => diagonal(context.input(node, at3), letters, shapes[at3]));
  while (terms.length > 1) {
    const [x, y] = [terms.shift(), terms.shift()];
    const later = /* @__PURE__ */ new Set([...plan2.output, ...terms.flatMap((term) => term.letters)]);
    const summed = x.letters.filter((letter2) => y.letters.includes(letter2) && !later.has(letter2));
    const kept = [.../* @__PURE__ */ new Set([...x.letters, ...y.letters])].filter((letter2) => !summed.includes(letter2));
    const at3 = (letters2, letter2) => letters2.includes(letter2) ? letters2.indexOf(letter2) : null;
    const wanted = terms.length === 0 ? plan2.output.filter((letter2) => kept.includes(letter2)) : kept;
    const letters = [...wanted, ...kept.filter((letter2) => !wanted.includes(letter2))];
    const axes = letters.map((letter2) => [at3(x.letters, letter2), at3(y.letters, letter2)]);
    const spread = (term, side) => ({
      ...term.value,
      axes: axes.map((pair) => pair[side] === null ? [] : term.value.axes[pair[side]])
    });
    const value = summed.length === 0 ? context.elementwise("binary", [spread(x, 0), spread(y, 1)], "float", { kind: BINARY2["mul"] }) : contract(
      context,
      [x.value, y.value],
      axes,
      summed.map((letter2) => [x.letters.indexOf(letter2), y.letters.indexOf(letter2)]),
      { scale: 1, numbers: {} }
    );
    terms.unshift({ value, letters });
  }
  return [settled2(context, terms[0], plan2.output)];
};
function diagonal(given2, letters, shape) {
  let value = given2;
  const axes = [];
  const kept = [];
  letters.forEach((letter2, axis) => {
    const before = kept.indexOf(letter2);
    if (before < 0) {
      kept.push(letter2);
      axes.push(value.axes[axis]);
      return;
    }
    if (shape[axis] === 1 && value.axes[axis].length === 0) return;
    const [x, y] = [axes[before], value.axes[axis]];
    if (x.length !== 1 || y.length !== 1 || x[0].rows !== y[0].rows)
      throw new OpError(`the letter "${letter2}" twice in one operand`);
    axes[before] = [{ ...x[0], step: x[0].step + y[0].step }];
  });
  value = { ...value, axes };
  return { value, letters: kept };
}
function settled2(context, term, output) {
  const extra = term.letters.filter((letter2) => !output.includes(letter2));
  const ordered = [...output, ...extra].map((letter2) => term.value.axes[term.letters.indexOf(letter2)]);
  const value = { ...term.value, axes: ordered };
  if (extra.length === 0) return value;
  const over = extra.map((_, i) => output.length + i);
  const sum = reduced(context, value, over, "sum");
  return { ...sum, axes: sum.axes.slice(0, output.length) };
}
var MATRIX_OPS = { MatMul: matMul2, Linear: matMul2, Gemm: gemm2, Einsum: einsum2 };

// web/import/onnx/lower/pooling.ts
function windows(context, given2, extents2, plan2, fill) {
  if (extents2.slice(2).some((extent) => extent.rows)) throw new BatchError("windows along the batch");
  let value = given2;
  let sizes = [...extents2];
  plan2.kernel.forEach((_, i) => {
    const axis = 2 + i;
    const side = (n) => {
      const shape = sizes.map((extent, a) => a === axis ? { size: n, rows: false } : extent);
      return [repeated2(context.tape.scalar(fill), shape), shape];
    };
    const parts = [[value, sizes]];
    if (plan2.before[i] > 0) parts.unshift(side(plan2.before[i]));
    if (plan2.behind[i] > 0) parts.push(side(plan2.behind[i]));
    if (parts.length === 1) return;
    const total = parts.reduce((sum, [, shape]) => sum + shape[axis].size, 0);
    sizes = sizes.map((extent, a) => a === axis ? { size: total, rows: false } : extent);
    value = concatenated(
      context,
      parts.map(([each]) => each),
      parts.map(([, shape]) => shape),
      axis,
      sizes
    );
  });
  plan2.kernel.forEach((_, i) => {
    value = context.tape.single(value, 2 + i);
  });
  const along2 = (counts, steps) => counts.map((size, i) => {
    const step = value.axes[2 + i][0]?.step ?? 0;
    return size === 1 ? [] : [{ size, step: step * steps[i], rows: false }];
  });
  return {
    ...value,
    axes: [value.axes[0], value.axes[1], ...along2(plan2.out, plan2.strides), ...along2(plan2.kernel, plan2.dilations)]
  };
}
var conv2 = (context, node) => {
  const extents2 = context.shapeOf(node, 0);
  const weights = context.shapeOf(node, 1).map(({ size }) => size);
  const shape = extents2.map(({ size }) => size);
  const plan2 = windowPlan(node, shape, weights.slice(2));
  const group = number(node, "group", 1);
  const [dims, each, outputs] = [plan2.kernel.length, weights[1], weights[0] / group];
  const seen2 = windows(context, context.input(node, 0), extents2, plan2, 0);
  const w = context.input(node, 1);
  const given2 = context.optional(node, 2);
  const parts = [];
  const result = context.result(node).shape;
  const one2 = result.map((extent, a) => a === 1 ? { size: outputs, rows: false } : extent);
  for (let g = 0; g < group; g++) {
    const x = group === 1 ? seen2 : sliced(context, seen2, 1, g * each, 1, { size: extents2[1].size, rows: false }, each);
    const of2 = (value) => group === 1 ? value : sliced(context, value, 0, g * outputs, 1, { size: weights[0], rows: false }, outputs);
    const bias = given2 === void 0 ? void 0 : { ...of2(given2), axes: [[], of2(given2).axes[0], ...plan2.out.map(() => [])] };
    const axes = [
      [0, null],
      [null, 0]
    ];
    plan2.out.forEach((_, i) => axes.push([2 + i, null]));
    const summed = [[1, 1]];
    plan2.kernel.forEach((_, i) => summed.push([2 + dims + i, 2 + i]));
    parts.push(contract(context, [x, of2(w)], axes, summed, { scale: 1, bias, numbers: {} }));
  }
  if (group === 1) return parts;
  return [
    concatenated(
      context,
      parts,
      parts.map(() => one2),
      1,
      result
    )
  ];
};
var pool2 = (kind, all2) => (context, node) => {
  const extents2 = context.shapeOf(node, 0);
  const shape = extents2.map(({ size }) => size);
  const plan2 = windowPlan(node, shape, all2 ? shape.slice(2) : void 0);
  const isPadded = [...plan2.before, ...plan2.behind].some((n) => n > 0);
  if (kind === "mean" && isPadded && number(node, "count_include_pad", 0) === 0)
    throw new OpError("means over windows that reach beyond the edge");
  if (node.outputs.length > 1 && context.isRead(node.outputs[1])) throw new OpError("indices of the largest");
  const seen2 = windows(context, context.input(node, 0), extents2, plan2, kind === "max" ? -34e37 : 0);
  const first = 2 + plan2.kernel.length;
  const sum = reduced(
    context,
    seen2,
    plan2.kernel.map((_, i) => first + i),
    kind
  );
  return [{ ...sum, axes: sum.axes.slice(0, first) }];
};
var POOLING2 = {
  Conv: conv2,
  MaxPool: pool2("max", false),
  AveragePool: pool2("mean", false),
  GlobalMaxPool: pool2("max", true),
  GlobalAveragePool: pool2("mean", true)
};

// web/import/onnx/lower/recurrent.ts
var NONE = { size: 1, step: 0, rows: false };
function ofDirection(x, d) {
  const size = x.data.length / x.shape[0];
  return { type: x.type, shape: x.shape.slice(1), data: x.data.slice(d * size, (d + 1) * size) };
}
function turned(x) {
  const [rows, columns] = x.shape;
  const out = tensor(x.type, [columns, rows]);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = x.data[r * columns + c];
  return out;
}
var DEFAULTS = { 1: ["Tanh"], 3: ["Sigmoid", "Tanh"], 4: ["Sigmoid", "Tanh", "Tanh"] };
var RNN_ACTIVATIONS = ["Tanh", "Relu", "Sigmoid"];
var recurrent = (gates) => (context, node) => {
  const isLstm = gates === 4;
  const [x, w, r] = [context.input(node, 0), context.fixed(node, 1, "weights"), context.fixed(node, 2, "weights")];
  const b = context.optionalIsDynamic(node, 3) ? context.fixed(node, 3, "biases") : context.constant(node, 3);
  const defaults = DEFAULTS[gates];
  const plan2 = recurrentPlan(node, context.likeness(node, 0), gates, r, defaults);
  const { directions: directions2, hidden, steps } = plan2;
  plan2.activations.forEach((name, i) => {
    const allowed = gates === 1 ? RNN_ACTIVATIONS : [defaults[i % defaults.length]];
    if (!allowed.some((each) => each.toLowerCase() === name.toLowerCase()))
      throw new OpError(
        `the activation "${name}"`,
        gates === 1 ? `one of ${allowed.join(", ")}` : defaults.join(", ")
      );
  });
  if (number(node, "layout", 0) !== 0) throw new OpError("layout 1, expected steps before rows");
  if (isLstm && node.inputs[7]) throw new OpError("peephole weights");
  const linear = !isLstm && number(node, "linear_before_reset", 0) !== 0;
  const [step, batch] = context.shapeOf(node, 0);
  if (step.rows) throw new BatchError("steps along the batch");
  const lengths = context.optional(node, 4);
  const stateAt = (at3) => {
    const constant = context.constant(node, at3);
    if (constant === void 0 || constant.shape[1] <= 1) return context.optional(node, at3);
    const one2 = context.tape.constant(initialState(constant, 1, 1), node.inputs[at3]);
    return repeated2(one2, [{ size: directions2, rows: false }, batch, { size: hidden, rows: false }]);
  };
  const [h0, c0] = [stateAt(5), isLstm ? stateAt(6) : void 0];
  const all2 = [];
  const last = [];
  const cells = [];
  const keep = (whole4, d, backwards) => {
    const end = lengths === void 0 ? null : lengths;
    last.push(end === null ? at2(whole4, backwards ? 0 : steps - 1) : lastOf(context, whole4, end));
    const ordered = end !== null && plan2.reversed[d] ? inLength(context, whole4, end, steps) : whole4;
    all2.push(end === null ? whole4 : withinLength(context, ordered, end, steps));
  };
  for (let d = 0; d < directions2; d++) {
    const name = `${node.name}.${d}`;
    const wd = context.tape.constant(turned(ofDirection(w, d)), `${name}.w`);
    const rd = context.tape.constant(turned(ofDirection(r, d)), `${name}.r`);
    const { input, state } = biases(b, d, gates, hidden, linear);
    const bias = context.tape.constant(input, `${name}.b`);
    const ahead = plan2.reversed[d] && lengths !== void 0 ? inLength(context, x, lengths, steps) : x;
    const g = product(context, ahead, wd, { scale: 1, bias, numbers: {} });
    const rows = extentFactors(batch).map((factor) => ({ ...factor, step: 1 }));
    const own = hidden === 1 ? [] : [{ size: hidden, step: 1, rows: false }];
    const sequence = steps === 1 ? [] : [{ size: steps, step: 1, rows: false }];
    const perRow = g.perRow || (h0?.perRow ?? false) || (c0?.perRow ?? false);
    const gate = everywhere(context, g);
    const initial = (value) => value === void 0 ? repeated2(context.tape.scalar(0), [batch, { size: hidden, rows: false }]) : { ...value, offset: value.offset + d * (value.axes[0][0]?.step ?? 0), axes: value.axes.slice(1) };
    const backwards = plan2.reversed[d] && lengths === void 0;
    if (gates === 1) {
      const kind = UNARY3[plan2.activations[d].toLowerCase()];
      const states = unrolled(context, gate, rd, h0 && initial(h0), steps, backwards, kind);
      keep(states, d, backwards);
      continue;
    }
    const whole4 = context.tape.fresh([sequence, rows, own], "float", perRow, true);
    const scratch = context.tape.fresh([rows, [{ size: 4 * hidden, step: 1, rows: false }]], "float", perRow, true);
    const walk2 = (value) => {
      const step2 = value.axes[0][0] ?? NONE;
      const dims = [
        { size: steps, step: backwards ? -step2.step : step2.step, rows: false },
        dimOf(value, 1),
        dimOf(value, 2)
      ];
      const view = viewWith(value, dims);
      if (backwards) view.offset += step2.step * (steps - 1);
      return view;
    };
    const flat = (value) => viewWith(value, [dimOf(value, 0), dimOf(value, 1)]);
    const rView = { ...viewOf(rd), codedAlong: 1 };
    const start = flat(settle(context, initial(h0)));
    if (isLstm) {
      const memory = context.tape.fresh([rows, own], "float", perRow, true);
      context.tape.copyInto(memory, settle(context, initial(c0)), perRow);
      const views = [walk2(whole4), walk2(gate), rView, flat(memory), start, flat(scratch)];
      context.tape.emit("lstm", views, perRow, {}, [memory.buffer, scratch.buffer]);
      cells.push(memory);
    } else {
      const stateBias = state === void 0 ? null : viewOf(context.tape.constant(state, `${name}.rb`));
      const views = [walk2(whole4), walk2(gate), rView, stateBias, start, flat(scratch)];
      context.tape.emit("gru", views, perRow, { kind: linear ? 1 : 0 }, [scratch.buffer]);
    }
    if (lengths !== void 0 && isLstm && context.isRead(node.outputs[2] ?? ""))
      throw new OpError("cell states of rows of different lengths");
    keep(whole4, d, backwards);
  }
  const join4 = (parts, axis) => {
    const laid = parts.map((part3) => ({ ...part3, axes: [...part3.axes.slice(0, axis), [], ...part3.axes.slice(axis)] }));
    if (laid.length === 1) return laid[0];
    const shape = context.traced(node.outputs[axis === 1 ? 0 : node.outputs[1] ? 1 : 2]).shape;
    const one2 = shape.map((extent, a) => a === axis ? { size: 1, rows: false } : extent);
    return concatenated(
      context,
      laid,
      laid.map(() => one2),
      axis,
      shape
    );
  };
  const wanted = (i) => node.outputs[i] !== void 0 && node.outputs[i] !== "" && context.isRead(node.outputs[i]);
  const y = wanted(0) ? join4(all2, 1) : all2[0];
  const yH = wanted(1) ? join4(last, 0) : last[0];
  return isLstm ? [y, yH, wanted(2) ? join4(cells, 0) : cells[0]] : [y, yH];
};
function unrolled(context, g, r, initial, steps, backwards, kind) {
  const states = new Array(steps);
  let state = initial;
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i;
    const given2 = at2(g, t);
    state = state === void 0 ? context.elementwise("unary", [given2], "float", { kind }) : product(context, state, r, { scale: 1, bias: given2, numbers: { kind } });
    states[t] = state;
  }
  if (steps === 1) return { ...states[0], axes: [[], ...states[0].axes] };
  const [rows, own] = [g.axes[1], g.axes[2]].map((axis) => extentOf(axis));
  const step = [{ size: 1, rows: false }, rows, own];
  return concatenated(
    context,
    states.map((each) => ({ ...each, axes: [[], ...each.axes] })),
    states.map(() => step),
    0,
    [{ size: steps, rows: false }, rows, own]
  );
}
var extentOf = (axis) => ({
  size: axis.reduce((product2, factor) => product2 * factor.size, 1),
  rows: axis.some((factor) => factor.rows)
});
var dimOf = (value, axis) => {
  const factors = value.axes[axis];
  if (factors.length > 1) {
    const [outer, inner] = factors;
    if (factors.length === 2 && outer.rows && outer.step === inner.step * inner.size)
      return { size: inner.size, step: inner.step, rows: true };
    throw new OpError("states whose rows lie apart");
  }
  return factors[0] ?? NONE;
};
function everywhere(context, value) {
  return value.axes.some((axis) => axis.length > 1 && !axis[0].rows) ? context.tape.copy(value) : value;
}
var settle = everywhere;
function biases(b, d, gates, hidden, linear) {
  const total = gates * hidden;
  const input = tensor("float", [total]);
  const state = tensor("float", [hidden]);
  for (let i = 0; b !== void 0 && i < total; i++) {
    const apart = linear && i >= 2 * hidden;
    const recurrent2 = b.data[d * 2 * total + total + i];
    input.data[i] = b.data[d * 2 * total + i] + (apart ? 0 : recurrent2);
    if (apart) state.data[i - 2 * hidden] = recurrent2;
  }
  return linear ? { input, state } : { input };
}
var at2 = (value, step) => ({
  ...value,
  offset: value.offset + step * (value.axes[0][0]?.step ?? 0),
  axes: value.axes.slice(1)
});
var constantSteps = (context, steps) => {
  const places = tensor(
    "int",
    [steps],
    Float64Array.from({ length: steps }, (_, i) => i)
  );
  const value = context.tape.constant(places, "steps");
  return { ...value, axes: [value.axes[0], [], []] };
};
var asColumn = (lengths) => ({ ...lengths, axes: [[], lengths.axes[0], []] });
function withinLength(context, value, lengths, steps) {
  const alive = context.elementwise("binary", [constantSteps(context, steps), asColumn(lengths)], "bool", {
    kind: BINARY2["less"]
  });
  return context.elementwise("where", [alive, value, context.tape.scalar(0)], "float");
}
function inLength(context, value, lengths, steps) {
  const last = context.elementwise("unary", [asColumn(lengths)], "int", { kind: UNARY3["affine"], alpha: 1, beta: -1 });
  const back = context.elementwise("binary", [last, constantSteps(context, steps)], "int", { kind: BINARY2["sub"] });
  const places = context.elementwise("unary", [back], "int", { kind: UNARY3["clip"], alpha: 0, beta: steps - 1 });
  return stepsAt(context, value, places);
}
function lastOf(context, value, lengths) {
  const last = context.elementwise("unary", [asColumn(lengths)], "int", { kind: UNARY3["affine"], alpha: 1, beta: -1 });
  const place2 = context.elementwise("unary", [last], "int", { kind: UNARY3["clip"], alpha: 0, beta: 34e37 });
  const found = stepsAt(context, value, place2);
  return { ...found, axes: found.axes.slice(1) };
}
var RECURRENT2 = { RNN: recurrent(1), GRU: recurrent(3), LSTM: recurrent(4) };

// web/import/onnx/lower/index.ts
var LOWERINGS = {
  ...ELEMENTWISE2,
  ...MOVEMENT2,
  ...REDUCTION,
  ...MATRIX_OPS,
  ...POOLING2,
  ...RECURRENT2
};

// web/import/onnx/lower/whole.ts
var restOf = (data) => Float64Array.from(data, (value) => value - Math.fround(value));
function whole3(context, node, at3) {
  const range = context.ranges.of(node.inputs[at3]);
  if (range !== void 0 && context.graph.constants.has(node.inputs[at3]) && beyond(range, WIDEST2))
    throw new OpError(`a constant of ${reach(range)}`, `${WIDEST2} (2^48) at most, which is what stays exact`);
  return { high: context.input(node, at3), low: lowOf(context, node.inputs[at3]) };
}
function lowOf(context, name) {
  const known = context.low.get(name);
  const constant = context.graph.constants.get(name);
  if (known !== void 0 || constant === void 0 || !context.ranges.isWide(name)) return known;
  const rest2 = tensor("int", constant.shape, restOf(constant.data));
  const low = repeated2(context.tape.constant(rest2, `${name}.rest`), context.traced(name).shape);
  context.low.set(name, low);
  return low;
}
var constantOf = (context, value) => {
  const [rest2] = restOf([value]);
  return { high: context.tape.scalar(value, "int"), low: rest2 === 0 ? void 0 : context.tape.scalar(rest2, "int") };
};
function reckoned(context, kind, a, b, wide2, wraps = false) {
  const operands2 = [a.high, a.low, b.high, b.low];
  const laid = context.together(operands2.filter((each) => each !== void 0));
  const perRow = laid.some((each) => each.perRow);
  const isTruth = ["equal", "less", "less_equal"].includes(kind);
  const fresh = () => context.tape.fresh(walked(laid), isTruth ? "bool" : "int", perRow);
  const [high, low] = [fresh(), wide2 ? fresh() : void 0];
  const flat = [high, ...low === void 0 ? [] : [low], ...laid];
  const dims = flat.map((each) => viewOf(each).dims);
  const used = dims[0].map((_, d) => d).filter((d) => dims.some((each) => each[d].step !== 0));
  const views = asOut(flat.map((each, i) => ({ ...viewOf(each), dims: used.map((d) => dims[i][d]) })));
  const out = views.shift();
  const rest2 = low === void 0 ? null : views.shift();
  const inputs = operands2.map((each) => each === void 0 ? null : views.shift());
  const also2 = low === void 0 ? [] : [low.buffer];
  context.tape.emit("whole", [out, ...inputs, rest2], perRow, { kind: WHOLE6[kind], alpha: wraps ? 1 : 0 }, also2);
  return { high, low };
}
var KINDS3 = {
  Add: "add",
  Sub: "sub",
  Mul: "mul",
  Div: "div",
  Min: "min",
  Max: "max",
  Sum: "add",
  ReduceSum: "add",
  ReduceMax: "max",
  ReduceMin: "min",
  ReduceProd: "mul",
  ReduceL1: "add",
  ReduceSumSquare: "add"
};
var COMPARED2 = {
  Equal: ["equal", false],
  Less: ["less", false],
  LessOrEqual: ["less_equal", false],
  Greater: ["less", true],
  GreaterOrEqual: ["less_equal", true]
};
var ROUNDED = /* @__PURE__ */ new Set(["Sign", "OneHot"]);
function lowerWhole(context, node, lowering) {
  const ranges = context.ranges;
  const wraps = ranges.wraps(node);
  const range = ranges.madeBy(node);
  if (range !== void 0 && !wraps) refuseBeyond(node, range);
  if (MOVED[node.op] !== void 0) return moved(context, node, lowering);
  const narrows = wraps && node.dataType !== DATA_TYPE.int32;
  const wide2 = ranges.isWide(node.outputs[0]);
  const pair = pairOf(context, node, ranges, wide2 || narrows);
  if (pair === void 0) return lowering(context, node);
  const made = narrows ? narrowed(context, node, pair, wide2) : pair;
  if (made.low !== void 0) context.low.set(node.outputs[0], made.low);
  return [made.high];
}
function narrowed(context, node, x, wide2) {
  const [least, most] = boundsOf(node.dataType);
  const size = constantOf(context, most - least + 1);
  if (least === 0) return reckoned(context, "mod", x, size, wide2);
  const offset = constantOf(context, least);
  const above2 = reckoned(context, "mod", reckoned(context, "sub", x, offset, true), size, true);
  return reckoned(context, "add", above2, offset, wide2);
}
function pairOf(context, node, ranges, wide2) {
  const one2 = (kind, a, b) => reckoned(context, kind, a, b, wide2, ranges.wraps(node));
  const compared = COMPARED2[node.op];
  if (compared !== void 0) {
    const [kind, swapped] = compared;
    const [a, b] = [whole3(context, node, 0), whole3(context, node, 1)];
    return swapped ? one2(kind, b, a) : one2(kind, a, b);
  }
  switch (node.op) {
    case "Add":
    case "Sub":
    case "Mul":
    case "Div":
    case "Min":
    case "Max":
    case "Sum": {
      const parts = node.inputs.map((_, at3) => whole3(context, node, at3));
      return parts.reduce(
        (a, b) => reckoned(context, KINDS3[node.op], a, b, wide2 || parts.length > 2, ranges.wraps(node))
      );
    }
    case "Mod":
      return one2(number(node, "fmod", 0) !== 0 ? "fmod" : "mod", whole3(context, node, 0), whole3(context, node, 1));
    case "Neg":
      return one2("sub", constantOf(context, 0), whole3(context, node, 0));
    case "Abs":
      return absolute(context, whole3(context, node, 0), wide2, ranges.wraps(node));
    case "Relu":
      return one2("max", whole3(context, node, 0), constantOf(context, 0));
    case "Pow": {
      const exponent = wholeExponent(context.graph, node);
      const x = whole3(context, node, 0);
      if (exponent === void 0) break;
      const { high, low } = power(x, exponent, (a, b) => reckoned(context, "mul", a, b, true, ranges.wraps(node)));
      return { high, low: wide2 ? low : void 0 };
    }
    case "Clip":
      return clipped(context, node, wide2);
    case "ReduceSum":
    case "ReduceMax":
    case "ReduceMin":
    case "ReduceProd":
    case "ReduceL1":
    case "ReduceSumSquare":
      return folded(context, node, wide2);
    case "Cast":
    case "CastLike":
      return cast3(context, node, wide2);
  }
  if (ROUNDED.has(node.op)) return void 0;
  const read2 = node.inputs.find((name) => ranges.isWide(name));
  const range = read2 === void 0 ? ranges.madeBy(node) : ranges.of(read2);
  throw new OpError(
    `whole numbers ${reach(range)}`,
    `numbers up to ${EXACT} (2^24) in this op: ages, days or hours instead of times`
  );
}
var absolute = (context, x, wide2, wraps) => reckoned(context, "max", x, reckoned(context, "sub", constantOf(context, 0), x, true), wide2, wraps);
function moved(context, node, lowering) {
  const highs = lowering(context, node);
  const wide2 = node.outputs.some((name) => context.ranges.isWide(name));
  if (!wide2) return highs;
  const names = [...new Set(movedInputs(node))];
  const before = names.map((name) => context.values.get(name));
  for (const name of names) {
    const nothing2 = () => repeated2(context.tape.scalar(0, "int"), context.traced(name).shape);
    context.values.set(name, lowOf(context, name) ?? nothing2());
  }
  const lows = lowering(context, node);
  names.forEach((name, i) => {
    if (before[i] === void 0) context.values.delete(name);
    else context.values.set(name, before[i]);
  });
  node.outputs.forEach((name, i) => {
    if (name !== "" && lows[i] !== void 0) context.low.set(name, lows[i]);
  });
  return highs;
}
function cast3(context, node, wide2) {
  const { type } = context.result(node);
  const x = whole3(context, node, 0);
  if (context.ranges.wraps(node)) return reckoned(context, "add", x, constantOf(context, 0), wide2, true);
  const rounds = (reader) => reader.op === "Cast" && [DATA_TYPE.float, 10].includes(number(reader, "to", 1));
  if (node.dataType === DATA_TYPE.double && x.low !== void 0) {
    if (!(readersOf(context.graph).get(node.outputs[0]) ?? []).every(rounds))
      throw new OpError(
        `whole numbers ${reach(context.ranges.of(node.inputs[0]))} as float64, where the core computes in float32`,
        "differences, days or hours of them as whole numbers, and then a cast"
      );
  }
  return { high: castTo(context, x.high, type), low: type === "int" ? x.low : void 0 };
}
function clipped(context, node, wide2) {
  let x = whole3(context, node, 0);
  const limits = [
    [1, "min", "max"],
    [2, "max", "min"]
  ];
  limits.forEach(([at3, name, kind]) => {
    const constant = node.inputs[at3] ? context.constant(node, at3) : void 0;
    const dynamic = node.inputs[at3] ? constant === void 0 : false;
    const limit = dynamic ? void 0 : scalarOr(node, name, constant, void 0);
    if (!dynamic && (limit === void 0 || Math.abs(limit) > WIDEST2)) return;
    const bound = dynamic ? whole3(context, node, at3) : constantOf(context, limit);
    x = reckoned(context, kind, x, bound, wide2 || at3 === 1);
  });
  return x;
}
function folded(context, node, wide2) {
  if (context.optionalIsDynamic(node, 1)) throw new OpError("axes that depend on the inputs");
  const axes = reducedAxes(node, [context.likeness(node, 0), context.constant(node, 1)]);
  const extents2 = context.shapeOf(node, 0).map((extent) => ({ ...extent }));
  const part3 = (value, axis, start, size) => value && sliced(context, value, axis, start, 1, extents2[axis], size);
  const wraps = context.ranges.wraps(node);
  let x = whole3(context, node, 0);
  if (node.op === "ReduceL1") x = absolute(context, x, true, wraps);
  if (node.op === "ReduceSumSquare") x = reckoned(context, "mul", x, x, true, wraps);
  const spare = [];
  const together5 = (a, b) => reckoned(context, KINDS3[node.op], a, b, true, wraps);
  for (const axis of axes) {
    if (extents2[axis].rows) throw new BatchError("a sum over the batch");
    while (extents2[axis].size > 1) {
      const half = extents2[axis].size >> 1;
      const cut3 = (start, size) => ({
        high: part3(x.high, axis, start, size),
        low: part3(x.low, axis, start, size)
      });
      const odd = extents2[axis].size % 2 === 1 ? [cut3(2 * half, 1)] : [];
      x = together5(cut3(0, half), cut3(half, half));
      extents2[axis] = { size: half, rows: false };
      spare.push(...odd);
    }
    x = spare.splice(0).reduce(together5, x);
  }
  const { shape } = context.result(node);
  const settled3 = (value) => value && reshape(context, value, shape);
  return { high: settled3(x.high), low: wide2 ? settled3(x.low) : void 0 };
}

// web/import/onnx/tape/memory.ts
var ALIGN = 16;
var FOREVER = Number.MAX_SAFE_INTEGER;
var IN_PLACE = /* @__PURE__ */ new Set(["unary", "binary", "where", "softmax", "norm", "cumsum"]);
function plan(ops, inputs, outputs, requestOps) {
  const lives = /* @__PURE__ */ new Map();
  const touch = (buffer, at3, writes) => {
    if (buffer.data !== void 0) return;
    const life = lives.get(buffer);
    if (life === void 0) lives.set(buffer, { buffer, first: at3, last: at3 });
    else life.last = Math.max(life.last, !writes && at3 >= requestOps && life.first < requestOps ? FOREVER : at3);
  };
  for (const buffer of inputs) {
    touch(buffer, -1, true);
    touch(buffer, requestOps, true);
  }
  ops.forEach((op, at3) => {
    for (const buffer of op.writes) touch(buffer, at3, true);
    for (const view of op.views) if (view !== null) touch(view.buffer, at3, op.writes.includes(view.buffer));
  });
  for (const buffer of outputs) {
    touch(buffer, ops.length, false);
    const life = lives.get(buffer);
    life.last = FOREVER;
  }
  const stays = /* @__PURE__ */ new Map();
  ops.forEach((op, at3) => {
    const [out, ...read2] = op.views;
    const from = out !== null && IN_PLACE.has(op.code) ? takenPlace(out, read2, lives, at3) : void 0;
    if (from === void 0) return;
    const life = lives.get(from);
    life.last = lives.get(out.buffer).last;
    lives.set(out.buffer, life);
    stays.set(out.buffer, life.buffer);
  });
  for (const buffer of stays.keys()) lives.delete(buffer);
  const placed = [];
  const offset = /* @__PURE__ */ new Map();
  let floats = 0;
  for (const life of [...lives.values()].sort((a, b) => b.buffer.floats - a.buffer.floats || a.first - b.first)) {
    const size = Math.ceil(life.buffer.floats / ALIGN) * ALIGN;
    const others = placed.filter((each) => each.life.first <= life.last && life.first <= each.life.last);
    others.sort((a, b) => a.start - b.start);
    let start = 0;
    for (const each of others) {
      if (start + size <= each.start) break;
      start = Math.max(start, each.end);
    }
    placed.push({ life, start, end: start + size });
    offset.set(life.buffer, start);
    floats = Math.max(floats, start + size);
  }
  for (const [buffer, place2] of stays) offset.set(buffer, offset.get(place2));
  return { offset, floats };
}
function takenPlace(out, read2, lives, at3) {
  const { first } = lives.get(out.buffer);
  const views = read2.filter((view) => view !== null);
  const isSame = (view) => view.offset === out.offset && view.dims.length === out.dims.length && view.dims.every(({ size, step, rows }, d) => {
    const own = out.dims[d];
    return size === own.size && step === own.step && rows === own.rows;
  });
  return views.map((view) => view.buffer).find((buffer) => {
    const life = lives.get(buffer);
    return first === at3 && life !== void 0 && life.last === at3 && buffer !== out.buffer && buffer.floats === out.buffer.floats && views.every((view) => view.buffer !== buffer || isSame(view));
  });
}

// web/import/onnx/tape/program.ts
var PORT = 64;
var VIEW = 64;
var OP_BYTES = 48;
var OP_VIEWS = 7;
var LEAST_CODED = 512;
function writeProgram(plan2) {
  const constants = new Constants(plan2);
  const views = [];
  const numberOf3 = /* @__PURE__ */ new Map();
  const ids = /* @__PURE__ */ new Map();
  const idOf2 = (buffer) => {
    if (!ids.has(buffer)) ids.set(buffer, ids.size);
    return ids.get(buffer);
  };
  const place2 = (view) => {
    if (view === null || view === void 0) return NO_VIEW;
    const dims = view.dims.map(({ size, step, rows }) => `${size}:${step}:${Number(rows)}`);
    const key = `${idOf2(view.buffer)}@${view.offset}/${view.codedAlong ?? ""}/${dims.join()}`;
    const found = numberOf3.get(key);
    if (found !== void 0) return found;
    numberOf3.set(key, views.length);
    views.push(view);
    return views.length - 1;
  };
  const opViews = plan2.ops.map((op) => Array.from({ length: OP_VIEWS }, (_, i) => place2(op.views[i])));
  const ports = [...plan2.inputs, ...plan2.outputs];
  const names = ports.map((port) => Buffer_.from(port.name));
  const nameBytes = names.reduce((sum, name) => sum + name.length, 0);
  const [viewsAt, opsAt] = [
    PROGRAM_HEAD + PORT * ports.length,
    PROGRAM_HEAD + PORT * ports.length + VIEW * views.length
  ];
  const namesAt = opsAt + OP_BYTES * plan2.ops.length;
  const constantsAt = Math.ceil((namesAt + nameBytes) / 64) * 64;
  const padding = ports.map((port) => port.table?.padding ? constants.addFloats(port.table.padding) : NO_VIEW);
  const bytes = new Uint8Array(constantsAt + constants.length);
  const out = new DataView(bytes.buffer);
  const head = [plan2.capacity, plan2.scratch, plan2.inputs.length, plan2.outputs.length, views.length, plan2.ops.length];
  [...head, plan2.requestOps, nameBytes, constants.length].forEach((value, i) => out.setUint32(4 * i, value, true));
  let nameAt = 0;
  ports.forEach((port, i) => {
    const at3 = PROGRAM_HEAD + PORT * i;
    out.setUint32(at3, nameAt, true);
    out.setUint32(at3 + 4, names[i].length, true);
    bytes.set([ELEMENT[port.element], port.shape.length, port.rows ? 0 : NO_ROWS, port.table ? 1 : 0], at3 + 8);
    out.setUint32(at3 + 12, plan2.offset.get(port.buffer), true);
    port.shape.forEach((size, axis) => out.setUint32(at3 + 16 + 4 * axis, size, true));
    out.setUint32(at3 + 40, port.table?.ids ?? 0, true);
    out.setUint32(at3 + 44, port.table ? padding[i] : 0, true);
    out.setUint32(at3 + 48, port.table?.rows ?? 0, true);
    bytes.set(names[i], namesAt + nameAt);
    nameAt += names[i].length;
  });
  views.forEach((view, i) => writeView(out, viewsAt + VIEW * i, view, plan2, constants));
  plan2.ops.forEach((op, i) => {
    const at3 = opsAt + OP_BYTES * i;
    bytes.set([OP[op.code], op.kind, op.m, op.n], at3);
    out.setFloat32(at3 + 4, op.alpha, true);
    out.setFloat32(at3 + 8, op.beta, true);
    out.setFloat32(at3 + 12, op.scale, true);
    opViews[i].forEach((view, v) => out.setUint32(at3 + 16 + 4 * v, view, true));
  });
  bytes.set(constants.bytes(), constantsAt);
  return bytes;
}
var Buffer_ = globalThis.Buffer;
function writeView(out, at3, view, plan2, constants) {
  const rows = view.dims.reduce((bits3, dim, axis) => bits3 | Number(dim.rows) << axis, 0);
  const isConstant = view.buffer.data !== void 0;
  const placed = isConstant ? constants.placed.get(view.buffer) : null;
  const type = placed?.type ?? "float32";
  const bytesEach = { float32: 4, float16: 2, int8: 1 }[type];
  const base = placed === null ? plan2.offset.get(view.buffer) : placed.at / bytesEach;
  if (base === void 0) throw new OpError("memory that nothing planned");
  out.setUint8(at3, isConstant ? 1 : 0);
  out.setUint8(at3 + 1, TYPE[type]);
  out.setUint8(at3 + 2, view.dims.length);
  out.setUint8(at3 + 3, rows);
  out.setUint32(at3 + 4, base + view.offset, true);
  out.setUint32(at3 + 8, placed?.scales ?? 0, true);
  out.setUint32(at3 + 12, type === "int8" ? view.codedAlong : 0, true);
  view.dims.forEach(({ size, step }, d) => {
    out.setUint32(at3 + 16 + 4 * d, size, true);
    out.setInt32(at3 + 40 + 4 * d, step, true);
  });
}
var Constants = class {
  constructor(plan2) {
    this.placed = /* @__PURE__ */ new Map();
    this.parts = [];
    this.length = 0;
    const uses = /* @__PURE__ */ new Map();
    for (const op of plan2.ops)
      for (const view of op.views)
        if (view !== null && view.buffer.data !== void 0)
          uses.set(view.buffer, [...uses.get(view.buffer) ?? [], view]);
    for (const [buffer, views] of uses) this.placed.set(buffer, this.place(buffer, views, plan2.weights));
  }
  addFloats(values) {
    return this.add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) / 4;
  }
  bytes() {
    const out = new Uint8Array(this.length);
    for (const part3 of this.parts) out.set(part3.bytes, part3.at);
    return out;
  }
  place(buffer, views, weights) {
    const data = buffer.data;
    const isPlain = (view) => view.codedAlong !== void 0 && !view.dims.some((dim) => dim.rows);
    const codable = data.length >= LEAST_CODED && views.every(isPlain);
    if (codable && weights === "float16") {
      const halves = Uint16Array.from(data, toHalf);
      return { type: "float16", at: this.add(new Uint8Array(halves.buffer)), scales: 0 };
    }
    if (codable && weights === "int8" && views.every((view) => sameGrid(view, views[0]))) {
      const { codes: codes3, scales } = toBytes(data, views[0]);
      const scalesAt = this.addFloats(scales);
      return { type: "int8", at: this.add(new Uint8Array(codes3.buffer)), scales: scalesAt };
    }
    const floats = Float32Array.from(data);
    return { type: "float32", at: this.add(new Uint8Array(floats.buffer)), scales: 0 };
  }
  add(bytes) {
    const at3 = Math.ceil(this.length / 64) * 64;
    this.parts.push({ at: at3, bytes });
    this.length = at3 + Math.ceil(bytes.length / 4) * 4;
    return at3;
  }
};
var sameGrid = (a, b) => {
  const [x, y] = [a.dims[a.codedAlong], b.dims[b.codedAlong]];
  return a.offset === 0 && b.offset === 0 && x.size === y.size && x.step === y.step && x.step !== 0;
};
function toBytes(data, view) {
  const { size, step } = view.dims[view.codedAlong];
  const sliceOf2 = (i) => Math.floor(i / step) % size;
  const scales = new Float32Array(size);
  for (let i = 0; i < data.length; i++) scales[sliceOf2(i)] = Math.max(scales[sliceOf2(i)], Math.abs(data[i]) / 127);
  const codes3 = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const scale = scales[sliceOf2(i)];
    codes3[i] = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(data[i] / scale)));
  }
  return { codes: codes3, scales };
}
var float = new Float32Array(1);
var bits = new Uint32Array(float.buffer);
function toHalf(value) {
  float[0] = value;
  const sign = bits[0] >>> 16 & 32768;
  const magnitude2 = bits[0] & 2147483647;
  if (magnitude2 > 2139095040) return sign | 32256;
  if (magnitude2 >= 1199570944) return sign | (magnitude2 === 2139095040 ? 31744 : 31743);
  if (magnitude2 < 947912704) return sign | roundEven(Math.abs(value) * 2 ** 24);
  const rounded2 = magnitude2 + 4095 + (magnitude2 >>> 13 & 1);
  const half = rounded2 - 939524096 >>> 13;
  return sign | Math.min(half, 31743);
}
var roundEven = (x) => x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);

// web/import/onnx/model/batch.ts
var SEQUENCE = /seq|len|time|step|hist|^[tls]$/i;
var BATCH = /batch/i;
var LETTER = /^(b|n|bs)$/i;
var isBatch = (dim) => BATCH.test(dim) && !SEQUENCE.test(dim);
function symbolOf(port) {
  const [first] = port.shape;
  const symbols = port.shape.filter((dim) => typeof dim === "string");
  if (typeof first === "string" && isBatch(first)) return first;
  const named = symbols.find(isBatch);
  if (named !== void 0) return named;
  if (typeof first === "string" && !SEQUENCE.test(first)) return first;
  return symbols.find((dim) => LETTER.test(dim)) ?? (typeof first === "string" ? first : void 0);
}
function batchSymbols(graph2) {
  const chosen = graph2.inputs.map(symbolOf);
  const lengths = new Set(
    graph2.inputs.flatMap(
      (port, i) => port.shape.filter((dim) => typeof dim === "string" && dim !== chosen[i])
    )
  );
  return new Set(chosen.filter((dim) => dim !== void 0 && (isBatch(dim) || !lengths.has(dim))));
}

// web/import/onnx/compile.ts
function compile(graph2, options = {}) {
  const capacity = options.capacity ?? 1;
  const batch = batchSymbols(graph2);
  if (options.list === true) return compileList(graph2, options, batch, capacity);
  if (capacity > 1 && batch.size > 0) {
    try {
      return compileWith(graph2, options, batch, "open", capacity);
    } catch (error) {
      if (!(error instanceof BatchError || error instanceof InputError)) throw error;
    }
  }
  try {
    return compileWith(graph2, options, batch, "one", 1);
  } catch (caught) {
    const error = caught instanceof BatchError || caught instanceof OpError ? new InputError({ file: graph2.file }, caught.message, "a model whose rows are each for themselves", {
      cause: caught
    }) : caught;
    if (!(error instanceof InputError) || batch.size === 0 || options.boundBatch === void 0) throw error;
    const sizes = { ...options.sizes, ...Object.fromEntries([...batch].map((symbol) => [symbol, options.boundBatch])) };
    try {
      return compileWith(graph2, { ...options, sizes }, /* @__PURE__ */ new Set(), "one", 1);
    } catch {
      throw error;
    }
  }
}
function compileList(graph2, options, batch, capacity) {
  try {
    return compileWith(graph2, options, batch, { longest: capacity }, capacity);
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    const expected = "a form that runs on a list of any length";
    throw new InputError({ file: graph2.file }, error.message, expected, { cause: error });
  }
}
function shapesFor(graph2, options, batch, rows) {
  return new Map(
    graph2.inputs.map((port) => {
      const shape = port.shape.map((dim) => {
        if (typeof dim === "number") return dim;
        if (batch.has(dim)) return rows;
        const given2 = options.sizes?.[dim];
        if (given2 !== void 0) return given2;
        throw new InputError(
          { file: graph2.file, part: `input "${port.name}"` },
          `shape ${shapeText(port.shape)} with "${dim}" open`,
          'a size for it (config key "sizes" of the model)'
        );
      });
      if (!(sizeOf(shape) <= MOST_NUMBERS))
        throw new InputError(
          { file: graph2.file, part: `input "${port.name}"` },
          `shape ${shapeText(port.shape)}`,
          `${MOST_NUMBERS} numbers at most`
        );
      return [port.name, shape];
    })
  );
}
function compileWith(graph2, options, batch, mode, capacity) {
  const traced = fuse(trace(graph2, (rows) => shapesFor(graph2, options, batch, rows), mode));
  const ranges = options.ranges === void 0 ? null : new Ranges(traced, options.ranges, typeof mode === "object" ? capacity : 1);
  const context = new Context(traced, new Tape(capacity, typeof mode === "object"), ranges);
  const open2 = (port) => openInput(context, port, batch, mode, options.perRequest?.has(port.name) ?? false);
  const ports = traced.inputs.map(open2);
  traced.inputs.forEach((port, i) => {
    if (ranges?.isWide(port.name)) ports.push(openRest(context, port, i, open2));
  });
  lower2(context, ports, options);
  const outputs = traced.outputs.map((port) => closeOutput(context, port, batch, mode, ports));
  const { ops: written } = context.tape;
  const ops = [...written.filter((op) => !op.perRow), ...written.filter((op) => op.perRow)];
  const requestOps = ops.filter((op) => !op.perRow).length;
  const memory = plan(
    ops,
    ports.map(({ buffer }) => buffer),
    outputs.map(({ buffer }) => buffer),
    requestOps
  );
  const weights = options.weights ?? "float32";
  const bytes = writeProgram({
    capacity,
    scratch: memory.floats,
    requestOps,
    inputs: ports,
    outputs,
    ops,
    offset: memory.offset,
    weights
  });
  const describe3 = (port, from) => {
    const declared = from.find((each) => each.name === port.name);
    return {
      name: port.name,
      element: port.element,
      shape: port.shape,
      rows: port.rows,
      batchAxis: Math.max(0, declared?.shape.findIndex((dim) => batch.has(String(dim))) ?? 0)
    };
  };
  return {
    bytes,
    capacity,
    isList: typeof mode === "object",
    inputs: ports.map((port) => {
      const input = describe3(port, graph2.inputs);
      if (port.restOf !== void 0)
        Object.assign(input, { restOf: port.restOf, batchAxis: describe3(ports[port.restOf], graph2.inputs).batchAxis });
      if (port.table)
        input.table = { name: port.tableName, ids: port.table.ids, rows: port.table.rows, width: port.shape.at(-1) };
      return input;
    }),
    outputs: outputs.map((port) => ({
      ...describe3(port, graph2.outputs),
      batchAxis: outputAxis(graph2, port.name, batch)
    })),
    ops: ops.length,
    requestOps,
    scratch: memory.floats
  };
}
var outputAxis = (graph2, name, batch) => Math.max(0, graph2.outputs.find((port) => port.name === name)?.shape.findIndex((dim) => batch.has(String(dim))) ?? 0);
var rowsFirst = (shape, axis) => axis <= 0 ? [...shape] : [shape[axis], ...shape.slice(0, axis), ...shape.slice(axis + 1)];
function openInput(context, port, batch, mode, once) {
  const { shape, type } = context.traced(port.name);
  const axis = port.shape.findIndex((dim) => batch.has(String(dim)));
  const open2 = axis >= 0 && !once;
  if (mode !== "one" && open2) refuseInner(shape);
  const axes = shape.map(
    (extent) => extentFactors(once ? { ...extent, rows: false } : extent).map((f) => ({ ...f, step: 1 }))
  );
  const held2 = context.tape.fresh(axes, type, open2, true);
  const value = once ? repeatedRows(held2, shape) : held2;
  context.values.set(port.name, value);
  const sizes = rowsFirst(
    shape.map(({ size }) => size),
    axis
  );
  return { name: port.name, element: type, shape: sizes, rows: open2, buffer: held2.buffer };
}
function openRest(context, port, at3, open2) {
  const range = context.ranges.of(port.name);
  if (beyond(range, WIDEST2))
    throw new InputError(
      { file: context.graph.file, part: `input "${port.name}"` },
      `whole numbers ${reach(range)}`,
      `${WIDEST2} (2^48) at most, which is what stays exact: times in seconds or milliseconds, ids as rows of a table`
    );
  const high = context.values.get(port.name);
  const rest2 = { ...open2(port), name: `${port.name}.rest`, restOf: at3 };
  context.low.set(port.name, context.values.get(port.name));
  context.values.set(port.name, high);
  return rest2;
}
function refuseInner(shape) {
  const at3 = shape.findIndex((extent) => extent.rows);
  if (at3 < 0) return;
  if (shape.slice(0, at3).some((extent) => extent.size > 1)) throw new BatchError("a batch that is not the first axis");
  if (shape.slice(at3 + 1).some((extent) => extent.rows)) throw new BatchError("a number for each two of the batch");
}
function repeatedRows(value, shape) {
  const axes = value.axes.map(
    (axis, a) => shape[a].rows ? [{ size: 1, step: 0, rows: true }, ...axis] : axis
  );
  return { ...value, axes };
}
function lower2(context, ports, options) {
  const { graph: graph2 } = context;
  for (const node of graph2.nodes) {
    const lowering = LOWERINGS[node.op];
    if (lowering === void 0)
      throw new InputError(
        { file: graph2.file, part: `node "${node.name}"` },
        `the op ${node.op} on values that depend on the inputs`,
        `one of ${Object.keys(LOWERINGS).sort().join(", ")}`
      );
    try {
      const table = tableInput(context, node, ports, options);
      const wide2 = context.ranges?.touches(node) ?? false;
      const values = table ?? (wide2 ? lowerWhole(context, node, lowering) : lowering(context, node));
      node.outputs.forEach((name, i) => {
        if (name !== "" && values[i] !== void 0) context.values.set(name, values[i]);
      });
    } catch (error) {
      if (error instanceof BatchError && context.tape.capacity > 1 && !context.tape.isList) throw error;
      const said = error instanceof BatchError ? new OpError(error.message) : error;
      throw ofNode(graph2.file, node, said, "a form that can be compiled");
    }
  }
}
function tableInput(context, node, ports, options) {
  const [tableName, idsName] = node.inputs;
  if (node.op !== "Gather" || options.tables === void 0 || !options.tables.has(tableName)) return void 0;
  const ids = ports.findIndex((port) => port.name === idsName);
  const table = context.constant(node, 0);
  if (ids < 0 || table === void 0)
    throw new OpError(`ids that are no input, into the table "${tableName}" that stays outside`);
  const { shape, type } = context.result(node);
  const once = !ports[ids].rows;
  const axes = shape.map(
    (extent) => extentFactors(once ? { ...extent, rows: false } : extent).map((f) => ({ ...f, step: 1 }))
  );
  const held2 = context.tape.fresh(axes, type, ports[ids].rows, true);
  const [rows, width] = table.shape;
  ports.push({
    name: `${idsName}.rows${ports.length}`,
    element: "float",
    shape: [...ports[ids].shape, width],
    rows: ports[ids].rows,
    buffer: held2.buffer,
    table: { ids, padding: Float32Array.from(table.data.slice(0, width)), rows },
    tableName
  });
  return [once ? repeatedRows(held2, shape) : held2];
}
function closeOutput(context, port, batch, mode, inputs) {
  const { shape, type } = context.traced(port.name);
  const constant = context.graph.constants.get(port.name);
  const found = context.values.get(port.name) ?? (constant === void 0 ? void 0 : repeated2(context.tape.constant(constant, port.name), shape));
  if (found === void 0)
    throw new InputError({ file: context.graph.file, part: `output "${port.name}"` }, "nothing", "a value");
  if (mode !== "one") refuseInner(shape);
  const sizes = shape.map(({ size }) => size);
  const wanted = layOut(factorsOf({ ...found, axes: found.axes }), context.tape.capacity).factors;
  const own = factorsOf(found);
  const inPlace = found.buffer.data === void 0 && found.offset === 0 && !inputs.some((input) => input.buffer === found.buffer) && !context.outputs.has(found.buffer) && own.every((factor, f) => factor.step === wanted[f].step);
  if (mode !== "one" && own.some((factor, f) => factor.rows && f > 0))
    throw new BatchError("a batch within the first axis");
  const value = inPlace ? found : context.tape.copy(found);
  context.outputs.add(value.buffer);
  const place2 = shape.findIndex((extent) => extent.rows);
  const rows = mode === "one" ? isPerRow(port, context, batch) : place2 >= 0;
  return {
    name: port.name,
    element: type,
    shape: rowsFirst(sizes, mode === "one" ? outputBatchAxis(port, batch) : place2),
    rows,
    buffer: value.buffer
  };
}
function isPerRow(port, context, batch) {
  if (batch.size === 0 || port.shape.length === 0) return false;
  return outputBatchAxis(port, batch) >= 0 || (context.values.get(port.name)?.perRow ?? false);
}
var outputBatchAxis = (port, batch) => port.shape.findIndex((dim) => batch.has(String(dim)));
function inputsRead(graph2) {
  const kept = dropDead(graph2);
  const read2 = /* @__PURE__ */ new Set([...kept.nodes.flatMap(readsOf), ...kept.outputs.map((port) => port.name)]);
  return { ...kept, inputs: kept.inputs.filter((port) => read2.has(port.name)) };
}

// web/import/onnx/rows.ts
var ROWS2 = 3;
function refuseJoinedRows(graph2, sizes, instead) {
  const joined = joinedRows(graph2, sizes);
  if (joined !== null) throw new InputError({ file: graph2.file, part: joined.part }, joined.found, instead);
}
function joinedRows(graph2, sizes) {
  const batch = batchSymbols(graph2);
  if (batch.size === 0) return null;
  const inputs = (rows, changed, first = 0) => {
    const shapes = shapesFor(graph2, { sizes }, batch, rows);
    return new Map(
      graph2.inputs.map((port, i) => {
        const axis = port.shape.findIndex((dim) => batch.has(String(dim)));
        return [port.name, sample2(tensor(port.type, shapes.get(port.name)), axis, changed, i, first)];
      })
    );
  };
  let base, changes, alone;
  try {
    base = evaluate(graph2, inputs(ROWS2));
    changes = [0, ROWS2 - 1, ROWS2, 2 * ROWS2 - 1].map((at3) => [at3 % ROWS2, evaluate(graph2, inputs(ROWS2, at3))]);
  } catch (error) {
    if (error instanceof InputError || error instanceof OpError) return null;
    throw error;
  }
  try {
    alone = evaluate(graph2, inputs(1, void 0, ROWS2 - 1));
  } catch (error) {
    if (!(error instanceof InputError || error instanceof OpError)) throw error;
  }
  const joins = (name) => changes.some(([row, values]) => !isOfRow(base.get(name), values.get(name), row));
  for (const { name } of graph2.outputs) {
    if (joins(name)) {
      const node = graph2.nodes.find(
        (each) => each.outputs.some((output) => output !== "" && base.has(output) && joins(output))
      );
      const part3 = node === void 0 ? `output "${name}"` : nodeName(node);
      return { part: part3, found: "rows of the batch that know of each other: the result of one changes with the others" };
    }
    if (alone !== void 0 && !isAlike(base.get(name), alone.get(name))) {
      const node = makersOf(graph2).get(name);
      const part3 = node === void 0 ? `output "${name}"` : nodeName(node);
      return { part: part3, found: "a result that depends on how many rows the batch has, or on their places" };
    }
  }
  return null;
}
var BY_OPS = { part: "its ops", found: "rows of the batch that are joined" };
function compileRows(graph2, options, capacity, longest) {
  const open2 = compile(graph2, { ...options, capacity });
  const joined = joinedRows(graph2, options.sizes ?? {});
  if (joined === null && open2.capacity > 1) return { program: open2, joined };
  try {
    const list2 = compileList2(graph2, joined ?? BY_OPS, { ...options, capacity: longest });
    return { program: list2, joined: joined ?? BY_OPS };
  } catch (error) {
    if (joined !== null || !(error instanceof InputError)) throw error;
    return { program: open2, joined };
  }
}
function compileList2(graph2, joined, options) {
  try {
    return compile(graph2, { ...options, list: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      { file: graph2.file, part: joined.part },
      joined.found,
      `rows each for themselves, or a ranker that can run on a list of any length (here ${because(error)})`,
      { cause: error }
    );
  }
}
var because = ({ place: place2, found }) => place2.part === void 0 ? found : `${place2.part} has ${found}`;
function sample2(x, axis, changed, seed, first) {
  const inner = x.shape.slice(axis + 1).reduce((product2, n) => product2 * n, 1);
  const size = axis < 0 ? 1 : x.shape[axis];
  for (let at3 = 0; at3 < x.data.length; at3++) {
    const row = axis < 0 ? -1 : first + Math.floor(at3 / inner) % size;
    const place2 = Math.floor(at3 / (inner * size)) * inner + at3 % inner;
    const draw = hashed(seed, row, place2);
    const isChanged = row >= 0 && changed !== void 0 && row === changed % ROWS2;
    if (x.type === "float")
      x.data[at3] = isChanged ? (row === 0 ? 3 : 0) + 2 * hashed(seed + 1009, changed, place2) : 2 + draw;
    else if (x.type === "int") x.data[at3] = draw < 0.5 === isChanged ? 2 : 1;
    else x.data[at3] = Number(draw < 0.5 === isChanged);
  }
  return x;
}
function hashed(a, b, c) {
  let h = Math.imul(a + 1, 2654435761) ^ Math.imul(b + 7, 2246822519) ^ Math.imul(c + 13, 3266489917);
  h = Math.imul(h ^ h >>> 15, 739982445);
  h = Math.imul(h ^ h >>> 12, 695872825);
  return ((h ^ h >>> 15) >>> 0) / 2 ** 32;
}
var equal = (a, b) => a === b || Number.isNaN(a) && Number.isNaN(b) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
function isOfRow(a, b, row) {
  const different = [];
  for (let at3 = 0; at3 < a.data.length; at3++) if (!equal(a.data[at3], b.data[at3])) different.push(at3);
  let inner = 1;
  for (let axis = a.shape.length - 1; axis >= 0; axis--) {
    const [step, size] = [inner, a.shape[axis]];
    inner *= size;
    if (size % ROWS2 !== 0) continue;
    const places = different.map((at3) => Math.floor(at3 / step) % size);
    if (places.every((i) => Math.floor(i / (size / ROWS2)) === row) || places.every((i) => i % ROWS2 === row)) return true;
  }
  return different.length === 0;
}
function isAlike(several, alone) {
  if (several.shape.length !== alone.shape.length) return false;
  const axis = several.shape.findIndex((size, a) => size !== alone.shape[a]);
  const inner = several.shape.slice(axis + 1).reduce((product2, n) => product2 * n, 1);
  const [wide2, narrow] = axis < 0 ? [inner, inner] : [several.shape[axis] * inner, alone.shape[axis] * inner];
  const last = wide2 - narrow;
  return alone.data.every(
    (value, at3) => equal(value, several.data[Math.floor(at3 / narrow) * wide2 + last + at3 % narrow])
  );
}

// web/build/models/bind.ts
function compileBound(graph2, sizes, scope, tableRows2) {
  const plain4 = compile(graph2, { sizes });
  const first = bindInputs(plain4.inputs, scope);
  const rows = tableRows2(plain4, first);
  const ranges = new Map(
    plain4.inputs.flatMap(
      ({ name, element }, i) => element === "float" ? [] : [[name, rangeOf(first.feeds[i], rows)]]
    )
  );
  const whole4 = compile(graph2, { sizes, ranges });
  return { whole: whole4, bound: bindInputs(whole4.inputs, scope), ranges };
}
var SIDES = {
  left: "padded on the left",
  right: "padded on the right",
  newest: "newest first, then padding"
};
function bindInputs(inputs, scope) {
  for (const name of Object.keys(scope.inputs))
    if (!inputs.some((input) => input.name === name))
      throw new InputError(
        { file: "config", part: `key "${scope.key}.${name}"` },
        "no such input",
        `one that ${scope.file} reads: ${quoteList(inputs.filter((input) => input.table === void 0).map((input) => input.name))}`
      );
  const isPlain = (input) => input.table === void 0 && input.restOf === void 0;
  const plain4 = inputs.filter(isPlain);
  const chosen = new Map(plain4.map((input) => [input.name, given(input, plain4, scope)]));
  const hasLength = [...chosen.values()].some((config3) => config3.from === "length");
  const history = [...chosen.values()].find((config3) => config3.from === "history");
  const side = history?.padding ?? (hasLength ? "right" : "left");
  const positions = plain4.find((input) => chosen.get(input.name).from === "history")?.shape.at(-1) ?? 0;
  const remarks = [];
  const feeds = inputs.map((input) => {
    if (!isPlain(input)) return feed("constant");
    const config3 = chosen.get(input.name);
    const [made, words4] = feedFor(input, config3, config3.padding ?? side, positions, scope);
    remarks.push(`input "${input.name}" ${shapeText(input.shape)}: ${words4}`);
    remarks.push(...coarse(input, made));
    return SCALED.has(made.kind) && input.element === "int" ? { ...made, part: "whole" } : made;
  });
  inputs.forEach((input, i) => {
    if (input.restOf !== void 0) feeds[i] = restOf2(feeds[input.restOf]);
    if (input.table === void 0) return;
    const ids = feeds[input.table.ids];
    const kind = ids.kind === "candidate" ? "candidateTable" : "table";
    feeds[i] = feed(kind, { side: ids.side });
  });
  return { feeds, remarks };
}
var SCALED = /* @__PURE__ */ new Set(["times", "ages", "context", "features"]);
var rest = (value) => value - Math.fround(value);
var restOf2 = (of2) => ({ ...of2, part: "rest", pad: rest(of2.pad), unknown: rest(of2.unknown) });
var FARTHEST = MOST_FIELD;
var TODAY = 17e8;
function rangeOf(each, bound) {
  const scaled2 = (least, most) => [each.scale * least + each.shift, each.scale * most + each.shift];
  const values = {
    times: () => scaled2(0, FARTHEST),
    ages: () => scaled2(0, FARTHEST),
    worths: () => [-EXACT, EXACT],
    context: () => scaled2(-FARTHEST, FARTHEST),
    features: () => scaled2(-FARTHEST, FARTHEST),
    types: () => each.list,
    history: () => [0, bound - 1],
    candidate: () => [0, bound - 1],
    length: () => [0, each.positions || EXACT]
  };
  const some = each.kind in values ? values[each.kind]() : [];
  const all2 = [...some, each.pad, each.unknown].map(Math.trunc);
  return { least: Math.min(...all2), most: Math.max(...all2) };
}
function coarse(input, made) {
  const now = Math.abs(made.scale * TODAY + made.shift);
  if (made.kind !== "times" || input.element !== "float" || now < EXACT) return [];
  const step = 2 ** (Math.floor(Math.log2(now)) - 23);
  return [
    `look: input "${input.name}" is of float32, which steps by ${step / Math.abs(made.scale)} seconds at times of today, in Python as here; "from": "ages" keeps each second`
  ];
}
var full = (config3) => typeof config3 === "string" ? { from: config3 } : config3;
function given(input, all2, scope) {
  const config3 = scope.inputs[input.name];
  if (config3 !== void 0) return full(config3);
  const found = guess(input, all2, scope);
  if (found !== void 0) return { from: found };
  throw new InputError(
    { file: scope.file, part: `input "${input.name}" (${input.element}, ${shapeText(input.shape)})` },
    "nothing to feed it with",
    `config key "${scope.key}.${input.name}", such as { "from": ${input.element === "int" ? '"history"' : '"context", "fields": ["hour"]'} }`
  );
}
function guess(input, all2, scope) {
  const { name, element, shape } = input;
  const elements2 = shape.reduce((product2, size) => product2 * size, 1);
  const isSequence = shape.length === 2 && shape[1] > 1;
  const says = (pattern2) => pattern2.test(name);
  if (scope.ranks && elements2 === 1 && element === "int" && (says(/item|candidate|target/i) || scope.ids.has(name)))
    return "candidate";
  if (says(/len|count|^n$/i) && elements2 === 1) return "length";
  if (isSequence && says(/mask/i)) return "mask";
  if (isSequence && element === "int") {
    if (says(/type|event|behaviou?r|action/i)) return "types";
    if (says(/age|gap|delta/i)) return "ages";
    if (says(/time|stamp/i)) return "times";
    const others = all2.filter((each) => each.element === "int" && each.shape.length === 2 && each.shape[1] > 1);
    if (says(/item|hist|seq|session|click|ids?$/i) || others.length === 1 && scope.ids.has(name)) return "history";
    return void 0;
  }
  if (isSequence && element === "float") {
    if (says(/age|gap|delta/i)) return "ages";
    if (says(/time|stamp/i)) return "times";
    if (says(/worth|weight|rating/i)) return "worths";
  }
  if (says(/context/i) && elements2 === scope.fields.length) return "context";
  if (scope.ranks && element === "float" && says(/feature|dense/i) && elements2 === scope.features.length)
    return "features";
  return void 0;
}
function feedFor(input, config3, side, positions, scope) {
  const { pad: pad3 = 0, unknown = 0, scale = 1, shift = 0 } = config3;
  const elements2 = input.shape.reduce((product2, size) => product2 * size, 1);
  const at3 = `, ${SIDES[side]} with ${pad3}`;
  const scaled2 = scale === 1 && shift === 0 ? "" : ` \xD7 ${scale} + ${shift}`;
  const where3 = { file: scope.file, part: `input "${input.name}" (${input.element}, ${shapeText(input.shape)})` };
  switch (config3.from) {
    case "history":
      return [feed("history", { side, pad: pad3 }), `ids of the last ${elements2} events${at3}`];
    case "worths":
      return [feed("worths", { side, pad: pad3 }), `what the last ${elements2} events are worth${at3}`];
    case "mask":
      return [
        feed("types", { side, pad: pad3, unknown: 1, list: scope.events.map(() => 1) }),
        `1 for each of the last ${elements2} events${at3}`
      ];
    case "types":
      return [
        feed("types", { side, pad: pad3, unknown, list: typeNumbers(config3.values, unknown, scope, input.name) }),
        `types of the last ${elements2} events, ${Object.entries(config3.values ?? {}).map(([name, number2]) => `${name} ${number2}`).join(", ") || "none named"}, others ${unknown}${at3}`
      ];
    case "times":
    case "ages":
      return [
        feed(config3.from, { side, pad: pad3, unknown, scale, shift }),
        `${config3.from} of the last ${elements2} events in seconds${scaled2}${at3}`
      ];
    case "length":
      return [
        feed("length", { positions }),
        `how many events there are${positions > 0 ? `, at most ${positions}` : ""}`
      ];
    case "constant":
      return [feed("constant", { pad: config3.value ?? 0 }), `the constant ${config3.value ?? 0}`];
    case "context":
    case "features": {
      const known = config3.from === "context" ? scope.fields : scope.features;
      const what = config3.from === "context" ? "context fields" : "features";
      const names = config3.fields ?? (known.length === elements2 ? known : []);
      if (names.length !== elements2)
        throw new InputError(where3, `${names.length} ${what} (${quoteList(names)})`, `${elements2}, one for each number`);
      const list2 = names.map((name) => known.indexOf(name));
      const missing = names.find((_, i) => list2[i] < 0);
      if (missing !== void 0)
        throw new InputError(where3, `${what.slice(0, -1)} "${missing}"`, `one of the bundle's: ${quoteList(known)}`);
      return [
        feed(config3.from, { unknown, scale, shift, list: list2 }),
        `${what} ${names.join(", ")}${scaled2}, unknown is ${unknown}`
      ];
    }
    case "candidate":
      if (!scope.ranks)
        throw new InputError(where3, "a candidate", "something of the history: a tower has no candidates");
      return [feed("candidate", { unknown }), `the candidate's id, ${unknown} where the model does not know it`];
  }
}
function typeNumbers(values, unknown, scope, name) {
  const numbers3 = new Map(Object.entries(values ?? {}).map(([event, number2]) => [event.toLowerCase(), number2]));
  for (const event of numbers3.keys())
    if (!scope.events.includes(event))
      throw new InputError(
        { file: "config", part: `key "${scope.key}.${name}.values"` },
        `event "${event}"`,
        `one of config key "events": ${quoteList(scope.events)}`
      );
  return scope.events.map((event) => numbers3.get(event) ?? unknown);
}

// web/build/models/ranker.ts
import { readFile as readFile4 } from "node:fs/promises";

// web/import/trees/categories.ts
var LARGEST2 = 2 ** 24 - 1;
var CODES = 'codes from 0: --categories codes, or "ranker": { "categories": "codes" } in the config of build';
function withCategories(forest, { place: place2, of: of2 }, form) {
  const used = new Set(forest.trees.flatMap((tree) => tree.nodes.map((node) => node.split?.feature)));
  const values = /* @__PURE__ */ new Map();
  const remarks = [];
  for (const [feature, found] of of2) {
    const numbers3 = found.map(numberOf2);
    if (!used.has(feature) || numbers3.every((value, code) => value === code)) continue;
    const name = `feature ${quote(forest.featureNames[feature])}`;
    const shown2 = found.length > 6 ? `${found.slice(0, 6).join(", ")}, \u2026` : found.join(", ");
    if (form === "codes")
      remarks.push(`${forest.file}: ${name} carries the codes 0 to ${found.length - 1} of its categories ${shown2}`);
    else {
      check({ ...place2, part: `${place2.part}, ${name}` }, found, numbers3);
      values.set(feature, numbers3);
      remarks.push(
        `${forest.file}: ${name} carries its categories ${shown2} as they are, as the data frame did (${CODES})`
      );
    }
  }
  const sets = new BitSets();
  const onFeatures2 = (split4) => {
    const numbers3 = values.get(split4.feature);
    return numbers3 === void 0 ? split4 : onValues(split4, numbers3, place2, sets);
  };
  const trees = forest.trees.map((tree) => ({
    ...tree,
    nodes: tree.nodes.map((node) => node.split === null ? node : { ...node, split: onFeatures2(node.split) })
  }));
  return { ...forest, trees, remarks: [...forest.remarks, ...remarks] };
}
function numberOf2(category) {
  if (typeof category === "number" || typeof category === "boolean") return Number(category);
  const number2 = Number(category);
  return typeof category === "string" && String(number2) === category ? number2 : NaN;
}
function check(place2, found, numbers3) {
  const other = found.filter((_, i) => !(Number.isInteger(numbers3[i]) && numbers3[i] >= 0 && numbers3[i] <= LARGEST2));
  if (other.length > 0)
    throw new InputError(
      place2,
      `the categories ${quoteList(other.map(String), 3)}`,
      `whole numbers from 0 to ${LARGEST2}, since features are numbers: train on columns of 0 and 1 instead, as attribute.NAME=VALUE is one, or let the feature carry its ${CODES}`
    );
}
function onValues(split4, values, place2, sets) {
  const missingLeft = goesLeft(split4, NaN);
  const differing = values.filter((_, code) => goesLeft(split4, code) !== missingLeft);
  const set = sets.of(place2, differing);
  return { kind: "category", feature: split4.feature, set, membersLeft: !missingLeft, missingLeft, cut: false };
}
function goesLeft(split4, code) {
  if (split4.kind === "category")
    return Number.isNaN(code) ? split4.missingLeft : isMember(split4.set, code) === split4.membersLeft;
  const { missing, operator, threshold, missingLeft } = split4;
  if (Number.isNaN(code) && missing === "none") return goesLeft(split4, 0);
  if (Number.isNaN(code) || missing === "zero" && code === 0) return missingLeft;
  return operator === "<" ? code < threshold : code <= threshold;
}
var isMember = (set, code) => ((set[code >> 5] ?? 0) >> (code & 31) & 1) === 1;
var MOST_WORDS = 2 ** 24;
var BitSets = class {
  constructor() {
    this.words = 0;
  }
  /** Whole numbers from 0 as the bits of a set. Errors: sets that are too large together. */
  of(place2, members) {
    const most = members.reduce((largest, c) => Math.max(largest, c), -1);
    const size = most + 32 >> 5;
    if ((this.words += size + members.length) > MOST_WORDS)
      throw new InputError(
        place2,
        `category ${most}, and sets of more than ${MOST_WORDS} words so far`,
        "categories that are numbered from 0: codes of a data frame (frame.COLUMN.cat.codes)"
      );
    const set = new Uint32Array(size);
    for (const c of members) set[c >> 5] |= 1 << (c & 31);
    return set;
  }
};

// web/import/trees/trees.ts
var ZERO2 = Math.fround(1e-35);
var HOW = { number: 0, negated: 1, zeroMissing: 2, set: 4, outside: 8, missing: 16, cut: 32 };
var bits2 = new DataView(new ArrayBuffer(4));
function above(x) {
  if (x === Infinity || Number.isNaN(x)) return x;
  if (x === 0) return 2 ** -149;
  bits2.setFloat32(0, x);
  bits2.setInt32(0, bits2.getInt32(0) + (x > 0 ? 1 : -1));
  return bits2.getFloat32(0);
}
function edgeOf(operator, threshold) {
  const near2 = Math.fround(threshold);
  if (operator === "<") return near2 >= threshold ? near2 : above(near2);
  if (threshold === Infinity) return NaN;
  return near2 > threshold ? near2 : above(near2);
}
var NO_SET = new Uint32Array(0);
function formOf(split4) {
  if (split4.kind === "category") {
    const how = HOW.set | (split4.membersLeft ? HOW.outside : 0) | (split4.missingLeft ? 0 : HOW.missing) | (split4.cut ? HOW.cut : 0);
    return { feature: split4.feature, how, set: split4.set, edge: 1, swapped: false };
  }
  const edge = edgeOf(split4.operator, split4.threshold);
  const zero = split4.missing === "zero" ? HOW.zeroMissing : 0;
  const missingLeft = split4.missing === "none" ? !(0 >= edge) : split4.missingLeft;
  if (missingLeft) return { feature: split4.feature, how: zero, set: NO_SET, edge, swapped: false };
  const negated = Number.isNaN(edge) ? -Infinity : edge === -Infinity ? NaN : above(-edge);
  return { feature: split4.feature, how: zero | HOW.negated, set: NO_SET, edge: negated, swapped: true };
}
function meansOf(tree) {
  const means = new Float64Array(tree.nodes.length);
  for (const n of depthFirst(tree).reverse()) {
    const node = tree.nodes[n];
    if (node.split === null) means[n] = node.value;
    else {
      const [l, r] = [tree.nodes[node.left].cover, tree.nodes[node.right].cover];
      const share3 = l >= 0 && r >= 0 && l + r > 0 ? l / (l + r) : 0.5;
      means[n] = share3 * means[node.left] + (1 - share3) * means[node.right];
    }
  }
  return means;
}
function depthFirst(tree) {
  const [order, stack] = [[], [0]];
  while (stack.length > 0) {
    const n = stack.pop();
    order.push(n);
    const node = tree.nodes[n];
    if (node.split !== null) stack.push(node.right, node.left);
  }
  return order;
}
function checkSize(file, features, outputs) {
  if (features < 1 || features > 65536) throw new InputError({ file }, `${features} features`, "1 to 65536");
  if (outputs < 1 || outputs > 1024) throw new InputError({ file }, `${outputs} outputs`, "1 to 1024");
}
function checkForest(forest) {
  const place2 = (tree, node) => ({ file: forest.file, part: `tree ${tree}, node ${node}` });
  const unnamed = forest.featureNames.find((name) => typeof name !== "string");
  if (unnamed !== void 0) throw new InputError({ file: forest.file, part: "feature_names" }, quote(unnamed), "names");
  forest.trees.forEach((tree, t) => {
    const seen2 = new Uint8Array(tree.nodes.length);
    if (!(Number.isInteger(tree.output) && tree.output >= 0 && tree.output < forest.outputs))
      throw new InputError(place2(t, 0), `class ${tree.output}`, `one of ${forest.outputs}`);
    const stack = [0];
    while (stack.length > 0) {
      const n = stack.pop();
      const node = tree.nodes[n];
      if (node === void 0) throw new InputError(place2(t, n), "no such node", `one of ${tree.nodes.length}`);
      if (seen2[n] === 1) throw new InputError(place2(t, n), "a node with two parents", "a tree");
      seen2[n] = 1;
      if (node.split === null) {
        if (!(Math.abs(node.value) <= 1e30)) throw new InputError(place2(t, n), `the value ${node.value}`, "a number");
        continue;
      }
      const { feature } = node.split;
      if (!(Number.isInteger(feature) && feature >= 0 && feature < forest.features))
        throw new InputError(place2(t, n), `feature ${quote(feature)}`, `one of ${forest.features}`);
      if (node.split.kind === "number" && Number.isNaN(node.split.threshold))
        throw new InputError(place2(t, n), "no threshold", "a number");
      stack.push(node.left, node.right);
    }
  });
  return forest;
}
var Columns = class {
  constructor() {
    this.known = /* @__PURE__ */ new Map();
  }
  add(form) {
    const key = `${form.feature} ${form.how} ${form.set.join(" ")}`;
    if (!this.known.has(key)) this.known.set(key, form);
    return key;
  }
  /** The table that the core gets, its words, and where each key's column is. */
  finish() {
    const ordered = [...this.known].sort(([, a], [, b]) => a.feature - b.feature || a.how - b.how);
    const words4 = [];
    const table = ordered.flatMap(([, { feature, how, set }]) => {
      const row = [feature, how, words4.length, set.length];
      for (const word of set) words4.push(word);
      return row;
    });
    return { table, words: words4, place: new Map(ordered.map(([key], i) => [key, i])) };
  }
};
var isFloat2 = (x) => Object.is(Math.fround(x), x);
function treesBytes(learn, forest) {
  const columns = new Columns();
  const starts = [];
  const [edge, child, value] = [[], [], []];
  const keys = [];
  let doubles = false;
  const leafColumn = columns.add({ feature: 0, how: HOW.number, set: NO_SET, edge: NaN, swapped: false });
  for (const tree of forest.trees) {
    const first = edge.length;
    const means = meansOf(tree);
    const order = [0];
    starts.push(first, tree.output);
    for (let i = 0; i < order.length; i++) {
      const node = tree.nodes[order[i]];
      value.push(means[order[i]]);
      if (node.split === null) {
        doubles ||= !isFloat2(node.value);
        edge.push(NaN);
        child.push(i);
        keys.push(leafColumn);
        continue;
      }
      const form = formOf(node.split);
      edge.push(form.edge);
      child.push(order.length);
      keys.push(columns.add(form));
      order.push(...form.swapped ? [node.right, node.left] : [node.left, node.right]);
    }
  }
  starts.push(edge.length, 0);
  const { table, words: words4, place: place2 } = columns.finish();
  const [trees, columnCount] = [forest.trees.length, place2.size];
  const head = Uint32Array.of(
    forest.features,
    forest.outputs,
    trees,
    edge.length,
    columnCount,
    words4.length,
    Math.max(1, Math.ceil(Math.log2(columnCount))),
    LINK[forest.link],
    (doubles ? 1 : 0) | (forest.floatSum ? 2 : 0)
  );
  return learn.with(
    [
      head,
      Float64Array.of(forest.scale, forest.divisor, ...forest.base),
      Uint32Array.from(starts),
      Float32Array.from(edge),
      Uint32Array.from(child),
      Uint32Array.from(keys, (key) => place2.get(key)),
      Uint32Array.from(table),
      Float64Array.from(value),
      Uint32Array.from(words4)
    ],
    (...parts) => {
      const size = learn.run("mt_write_trees", ...parts, 0);
      if (size === 0)
        throw new InputError(
          { file: forest.file },
          `${edge.length} nodes that read ${columnCount} columns`,
          "trees whose nodes times columns stay below 2^32"
        );
      const out = learn.take(size);
      learn.run("mt_write_trees", ...parts, out);
      const written = learn.u8(out, size).slice();
      learn.drop(out);
      return written;
    }
  );
}

// web/import/trees/lightgbm.ts
var VERSIONS = ["v2", "v3", "v4"];
var MISSING2 = ["none", "zero", "nan"];
var LINKS = {
  regression: "identity",
  regression_l2: "identity",
  regression_l1: "identity",
  huber: "identity",
  fair: "identity",
  quantile: "identity",
  mape: "identity",
  poisson: "exp",
  gamma: "exp",
  tweedie: "exp",
  binary: "sigmoid",
  cross_entropy: "sigmoid",
  xentropy: "sigmoid",
  cross_entropy_lambda: "log1pExp",
  xentlambda: "log1pExp",
  multiclass: "softmax",
  multiclassova: "sigmoid",
  lambdarank: "identity",
  rank_xendcg: "identity",
  custom: "identity"
};
function isLightgbmText(text2) {
  return /^tree\r?\n/.test(text2);
}
function isLightgbmJson(json) {
  return typeof json === "object" && json !== null && Array.isArray(json.tree_info);
}
function forestOf(file, head, all2, options) {
  const [rounds, asked2] = [all2.length / head.outputs, typeof options.rounds === "number" ? options.rounds : Infinity];
  if (asked2 !== Infinity && asked2 > rounds)
    throw new InputError({ file, part: "rounds" }, `${asked2} asked for`, `at most the ${rounds} of the model`);
  const trees = all2.slice(0, asked2 * head.outputs);
  if (!VERSIONS.includes(head.version))
    throw new InputError({ file, part: "version" }, quote(head.version), VERSIONS.join(", "));
  const [name = "", ...parts] = head.objective.split(" ");
  let link = name === "" ? "identity" : Object.hasOwn(LINKS, name) ? LINKS[name] : void 0;
  if (link === void 0)
    throw new InputError({ file, part: "objective" }, quote(name), `one of ${Object.keys(LINKS).join(", ")}`);
  if (parts.includes("sqrt")) link = "square";
  const sigmoid2 = parts.find((part3) => part3.startsWith("sigmoid:"));
  const scale = link === "sigmoid" && sigmoid2 !== void 0 ? Number(sigmoid2.slice(8)) : 1;
  if (!(scale > 0)) throw new InputError({ file, part: "objective" }, quote(sigmoid2), "a sigmoid above 0");
  if (head.average && head.version === "v2" && link !== "identity" && converted(link, trees)) link = "identity";
  const forest = checkForest({
    file,
    origin: `LightGBM ${head.version}`,
    objective: head.objective === "" ? "none" : head.objective,
    features: head.features,
    featureNames: head.names,
    named: !head.names.every((column, i) => column === `Column_${i}`),
    outputs: head.outputs,
    base: new Array(head.outputs).fill(0),
    divisor: head.average ? Math.max(1, trees.length / head.outputs) : 1,
    link,
    scale,
    floatSum: false,
    trees,
    remarks: trees.length < all2.length ? [`${file}: ${asked2} of ${rounds} rounds count, as asked`] : []
  });
  return withCategories(forest, pandasCategories(file, head, trees), options.categories);
}
function pandasCategories(file, head, trees) {
  const place2 = { file, part: "pandas_categorical" };
  const none = { place: place2, of: /* @__PURE__ */ new Map() };
  if (head.pandas === void 0 || head.pandas === null) return none;
  if (!Array.isArray(head.pandas) || !head.pandas.every(Array.isArray))
    throw new InputError(place2, quote(head.pandas), "a list of categories for each column that has them");
  const codes3 = head.codes.slice();
  for (const tree of trees)
    for (const { split: split4 } of tree.nodes) if (split4?.kind === "category") codes3[split4.feature] ??= [];
  const features = codes3.flatMap((seen2, feature) => seen2 === null ? [] : [feature]);
  const all2 = head.pandas;
  const lists3 = all2.length === features.length ? all2 : all2.filter((list2) => list2.length > 1);
  if (lists3.every((list2) => list2.every((category, code) => category === code))) return none;
  if (lists3.length !== features.length)
    throw new InputError(
      place2,
      `categories of ${all2.length} columns where ${features.length} features have codes`,
      `as many; train on codes (frame.COLUMN.cat.codes) of columns that are ordered, or delete pandas_categorical from the file to let every feature carry codes from 0`
    );
  features.forEach((feature, i) => {
    const most = codes3[feature].reduce((largest, code) => Math.max(largest, code), -1);
    if (most >= lists3[i].length)
      throw new InputError(
        place2,
        `${lists3[i].length} categories of feature ${quote(head.names[feature])}, whose codes reach ${most}`,
        "one for each code"
      );
  });
  return { place: place2, of: new Map(features.map((feature, i) => [feature, lists3[i]])) };
}
function converted(link, trees) {
  const most = link === "exp" || link === "log1pExp" ? Infinity : 1;
  return trees.every(
    (tree) => tree.nodes.every((node) => node.split !== null || node.value >= 0 && node.value <= most)
  );
}
function wholeOf(place2, value, name) {
  const number2 = Number(value);
  if (value === void 0 || value === "" || !Number.isInteger(number2))
    throw new InputError({ ...place2, part: name }, quote(value), "a whole number");
  return number2;
}
var numeric = (feature, threshold, missing, missingLeft) => ({
  kind: "number",
  feature,
  operator: "<=",
  threshold,
  missing: MISSING2[missing],
  missingLeft
});
var categorical = (feature, set) => ({
  kind: "category",
  feature,
  set,
  membersLeft: true,
  missingLeft: false,
  cut: true
});
function blocksOf(text2) {
  const blocks = [/* @__PURE__ */ new Map()];
  for (const line2 of text2.split(/\r?\n/)) {
    if (line2 === "end of trees") break;
    if (line2.startsWith("Tree=")) blocks.push(/* @__PURE__ */ new Map());
    const at3 = line2.indexOf("=");
    blocks.at(-1).set(at3 < 0 ? line2 : line2.slice(0, at3), at3 < 0 ? "" : line2.slice(at3 + 1));
  }
  return blocks;
}
function readLightgbmText(file, text2, options) {
  const [head, ...blocks] = blocksOf(text2);
  const place2 = { file };
  if (!/\r?\nend of trees\r?\n?/.test(text2) && head.get("version") !== "v2")
    throw new InputError(place2, 'a text without "end of trees"', "a whole LightGBM model");
  const features = 1 + wholeOf(place2, head.get("max_feature_idx"), "max_feature_idx");
  const outputs = wholeOf(place2, head.get("num_tree_per_iteration") ?? head.get("num_class"), "num_tree_per_iteration");
  checkSize(file, features, outputs);
  const names = (head.get("feature_names") ?? "").split(" ").filter((name) => name !== "");
  if (names.length !== features)
    throw new InputError(
      { file, part: "feature_names" },
      `${names.length} names`,
      `${features}, as max_feature_idx says`
    );
  const sizes = (head.get("tree_sizes") ?? "").split(" ").filter((size) => size !== "").length;
  if (sizes !== 0 && sizes !== blocks.length)
    throw new InputError(place2, `${blocks.length} trees`, `the ${sizes} of tree_sizes: the file is cut short`);
  const trees = blocks.map((block, t) => textTree({ file, part: `tree ${t}` }, block, t % outputs));
  const average = head.has("average_output");
  const version = head.get("version") ?? "";
  const objective = head.get("objective") ?? "";
  const infos = (head.get("feature_infos") ?? "").split(" ");
  const codes3 = names.map((_, f) => /^-?\d+(:-?\d+)*$/.test(infos[f] ?? "") ? infos[f].split(":").map(Number) : null);
  const pandas = pandasLine(file, text2);
  return forestOf(file, { version, objective, features, names, outputs, average, codes: codes3, pandas }, trees, options);
}
function pandasLine(file, text2) {
  const [, line2] = /^pandas_categorical:(.*)$/m.exec(text2) ?? [];
  if (line2 === void 0) return null;
  try {
    return parseJson(line2);
  } catch (cause) {
    throw new InputError({ file, part: "pandas_categorical" }, quote(line2), "JSON, as LightGBM writes it", { cause });
  }
}
function textTree(place2, block, output) {
  if ((block.get("is_linear") ?? "0") !== "0")
    throw new InputError(place2, "a linear tree (linear_tree=true)", "trees with constant leaves");
  const leaves = wholeOf(place2, block.get("num_leaves"), `${place2.part}, num_leaves`);
  const list2 = (name, count2, needed = true) => {
    const text2 = block.get(name);
    if (text2 === void 0 && !needed) return new Array(count2).fill(0);
    const values2 = (text2 ?? "").split(" ").filter((value) => value !== "");
    if (values2.length !== count2)
      throw new InputError({ ...place2, part: `${place2.part}, ${name}` }, `${values2.length} values`, `${count2}`);
    return values2.map((value) => {
      const number2 = value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value);
      if (Number.isNaN(number2))
        throw new InputError({ ...place2, part: `${place2.part}, ${name}` }, quote(value), "a number");
      return number2;
    });
  };
  const splits = leaves - 1;
  const values = list2("leaf_value", leaves);
  const leafCounts = leaves > 1 ? list2("leaf_count", leaves, block.has("leaf_count")) : [0];
  if (splits <= 0) return { output, nodes: [leaf(values[0], leafCounts[0])] };
  const [feature, threshold, decision] = [
    list2("split_feature", splits),
    list2("threshold", splits),
    list2("decision_type", splits)
  ];
  const [left, right] = [list2("left_child", splits), list2("right_child", splits)];
  const counts = list2("internal_count", splits, false);
  const sets = setsOf(place2, block, list2);
  const nodeOf = (child) => child >= 0 ? child : splits + ~child;
  const nodes = feature.map((f, i) => ({
    split: textSplit({ ...place2, part: `${place2.part}, node ${i}` }, f, threshold[i], decision[i], sets),
    left: nodeOf(left[i]),
    right: nodeOf(right[i]),
    value: 0,
    cover: counts[i]
  }));
  values.forEach((value, i) => nodes.push(leaf(value, leafCounts[i])));
  return { output, nodes };
}
var leaf = (value, cover) => ({ split: null, left: 0, right: 0, value, cover });
function setsOf(place2, block, list2) {
  const count2 = Number(block.get("num_cat") ?? 0);
  if (!(count2 > 0)) return [];
  const bounds = list2("cat_boundaries", count2 + 1);
  const words4 = list2("cat_threshold", bounds.at(-1));
  if (bounds.some((bound, i) => !(bound >= (bounds[i - 1] ?? 0))))
    throw new InputError(place2, "bounds of category sets that go back", "each at least the one before");
  return bounds.slice(0, -1).map((from, i) => Uint32Array.from(words4.slice(from, bounds[i + 1])));
}
function textSplit(place2, feature, threshold, decision, sets) {
  const missing = decision >> 2 & 3;
  if (!Number.isInteger(decision) || decision < 0 || decision > 11 || missing === 3)
    throw new InputError(place2, `the decision type ${decision}`, "0 to 11");
  if ((decision & 1) === 0) return numeric(feature, threshold, missing, (decision & 2) !== 0);
  const set = sets[threshold];
  if (set === void 0) throw new InputError(place2, `category set ${threshold}`, `one of ${sets.length}`);
  return categorical(feature, set);
}
function readLightgbmJson(file, dump, options) {
  const place2 = { file };
  const features = 1 + wholeOf(place2, dump.max_feature_idx, "max_feature_idx");
  const outputs = wholeOf(place2, dump.num_tree_per_iteration ?? dump.num_class, "num_tree_per_iteration");
  checkSize(file, features, outputs);
  const names = Array.isArray(dump.feature_names) ? dump.feature_names : [];
  if (names.length !== features)
    throw new InputError(
      { file, part: "feature_names" },
      `${names.length} names`,
      `${features}, as max_feature_idx says`
    );
  const sets = new BitSets();
  const trees = dump.tree_info.map(
    (tree, t) => dumpTree({ file, part: `tree ${t}` }, tree?.tree_structure, t % outputs, sets)
  );
  const head = {
    version: dump.version ?? "",
    objective: String(dump.objective ?? ""),
    features,
    names,
    outputs,
    average: dump.average_output === true,
    codes: names.map((name) => codesOf(dump.feature_infos?.[name]?.values)),
    pandas: dump.pandas_categorical
  };
  return forestOf(file, head, trees, options);
}
var codesOf = (values) => Array.isArray(values) && values.length > 0 ? values.map(Number) : null;
function dumpTree(place2, root2, output, sets) {
  const nodes = [];
  const queue = [root2];
  for (let n = 0; n < queue.length; n++) {
    const node = queue[n];
    const here = { ...place2, part: `${place2.part}, node ${n}` };
    if (typeof node !== "object" || node === null) throw new InputError(here, quote(node), "a node");
    if (node.leaf_coeff !== void 0 || node.leaf_const !== void 0)
      throw new InputError(here, "a linear tree (linear_tree=true)", "trees with constant leaves");
    if (node.split_feature === void 0) {
      nodes.push(leaf(Number(node.leaf_value ?? NaN), node.leaf_count ?? 0));
      continue;
    }
    nodes.push({
      split: dumpSplit(here, node, sets),
      left: queue.length,
      right: queue.length + 1,
      value: 0,
      cover: node.internal_count ?? 0
    });
    queue.push(node.left_child, node.right_child);
  }
  return { output, nodes };
}
function dumpSplit(place2, node, sets) {
  const feature = node.split_feature;
  if (node.decision_type === "==") return categorical(feature, bitsOf(place2, String(node.threshold), sets));
  if (node.decision_type !== "<=")
    throw new InputError(place2, `the decision ${quote(node.decision_type)}`, '"<=" or "=="');
  const missing = ["None", "Zero", "NaN"].indexOf(node.missing_type ?? "None");
  if (missing < 0)
    throw new InputError(place2, `the missing type ${quote(node.missing_type)}`, '"None", "Zero" or "NaN"');
  return numeric(feature, Number(node.threshold), missing, node.default_left === true);
}
function bitsOf(place2, text2, sets) {
  const members = text2.split("||").map(Number);
  if (!members.every((c) => Number.isInteger(c) && c >= 0 && c < 2 ** 24))
    throw new InputError(place2, `the categories ${quote(text2)}`, 'numbers from 0 as in "0||3"');
  return sets.of(place2, members);
}

// web/import/trees/others.ts
var SAVE_XGBOOST = 'the model itself: booster.save_model("model.json"), or .ubj';
var SAVE_EITHER = "the model's own file: save_model('model.json') of XGBoost, booster_.save_model('model.txt') of LightGBM; of scikit-learn, the same trained with LightGBM (HistGradientBoosting is its kind)";
var OURS = "a model of LightGBM (text or JSON) or XGBoost (.json, .ubj), trained on the same features";
var KINDS4 = [
  [/^$/, "an empty file", "a model"],
  [/^(binf|bs64|CONFIG-offset)/, "XGBoost's old binary format", `${SAVE_XGBOOST}, from the version that wrote it`],
  // 136 bytes of parameters, then the objective behind its length
  [
    /^(?![\t\n\r -~]{64})[^]{130,150}(reg|binary|multi|count|rank|survival):[a-z]+/,
    "XGBoost's old binary format (.model)",
    `${SAVE_XGBOOST}, from the version that wrote it`
  ],
  [/^booster\[0\]:/, "XGBoost's text for people (dump_model)", SAVE_XGBOOST],
  [/^CBM1/, "a CatBoost model (.cbm)", OURS],
  [/^\x80[\x02-\x05]/, "a Python pickle, as pickle and joblib write it", SAVE_EITHER],
  [/^(\x1f\x8b|BZh|\xfd7zXZ|x[\x01\x5e\x9c\xda])/, "a compressed file, as joblib and saveRDS write it", SAVE_EITHER],
  [/^[^<]{0,3}<\?xml[^]*<PMML|^[^<]{0,3}<PMML/, "PMML", OURS],
  [/^[\x03-\x09]\0{3}[^]\0{3}[^]\0{3}/, "a checkpoint of Treelite", "the model that Treelite was given"],
  [
    /^PK\x03\x04/,
    "a zip archive, as PyTorch, Keras and H2O write it",
    "an ONNX model (torch.onnx.export), or trees as LightGBM and XGBoost save them"
  ],
  [/^\x89HDF/, "an HDF5 file, as Keras writes it", "an ONNX model (tf2onnx)"]
];
function refuseOthers2(file, bytes) {
  const start = Array.from(bytes.subarray(0, 2048), (byte) => String.fromCharCode(byte)).join("");
  const kind = KINDS4.find(([pattern2]) => pattern2.test(start));
  if (kind !== void 0) throw new InputError({ file }, kind[1], kind[2]);
}
function refuseOtherJson(file, json) {
  const has = (...keys) => keys.every((key) => typeof json === "object" && json !== null && key in json);
  const refuse5 = (found, expected) => {
    throw new InputError({ file }, found, expected);
  };
  if (Array.isArray(json)) refuse5("a list, as XGBoost's dump_model writes trees for people", SAVE_XGBOOST);
  if (has("features_info") || has("oblivious_trees")) refuse5("a CatBoost model", OURS);
  if (has("num_feature", "task_type", "trees")) refuse5("Treelite's JSON", "the model that Treelite was given");
}

// web/import/trees/ubjson.ts
var DEEPEST5 = 64;
var NUMBERS3 = {
  i: [1, (view, at3) => view.getInt8(at3)],
  U: [1, (view, at3) => view.getUint8(at3)],
  I: [2, (view, at3) => view.getInt16(at3)],
  l: [4, (view, at3) => view.getInt32(at3)],
  L: [8, (view, at3) => Number(view.getBigInt64(at3))],
  d: [4, (view, at3) => view.getFloat32(at3)],
  D: [8, (view, at3) => view.getFloat64(at3)]
};
function isUbjson(bytes) {
  return bytes.length > 2 && bytes[0] === 123 && "iUIlL$#".includes(String.fromCharCode(bytes[1]));
}
function readUbjson(file, bytes) {
  const reader = new Reader2(file, bytes);
  return reader.value(reader.letter(), 0);
}
var Reader2 = class {
  constructor(file, bytes) {
    this.file = file;
    this.bytes = bytes;
    this.at = 0;
    /** values of a typed container that take no bytes (true, false, null); as many as the file has are more than any model's */
    this.empty = 0;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  letter() {
    return String.fromCharCode(this.bytes[this.take(1)]);
  }
  value(type, depth2) {
    if (depth2 > DEEPEST5) this.fail("values nested deeper than 64", "a model");
    if (type in NUMBERS3) return this.number(type);
    switch (type) {
      case "{":
        return this.object(depth2);
      case "[":
        return this.array(depth2);
      case "S":
      case "H":
        return this.text();
      case "C":
        return this.letter();
      case "T":
        return true;
      case "F":
        return false;
      case "Z":
        return null;
      default:
        return this.fail(`the type ${JSON.stringify(type)}`, "one of UBJSON");
    }
  }
  number(type) {
    const [size, read2] = NUMBERS3[type];
    return read2(this.view, this.take(size));
  }
  /** A length: a number of any whole type behind its letter. */
  length(type = this.letter()) {
    const length = "iUIlL".includes(type) ? this.number(type) : this.fail(`the type ${JSON.stringify(type)}`, "a length");
    if (length < 0 || length > this.bytes.length) this.fail(`a length of ${length}`, "one that the file can hold");
    return length;
  }
  text(type) {
    const length = this.length(type);
    const from = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(from, from + length));
  }
  /** Type and count that may stand before what a container holds. */
  header() {
    const type = this.next("$") ? this.letter() : null;
    const count2 = this.next("#") ? this.length() : null;
    if (type !== null && count2 === null) this.fail("a typed container without a count", "#");
    if ("TFZ".includes(type ?? " ") && (this.empty += count2) > this.bytes.length)
      this.fail(`${this.empty} values without bytes`, "a model");
    return { type, count: count2 };
  }
  array(depth2) {
    const { type, count: count2 } = this.header();
    const values = [];
    if (count2 === null) while (!this.next("]")) values.push(this.value(this.letter(), depth2 + 1));
    else for (let i = 0; i < count2; i++) values.push(this.value(type ?? this.letter(), depth2 + 1));
    return values;
  }
  object(depth2) {
    const { type, count: count2 } = this.header();
    const members = [];
    const member = () => members.push([this.text(), this.value(type ?? this.letter(), depth2 + 1)]);
    if (count2 === null) while (!this.next("}")) member();
    else for (let i = 0; i < count2; i++) member();
    return Object.fromEntries(members);
  }
  /** Whether the next byte is `letter`; then it is behind us. */
  next(letter2) {
    const found = this.at < this.bytes.length && this.bytes[this.at] === letter2.charCodeAt(0);
    if (found) this.at++;
    return found;
  }
  take(count2) {
    const from = this.at;
    if (count2 > this.bytes.length - from) this.fail("its end", "the rest of a model");
    this.at += count2;
    return from;
  }
  fail(found, expected) {
    throw new InputError({ file: this.file, part: `byte ${this.at}` }, found, expected);
  }
};

// web/import/trees/rounds.ts
function treesThatCount({ file, ends, attributes: attributes2 }, asked2) {
  const [all2, best3] = [ends?.length ?? 0, bestRound(attributes2)];
  const place2 = { file, part: "rounds" };
  if (asked2 === "best" && best3 === null)
    throw new InputError(place2, "no attribute best_iteration", "a model of early stopping, or a number of rounds");
  if (ends === null && asked2 !== void 0 && asked2 !== "all")
    throw new InputError(place2, "trees that do not divide into rounds", '"all" of them');
  if (typeof asked2 === "number" && asked2 > all2)
    throw new InputError(place2, `${asked2} asked for`, `at most the ${all2} of the model`);
  const wrapper = "scikit_learn" in attributes2;
  const wanted = asked2 ?? (wrapper && best3 !== null ? "best" : "all");
  const count2 = typeof wanted === "number" ? wanted : wanted === "best" ? Math.min(all2, best3 + 1) : all2;
  const early = best3 !== null && best3 + 1 < all2;
  const other = count2 < all2 ? "all" : "best";
  const why = asked2 !== void 0 ? "as asked" : `as ${wrapper ? "the scikit-learn wrapper that saved it" : "a bare Booster"} predicts`;
  const remark = `${file}: ${count2} of ${all2} rounds count, ${why}${early ? `; the best is round ${best3 + 1} (best_iteration ${best3})` : ""}; --rounds ${other}, or "ranker": { "rounds": "${other}" } in the config of build, takes ${other === "all" ? "all" : "those up to it"}`;
  return {
    count: count2 < all2 ? ends[count2 - 1] : Infinity,
    remarks: early || count2 < all2 ? [remark] : []
  };
}
function bestRound(attributes2) {
  const best3 = Number(attributes2["best_iteration"] ?? NaN);
  return Number.isInteger(best3) && best3 >= 0 ? best3 : null;
}

// web/import/trees/xgboost.ts
var EDGE = 1e-6;
var logit = (p) => Math.fround(-Math.log(Math.fround(1 / Math.min(Math.max(p, EDGE), 1 - EDGE) - 1)));
var log = (p) => Math.fround(Math.log(p));
var same2 = (p) => p;
var OBJECTIVES = {
  "reg:squarederror": ["identity", same2],
  "reg:linear": ["identity", same2],
  "reg:squaredlogerror": ["identity", same2],
  "reg:pseudohubererror": ["identity", same2],
  "reg:absoluteerror": ["identity", same2],
  "reg:quantileerror": ["identity", same2],
  "reg:expectileerror": ["identity", same2],
  "reg:logistic": ["sigmoid", logit],
  "reg:gamma": ["exp", log],
  "reg:tweedie": ["exp", log],
  "binary:logistic": ["sigmoid", logit],
  "binary:logitraw": ["identity", same2],
  "binary:hinge": ["step", same2],
  "count:poisson": ["exp", log],
  "survival:cox": ["exp", log],
  "survival:aft": ["exp", log],
  "multi:softmax": ["argmax", same2],
  "multi:softprob": ["softmax", same2],
  "rank:pairwise": ["identity", same2],
  "rank:ndcg": ["identity", same2],
  "rank:map": ["identity", same2]
};
var ALPHAS = ["reg:quantileerror", "reg:expectileerror"];
function isXgboost(json) {
  return typeof json === "object" && json !== null && "learner" in json;
}
function isObject3(place2, found) {
  if (Object(found) !== found) throw new InputError(place2, quote(found), "an object, as save_model writes it");
}
function readXgboost(file, model, options) {
  const { learner } = model;
  isObject3({ file, part: "learner" }, learner);
  isObject3({ file, part: "gradient_booster" }, learner.gradient_booster);
  const objective = learner.objective?.name ?? "";
  const known = Object.hasOwn(OBJECTIVES, objective) ? OBJECTIVES[objective] : void 0;
  if (known === void 0)
    throw new InputError({ file, part: "objective" }, quote(objective), `one of ${Object.keys(OBJECTIVES).join(", ")}`);
  const [link, margin] = known;
  const booster = boosterOf(file, learner.gradient_booster);
  const parameters = learner.learner_model_param ?? {};
  const whole4 = (name) => {
    const value = Number(parameters[name] ?? 0);
    if (!Number.isInteger(value) || value < 0)
      throw new InputError({ file, part: name }, quote(parameters[name]), "a whole number");
    return value;
  };
  if (whole4("num_target") > 1 && ALPHAS.includes(objective))
    throw new InputError({ file, part: "num_target" }, `${objective} of ${whole4("num_target")} alphas`, "one alpha");
  const [outputs, features] = [Math.max(1, whole4("num_class"), whole4("num_target")), whole4("num_feature")];
  checkSize(file, features, outputs);
  const base = baseOf(file, parameters["base_score"], outputs).map((score) => Math.fround(margin(Math.fround(score))));
  if (!base.every(Number.isFinite))
    throw new InputError(
      { file, part: "base_score" },
      quote(parameters["base_score"]),
      `a value that ${objective} can predict`
    );
  const names = learner.feature_names ?? [];
  if (names.length !== 0 && names.length !== features)
    throw new InputError(
      { file, part: "feature_names" },
      `${names.length ?? "no"} names`,
      `${features}, as num_feature says`
    );
  const { trees, tree_info: info } = booster.model;
  if (info.length !== trees.length)
    throw new InputError({ file, part: "tree_info" }, `${info.length} entries`, `${trees.length}, one a tree`);
  const attributes2 = Object(learner.attributes);
  const { count: count2, remarks } = treesThatCount(
    { file, ends: roundsOf(booster.model, outputs, attributes2), attributes: attributes2 },
    options.rounds
  );
  const sets = new BitSets();
  const forest = checkForest({
    file,
    origin: `XGBoost ${Array.isArray(model.version) ? model.version.join(".") : ""}`.trim(),
    objective,
    features,
    featureNames: names.length > 0 ? names : Array.from({ length: features }, (_, i) => `f${i}`),
    named: names.length > 0,
    outputs,
    base,
    divisor: 1,
    link,
    scale: 1,
    floatSum: true,
    trees: trees.slice(0, count2).map((tree, t) => {
      const weight = booster.weights === null ? null : Number(booster.weights[t] ?? 1);
      return treeOf({ file, part: `tree ${t}` }, tree, Number(info[t]), weight, sets);
    }),
    remarks: [...remarks, ...missingOf(file, attributes2)]
  });
  return withCategories(forest, categoriesOf(file, booster.model, features), options.categories);
}
function roundsOf({ trees, ...model }, outputs, attributes2) {
  const given2 = Array.from(model.iteration_indptr ?? [], Number);
  if (given2.length > 1) {
    const ends = given2.slice(1);
    return ends.at(-1) === trees.length && ends.every((end, i) => end >= given2[i]) ? ends : null;
  }
  const { best_iteration: best3, best_ntree_limit: limit } = attributes2;
  const parallel = Number(model.gbtree_model_param?.num_parallel_tree ?? Number(limit ?? NaN) / (Number(best3) + 1));
  const size = outputs * (parallel >= 1 ? parallel : 1);
  if (trees.length % size !== 0) return null;
  return Array.from({ length: trees.length / size }, (_, i) => size * (i + 1));
}
function missingOf(file, attributes2) {
  const [, value] = /"missing": *([^,}]+)/.exec(String(attributes2["scikit_learn"] ?? "")) ?? [];
  if (value === void 0 || /^(NaN|null|None)$/.test(value.trim())) return [];
  return [
    `look: ${file}: it was trained with missing=${value}; only nothing, or NaN, is missing here, and ${value} is a number`
  ];
}
function categoriesOf(file, { cats }, features) {
  const place2 = { file, part: "cats" };
  const encodings = cats?.enc ?? [];
  if (!Array.isArray(encodings) || encodings.length !== 0 && encodings.length !== features)
    throw new InputError(place2, quote(encodings), `the categories of ${features} features`);
  const of2 = /* @__PURE__ */ new Map();
  encodings.forEach((encoding, f) => {
    const values = Array.from(encoding?.values ?? [], Number);
    const offsets = encoding?.offsets;
    if (offsets !== void 0 && offsets.length > 1) of2.set(f, textsOf(values, Array.from(offsets, Number)));
    else if (offsets === void 0 && values.length > 0) of2.set(f, values);
  });
  return { place: place2, of: of2 };
}
function textsOf(bytes, offsets) {
  const data = Uint8Array.from(bytes);
  return offsets.slice(1).map((end, i) => new TextDecoder().decode(data.subarray(offsets[i], end)));
}
function boosterOf(file, booster) {
  const inner = booster.name === "dart" ? booster.gbtree : booster;
  if ((booster.name ?? "gbtree") !== "gbtree" && booster.name !== "dart")
    throw new InputError({ file, part: "gradient_booster" }, quote(booster.name), '"gbtree" or "dart"');
  const { model } = inner ?? {};
  if (!Array.isArray(model?.trees) || model.tree_info?.length === void 0)
    throw new InputError({ file, part: "gradient_booster" }, "no trees", "a model saved by save_model");
  const weights = model.weight_drop ?? booster.weight_drop ?? null;
  if (weights !== null && !(weights.length <= model.trees.length))
    throw new InputError(
      { file, part: "weight_drop" },
      `${weights.length ?? "no"} weights`,
      `at most ${model.trees.length}, one a tree`
    );
  return { model, weights };
}
function baseOf(file, found, outputs) {
  const list2 = Array.isArray(found) ? found.map(Number) : String(found ?? "0.5").replace(/^\[|\]$/g, "").split(",").map((part3) => part3.trim() === "" ? NaN : Number(part3));
  if (list2.some(Number.isNaN) || list2.length !== 1 && list2.length !== outputs)
    throw new InputError({ file, part: "base_score" }, quote(found), `a number, or ${outputs}`);
  return list2.length === outputs ? list2 : new Array(outputs).fill(list2[0]);
}
function treeOf(place2, tree, output, weight, made) {
  isObject3(place2, tree);
  const count2 = tree.left_children?.length ?? 0;
  if (Number(tree.tree_param?.size_leaf_vector ?? 0) > 1)
    throw new InputError(place2, "leaves with a vector (multi-target trees)", "leaves with one value");
  for (const name of ["right_children", "split_conditions", "split_indices", "default_left"])
    if (tree[name]?.length !== count2)
      throw new InputError(
        { ...place2, part: `${place2.part}, ${name}` },
        `${tree[name]?.length ?? 0} values`,
        `${count2}`
      );
  const sets = setsOf2(place2, tree, made);
  const nodes = [];
  for (let n = 0; n < count2; n++) {
    const left = Number(tree.left_children[n]);
    const condition = Math.fround(Number(tree.split_conditions[n]));
    const cover = Number(tree.sum_hessian?.[n] ?? 0);
    const isLeaf = left === -1;
    nodes.push({
      split: isLeaf ? null : splitOf({ ...place2, part: `${place2.part}, node ${n}` }, tree, n, condition, sets),
      left,
      right: Number(tree.right_children[n]),
      value: isLeaf ? weight === null ? condition : Math.fround(condition * Math.fround(weight)) : 0,
      cover
    });
  }
  return { output, nodes };
}
function splitOf(place2, tree, n, threshold, sets) {
  const feature = Number(tree.split_indices[n]);
  const missingLeft = Boolean(tree.default_left[n]);
  if (Number(tree.split_type?.[n] ?? 0) === 0)
    return { kind: "number", feature, operator: "<", threshold, missing: "nan", missingLeft };
  const set = sets.get(n);
  if (set === void 0) throw new InputError(place2, "a categorical split without categories", "some");
  return { kind: "category", feature, set, membersLeft: false, missingLeft, cut: false };
}
function setsOf2(place2, tree, made) {
  const categories = Array.from(tree.categories ?? [], Number);
  const nodes = tree.categories_nodes ?? [];
  const from = tree.categories_segments ?? [];
  const sizes = tree.categories_sizes ?? [];
  const sets = /* @__PURE__ */ new Map();
  for (let i = 0; i < nodes.length; i++) {
    const [start, size] = [Number(from[i]), Number(sizes[i])];
    const members = categories.slice(start, start + size);
    if (members.length !== size || !members.every((c) => Number.isInteger(c) && c >= 0 && c < 2 ** 24))
      throw new InputError({ ...place2, part: `${place2.part}, categories` }, "a damaged list", "whole numbers from 0");
    sets.set(Number(nodes[i]), made.of({ ...place2, part: `${place2.part}, node ${nodes[i]}` }, members));
  }
  return sets;
}

// web/import/trees/tree-model.ts
function readForest(file, bytes, options = {}) {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (isLightgbmText(start)) return readLightgbmText(file, new TextDecoder().decode(bytes), options);
  if (isUbjson(bytes)) return forestOf2(file, readUbjson(file, bytes), options);
  if (start.startsWith("{") || start.startsWith("["))
    return forestOf2(file, jsonOf(file, new TextDecoder().decode(bytes)), options);
  refuseOthers2(file, bytes);
  return null;
}
function forestOf2(file, json, options) {
  if (isLightgbmJson(json)) return readLightgbmJson(file, json, options);
  if (isXgboost(json)) return readXgboost(file, json, options);
  refuseOtherJson(file, json);
  const keys = Object.keys(json ?? {}).join(", ");
  throw new InputError({ file }, `JSON with the keys ${quote(keys)}`, '"tree_info" of LightGBM or "learner" of XGBoost');
}
function jsonOf(file, text2) {
  try {
    return parseJson(text2);
  } catch (error) {
    try {
      return parseJson(text2.replace(/([[,:]\s*)(-?Infinity|-?NaN|-?inf|-?nan)(?=\s*[,\]}])/g, '$1"$2"'));
    } catch {
      throw new InputError(
        { file },
        `damaged JSON (${error.message.replace(/\s+/g, " ")})`,
        "a whole model",
        { cause: error }
      );
    }
  }
}
var BLOCK3 = 1024;
var TreeRunner = class _TreeRunner {
  constructor(learn, forest, section2 = treesBytes(learn, forest)) {
    this.learn = learn;
    this.forest = forest;
    this.trees = learn.make("mt_make_trees", learn.put(section2), section2.length);
    this.width = learn.run("mt_predictions_of_trees", this.trees);
  }
  /** An instance of the core with the trees in it. */
  static async start(forest) {
    return new _TreeRunner(await Learn.start(), forest);
  }
  /** `rows` [count][features]. */
  predict(rows, count2) {
    const { learn, trees, width } = this;
    const { features, outputs } = this.forest;
    const margins = new Float64Array(count2 * outputs);
    const predictions = new Float32Array(count2 * width);
    const room2 = learn.take(learn.run("mt_room_of_trees", trees));
    const marginsAt = learn.take(8 * BLOCK3 * outputs);
    const predictionAt = learn.take(4 * width);
    for (let from = 0; from < count2; from += BLOCK3) {
      const n = Math.min(BLOCK3, count2 - from);
      learn.with(
        [rows.subarray(from * features, (from + n) * features)],
        (at3) => learn.run("mt_trees_margins", trees, at3, features, n, room2, marginsAt)
      );
      margins.set(learn.f64(marginsAt, n * outputs), from * outputs);
      for (let i = 0; i < n; i++) {
        learn.run("mt_trees_link", trees, marginsAt + 8 * i * outputs, predictionAt);
        predictions.set(learn.f32(predictionAt, width), (from + i) * width);
      }
    }
    learn.drop(room2, marginsAt, predictionAt);
    return { margins, predictions, width };
  }
  /** What each feature of one row added to the margin of an output, and where that margin would be without them. */
  contribute(row, output = 0) {
    const { learn, trees } = this;
    const { features } = this.forest;
    const room2 = learn.take(learn.run("mt_room_of_trees", trees));
    const out = learn.take(8 * features + 8);
    learn.with([row], (at3) => learn.run("mt_contributions_of_trees", trees, at3, output, room2, out));
    const [bias, ...contributions] = learn.f64(out, features + 1);
    learn.drop(room2, out);
    return { bias, contributions: Float64Array.from(contributions) };
  }
};
function roundedApart(forest, rows, count2) {
  if (forest.floatSum) return 0;
  const splits = Array.from({ length: forest.features }, () => []);
  for (const tree of forest.trees)
    for (const { split: split4 } of tree.nodes) if (split4 !== null) splits[split4.feature].push(split4);
  const thresholds = splits.map((list2) => {
    const found = list2.flatMap((split4) => split4.kind === "number" ? [split4.threshold] : []);
    if (list2.some((split4) => split4.kind === "number" && split4.missing === "zero")) found.push(ZERO2, below(-ZERO2));
    return Float64Array.from(found).sort();
  });
  const categories = splits.map((list2) => list2.some((split4) => split4.kind === "category"));
  let apart = 0;
  for (let r = 0; r < count2; r++) {
    for (let f = 0; f < forest.features; f++) {
      const x = rows[r * forest.features + f];
      const near2 = Math.fround(x);
      if (near2 === x || Number.isNaN(x)) continue;
      if (!crosses(thresholds[f], x, near2) && !(categories[f] && Math.trunc(x) !== Math.trunc(near2))) continue;
      apart++;
      break;
    }
  }
  return apart;
}
var below = (x) => x * (1 + Number.EPSILON);
function crosses(thresholds, x, near2) {
  const [low, high] = x < near2 ? [x, near2] : [near2, x];
  let [from, to] = [0, thresholds.length];
  while (from < to) {
    const middle = from + to >> 1;
    if (thresholds[middle] < low) from = middle + 1;
    else to = middle;
  }
  return from < thresholds.length && thresholds[from] < high;
}

// web/import/onnx/model/onnx.ts
var NEWEST_OPSET = 21;
var MODEL_FIELDS = {
  1: 0,
  2: 2,
  3: 2,
  4: 2,
  5: 0,
  6: 2,
  7: 2,
  8: 2,
  14: 2,
  20: 2,
  25: 2
};
function isOnnx(bytes) {
  let at3 = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at3 < bytes.length && scale < 2 ** 49; scale *= 128) {
      value += (bytes[at3] & 127) * scale;
      if (bytes[at3++] < 128) return value;
    }
    return NaN;
  };
  for (let fields2 = 0; bytes.length > 4; fields2++) {
    const tag = varint();
    const wire = MODEL_FIELDS[Math.floor(tag / 8)];
    if (wire === void 0 || wire !== tag % 8) return fields2 > 1 && at3 >= bytes.length;
    const value = varint();
    if (Number.isNaN(value)) return false;
    if (tag === 58) return true;
    if (wire === 2) at3 += value;
  }
  return false;
}
function readOnnx(file, bytes) {
  let model;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw new InputError({ file }, `a damaged file${reasonOf(error)}`, "a whole ONNX model", {
      cause: error
    });
  }
  const { graph: graph2 } = model;
  if (graph2 === void 0 || graph2 === null) throw new InputError({ file }, "no graph", "an ONNX model");
  if (model.functions.length > 0)
    throw new InputError(
      { file, part: `function "${model.functions[0].name}"` },
      "a function of the model",
      "plain ops"
    );
  if (graph2.sparseInitializer.length > 0)
    throw new InputError({ file, part: "graph" }, "sparse initializers", "dense ones");
  const opset = opsetOf(file, model);
  const constants = /* @__PURE__ */ new Map();
  for (const proto of graph2.initializer)
    constants.set(proto.name, readTensor({ file, part: `initializer "${proto.name}"` }, proto));
  const nodes = graph2.node.map((proto, i) => readNode(file, proto, i));
  liftConstants(file, nodes, constants);
  const inputs = graph2.input.filter((input) => !constants.has(input.name)).map((input) => portOf(file, "input", input, void 0));
  const outputs = graph2.output.map((output) => portOf(file, "output", output, 1));
  if (outputs.length === 0) throw new InputError({ file, part: "graph" }, "no output", "at least one");
  const sorted = inOrder(file, nodes, /* @__PURE__ */ new Set([...constants.keys(), ...inputs.map((port) => port.name)]));
  const whole4 = { file, opset, inputs, outputs, nodes: sorted, constants };
  checkOutputs(whole4);
  inferTypes(whole4);
  return dropDead(whole4);
}
function opsetOf(file, model) {
  const opset = model.opsetImport.find((each) => each.domain === "" || each.domain === "ai.onnx");
  const version = opset === void 0 ? 1 : wide(opset.version);
  if (version > NEWEST_OPSET)
    throw new InputError({ file, part: "opset" }, `version ${version}`, `11 to ${NEWEST_OPSET}`);
  return version;
}
function readNode(file, proto, index) {
  const name = proto.name || proto.output.find((output) => output !== "") || `number ${index}`;
  const part3 = `node "${name}" (${proto.opType})`;
  if (proto.domain !== "" && proto.domain !== "ai.onnx")
    throw new InputError({ file, part: part3 }, `an op of the domain "${proto.domain}"`, "ops of ONNX itself");
  const attributes2 = /* @__PURE__ */ new Map();
  for (const attribute2 of proto.attribute) {
    const value = attributeOf2({ file, part: `${part3}, attribute "${attribute2.name}"` }, attribute2);
    if (value !== void 0) attributes2.set(attribute2.name, value);
  }
  return { name, op: proto.opType, inputs: [...proto.input], outputs: [...proto.output], attributes: attributes2 };
}
function attributeOf2(place2, proto) {
  const kind = proto.type || guess2(proto);
  const decode = (bytes) => Buffer.from(bytes).toString("utf8");
  switch (kind) {
    case 1:
      return proto.f;
    case 2:
      return wide(proto.i);
    case 3:
      return decode(proto.s);
    case 4:
      if (proto.t) return readTensor(place2, proto.t);
      throw new InputError(place2, "no tensor", "one");
    case 5:
      if (proto.g) return branchOf(place2.file, proto.g);
      throw new InputError(place2, "no graph", "one");
    case 6:
      return [...proto.floats];
    case 7:
      return proto.ints.map(wide);
    case 8:
      return proto.strings.map(decode).join(",");
    default:
      return void 0;
  }
}
function branchOf(file, graph2) {
  const constants = /* @__PURE__ */ new Map();
  for (const proto of graph2.initializer)
    constants.set(proto.name, readTensor({ file, part: `initializer "${proto.name}"` }, proto));
  const nodes = graph2.node.map((proto, i) => readNode(file, proto, i));
  liftConstants(file, nodes, constants);
  const named = (ports) => ports.map((port) => port.name);
  return { nodes, inputs: named(graph2.input), outputs: named(graph2.output), constants };
}
function guess2(proto) {
  if (proto.t) return 4;
  if (proto.ints.length > 0) return 7;
  if (proto.floats.length > 0) return 6;
  if (proto.s.length > 0) return 3;
  return proto.f !== 0 ? 1 : 2;
}
function liftConstants(file, nodes, constants) {
  for (const node of nodes) {
    if (node.op !== "Constant") continue;
    const { attributes: attributes2 } = node;
    const list2 = (key, type) => {
      const found = attributes2.get(key);
      if (found === void 0) return void 0;
      const values = Array.isArray(found) ? found : [found];
      return tensor(type, Array.isArray(found) ? [values.length] : [], Float64Array.from(values));
    };
    const value = attributes2.get("value") ?? list2("value_float", "float") ?? list2("value_floats", "float") ?? list2("value_int", "int") ?? list2("value_ints", "int");
    if (value === void 0)
      throw new InputError(
        { file, part: `node "${node.name}" (Constant)` },
        [...attributes2.keys()].join(", ") || "no value",
        "a tensor or numbers"
      );
    constants.set(node.outputs[0], value);
  }
  for (let i = nodes.length - 1; i >= 0; i--) if (nodes[i].op === "Constant") nodes.splice(i, 1);
}
function portOf(file, kind, proto, fallback) {
  const part3 = `${kind} "${proto.name}"`;
  const type = proto.type?.tensorType;
  const dataType = type?.elemType || fallback;
  if (dataType === void 0) throw new InputError({ file, part: part3 }, "no tensor type", "a tensor");
  const element = elementType(dataType);
  if (element === void 0) throw new InputError({ file, part: part3 }, `values of ${dataTypeName(dataType)}`, "numbers");
  const dims = type?.shape?.dim ?? [];
  const shape = dims.map((dim, axis) => {
    const size = wide(dim.dimValue);
    if (dim.dimParam !== "") return dim.dimParam;
    return size > 0 ? size : `${proto.name}.${axis}`;
  });
  return { name: proto.name, type: element, dataType, shape };
}
function inOrder(file, nodes, known) {
  const sorted = [];
  const waiting = /* @__PURE__ */ new Map();
  const lacks = /* @__PURE__ */ new Map();
  for (const first of nodes) {
    const missing2 = new Set(readsOf(first).filter((name) => !known.has(name)));
    for (const name of missing2) {
      const list2 = waiting.get(name);
      if (list2 === void 0) waiting.set(name, [first]);
      else list2.push(first);
    }
    lacks.set(first, missing2.size);
    const ready = missing2.size === 0 ? [first] : [];
    for (let node = ready.pop(); node !== void 0; node = ready.pop()) {
      sorted.push(node);
      for (const name of node.outputs) {
        known.add(name);
        for (const reader of waiting.get(name) ?? []) {
          const left = lacks.get(reader) - 1;
          lacks.set(reader, left);
          if (left === 0) ready.push(reader);
        }
        waiting.delete(name);
      }
    }
  }
  const early = nodes.find((node) => lacks.get(node) > 0);
  if (early === void 0) return sorted;
  const missing = readsOf(early).find((name) => !known.has(name));
  throw new InputError({ file, part: `node "${early.name}" (${early.op})` }, `input "${missing}"`, "one that something makes");
}
function checkOutputs(graph2) {
  const made = /* @__PURE__ */ new Set([
    ...graph2.constants.keys(),
    ...graph2.inputs.map((port) => port.name),
    ...graph2.nodes.flatMap((node) => node.outputs)
  ]);
  for (const { name } of graph2.outputs)
    if (!made.has(name))
      throw new InputError({ file: graph2.file, part: `output "${name}"` }, "no node that makes it", "one");
}

// web/build/models/tower.ts
import { readFile as readFile3 } from "node:fs/promises";

// web/import/onnx/run.ts
var ProgramRunner = class _ProgramRunner {
  constructor(learn, program) {
    this.learn = learn;
    this.program = program;
    this.bytes = learn.put(program.bytes);
    this.run = learn.make("mt_make_program", this.bytes, program.bytes.length);
  }
  /** An instance of the core with the program in it. */
  static async start(program) {
    return new _ProgramRunner(await Learn.start(), program);
  }
  /** Outputs in the program's order. What is the rest of another input is left out. Every input has the same number of rows, or is one for all. */
  outputs(given2) {
    const { program, learn } = this;
    const inputs = program.inputs.map(({ restOf: restOf3 }, i) => restOf3 === void 0 ? given2[i] : restsOf(given2[restOf3]));
    const rows = this.rowsOf(inputs);
    program.inputs.forEach((input, i) => {
      if (!input.rows) this.port(i, sizeOf(input.shape)).set(Float32Array.from(inputs[i].data));
    });
    learn.call("mt_program_request", this.run);
    const lines = program.inputs.map((input, i) => input.rows ? rowLines(input, inputs[i], rows) : null);
    const results = program.outputs.map((output) => new Float32Array(sizeOf(output.shape) * (output.rows ? rows : 1)));
    for (let at3 = 0; at3 < rows; at3 += program.capacity) {
      const count2 = Math.min(program.capacity, rows - at3);
      lines.forEach((line2, i) => {
        if (line2 === null) return;
        const size = sizeOf(program.inputs[i].shape);
        this.port(i, count2 * size).set(line2.subarray(at3 * size, (at3 + count2) * size));
      });
      learn.call("mt_program_rows", this.run, count2);
      program.outputs.forEach((output, o) => {
        const size = sizeOf(output.shape);
        const found = this.port(program.inputs.length + o, size * (output.rows ? count2 : 1));
        results[o].set(found, output.rows ? at3 * size : 0);
      });
    }
    return results.map((data, o) => batchBack(program.outputs[o], data, rows));
  }
  /** The least time of one run of `rows` rows, in milliseconds, request and all. */
  fastest(rows, repeats2) {
    let best3 = Infinity;
    for (let i = 0; i < repeats2; i++) {
      const before = performance.now();
      this.learn.call("mt_program_request", this.run);
      this.learn.call("mt_program_rows", this.run, rows);
      best3 = Math.min(best3, performance.now() - before);
    }
    return best3;
  }
  /** Gives its memory back. */
  drop() {
    this.learn.drop(this.run, this.bytes);
  }
  rowsOf(inputs) {
    const at3 = this.program.inputs.findIndex((input) => input.rows);
    return at3 < 0 ? 1 : inputs[at3].shape[this.program.inputs[at3].batchAxis];
  }
  port(port, length) {
    return this.learn.f32(this.learn.run("mt_program_port", this.run, port), length);
  }
};
var restsOf = ({ shape, data }) => ({
  shape,
  data: Float64Array.from(data, (value) => value - Math.fround(value))
});
function rowLines(input, array, rows) {
  if (input.batchAxis === 0) return Float32Array.from(array.data);
  const inner = sizeOf(array.shape.slice(input.batchAxis + 1));
  const outer = sizeOf(array.shape.slice(0, input.batchAxis));
  const out = new Float32Array(array.data.length);
  let at3 = 0;
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) out[at3++] = array.data[(o * rows + row) * inner + i];
  return out;
}
function batchBack(output, data, rows) {
  if (!output.rows || output.batchAxis === 0) return data;
  const rest2 = output.shape.slice(1);
  const inner = sizeOf(rest2.slice(output.batchAxis));
  const outer = sizeOf(rest2.slice(0, output.batchAxis));
  const out = new Float32Array(data.length);
  let at3 = 0;
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) out[(o * rows + row) * inner + i] = data[at3++];
  return out;
}

// web/build/sections/order.ts
var STAGES = [
  "policy",
  "ids",
  "rules",
  "popularity",
  "campaign",
  "vectors",
  // without residual layers: a source that knows every item, in 17 bytes of each
  "places",
  "filters",
  // categories and numbers
  "sources",
  // the smallest first
  "features",
  "ranker",
  "search",
  "texts",
  // for display
  "layers",
  "golden",
  "record"
];

// web/build/sections/bundle.ts
function bundle(learn, items, sections, rules) {
  const writer = learn.run("mt_make_writer");
  const held2 = [writer];
  for (const s of inOrder2(sections, rules)) {
    const name = learn.putText(s.name);
    const bytes2 = learn.put(s.bytes);
    held2.push(name, bytes2);
    learn.call("mt_writer_add", writer, s.kind, s.ordinal, s.part, s.required ? 1 : 0, name, bytes2, s.bytes.length);
  }
  const sizeAt = learn.take(4);
  learn.call("mt_writer_size", writer, sizeAt);
  const size = learn.u32(sizeAt, 1)[0];
  const out = learn.take(size);
  learn.run("mt_writer_write", writer, items, out);
  const bytes = learn.u8(out, size).slice();
  learn.drop(...held2, sizeAt, out);
  return bytes;
}
function inOrder2(sections, rules) {
  const usual2 = new Map(
    Object.entries(SECTION).map(([name, kind]) => [kind, SECTION_STAGE[name]])
  );
  const named = new Set(stringsIn(rules).map(sectionName));
  const stage = (s) => {
    const ruled = s.kind === SECTION.attribute && named.has(s.name);
    return STAGES.indexOf(ruled ? "rules" : s.stage ?? usual2.get(s.kind));
  };
  const group = (s) => s.kind === SECTION.postings ? `lists ${s.name}` : `program ${s.ordinal}`;
  const size = /* @__PURE__ */ new Map();
  for (const s of sections) size.set(group(s), (size.get(group(s)) ?? 0) + s.bytes.length);
  const bySize = (a, b) => STAGES[stage(a)] === "sources" ? size.get(group(a)) - size.get(group(b)) : 0;
  return [...sections].sort(
    (a, b) => stage(a) - stage(b) || bySize(a, b) || a.part - b.part || a.ordinal - b.ordinal || a.kind - b.kind
  );
}
function stringsIn(value) {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [key, ...stringsIn(inside)]);
}

// web/build/models/golden.ts
var GOLDEN_ROWS = 4;
var MOST_GOLDEN = 8;
var MOST_ERROR = 0.01;
function goldenPairs(graph2, program, bound, known, golden, scope, list2) {
  const rows = golden === null ? list2?.rows ?? GOLDEN_ROWS : givenRows(graph2, program, golden, scope.config, list2);
  const given2 = /* @__PURE__ */ new Map();
  const draw = random(scope.seed);
  const lengths = Array.from({ length: rows }, (_, row) => (row + 1) / rows);
  program.inputs.forEach((input, i) => {
    if (input.restOf !== void 0) {
      const { type, shape: shape2, data: data2 } = given2.get(program.inputs[input.restOf].name);
      given2.set(input.name, tensor(type, shape2, restsOf({ shape: shape2, data: data2 }).data));
      return;
    }
    const shape = input.rows ? [rows, ...input.shape.slice(1)] : input.shape;
    const found = golden?.get(input.name);
    const data = found?.data.slice(0, sizeOf(shape)) ?? sampleInput(program, bound, i, rows, lengths, known, draw);
    given2.set(input.name, tensor(input.element, shape, Float64Array.from(data)));
    if (list2?.shared.has(input.name)) shareFirst(given2.get(input.name), sizeOf(input.shape));
  });
  const name = graph2.outputs[0].name;
  const width = sizeOf(program.outputs[0].shape);
  const told = golden?.get(name);
  const evaluated = list2 === void 0 ? evaluateRows : evaluateList;
  const expected = told === void 0 ? evaluated(graph2, program, given2, rows) : tensor("float", [rows, width], told.data.slice(0, rows * width));
  const inputs = program.inputs.map((input) => ({
    size: sizeOf(input.shape),
    data: given2.get(input.name).data,
    rows: input.rows
  }));
  const flat = Array.from(
    { length: rows },
    (_, row) => inputs.flatMap(
      ({ size, data, rows: own }) => Array.from(data.subarray(own ? row * size : 0, own ? (row + 1) * size : size))
    )
  );
  return {
    file: golden === null ? null : scope.config.golden,
    rows,
    given: given2,
    expected,
    inputs: Float32Array.from(flat.flat()),
    outputs: Float32Array.from(expected.data)
  };
}
function shareFirst({ data }, size) {
  for (let at3 = size; at3 < data.length; at3++) data[at3] = data[at3 % size];
}
function evaluateList(graph2, program, given2, rows) {
  const whole4 = new Map(
    program.inputs.map((input) => {
      const { shape, data } = turned2(input, given2.get(input.name), rows);
      return [input.name, tensor(input.element, shape, Float64Array.from(data))];
    })
  );
  const width = sizeOf(program.outputs[0].shape);
  return tensor("float", [rows, width], evaluate(graph2, whole4).get(graph2.outputs[0].name).data);
}
function evaluateRows(graph2, program, given2, rows) {
  const width = sizeOf(program.outputs[0].shape);
  const out = tensor("float", [rows, width]);
  for (let row = 0; row < rows; row++) {
    const one2 = new Map(
      program.inputs.map((input) => {
        const whole4 = given2.get(input.name);
        const size = sizeOf(input.shape);
        const rest2 = input.shape.slice(1);
        const shape = input.rows ? rest2.toSpliced(input.batchAxis, 0, input.shape[0]) : input.shape;
        const data = input.rows ? whole4.data.slice(row * size, (row + 1) * size) : whole4.data;
        return [input.name, tensor(input.element, shape, data)];
      })
    );
    out.data.set(evaluate(graph2, one2).get(graph2.outputs[0].name).data, row * width);
  }
  return out;
}
function givenRows(graph2, program, golden, config3, list2) {
  const file = config3.golden;
  let rows = list2 === void 0 ? MOST_GOLDEN : Infinity;
  for (const port of [...program.inputs.filter((input) => input.restOf === void 0), ...program.outputs]) {
    const found = golden.get(port.name);
    const part3 = `array "${port.name}"`;
    if (found === void 0)
      throw new InputError({ file, part: part3 }, "no such array", `one for each input and the output of ${graph2.file}`);
    const size = sizeOf(port.shape);
    if (found.data.length === 0 || found.data.length % size !== 0)
      throw new InputError({ file, part: part3 }, `shape ${shapeText(found.shape)}`, `rows of ${shapeText(port.shape)}`);
    if (port.rows) rows = Math.min(rows, found.data.length / size);
  }
  if (list2 !== void 0 && rows > list2.longest)
    throw new InputError(
      { file },
      `a list of ${rows} candidates`,
      `${list2.longest} at most (config key "ranker.candidates")`
    );
  return rows;
}
function sampleInput(program, bound, at3, rows, lengths, known, draw) {
  const input = program.inputs[at3];
  const each = bound.feeds[at3];
  const size = sizeOf(input.shape);
  const isHistory = ["history", "worths", "types", "times", "ages"].includes(each.kind);
  const isTime = each.kind === "times" || each.kind === "ages";
  const value = () => {
    if (each.kind === "history" || each.kind === "candidate") return known[Math.floor(draw() * known.length)] ?? 1;
    if (each.kind === "types") return each.list[Math.floor(draw() * each.list.length)] ?? each.unknown;
    if (each.kind === "constant") return each.pad;
    if (each.kind === "worths") return 1;
    const number2 = each.scale * (2 * draw() - 1) + each.shift;
    return input.element === "int" ? Math.trunc(number2) : Math.fround(number2);
  };
  return Array.from({ length: input.rows ? rows : 1 }, (_, row) => {
    const events = Math.max(1, Math.round(lengths[row] * (isHistory ? size : each.positions || 1)));
    const isEvent = (p) => each.side === "left" ? p >= size - events : p < events;
    const times = isTime ? eventTimes(each, size, input.element === "int", draw) : [];
    return Array.from({ length: size }, (_2, p) => {
      if (each.kind === "length") return events;
      if (isTime && isEvent(p)) return times[p];
      return isHistory && !isEvent(p) ? each.pad : value();
    });
  }).flat();
}
function eventTimes(each, size, isInt, draw) {
  const now = TODAY + 1e8 * draw();
  let age = 60 * Math.exp(10 * draw());
  const newestFirst2 = Array.from({ length: size }, () => {
    const number2 = each.scale * (each.kind === "ages" ? age : now - age) + each.shift;
    age += 60 * Math.exp(10 * draw());
    return isInt ? Math.trunc(number2) : Math.fround(number2);
  });
  return each.side === "newest" ? newestFirst2 : newestFirst2.reverse();
}
async function parity(graph2, whole4, options, pairs, role = "tower") {
  const measured = async (program) => {
    const runner = await ProgramRunner.start(program);
    const inputs = program.inputs.map((input) => {
      const { shape, data } = pairs.given.get(input.name);
      return { shape: input.rows && input.batchAxis > 0 ? [pairs.rows] : shape, data };
    });
    const [found] = runner.outputs(inputs.map((each, i) => turned2(whole4.inputs[i], each, pairs.rows)));
    runner.drop();
    return distance(found, pairs.outputs);
  };
  const error = await measured(whole4);
  const words4 = `float32 is ${percent2(error)} from the pairs (of the largest output)`;
  if (pairs.file !== null && !(error <= MOST_ERROR))
    throw new InputError(
      { file: pairs.file, part: `array "${graph2.outputs[0].name}"` },
      `numbers that ${graph2.file} does not give: in the core ${words4}`,
      `at most ${percent2(MOST_ERROR)}: pairs of this very model, exported as it predicts (PyTorch: model.eval())`
    );
  const lines = [`${error <= MOST_ERROR ? "" : "look: "}${role} in the core: ${words4}`];
  if (options.weights !== "float32") {
    const { sizes, ranges, weights } = options;
    const coded = compile(graph2, { sizes, ranges, weights });
    lines.push(`${role} with ${options.weights} weights: ${percent2(await measured(coded))} from the pairs`);
  }
  return lines;
}
function turned2(input, array, rows) {
  if (!input.rows || input.batchAxis === 0) return array;
  const rest2 = input.shape.slice(1);
  const inner = sizeOf(rest2.slice(input.batchAxis));
  const outer = sizeOf(rest2.slice(0, input.batchAxis));
  const data = new Float64Array(rows * outer * inner);
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) data[(o * rows + row) * inner + i] = array.data[(row * outer + o) * inner + i];
  return { shape: rest2.toSpliced(input.batchAxis, 0, rows), data };
}
function distance(found, expected) {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(found[i]) && Number.isNaN(expected[i])) continue;
    worst = Math.max(worst, Math.abs(found[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return scale > 0 ? worst / scale : worst;
}
function settleGolden(learn, items, sections, progress) {
  const replays = replayGolden(learn, bundle(learn, items, sections));
  return sections.map((each) => {
    const replay = each.kind === SECTION.golden ? replays[each.ordinal] : void 0;
    if (replay === void 0) return each;
    progress.say(`${each.name} in this bundle: ${percent2(replay.error)} from its ${replay.pairs} golden pairs`);
    return { ...each, bytes: withTolerance(each.bytes, replay.error * 1.01 + 1e-6) };
  });
}
function replayGolden(learn, bytes) {
  const replays = [];
  const out = learn.take(16);
  const at3 = learn.put(bytes);
  for (let model = 0, models = 1; model < models; model++) {
    learn.call("mt_replay_bundle", at3, bytes.length, model, out, out + 4);
    models = learn.u32(out, 1)[0];
    if (model < models) {
      const [error, tolerance] = learn.f32(out + 8, 2);
      replays.push({ pairs: learn.u32(out + 4, 1)[0], error, tolerance });
    }
  }
  learn.drop(out, at3);
  return replays;
}
var percent2 = (share3) => share3 < 1e-4 ? share3.toExponential(1) : `${(100 * share3).toFixed(2)} %`;

// web/build/models/tower.ts
var OPEN_LENGTH = 50;
async function readTower(path, config3 = {}) {
  const bytes = await readFile3(path).catch((error) => {
    throw fileError(path, error, "an ONNX model");
  });
  if (!isOnnx(bytes)) throw new InputError({ file: path }, "a file of another kind", "an ONNX model");
  const graph2 = readOnnx(path, bytes);
  if (config3.golden === void 0) return { graph: graph2, golden: null };
  const { arrays } = await readNpz(config3.golden);
  const golden = /* @__PURE__ */ new Map();
  for (const [name, { shape, data }] of arrays)
    golden.set(name, tensor("float", shape, Float64Array.from(data, Number)));
  return { graph: graph2, golden };
}
async function planTower(tower, scope) {
  const { config: config3, embeddings: embeddings2 } = scope;
  const graph2 = withOutput(tower.graph, embeddings2, config3);
  const sizes = openSizes(graph2, config3);
  refuseJoinedRows(graph2, sizes, "a tower whose rows are people, each for themselves");
  const ids = new Set(tableReads(graph2).map((read2) => read2.ids));
  const key = "tower.inputs";
  const { catalogue: _, ...names } = scope;
  const binding = {
    file: graph2.file,
    key,
    inputs: config3.inputs ?? {},
    ids,
    events: names.events,
    fields: names.fields,
    features: [],
    ranks: false
  };
  const { whole: whole4, bound: first, ranges } = compileBound(graph2, sizes, binding, tableRows(graph2));
  const table = itemTable(graph2, whole4, first);
  const numbers3 = numbersOf3(scope, table, graph2.file);
  const tie = table !== null && numbers3.agrees && config3.tie !== false && table.only;
  const options = {
    sizes,
    ranges,
    weights: config3.weights ?? "float32",
    ...tie ? { tables: /* @__PURE__ */ new Set([table.name]) } : {}
  };
  const program = compile(graph2, options);
  const bound = tie ? bindInputs(program.inputs, binding) : first;
  const pairs = goldenPairs(graph2, whole4, first, numbers3.known, tower.golden, scope);
  const remarks = [
    `tower ${graph2.file}: ONNX opset ${graph2.opset}, ${program.ops} ops, ${kilobytes(program.bytes.length)}`,
    ...bound.remarks.map((line2) => `tower ${line2}`),
    `tower's number of an item: ${numbers3.words}`,
    `tower output "${graph2.outputs[0].name}" ${shapeText(program.outputs[0].shape)}: the query of the space "embeddings"`,
    ...table === null ? [] : [tableRemark(table, numbers3.agrees, tie, embeddings2)],
    ...await parity(graph2, whole4, options, pairs)
  ];
  const { ordinal } = scope;
  const least = config3.leastWorth ?? 0;
  const known = table === null && first.feeds.every((each) => each.kind !== "history") ? NO_NUMBERS : ordinal;
  const sections = [
    section(SECTION.program, "tower", program.bytes, ordinal),
    section(SECTION.binding, "tower", bindingBytes(bound.feeds, known, least), ordinal),
    section(SECTION.golden, "tower", goldenBytes(pairs.rows, pairs.inputs, pairs.outputs, 0), ordinal),
    ...known === NO_NUMBERS ? [] : [section(SECTION.numbers, "tower", numbers3.bytes, ordinal)]
  ];
  return { sections, program: ordinal, output: 0, remarks, tied: tie };
}
var kilobytes = (bytes) => `${(bytes / 1e3).toFixed(0)} KB`;
function withOutput(graph2, embeddings2, config3) {
  const described2 = () => quoteList(graph2.outputs.map((port2) => `${port2.name} ${shapeText(port2.shape)}`));
  const named = graph2.outputs.find((port2) => port2.name === config3.output);
  if (config3.output !== void 0 && named === void 0)
    throw new InputError({ file: graph2.file, part: `output "${config3.output}"` }, "no such output", described2());
  const widths = new Map(
    compile(graph2, { sizes: openSizes(graph2, config3) }).outputs.map(({ name, shape }) => [name, sizeOf(shape)])
  );
  const port = named ?? graph2.outputs.find(({ name }) => widths.get(name) === embeddings2.dim);
  if (port === void 0 || widths.get(port.name) !== embeddings2.dim)
    throw new InputError(
      { file: graph2.file, part: port === void 0 ? "outputs" : `output "${port.name}"` },
      port === void 0 ? described2() : `${widths.get(port.name)} numbers`,
      `a vector of ${embeddings2.dim} numbers, as ${embeddings2.path} has`
    );
  return inputsRead({ ...graph2, outputs: [port] });
}
function openSizes(graph2, config3) {
  const open2 = graph2.inputs.flatMap((port) => port.shape.filter((dim) => typeof dim === "string"));
  return { ...Object.fromEntries(open2.map((symbol) => [symbol, OPEN_LENGTH])), ...config3.sizes };
}
function tableReads(graph2) {
  const inputs = new Set(graph2.inputs.map((port) => port.name));
  return graph2.nodes.flatMap((node) => {
    const [table, ids] = node.inputs;
    const axis = node.attributes.get("axis") ?? 0;
    const isTable = node.op === "Gather" && axis === 0 && graph2.constants.get(table)?.shape.length === 2;
    return isTable && inputs.has(ids) ? [{ table, ids, node }] : [];
  });
}
function itemTable(graph2, program, bound) {
  const history = new Set(
    program.inputs.filter((_, i) => ["history", "candidate"].includes(bound.feeds[i].kind)).map((input) => input.name)
  );
  const reads = tableReads(graph2).filter((read2) => history.has(read2.ids));
  if (reads.length === 0) return null;
  const name = reads[0].table;
  const mine = new Set(reads.filter((read2) => read2.table === name).map((read2) => read2.node));
  const only = graph2.nodes.every((node) => mine.has(node) || !node.inputs.includes(name));
  return { name, values: graph2.constants.get(name), only };
}
var tableRows = (graph2) => (program, bound) => itemTable(graph2, program, bound)?.values.shape[0] ?? MOST_NUMBERS2;
var MOST_NUMBERS2 = 1 << 24;
function numbersOf3(scope, table, file) {
  const { catalogue, embeddings: embeddings2, config: config3 } = scope;
  const bound = table === null ? MOST_NUMBERS2 : table.values.shape[0];
  const ids = embeddings2?.ids ?? catalogue.ids;
  const byId = (shift2) => Float64Array.from(ids, (id) => /^-?\d{1,10}$/.test(id) ? Number(id) + shift2 : NaN);
  const byRow = (shift2) => Float64Array.from({ length: embeddings2?.rows ?? 0 }, (_, row) => row + shift2);
  const inside = (numbers4) => numbers4.length > 0 && numbers4.every((number2) => number2 >= 0 && number2 < bound);
  const ways = [
    { kind: "ids", shift: config3.offset ?? 0, make: byId },
    { kind: "rows", shift: config3.offset ?? 1, make: byRow }
  ].filter((way) => config3.numbers === void 0 || way.kind === config3.numbers);
  const tried = ways.map((way) => {
    const numbers4 = way.make(way.shift);
    const agrees = table !== null && embeddings2 !== null && equals(table.values, embeddings2, numbers4);
    return { ...way, numbers: numbers4, inside: inside(numbers4), agrees };
  });
  const chosen = tried.find((way) => way.agrees) ?? tried.find((way) => way.inside);
  if (chosen === void 0)
    throw new InputError(
      { file },
      `${ids.length} items whose ${ways.map((way) => way.kind).join(" and ")} are no rows of its item table ${table === null ? "" : `"${table.name}" `}`.trim(),
      `numbers below ${bound} (config keys "numbers" and "offset" of the model)`
    );
  const { kind, shift, numbers: numbers3 } = chosen;
  const plus2 = shift === 0 ? "" : shift > 0 ? ` + ${shift}` : ` - ${-shift}`;
  const known = [...numbers3].filter((number2) => number2 > 0);
  const how = chosen.agrees ? " (its table agrees)" : "";
  if (kind === "ids")
    return {
      bytes: spelledNumbers(catalogue.ids.length, shift, bound),
      words: `the integer that its id spells${plus2}${how}`,
      known,
      agrees: chosen.agrees
    };
  const listed3 = Int32Array.from(catalogue.vectorRow, (row) => row === 4294967295 ? -1 : row + shift);
  return {
    bytes: listedNumbers(listed3, bound),
    words: `its row in ${embeddings2.path}${plus2}${how}`,
    known,
    agrees: chosen.agrees
  };
}
function equals(table, embeddings2, numbers3) {
  const { dim, rows, vectors } = embeddings2;
  if (table.shape[1] !== dim) return false;
  for (let row = 0; row < rows; row++) {
    const number2 = numbers3[row];
    if (!(number2 >= 0 && number2 < table.shape[0])) return false;
    for (let i = 0; i < dim; i++) {
      const [a, b] = [table.data[number2 * dim + i], vectors[row * dim + i]];
      if (Math.abs(a - b) > 1e-6 * Math.max(1, Math.abs(a))) return false;
    }
  }
  return true;
}
function tableRemark(table, agrees, tied, embeddings2) {
  const name = `tower's item table "${table.name}" ${shapeText(table.values.shape)}`;
  if (tied)
    return `${name} is ${embeddings2.path}: tied to its codes, ${kilobytes(4 * table.values.data.length)} not shipped twice`;
  if (agrees)
    return `${name} is ${embeddings2.path}, but ${table.only ? "the config keeps it" : "other ops read it too"}: shipped with the tower`;
  return `${name} is not ${embeddings2.path}: shipped with the tower`;
}

// web/build/models/ranker.ts
var CANDIDATES = 300;
async function readRanker(path, config3 = {}) {
  const bytes = await readFile4(path).catch((error) => {
    throw fileError(path, error, "a model");
  });
  if (isOnnx(bytes)) return readTower(path, config3);
  const forest = readForest(path, bytes, config3);
  if (forest === null)
    throw new InputError({ file: path }, "a file of another kind", "a model of LightGBM, XGBoost or ONNX");
  return forest;
}
function rankerSections(learn, forest, features, config3 = {}) {
  const mapped = onFeatures(forest, features);
  const trees = section(SECTION.trees, "trees", treesBytes(learn, mapped));
  const used = new Set(usedFeatures(mapped));
  const { bytes, words: words4 } = rankerSection(learn, RANKER.trees, 0, outputOf(forest, config3), 0, features, config3);
  return {
    sections: [trees, bytes],
    remarks: [
      `ranker ${forest.file}: ${forest.origin}, ${forest.objective}, ${forest.trees.length} trees on ${used.size} of ${features.length} features${forest.named ? ", by name" : ", by order"}`,
      words4
    ]
  };
}
function rankerSection(learn, model, ordinal, output, element, features, config3) {
  const candidates = config3.candidates ?? CANDIDATES;
  const weights = Object.entries(config3.prerank ?? {});
  const ordinals = weights.map(([name]) => {
    const at3 = features.indexOf(name);
    if (at3 < 0) throw new InputError({ file: "config", part: 'key "ranker.prerank"' }, quote(name), listed2(features));
    return at3;
  });
  const numbers3 = weights.map(([, weight]) => typeof weight === "number" ? { weight, missing: 0 } : weight);
  const out = learn.take(RANKER_HEAD + RANKER_WEIGHT * weights.length);
  learn.with(
    [
      Uint32Array.from(ordinals),
      Float32Array.from(numbers3, ({ weight }) => weight),
      Float32Array.from(numbers3, ({ missing }) => missing ?? 0)
    ],
    (feature, weight, missing) => learn.run(
      "mt_ranker_encode",
      model,
      ordinal,
      output,
      element,
      candidates,
      config3.blend ?? 0,
      weights.length,
      feature,
      weight,
      missing,
      out
    )
  );
  const bytes = learn.u8(out, RANKER_HEAD + RANKER_WEIGHT * weights.length).slice();
  learn.drop(out);
  return {
    bytes: section(SECTION.ranker, "ranker", bytes),
    words: `ranker: the best ${candidates} candidates by ${weights.length === 0 ? "fused score" : weights.map(([name]) => name).join(" + ")}${config3.blend ? `, blended with ${config3.blend} \xD7 fused score` : ""}`
  };
}
function outputOf(forest, config3) {
  const place2 = { file: "config", part: 'key "ranker.class"' };
  if (forest.outputs === 1 && config3.class !== void 0)
    throw new InputError(place2, `${config3.class}`, "nothing: the model has one output");
  if (forest.outputs > 1 && (config3.class === void 0 || config3.class >= forest.outputs))
    throw new InputError(
      place2,
      config3.class === void 0 ? "nothing" : `${config3.class}`,
      `the class whose probability ranks, 0 to ${forest.outputs - 1}`
    );
  return config3.class ?? 0;
}
var listed2 = (names) => `one of the bundle's ${names.length} features: ${quoteList(names)}`;
var plain3 = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_");
function usedFeatures(forest) {
  return forest.trees.flatMap((tree) => tree.nodes.flatMap((node) => node.split === null ? [] : [node.split.feature]));
}
function onFeatures(forest, features) {
  const file = forest.file;
  if (features.length === 0)
    throw new InputError({ file }, "a ranker for a bundle without features", 'a config whose "features" is not false');
  if (!forest.named && forest.features !== features.length)
    throw new InputError(
      { file },
      `${forest.features} features without names`,
      `${features.length}, those of the bundle in their order: ${quoteList(features)}`
    );
  const ordinals = forest.named ? byName(forest, features) : forest.featureNames.map((_, i) => i);
  const trees = forest.trees.map((tree) => ({
    ...tree,
    nodes: tree.nodes.map(
      (node) => node.split === null ? node : { ...node, split: { ...node.split, feature: ordinals[node.split.feature] } }
    )
  }));
  const link = LINK[forest.link] === LINK.argmax ? "softmax" : forest.link;
  return { ...forest, features: features.length, featureNames: [...features], trees, link };
}
function byName(forest, features) {
  const used = new Set(usedFeatures(forest));
  const loose = /* @__PURE__ */ new Map();
  features.forEach((name, i) => loose.set(plain3(name), [...loose.get(plain3(name)) ?? [], i]));
  return forest.featureNames.map((name, f) => {
    const exact = features.indexOf(name);
    const near2 = loose.get(plain3(name)) ?? [];
    if (exact >= 0) return exact;
    if (near2.length === 1) return near2[0];
    if (!used.has(f)) return 0;
    const found = near2.length > 1 ? `feature ${quote(name)}, which may be ${quoteList(near2.map((i) => features[i]))}` : `feature ${quote(name)}`;
    throw new InputError({ file: forest.file }, found, listed2(features));
  });
}

// web/build/models/list.ts
var LIST = "batch";
function alongList(graph2, config3, features) {
  const symbol = config3.list ?? listOf2(graph2, config3, features);
  if (symbol === void 0) return graph2;
  const lists3 = batchSymbols(graph2);
  const open2 = new Set(graph2.inputs.flatMap((port) => port.shape.filter((dim) => typeof dim === "string")));
  if (!open2.has(symbol))
    throw new InputError(
      { file: "config", part: 'key "ranker.list"' },
      `"${symbol}"`,
      `a size that the inputs of ${graph2.file} leave open: ${quoteList([...open2])}`
    );
  if (lists3.has(symbol)) return graph2;
  const turned3 = (port) => ({
    ...port,
    shape: port.shape.map((dim) => dim === symbol ? LIST : typeof dim === "string" && lists3.has(dim) ? 1 : dim)
  });
  return { ...graph2, inputs: graph2.inputs.map(turned3), outputs: graph2.outputs.map(turned3) };
}
function listOf2(graph2, config3, features) {
  const batch = batchSymbols(graph2);
  for (const { name, shape } of graph2.inputs) {
    const given2 = config3.inputs?.[name];
    const from = typeof given2 === "string" ? given2 : given2?.from;
    const isFeatures = from === "features" || from === void 0 && /feature|dense/i.test(name) && shape[2] === features.length;
    const [, along2] = shape;
    if (from === void 0) refuseFixed(graph2.file, name, shape, features.length);
    const isList = isFeatures && shape.length === 3 && typeof along2 === "string";
    if (isList && !batch.has(along2) && config3.sizes?.[along2] === void 0) return along2;
  }
  return void 0;
}
function refuseFixed(file, name, shape, features) {
  const axis = shape.length - 2;
  const size = shape[axis];
  if (!/feature|dense/i.test(name) || shape.at(-1) !== features || typeof size !== "number" || size < 2) return;
  throw new InputError(
    { file, part: `input "${name}" [${shape.join(", ")}]` },
    `a list of ${size} candidates, however many there are`,
    `an axis of open size, as torch.onnx.export(\u2026, dynamic_axes={'${name}': {${axis}: 'list'}}) leaves it`
  );
}
var listWords = ({ part: part3 }, program) => `ranker sees all candidates at once (${part3}), ${program.capacity} at most, in ${kilobytes(4 * program.scratch)} of memory`;
var LENGTHS2 = [1, 2, 3, MOST_GOLDEN];
async function listParity(file, whole4, pairs, longest, ofLength, programs) {
  const lengths = [.../* @__PURE__ */ new Set([...LENGTHS2, longest])].filter((rows) => rows <= longest);
  const lists3 = [pairs, ...lengths.map(ofLength)];
  const error = await errorOn(lists3, whole4, programs.float32, file);
  const words4 = `float32 is ${percent2(error)} from the pairs (of the largest output), on lists of ${lengths.join(", ")}`;
  if (!(error <= MOST_ERROR))
    throw new InputError(
      { file: pairs.file ?? file },
      `numbers that ${file} does not give: in the core ${words4}`,
      `at most ${percent2(MOST_ERROR)}`
    );
  if (programs.coded === null) return [`ranker in the core: ${words4}`];
  const coded = percent2(await errorOn(lists3, whole4, programs.coded, file));
  return [`ranker in the core: ${words4}`, `ranker with ${programs.weights} weights: ${coded} from the pairs`];
}
async function errorOn(lists3, whole4, program, file) {
  const runner = await startOnList(program, file);
  const errors = lists3.map((list2) => {
    const inputs = program.inputs.map((input, i) => {
      const { shape, data } = list2.given.get(input.name);
      return input.rows ? turned2(whole4.inputs[i], { shape, data }, list2.rows) : { shape: input.shape, data: data.slice(0, sizeOf(input.shape)) };
    });
    return distance(runner.outputs(inputs)[0], list2.outputs);
  });
  runner.drop();
  return Math.max(...errors);
}
async function startOnList(program, file) {
  try {
    return await ProgramRunner.start(program);
  } catch (error) {
    if (!(error instanceof LearnError)) throw error;
    throw new InputError(
      { file },
      `a list of ${program.capacity} candidates that is too much for a device (${error.message})`,
      'fewer of them: config key "ranker.candidates"',
      { cause: error }
    );
  }
}

// web/build/models/neural.ts
var CAPACITY = 32;
async function neuralSections(learn, ranker, scope) {
  const { config: config3, ordinal } = scope;
  const { file } = ranker.graph;
  const graph2 = alongList(withOutput2(ranker.graph, config3), config3, scope.features);
  const sizes = openSizes(graph2, config3);
  const { events, fields: fields2, features } = scope;
  const ids = new Set(tableReads(graph2).map((read2) => read2.ids));
  const binding = {
    file,
    key: "ranker.inputs",
    inputs: config3.inputs ?? {},
    ids,
    events,
    fields: fields2,
    features,
    ranks: true
  };
  const { whole: whole4, bound, ranges } = compileBound(graph2, sizes, binding, tableRows(graph2));
  const isRow = (i) => bound.feeds[i].kind === "candidate" || bound.feeds[i].kind === "features";
  const rowInputs = whole4.inputs.filter((_, i) => isRow(i));
  if (rowInputs.length === 0)
    throw new InputError({ file, part: "inputs" }, "none that is fed with candidates or their features", "at least one");
  const single = rowInputs.find((input) => !input.rows);
  if (single !== void 0)
    throw new InputError(
      { file, part: `input "${single.name}"` },
      `shape ${shapeText(single.shape)} without a batch`,
      "a row for each candidate"
    );
  const table = itemTable(graph2, whole4, bound);
  const numbered = bound.feeds.some((each) => each.kind === "history" || each.kind === "candidate");
  const numbers3 = numbered ? numbersOf3(scope, table, file) : null;
  const perRequest = new Set(whole4.inputs.filter((_, i) => !isRow(i)).map((input) => input.name));
  const weights = config3.weights ?? "float32";
  const known = numbers3?.known ?? [1];
  const longest = config3.candidates ?? CANDIDATES;
  const compiled3 = (weights2) => compileRows(graph2, { sizes, ranges, perRequest, weights: weights2 }, CAPACITY, longest);
  const { program, joined } = compiled3(weights);
  const listOf3 = (rows) => joined === null ? void 0 : { longest, shared: perRequest, rows };
  const ofLength = (rows) => goldenPairs(graph2, whole4, bound, known, null, scope, listOf3(rows));
  const kept = listOf3(Math.min(MOST_GOLDEN, longest));
  const pairs = goldenPairs(graph2, whole4, bound, known, ranker.golden, scope, kept);
  const measure = () => {
    if (joined === null) return parity(graph2, whole4, { sizes, ranges, weights }, pairs, "ranker");
    const coded = weights === "float32" ? null : program;
    const float32 = coded === null ? program : compiled3("float32").program;
    return listParity(file, whole4, pairs, longest, ofLength, { float32, coded, weights });
  };
  const element = elementOf(file, sizeOf(program.outputs[0].shape), config3);
  const { bytes, words: words4 } = rankerSection(learn, RANKER.program, ordinal, 0, element, features, config3);
  return {
    sections: [
      section(SECTION.program, "ranker", program.bytes, ordinal),
      section(
        SECTION.binding,
        "ranker",
        bindingBytes(bound.feeds, numbers3 === null ? NO_NUMBERS : ordinal, config3.leastWorth ?? 0),
        ordinal
      ),
      section(SECTION.golden, "ranker", goldenBytes(pairs.rows, pairs.inputs, pairs.outputs, 0), ordinal),
      ...numbers3 === null ? [] : [section(SECTION.numbers, "ranker", numbers3.bytes, ordinal)]
    ].map((each) => each.kind === SECTION.golden ? each : { ...each, stage: "ranker" }).concat(bytes),
    remarks: [
      `ranker ${file}: ONNX opset ${graph2.opset}, ${program.ops} ops, ${program.requestOps} of them once a request, ${program.capacity} candidates a run, ${kilobytes(program.bytes.length)}`,
      ...joined === null ? [] : [listWords(joined, program)],
      ...bound.remarks.map((line2) => `ranker ${line2}`),
      ...numbers3 === null ? [] : [`ranker's number of an item: ${numbers3.words}`],
      ...await measure(),
      words4
    ]
  };
}
function withOutput2(graph2, config3) {
  const port = config3.output === void 0 ? graph2.outputs[0] : graph2.outputs.find(({ name }) => name === config3.output);
  if (port === void 0)
    throw new InputError(
      { file: graph2.file, part: `output "${config3.output}"` },
      "no such output",
      quoteList(graph2.outputs.map(({ name }) => name))
    );
  return inputsRead({ ...graph2, outputs: [port] });
}
function elementOf(file, width, config3) {
  const chosen = config3.class ?? (width === 1 ? 0 : -1);
  if (chosen >= 0 && chosen < width) return chosen;
  throw new InputError(
    { file, part: "output" },
    `${width} numbers for each candidate`,
    `config key "ranker.class", 0 to ${width - 1}`
  );
}

// web/recommender/errors.ts
var MartelloError = class extends Error {
  /** `parts`: those of a sentence about what somebody wrote, for whoever says it in other words. */
  constructor(message, parts, options) {
    super(message, options);
    this.parts = parts;
    this.name = "MartelloError";
  }
};
var SHOWN2 = 200;
function shown(value) {
  let text2;
  try {
    text2 = (typeof value === "number" ? void 0 : JSON.stringify(value)) ?? String(value);
  } catch {
    text2 = typeof value === "bigint" ? `${value}n` : Object.prototype.toString.call(value);
  }
  return text2.length > SHOWN2 ? `${text2.slice(0, SHOWN2)}\u2026` : text2;
}
function refuse2(where3, value, expected) {
  const found = shown(value);
  throw new MartelloError(`${where3}: found ${found}, expected ${expected}`, { where: where3, found, expected });
}
function entriesOf(where3, value, expected) {
  const isPlain = typeof value === "object" && value !== null && !Array.isArray(value);
  return isPlain ? Object.entries(value) : refuse2(where3, value, expected);
}

// web/recommender/filter.ts
function conditions(core, path, filter, values, range) {
  for (const [field, condition] of entriesOf(path, filter, 'an object such as {"genre": "Drama"}')) {
    const at3 = `${path} ${shown(field)}`;
    const attribute2 = attributeOf3(core, at3, field);
    if (core.attributeType(attribute2) === "text")
      refuse2(at3, condition, "a category or a number: this attribute is text for display");
    if (core.isOf(attribute2, "numbers")) takeNumbers(core, at3, attribute2, condition, range);
    else takeValues(core, at3, attribute2, condition, values);
  }
}
function attributeOf3(core, path, name) {
  const attribute2 = typeof name === "string" ? core.findAttribute(name) : NOT_FOUND;
  if (attribute2 !== NOT_FOUND) return attribute2;
  core.await(`${path}: it is no attribute that is here`);
  return refuse2(path, name, `one of the bundle's attributes: ${core.attributes.join(", ") || "it has none"}`);
}
function valuesOf2(condition) {
  const negated = typeof condition === "object" && condition !== null && "not" in condition && Object.keys(condition).length === 1;
  const wanted = negated ? condition.not : condition;
  if (Array.isArray(wanted)) return { list: wanted, negated };
  return typeof wanted === "object" && wanted !== null ? null : { list: [wanted], negated };
}
function valueOf(core, attribute2, value) {
  const word = core.findValue(attribute2, value) === NOT_FOUND && booleanOf(value);
  return word && core.findValue(attribute2, word) !== NOT_FOUND ? word : value;
}
function takeValues(core, path, attribute2, condition, take2) {
  const { list: list2, negated } = valuesOf2(condition) ?? { list: [null], negated: false };
  if (!list2.every((value) => ["string", "number", "boolean"].includes(typeof value)))
    refuse2(path, condition, 'a value, a list of values or {"not": \u2026}');
  const spelled2 = list2.map((value) => valueOf(core, attribute2, String(value)));
  take2(attribute2, spelled2, negated, path);
}
function takeNumbers(core, path, attribute2, condition, take2) {
  const dates2 = core.isDate(attribute2);
  const number2 = (said) => {
    const value = dates2 && typeof said === "string" ? core.dateOf(said) : said;
    const isNumber = typeof value === "number" && !(dates2 && value === said && value >= 1e3 && value < 1e8);
    if (isNumber && !Number.isNaN(value) || typeof value === "boolean") return Number(value);
    const kind = dates2 ? "date" : "number";
    const form = dates2 ? ' as "2020-01-31"' : "";
    return refuse2(
      path,
      condition,
      `a ${kind}, a list of ${kind}s or {"gt" | "gte" | "lt" | "lte" | "not": ${kind}}${form}`
    );
  };
  const byRange = (low, openLow, high, openHigh, negated = false) => take2(attribute2, { low, openLow, high, openHigh }, negated);
  const values = valuesOf2(condition);
  if (values !== null) {
    const list2 = values.list.map(number2).sort((a, b) => a - b);
    if (values.negated) list2.forEach((value) => byRange(value, false, value, false, true));
    else {
      byRange(list2[0] ?? Infinity, false, list2.at(-1) ?? -Infinity, false);
      for (let i = 1; i < list2.length; i++) byRange(list2[i - 1], true, list2[i], true, true);
    }
    return;
  }
  const bounds = Object.entries(condition);
  if (bounds.length === 0 || bounds.some(([key]) => !/^[gl]te?$/.test(key)))
    refuse2(path, condition, '"gt", "gte", "lt", "lte" or "not"');
  for (const [key, said] of bounds) {
    if (said === void 0) continue;
    const [bound, isOpen] = [number2(said), !key.endsWith("e")];
    if (key.startsWith("g")) byRange(bound, isOpen, Infinity, false);
    else byRange(-Infinity, false, bound, isOpen);
  }
}

// web/recommender/rules.ts
var CALLED = {
  cap: "caps",
  near: "nearDuplicates",
  pin: "pins",
  quota: "quotas",
  line: "lines",
  boost: "boosts",
  fresh: "freshness",
  calibrate: "calibration",
  epsilon: "exploration",
  thompson: "exploration",
  mmr: "diversity",
  dpp: "diversity"
};
var KINDS5 = Object.keys(RULE);
var calledOf2 = (kind) => CALLED[kind] ?? kind;
var RULE_KEYS = [...new Set(KINDS5.map(calledOf2)), "pattern", "seed"];
var kindsOf = (key) => KINDS5.filter((kind) => calledOf2(kind) === key);
var isRule = (what) => Object.values(RULE).includes(what);
var LISTS = ["deny", "allow", "frequency", "caps", "unique", "pins", "quotas", "boosts"];
var UNITS3 = {
  seconds: [1, 0],
  milliseconds: [1e-3, 0],
  days: [86400, 0],
  years: [31556952, -1970 * 31556952]
};
var UNIT_NAMES = Object.keys(UNITS3);
var share2 = ["amount", 0, 1];
var NUMBERS4 = {
  frequency: { most: ["count", 1, 255] },
  caps: { most: ["count", 0, MAX_POSITION], window: ["other", 0, MAX_POSITION, 0] },
  nearDuplicates: { similarity: ["amount", -1, 1] },
  pins: { position: ["count", 1, MAX_POSITION] },
  quotas: { least: ["count", 0, MAX_POSITION, 0], share: [...share2, 0] },
  boosts: { factor: ["amount", 0, 1e6, 1], add: ["extra", -1e6, 1e6, 0] },
  freshness: { halfLife: ["amount", 1e-3, 1e12] },
  calibration: { strength: share2 },
  exploration: { share: share2 },
  diversity: { strength: share2, pool: ["count", 1, MAX_POOL, MAX_POOL] }
};
var WHOLE7 = ["count", "other"];
var MATCH = ["where", "ids", "source"];
var OTHERS2 = {
  deny: ["where", "ids"],
  allow: ["where", "ids"],
  frequency: ["attribute"],
  caps: ["attribute", ...MATCH],
  nearDuplicates: ["space"],
  pins: ["id"],
  freshness: ["attribute", "unit"],
  calibration: ["attribute"],
  exploration: ["method", "clicks", "impressions"],
  diversity: ["method", "space", "attribute"]
};
var NUMBERED = ["freshness", "exploration"];
var Compiler = class {
  /** `strict`: a value or an id that no item has is a mistake, as in a policy file; in a request it is none. */
  constructor(core, strict) {
    this.core = core;
    this.strict = strict;
    this.bytes = [];
    /** Rules so far. */
    this.count = 0;
  }
  record(what, operands2 = {}) {
    const { subject = NOT_FOUND, count: count2 = 0, other = 0, amount = 0, extra = 0, low = 0, high = 0, list: list2 = [] } = operands2;
    const words4 = new Uint32Array(RECORD_BYTES / 4 + list2.length);
    words4.set([what, subject, count2, other]);
    new Float32Array(words4.buffer).set([amount, extra], 4);
    new Float64Array(words4.buffer, 24, 2).set([low, high]);
    words4.set([list2.length], 10);
    words4.set(list2, RECORD_BYTES / 4);
    for (const byte of new Uint8Array(words4.buffer)) this.bytes.push(byte);
    if (isRule(what)) this.count++;
  }
  named(path, name, known) {
    const place2 = known.indexOf(name);
    return place2 >= 0 ? place2 : refuse2(path, name, `one of ${known.join(", ") || "none: there are none"}`);
  }
  item(path, id) {
    const found = typeof id === "string" ? this.core.find(id) : refuse2(path, id, "the id of an item");
    return found === NOT_FOUND && this.strict ? refuse2(path, id, "the id of an item in the bundle") : found;
  }
  /** An attribute of numbers, or of categories. */
  attribute(path, name, numbers3 = false) {
    const found = attributeOf3(this.core, path, name);
    return this.core.isOf(found, numbers3 ? "numbers" : "categories") ? found : refuse2(path, name, numbers3 ? "an attribute of numbers" : "an attribute of categories");
  }
  condition(kind, operands2) {
    this.record(RECORD.condition + CONDITION[kind], operands2);
  }
  listed(kind, operands2) {
    const known = [...new Set(operands2.list)].filter((number2) => number2 !== NOT_FOUND);
    this.condition(kind, { ...operands2, list: known.sort((a, b) => a - b) });
  }
  match(path, { where: where3, ids, source }) {
    if (where3 !== void 0)
      conditions(
        this.core,
        path,
        where3,
        (subject, texts, negated, at3) => {
          const list2 = texts.map((text2) => {
            const found = this.core.findValue(subject, text2);
            return found === NOT_FOUND && this.strict ? refuse2(at3, text2, "a value that an item has") : found;
          });
          this.listed("values", { subject, count: negated ? CONDITION_FLAG.not : 0, list: list2 });
        },
        (subject, { low, openLow, high, openHigh }, negated) => this.condition("range", {
          subject,
          count: (negated ? CONDITION_FLAG.not : 0) | (openLow ? CONDITION_FLAG.open_low : 0) | (openHigh ? CONDITION_FLAG.open_high : 0),
          low,
          high
        })
      );
    if (ids !== void 0) {
      const list2 = Array.isArray(ids) ? ids : refuse2(`${path}.ids`, ids, "a list of ids");
      this.listed("items", { list: list2.map((id, i) => this.item(`${path}.ids[${i}]`, id)) });
    }
    if (source !== void 0)
      this.condition("source", { subject: this.named(`${path}.source`, source, this.core.sources) });
  }
  rule(key, path, said) {
    const kinds = kindsOf(key);
    const numbers3 = NUMBERS4[key] ?? {};
    const known = [...Object.keys(numbers3), ...OTHERS2[key] ?? MATCH];
    if (Object(said) !== said) refuse2(path, said, `an object of ${known.join(", ")}`);
    for (const field of Object.keys(said)) this.named(path, field, known);
    const operands2 = {};
    for (const [name, [operand, least, most, fallback]] of Object.entries(numbers3)) {
      const value = said[name] ?? fallback;
      const fits = typeof value === "number" && value >= least && value <= most;
      if (!fits || WHOLE7.includes(operand) && value % 1 !== 0)
        refuse2(`${path}.${name}`, value, `a number from ${least} to ${most}`);
      operands2[operand] = value;
    }
    const needs = key === "freshness" || key === "calibration";
    const attribute2 = (name = "attribute") => said[name] === void 0 && !needs ? NOT_FOUND : this.attribute(`${path}.${name}`, said[name], NUMBERED.includes(key));
    const either = (name, choices) => this.named(`${path}.${name}`, said[name] ?? choices[0], choices);
    operands2.subject = attribute2();
    if (key === "pins") {
      operands2.other = this.item(`${path}.id`, said["id"]);
      if (operands2.other === NOT_FOUND) return;
      operands2.count -= 1;
    } else if (key === "freshness") {
      const [scale, begin2] = UNITS3[UNIT_NAMES[either("unit", UNIT_NAMES)]];
      operands2.low = begin2;
      operands2.high = scale;
    } else if (key === "exploration") {
      operands2.subject = attribute2("clicks");
      operands2.other = attribute2("impressions");
    } else if (key === "nearDuplicates") operands2.other = either("space", this.core.spaces);
    else if (key === "diversity") {
      operands2.other = said["attribute"] !== void 0 || this.core.spaces.length === 0 ? NOT_FOUND : either("space", this.core.spaces);
      if (said["attribute"] === void 0 && operands2.other === NOT_FOUND) operands2.subject = firstCategory(this.core);
      if (operands2.subject === operands2.other) return;
    }
    this.record(RULE[kinds[kinds.length > 1 ? either("method", kinds) : 0]], operands2);
    this.match(path, said);
  }
  lines(path, lines, pattern2) {
    const first = this.count;
    for (const [letter2, line2] of Object.entries(lines)) this.rule("lines", `${path}.lines.${letter2}`, { ...line2 });
    if (typeof pattern2 !== "string" || pattern2 === "" || pattern2.length > PATTERN)
      refuse2(`${path}.pattern`, pattern2, `up to ${PATTERN} letters, each the name of a line`);
    const slots = Array.from(pattern2, (letter2) => this.named(`${path}.pattern`, letter2, Object.keys(lines)));
    this.record(RECORD.pattern, { list: slots.map((line2) => first + line2) });
  }
};
function compileRules(core, rules, path, strict = false) {
  const compiler = new Compiler(core, strict);
  if (Object(rules) !== rules) refuse2(path, rules, "an object of rules");
  for (const [key, value] of Object.entries(rules)) {
    const at3 = `${path}.${key}`;
    if (key === "pattern") {
      if (value !== null && rules.lines == null) refuse2(at3, value, '"lines" beside it');
      continue;
    }
    if (key === "seed") {
      compiler.record(RECORD.seed, { count: value >>> 0 === value ? value : refuse2(at3, value, "a whole number from 0") });
      continue;
    }
    compiler.named(path, key, RULE_KEYS);
    if (typeof value === "number" && ruleNames(core).includes(key)) {
      compiler.record(RECORD.strength, {
        amount: value >= 0 && value <= 1 ? value : refuse2(at3, value, "a number from 0 to 1")
      });
      continue;
    }
    for (const kind of kindsOf(key)) compiler.record(RECORD.drop, { count: RULE[kind] });
    if (value === null) continue;
    if (key === "require") {
      compiler.record(RULE.require);
      compiler.match(at3, { where: value });
    } else if (key === "lines") compiler.lines(path, value, rules.pattern);
    else if (key === "diversity" && typeof value === "number") compiler.rule(key, at3, { strength: value });
    else if (!LISTS.includes(key)) compiler.rule(key, at3, value);
    else if (!Array.isArray(value)) refuse2(at3, value, "a list");
    else if (key === "unique")
      value.forEach((name, i) => compiler.record(RULE.unique, { subject: compiler.attribute(`${at3}[${i}]`, name) }));
    else value.forEach((rule, i) => compiler.rule(key, `${at3}[${i}]`, rule));
  }
  return Uint8Array.from(compiler.bytes);
}
function firstCategory(core) {
  core.await("diversity: which attribute tells items apart is not known");
  const first = core.attributes.findIndex((_, attribute2) => core.isOf(attribute2, "categories"));
  return first < 0 ? NOT_FOUND : first;
}
function ruleNames(core) {
  let counts = {};
  return core.ruleKinds().map((kind, rule) => {
    if (rule === core.bundleRules) counts = {};
    const key = calledOf2(kind);
    counts[key] = (counts[key] ?? -1) + 1;
    return LISTS.includes(key) || key === "lines" ? `${key}[${counts[key]}]` : key;
  });
}

// web/build/json.ts
import { readFile as readFile5 } from "node:fs/promises";
import { Ajv } from "ajv";
async function readJson(path, schema) {
  let text2;
  try {
    text2 = await readFile5(path, "utf8");
  } catch (error) {
    throw fileError(path, error, "a JSON file");
  }
  let value;
  try {
    value = parseJson(text2);
  } catch (error) {
    throw new InputError({ file: path }, error.message, "JSON");
  }
  const check2 = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, verbose: true }).compile(schema);
  if (check2(value)) return value;
  const problem = check2.errors.reduce(
    (deepest, one2) => depth(one2.instancePath) >= depth(deepest.instancePath) ? one2 : deepest
  );
  const key = problem.instancePath.slice(1).replaceAll("/", ".");
  const part3 = key === "" ? "the top level" : `key "${key}"`;
  const extra = problem.keyword === "additionalProperties" ? String(problem.params.additionalProperty) : void 0;
  if (extra !== void 0)
    throw new InputError(
      { file: path, part: part3 },
      `key "${extra}"`,
      `one of ${Object.keys(problem.parentSchema["properties"]).join(", ")}`
    );
  throw new InputError({ file: path, part: part3 }, shown(problem.data), expectedBy(problem));
}
var depth = (path) => path.split("/").length;
var ABOUT_TYPES = ["anyOf", "const", "enum", "maximum", "minimum", "multipleOf", "type"];
var expectedBy = ({ keyword, message, parentSchema }) => ABOUT_TYPES.includes(keyword) ? words3(parentSchema) : message.replace(/^must (be |have )?/, "").replace("NOT have fewer than", "at least").replace("NOT have more than", "at most");
function words3(schema) {
  const { anyOf, type, minimum, maximum, multipleOf, items, minItems, maxItems, properties } = schema;
  if (anyOf !== void 0) return anyOf.map(words3).join(", or ");
  if (schema.const !== void 0) return JSON.stringify(schema.const);
  if (schema.enum !== void 0) return `one of ${schema.enum.join(", ")}`;
  if (Array.isArray(type)) return type.map((one2) => words3({ ...schema, type: one2 })).join(", or ");
  if (type === "array") {
    const many = maxItems === void 0 ? "" : minItems === maxItems ? ` of ${maxItems}` : ` of at most ${maxItems}`;
    return `a list${many}, each ${words3(items)}`;
  }
  if (type === "object")
    return properties === void 0 ? "an object" : `an object of ${Object.keys(properties).join(", ")}`;
  if (type === "string") return "a text";
  if (type === "boolean") return "true or false";
  if (type === "null") return "null";
  const range = minimum === void 0 ? "" : ` from ${minimum}${maximum === void 0 ? "" : ` to ${maximum}`}`;
  return `${type === "integer" ? "an integer" : "a number"}${range}${multipleOf === void 0 ? "" : `, a multiple of ${multipleOf}`}`;
}

// web/generated/policy.schema.json
var policy_schema_default = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "martello policy",
  type: "object",
  description: "What people decide: the file of `--policy`.",
  additionalProperties: false,
  properties: {
    $schema: {
      type: "string"
    },
    shelf: {
      type: "integer",
      description: "How many to recommend where a request does not say. Default 20.",
      minimum: 1,
      maximum: 1e3
    },
    fusion: {
      type: "string",
      enum: [
        "scores",
        "ranks"
      ],
      description: 'How sources are merged: by normalised scores, or by reciprocal ranks. Default "scores".'
    },
    sources: {
      type: "object",
      description: "By the names of sources; what is not said stays as the builder chose it.",
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        properties: {
          weight: {
            description: "One, or four: for histories of no, 1 to 4, 5 to 19, and more events. 0: it is silent.",
            anyOf: [
              {
                type: "number",
                minimum: 0,
                maximum: 1e6
              },
              {
                type: "array",
                minItems: 4,
                maxItems: 4,
                items: {
                  type: "number",
                  minimum: 0,
                  maximum: 1e6
                }
              }
            ]
          },
          quota: {
            type: "integer",
            description: "Candidates it may bring.",
            minimum: 1,
            maximum: 1e3
          },
          decay: {
            type: "number",
            description: "An event with n newer ones counts decay^n.",
            minimum: 0,
            maximum: 1
          },
          halfLife: {
            type: "number",
            description: "Seconds after which an event counts half; 0: time does not matter.",
            minimum: 0,
            maximum: 1e12
          },
          last: {
            type: "integer",
            description: "Only so many of the newest events count; 0: all.",
            minimum: 0,
            maximum: 1024
          }
        }
      }
    },
    rules: {
      type: "object",
      description: "What a slate must keep to, and what it should. A request may replace each key.",
      additionalProperties: false,
      properties: {
        require: {
          type: "object",
          description: "Only items for which this holds.",
          additionalProperties: {
            description: "What must hold for one attribute: one of these values, a range, or none of these values.",
            anyOf: [
              {
                type: [
                  "string",
                  "number",
                  "boolean"
                ],
                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
              },
              {
                type: "array",
                items: {
                  type: [
                    "string",
                    "number",
                    "boolean"
                  ],
                  description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                }
              },
              {
                type: "object",
                description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                additionalProperties: false,
                properties: {
                  gt: {
                    type: [
                      "number",
                      "string"
                    ],
                    description: "More than this."
                  },
                  gte: {
                    type: [
                      "number",
                      "string"
                    ],
                    description: "At least this."
                  },
                  lt: {
                    type: [
                      "number",
                      "string"
                    ],
                    description: "Less than this."
                  },
                  lte: {
                    type: [
                      "number",
                      "string"
                    ],
                    description: "At most this."
                  }
                }
              },
              {
                type: "object",
                required: [
                  "not"
                ],
                additionalProperties: false,
                properties: {
                  not: {
                    anyOf: [
                      {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      },
                      {
                        type: "array",
                        items: {
                          type: [
                            "string",
                            "number",
                            "boolean"
                          ],
                          description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                        }
                      }
                    ]
                  }
                }
              }
            ]
          }
        },
        deny: {
          type: "array",
          description: "No items that one of these is about.",
          items: {
            type: "object",
            description: "Items that a rule is about: all that is said must hold.",
            minProperties: 1,
            additionalProperties: false,
            properties: {
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              }
            }
          }
        },
        allow: {
          type: "array",
          description: "Only items that one of these is about.",
          items: {
            type: "object",
            description: "Items that a rule is about: all that is said must hold.",
            minProperties: 1,
            additionalProperties: false,
            properties: {
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              }
            }
          }
        },
        frequency: {
          type: "array",
          description: "No item that was shown so often, as the request's `impressions` tell; with an attribute: whose value was.",
          items: {
            type: "object",
            required: [
              "most"
            ],
            additionalProperties: false,
            properties: {
              most: {
                type: "integer",
                minimum: 1,
                maximum: 255
              },
              attribute: {
                type: "string"
              }
            }
          }
        },
        caps: {
          type: "array",
          description: "At most so many with the same value of the attribute, or of the items that the cap is about, in any window.",
          items: {
            type: "object",
            required: [
              "most"
            ],
            additionalProperties: false,
            properties: {
              attribute: {
                type: "string"
              },
              most: {
                type: "integer",
                minimum: 0,
                maximum: 1e3
              },
              window: {
                type: "integer",
                description: "Slots next to each other; 0, the default: the slate.",
                minimum: 0,
                maximum: 1e3
              },
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              },
              source: {
                type: "string",
                description: "Items that this source brought."
              }
            }
          }
        },
        unique: {
          type: "array",
          description: "Attributes of which no value comes twice.",
          items: {
            type: "string"
          }
        },
        nearDuplicates: {
          type: "object",
          required: [
            "similarity"
          ],
          description: "No two items whose vectors (default: of the first space) have a cosine of `similarity` or more.",
          additionalProperties: false,
          properties: {
            similarity: {
              type: "number",
              minimum: -1,
              maximum: 1
            },
            space: {
              type: "string"
            }
          }
        },
        pins: {
          type: "array",
          description: "The item stands there, from 1, if no hard rule keeps it out.",
          items: {
            type: "object",
            required: [
              "id",
              "position"
            ],
            additionalProperties: false,
            properties: {
              id: {
                type: "string"
              },
              position: {
                type: "integer",
                minimum: 1,
                maximum: 1e3
              }
            }
          }
        },
        quotas: {
          type: "array",
          description: "At least so many of the slate, or such a share of it.",
          items: {
            type: "object",
            additionalProperties: false,
            properties: {
              least: {
                type: "integer",
                minimum: 0,
                maximum: 1e3
              },
              share: {
                type: "number",
                minimum: 0,
                maximum: 1
              },
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              },
              source: {
                type: "string",
                description: "Items that this source brought."
              }
            }
          }
        },
        boosts: {
          type: "array",
          description: "Relevance (1: the best candidate, 0: the last) is multiplied by `factor` (default 1), then `add` (default 0) is added.",
          items: {
            type: "object",
            additionalProperties: false,
            properties: {
              factor: {
                type: "number",
                minimum: 0,
                maximum: 1e6
              },
              add: {
                type: "number",
                minimum: -1e6,
                maximum: 1e6
              },
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              },
              source: {
                type: "string",
                description: "Items that this source brought."
              }
            }
          }
        },
        freshness: {
          type: "object",
          required: [
            "attribute",
            "halfLife"
          ],
          description: "Relevance halves with every `halfLife` seconds of age, by a date or a number attribute. What has no date counts as one half-life old.",
          additionalProperties: false,
          properties: {
            attribute: {
              type: "string"
            },
            halfLife: {
              type: "number",
              minimum: 1e-3,
              maximum: 1e12
            },
            unit: {
              type: "string",
              enum: [
                "seconds",
                "milliseconds",
                "days",
                "years"
              ],
              description: "Of the attribute: Unix time, or calendar years. Default seconds."
            }
          }
        },
        calibration: {
          type: "object",
          required: [
            "attribute",
            "strength"
          ],
          description: "How much the mix of the attribute's values should be that of the history.",
          additionalProperties: false,
          properties: {
            attribute: {
              type: "string"
            },
            strength: {
              type: "number",
              minimum: 0,
              maximum: 1
            }
          }
        },
        exploration: {
          type: "object",
          required: [
            "share"
          ],
          description: "epsilon: this share of slots goes to a random candidate. thompson: this share of relevance is a click rate drawn from what is known: number attributes, both or none, and the request's `clicks` and `impressions`. Seeded.",
          dependencies: {
            clicks: [
              "impressions"
            ],
            impressions: [
              "clicks"
            ]
          },
          additionalProperties: false,
          properties: {
            method: {
              type: "string",
              enum: [
                "epsilon",
                "thompson"
              ]
            },
            share: {
              type: "number",
              minimum: 0,
              maximum: 1
            },
            clicks: {
              type: "string",
              description: "A number attribute."
            },
            impressions: {
              type: "string",
              description: "A number attribute."
            }
          }
        },
        diversity: {
          description: "0: by relevance alone, to 1: by difference alone. Likeness is that of vectors (default: of the first space), or with an `attribute` of shared values. A number keeps the rest as the bundle has it.",
          anyOf: [
            {
              type: "number",
              minimum: 0,
              maximum: 1
            },
            {
              type: "object",
              required: [
                "strength"
              ],
              additionalProperties: false,
              properties: {
                strength: {
                  type: "number",
                  minimum: 0,
                  maximum: 1
                },
                method: {
                  type: "string",
                  enum: [
                    "mmr",
                    "dpp"
                  ]
                },
                space: {
                  type: "string"
                },
                attribute: {
                  type: "string"
                },
                pool: {
                  type: "integer",
                  description: "Among how many candidates. Default 500, the most.",
                  minimum: 1,
                  maximum: 500
                }
              }
            }
          ]
        },
        pattern: {
          type: "string",
          description: "Which line each slot is for, a letter each; it repeats.",
          minLength: 1,
          maxLength: 32
        },
        lines: {
          type: "object",
          description: "By letter of the pattern: what the line takes. A line without conditions takes what is in no other line.",
          additionalProperties: {
            type: "object",
            description: "The same of candidates, who were brought by someone.",
            additionalProperties: false,
            properties: {
              where: {
                type: "object",
                description: "As the filter of a request.",
                additionalProperties: {
                  description: "What must hold for one attribute: one of these values, a range, or none of these values.",
                  anyOf: [
                    {
                      type: [
                        "string",
                        "number",
                        "boolean"
                      ],
                      description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                    },
                    {
                      type: "array",
                      items: {
                        type: [
                          "string",
                          "number",
                          "boolean"
                        ],
                        description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                      }
                    },
                    {
                      type: "object",
                      description: "A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds: a number that looks like a year or a day in eight digits is refused.",
                      additionalProperties: false,
                      properties: {
                        gt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "More than this."
                        },
                        gte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At least this."
                        },
                        lt: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "Less than this."
                        },
                        lte: {
                          type: [
                            "number",
                            "string"
                          ],
                          description: "At most this."
                        }
                      }
                    },
                    {
                      type: "object",
                      required: [
                        "not"
                      ],
                      additionalProperties: false,
                      properties: {
                        not: {
                          anyOf: [
                            {
                              type: [
                                "string",
                                "number",
                                "boolean"
                              ],
                              description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                            },
                            {
                              type: "array",
                              items: {
                                type: [
                                  "string",
                                  "number",
                                  "boolean"
                                ],
                                description: "A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and any such word means them; of numbers true and false are 1 and 0."
                              }
                            }
                          ]
                        }
                      }
                    }
                  ]
                }
              },
              ids: {
                type: "array",
                description: "One of these.",
                items: {
                  type: "string"
                }
              },
              source: {
                type: "string",
                description: "Items that this source brought."
              }
            }
          }
        },
        seed: {
          type: "integer",
          description: "Of exploration. Default 1.",
          minimum: 0,
          maximum: 4294967295
        }
      }
    }
  }
};

// web/build/policy.ts
var readPolicy = (path) => readJson(path, policy_schema_default);
var policyOf = (sources, config3, { events, grading }) => ({
  ...policyAround([...sources]),
  events: Array.from(events.weights, ([name, weight]) => ({ name, weight })),
  ratings: grading,
  k: config3.shelf ?? DEFAULT_K,
  repeats: config3.repeat === true
});
function applyPolicy(plan2, policy) {
  const names = plan2.sources.map((source) => source.name);
  const unknown = Object.keys(policy.sources ?? {}).find((name) => !names.includes(name));
  if (unknown !== void 0)
    throw new InputError(
      { file: "policy", part: 'key "sources"' },
      `source "${unknown}"`,
      `one that this bundle has: ${names.join(", ")}`
    );
  const decide2 = (source) => {
    const { weight, ...rest2 } = policy.sources?.[source.name] ?? {};
    if (weight === void 0) return { ...source, ...rest2 };
    return { ...source, ...rest2, weight: typeof weight === "number" ? [weight, weight, weight, weight] : weight };
  };
  return {
    ...plan2,
    k: policy.shelf ?? plan2.k,
    fusion: policy.fusion ?? plan2.fusion,
    sources: plan2.sources.map(decide2)
  };
}

// web/build/sections/features.ts
var BUCKETS2 = 1024;
var FADING = 0.8;
var MOST_ATTRIBUTES = 8;
var PLAIN3 = {
  "popularity.rank": "place",
  popularity: "popularity",
  "fused.score": "fused_score",
  "fused.rank": "fused_rank",
  sources: "sources",
  "history.length": "length",
  "history.liked": "liked",
  "history.gap": "gap",
  "clock.hour": "hour",
  "clock.weekday": "weekday"
};
var OF_SOURCE = ["score", "relative", "rank"];
var OF_CATEGORY = {
  share: "share",
  faded: "faded_share",
  count: "count",
  worth: "worth",
  events_ago: "events_ago",
  seconds_ago: "seconds_ago"
};
var OF_NUMBER = {
  difference: "difference",
  distance: "distance",
  faded_difference: "faded_difference",
  mean: "average"
};
var CROSSES = { product: "product", difference: "less", ratio: "ratio", cross: "hash" };
var AGE_UNITS = Object.keys(AGE_UNIT);
var isUnit = (name) => AGE_UNITS.includes(name);
var TIME_NAME = /^(release[d_ -]*)?(year|date|time|timestamp|published|released|release|created)([_ -]?(at|on|date|time|year))?$/i;
var isCategory = (column) => column.kind === "category" || column.kind === "multi";
function planFeatures(config3, catalogue, sources) {
  const fields2 = fieldsOf(config3);
  if (config3.features === false && fields2.length === 0) return null;
  const scope = { columns: catalogue.columns, sources, fields: fields2 };
  const asked2 = config3.features === void 0 ? ["auto"] : config3.features === false ? [] : [config3.features].flat();
  const plan2 = { features: [], fields: fields2 };
  for (const name of asked2.flatMap((one2) => one2 === "auto" ? automatic(scope) : [one2])) add(plan2, scope, name);
  if (plan2.features.length > MAX_FEATURES)
    throw new InputError(
      { file: "config", part: 'key "features"' },
      `${plan2.features.length} features`,
      `at most ${MAX_FEATURES}`
    );
  return plan2;
}
function fieldsOf({ context = {} }) {
  return Object.entries(context).map(([name, type]) => {
    if (type === "category")
      throw new InputError(
        { file: "config", part: `key "context.${name}"` },
        '"category" without its values',
        `a list of values, or a column ${name} of --interactions to take them from`
      );
    return { name, values: type === "number" ? null : sortedTexts([...new Set(type)]) };
  });
}
function add(plan2, scope, name) {
  const at3 = plan2.features.findIndex((feature2) => feature2.name === name);
  if (at3 >= 0) return at3;
  const feature = cross(plan2, scope, name) ?? { name, ...meaning(scope, name) };
  return plan2.features.push(feature) - 1;
}
function refuse3(name, found, expected) {
  throw new InputError({ file: "config", part: 'key "features"' }, `${found} in "${name}"`, expected);
}
function cross(plan2, scope, name) {
  const match = /^(product|difference|ratio|cross)\((.*)\)$/.exec(name);
  if (match === null) return void 0;
  const kind = CROSSES[match[1]];
  const operands2 = [""];
  let depth2 = 0;
  for (const letter2 of match[2]) {
    depth2 += letter2 === "(" ? 1 : letter2 === ")" ? -1 : 0;
    if (letter2 === "," && depth2 === 0) operands2.push("");
    else operands2[operands2.length - 1] += letter2;
  }
  const [a, b, buckets] = operands2.map((operand) => operand.trim());
  if (!a || !b || operands2.length > (kind === "hash" ? 3 : 2))
    refuse3(name, `${operands2.length} operands`, `two features${kind === "hash" ? ", and a number of buckets" : ""}`);
  const value = kind === "hash" ? Number(buckets ?? BUCKETS2) : 0;
  if (kind === "hash" && !(Number.isInteger(value) && value >= 1 && value <= MAX_BUCKETS))
    refuse3(name, `${buckets} buckets`, `a whole number from 1 to ${MAX_BUCKETS}`);
  return { name, kind, a: add(plan2, scope, a), b: add(plan2, scope, b), value };
}
function meaning(scope, name) {
  const plain4 = PLAIN3[name];
  if (plain4 === "popularity" && !scope.sources.some((source) => source.kind === SOURCE.popularity))
    refuse3(name, "popularity", "a bundle with the source popular");
  if (plain4 !== void 0) return { kind: plain4 };
  const dot = name.indexOf(".");
  const [family, rest2] = [name.slice(0, dot), name.slice(dot + 1)];
  switch (dot < 0 ? "" : family) {
    case "attribute":
      return ofAttribute(scope, name, rest2);
    case "age":
      return ofAge(scope, name, rest2);
    case "source":
      return ofSource(scope, name, rest2);
    case "history":
      return ofHistory(scope, name, rest2);
    case "similarity":
      return ofSimilarity(scope, name, rest2);
    case "context":
      return ofContext(scope, name, rest2);
    default:
      return refuse3(
        name,
        "no feature",
        "attribute.NAME, age.NAME, popularity, source.NAME.score, fused.score, history.NAME.share, similarity.SPACE.max5, context.NAME, clock.hour or a cross such as product(a,b)"
      );
  }
}
function columnIn(scope, name, rest2) {
  let a = -1;
  scope.columns.forEach((column2, i) => {
    const fits = rest2 === column2.name || rest2.startsWith(`${column2.name}.`) || rest2.startsWith(`${column2.name}=`);
    if (fits && (a < 0 || column2.name.length > scope.columns[a].name.length)) a = i;
  });
  const column = scope.columns[a];
  if (column === void 0 || column.kind === "text")
    refuse3(
      name,
      column === void 0 ? "no attribute of the bundle" : `a column of kind ${column.kind}`,
      `one of ${scope.columns.filter((c) => c.kind !== "text").map((c) => c.name).join(", ") || "none: it has none"}`
    );
  return { a, column, tail: rest2.slice(column.name.length) };
}
function ofAttribute(scope, name, rest2) {
  const { a, column, tail } = columnIn(scope, name, rest2);
  if (isNumeric(column)) return tail === "" ? { kind: "number", a } : refuse3(name, tail, "a number as it is");
  if (tail === "") return { kind: "code", a };
  if (tail === ".count") return { kind: "value_count", a };
  if (!tail.startsWith("=") || !isCategory(column)) return refuse3(name, tail, ".count or =VALUE");
  const value = sortedTexts(column.names).indexOf(tail.slice(1));
  return value < 0 ? refuse3(name, `no item with ${column.name} = ${tail.slice(1)}`, "a value") : { kind: "has", a, value };
}
function unitOf2(column) {
  if (column.kind === "date") return AGE_UNIT.seconds;
  if (column.kind !== "number") return -1;
  const most = column.values.reduce((so, value) => Math.abs(value) > so ? Math.abs(value) : so, 0);
  const { seconds, milliseconds, days: days2, years } = AGE_UNIT;
  return most > 1e11 ? milliseconds : most > 1e8 ? seconds : most > 3e3 ? days2 : most > 1e3 ? years : -1;
}
function ofAge(scope, name, rest2) {
  const { a, column, tail } = columnIn(scope, name, rest2);
  const said = tail.slice(1);
  const unit = tail === "" ? unitOf2(column) : isUnit(said) ? AGE_UNIT[said] : -1;
  if (column.kind === "date" && tail !== "" && unit !== AGE_UNIT.seconds)
    return refuse3(name, tail, `no unit: column ${column.name} holds dates`);
  if (!isNumeric(column) || unit < 0)
    return refuse3(
      name,
      column.kind === "number" && tail !== "" ? tail : `column ${column.name}, which holds no moments,`,
      `a column of dates, or a number column of moments, or its unit after a dot: ${AGE_UNITS.join(", ")}`
    );
  return { kind: "age", a, value: unit };
}
function ofSource(scope, name, rest2) {
  const dot = rest2.lastIndexOf(".");
  const a = scope.sources.findIndex((source) => source.name === rest2.slice(0, dot));
  const kind = OF_SOURCE.find((one2) => one2 === rest2.slice(dot + 1));
  if (a < 0) return refuse3(name, "no source", `one of ${scope.sources.map((source) => source.name).join(", ")}`);
  return kind === void 0 ? refuse3(name, rest2.slice(dot + 1), OF_SOURCE.join(", ")) : { kind, a };
}
function ofHistory(scope, name, rest2) {
  const { a, column, tail } = columnIn(scope, name, rest2);
  const kinds = isNumeric(column) ? OF_NUMBER : OF_CATEGORY;
  const kind = tail.startsWith(".") && Object.hasOwn(kinds, tail.slice(1)) ? kinds[tail.slice(1)] : void 0;
  return kind === void 0 ? refuse3(
    name,
    tail || "nothing after the column",
    Object.keys(kinds).map((one2) => `.${one2}`).join(", ")
  ) : { kind, a };
}
var spacesOf = (scope) => scope.sources.filter((source) => source.kind === SOURCE.vectors);
function ofSimilarity(scope, name, rest2) {
  const dot = rest2.lastIndexOf(".");
  const space = spacesOf(scope).find((source) => source.name === rest2.slice(0, dot));
  if (space === void 0)
    return refuse3(
      name,
      "no vector space",
      `one of ${spacesOf(scope).map((source) => source.name).join(", ") || "none: the bundle has no vectors"}`
    );
  if (rest2.slice(dot + 1) === "query") return { kind: "query", a: space.ordinal };
  const match = /^(max|mean)(\d+)$/.exec(rest2.slice(dot + 1));
  const last = Number(match?.[2]);
  if (match === null || last < 1 || last > FEATURE_EVENTS)
    return refuse3(
      name,
      rest2.slice(dot + 1),
      `query, or max or mean and a number of events up to ${FEATURE_EVENTS}: max5`
    );
  return { kind: match[1] === "max" ? "nearest" : "mean", a: space.ordinal, last };
}
function ofContext(scope, name, rest2) {
  let a = scope.fields.findIndex((field2) => field2.name === rest2);
  if (a >= 0) return { kind: "field", a };
  a = scope.fields.findIndex((field2) => field2.values !== null && rest2.startsWith(`${field2.name}=`));
  const field = scope.fields[a];
  const value = field?.values?.indexOf(rest2.slice(field.name.length + 1)) ?? -1;
  if (value < 0)
    return refuse3(
      name,
      "no field or value",
      `one of ${scope.fields.map((one2) => one2.name).join(", ") || 'config key "context", which has none'}`
    );
  return { kind: "field_is", a, value };
}
function automatic({ columns, sources, fields: fields2 }) {
  const names = ["fused.score", "fused.rank", "sources", "popularity.rank", "history.length", "history.liked"];
  for (const source of sources) {
    if (source.weight.every((weight) => weight === 0)) continue;
    if (source.kind === SOURCE.popularity) names.push("popularity");
    else names.push(...OF_SOURCE.map((kind) => `source.${source.name}.${kind}`));
    if (source.kind === SOURCE.vectors)
      names.push(...["max1", "max5", "mean5", "query"].map((how) => `similarity.${source.name}.${how}`));
  }
  const telling = columns.filter(
    (column) => isNumeric(column) || isCategory(column) && "names" in column && column.names.length > 1 && column.names.length <= column.values.length / 2
  );
  for (const column of telling.slice(0, MOST_ATTRIBUTES)) {
    const { kind, name } = column;
    if (isNumeric(column))
      names.push(`attribute.${name}`, `history.${name}.difference`, `history.${name}.faded_difference`);
    else {
      names.push(kind === "multi" ? `attribute.${name}.count` : `attribute.${name}`);
      names.push(...["share", "faded", "count", "worth", "events_ago"].map((how) => `history.${name}.${how}`));
    }
  }
  for (const column of telling)
    if (column.kind === "date" || TIME_NAME.test(column.name) && unitOf2(column) >= 0) names.push(`age.${column.name}`);
  names.push(...fields2.map((field) => `context.${field.name}`));
  return names;
}
function featuresSection(learn, plan2) {
  const rows = plan2.features.flatMap(({ kind, a = 0, b = 0, last = 0, value = 0 }) => [
    FEATURE[kind],
    a,
    b,
    last,
    value
  ]);
  const texts = packTexts([
    ...plan2.features.map((feature) => feature.name),
    ...plan2.fields.map((field) => field.name),
    ...plan2.fields.flatMap((field) => field.values ?? [])
  ]);
  const counts = Uint32Array.from(plan2.fields, (field) => field.values?.length ?? 0);
  return section(
    SECTION.features,
    "features",
    learn.with(
      [Uint32Array.from(rows), counts, texts.bytes, texts.start],
      (table, fields2, text2, start) => encode(
        learn,
        (out) => learn.run(
          "mt_features_encode",
          table,
          plan2.features.length,
          fields2,
          plan2.fields.length,
          FADING,
          text2,
          start,
          out
        )
      )
    )
  );
}

// web/build/decide.ts
async function decide(given2, built, policy) {
  const { catalogue, config: config3, progress } = given2;
  const decided2 = applyPolicy(policyOf(built.sources, config3, given2.weighing), policy);
  const features = planFeatures(config3, catalogue, decided2.sources);
  const ranker = await rankerFor(given2, features);
  ranker?.remarks.forEach((line2) => progress.say(line2));
  return { policy: decided2, features, ranker };
}
async function rankerFor(given2, features) {
  const { learn, catalogue, config: config3, embeddings: embeddings2, seed, tower } = given2;
  const { ranker } = given2.inputs;
  if (!ranker) return null;
  const names = namesOf3(features);
  if (!("graph" in ranker)) return rankerSections(learn, ranker, names, config3.ranker);
  return neuralSections(learn, ranker, {
    catalogue,
    embeddings: embeddings2,
    config: config3.ranker ?? {},
    seed,
    events: [...given2.weighing.events.weights.keys()],
    fields: features === null ? [] : Object.keys(config3.context ?? {}),
    features: names,
    ordinal: tower === null ? 0 : 1
  });
}
var namesOf3 = (features) => features?.features.map(({ name }) => name) ?? [];

// package.json
var package_default = {
  name: "martello",
  version: "0.1.0",
  description: "Recommendations on the device: one bundle file and a small WebAssembly core, no server.",
  license: "Apache-2.0",
  type: "module",
  engines: {
    node: ">=20"
  },
  bin: {
    martello: "dist/cli.js"
  },
  exports: {
    ".": {
      types: "./dist/types/entry/index.d.ts",
      workerd: "./dist/workerd.js",
      "edge-light": "./dist/edge-light.js",
      deno: "./dist/node.js",
      bun: "./dist/node.js",
      node: "./dist/node.js",
      browser: "./dist/browser.js",
      default: "./dist/browser.js"
    },
    "./slim": {
      types: "./dist/types/entry/index.d.ts",
      workerd: "./dist/workerd.js",
      "edge-light": "./dist/edge-light.js",
      deno: "./dist/node.js",
      bun: "./dist/node.js",
      node: "./dist/node.js",
      browser: "./dist/slim.js",
      default: "./dist/slim.js"
    },
    "./build": {
      types: "./dist/types/build/index.d.ts",
      default: "./dist/build.js"
    },
    "./client": {
      types: "./dist/types/page/client.d.ts",
      default: "./dist/client.js"
    },
    "./keep": {
      types: "./dist/types/page/keep.d.ts",
      default: "./dist/keep.js"
    },
    "./profile": {
      types: "./dist/types/page/profile.d.ts",
      default: "./dist/profile.js"
    },
    "./offline": {
      types: "./dist/types/page/offline.d.ts",
      default: "./dist/offline.js"
    },
    "./react": {
      types: "./dist/types/page/react.d.ts",
      default: "./dist/react.js"
    },
    "./element": {
      types: "./dist/types/page/element.d.ts",
      default: "./dist/element.js"
    },
    "./page-worker.js": "./dist/page-worker.js",
    "./core.wasm": "./dist/core.wasm",
    "./config.schema.json": "./dist/config.schema.json",
    "./policy.schema.json": "./dist/policy.schema.json",
    "./package.json": "./package.json"
  },
  sideEffects: [
    "./dist/cli.js",
    "./dist/page-worker.js",
    "./dist/worker.js",
    "./web/**/*.ts"
  ],
  types: "./dist/types/entry/index.d.ts",
  main: "./dist/node.js",
  module: "./dist/browser.js",
  files: [
    "dist",
    "!dist/web",
    "demo/edge",
    "src/**/*.md",
    "src/**/*.svg",
    "web/**/*.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "THIRD-PARTY-NOTICES.md"
  ],
  dependencies: {
    ajv: "8.20.0",
    "cli-progress": "3.12.0",
    entities: "4.5.0",
    hyparquet: "1.31.5",
    "hyparquet-compressors": "1.1.2",
    "hyparquet-writer": "0.17.0",
    papaparse: "5.7.1",
    protobufjs: "8.8.1",
    tinypool: "2.2.0",
    yauzl: "3.4.0"
  },
  peerDependencies: {
    react: ">=18"
  },
  peerDependenciesMeta: {
    react: {
      optional: true
    }
  },
  devDependencies: {
    "@duckdb/node-api": "1.5.6-r.1",
    "@types/cli-progress": "3.11.6",
    "@types/node": "20.19.43",
    "@types/papaparse": "5.5.2",
    "@types/react": "19.3.0",
    "@types/yauzl": "3.4.0",
    "axe-core": "4.14.1",
    esbuild: "0.28.2",
    idb: "8.0.4",
    "playwright-core": "1.65.1",
    prettier: "3.10.1",
    publint: "0.3.25",
    react: "19.3.1",
    "react-dom": "19.3.1",
    "ts-json-schema-generator": "2.4.0",
    typedoc: "0.28.20",
    typescript: "6.0.3",
    "typescript-native": "npm:typescript@7.0.2",
    "vega-datasets": "3.2.1"
  },
  overrides: {
    "ts-json-schema-generator": {
      typescript: "$typescript"
    }
  }
};

// web/recommender/version.ts
var VERSION = package_default.version;

// web/recommender/memory.ts
var RULES_BYTES = 16384;
var OUT = 320;
var TEXT = 384;
var VECTOR2 = TEXT + STRING_BYTES;
var RULES = VECTOR2 + 4 * PADDED_MAX;
var AREA_BYTES = RULES + RULES_BYTES;
var ALIGN2 = 64;
var PAGE = 65536;
var roundUp = (value) => Math.ceil(value / ALIGN2) * ALIGN2;
var Memory = class {
  constructor(wasm) {
    this.wasm = wasm;
    this.encoder = new TextEncoder();
    this.decoder = new TextDecoder();
    this.error = roundUp(wasm.mt_heap());
    this.out = this.error + OUT;
    this.text = this.error + TEXT;
    this.vector = this.error + VECTOR2;
    this.rules = this.error + RULES;
    this.bundle = roundUp(this.error + AREA_BYTES);
  }
  u8(at3, length) {
    return new Uint8Array(this.wasm.memory.buffer, at3, length);
  }
  u32(at3, length) {
    return new Uint32Array(this.wasm.memory.buffer, at3, length);
  }
  f32(at3, length) {
    return new Float32Array(this.wasm.memory.buffer, at3, length);
  }
  /** The n-th number that the last call gave. */
  result(n = 0) {
    return this.u32(this.out, n + 1)[n];
  }
  /** Calls with the place and the length of `text` in memory; one that is longer than any text of a bundle is `absent`. */
  withText(text2, absent, call) {
    const { read: read2, written } = this.encoder.encodeInto(text2, this.u8(this.text, STRING_BYTES));
    return read2 < text2.length ? absent : call(this.text, written);
  }
  /** The text that a call writes, which returns its length. */
  textOf(call) {
    const length = call(this.text);
    return length === 0 ? "" : this.decoder.decode(this.u8(this.text, length));
  }
  /** The sentence of the call that failed. */
  message() {
    const bytes = this.u8(this.error + 4, MESSAGE_BYTES);
    return this.decoder.decode(bytes.subarray(0, bytes.indexOf(0)));
  }
  /** Sees to it that there are so many bytes. */
  grow(bytes) {
    const missing = bytes - this.wasm.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.wasm.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      throw new MartelloError(`open: ${bytes} bytes of memory are needed, and the browser would not give them`);
    }
  }
};

// web/recommender/core.ts
var SCRATCH = 3.5 * 1024 * 1024;
var NOT_READY = 5;
var ARRIVING = "; the bundle is still arriving: await rec.complete";
var nameIn = (list2, number2) => Object.keys(list2).find((name) => list2[name] === number2);
var Core = class {
  /** `instance`: of core.wasm. */
  constructor(instance) {
    /** The recommender's pointer; 0 until `open`. */
    this.rec = 0;
    /** Something that answers need is not open. */
    this.partial = false;
    /** How many items there are. */
    this.items = 0;
    /** Names by number, as far as what is open has them. */
    this.sources = [];
    this.spaces = [];
    this.attributes = [];
    this.fields = [];
    this.types = [];
    /** How many rules the bundle has. */
    this.bundleRules = 0;
    this.wasm = instance.exports;
    this.memory = new Memory(this.wasm);
  }
  // -- the bundle: reserve, write its bytes, open ------------------------------------------------------------------------
  /** Memory for a bundle of `length` bytes; the view is good until the next call that may grow memory. */
  reserve(length, maxBytes) {
    const { memory } = this;
    if (length > maxBytes)
      throw new MartelloError(`open: the bundle weighs ${length} bytes, expected at most maxBytes = ${maxBytes}`);
    memory.grow(memory.bundle + roundUp(length) + SCRATCH);
    return memory.u8(memory.bundle, length);
  }
  /** The length of the whole bundle, from its first 64 bytes. */
  lengthOf(head) {
    const { memory } = this;
    memory.grow(memory.bundle + 64);
    memory.u8(memory.bundle, 64).set(head.subarray(0, 64));
    this.check(this.wasm.mt_bundle_length(memory.bundle, Math.min(head.length, 64), memory.out, memory.error));
    return memory.result();
  }
  /** Of a bundle of `length` bytes: where its last section that has arrived ends, and where all ends that answers need. */
  measure(length, arrived) {
    const { bundle: bundle2, out, error } = this.memory;
    this.check(this.wasm.mt_measure(bundle2, length, arrived, out, error));
    return { arrived: this.memory.result(0), needed: this.memory.result(1) };
  }
  /** Compares the sections that have arrived and end after `from` with their checksums. */
  verify(length, from, arrived) {
    this.check(this.wasm.mt_verify(this.memory.bundle, length, from, arrived, this.memory.error));
  }
  /**
   * Opens what has `arrived` of the `length` bytes in `reserve`d memory, and returns how far whole sections reach; 0 while
   * that is too little. Where it fails, what was open before still is.
   */
  open(length, arrived) {
    const { wasm, memory } = this;
    const { bundle: bundle2, out, error } = memory;
    const status = wasm.mt_memory_needed(bundle2, length, arrived, out, error);
    if (status === NOT_READY) return 0;
    this.check(status);
    const needed = memory.result();
    const scratch = bundle2 + roundUp(length);
    memory.grow(scratch + needed);
    this.check(wasm.mt_open(bundle2, length, arrived, scratch, needed, out, error));
    this.rec = memory.result();
    const extent = this.measure(length, arrived);
    this.partial = arrived < extent.needed;
    this.describe();
    return extent.arrived;
  }
  /** Reads what is asked for by name. */
  describe() {
    const { wasm, rec } = this;
    this.items = wasm.mt_items(rec);
    this.sources = this.names(wasm.mt_sources(rec), wasm.mt_source_name);
    this.spaces = this.names(wasm.mt_spaces(rec), wasm.mt_space_name);
    this.attributes = this.names(wasm.mt_attributes(rec), wasm.mt_attribute_name);
    this.types = this.attributes.map((_, attribute2) => nameIn(ATTRIBUTE, wasm.mt_attribute_kind(rec, attribute2)));
    this.fields = this.names(wasm.mt_fields(rec), wasm.mt_field_name).map((name, field) => ({
      name,
      category: wasm.mt_field_is_category(rec, field) !== 0
    }));
    this.bundleRules = this.ruleKinds().length;
  }
  names(count2, write) {
    return Array.from({ length: count2 }, (_, i) => this.memory.textOf((at3) => write(this.rec, i, at3)));
  }
  /** Throws where `what` may be among what has not arrived. */
  await(what) {
    if (this.partial) throw new MartelloError(what + ARRIVING);
  }
  // -- what it holds -----------------------------------------------------------------------------------------------------
  /** How many items to recommend where a request does not say. */
  get k() {
    return this.wasm.mt_default_k(this.rec);
  }
  /** The item with this id, or NOT_FOUND. */
  find(id) {
    return this.lookUp(id, (at3, length) => this.wasm.mt_find_item(this.rec, at3, length));
  }
  id(item) {
    return this.memory.textOf((at3) => this.wasm.mt_item_id(this.rec, item, at3));
  }
  findAttribute(name) {
    return this.lookUp(name, (at3, length) => this.wasm.mt_find_attribute(this.rec, at3, length));
  }
  /** The number of a category's value, or NOT_FOUND where no item has it. */
  findValue(attribute2, value) {
    return this.lookUp(value, (at3, length) => this.wasm.mt_find_value(this.rec, attribute2, at3, length));
  }
  lookUp(text2, call) {
    return this.memory.withText(text2, NOT_FOUND, call) >>> 0;
  }
  /** `many`: a category of which an item may have several values. */
  attributeType(attribute2) {
    return this.types[attribute2];
  }
  /** Of numbers, dates among them, or of categories. */
  isOf(attribute2, what) {
    return (what === "numbers" ? /number|day|moment/ : /category|many/).test(this.attributeType(attribute2));
  }
  /** Its numbers are Unix seconds. */
  isDate(attribute2) {
    return /day|moment/.test(this.attributeType(attribute2));
  }
  /** NaN: not known. */
  attributeNumber(attribute2, item) {
    return this.wasm.mt_attribute_number_of(this.rec, attribute2, item);
  }
  /** The item's values or texts. */
  attributeTexts(attribute2, item) {
    return Array.from(
      { length: this.wasm.mt_attribute_count_of(this.rec, attribute2, item) },
      (_, i) => this.memory.textOf((at3) => this.wasm.mt_attribute_text_of(this.rec, attribute2, item, i, at3))
    );
  }
  /** How many numbers a vector has; 0: the space has not arrived. */
  dim(space) {
    return this.wasm.mt_space_dim(this.rec, space);
  }
  /** How many residual layers of the space are here. */
  layers(space) {
    return this.wasm.mt_space_layers(this.rec, space);
  }
  metric(space) {
    return nameIn(METRIC, this.wasm.mt_space_metric(this.rec, space));
  }
  /** The decoded vector of an item, or null where it has none. */
  vector(space, item) {
    const { vector } = this.memory;
    if (this.wasm.mt_item_vector(this.rec, space, item, vector) === 0) return null;
    return this.memory.f32(vector, this.dim(space)).slice();
  }
  /** The space in which search finds what is near, or NOT_FOUND. */
  get searchSpace() {
    return this.wasm.mt_search_space(this.rec) >>> 0;
  }
  /** What a source says of an item: the same to everybody, what is alike, what comes next, or together with it. */
  sourceRole(source) {
    return nameIn(ROLE, this.wasm.mt_source_role(this.rec, source));
  }
  /** Bit s: source s has not arrived. */
  get waiting() {
    return this.wasm.mt_waiting(this.rec);
  }
  get featureCount() {
    return this.wasm.mt_feature_count(this.rec);
  }
  /** Names of what a ranker is told, in the order of a row. */
  featureNames() {
    return this.names(this.featureCount, this.wasm.mt_feature_name);
  }
  /** What an event counts: what its rating says, NaN where there is none, else its name; 1 where the bundle knows neither. */
  weigh(rating, name) {
    const weight = this.wasm.mt_rating_weight(this.rec, rating);
    if (!Number.isNaN(weight)) return weight;
    return this.memory.withText(name, 1, (at3, length) => this.wasm.mt_event_weight(this.rec, at3, length));
  }
  /** Unix seconds of an ISO 8601 date; NaN where it is none. */
  dateOf(text2) {
    return this.memory.withText(text2, NaN, this.wasm.mt_date_of);
  }
  // -- a request ---------------------------------------------------------------------------------------------------------
  /** Forgets the last request: an empty history, all items allowed, what the bundle says. */
  begin() {
    this.wasm.mt_begin(this.rec);
  }
  /** Whether what the history holds may be recommended again: of the bundle, and for this request, before its events. */
  get repeats() {
    return this.wasm.mt_repeats_by_default(this.rec) !== 0;
  }
  setRepeats(repeats2) {
    this.wasm.mt_set_repeats(this.rec, +repeats2);
  }
  /** Oldest first; `at` in seconds, NaN where it is not known. */
  addEvent(item, weight, at3) {
    this.wasm.mt_add_event(this.rec, item, weight, at3);
  }
  /** Says how the event that was added last is called, for imported models that are told so. */
  nameEvent(name) {
    this.memory.withText(name, 0, (at3, length) => (this.wasm.mt_name_event(this.rec, at3, length), 0));
  }
  exclude(item) {
    this.wasm.mt_exclude(this.rec, item);
  }
  /** Only items that are `allow`ed from here on may come back. */
  allowOnly() {
    this.wasm.mt_allow_only(this.rec);
  }
  allow(item) {
    this.wasm.mt_allow(this.rec, item);
  }
  /** Leaves items that have one of the values, or none of them. */
  filterByValues(attribute2, values, negated) {
    const { wasm, rec } = this;
    wasm.mt_filter_clear(rec, attribute2);
    for (const value of values)
      this.memory.withText(value, 0, (at3, length) => wasm.mt_filter_value(rec, attribute2, at3, length));
    wasm.mt_filter_by_values(rec, attribute2, +negated);
  }
  /** Leaves items whose number lies between low and high, or does not. */
  filterByRange(attribute2, { low, openLow, high, openHigh }, negated) {
    this.wasm.mt_filter_by_range(this.rec, attribute2, low, +openLow, high, +openHigh, +negated);
  }
  setWeight(source, weight) {
    this.check(this.wasm.mt_set_weight(this.rec, source, weight, this.memory.error));
  }
  /** The time that ages are counted from, in seconds. */
  setNow(now) {
    this.wasm.mt_set_now(this.rec, now);
  }
  /** … and what this device's clock says, for where no event has a time. */
  setClock(now) {
    this.wasm.mt_set_clock(this.rec, now);
  }
  /** How many candidates the ranker scores; 0: none. */
  setRanked(candidates) {
    this.wasm.mt_set_ranked(this.rec, candidates);
  }
  /** A number, or the value of a category. */
  setContext(field, value) {
    const { wasm, rec } = this;
    if (typeof value === "number") wasm.mt_set_context(rec, field, value);
    else this.memory.withText(value, 0, (at3, length) => wasm.mt_set_context_value(rec, field, at3, length));
  }
  addImpressions(item, shown2, clicked) {
    this.wasm.mt_add_impressions(this.rec, item, shown2, clicked);
  }
  /** The item is to be a candidate even where no source brings it. */
  forceCandidate(item) {
    this.wasm.mt_force_candidate(this.rec, item);
  }
  /** Adds to the rules of this request, in the form of src/bundle/rules.h; once. */
  changeRules(records) {
    if (records.length > RULES_BYTES)
      throw new MartelloError(`policy: found rules of ${records.length} bytes, expected at most ${RULES_BYTES}`);
    const { memory } = this;
    memory.u8(memory.rules, records.length).set(records);
    this.check(this.wasm.mt_change_rules(this.rec, memory.rules, records.length, memory.error));
  }
  /** The kind of each rule that this request has, by the rule's number. */
  ruleKinds() {
    const kinds = [];
    for (let kind; (kind = this.wasm.mt_rule_kind_of(this.rec, kinds.length)) !== 0; ) kinds.push(nameIn(RULE, kind));
    return kinds;
  }
  // -- its answers -------------------------------------------------------------------------------------------------------
  recommend(k, explain) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    const ms = [];
    let before = performance.now();
    const step = (status) => {
      this.check(status);
      const now = performance.now();
      ms.push(now - before);
      before = now;
    };
    step(wasm.mt_run_recall(rec, error));
    step(wasm.mt_run_rank(rec, error));
    step(wasm.mt_run_slate(rec, k, +explain, out, error));
    return slateAt(memory, memory.result(), this.sources.length, ms);
  }
  /** Searches for a query of `lookUp`; bit w of `unmatched`: word w matched nothing. */
  search(query, k) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    const before = performance.now();
    const status = memory.withText(
      query,
      NOT_FOUND,
      (at3, length) => wasm.mt_search(rec, at3, length, k, out, out + 4, error)
    );
    if (status === NOT_FOUND)
      throw new MartelloError(`search: found a text of more than ${STRING_BYTES} bytes, expected less`);
    this.check(status);
    const ms = [performance.now() - before];
    return { ...slateAt(memory, memory.result(0), 4, ms), unmatched: memory.result(1) };
  }
  /** The k nearest to `vector` by the space's metric, best first. */
  nearest(space, vector, layers, k) {
    const { memory } = this;
    memory.f32(memory.vector, vector.length).set(vector);
    this.check(this.wasm.mt_nearest_to(this.rec, space, memory.vector, layers, k, memory.out, memory.error));
    return hitsAt(memory, memory.result());
  }
  /**
   * Recalls, then `take(item, row)` once per candidate, best merged first, until it returns false; rows are views, good
   * during the call only.
   */
  eachFeatureRow(take2) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    this.check(wasm.mt_run_recall(rec, error));
    for (let first = 0, count2 = 1; count2 > 0; first += count2) {
      this.check(wasm.mt_features_of(rec, first, out, error));
      const block = featureBlockAt(memory, memory.result());
      count2 = block.count;
      for (let i = 0; i < count2; i++) if (!take2(block.items[i], block.row(i))) return;
    }
  }
  /** Throws what the core wrote about the call that failed. */
  check(status) {
    if (status !== 0) throw new MartelloError(this.memory.message() + (this.partial ? ARRIVING : ""));
  }
};

// web/recommender/tuning.ts
var TuningCore = class extends Core {
  setDecay(source, decay) {
    this.check(this.wasm.mt_set_decay(this.rec, source, decay, this.memory.error));
  }
  /**
   * What each source says of the best k candidates, without what fills up: `take(item, scores, ranks)` once per pick, the
   * arrays being views that are good during the call only.
   */
  eachPick(k, take2) {
    const { memory } = this;
    const sources = this.sources.length;
    this.check(this.wasm.mt_recommend(this.rec, k, 0, memory.out, memory.error));
    const words4 = memory.u32(memory.result(), SLATE.skipped);
    for (let i = 0; i < words4[SLATE.count] - words4[TOLD.filled]; i++) {
      const at3 = words4[SLATE.picks] + 4 * i * PICK.words;
      const item = memory.u32(at3, 1)[PICK.item];
      take2(item, memory.f32(at3 + 4 * PICK.scores, sources), memory.u32(at3 + 4 * PICK.ranks, sources));
    }
  }
  /** The place of an item among the k best of a search, from 0; -1: it is not among them. */
  placeInSearch(query, k, item) {
    const { wasm, rec, memory } = this;
    const { out, error } = memory;
    this.check(
      memory.withText(query, NOT_FOUND, (at3, length) => wasm.mt_search(rec, at3, length, k, out, out + 4, error))
    );
    const words4 = memory.u32(memory.result(), SLATE.skipped);
    const picks = memory.u32(words4[SLATE.picks], words4[SLATE.count] * PICK.words);
    for (let place2 = 0; place2 < words4[SLATE.count]; place2++)
      if (picks[place2 * PICK.words + PICK.item] === item) return place2;
    return -1;
  }
};

// web/build/core.ts
var compiled2;
async function coreOf(bundle2) {
  compiled2 ??= readBeside("core.wasm", import.meta.url).then((bytes) => WebAssembly.compile(bytes));
  const core = new TuningCore(await WebAssembly.instantiate(await compiled2));
  core.reserve(bundle2.length, Infinity).set(bundle2);
  core.open(bundle2.length, bundle2.length);
  return core;
}

// web/build/tune/answer.ts
var K = 20;

// web/build/record.ts
function recordOf(given2, trial, built, decided2, policy) {
  const { inputs, catalogue, seed } = given2;
  const { threads: _, ...config3 } = given2.config;
  const { said, recipe, tried, search } = trial;
  return {
    martello: VERSION,
    seed,
    items: catalogue.ids.length,
    inputs: inputRows(inputs),
    account: recorded(given2.account),
    config: config3,
    policy,
    recipe,
    newest: newestOf(inputs.interactions),
    features: namesOf3(decided2.features),
    ranker: rankerLines(inputs, decided2),
    sources: built.sources.map(({ name, weight, decay }) => {
      const alone = said?.of.get(name)?.alone;
      return { name, weight, decay, ...alone === void 0 ? {} : { alone } };
    }),
    quality: said === null ? null : { ...said.together, people: said.people, k: K },
    tried,
    search
  };
}
function newestOf(log2) {
  const newest2 = log2?.time?.reduce((so, time) => time > so ? time : so, -Infinity) ?? -Infinity;
  return newest2 === -Infinity ? null : newest2;
}
function inputRows(inputs) {
  const { interactions, items, neighbours, popularity, graph: graph2, campaigns, ranker, embeddings: embeddings2, tower } = inputs;
  const row = (kind, path, rows) => ({ kind, path: basename5(path), rows });
  const tables = { interactions, items, neighbours, popularity, graph: graph2, campaigns };
  return [
    ...Object.entries(tables).flatMap(
      ([kind, table]) => (table?.files ?? []).map(({ path, rows }) => row(kind, path, rows))
    ),
    ...!ranker ? [] : "graph" in ranker ? [row("ranker", ranker.graph.file, ranker.graph.nodes.length)] : [row("ranker", ranker.file, ranker.trees.length)],
    ...embeddings2 === null ? [] : [row("embeddings", embeddings2.path, embeddings2.rows)],
    ...!tower ? [] : [row("tower", tower.graph.file, tower.graph.nodes.length)]
  ];
}
function rankerLines({ ranker }, decided2) {
  const path = !ranker ? "" : "graph" in ranker ? ranker.graph.file : ranker.file;
  return (decided2.ranker?.remarks ?? []).map((line2) => line2.replace(path, basename5(path)));
}
var basename5 = (path) => path.split(/[\\/]/).at(-1);

// web/build/sections/rules.ts
var place = (path) => ({ file: "policy", part: `key "${path}"` });
var refuse4 = (path, found, expected) => {
  throw new InputError(place(path), found, expected);
};
async function compilePolicy(bundle2, rules, k) {
  checkRules(rules, k);
  const core = await coreOf(bundle2);
  core.begin();
  try {
    const bytes = compileRules(core, rules, "rules", true);
    checkNeighbours(core, rules);
    return section(SECTION.rules, "rules", bytes);
  } catch (error) {
    if (!(error instanceof MartelloError) || error.parts === void 0) throw error;
    const { where: where3, found, expected } = error.parts;
    throw new InputError(place(where3), found, expected);
  }
}
async function checkPermitted(bundle2, rules) {
  const core = await coreOf(bundle2);
  const passes = (narrow) => {
    core.begin();
    narrow();
    return core.recommend(1, false).picks.length > 0;
  };
  if (core.items > 0 && !passes(() => {
  }))
    refuse4("rules", "require, deny and allow that no item passes", "some that let items through");
  rules.pins?.forEach((pin, i) => {
    const only = () => {
      core.allowOnly();
      core.allow(core.find(pin.id));
    };
    if (!passes(only))
      refuse4(
        `rules.pins[${i}]`,
        `"${pin.id}", which require, deny or allow keep out`,
        "an item that may be recommended"
      );
  });
}
var sameItems = (a, b) => JSON.stringify([a.where, a.ids, a.source]) === JSON.stringify([b.where, b.ids, b.source]);
function checkRules(rules, k) {
  const { pins = [], caps = [], quotas = [] } = rules;
  pins?.forEach(
    (pin, i) => pins.slice(0, i).forEach((other, j) => {
      if (pin.id === other.id) refuse4(`rules.pins[${i}]`, `"${pin.id}" again`, `it at one position (pins[${j}])`);
      if (pin.position === other.position)
        refuse4(`rules.pins[${i}]`, `position ${pin.position} again`, `one item at a position (pins[${j}])`);
    })
  );
  caps?.forEach((cap, i) => {
    if (cap.window !== void 0 && cap.window !== 0 && cap.window <= cap.most)
      refuse4(`rules.caps[${i}]`, `a window of ${cap.window} slots for ${cap.most}`, "more slots than items in it");
    quotas?.forEach((quota, j) => {
      const least = Math.max(quota.least ?? 0, Math.ceil((quota.share ?? 0) * k));
      if (cap.attribute === void 0 && cap.window === void 0 && cap.most < least && sameItems(cap, quota))
        refuse4(
          `rules.quotas[${j}]`,
          `at least ${least} of the items of which caps[${i}] allows ${cap.most}`,
          "a quota that fits under the cap"
        );
    });
  });
  quotas?.forEach((quota, i) => {
    if (quota.least === void 0 && quota.share === void 0)
      refuse4(`rules.quotas[${i}]`, "neither", '"least" or "share"');
    if ((quota.least ?? 0) > k) refuse4(`rules.quotas[${i}].least`, String(quota.least), `at most ${k}, the shelf`);
  });
}
function checkNeighbours(core, rules) {
  const sums = /* @__PURE__ */ new Map();
  const seen2 = /* @__PURE__ */ new Set();
  rules.quotas?.forEach(({ where: where3, ids, source, share: share3 = 0 }, i) => {
    const [[name, value] = ["", void 0], ...others] = Object.entries(where3 ?? {});
    if (others.length > 0 || ids !== void 0 || source !== void 0 || typeof value === "object") return;
    if (seen2.has(JSON.stringify(where3))) return;
    seen2.add(JSON.stringify(where3));
    const attribute2 = core.findAttribute(name);
    if (core.attributeType(attribute2) === "many") return;
    const sum = (sums.get(name) ?? 0) + share3;
    if (sum > 1 + 1e-9)
      refuse4(
        `rules.quotas[${i}].share`,
        `shares of different values of "${name}" that sum to ${+sum.toFixed(6)}`,
        "at most 1"
      );
    sums.set(name, sum);
  });
}

// web/build/spellings.ts
var JOINTS = new Map(Array.from("'&\xB7\u2010-/._", (sign) => [sign, ""])).set("$", "s").set("!", "i");
var MOST_JOINED = 4;
var PREFIXES = /^(?:(?:[وبكف]?ال|لل)(?=\p{L}{2})|و(?=\p{L}{3})|[ושכ]?ה(?=\p{L}{2})|[ובכלמש](?=\p{L}{3}))/u;
function spellings(text2) {
  const plainText = plain2(text2);
  const found = [];
  const places = /* @__PURE__ */ new Map();
  const add2 = (word, besides, place2 = places.get(word) ?? places.size) => {
    if (!besides) places.set(word, place2);
    found.push({ word, place: place2, besides });
    return place2;
  };
  let joined = [];
  let end = -1;
  const join4 = () => {
    const word = joined.map((part3) => part3.word).join("");
    if (joined.length > 1 && joined.length <= MOST_JOINED && /\D/.test(word)) add2(word, true, joined[0].place);
    joined = [];
  };
  for (const match of plainText.matchAll(WORD)) {
    const [typed, run3] = match;
    const joint = JOINTS.get(plainText.slice(end, match.index));
    if (joint === void 0) join4();
    end = match.index + typed.length;
    const own = wordsOf(typed, run3).map((word2) => word2.replace("*", ""));
    const place2 = own.map((word2) => add2(word2, false)).at(-1);
    if (run3 !== void 0) {
      const letters = lettersOf(run3);
      if (letters.length > 1) add2(letters.at(-1), true, place2);
      continue;
    }
    const word = own[0];
    joined.push({ word: (joint ?? "") + word, place: place2 });
    const stem = word.replace(PREFIXES, "").replace(/[+#]+$/, "");
    if (stem !== word) add2(stem, true, place2);
    if (typed.endsWith("'s")) add2(`${word}s`, true, place2);
    const parts = new Set(stem.match(/\d+(?:\.\d+)*|\d+|[^\d.]+/g)?.flatMap((part3) => [part3, ...part3.split(".")]));
    parts.delete(stem);
    for (const part3 of parts) add2(part3, true, place2);
  }
  join4();
  return found;
}
function titleLength(text2, spelt = spellings(text2)) {
  const short2 = withoutBrackets(text2);
  const count2 = (all2) => new Set(all2.filter(({ besides }) => !besides).map(({ word }) => word)).size;
  return short2 !== text2 && count2(spellings(short2)) || count2(spelt);
}
var OPENS = /[([（【「]/;
var CLOSES = /[)\]）】」]/;
function withoutBrackets(text2) {
  let end = text2.trimEnd().length;
  while (end > 0 && CLOSES.test(text2[end - 1])) {
    let [open2, start] = [-1, end - 1];
    for (; start > 0 && !CLOSES.test(text2[start - 1]); start--) if (OPENS.test(text2[start - 1])) open2 = start - 1;
    if (open2 < 0) break;
    const isAlone = text2.slice(start, open2).trim() === "";
    end = text2.slice(0, open2).trimEnd().length;
    if (!isAlone) break;
  }
  return text2.slice(0, end);
}

// web/build/sections/search.ts
var K1 = 1.2;
var B = 0.75;
var TITLE = 2;
var OTHER2 = 1;
var BESIDES = 0.5;
var IMPACT_BITS = 4;
var POPULARITY_WEIGHT = 0.5;
var LEADING_LEAST = 10;
var LEADING_SHARE = 0.01;
function fieldsOf2(catalogue, config3) {
  if (config3.search === false) return [];
  const named = config3.search?.fields;
  if (named === void 0)
    return catalogue.columns.filter((column) => !isNumeric(column)).map((column) => ({ column, weight: column.name === "title" ? TITLE : OTHER2 }));
  return Object.entries(named).filter(([, weight]) => weight > 0).map(([name, weight]) => {
    const column = catalogue.columns.find((one2) => one2.name === name);
    if (column === void 0)
      throw new InputError(
        { file: "config", part: 'key "search.fields"' },
        `column "${name}"`,
        `one of the catalogue: ${catalogue.columns.map((one2) => one2.name).join(", ")}`
      );
    return { column, weight };
  });
}
function textOf2(column, row) {
  if (row < 0) return "";
  if (column.kind === "text") return column.values[row] ?? "";
  if (column.kind === "date") return isoText(column.values[row], true) ?? "";
  if (column.kind === "number") return Number.isNaN(column.values[row]) ? "" : String(column.values[row]);
  return categoryValues(column, row).map((value) => column.names[value]).join(" ");
}
function textIndex(catalogue, config3) {
  const { k1 = K1, b = B } = config3.search === false ? {} : config3.search ?? {};
  const count2 = catalogue.ids.length;
  const found = /* @__PURE__ */ new Map();
  const titles = new Uint8Array(count2);
  for (const { column, weight } of fieldsOf2(catalogue, config3)) {
    const isTitle = column.name === "title";
    const texts = Array.from(catalogue.itemRow, (row) => textOf2(column, row));
    const spelt = texts.map(spellings);
    const lengths = spelt.map((words4) => words4.filter((word) => !word.besides).length);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.filter((n) => n > 0).length);
    const leading = isTitle ? leadingWords(spelt) : /* @__PURE__ */ new Set();
    spelt.forEach((words4, item) => {
      const each = weight / (1 - b + b * lengths[item] / mean);
      const first = leading.has(words4[0]?.word) && lengths[item] > 1 ? 1 : 0;
      for (const { word, place: place2, besides } of words4) {
        let items2 = found.get(word);
        if (items2 === void 0) found.set(word, items2 = /* @__PURE__ */ new Map());
        let entry = items2.get(item);
        if (entry === void 0) items2.set(item, entry = { tf: 0, place: PLACE_NONE });
        entry.tf += besides ? BESIDES * each : each;
        if (isTitle) entry.place = Math.min(entry.place, Math.max(0, place2 - first), PLACE_LATE);
      }
      if (isTitle) titles[item] = Math.min(titleLength(texts[item], words4), TITLE_LONG);
    });
  }
  const terms = sortedTexts([...found.keys()]);
  const start = new Uint32Array(terms.length + 1);
  const items = [];
  const weights = [];
  const places = [];
  terms.forEach((term, t) => {
    const list2 = [...found.get(term)].sort(([a], [z]) => a - z);
    const idf = Math.log(1 + (count2 - list2.length + 0.5) / (list2.length + 0.5));
    for (const [item, { tf, place: place2 }] of list2) {
      items.push(item);
      weights.push(idf * tf * (k1 + 1) / (tf + k1));
      places.push(place2);
    }
    start[t + 1] = items.length;
  });
  return {
    terms,
    lists: { keys: terms.length, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) },
    places: Uint8Array.from(places),
    titles
  };
}
function leadingWords(titles) {
  const begins = /* @__PURE__ */ new Map();
  for (const [first] of titles) if (first !== void 0) begins.set(first.word, (begins.get(first.word) ?? 0) + 1);
  const many = Math.max(LEADING_LEAST, LEADING_SHARE * titles.length);
  return new Set([...begins].filter(([, count2]) => count2 >= many).map(([word]) => word));
}
function termsSection(learn, { terms, titles }, popularity, weight, postings) {
  const { bytes, start } = packTexts(terms);
  const facts = titles.map((length, item) => length + 16 * Math.round(15 * popularity[item]));
  return section(
    SECTION.terms,
    "terms",
    learn.with(
      [facts, bytes, start],
      (factsAt, text2, starts) => encode(
        learn,
        (out) => learn.run("mt_terms_encode", postings, weight, factsAt, facts.length, text2, starts, terms.length, out)
      )
    )
  );
}
function listsSection(learn, { lists: lists3, places }, ordinal) {
  const { keys, start, items, weights } = lists3;
  const bytes = learn.with([start, items, weights, places], (starts, itemsAt, weightsAt, placesAt) => {
    const out = learn.take(learn.run("mt_postings_bound", keys, items.length));
    const size = learn.run(
      "mt_postings_encode_marked",
      keys,
      starts,
      itemsAt,
      weightsAt,
      placesAt,
      KEY.term,
      0,
      IMPACT_BITS,
      PLACE_BITS,
      out
    );
    const encoded = learn.u8(out, size).slice();
    learn.drop(out);
    return encoded;
  });
  return { ...section(SECTION.postings, "terms", bytes, ordinal), stage: "search" };
}
function scaledPopularity(counts, items) {
  const logs = Float32Array.from({ length: items }, (_, item) => Math.log1p(Math.max(0, counts?.[item] ?? 0)));
  const most = logs.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? logs.map((log2) => log2 / most) : logs;
}
function searchSections(learn, index, counts, popularityWeight, ordinal) {
  if (index.terms.length === 0) return [];
  const popularity = scaledPopularity(counts, index.titles.length);
  return [termsSection(learn, index, popularity, popularityWeight, ordinal), listsSection(learn, index, ordinal)];
}

// web/build/finish.ts
async function finish(given2, trial, built, decided2, policy) {
  const { learn, catalogue, progress } = given2;
  const record = recordOf(given2, trial, built, decided2, policy);
  for (const { name, weight, decay } of record.sources)
    progress.say(`source ${name}: weight ${weight.map((w) => +w.toFixed(2)).join("/")}, decay ${decay}`);
  const postings = built.sections.filter(({ kind }) => kind === SECTION.postings).length;
  const sections = [
    ...given2.ids,
    ...given2.attributes,
    ...built.sections,
    ...searchSections(learn, given2.text, popularOf(given2), weightOf2(given2, trial), postings),
    policySection(learn, decided2.policy),
    section(SECTION.record, "record", Buffer.from(JSON.stringify(record))),
    ...decided2.features === null ? [] : [featuresSection(learn, decided2.features)],
    ...decided2.ranker?.sections ?? []
  ];
  const settled3 = sections.some(({ kind }) => kind === SECTION.golden) ? settleGolden(learn, catalogue.ids.length, sections, progress) : sections;
  return { bytes: await withRules(given2, settled3, policy, decided2.policy.k), record };
}
function weightOf2({ config: config3 }, { search }) {
  const said = config3.search === false ? void 0 : config3.search?.popularity;
  return said ?? search?.popularity ?? POPULARITY_WEIGHT;
}
function popularOf({ popularity, log: log2, catalogue, config: config3 }) {
  if (popularity !== null) return popularity;
  if (log2 !== null) return Float32Array.from(popularityOf(log2));
  return config3.popularity === void 0 ? null : columnOf(catalogue, config3.popularity);
}
async function withRules({ learn, catalogue }, sections, { rules }, k) {
  const bytes = bundle(learn, catalogue.ids.length, sections);
  if (rules === void 0) return bytes;
  const ruled = bundle(learn, catalogue.ids.length, [...sections, await compilePolicy(bytes, rules, k)], rules);
  await checkPermitted(ruled, rules);
  return ruled;
}

// web/build/baskets.ts
function basketsByColumn(user, column) {
  const numbers3 = /* @__PURE__ */ new Map();
  const of2 = Uint32Array.from(column, (text2, e) => {
    if (text2 === NO_BASKET) return NO_BASKET;
    const key = `${user[e]} ${text2}`;
    return numbers3.get(key) ?? (numbers3.set(key, numbers3.size), numbers3.size - 1);
  });
  return { count: numbers3.size, of: of2 };
}
function basketsByGap(user, time, gap) {
  const order = Uint32Array.from(user.keys()).sort((a, b) => user[a] - user[b] || time[a] - time[b] || a - b);
  const of2 = new Uint32Array(user.length);
  let basket = -1;
  order.forEach((e, place2) => {
    const before = order[place2 - 1];
    if (before === void 0 || user[before] !== user[e] || time[e] - time[before] > gap) basket++;
    of2[e] = basket;
  });
  return { count: basket + 1, of: of2 };
}

// web/build/log.ts
function logOf(interactions, weight, catalogue, config3) {
  const item = Uint32Array.from(interactions.itemIds, (id) => catalogue.numberOf.get(id));
  const rows = [];
  weight.forEach((w, row) => w > 0 && rows.push(row));
  const time = filledTimes(interactions);
  const log2 = {
    users: interactions.userIds.length,
    items: catalogue.ids.length,
    user: Uint32Array.from(rows, (row) => interactions.user[row]),
    item: Uint32Array.from(rows, (row) => item[interactions.item[row]]),
    time: time === null ? null : Float64Array.from(rows, (row) => time[row]),
    weight: rows.every((row) => weight[row] === 1) ? null : Float32Array.from(rows, (row) => weight[row])
  };
  const baskets = basketsOf(log2, interactions.basket && rows.map((row) => interactions.basket[row]), config3);
  return baskets === null ? log2 : { ...log2, baskets };
}
function basketsOf({ user, time }, column, { basket }) {
  if (typeof basket === "number") return time === null ? null : basketsByGap(user, time, basket);
  return basket === void 0 || column === null ? null : basketsByColumn(user, Uint32Array.from(column));
}
function filledTimes({ time, user, userIds }) {
  const oldest = time?.reduce((so, t) => t < so ? t : so, Infinity) ?? Infinity;
  if (time === null || oldest === Infinity) return null;
  const last = new Float64Array(userIds.length).fill(NaN);
  time.forEach((t, row) => {
    if (!Number.isNaN(t) && Number.isNaN(last[user[row]])) last[user[row]] = t;
  });
  return time.map((t, row) => {
    const one2 = user[row];
    if (!Number.isNaN(t)) last[one2] = t;
    return Number.isNaN(last[one2]) ? oldest : last[one2];
  });
}

// web/build/recipe.ts
var adjacency = (user, key, target) => ({ user, key, target, shrinkage: 0, cosine: false });
var COSINE = { user: 0, key: 0.5, target: 0.5, shrinkage: 10, cosine: true };
var NEIGHBOURS_TIMED = [adjacency(0.5, 0.3, 0.2), adjacency(0.7, 0.6, 0.4), COSINE];
var NEIGHBOURS_UNTIMED = [adjacency(1, 0.9, 0.1), COSINE];
var TRANSITIONS = [
  { back: 0, onward: 0 },
  { back: 0.3, onward: 0 },
  { back: 0.3, onward: 2 }
];
function recipeFor(log2, config3) {
  const layers = config3.layers === "f32" ? [FLOAT_BITS] : config3.layers ?? [4];
  const dims = config3.dimension ?? 64;
  const timed = log2?.time != null;
  return {
    neighbours: {
      ...(timed ? NEIGHBOURS_TIMED : NEIGHBOURS_UNTIMED)[0],
      longest: 5e3,
      top: config3.neighbours ?? (timed ? 50 : 30)
    },
    transitions: { window: 20, decay: 0.7, key: 0.3, target: 0.2, top: config3.transitions ?? 50, ...TRANSITIONS[0] },
    als: { dims, unobserved: 0.01, reg: 6e-3, nu: 1, steps: 5, iterations: log2 === null ? 0 : 6, evenness: 0.3 },
    content: { dims: Math.min(dims, 64), steps: 6 },
    layers,
    factorLayers: config3.layers === void 0 && log2 !== null ? [] : layers,
    weightBits: config3.weightBits ?? 4,
    cadence: timed
  };
}

// web/build/sections/ids.ts
function idsSections(learn, ids) {
  const order = byteOrder(ids);
  const { bytes, start } = packTexts(Array.from(order, (item) => ids[item]));
  return learn.with([bytes, start, order], (text2, starts, numbers3) => [
    section(
      SECTION.ids,
      "ids",
      encode(learn, (out) => learn.run("mt_ids_encode", text2, starts, numbers3, ids.length, out))
    ),
    section(
      SECTION.places,
      "places",
      encode(learn, (out) => learn.run("mt_places_encode", numbers3, ids.length, out))
    )
  ]);
}

// web/build/sections/withdrawn.ts
function withdrawnSections(items, withdrawn) {
  const bits3 = new Uint8Array(Math.ceil(items / 8));
  for (let item = 0; item < items; item++) if (withdrawn(item)) bits3[item >> 3] |= 1 << (item & 7);
  return bits3.some((byte) => byte !== 0) ? [section(SECTION.withdrawn, "withdrawn", bits3)] : [];
}

// web/build/given.ts
async function take(given2, config3, seed, learn, workers, progress) {
  const inputs = { ...given2, interactions: given2.interactions && settled(given2.interactions) };
  const { interactions, embeddings: embeddings2 } = inputs;
  const items = inputs.items && fitting(inputs.items).items;
  const { account, errors, weighing } = accountOf(inputs, config3);
  refuse(errors);
  const weight = interactions && weightsOf(learn, interactions, weighing);
  const catalogue = catalogueOf({ ...inputs, items }, weight, config3.popularity);
  const { neighbours = null, popularity = null } = inputs;
  if (catalogue.ids.length === 0 && [interactions, items, embeddings2, neighbours, popularity].every((one2) => one2 === null))
    throw new InputError(
      { file: "build" },
      "no input",
      "--interactions, --items, --embeddings, --neighbours or --popularity"
    );
  if (typeof config3.basket === "string" && interactions !== null && interactions.basket === null)
    throw new InputError(
      { file: "config", part: 'key "basket"' },
      "a log read without that column",
      "columns.basket where it was read"
    );
  const log2 = interactions === null ? null : logOf(interactions, weight, catalogue, config3);
  shortly(account).forEach((line2) => progress.say(line2));
  const recipe = recipeFor(log2, config3);
  const lists3 = neighbours && listsOf(neighbours, catalogue, recipe);
  if (lists3 !== null) givenLines(lists3, recipe).forEach((line2) => progress.say(line2));
  const known = {
    lists: lists3,
    popularity: popularity && byNumber(popularity, catalogue),
    learn,
    workers,
    catalogue,
    config: config3,
    seed,
    progress,
    embeddings: embeddings2
  };
  return {
    ...known,
    related: await relatedBy(inputs.graph ?? null, known),
    tower: inputs.tower ? await towerFor(inputs.tower, known, weighing) : null,
    inputs,
    account,
    log: log2,
    weighing,
    ids: [
      ...idsSections(learn, catalogue.ids),
      ...config3.allow === "catalogue" ? withdrawnSections(catalogue.ids.length, (item) => catalogue.itemRow[item] < 0) : []
    ],
    text: textIndex(catalogue, config3),
    attributes: catalogue.columns.map((column, i) => attributeSection(learn, column, catalogue.itemRow, i))
  };
}
function byNumber({ itemIds, weight }, { ids, numberOf: numberOf3 }) {
  const popularity = new Float32Array(ids.length);
  itemIds.forEach((id, i) => {
    const item = numberOf3.get(id);
    if (item !== void 0) popularity[item] = weight[i];
  });
  return popularity;
}
async function relatedBy(graph2, known) {
  const { learn, workers, catalogue, config: config3, progress } = known;
  if (graph2 === null || config3.sources?.graph === false) return null;
  progress.stage("training neighbours by the graph", 0, 1);
  progress.say(
    `graph: ${graph2.rows} triples of ${graph2.relations.length} relations; of its ${graph2.nodes.length} nodes ${itemsNamed(graph2, catalogue)} are items of the catalogue`
  );
  return graphNeighbours(learn, workers, graph2, catalogue, config3);
}
async function towerFor(tower, known, { events }) {
  const { catalogue, config: config3, embeddings: embeddings2, progress, seed } = known;
  const { file } = tower.graph;
  if (embeddings2 === null)
    throw new InputError({ file }, "a tower without a space", "--embeddings that its output is compared with");
  const fields2 = config3.features === false ? [] : Object.keys(config3.context ?? {});
  const plan2 = await planTower(tower, {
    catalogue,
    embeddings: embeddings2,
    config: config3.tower ?? {},
    events: [...events.weights.keys()],
    fields: fields2,
    ordinal: 0,
    seed
  });
  plan2.remarks.forEach((line2) => progress.say(line2));
  return plan2;
}

// web/build/sources/assemble.ts
var QUOTA = 300;
async function assemble(known, training, recipe, weigh, trained) {
  const { config: config3, progress, seed } = known;
  let factors = trained;
  const from = {
    ...known,
    training,
    recipe,
    factors: async () => factors ??= await training.als(
      recipe.als,
      recipe.als.iterations,
      seed,
      (done) => progress.stage("training factors", done, recipe.als.iterations)
    )
  };
  const built = { sections: [], sources: [] };
  for (const source of sourcesWith(known.lists)) {
    const wanted = config3.sources?.[source.name];
    if (wanted === false || source.onRequest && wanted !== true || !source.possible(from)) continue;
    const { name, kind, role } = source;
    const { weight, decay } = weigh(source);
    const personal = role !== "everybody";
    if (personal && !source.stays && weight.every((w) => w === 0)) continue;
    if (built.sources.length >= MAX_SOURCES)
      throw new InputError(
        { file: "--neighbours" },
        `source "${name}" beside ${MAX_SOURCES} others`,
        `at most ${MAX_SOURCES} in all`
      );
    const ordinal = built.sections.filter((section2) => section2.kind === SECTION_OF[kind]).length;
    built.sections.push(...await source.sections(from, ordinal));
    built.sources.push({
      name,
      kind: SOURCE[kind],
      role: ROLE[role],
      ordinal,
      quota: QUOTA,
      last: 0,
      decay,
      halfLife: 0,
      weight: personal ? weight : [source.cold ?? 0, ...weight.slice(1)]
    });
  }
  return built;
}

// web/build/sections/campaign.ts
function campaignSection(learn, name, entries2, ordinal) {
  const arrays = [
    Uint32Array.from(entries2, (entry) => entry.item),
    Float32Array.from(entries2, (entry) => entry.weight),
    Float64Array.from(entries2, (entry) => entry.start),
    Float64Array.from(entries2, (entry) => entry.end)
  ];
  const bytes = learn.with(
    arrays,
    (...at3) => filled(
      learn,
      CAMPAIGN_HEAD + CAMPAIGN_ENTRY * entries2.length,
      (out) => learn.run("mt_campaign_encode", ...at3, entries2.length, out)
    )
  );
  return section(SECTION.campaign, name, bytes, ordinal);
}

// web/build/sources/campaigns.ts
var WEIGHT2 = 0.5;
function campaignSources(learn, catalogue, campaigns, built, say) {
  const file = campaigns.files.map(({ path }) => path).join(", ");
  const place2 = { file, field: "list" };
  let ordinal = 0;
  for (const [name, list2] of campaigns.lists) {
    if (name === "" || Buffer.byteLength(name) > NAME_BYTES)
      throw new InputError(place2, JSON.stringify(name), `a name of 1 to ${NAME_BYTES} bytes`);
    if (SOURCES.some((source) => source.name === name))
      throw new InputError(place2, `"${name}"`, "a name that is not that of a source the builder makes");
    if (built.sources.length >= MAX_SOURCES)
      throw new InputError(
        place2,
        `${campaigns.lists.size} lists beside ${built.sources.length - ordinal} other sources`,
        `at most ${MAX_SOURCES} sources in all`
      );
    const entries2 = list2.flatMap(({ id, ...entry }) => {
      const item = catalogue.numberOf.get(id);
      return item === void 0 ? [] : [{ item, ...entry }];
    });
    const unknown = list2.length - entries2.length;
    say(
      `campaign ${name}: ${entries2.length} entries${unknown === 0 ? "" : `; ${unknown} more name items that are not in the catalogue`}`
    );
    built.sections.push(campaignSection(learn, name, entries2, ordinal));
    built.sources.push({
      name,
      kind: SOURCE.campaign,
      role: ROLE.everybody,
      ordinal,
      quota: Math.min(QUOTA, Math.max(1, entries2.length)),
      last: 0,
      decay: 1,
      halfLife: 0,
      weight: [WEIGHT2, WEIGHT2, WEIGHT2, WEIGHT2]
    });
    ordinal++;
  }
}

// web/build/train.ts
var WHISPER = 0.05;
async function trainOnEverything(given2, trial) {
  const { learn, workers, catalogue, inputs, log: log2, progress } = given2;
  const training = log2 === null ? null : await Training.of(learn, workers, log2);
  const built = await assemble(given2, training, trial.recipe, (source) => settle2(source, given2, trial));
  training?.drop();
  if (inputs.campaigns != null) campaignSources(learn, catalogue, inputs.campaigns, built, (line2) => progress.say(line2));
  return built;
}
function settle2(source, given2, trial) {
  const { catalogue, config: config3, log: log2 } = given2;
  if (log2 === null) return { weight: withHistory(config3.sources?.content === false ? 1 : source.withoutLog), decay: 1 };
  const said = trial.said?.of.get(source.name) ?? { weight: withHistory(source.untuned), decay: 1 };
  if (said.weight.some((weight) => weight > 0)) return said;
  if (config3.sources?.[source.name] === true) return { ...said, weight: withHistory() };
  if (source.knowsNew && catalogue.ids.length > new Set(log2.item).size) return { ...said, weight: withHistory(WHISPER) };
  return said;
}
var withHistory = (weight = 1) => [0, weight, weight, weight];

// web/build/tune/tune.ts
var merit = (figures) => figures.recall + figures.ndcg;
var DECAYS = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
var FIRST3 = DECAYS.indexOf(0.8);
var PEOPLE_FOR_COARSE = 2e3;
var GAIN = 1e-3;
var CANDIDATES2 = 1e3;
var FEWER_CANDIDATES = 300;
var ENOUGH_PEOPLE = 400;
var RULE_GAIN = 0.01;
var EVERY_LENGTH = LENGTHS;
var PART3 = 64;
var Candidates = class _Candidates {
  constructor(learn, fusion) {
    this.learn = learn;
    this.fusion = fusion;
  }
  /** Asks a few parts ahead, and takes the answers in order, so that results do not depend on threads. Give back with drop(). */
  static async of(learn, workers, question, { people, held: held2, heldStart, count: count2 }, sources) {
    const fusion = learn.make("mt_make_fusion", sources, K);
    const ask = (first) => workers.beside("ask", {
      ...question,
      ...{ people, held: held2, heldStart, first, last: Math.min(count2, first + PART3) }
    });
    const ahead = [];
    for (let next2 = 0; next2 < count2 || ahead.length > 0; ) {
      for (; next2 < count2 && ahead.length <= 2 * workers.count; next2 += PART3) ahead.push(ask(next2));
      learn.call("mt_join_fusion", fusion, await ahead.shift());
    }
    return new _Candidates(learn, fusion);
  }
  /** How many people were added, by the class of their history's length. */
  get people() {
    return [...this.learn.u32(this.fusion + 8, LENGTHS)];
  }
  measure(weights, length = EVERY_LENGTH) {
    return this.learn.with([Float32Array.from(weights), new Float64Array(2)], (at3, out) => {
      this.learn.call("mt_measure_fusion", this.fusion, length, at3, out);
      return this.figures(out);
    });
  }
  /** Recall + NDCG of each person, in the order in which they were added. */
  each(weights) {
    const people = this.people.reduce((sum, count2) => sum + count2);
    return this.learn.with([Float32Array.from(weights), new Float32Array(people)], (at3, out) => {
      this.learn.call("mt_measure_fusion_each", this.fusion, at3, out);
      return this.learn.f32(out, people).slice();
    });
  }
  /** In a worker, so that several are searched at once. */
  async search(workers, start, length = EVERY_LENGTH) {
    const { learn } = this;
    const [at3, out] = [learn.put(Float32Array.from(start)), learn.take(16)];
    await workers.call("mt_search_fusion", this.fusion, length, GAIN, at3, out);
    const found = { weights: [...learn.f32(at3, start.length)], figures: this.figures(out) };
    learn.drop(at3, out);
    return found;
  }
  /** The best of what is found from several starts: moving one weight at a time ends where no single one helps. */
  async searchFrom(workers, starts) {
    const found = await Promise.all(starts.map((start) => this.search(workers, start)));
    return found.reduce((best3, one2) => merit(one2.figures) > merit(best3.figures) ? one2 : best3);
  }
  drop() {
    this.learn.run("mt_drop_fusion", this.fusion);
  }
  figures(out) {
    const [recall, ndcg] = this.learn.f64(out, 2);
    return { recall, ndcg };
  }
};
function sample3(holdout, most = PEOPLE_FOR_COARSE) {
  if (holdout.count <= most) return holdout;
  const chosen = Array.from({ length: most }, (_, i) => Math.floor(i * holdout.count / most));
  const { start, item, weight, time, now } = holdout.people;
  const rows = chosen.flatMap((p) => Array.from({ length: start[p + 1] - start[p] }, (_, i) => start[p] + i));
  const starts = (of2) => {
    let sum = 0;
    return shared(Uint32Array.from([0, ...chosen.map((p) => sum += of2[p + 1] - of2[p])]));
  };
  const people = {
    start: starts(start),
    item: shared(Uint32Array.from(rows, (row) => item[row])),
    weight: weight === null ? null : shared(Float32Array.from(rows, (row) => weight[row])),
    time: time === null ? null : shared(Float64Array.from(rows, (row) => time[row])),
    now: now === null ? null : shared(Float64Array.from(chosen, (p) => now[p]))
  };
  const held2 = chosen.flatMap((p) => [...holdout.held.subarray(holdout.heldStart[p], holdout.heldStart[p + 1])]);
  return {
    train: holdout.train,
    people,
    count: chosen.length,
    heldStart: starts(holdout.heldStart),
    held: shared(Uint32Array.from(held2))
  };
}
async function measureAlone(learn, workers, name, bundle2, n, s, decay, holdout) {
  const only = Array.from({ length: n }, (_, other) => Number(other === s));
  const decays = Array.from({ length: n }, (_, other) => other === s ? decay : 1);
  const candidates = await Candidates.of(learn, workers, { name, bundle: bundle2, k: 2 * K, weights: only, decays }, holdout, n);
  const measured = { figures: candidates.measure(only), each: candidates.each(only) };
  candidates.drop();
  return measured;
}
async function measureTogether(learn, workers, name, bundle2, decays, holdout) {
  const equal2 = decays.map(() => 1);
  const question = { name, bundle: bundle2, k: FEWER_CANDIDATES, weights: equal2, decays };
  const candidates = await Candidates.of(learn, workers, question, holdout, decays.length);
  const leading = decays.map((_, s) => s === 0 ? 1 : 0.25);
  const { weights, figures } = await candidates.searchFrom(workers, [equal2, leading]);
  const measured = { figures, each: candidates.each(weights) };
  candidates.drop();
  return measured;
}
async function climb(measure, tried) {
  const at3 = async (place2) => {
    const decay = DECAYS[place2];
    tried.push({ decay, figures: await measure(decay) });
    return tried.at(-1);
  };
  let best3 = await at3(FIRST3);
  for (const step of [-1, 1]) {
    for (let place2 = FIRST3 + step; place2 in DECAYS; place2 += step) {
      const next2 = await at3(place2);
      if (merit(next2.figures) <= merit(best3.figures)) break;
      best3 = next2;
    }
    if (best3.decay !== DECAYS[FIRST3]) break;
  }
  return best3;
}
async function tune(learn, workers, name, bundle2, sources, holdout, timed, say) {
  const n = sources.length;
  const faded = sources.map(({ role }) => role !== ROLE.everybody);
  const some = sample3(holdout);
  const each = await Promise.all(
    sources.map(async (_, s) => {
      const measure = async (decay) => (await measureAlone(learn, workers, name, bundle2, n, s, decay, some)).figures;
      const tried2 = [];
      const best3 = timed && faded[s] ? await climb(measure, tried2) : { decay: 1, figures: await measure(1) };
      return { best: best3, tried: tried2.length === 0 ? [best3] : tried2 };
    })
  );
  const decays = each.map(({ best: best3 }) => best3.decay);
  const alone = each.map(({ best: best3 }) => best3.figures);
  const tried = each.flatMap(
    (one2, s) => one2.tried.map(({ decay, figures }) => ({ what: `${sources[s].name} alone, decay ${decay}`, ...figures }))
  );
  alone.forEach(({ recall, ndcg }, s) => {
    const decay = timed && faded[s] ? `, decay ${decays[s]}` : "";
    say(`${sources[s].name} alone: recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)}${decay}`);
  });
  const strongest = Math.max(...alone.map(merit), 1e-9);
  const start = alone.map((figures, s) => faded[s] ? merit(figures) / strongest : 0);
  if (!start.some((weight) => weight > 0)) start.fill(1);
  const weightsOfOne = Array.from({ length: n }, () => 1);
  const question = { name, bundle: bundle2, k: CANDIDATES2, weights: weightsOfOne, decays };
  const candidates = await Candidates.of(learn, workers, question, holdout, n);
  const personal = faded.map(Number);
  const leading = alone.map((figures) => merit(figures) === strongest ? 1 : 0);
  const all2 = await candidates.searchFrom(workers, [start, personal, leading]);
  tried.push({ what: "together", ...all2.figures });
  const weights = all2.weights.map((weight) => [0, weight, weight, weight]);
  const lengths = [1, 2, 3].filter((length) => candidates.people[length] >= ENOUGH_PEOPLE);
  const better = await Promise.all(lengths.map((length) => candidates.search(workers, all2.weights, length)));
  lengths.forEach((length, i) => {
    const { figures, weights: own } = better[i];
    if (merit(figures) < merit(candidates.measure(all2.weights, length)) * (1 + RULE_GAIN)) return;
    own.forEach((weight, s) => {
      weights[s][length] = weight;
    });
    tried.push({ what: `together, histories of length class ${length}`, ...figures });
  });
  candidates.drop();
  return { decays, weights, alone, fused: all2.figures, tried };
}

// web/build/tune/ways.ts
var SAME_SIZE = 0.02;
var SURE = 1.28;
var BOTH_SIDES = 1.96;
function difference(one2, other) {
  const n = one2.length;
  let sum = 0;
  let squares = 0;
  one2.forEach((value, person) => {
    const by = value - other[person];
    sum += by;
    squares += by * by;
  });
  const mean = sum / Math.max(1, n);
  return { mean, error: Math.sqrt(Math.max(0, squares / Math.max(1, n) - mean * mean) / Math.max(1, n - 1)) };
}
function pick(ways) {
  const best3 = [...ways].sort((a, b) => a.bytes - b.bytes).reduce((best4, way) => {
    const { mean, error } = difference(way.each, best4.each);
    return mean > (way.bytes > best4.bytes * (1 + SAME_SIZE) ? SURE * error : 0) ? way : best4;
  });
  const tried = ways.map(({ what, figures, each }) => {
    const { mean, error } = difference(each, best3.each);
    return { what, ...figures, above: [mean - BOTH_SIDES * error, mean + BOTH_SIDES * error] };
  });
  return { best: best3, tried };
}

// web/build/tune/choose.ts
var UNOBSERVED = [0.01, 0.1, 0.03];
var LARGER = 128;
var SMALLER = 32;
var WORTH = 0.02;
var MOST_EVENTS = 5e6;
var DECAY = 0.8;
function bundleOf(given2, sources) {
  const { learn, catalogue, ids } = given2;
  const ordinal = (source) => sources.filter(({ kind }) => kind === source.kind).indexOf(source);
  const plans = sources.map((source) => {
    const { name, kind } = source;
    const place2 = { ordinal: ordinal(source), quota: QUOTA, last: 0, decay: 1, halfLife: 0 };
    return { name, kind, role: ROLE.alike, ...place2, weight: [1, 1, 1, 1] };
  });
  const policy = policySection(learn, { ...policyAround(plans), repeats: given2.config.repeat === true });
  const sections = sources.flatMap((source) => source.sections(ordinal(source)));
  return shared(bundle(learn, catalogue.ids.length, [...ids, ...sections, policy]));
}
var lists2 = (from, name, made, decay) => ({
  name,
  kind: SOURCE.postings,
  sections: (ordinal) => [listsUnderItems(from, name, made, ordinal)],
  decay
});
var also = (beside) => beside.length === 0 ? "" : `, beside ${beside.map(({ name }) => name).join(" and ")}`;
async function tryWay(given2, what, way, source, beside, some) {
  const { learn, workers } = given2;
  const bytes = source.sections(0).reduce((sum, section2) => sum + section2.bytes.length, 0);
  const asked2 = bundleOf(given2, [...beside, source]);
  const decays = [...beside, source].map(({ decay }) => decay);
  const measured = beside.length === 0 ? await measureAlone(learn, workers, what, asked2, 1, 0, source.decay, some) : await measureTogether(learn, workers, what, asked2, decays, some);
  return { what: what + also(beside), way, bytes, ...measured };
}
async function chooseTransitions(given2, training, recipe, beside, holdout) {
  const some = sample3(holdout);
  const ways = [];
  for (const reach2 of TRANSITIONS) {
    const transitions = { ...recipe.transitions, ...reach2 };
    const source = lists2({ ...given2, recipe }, "next", await training.transitions(transitions), DECAY);
    const what = `next, back ${reach2.back}, onward ${reach2.onward}`;
    ways.push(await tryWay(given2, what, { recipe: { ...recipe, transitions }, source }, source, beside, some));
  }
  const { best: best3, tried } = pick(ways);
  return { ...best3.way, tried };
}
async function chooseNeighbours(given2, training, recipe, beside, holdout) {
  const some = sample3(holdout);
  const timed = training.log.time !== null;
  const ways = [];
  for (const kind of timed ? NEIGHBOURS_TIMED : NEIGHBOURS_UNTIMED) {
    const neighbours = { ...recipe.neighbours, ...kind };
    const source = lists2({ ...given2, recipe }, "i2i", await training.neighbours(neighbours), timed ? DECAY : 1);
    const what = kind.cosine ? `i2i by cosine, shrinkage ${kind.shrinkage}` : `i2i by adjacency, exponents ${kind.user}, ${kind.key}, ${kind.target}`;
    ways.push(await tryWay(given2, what, { recipe: { ...recipe, neighbours }, source }, source, beside, some));
  }
  const { best: best3, tried } = pick(ways);
  return { ...best3.way, tried };
}
async function chooseCadence(given2, training, recipe, holdout) {
  const { learn, workers, config: config3 } = given2;
  const wanted = config3.repeat === true && config3.sources?.repeat !== false;
  if (!wanted || training.log.time === null) return { recipe, tried: [] };
  const some = sample3(holdout);
  const tried = [];
  for (const cadence of [false, true]) {
    const what = cadence ? "repeat by frequency, rate and gap" : "repeat by frequency and rate";
    const sections = repeatSections(learn, training, cadence, 0);
    const asked2 = bundleOf(given2, [{ name: "repeat", kind: SOURCE.repeats, sections: () => sections, decay: 1 }]);
    tried.push({ what, ...(await measureAlone(learn, workers, what, asked2, 1, 0, 1, some)).figures });
  }
  return { recipe: { ...recipe, cadence: merit(tried[1]) > merit(tried[0]) }, tried };
}
async function chooseFactors(given2, training, recipe, holdout) {
  const { learn, workers, config: config3, progress, seed } = given2;
  const some = sample3(holdout);
  const decay = training.log.time === null ? 1 : DECAY;
  const tried = [];
  const attempt2 = async (als2) => {
    const factors = await training.als(
      als2,
      als2.iterations,
      seed,
      (done) => progress.stage(`trying factors of ${als2.dims} dimensions`, done, als2.iterations)
    );
    const space = factorSpace({ ...given2, recipe: { ...recipe, als: als2 } }, training, factors, 0);
    const what = `als of ${als2.dims} dimensions, unobserved ${als2.unobserved}`;
    const source = { name: "als", kind: SOURCE.vectors, sections: () => space, decay };
    const { figures } = await measureAlone(learn, workers, what, bundleOf(given2, [source]), 1, 0, decay, some);
    tried.push({ what, ...figures });
    return { als: als2, factors, source, merit: merit(figures) };
  };
  let best3 = await attempt2(recipe.als);
  if (training.log.user.length <= MOST_EVENTS) {
    for (const unobserved of UNOBSERVED.filter((u) => u !== recipe.als.unobserved)) {
      const other = await attempt2({ ...best3.als, unobserved });
      if (other.merit > best3.merit) best3 = other;
    }
    if (config3.dimension === void 0) {
      const larger = await attempt2({ ...best3.als, dims: LARGER });
      if (larger.merit > best3.merit * (1 + WORTH)) best3 = larger;
      else {
        const smaller = await attempt2({ ...best3.als, dims: SMALLER });
        if (smaller.merit > best3.merit * (1 - WORTH / 4)) best3 = smaller;
      }
    }
  }
  progress.say(`factors: ${best3.als.dims} dimensions, unobserved weight ${best3.als.unobserved}`);
  return { recipe: { ...recipe, als: best3.als }, factors: best3.factors, source: best3.source, tried };
}

// web/build/tune/holdout.ts
var MOST_PEOPLE = 1e4;
var MOST_PEOPLE_UNTIMED = 5e3;
var WANTED_EVENTS = 5e3;
var SHARE3 = 0.2;
var LEAST4 = 2;
function byUser(log2) {
  const { start, rows: event } = rowsByCode(log2.user, log2.users);
  const { time } = log2;
  if (time !== null)
    for (let user = 0; user < log2.users; user++)
      event.subarray(start[user], start[user + 1]).sort((a, b) => time[a] - time[b] || a - b);
  return { start, event };
}
function isOneTaking({ baskets, time }, one2, other) {
  if (baskets !== void 0) return baskets.of[one2] !== NO_BASKET && baskets.of[one2] === baskets.of[other];
  return time !== null && time[one2] === time[other];
}
function trainedOn(log2, events, known, repeat2) {
  if (log2.time === null || known <= LEAST4) return known;
  let trained = known - 1;
  while (repeat2 && trained > LEAST4 && isOneTaking(log2, events[trained - 1], events[trained])) trained--;
  return trained;
}
function holdOut(log2, seed, repeat2 = false) {
  const { start, event } = byUser(log2);
  const draw = random(seed);
  const length = (user) => start[user + 1] - start[user];
  const eligible = Array.from({ length: log2.users }, (_, user) => user).filter((user) => length(user) >= 3);
  if (eligible.length < 20) return null;
  const most = log2.time === null ? MOST_PEOPLE_UNTIMED : MOST_PEOPLE;
  const measured = Math.min(most, eligible.length);
  const each = log2.time === null ? Infinity : Math.max(1, Math.ceil(WANTED_EVENTS / eligible.length));
  let left = measured;
  const hidden = new Uint8Array(log2.user.length);
  const heldStart = [0];
  const held2 = [];
  const historyStart = [0];
  const history = [];
  const now = [];
  eligible.forEach((user, place2) => {
    const events = Array.from(event.subarray(start[user], start[user + 1]));
    const hide = Math.max(1, Math.min(each, Math.floor(SHARE3 * events.length)));
    if (log2.time === null)
      for (let i = events.length - 1; i > 0; i--) {
        const j = Math.floor(draw() * (i + 1));
        [events[i], events[j]] = [events[j], events[i]];
      }
    let first = events.length - hide;
    while (repeat2 && first > 0 && isOneTaking(log2, events[first - 1], events[first])) first--;
    if (first === 0) return;
    const kept = events.slice(0, first);
    if (log2.time === null) kept.sort((a, b) => a - b);
    const met = new Set(kept.map((e) => log2.item[e]));
    const gone = events.slice(first);
    for (const e of events.slice(trainedOn(log2, events, first, repeat2))) hidden[e] = 1;
    if (draw() * (eligible.length - place2) >= left) return;
    left--;
    for (const e of gone) if (repeat2 || !met.has(log2.item[e])) held2.push(log2.item[e]);
    heldStart.push(held2.length);
    for (const e of kept) history.push(e);
    historyStart.push(history.length);
    now.push(log2.time?.[gone[0]] ?? NaN);
  });
  const pick2 = (array) => array.filter((_, e) => hidden[e] === 0);
  return {
    train: {
      ...log2,
      user: pick2(log2.user),
      item: pick2(log2.item),
      time: log2.time === null ? null : pick2(log2.time),
      weight: log2.weight === null ? null : pick2(log2.weight),
      ...log2.baskets && { baskets: { ...log2.baskets, of: pick2(log2.baskets.of) } }
    },
    people: peopleOf(log2, historyStart, history, repeat2 && log2.time !== null ? now : null),
    count: heldStart.length - 1,
    heldStart: shared(Uint32Array.from(heldStart)),
    held: shared(Uint32Array.from(held2))
  };
}
function peopleOf(log2, start, events, now) {
  const { item, weight, time } = log2;
  return {
    start: shared(Uint32Array.from(start)),
    item: shared(Uint32Array.from(events, (e) => item[e])),
    weight: weight === null ? null : shared(Float32Array.from(events, (e) => weight[e])),
    time: time === null ? null : shared(Float64Array.from(events, (e) => time[e])),
    now: now === null ? null : shared(Float64Array.from(now))
  };
}

// web/build/tune/search.ts
var WEIGHTS = [0, 0.25, 0.5, 1, 2, 4];
var MOST_SEARCHES = 2e3;
var PLACES2 = 100;
var LEAST_SEARCHES = 100;
var GAIN2 = 5e-3;
async function chooseSearch(learn, ids, index, holdout, seed) {
  const searches = searchesFor(index, holdout, seed);
  if (searches.length < LEAST_SEARCHES) return null;
  const counts = Float32Array.from(popularityOf(holdout.train));
  const policy = policySection(learn, policyAround([]));
  const tried = [];
  for (const popularity of WEIGHTS) {
    const sections = [...ids, ...searchSections(learn, index, counts, popularity, 0), policy];
    tried.push({ popularity, mrr: await meanReciprocal(bundle(learn, holdout.train.items, sections), searches) });
  }
  const best3 = tried.reduce((so, one2) => one2.mrr > so.mrr * (1 + GAIN2) ? one2 : so);
  return { popularity: best3.popularity, tried };
}
async function meanReciprocal(bytes, searches) {
  const core = await coreOf(bytes);
  const k = Math.min(PLACES2, core.items);
  let sum = 0;
  for (const { term, item } of searches) {
    core.begin();
    const place2 = core.placeInSearch(term, k, item);
    if (place2 >= 0) sum += 1 / (1 + place2);
  }
  return sum / searches.length;
}
function searchesFor(index, { held: held2 }, seed) {
  const draw = random(seed);
  const words4 = wordsOf3(index, new Set(held2));
  const every = Math.max(1, Math.ceil(held2.length / MOST_SEARCHES));
  const searches = [];
  for (let h = 0; h < held2.length; h += every) {
    const item = held2[h];
    const own = words4.get(item);
    if (own !== void 0) searches.push({ term: index.terms[own[Math.floor(draw() * own.length)]], item });
  }
  return searches;
}
function wordsOf3({ lists: lists3, places }, items) {
  const words4 = /* @__PURE__ */ new Map();
  for (const titled of [true, false]) {
    const known = new Set(words4.keys());
    for (let term = 0; term < lists3.keys; term++)
      for (let at3 = lists3.start[term]; at3 < lists3.start[term + 1]; at3++) {
        const item = lists3.items[at3];
        if (!items.has(item) || known.has(item) || titled && places[at3] === PLACE_NONE) continue;
        const own = words4.get(item);
        if (own === void 0) words4.set(item, [term]);
        else own.push(term);
      }
  }
  return words4;
}

// web/build/tune/trial.ts
async function holdOutAndChoose(given2) {
  const { config: config3, log: log2, progress, seed } = given2;
  const recipe = recipeFor(log2, config3);
  const holdout = log2 === null || config3.tune === false ? null : holdOut(log2, seed, config3.repeat);
  if (holdout === null) return { recipe, said: null, tried: [], search: null };
  progress.say(`choosing by ${holdout.held.length} held-out events of ${holdout.count} people`);
  return choose(given2, recipe, holdout);
}
async function choose(given2, start, holdout) {
  const { learn, workers, catalogue, config: config3, progress } = given2;
  const training = await Training.of(learn, workers, holdout.train);
  const factors = config3.sources?.als === false ? null : await chooseFactors(given2, training, start, holdout);
  const withFactors = factors?.recipe ?? start;
  const beside = factors === null ? [] : [factors.source];
  const makes = (source) => config3.sources?.[source] !== false && given2.lists?.has(source) !== true;
  const next2 = makes("next") && holdout.train.time !== null ? await chooseTransitions(given2, training, withFactors, beside, holdout) : null;
  const withNext = next2?.recipe ?? withFactors;
  if (next2 !== null) beside.push(next2.source);
  const neighbours = makes("i2i") ? await chooseNeighbours(given2, training, withNext, beside, holdout) : null;
  const chosen = neighbours?.recipe ?? withNext;
  const cadence = await chooseCadence(given2, training, chosen, holdout);
  const { recipe } = cadence;
  const equal2 = () => ({ weight: [1, 1, 1, 1], decay: 1 });
  const { sources, sections } = await assemble(given2, training, recipe, equal2, factors?.factors);
  training.drop();
  const policy = policyOf(sources, config3, given2.weighing);
  const features = given2.tower === null ? null : planFeatures(config3, catalogue, policy.sources);
  const whole4 = [...given2.ids, ...given2.attributes, ...sections, policySection(learn, policy)];
  if (features !== null) whole4.push(featuresSection(learn, features));
  const bytes = shared(bundle(learn, catalogue.ids.length, whole4));
  const timed = holdout.train.time !== null;
  const choice = await tune(learn, workers, "trial", bytes, sources, holdout, timed, (line2) => progress.say(line2));
  progress.say(`together: recall ${choice.fused.recall.toFixed(4)}, ndcg ${choice.fused.ndcg.toFixed(4)}`);
  if (choice.fused.recall === 0) {
    const nothing2 = nothingFound(holdout);
    given2.account.remarks.push(nothing2);
    progress.say(nothing2);
  }
  const of2 = new Map(
    sources.map(({ name }, s) => [
      name,
      { weight: choice.weights[s], decay: choice.decays[s], alone: choice.alone[s] }
    ])
  );
  return {
    recipe,
    said: { of: of2, together: choice.fused, people: holdout.count },
    tried: [
      ...factors?.tried ?? [],
      ...next2?.tried ?? [],
      ...neighbours?.tried ?? [],
      ...cadence.tried,
      ...choice.tried
    ],
    search: await searchOf(given2, holdout)
  };
}
var nothingFound = ({ held: held2, count: count2 }) => `look: none of ${held2.length} held-out events of ${count2} people comes back, by any source: what people did before says nothing of what they do next, or ids, times and events are not what they are taken for (martello check says what for)`;
async function searchOf({ learn, ids, text: text2, progress, seed }, holdout) {
  const choice = await chooseSearch(learn, ids, text2, holdout, seed);
  if (choice === null) return null;
  const mrr = choice.tried.find(({ popularity }) => popularity === choice.popularity).mrr;
  progress.say(`search: popularity weighs ${choice.popularity} against words, mean reciprocal rank ${mrr.toFixed(4)}`);
  return choice;
}

// web/build/build.ts
async function build(inputs, config3, seed, progress, policy = {}) {
  const learn = await Learn.start();
  const workers = new Workers(learn, config3.threads);
  try {
    const given2 = await take(inputs, config3, seed, learn, workers, progress);
    const trial = await holdOutAndChoose(given2);
    const built = await trainOnEverything(given2, trial);
    const decided2 = await decide(given2, built, policy);
    return await finish(given2, trial, built, decided2, policy);
  } finally {
    await workers.close();
  }
}

// web/generated/config.schema.json
var config_schema_default = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "martello build configuration",
  type: "object",
  description: "A build's configuration: the file of `--config`. Every part is optional.",
  additionalProperties: false,
  properties: {
    $schema: {
      type: "string"
    },
    neighbours: {
      type: "integer",
      description: "Neighbours kept per item. Default 30, or 50 where the log has times.",
      minimum: 1,
      maximum: 1e3
    },
    transitions: {
      type: "integer",
      description: "Next items kept per item. Default 50.",
      minimum: 1,
      maximum: 1e3
    },
    basket: {
      type: [
        "string",
        "number"
      ],
      description: "What was taken together: the column of an order or a visit, read within each person; or the longest break in one basket, in seconds. Default: nothing is known to be.",
      minLength: 1,
      minimum: 0
    },
    repeat: {
      type: "boolean",
      description: "People take the same things again, as with groceries: what a history holds may be recommended, by the source `repeat` among others, where a request does not say otherwise. Default false."
    },
    dimension: {
      type: "integer",
      description: "Dimensions of learned vectors; content takes 64 of them at most. Default: 64 for content, and for factors 32, 64 or 128, chosen by held-out events (64 where nothing is held out, and on logs of more than 5 million events).",
      minimum: 16,
      maximum: 512,
      multipleOf: 16
    },
    layers: {
      description: 'Residual layers: bits of each, or "f32" for the float reference. Default [4] for given embeddings and for content without a log; beside a log learned vectors get none.',
      anyOf: [
        {
          type: "array",
          maxItems: 4,
          items: {
            type: "number",
            enum: [
              2,
              4,
              8
            ]
          }
        },
        {
          type: "string",
          const: "f32"
        }
      ]
    },
    subspaces: {
      type: "integer",
      description: "Sub-spaces of the base codes. Default: half the dimension up to 128, a quarter beyond.",
      minimum: 4,
      maximum: 256
    },
    metric: {
      type: "string",
      enum: [
        "ip",
        "cosine",
        "l2"
      ],
      description: 'Metric of given embeddings. Default "ip".'
    },
    weightBits: {
      type: "number",
      enum: [
        4,
        8,
        32
      ],
      description: "Bits of a posting's weight. Default 4."
    },
    popularity: {
      type: "string",
      description: "For a catalogue without a log: the number column by which items are popular."
    },
    graph: {
      type: "object",
      description: "The knowledge graph.",
      additionalProperties: false,
      properties: {
        relations: {
          type: "object",
          description: "What each relation weighs; 0 leaves it out. Default 1.",
          additionalProperties: {
            type: "number",
            minimum: 0,
            maximum: 1e3
          }
        },
        hops: {
          type: "number",
          enum: [
            1,
            2
          ],
          description: "2: what an entity is linked with counts too. Default 2."
        }
      }
    },
    columns: {
      type: "object",
      description: 'Columns by their part, where names do not tell: { "item_id": "sku" }; for one kind of file alone under its name: { "items": { "item_id": "ID" }, "interactions": { "item_id": "product" } }. A file without such a column is read by the usual names. Numbers are places, from 1, of a log or a catalogue without a header: { "interactions": { "user_id": 1, "item_id": 2 } }; its columns are called "column 1", "column 2" \u2026.',
      additionalProperties: false,
      properties: {
        user_id: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        item_id: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        rating: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        event: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        timestamp: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        basket: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        title: {
          type: [
            "string",
            "number",
            "null"
          ]
        },
        interactions: {
          type: "object",
          description: `A person's own choice: the column for a part by its name, or by its place from 1, of files without a header; or null for "none, even if a name fits".`,
          additionalProperties: false,
          properties: {
            user_id: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            item_id: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            rating: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            event: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            timestamp: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            basket: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            title: {
              type: [
                "string",
                "number",
                "null"
              ]
            }
          }
        },
        items: {
          type: "object",
          description: `A person's own choice: the column for a part by its name, or by its place from 1, of files without a header; or null for "none, even if a name fits".`,
          additionalProperties: false,
          properties: {
            user_id: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            item_id: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            rating: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            event: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            timestamp: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            basket: {
              type: [
                "string",
                "number",
                "null"
              ]
            },
            title: {
              type: [
                "string",
                "number",
                "null"
              ]
            }
          }
        },
        campaigns: {
          type: "object",
          description: "Columns by their part, each by its name.",
          additionalProperties: false,
          properties: {
            user_id: {
              type: [
                "string",
                "null"
              ]
            },
            item_id: {
              type: [
                "string",
                "null"
              ]
            },
            rating: {
              type: [
                "string",
                "null"
              ]
            },
            event: {
              type: [
                "string",
                "null"
              ]
            },
            timestamp: {
              type: [
                "string",
                "null"
              ]
            },
            basket: {
              type: [
                "string",
                "null"
              ]
            },
            title: {
              type: [
                "string",
                "null"
              ]
            }
          }
        },
        embeddings: {
          type: "object",
          description: 'Of --embeddings in a table: { "item_id": "id", "vector": "features" }.',
          additionalProperties: false,
          properties: {
            item_id: {
              type: "string"
            },
            vector: {
              type: "string"
            }
          }
        },
        neighbours: {
          type: "object",
          description: 'Of --neighbours; `source` null: all rows are of one source, called "neighbours".',
          additionalProperties: false,
          properties: {
            source: {
              type: [
                "string",
                "null"
              ]
            },
            key: {
              type: "string"
            },
            target: {
              type: "string"
            },
            weight: {
              type: "string"
            }
          }
        },
        popularity: {
          type: "object",
          description: "Of --popularity.",
          additionalProperties: false,
          properties: {
            item_id: {
              type: "string"
            },
            weight: {
              type: "string"
            }
          }
        }
      }
    },
    skip: {
      description: "What is left out and counted where it would be an error: rows without ids; of a catalogue's repeated ids all but the first.",
      anyOf: [
        {
          type: "string",
          enum: [
            "rows without ids",
            "repeated ids"
          ],
          description: "What is left out and counted, where it would be an error: rows without ids; of repeated ids of a catalogue, all but the first."
        },
        {
          type: "array",
          items: {
            type: "string",
            enum: [
              "rows without ids",
              "repeated ids"
            ],
            description: "What is left out and counted, where it would be an error: rows without ids; of repeated ids of a catalogue, all but the first."
          }
        }
      ]
    },
    leaveOut: {
      type: "object",
      description: 'Rows of the log that are left out and counted, by what stands in a column: a value or several, a range of numbers, or true for what is not empty, 0, false or no: { "user_id": ["0", "guest"], "cancelled_at": true, "quantity": { "lt": 0 } }.',
      additionalProperties: {
        anyOf: [
          {
            type: "boolean",
            const: true
          },
          {
            type: "string"
          },
          {
            type: "number"
          },
          {
            type: "array",
            items: {
              type: [
                "string",
                "number"
              ]
            }
          },
          {
            type: "object",
            description: "A range of numbers, each end where it is said.",
            additionalProperties: false,
            properties: {
              gt: {
                type: "number"
              },
              gte: {
                type: "number"
              },
              lt: {
                type: "number"
              },
              lte: {
                type: "number"
              }
            }
          }
        ]
      }
    },
    ids: {
      type: "string",
      enum: [
        "exact",
        "lower case"
      ],
      description: '"exact": every id is the text that stands there. Default: 7.0, as data frames write whole numbers beside gaps, is 7 in every file. "lower case": besides, the item AB-1 is ab-1 in every file, and in the bundle.'
    },
    allow: {
      type: "string",
      const: "catalogue",
      description: '"catalogue": only items of --items are recommended; what else the log has still teaches, and counts in a history.'
    },
    kinds: {
      type: "object",
      description: 'Kinds of attributes by column, each a column of the catalogue: { "zip": "category", "notes": "skip" }.',
      additionalProperties: {
        type: "string",
        enum: [
          "text",
          "category",
          "multi",
          "number",
          "date",
          "skip"
        ]
      }
    },
    sources: {
      type: "object",
      description: "Sources by name: false leaves one out, true keeps it whatever tuning says. `usercf` is made only where it is true.",
      additionalProperties: false,
      properties: {
        embeddings: {
          type: "boolean"
        },
        als: {
          type: "boolean"
        },
        content: {
          type: "boolean"
        },
        i2i: {
          type: "boolean"
        },
        next: {
          type: "boolean"
        },
        together: {
          type: "boolean"
        },
        repeat: {
          type: "boolean"
        },
        usercf: {
          type: "boolean"
        },
        graph: {
          type: "boolean"
        },
        attributes: {
          type: "boolean"
        },
        popular: {
          type: "boolean"
        },
        trending: {
          type: "boolean"
        },
        new: {
          type: "boolean"
        }
      }
    },
    events: {
      type: "object",
      description: 'What events are worth, by name in any case: { "buy": 3, "dislike": -1 }. Default: -1 for names that plainly say dislike (dislike, thumbs_down, hide, downvote, report \u2026), 0 for those that only take something back (remove_from_cart, refund, cancel, unlike \u2026) or came to nothing (skip, failed), in whatever language, 1 for all others, and where a name says more than that (play_muted); the build says which are which. What takes back, and a dislike, void what the person said of the item before.',
      maxProperties: 64,
      additionalProperties: {
        type: "number",
        minimum: -100,
        maximum: 100
      }
    },
    ratings: {
      description: 'How ratings are graded: `zero` says nothing, from `one` on they count 1, below `zero` less than 0, down to `least` (default\n-1: dislike; 0: only not to be learned from); `none` stands for "not rated". false: every one counts 1. Default: a column that plainly is a scale is graded by half and four fifths of its top with `least` 0, which the build says; no other is.',
      anyOf: [
        {
          type: "boolean",
          const: false
        },
        {
          type: "object",
          required: [
            "zero",
            "one"
          ],
          description: "A rating r weighs (r - zero) / (one - zero), from `least` (default -1) to 1, and `none` says nothing; nor does any where both are the same.",
          additionalProperties: false,
          properties: {
            zero: {
              type: "number"
            },
            one: {
              type: "number"
            },
            none: {
              type: "number"
            },
            least: {
              type: "number",
              minimum: -1,
              maximum: 0
            }
          }
        }
      ]
    },
    separators: {
      type: "object",
      description: 'What parts the cells of a column into values: { "genres": "," }; false: each is one value. Default: told from them.',
      additionalProperties: {
        anyOf: [
          {
            type: "string",
            minLength: 1
          },
          {
            type: "boolean",
            enum: [
              false
            ]
          }
        ]
      }
    },
    decimals: {
      type: "object",
      description: 'What stands before the decimals of numbers, by column, where they do not tell: { "price": "," } reads 1.299 as 1299.',
      additionalProperties: {
        type: "string",
        enum: [
          ".",
          ","
        ]
      }
    },
    dates: {
      type: "object",
      description: 'Which comes first in times and dates such as 08/10/2015, by column, where none of it tells: { "released": "day first" }.',
      additionalProperties: {
        type: "string",
        enum: [
          "day first",
          "month first"
        ]
      }
    },
    missing: {
      type: "object",
      description: 'What stands for nothing in a column of the catalogue, beside NULL, NaN and their like and in place of "N/A" and dashes: { "brand": ["NA", "-"] }; []: nothing else.',
      additionalProperties: {
        type: "array",
        items: {
          type: "string"
        }
      }
    },
    quote: {
      type: "boolean",
      description: "false: quotes in the log and the catalogue stand for themselves, true: fields may be quoted. Default: told from tab-separated files, true for others."
    },
    html: {
      type: "boolean",
      description: "false: entities and tags of HTML in the catalogue are as they stand. Default: `Tom &amp; Jerry` is read as the text that it shows."
    },
    keep: {
      type: "array",
      description: "The columns of the catalogue that become attributes, beside id and title. Default: all of them, 64 at most.",
      items: {
        type: "string"
      }
    },
    features: {
      description: 'What a ranker is told of each candidate, by name (see features.ts): a list, in which "auto" stands for the automatic one. Default "auto"; false: nothing, so that the bundle takes no ranker of trees.',
      anyOf: [
        {
          type: "boolean",
          const: false
        },
        {
          type: "string",
          const: "auto"
        },
        {
          type: "array",
          maxItems: 256,
          items: {
            type: "string",
            minLength: 1,
            maxLength: 400
          }
        }
      ]
    },
    context: {
      type: "object",
      description: 'Fields that a request\'s `context` may bring: { "hour": "number", "country": ["de", "fr"] }. "category" takes the values from the column of that name in the log.',
      maxProperties: 32,
      propertyNames: {
        minLength: 1,
        maxLength: 100
      },
      additionalProperties: {
        anyOf: [
          {
            type: "string",
            const: "number"
          },
          {
            type: "string",
            const: "category"
          },
          {
            type: "array",
            minItems: 1,
            maxItems: 65536,
            items: {
              type: "string",
              minLength: 1,
              maxLength: 400
            }
          }
        ]
      }
    },
    tower: {
      type: "object",
      description: "How the model of --user-tower is used.",
      additionalProperties: false,
      properties: {
        output: {
          type: "string",
          description: "Which output is the user's vector. Default: the first one of the embeddings' width."
        },
        inputs: {
          type: "object",
          description: "What each input is fed with, by its name. Default: by its type, shape and name.",
          additionalProperties: {
            anyOf: [
              {
                type: "object",
                required: [
                  "from"
                ],
                description: "One input, as the config binds it.",
                additionalProperties: false,
                properties: {
                  from: {
                    type: "string",
                    enum: [
                      "history",
                      "worths",
                      "types",
                      "times",
                      "ages",
                      "length",
                      "mask",
                      "context",
                      "constant",
                      "candidate",
                      "features"
                    ],
                    description: "history: ids of the last events; worths, types, times, ages (seconds before now), mask: of the same events; length: how many there are; context: fields of the request; candidate, features: of each candidate (rankers)."
                  },
                  padding: {
                    type: "string",
                    enum: [
                      "left",
                      "right",
                      "newest"
                    ],
                    description: "Where padding stands: left of the events, right of them, or right with the newest event first. Default left, or right where an input has the length."
                  },
                  pad: {
                    type: "number",
                    description: "What stands where there is no event. Default 0."
                  },
                  unknown: {
                    type: "number",
                    description: "What stands for what is not known. Default 0."
                  },
                  scale: {
                    type: "number",
                    description: "Multiplies times, ages, fields and features. Default 1."
                  },
                  shift: {
                    type: "number",
                    description: "Is added to them then. Default 0."
                  },
                  values: {
                    type: "object",
                    description: "Event types: the model's number of each event name.",
                    additionalProperties: {
                      type: "integer",
                      minimum: 0,
                      maximum: 16777216
                    }
                  },
                  fields: {
                    type: "array",
                    description: "context: names of config key `context`; features: names of the bundle's features; one for each element.",
                    maxItems: 256,
                    items: {
                      type: "string"
                    }
                  },
                  value: {
                    type: "number",
                    description: "constant: the number."
                  }
                }
              },
              {
                type: "string",
                enum: [
                  "history",
                  "worths",
                  "types",
                  "times",
                  "ages",
                  "length",
                  "mask",
                  "context",
                  "constant",
                  "candidate",
                  "features"
                ],
                description: "What an input of a model is fed with."
              }
            ]
          }
        },
        numbers: {
          type: "string",
          enum: [
            "ids",
            "rows"
          ],
          description: `The tower's number of an item: "ids", the integer that its id spells, or "rows", its row in --embeddings. Default: ids where all are integers inside the tower's item table, else rows; or whichever of the two its table agrees with.`
        },
        offset: {
          type: "integer",
          description: "What is added to that. Default 0 for ids, 1 for rows, so that 0 is kept for padding.",
          minimum: -16777216,
          maximum: 16777216
        },
        tie: {
          type: "boolean",
          description: "Whether an item table that equals the embeddings is left out and decoded from their codes. Default true."
        },
        weights: {
          type: "string",
          enum: [
            "float32",
            "float16",
            "int8"
          ],
          description: 'How weights are kept; int8 has a scale for each row. Default "float32".'
        },
        sizes: {
          type: "object",
          description: "Sizes that the model leaves open besides its batch, by their symbols, such as the length of the history. Default 50.",
          additionalProperties: {
            type: "integer",
            minimum: 1,
            maximum: 4096
          }
        },
        leastWorth: {
          type: "number",
          description: "Events worth less are not shown to the tower. Default: 0, so that dislikes are not.",
          minimum: -100,
          maximum: 100
        },
        golden: {
          type: "string",
          description: "An .npz with arrays by the names of the inputs and the output: pairs to keep. Default: pairs made at build."
        }
      }
    },
    ranker: {
      type: "object",
      description: "How the model of --ranker is used.",
      additionalProperties: false,
      properties: {
        candidates: {
          type: "integer",
          description: "How many candidates the ranker scores; the others follow them. Default 300.",
          minimum: 1,
          maximum: 2e3
        },
        prerank: {
          type: "object",
          description: "Which candidates those are: the best by this sum of weight \xB7 feature, names as in `features`; `missing` stands in for an unknown value (default 0). Default: the best by fused score, which costs least.",
          minProperties: 1,
          maxProperties: 256,
          additionalProperties: {
            anyOf: [
              {
                type: "number",
                minimum: -1e6,
                maximum: 1e6
              },
              {
                type: "object",
                required: [
                  "weight"
                ],
                additionalProperties: false,
                properties: {
                  weight: {
                    type: "number",
                    minimum: -1e6,
                    maximum: 1e6
                  },
                  missing: {
                    type: "number",
                    minimum: -1e6,
                    maximum: 1e6
                  }
                }
              }
            ]
          }
        },
        blend: {
          type: "number",
          description: "Candidates are ordered by the ranker's score plus this much of the fused score. Default 0.",
          minimum: -1e6,
          maximum: 1e6
        },
        class: {
          type: "integer",
          description: "Of a model of several classes: the one whose probability is the score.",
          minimum: 0,
          maximum: 1023
        },
        rounds: {
          description: `Trees: how many boosting rounds count: "best", up to the best one of early stopping; "all"; or so many. Default: as the object that saved the file predicts: XGBoost's scikit-learn wrapper up to the best one, everything else all.`,
          anyOf: [
            {
              type: "string",
              const: "best"
            },
            {
              type: "string",
              const: "all"
            },
            {
              type: "integer",
              minimum: 1,
              maximum: 1e6
            }
          ]
        },
        categories: {
          type: "string",
          enum: [
            "values",
            "codes"
          ],
          description: 'Trees: what a feature of categories carries, where the model keeps the categories of a data frame: its "values" (default), or the "codes" from 0 that the trainer made of them.'
        },
        output: {
          type: "string",
          description: "ONNX: which output is the score. Default: the first."
        },
        inputs: {
          type: "object",
          description: "ONNX: what each input is fed with, by its name; `candidate` and `features` are of each candidate.",
          additionalProperties: {
            anyOf: [
              {
                type: "object",
                required: [
                  "from"
                ],
                description: "One input, as the config binds it.",
                additionalProperties: false,
                properties: {
                  from: {
                    type: "string",
                    enum: [
                      "history",
                      "worths",
                      "types",
                      "times",
                      "ages",
                      "length",
                      "mask",
                      "context",
                      "constant",
                      "candidate",
                      "features"
                    ],
                    description: "history: ids of the last events; worths, types, times, ages (seconds before now), mask: of the same events; length: how many there are; context: fields of the request; candidate, features: of each candidate (rankers)."
                  },
                  padding: {
                    type: "string",
                    enum: [
                      "left",
                      "right",
                      "newest"
                    ],
                    description: "Where padding stands: left of the events, right of them, or right with the newest event first. Default left, or right where an input has the length."
                  },
                  pad: {
                    type: "number",
                    description: "What stands where there is no event. Default 0."
                  },
                  unknown: {
                    type: "number",
                    description: "What stands for what is not known. Default 0."
                  },
                  scale: {
                    type: "number",
                    description: "Multiplies times, ages, fields and features. Default 1."
                  },
                  shift: {
                    type: "number",
                    description: "Is added to them then. Default 0."
                  },
                  values: {
                    type: "object",
                    description: "Event types: the model's number of each event name.",
                    additionalProperties: {
                      type: "integer",
                      minimum: 0,
                      maximum: 16777216
                    }
                  },
                  fields: {
                    type: "array",
                    description: "context: names of config key `context`; features: names of the bundle's features; one for each element.",
                    maxItems: 256,
                    items: {
                      type: "string"
                    }
                  },
                  value: {
                    type: "number",
                    description: "constant: the number."
                  }
                }
              },
              {
                type: "string",
                enum: [
                  "history",
                  "worths",
                  "types",
                  "times",
                  "ages",
                  "length",
                  "mask",
                  "context",
                  "constant",
                  "candidate",
                  "features"
                ],
                description: "What an input of a model is fed with."
              }
            ]
          }
        },
        numbers: {
          type: "string",
          enum: [
            "ids",
            "rows"
          ],
          description: "ONNX: the model's number of an item, as for the tower."
        },
        offset: {
          type: "integer",
          description: "ONNX: what is added to that. Default 0 for ids, 1 for rows.",
          minimum: -16777216,
          maximum: 16777216
        },
        weights: {
          type: "string",
          enum: [
            "float32",
            "float16",
            "int8"
          ],
          description: 'ONNX: how weights are kept. Default "float32".'
        },
        list: {
          type: "string",
          description: "ONNX, a listwise ranker: the symbol of the axis along which candidates lie, where the first one counts lists. Default: the one before the features'.",
          minLength: 1
        },
        sizes: {
          type: "object",
          description: "ONNX: sizes that the model leaves open besides its batch. Default 50.",
          additionalProperties: {
            type: "integer",
            minimum: 1,
            maximum: 4096
          }
        },
        leastWorth: {
          type: "number",
          description: "ONNX: events worth less are not shown to the model. Default 0.",
          minimum: -100,
          maximum: 100
        },
        golden: {
          type: "string",
          description: "ONNX: an .npz with pairs to keep, as for the tower."
        }
      }
    },
    shelf: {
      type: "integer",
      description: "How many to recommend where a request does not say. Default 20.",
      minimum: 1,
      maximum: 1e3
    },
    search: {
      description: "The text index: false leaves it out.",
      anyOf: [
        {
          type: "boolean",
          const: false
        },
        {
          type: "object",
          additionalProperties: false,
          properties: {
            fields: {
              type: "object",
              description: "What a word in each column counts, 0 for nothing. Default: 2 in `title`, 1 in other texts and categories.",
              additionalProperties: {
                type: "number",
                minimum: 0,
                maximum: 100
              }
            },
            k1: {
              type: "number",
              description: "BM25: how soon repeated words stop counting. Default 1.2.",
              minimum: 0,
              maximum: 100
            },
            b: {
              type: "number",
              description: "BM25: how much long texts are held back. Default 0.75.",
              minimum: 0,
              maximum: 1
            },
            popularity: {
              type: "number",
              description: "What being popular weighs against the words. Default: what held-out events say, else 0.5.",
              minimum: 0,
              maximum: 100
            }
          }
        }
      ]
    },
    tune: {
      type: "boolean",
      description: "Search weights and decay on held-out events. Default true."
    },
    threads: {
      type: "integer",
      description: "Worker threads. Default: one per core, 8 at most. The bundle does not depend on it.",
      minimum: 1,
      maximum: 64
    }
  }
};

// web/build/config.ts
var readConfig = (path) => readJson(path, config_schema_default);

// web/build/write.ts
import { access, rename, rm, stat as stat3, writeFile } from "node:fs/promises";
async function writeAtomically(path, bytes) {
  const part3 = partOf2(path);
  try {
    await writeFile(part3, bytes, { flush: true });
    await rename(part3, path);
  } catch (error) {
    await rm(part3, { force: true });
    throw writeError(path, error);
  }
}

// web/build/inspect.ts
var NAMES3 = new Map(Object.entries(SECTION).map(([name, kind]) => [kind, name]));
async function sectionsOf(bytes) {
  const learn = await Learn.start();
  return learn.with([bytes], (at3) => {
    const out = learn.take(64);
    const sections = [];
    for (let i = 0, count2 = 1; i < count2; i++) {
      learn.call("mt_inspect", at3, bytes.length, i, out);
      const [kind, ordinal, part3, , , offset, length, total] = learn.u32(out, 8);
      count2 = total;
      const name = Buffer.from(learn.u8(out + 32, 25)).toString("utf8").replace(/\0.*$/s, "");
      sections.push({
        kind: NAMES3.get(kind) ?? `kind ${kind}`,
        name,
        ordinal,
        part: part3,
        offset,
        bytes: length
      });
    }
    return sections;
  });
}
export {
  InputError,
  ProgramRunner,
  TreeRunner,
  accountOf,
  build,
  compile,
  isOnnx,
  readCampaigns,
  readConfig,
  readEmbeddings,
  readForest,
  readGraph,
  readInteractions,
  readItems,
  readNeighbours,
  readOnnx,
  readPolicy,
  readPopularity,
  readRanker,
  readTower,
  roundedApart,
  sectionsOf,
  writeAtomically
};
