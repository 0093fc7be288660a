import { relative } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, test } from "vitest";

import { FileConsentStore } from "../../src/consent/file-consent-store.js";
import { openConsentStore } from "../../src/consent/open-consent-store.js";
import { RedisConsentStore } from "../../src/consent/redis-consent-store.js";
import { UsageError } from "../../src/usage-error.js";
import { folderForTest } from "../support/folder.js";

const visitor = { anonymousId: "a-1" };

describe("a file", () => {
  test.each([
    ["its path", (file: string) => file],
    ["its path from here", (file: string) => relative(".", file)],
    ["file: and its path", (file: string) => `file:${file}`],
    ["file: and its path from here", (file: string) => `file:${relative(".", file)}`],
    ["its address", (file: string) => pathToFileURL(file).href],
  ])("by %s", async (_, addressOf) => {
    const folder = await folderForTest();
    const file = await folder.write("my consent.json", '{ "consent:a-1": { "canonical": { "marketing": true } } }');

    const store = await openConsentStore({ consentStore: addressOf(file) }, { env: {} });

    expect(store).toBeInstanceOf(FileConsentStore);
    expect(await store.check(visitor, "marketing")).toMatchObject({ granted: true });
    await store.close();
  });

  test.each(["consent.json", "./a:b.json", "file:ab:c.json", "C:\\consent.json"])(
    "%s is a path, and named where there is none",
    async (address) => {
      const path = address.replace("file:", "");
      await expect(openConsentStore({ consentStore: address }, { env: {} })).rejects.toThrow(
        new UsageError(`The file of --consent-store, ${path}, cannot be read: there is no such file or folder.`),
      );
    },
  );

  test("a slip in an address makes a path, which is not repeated: there may be a password in it", async () => {
    for (const consentStore of ["redis//user:MARKER@localhost", "//user:MARKER@localhost:6379"]) {
      const error: unknown = await openConsentStore({ consentStore }, { env: {} }).catch((thrown: unknown) => thrown);

      expect(error).toBeInstanceOf(UsageError);
      expect(String(error)).toMatch(/^UsageError: Give --consent-store [^\n]*\.$/);
      expect(String(error)).not.toContain("MARKER");
    }
  });
});

test.each([
  "redis://localhost",
  "redis://localhost:6380",
  "rediss://user:secret@redis.lead.example:6380/3",
  "redis://:p%40ss@[::1]/",
  "REDIS://localhost",
])("%s is a Redis, which is not connected to yet", async (address) => {
  const store = await openConsentStore({ consentStore: address }, { env: {} });

  expect(store).toBeInstanceOf(RedisConsentStore);
  await store.close();
});

describe("wrong options are said in one sentence, and not repeated", () => {
  test.each([
    "",
    "file:",
    "file://elsewhere/MARKER.json",
    "http://MARKER@lead.example/",
    "unix:/MARKER.sock",
    "memcached://:MARKER@localhost",
  ])("%j", async (consentStore) => {
    const error: unknown = await openConsentStore({ consentStore }, { env: {} }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/^UsageError: Give --consent-store [^\n]*\.$/);
    expect(String(error)).not.toContain("MARKER");
  });

  test.each([
    "redis:",
    "redis://",
    "redis://:MARKER@",
    "redis:///MARKER",
    "redis:MARKER",
    "redis://:MARKER@localhost:99999",
    "redis://:MARKER@localhost:port",
    "redis://:MARKER@localhost/database",
    "redis://:MARKER@localhost/1/2",
    "redis://localhost?password=MARKER",
    "redis://localhost#MARKER",
    // not percent-encoded
    "redis://:MARK#ER@localhost",
    "redis://:MARKER/word@localhost",
    "redis://:MARKER%@localhost",
    "redis://MARKER%zz@localhost",
  ])("%j", async (consentStore) => {
    const error: unknown = await openConsentStore({ consentStore }, { env: {} }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/^UsageError: Write the Redis of --consent-store as [^\n]*\.$/);
    expect(String(error)).not.toMatch(/MARK|ER@/);
  });

  test.each([{ consentKey: "consent" }, { consentKey: "" }, { consentPath: "." }])("%j", async (flags) => {
    await expect(openConsentStore({ consentStore: "consent.json", ...flags }, { env: {} })).rejects.toThrow(UsageError);
  });
});

describe("what is no file is refused at the start, since each check would wait in it for ever", () => {
  test.each([
    ["a pipe", "pipe", "it is no file"],
    ["a folder", ".", "it is a folder"],
  ])("%s", async (_, name, reason) => {
    const folder = await folderForTest();
    await folder.pipe("pipe");
    const consentStore = folder.at(name);

    await expect(openConsentStore({ consentStore }, { env: {} })).rejects.toThrow(
      `The file of --consent-store, ${consentStore}, cannot be read: ${reason}.`,
    );
  });
});
