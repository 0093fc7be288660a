import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRedactor } from "@datafly/safe-http";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf } from "./support/setup.js";

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.learn(secret);
  return redactor.redact;
}

/** What a server makes of a key that it puts into a text. */
const FORMS: Readonly<Record<string, (key: string) => string>> = {
  "as it is": (key) => key,
  "as JSON": (key) => JSON.stringify(key),
  "as JSON with escaped slashes": (key) => JSON.stringify(key).replaceAll("/", "\\/"),
  "as part of a URL": encodeURIComponent,
};
const KEY_CHARACTERS = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
const keys = fc.string({ unit: fc.constantFrom(...KEY_CHARACTERS), minLength: 8, maxLength: 40 });
const KEY = 'x9_Yz-0AbC"d\\Ef%Gh/+12=&';

describe("a text from outside", () => {
  test.each(Object.entries(FORMS))("shows no key %s", (_, form) => {
    const shown = redactorOf(KEY)(`No such key: ${form(KEY)} (401)`);

    expect(shown).toMatch(/^No such key: "?\[redacted\]"? \(401\)$/);
  });

  test("shows no key of any characters, whatever is around it", () => {
    fc.assert(
      fc.property(
        keys,
        fc.string(),
        fc.string(),
        fc.constantFrom(...Object.values(FORMS)),
        (key, before, after, form) => {
          expect(redactorOf(key)(before + form(key) + after)).not.toContain(form(key));
        },
      ),
    );
  });

  test("that holds no key is left as it is", () => {
    fc.assert(
      fc.property(keys, fc.string(), (key, text) => {
        expect(redactorOf(`${key}Q7`)(text)).toBe(text);
      }),
    );
  });

  test("shows none of several keys, as of a key that was rotated", () => {
    expect(redactorOf("first-key", "second-key")("first-key, second-key")).toBe("[redacted], [redacted]");
  });

  test("shows nothing of a key that another one begins with", () => {
    expect(redactorOf("abcd-1", "abcd-12")("abcd-12 abcd-1")).toBe("[redacted] [redacted]");
  });

  test("forgets the key first that was used the longest time ago", () => {
    const others = Array.from({ length: 31 }, (_, index) => `key-number-${index + 100}`);

    const redact = redactorOf("in-use-still", ...others, "in-use-still", "one-more-key");

    expect(redact("in-use-still")).toBe("[redacted]");
  });

  test("shows none of the 32 latest keys, however many there were", () => {
    const many = Array.from({ length: 60 }, (_, index) => `key-number-${index + 100}`);

    const shown = redactorOf(...many)(many.join(" "));

    expect(shown.split(" ").filter((word) => word === "[redacted]")).toHaveLength(32);
    expect(shown).not.toContain("key-number-159");
  });

  test("that is cut off inside the key shows at most three characters of it", () => {
    fc.assert(
      fc.property(
        keys,
        fc.constantFrom(...Object.values(FORMS)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (key, form, part) => {
          const said = form(key).slice(form === FORMS["as it is"] || form === encodeURIComponent ? 0 : 1);
          const shown = redactorOf(key)(said.slice(0, Math.floor(part * said.length)), true);

          expect(shown.length < 4 || shown.includes("[redacted]")).toBe(true);
          expect(shown).not.toContain(said.slice(0, 4));
        },
      ),
    );
  });
});

test.each([
  ["a repetitive key", "a".repeat(40), "a".repeat(2 ** 20)],
  ["the beginning of a key, again and again", `${"ab".repeat(255)}c`, "ab".repeat(2 ** 19)],
  ["escapes and nothing else", "a/2".repeat(20), "a\\/2%2F".repeat(2 ** 17)],
])("a body of a MiB of %s takes no time to redact", async (_, apiKey, body) => {
  const { url } = await serverForTest((response) => response.writeHead(422).end(body));
  const { client } = clientOf({ url, apiKey });
  await errorOf(client.contacts.create(ada));
  const startedAt = performance.now();

  const thrown = (await errorOf(client.contacts.create(ada))) as { body: string };

  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(thrown.body.length).toBeLessThanOrEqual(4096);
  expect(thrown.body).not.toContain(apiKey);
});

test.each([KEY, "x9_Yz-0AbCdEfGhIjKlMnO"])("a key of %s in baseUrl is not in the message of an error", async (key) => {
  for (const status of [302, 404, 200, undefined]) {
    const { client } = clientOf(
      { url: `http://127.0.0.1/api/${encodeURIComponent(key)}/v1`, apiKey: key },
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

test("a key in a baseUrl that is not escaped is not in the message of an error", async () => {
  const key = 'with"quotes+and<more>';
  const fetch = () => Promise.reject(new Error("…"));
  const { client } = clientOf({ url: `http://127.0.0.1/${key}/api/v1`, apiKey: key }, { fetch });

  const { message } = (await errorOf(client.contacts.create(ada))) as Error;

  expect(message).toContain("http://127.0.0.1/[redacted]/api/v1");
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
