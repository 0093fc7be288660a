import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import type { CreateContactRequest } from "@datafly/apollo-client";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { curlCommand } from "../../docs/playground/src/curl-command.js";

const run = promisify(execFile);

/** Prints its arguments, each with a NUL behind it, which no argument can hold. */
const FAKE_CURL = `#!/bin/sh\nprintf '%s\\0' "$@"\n`;

// Windows has no sh of its own.
describe.skipIf(process.platform === "win32")("in a real shell", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "playground-curl-"));
    await writeFile(join(folder, "curl"), FAKE_CURL);
    await chmod(join(folder, "curl"), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function argumentsOf(contact: CreateContactRequest): Promise<string[]> {
    const { stdout } = await run("sh", ["-c", curlCommand(contact)], {
      env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`, APOLLO_API_KEY: "the key" },
    });
    return stdout.split("\0").slice(0, -1);
  }

  test("the key comes from the environment, and the rest is Apollo's own", async () => {
    expect(await argumentsOf({ first_name: "Tim", last_name: "Zheng" })).toEqual([
      "--request",
      "POST",
      "https://api.apollo.io/api/v1/contacts",
      "--header",
      "X-Api-Key: the key",
      "--header",
      "Content-Type: application/json",
      "--data-raw",
      '{\n  "first_name": "Tim",\n  "last_name": "Zheng"\n}',
    ]);
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("O'Brien", "'; touch x; '", "$(id)", "`id`", "$HOME", "!!", "a\\", '"', "%s\n", "@file", "'\\''"),
  );
  propertyTest.prop([hostile, hostile], { numRuns: 100 })(
    "whatever the values are, curl gets them as they are",
    async (first_name, title) => {
      const contact = { first_name, last_name: "Zheng", title };
      const body = (await argumentsOf(contact)).at(-1) ?? "";
      expect(JSON.parse(body)).toStrictEqual(contact);
    },
  );
});
