/** How many layers of escapes are decoded; JSON in JSON in a URL has three. */
const MAX_LAYERS = 4;

/** An escape of JSON, a URL or HTML; by the groups, the character that it stands for. A lone backslash stands for nothing. */
const ESCAPE =
  /\\u([\da-f]{4})|\\x([\da-f]{2})|%([\da-f]{2})|&#x([\da-f]{1,6});|&#(\d{1,7});|\\(\\)|(&)amp;|\\[bfnrtv]?/y;

/** Where a text broke off inside an escape. */
const TORN_ESCAPE = /^(?:\\(?:u[\da-f]{0,3}|x[\da-f]?)?|%[\da-f]?|&(?:#x?[\da-f]{0,7}|a?m?p?))$/;
const MAX_TORN_LENGTH = 10;

const ESCAPE_SIGNS = Array.from("\\%&", (sign) => sign.charCodeAt(0));

const decoder = new TextDecoder();

/** The characters of a text that a key may contain, as {@link foldedCode}s, and where each is from in the text as it was. */
export interface Layer {
  readonly codes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/**
 * Returns a text, and then the text with one layer of its escapes after the other decoded. What no key contains is skipped:
 * blanks, invisible characters, everything that is not ASCII. Takes time in proportion to the text's length.
 *
 * @param brokenOff whether the text may end inside an escape, which is then removed
 */
export function* layersOf(text: string, brokenOff: boolean): Generator<Layer> {
  let layer = layerOf(text.length, (add) => {
    for (let index = 0; index < text.length; index++) add(text.charCodeAt(index), index, index + 1);
  });
  yield layer;
  for (let count = 0; count < MAX_LAYERS; count++) {
    const { codes } = layer;
    if (!ESCAPE_SIGNS.some((sign) => codes.includes(sign))) return;
    const decoded = decode(layer, brokenOff);
    if (decoded.codes.length === codes.length) return;
    yield (layer = decoded);
  }
}

/** The same code for both cases of a letter, and for both alphabets of base64. */
export function foldedCode(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  return code === 0x2d ? 0x2b : code === 0x5f ? 0x2f : code;
}

function decode({ codes, starts, ends }: Layer, brokenOff: boolean): Layer {
  const text = decoder.decode(codes);
  return layerOf(codes.length, (add) => {
    for (let index = 0; index < codes.length; index++) {
      const start = starts[index];
      let code = codes[index] ?? 0;
      if (ESCAPE_SIGNS.includes(code)) {
        if (brokenOff && text.length - index <= MAX_TORN_LENGTH && TORN_ESCAPE.test(text.slice(index))) return;
        ESCAPE.lastIndex = index;
        const escape = ESCAPE.exec(text);
        if (escape !== null) {
          code = codeOf(escape);
          index += escape[0].length - 1;
        }
      }
      add(code, start, ends[index]);
    }
  });
}

/** The code of the character that an escape stands for; 0 for none. */
function codeOf([, unicode, byte, percent, entity, decimal, backslash, ampersand]: RegExpExecArray): number {
  const hex = unicode ?? byte ?? percent ?? entity;
  if (hex !== undefined) return parseInt(hex, 16);
  return decimal === undefined ? (backslash ?? ampersand ?? "\0").charCodeAt(0) : Number(decimal);
}

type Add = (code: number, start: number | undefined, end: number | undefined) => void;

function layerOf(maxLength: number, fill: (add: Add) => void): Layer {
  const [codes, starts, ends] = [new Uint8Array(maxLength), new Uint32Array(maxLength), new Uint32Array(maxLength)];
  let length = 0;
  fill((code, start = 0, end = 0) => {
    if (code <= 0x20 || code >= 0x7f) return;
    codes[length] = foldedCode(code);
    starts[length] = start;
    ends[length] = end;
    length++;
  });
  return { codes: codes.subarray(0, length), starts, ends };
}
