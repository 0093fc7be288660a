import { basename, dirname, extname, join } from "node:path";

import { shellWord } from "../text/shell-word.js";
import { parse as parseTolerantly } from "jsonc-parser";

import type { Program } from "../program.js";
import { UsageError } from "../usage-error.js";

/** So much of an input is looked at, at most. */
export const INPUT_FORMAT_BYTES = 64 * 1024;

/** What the beginning of an input holds. */
interface Beginning {
  readonly bytes: Buffer;
  /** The first two lines that are not blank; the last of them may be cut. */
  readonly first: string;
  readonly second: string;
  /** How the first line wraps its event or events: a filter of jq that unwraps it; `undefined` if it does not. */
  readonly wrap: string | undefined;
  /** Whether the second line is known to be the last one. */
  readonly isAll: boolean;
}

/** An input that is not NDJSON: how to tell, and what makes NDJSON of it. */
interface OtherFormat {
  readonly name: string;
  readonly looksSo: (beginning: Beginning) => boolean;
  /** The command that converts a file, to standard output. `-` is standard input, and is taken off at the end of the command. */
  readonly convert?: (file: string, beginning: Beginning) => string;
  /** The command for standard input, where it is another one. */
  readonly convertPiped?: string;
  /** What to do where no command can do it, in a program of this name. */
  readonly advice?: (program: string) => string;
}

/** Names with a comma, a semicolon or a tab between them. */
const HEADER = /^[\p{L}\p{N}_ "'.-]+([,;\t])[\p{L}\p{N}_ "'.-]*(?:\1[\p{L}\p{N}_ "'.-]*)*$/u;

/** How an event begins whose quotes are doubled. */
const CSV_OF_JSON = '"{""';

/** The formats that come up, in the order in which they are looked for. */
const OTHER_FORMATS: readonly OtherFormat[] = [
  { name: "gzip", looksSo: startsWith(0x1f, 0x8b), convert: (file) => `gunzip -c < ${file}` },
  {
    name: "a spreadsheet (Excel or OpenDocument)",
    looksSo: isSpreadsheet,
    advice: (program) =>
      `Save the sheet as CSV in UTF-8 in your spreadsheet program, and make an event of each row; \`${program} init\` writes some to go by.`,
  },
  {
    name: "a zip archive",
    looksSo: startsWith(0x50, 0x4b, 0x03, 0x04),
    convert: (file) => `unzip -p ${file}`,
    convertPiped: "funzip",
  },
  { name: "zstd", looksSo: startsWith(0x28, 0xb5, 0x2f, 0xfd), convert: (file) => `zstd -dc < ${file}` },
  { name: "UTF-16", looksSo: hasUtf16Mark, convert: (file) => `iconv -f UTF-16 -t UTF-8 ${file}` },
  { name: "UTF-16LE", looksSo: isUtf16, convert: (file) => `iconv -f UTF-16LE -t UTF-8 ${file}` },
  {
    name: "binary",
    // No JSON has a zero in it. One in a bad line among events is no more than that: a crash can leave a block of them in a file.
    looksSo: ({ bytes, first, second }) => bytes.includes(0) && !isObject(first) && !isObject(second),
    advice: () => "Perhaps it is compressed or encrypted, or another file was meant.",
  },
  {
    name: "JSON in JSON: events as texts",
    looksSo: ({ wrap }) => wrap?.includes(FROM_JSON) === true,
    convert: unwrapped,
  },
  {
    name: "a JSON array",
    // A line that holds a whole array, among lines that hold events, is a bad line and no more.
    looksSo: ({ first, second }) => first === "[" || (/^\[\s*\{/.test(first) && !isObject(second)),
    convert: (file, { wrap = ".[]" }) => unwrapped(file, { wrap }),
  },
  {
    name: "an envelope with a batch of events",
    looksSo: ({ wrap }) => wrap?.includes("[]") === true,
    convert: unwrapped,
  },
  {
    name: "events with an envelope around each",
    looksSo: ({ wrap }) => wrap !== undefined,
    convert: unwrapped,
  },
  {
    name: "JSON in the quotes of CSV",
    looksSo: ({ first, second }) =>
      !isObject(first) && (first.startsWith(CSV_OF_JSON) || second.startsWith(CSV_OF_JSON)),
    convert: (file) => `sed -e 's/[[:space:]]*$//' -e 's/^"\\(.*\\)"$/\\1/' -e 's/""/"/g' ${file}`,
  },
  {
    name: "events with something behind each, such as a comma",
    // The last one has nothing behind it.
    looksSo: ({ first, second, isAll }) => hasSomethingBehind(first) && (isAll || !isObject(second)),
    convert: (file) => `sed 's/[,;[:space:]]*$//' ${file}`,
  },
  {
    name: "events with something before each, such as a time",
    looksSo: ({ first, second }) =>
      (startOfObject(first) > 0 && !isObject(second)) || (isObject(first) && /^,\s*\{/.test(second)),
    convert: (file, { first, second }) => {
      const line = isObject(first) ? second : first;
      // Only what stands before the event goes, and a line without an event stays as it is, to be seen.
      return line.slice(0, Math.max(0, startOfObject(line))).includes("{")
        ? `sed -E 's/^([^{]|\\{[^"{])*\\{"/{"/' ${file}`
        : `sed 's/^[^{]*{/{/' ${file}`;
    },
  },
  {
    name: "pretty-printed JSON, with an event on several lines",
    looksSo: ({ first, second }) => first.startsWith("{") && !isObject(first) && second.startsWith('"'),
    convert: (file) => `jq -c . ${file}`,
  },
  {
    name: "CSV",
    looksSo: isCsv,
    advice: (program) => `Make an event of each row; \`${program} init\` writes some to go by.`,
  },
  {
    name: "HTML or XML",
    looksSo: ({ first }) => first.startsWith("<"),
    advice: () => "Perhaps an error page was saved in place of the events.",
  },
];

/**
 * Looks at the beginning of an input, and passes NDJSON, be it with a bad line. Otherwise all of it would become dead letters.
 *
 * @param path the file; `undefined` for standard input
 * @param program what advice names
 * @param isWhole whether that is all of the input. Default: `false`
 * @throws UsageError that says what it looks like, and how to convert it
 */
export function checkInputFormat(
  bytes: Buffer,
  path: string | undefined,
  program: Pick<Program, "name">,
  isWhole = false,
): void {
  const [first = "", second = "", ...others] = linesOf(bytes);
  const isAll = isWhole && others.length === 0;
  const isCut = bytes.length >= INPUT_FORMAT_BYTES && second === "";
  const beginning: Beginning = { bytes, first, second, isAll, wrap: wrapOf(first, second, isCut) };
  const format = OTHER_FORMATS.find(({ looksSo }) => looksSo(beginning));
  if (format === undefined) return;
  const what = `${path ?? "Standard input"} looks like ${format.name}, and not like NDJSON, one event a line.`;
  throw new UsageError(`${what} Nothing was sent. ${howToConvert(format, beginning, path, program.name)}`);
}

/**
 * Whether there is enough of a beginning to tell: a first line that is an event, or two lines, or as much as is looked at. A third line
 * tells whether the first has something behind it because all but the last have.
 */
export function showsInputFormat(bytes: Buffer): boolean {
  if (bytes.length >= INPUT_FORMAT_BYTES) return true;
  const ended = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const [first = "", second, third] = linesOf(ended);
  if (second === undefined) return isObject(first);
  return third !== undefined || !hasSomethingBehind(first) || !isObject(second);
}

function howToConvert(
  { convert, convertPiped, advice = () => "" }: OtherFormat,
  beginning: Beginning,
  path: string | undefined,
  program: string,
): string {
  if (convert === undefined) return advice(program);
  if (path === undefined) {
    const command = convertPiped ?? convert("-", beginning).replace(/ (?:< )?-$/, "");
    return `Pipe it through this first:\n\n  ${command}\n`;
  }
  const converted = join(dirname(path), `${basename(path, extname(path))}.converted.ndjson`);
  return `Convert it:\n\n  ${convert(shellWord(path), beginning)} > ${shellWord(converted)}\n`;
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .subarray(0, INPUT_FORMAT_BYTES)
    .toString()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function startsWith(...magic: readonly number[]): OtherFormat["looksSo"] {
  return ({ bytes }) => magic.every((byte, index) => bytes[index] === byte);
}

function hasUtf16Mark({ bytes, ...rest }: Beginning): boolean {
  const littleEndian = bytes[0] === 0xff && bytes[1] === 0xfe;
  const bigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  return (littleEndian && isUtf16({ bytes: bytes.subarray(2), ...rest })) || (bigEndian && bytes[2] === 0);
}

/** The letters that JSON begins with have a zero in every other byte. */
function isUtf16({ bytes }: Beginning): boolean {
  return bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0;
}

function isCsv({ first, second }: Beginning): boolean {
  const delimiter = HEADER.exec(first)?.[1];
  return delimiter !== undefined && second.includes(delimiter) && !second.startsWith("{");
}

/** What is in the archives that spreadsheet programs write, and in those of others. */
const SPREADSHEET_PARTS = ["[Content_Types].xml", "opendocument.spreadsheet", "Index/Document.iwa"];
const OTHER_PARTS = ["word/", "ppt/"];

/** Excel's older format is not an archive. Word's begins in the same way, but no one has events in it. */
function isSpreadsheet(beginning: Beginning): boolean {
  if (startsWith(0xd0, 0xcf, 0x11, 0xe0)(beginning)) return true;
  const has = (part: string) => beginning.bytes.includes(part);
  return startsWith(0x50, 0x4b, 0x03, 0x04)(beginning) && SPREADSHEET_PARTS.some(has) && !OTHER_PARTS.some(has);
}

/** The types of events. */
const EVENT_TYPES: ReadonlySet<unknown> = new Set(["track", "page", "identify", "group", "screen", "alias"]);
/** An event deeper in a line than this is not looked for. */
const MAX_WRAPS = 6;

/**
 * How the first line wraps its event, or its events, as a filter of jq that unwraps it: `.batch[]`, `fromjson`; `undefined` if it does
 * not, or if the second line is an event: then the first is a bad line and no more.
 *
 * @param isCut whether there is only the beginning of the first line
 */
function wrapOf(first: string, second: string, isCut: boolean): string | undefined {
  if (!/^["{[]/.test(first)) return undefined;
  const value: unknown = parseJson(first) ?? (isCut ? parseBeginning(first) : undefined);
  if (value === undefined || isEvent(value) || isEvent(parseJson(second))) return undefined;
  // What has a name and traits is an event, if a wrong one, and a dead letter is for another command.
  if (isObjectWith(value, "event", "traits") || isObjectWith(value, "maybeDelivered", "reason")) return undefined;
  const steps = stepsToEvent(value, MAX_WRAPS, isCut);
  if (steps === undefined || steps.length === 0) return undefined;
  return steps.reduce((filter, step) => {
    if (step === FROM_JSON) return filter === "" ? step : `${filter} | ${step}`;
    if (filter.endsWith(FROM_JSON)) filter += " | ";
    return `${filter}${step.startsWith("[") && /^$| $/.test(filter) ? "." : ""}${step}`;
  }, "");
}

const FROM_JSON = "fromjson";

/** The steps from a value to the first event in it; none if it is one. */
function stepsToEvent(value: unknown, depth: number, isCut: boolean): string[] | undefined {
  if (isEvent(value)) return [];
  if (depth === 0) return undefined;
  const stepsVia = (step: string, next: unknown) => {
    const steps = stepsToEvent(next, depth - 1, isCut);
    return steps && [step, ...steps];
  };
  if (typeof value === "string") {
    if (!/^\s*["{[]/.test(value)) return undefined;
    return stepsVia(FROM_JSON, parseJson(value) ?? (isCut ? parseBeginning(value) : undefined));
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return stepsVia("[]", value[0]);
  for (const [name, member] of Object.entries(value)) {
    const steps = stepsVia(/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`, member);
    if (steps) return steps;
  }
  return undefined;
}

function unwrapped(file: string, { wrap = "." }: Pick<Beginning, "wrap">): string {
  return `jq -c '${wrap.replaceAll("'", "'\\''")}' ${file}`;
}

function isEvent(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && EVENT_TYPES.has(value.type);
}

function isObjectWith(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === "object" && value !== null && names.every((name) => Object.hasOwn(value, name));
}

/** Whether a line is an object with a comma or the like behind it. */
function hasSomethingBehind(line: string): boolean {
  const object = withoutEnd(line);
  return object !== line && isObject(object);
}

/** A line without what may stand behind an object. By hand: an expression would go back and forth over a long run of blanks. */
function withoutEnd(line: string): string {
  let end = line.length;
  while (",; \t\r".includes(line.charAt(end - 1)) && end > 0) end--;
  return line.slice(0, end);
}

/** So many places are tried for the beginning of an object, in so much of a line. */
const MAX_STARTS = 10;
const MAX_PREFIX = 1_000;

/** Where in a line an object begins that goes to its end; -1 if there is none, or the line is a torn event with another behind it. */
function startOfObject(line: string): number {
  if (/^\{\s*"/.test(line)) return -1;
  let at = line.indexOf("{");
  for (let tried = 0; at !== -1 && at <= MAX_PREFIX && tried < MAX_STARTS; tried++) {
    if (isObject(line.slice(at))) return at;
    at = line.indexOf("{", at + 1);
  }
  return -1;
}

/** What the beginning of a JSON text holds; `undefined` if it is nested too deeply to be read. */
function parseBeginning(text: string): unknown {
  try {
    return parseTolerantly(text);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
