import { chmod, mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";

import { test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";

import { ConsentStoreError } from "@datafly/signal-apollo-connector";
import { FileConsentStore } from "../../src/consent/file-consent-store.js";
import { DEFAULT_FLAG_PATH, parseFlagPath } from "../../src/consent/flag-path.js";
import { DEFAULT_KEY_TEMPLATE, parseKeyTemplate } from "../../src/consent/key-template.js";
import { openConsentStore } from "../../src/consent/open-consent-store.js";
import { folderForTest } from "../support/folder.js";
import { posix } from "../support/posix.js";
import { anyEntry, BARE_VALUES, isGranted, STORED_VALUES } from "./stored-values.js";

const visitor = { anonymousId: "a-1" };
const granting = '{ "consent:a-1": { "canonical": { "marketing": true } } }';
const revoking = '{ "consent:a-1": { "canonical": { "marketing": false } } }';

async function storeForTest(content: string, consentPath?: string) {
  const folder = await folderForTest();
  const file = await folder.write("consent.json", content);
  return { folder, file, store: await openConsentStore({ consentStore: file, consentPath }, { env: {} }) };
}

test.each(STORED_VALUES)("an entry of %s: %s", async (json, granted, evidence) => {
  const { store } = await storeForTest(`{"consent:a-1":${json}}`);

  expect(await store.check(visitor, "marketing")).toEqual({ granted, evidence: `file ${evidence}` });
});

test.each(BARE_VALUES)("with an empty path, an entry of %s: %s", async (json, granted, evidence) => {
  const { store } = await storeForTest(`{"consent:a-1":${json}}`, "");

  expect(await store.check(visitor, "marketing")).toEqual({ granted, evidence: `file ${evidence}` });
});

test.each([
  '{"consent:a-1":{"canonical":{"marketing":false,"marketing":true}}}',
  '{"consent:a-1":{"canonical":{"marketing":false}},"consent:a-1":{"canonical":{"marketing":true}}}',
])("a name that is twice there, in %s, grants nothing: which is meant, nobody knows", async (content) => {
  const { store } = await storeForTest(content);

  expect(await store.check(visitor, "marketing")).toEqual({
    granted: false,
    evidence: "file: a name is twice in the entry",
  });
});

test.each(["{}", revoking.replace("a-1", "a-2"), granting.replace("a-1", "a-2"), '{"canonical":{"marketing":true}}'])(
  "no entry of this person in %s: not granted",
  async (content) => {
    const { store } = await storeForTest(content);

    expect(await store.check(visitor, "marketing")).toEqual({ granted: false, evidence: "file: no entry" });
  },
);

test("what all objects inherit is nobody's entry", async () => {
  const folder = await folderForTest();
  const consentStore = await folder.write("consent.json", "{}");
  const store = await openConsentStore({ consentStore, consentKey: "{userId}" }, { env: {} });

  expect(await store.check({ userId: "constructor" }, "marketing")).toMatchObject({ evidence: "file: no entry" });
  expect(await store.check({ userId: "__proto__" }, "marketing")).toMatchObject({ evidence: "file: no entry" });
});

test("a byte order mark, as editors on Windows leave it, does not keep it from being read", async () => {
  const { store } = await storeForTest(`\u{feff}${granting}`);

  expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
});

test("an event that does not tell whose consent it needs: not granted", async () => {
  const { store } = await storeForTest(granting);

  const evidence = "file: the event has no anonymousId";
  expect(await store.check({ userId: "a-1" }, "marketing")).toEqual({ granted: false, evidence, unasked: true });
});

describe("a change counts at once", () => {
  test("revoked", async () => {
    const { file, store } = await storeForTest(granting);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    await writeFile(file, revoking);

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: false });
  });

  test("also where neither size nor time stamp tell", async () => {
    const { folder, file, store } = await storeForTest(granting.replace("true", "true "));
    const then = new Date("2026-02-25T14:30:00Z");
    await utimes(file, then, then);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    const next = await folder.write("next.json", revoking);
    await utimes(next, then, then);
    await rename(next, file);

    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: false });
  });

  test("deleted: the store cannot be asked; there again: it can", async () => {
    const { file, store } = await storeForTest(granting);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });

    await rm(file);
    await expect(store.check(visitor, "marketing")).rejects.toThrow(
      new ConsentStoreError("The consent file cannot be read: there is no such file or folder"),
    );

    await writeFile(file, granting);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
  });
});

describe("what cannot be read grants nothing and denies nothing", () => {
  test.each([
    ["", "The consent file is not JSON"],
    [granting.slice(0, -1), "The consent file is not JSON"],
    [`${granting}\n${granting}`, "The consent file is not JSON"],
    ["null", "The consent file is not a JSON object, with an entry for each key"],
    ["true", "The consent file is not a JSON object, with an entry for each key"],
    [`[${granting}]`, "The consent file is not a JSON object, with an entry for each key"],
  ])("%j", async (content, message) => {
    const { store } = await storeForTest(content);

    await expect(store.check(visitor, "marketing")).rejects.toThrow(new ConsentStoreError(message));
  });

  test("a folder", async () => {
    const { file, store } = await storeForTest(granting);
    await rm(file);
    await mkdir(file);

    await expect(store.check(visitor, "marketing")).rejects.toThrow(
      new ConsentStoreError("The consent file cannot be read: it is a folder"),
    );
  });

  // Nothing is forbidden to root, nor by modes on Windows.
  test.runIf(posix && process.getuid?.() !== 0)("a file that may not be read", async () => {
    const { file, store } = await storeForTest(granting);
    await chmod(file, 0);

    await expect(store.check(visitor, "marketing")).rejects.toThrow(
      new ConsentStoreError("The consent file cannot be read: permission denied"),
    );
  });

  test.each(["x".repeat(5_000), "redis//user:MARKER@host", "MARKER\0"])(
    "the path %j, which is not repeated",
    async (path) => {
      const place = { key: parseKeyTemplate(DEFAULT_KEY_TEMPLATE), path: parseFlagPath(DEFAULT_FLAG_PATH) };
      const store = new FileConsentStore(path, place);

      const error: unknown = await store.check(visitor, "marketing").catch((thrown: unknown) => thrown);

      expect(error).toBeInstanceOf(ConsentStoreError);
      expect(String(error)).not.toMatch(/MARKER|xxx/);
    },
  );
});

propertyTest.prop([anyEntry])("whatever is stored: granted only by the literal true at the path", async (entry) => {
  const folder = await folderForTest();
  const consentStore = await folder.write("consent.json", JSON.stringify({ "consent:a-1": entry }));
  const store = await openConsentStore({ consentStore }, { env: {} });

  const { granted } = await store.check(visitor, "marketing");

  expect(granted).toBe(isGranted(entry));
});
