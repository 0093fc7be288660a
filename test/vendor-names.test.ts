import { expect, test } from "vitest";

import { importsOf } from "./import-problems.js";
import { sources } from "./pages.js";

const SRC = "packages/signal-apollo-worker/src/";

/** The folders that deliver for any vendor. They know of it what the kit's `Connector` tells. */
const FOLDERS = [
  "check",
  "commands",
  "completion",
  "consent",
  "explain",
  "file",
  "init",
  "journal",
  "json",
  "kafka",
  "observe",
  "pace",
  "proxy",
  "report",
  "source",
  "stream",
  "text",
] as const;

/** What still names Apollo, and why. This list only shrinks. */
const LEFT: ReadonlyMap<string, string> = new Map([
  ["kafka/dead-letter-topic.ts", "The headers of dead letters began with signal-apollo-, and are still read"],
]);

const textOf = new Map(sources.map(({ path, text }) => [path, text]));

/** The files of the folders, and all files that they need. */
function neededFiles(): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (path: string): void => {
    const text = textOf.get(path);
    if (text === undefined || needed.has(path)) return;
    needed.add(path);
    for (const { to } of importsOf(path, text)) add(to);
  };
  for (const path of textOf.keys()) if (FOLDERS.some((folder) => path.startsWith(`${SRC}${folder}/`))) add(path);
  return needed;
}

test("what delivers events names no vendor and imports no vendor's package, nor does anything that it needs", () => {
  const files = [...neededFiles()];
  expect(files.length).toBeGreaterThan(100);

  const named = files.filter((path) => /apollo/i.test(textOf.get(path) ?? "")).map((path) => path.replace(SRC, ""));

  expect(named.sort()).toEqual([...LEFT.keys()].sort());
});
