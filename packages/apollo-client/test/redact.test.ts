import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { redactorOf } from "../src/secret.js";
import { ada, clientOf, errorOf } from "./support/setup.js";

const hex = (text: string) => Buffer.from(text).toString("hex");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const jsonOfCodes = (text: string) =>
  Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** What a server may make of a text that it was sent. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in upper case": (text) => text.toUpperCase(),
  "in base64": base64,
  "in base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "in base64 after one more byte": (text) => base64(`:${text}`),
  "in base64 between other bytes": (text) => base64(`{"k":"${text}"}`),
  "in hexadecimal": hex,
  "in upper-case hexadecimal": (text) => hex(text).toUpperCase(),
  "escaped for a URL": encodeURIComponent,
  "with each character escaped for a URL": (text) => hex(text).replace(/../g, "%$&"),
  "as JSON": (text) => JSON.stringify(text),
  "as JSON with each character escaped": jsonOfCodes,
  "as JSON with escaped slashes": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "as a string of C": (text) => hex(text).replace(/../g, "\\x$&"),
  "escaped for HTML": (text) => Array.from(text, (character) => `&#${character.charCodeAt(0)};`).join(""),
  "with blanks": (text) => Array.from(text).join(" "),
  "with line breaks": (text) => text.replace(/.{7}/g, "$&\r\n"),
  "with invisible characters": (text) => Array.from(text).join("\u200b\u00ad"),
};
const encodings = fc.constantFrom(...Object.keys(ENCODINGS));
const encode = (name: string, text: string) => ENCODINGS[name]?.(text) ?? text;

const KEY_CHARACTERS = Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
  (character) => !`\\%&"'<>`.includes(character),
);
const keys = fc.string({ unit: fc.constantFrom(...KEY_CHARACTERS), minLength: 16, maxLength: 40 });
const repetitive = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...Array.from("ab/=")), minLength: 1, maxLength: 3 }),
    fc.integer({ min: 16, max: 20 }),
  )
  .map(([part, times]) => part.repeat(times));
const surroundings = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...Array.from("\\%&#xu025;abk ")) }),
);

const BASE64_AS_WRITTEN = (key: string) => [0, 1, 2].map((before) => innerOf(base64("x".repeat(before) + key), before));

/** Without the characters that share their bits with what is before or after the key. */
function innerOf(encoded: string, before: number): string {
  return encoded.replace(/(?:.==|.=)$/, "").slice([0, 2, 3][before]);
}

function expectNoFormOf(key: string, text: string) {
  // Without escapes, so that a form of the key is found behind them as well.
  for (const shown of [text, text.replaceAll("\\", ""), text.replace(/[^!-~]/g, "")]) {
    const lower = shown.toLowerCase();
    for (const form of [key, hex(key), encodeURIComponent(key), JSON.stringify(key).slice(1, -1), jsonOfCodes(key)]) {
      expect(lower).not.toContain(form.toLowerCase());
    }
    for (const form of BASE64_AS_WRITTEN(key)) {
      expect(shown).not.toContain(form);
      expect(shown).not.toContain(form.replaceAll("+", "-").replaceAll("/", "_"));
    }
  }
}

describe("a text from outside", () => {
  test.each(Object.keys(ENCODINGS))("shows no key %s", (name) => {
    const key = "x9_Yz-0AbCdEfGh/+12=";
    const said = `No such key: ${encode(name, key)} (401)`;

    const shown = redactorOf(key)(said);

    expect(shown).toContain("[redacted]");
    expect(shown).toMatch(/^No such key: .* \(401\)$/su);
    expectNoFormOf(key, shown);
  });

  test("shows no key in one encoding or two, whatever is around it", () => {
    fc.assert(
      fc.property(
        fc.oneof(keys, repetitive),
        surroundings,
        surroundings,
        encodings,
        encodings,
        (key, before, after, inner, outer) => {
          const redact = redactorOf(key);
          for (const said of [
            before + encode(inner, key) + after,
            encode(outer, before + encode(inner, key) + after),
            before + encode(outer, encode(inner, key)) + after,
          ]) {
            expectNoFormOf(key, redact(said));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("that holds no key is left as it is", () => {
    fc.assert(
      fc.property(keys, surroundings, (key, text) => {
        expect(redactorOf(`${key}Q7`)(text)).toBe(text);
      }),
    );
  });

  test("that broke off inside the key, in any encoding, shows at most three characters of it", () => {
    fc.assert(
      fc.property(keys, encodings, fc.double({ min: 0, max: 1, noNaN: true }), (key, name, part) => {
        const encoded = encode(name, key).replace(/^"/, "");
        const said = encoded.slice(0, Math.floor(part * encoded.length));
        // Base64 after other bytes hides the first characters of the key, so less of it is seen as a beginning.
        const shown = redactorOf(key)(said, { brokenOff: true });

        expect(shown.replace(/[^!-~]/g, "").toLowerCase()).not.toContain(key.slice(0, 4).toLowerCase());
        expect(shown).not.toContain(base64(key).slice(0, 8));
        expect(shown.toLowerCase()).not.toContain(hex(key).slice(0, 8));
      }),
    );
  });
});

describe("redaction", () => {
  const length = 2 ** 16;
  const filled = (part: string) => part.repeat(Math.ceil(length / part.length)).slice(0, length);
  const timeOf = (key: string, text: string) => {
    const redact = redactorOf(key);
    const times = [0, 1, 2].map(() => {
      const startedAt = performance.now();
      redact(text, { brokenOff: true });
      return performance.now() - startedAt;
    });
    return Math.min(...times);
  };
  const plain = filled("an answer without anything hidden ");

  test.each([
    ["a letter 40 times", "a".repeat(40)],
    ["two letters 20 times", "ab".repeat(20)],
    ["a letter 511 times and another one", `${"a".repeat(511)}b`],
    ["a part with a slash 20 times", "a/2".repeat(20)],
  ])("does not take long for any text that a server makes up for a key of %s", (_, key) => {
    const usual = timeOf("x9_Yz-0AbCdEfGhIjKlMnO", plain);
    const begun = key.slice(0, -1);

    for (const part of [
      ...[key, begun, `${begun}!`, `!${key.slice(1)}`, key.slice(0, 1), `${key.slice(0, key.length / 2)} `],
      ...[hex(begun), base64(begun), encodeURIComponent(begun), jsonOfCodes(begun)],
      ...[
        "\\",
        "\\a",
        "\\a\\/\\2",
        "a\\\\\\",
        "\\u0061",
        "\\u005c",
        "%",
        "%25",
        "%61",
        "%5c",
        "&#x",
        "&#x61;",
        "&amp;",
      ],
      ...["a ", " ", "é", "a\u200b"],
    ]) {
      const hostile = timeOf(key, filled(part));
      expect(hostile, `${part.slice(0, 12)}: ${hostile} ms, and ${usual} ms for a usual text`).toBeLessThan(40 * usual);
    }
  });
});

test("a key in baseUrl is not in the message of an error", async () => {
  const key = "x9_Yz-0AbCdEfGhIjKlMnO";
  for (const status of [302, 404, 200, undefined]) {
    const { client } = clientOf(
      { url: `http://127.0.0.1/api/${key}/v1`, apiKey: key },
      {
        maxRetries: 0,
        fetch: () =>
          status === undefined ? Promise.reject(new Error("…")) : Promise.resolve(new Response(null, { status })),
      },
    );

    const { message } = (await errorOf(client.contacts.create(ada))) as Error;

    expect(message).not.toContain(key);
    if (status !== 200) expect(message).toContain("http://127.0.0.1/api/[redacted]/v1");
  }
});

test("a server that returns the key as the id of a contact does not get it into contact.id", async () => {
  const key = "0123456789abcdef01234567";
  const { client } = clientOf(
    { url: "http://127.0.0.1", apiKey: key },
    { fetch: () => Promise.resolve(Response.json({ contact: { id: key, first_name: "Ada" } })) },
  );

  const { contact } = await client.contacts.create(ada);

  expect(contact).toStrictEqual({ id: "[redacted]", first_name: "Ada" });
});
