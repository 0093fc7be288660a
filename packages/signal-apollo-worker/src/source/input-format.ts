import { basename, dirname, extname, join } from "node:path";

import { shellWord } from "../text/shell-word.js";
import { UsageError } from "../usage-error.js";

/** So much of an input is looked at, at most. */
export const INPUT_FORMAT_BYTES = 64 * 1024;

/** What the beginning of an input holds. */
interface Beginning {
  readonly bytes: Buffer;
  /** The first two lines that are not blank; the last of them may be cut. */
  readonly first: string;
  readonly second: string;
}

/** An input that is not NDJSON: how to tell, and what makes NDJSON of it. */
interface OtherFormat {
  readonly name: string;
  readonly looksSo: (beginning: Beginning) => boolean;
  /** The command that converts a file, to standard output. */
  readonly convert?: (file: string) => string;
  /** What to do where no command can do it. */
  readonly advice?: string;
}

/** Names with a comma, a semicolon or a tab between them. */
const HEADER = /^[\p{L}\p{N}_ "'.-]+([,;\t])[\p{L}\p{N}_ "'.-]*(?:\1[\p{L}\p{N}_ "'.-]*)*$/u;

/** The formats that come up, in the order in which they are looked for. */
const OTHER_FORMATS: readonly OtherFormat[] = [
  { name: "gzip", looksSo: startsWith(0x1f, 0x8b), convert: (file) => `gunzip -c < ${file}` },
  { name: "a zip archive", looksSo: startsWith(0x50, 0x4b, 0x03, 0x04), convert: (file) => `unzip -p ${file}` },
  { name: "zstd", looksSo: startsWith(0x28, 0xb5, 0x2f, 0xfd), convert: (file) => `zstd -dc < ${file}` },
  { name: "UTF-16", looksSo: hasUtf16Mark, convert: (file) => `iconv -f UTF-16 -t UTF-8 ${file}` },
  { name: "UTF-16LE", looksSo: isUtf16, convert: (file) => `iconv -f UTF-16LE -t UTF-8 ${file}` },
  {
    name: "binary",
    // No JSON has a zero in it. One in a bad line among events is no more than that: a crash can leave a block of them in a file.
    looksSo: ({ bytes, first, second }) => bytes.includes(0) && !isObject(first) && !isObject(second),
    advice: "Perhaps it is compressed or encrypted, or another file was meant.",
  },
  {
    name: "a JSON array",
    // A line that holds a whole array, among lines that hold events, is a bad line and no more.
    looksSo: ({ first, second }) => first === "[" || (/^\[\s*\{/.test(first) && !isObject(second)),
    convert: (file) => `jq -c '.[]' ${file}`,
  },
  {
    name: "pretty-printed JSON, with an event on several lines",
    looksSo: ({ first, second }) => first.startsWith("{") && !isObject(first) && second.startsWith('"'),
    convert: (file) => `jq -c . ${file}`,
  },
  {
    name: "CSV",
    looksSo: isCsv,
    advice: "Make an event of each row; `signal-apollo init` writes some to go by.",
  },
  {
    name: "HTML or XML",
    looksSo: ({ first }) => first.startsWith("<"),
    advice: "Perhaps an error page was saved in place of the events.",
  },
];

/**
 * Looks at the beginning of an input, and passes NDJSON, be it with a bad line. Otherwise all of it would become dead letters.
 *
 * @param path the file; `undefined` for standard input
 * @throws UsageError that says what it looks like, and how to convert it
 */
export function checkInputFormat(bytes: Buffer, path: string | undefined): void {
  const [first = "", second = ""] = linesOf(bytes);
  const format = OTHER_FORMATS.find(({ looksSo }) => looksSo({ bytes, first, second }));
  if (format === undefined) return;
  const what = `${path ?? "Standard input"} looks like ${format.name}, and not like NDJSON, one event a line.`;
  throw new UsageError(`${what} Nothing was sent. ${howToConvert(format, path)}`);
}

/** Whether there is enough of a beginning to tell: a first line that is an event, or two lines, or as much as is looked at. */
export function showsInputFormat(bytes: Buffer): boolean {
  if (bytes.length >= INPUT_FORMAT_BYTES) return true;
  const ended = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const [first, second] = linesOf(ended);
  return second !== undefined || (first !== undefined && isObject(first));
}

function howToConvert({ convert, advice = "" }: OtherFormat, path: string | undefined): string {
  if (convert === undefined) return advice;
  if (path === undefined) return `Pipe it through this first:\n\n  ${convert("-").replace(/ (?:< )?-$/, "")}\n`;
  const converted = join(dirname(path), `${basename(path, extname(path))}.converted.ndjson`);
  return `Convert it:\n\n  ${convert(shellWord(path))} > ${shellWord(converted)}\n`;
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

function isObject(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
