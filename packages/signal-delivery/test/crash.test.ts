import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { crashText } from "../src/report/crash-text.js";
import { folderForTest } from "./support/folder.js";
import { startNode, startShell } from "./support/program.js";

const bin = fileURLToPath(new URL("../../signal-apollo-worker/bin", import.meta.url));

/** The program's launcher with something else in the place of what it loads. */
async function launcherWith(dist: string | undefined) {
  const folder = await folderForTest();
  await cp(bin, folder.at("bin"), { recursive: true });
  await folder.write("package.json", '{"type":"module"}');
  await mkdir(folder.at("dist"));
  if (dist !== undefined) await folder.write("dist/index.js", dist);
  return folder.at("bin/signal-apollo.js");
}

describe("a program that cannot run ends with 70, and not with 1, which has another meaning", () => {
  test.each([
    ["nothing is built", undefined, "signal-apollo cannot be loaded: Cannot find module"],
    [
      "a dependency is missing",
      'import "not-there";',
      "signal-apollo cannot be loaded: Cannot find package 'not-there'",
    ],
    ["it breaks while it is loaded", 'throw new Error("broken\\u001b[2J");', "cannot be loaded: broken\u{fffd}[2J."],
    ["it waits for nothing", "export const main = () => new Promise(() => {});", "the program waits for nothing"],
  ])("%s", async (_, dist, words) => {
    const { exitCode, stdout, stderr } = await startNode([await launcherWith(dist)]).ended;

    expect(exitCode).toBe(70);
    expect(stdout).toBe("");
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("\n    at ");
  });

  test.each(["throw", "Promise.reject"])("an error that nobody catches: %s", async (how) => {
    const folder = await folderForTest();
    const error = 'Object.assign(new SyntaxError("Unexpected token in ada@lead.example\\n    at ada (a:1:1)"))';
    const fail = how === "throw" ? `throw ${error}` : `Promise.reject(${error})`;
    // As soon as the program is there, however long it takes to load.
    const code = `const timer = setInterval(() => {
      if (process.listenerCount("uncaughtException") === 0) return;
      clearInterval(timer);
      ${fail};
    }, 20);`;
    await folder.write("later.mjs", code);

    const { ended } = startShell("sleep 5 | NODE_OPTIONS='--import ./later.mjs' signal_apollo preview", {
      cwd: folder.path,
    });

    const { exitCode, stdout, stderr } = await ended;
    expect(exitCode).toBe(70);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^An unexpected error: SyntaxError\. This should not happen; please report it\.\n/);
    expect(stderr).not.toContain("ada");
  });
});

describe("the words for an error that nobody foresaw", () => {
  test("hold what the program says of itself, and where", () => {
    const text = crashText(new TypeError("x is not a function"));

    expect(text).toMatch(/^An unexpected error: TypeError: x is not a function\. .*\n {4}at .*crash\.test\.ts:\d+:\d+/);
  });

  test.each([new SyntaxError('"ada@lead.example" is not JSON'), new Error("ada@lead.example"), "ada@lead.example"])(
    "hold no value that an event may have had: %s",
    (error) => {
      expect(crashText(error)).not.toContain("ada@");
    },
  );
});
