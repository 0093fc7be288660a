// Runs the chain of contracts in order, consumer → description → provider, and says what was verified against what.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

import Table from "cli-table3";

import { pactFileNames, readPact } from "./pact-file.js";
import { agreedPacts, madePacts } from "./pact-folder.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const update = process.argv.includes("--update");

/** One test, where it stands, and how it ended. */
interface TestResult {
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
}

/** How a link of the chain ended. Only the first is good. */
type Verdict = "ok" | "FAILED" | "NOT RUN";

/** What a contract is verified against, and by which tests. */
interface Verification {
  readonly against: string;
  readonly file: string;
  /** Those of the file's tests that are about this contract; all of them where nothing is said. */
  readonly about?: string;
}

/** For each contract, the links of its chain. */
const CHAINS: Readonly<Record<string, readonly Verification[]>> = {
  "apollo-client-apollo-api.json": [
    { against: "the real client", file: "consumer/apollo-client.test.ts" },
    ...linksToApollo("apollo-client-apollo-api.json"),
  ],
  "signal-apollo-connector-apollo-api.json": [
    { against: "the real connector and client", file: "consumer/connector.test.ts" },
    ...linksToApollo("signal-apollo-connector-apollo-api.json"),
  ],
  "signal-apollo-connector-signal-events.json": [
    { against: "the real plan", file: "consumer/signal-events.test.ts" },
    { against: "the event builders", file: "provider/signal-events.test.ts" },
  ],
};

function linksToApollo(about: string): Verification[] {
  return [
    { against: "apollo.yaml", file: "spec/pacts-against-spec.test.ts", about },
    { against: "the sandbox, over HTTP", file: "provider/apollo-api.test.ts", about },
  ];
}

/** What else is proven, beside the contracts. */
const PROOFS = [
  { what: "the contracts are as agreed on", against: "what the tests made", file: "spec/pact-files.test.ts" },
  {
    what: "any request at all",
    against: "apollo.yaml, answered by the sandbox",
    file: "spec/sandbox-against-spec.test.ts",
  },
  {
    what: "a sandbox broken on purpose",
    against: "the contracts, which notice",
    file: "provider/broken-sandbox.test.ts",
  },
  { what: "the check of the real Apollo", against: "the sandbox", file: "live/live.test.ts" },
] as const;

rmSync(madePacts, { recursive: true, force: true });
const results: TestResult[] = [];
for (const link of ["consumer", "spec", "provider", "live"]) {
  const tests = await runTests(link);
  results.push(...tests);
  if (link !== "consumer") continue;
  if (verdict(tests) !== "ok") {
    console.log("The consumers' tests fail, so they made no contracts to go on with: nothing after them was run.\n");
    break;
  }
  if (update) agreeOnChanges();
}

const table = new Table({
  head: ["contract", "interactions", "verified against", "tests", "result"],
  style: { head: [], border: [], compact: true },
});
const verdicts: Verdict[] = [];
for (const name of pactFileNames()) {
  const { consumer, provider, interactions } = readPact(name);
  // A contract that nothing is verified against must not pass for one that is.
  const links = CHAINS[name] ?? [{ against: "nothing: it has no chain", file: "" }];
  for (const [index, { against, file, about = "" }] of links.entries()) {
    const tests = results.filter((result) => result.file === file && result.title.includes(about));
    const contract = index === 0 ? `${consumer.name.replace("signal-apollo-", "")} → ${provider.name}` : "";
    addRow(contract, index === 0 ? interactions.length : "", against, tests);
  }
}
for (const { what, against, file } of PROOFS) {
  const tests = results.filter((result) => result.file === file);
  addRow(what, "", against, tests);
}
console.log(table.toString());

const failed = results.filter(({ passed }) => !passed);
if (failed.length > 0) {
  console.log(`\n${failed.length} of ${results.length} tests failed:`);
  for (const { file, title } of failed) console.log(`  ${file}: ${title}`);
}
if (failed.length > 0 || verdicts.some((one) => one !== "ok")) process.exitCode = 1;

function addRow(what: string, interactions: number | "", against: string, tests: readonly TestResult[]): void {
  verdicts.push(verdict(tests));
  table.push([what, interactions, against, tests.length, verdict(tests)]);
}

function verdict(tests: readonly TestResult[]): Verdict {
  if (tests.length === 0) return "NOT RUN";
  return tests.every(({ passed }) => passed) ? "ok" : "FAILED";
}

function agreeOnChanges(): void {
  rmSync(agreedPacts, { recursive: true, force: true });
  cpSync(madePacts, agreedPacts, { recursive: true });
  console.log("The contracts are now those that the tests made. Look at the difference before you commit it.\n");
}

/** Runs the tests of a folder. What they print is shown only if one fails: a verification says much. */
async function runTests(folder: string): Promise<TestResult[]> {
  const work = mkdtempSync(join(tmpdir(), "contracts-"));
  const outputFile = join(work, "results.json");
  try {
    const args = ["run", "--config", "vitest.config.ts", `${folder}/`];
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${outputFile}`];
    const child = spawn(process.execPath, [vitest, ...args, ...reporters], {
      cwd: here,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = once(child, "close");
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await closed;
    const tests = readResults(outputFile);
    if (child.exitCode !== 0) console.log(stripVTControlCharacters(`${output}${errors}`));
    if (child.exitCode !== 0 && tests.every(({ passed }) => passed)) {
      tests.push({ file: folder, title: "the tests did not run to their end", passed: false });
    }
    return tests;
  } finally {
    rmSync(work, { recursive: true });
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function readResults(file: string): TestResult[] {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return [];
  }
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      file: relative(here, name).replaceAll("\\", "/"),
      title: fullName,
      passed: status === "passed",
    })),
  );
}
