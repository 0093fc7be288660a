import { readFile } from "node:fs/promises";

import { parse } from "jsonc-parser";
import { describe, expect, test } from "vitest";

import { defaultBlueprint } from "@datafly/signal-apollo-connector";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

describe("what init writes", () => {
  test("the blueprint, with its comments, is Signal's own", async () => {
    const folder = await folderForTest();
    await run(["init", folder.path]);

    const blueprint = await readFile(folder.at("blueprint.jsonc"), "utf8");

    const parsed: unknown = parse(blueprint, [], { allowTrailingComma: true });
    expect(parsed).toStrictEqual({ $schema: "./blueprint.schema.json", ...defaultBlueprint });
    for (const part of Object.keys(defaultBlueprint)) expect(blueprint).toMatch(new RegExp(`  // .*\n  "${part}": `));
  });

  test("the schema that the blueprint names is beside it, for editors without a network", async () => {
    const folder = await folderForTest();
    await run(["init", folder.path]);
    const { stdout } = await run(["schema", "blueprint"]);

    const text = await readFile(folder.at("blueprint.jsonc"), "utf8");
    const { $schema } = parse(text, [], { allowTrailingComma: true }) as { $schema: string };

    expect(await readFile(folder.at($schema), "utf8")).toBe(stdout);
  });

  test("the examples show each decision, and tell which by a name", async () => {
    const folder = await folderForTest();
    await run(["init", folder.path]);

    const argv = ["preview", "--json", "--blueprint", folder.at("blueprint.jsonc"), folder.at("leads.ndjson")];
    const { exitCode, stdout } = await run(argv);

    expect(exitCode).toBe(0);
    const events = objectsOf(await readFile(folder.at("leads.ndjson"), "utf8"));
    const names = events.map(({ traits }) => (traits as { last_name?: string }).last_name);
    const decisions = objectsOf(stdout).map(({ action, reason, warnings }, index) => [
      names[index],
      reason ?? action,
      ...(warnings as { code: string }[]).map(({ code }) => code),
    ]);
    expect(decisions).toEqual([
      ["Delivered", "deliver"],
      ["Warning", "deliver", "invalid_phone"],
      ["NoConsent", "consent_missing"],
      ["Denied", "consent_denied"],
      ["NotMapped", "event_not_mapped"],
      [undefined, "missing_name"],
    ]);
  });
});

test("the commands that init names next work as they are", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const { exitCode, stdout } = await run(["init", folder.at("new folder")]);
  expect(exitCode).toBe(0);

  const commands = [...stdout.matchAll(/^ +signal-apollo (.+)$/gm)].map(([, words = ""]) =>
    [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
  );
  const runs = [];
  for (const argv of commands) runs.push(await run(argv, { env: sandbox.env }));

  expect(commands.map(([name]) => name)).toEqual(["preview", "deliver", "dead-letters"]);
  expect(runs.map((one) => one.exitCode)).toEqual([0, 1, 0]);
  expect(runs.at(-1)?.stdout).toContain("missing_name");
  expect(sandbox.contacts()).toHaveLength(2);
});

describe("what becomes of lists", () => {
  test.each([
    ["add\n", true],
    ["a\n", true],
    ["replace\n", false],
    ["\n", false],
    ["whatever\n", false],
  ])("is asked for in a terminal: %j", async (stdin, adds) => {
    const folder = await folderForTest();

    const { exitCode, stdout } = await run(["init", folder.path], { terminal: true, stdin });

    expect(exitCode).toBe(0);
    expect(stdout).toContain("replace or add? [replace]");
    expect(stdout.includes("deliver --blueprint") && stdout.includes(" --labels add ")).toBe(adds);
  });

  test.each([
    ["that is given is not asked for", ["--labels", "add"], true],
    ["without a person to ask is the default", [], false],
  ] as const)("%s", async (_, flags, adds) => {
    const folder = await folderForTest();

    const { stdout } = await run(["init", ...flags, folder.path], { terminal: adds });

    expect(stdout).not.toContain("replace or add?");
    expect(stdout.includes(" --labels add ")).toBe(adds);
  });
});

test("a file that is there is never written over", async () => {
  const folder = await folderForTest();
  await folder.write("leads.ndjson", "mine\n");

  const { exitCode, stdout } = await run(["init", folder.path]);

  expect(exitCode).toBe(0);
  expect(stdout).toContain(`${folder.at("leads.ndjson")} is there already, and was left as it is\n`);
  expect(stdout).toContain(`Written: ${folder.at("blueprint.jsonc")}`);
  expect(await readFile(folder.at("leads.ndjson"), "utf8")).toBe("mine\n");
});

test.each([
  ["/folder", "a part of its path is no folder"],
  ["", "there is a file of that name"],
])("a folder that cannot be made is one sentence and exit code 2: below a file, %j", async (below, reason) => {
  const folder = await folderForTest();
  const file = await folder.write("file", "");

  const { exitCode, stdout, stderr } = await run(["init", `${file}${below}`]);

  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(new RegExp(`^Cannot make the folder [^\\n]+: ${reason}\\.\\n$`));
});
