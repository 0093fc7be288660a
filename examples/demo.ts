// Delivers a telling mixture of events to a sandbox, through the real command line, and shows what became of each.
// With --open the sandbox stays, and its page is opened in the browser.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { startSandbox } from "@datafly/apollo-sandbox";
import Table from "cli-table3";

import { openInBrowser } from "./open-in-browser.js";

const eventsFile = fileURLToPath(new URL("events/leads.ndjson", import.meta.url));
const signalApollo = fileURLToPath(import.meta.resolve("@datafly/signal-apollo-worker/bin/signal-apollo.js"));

interface Previewed {
  readonly position: number;
  readonly event: string | null;
  readonly reason?: string;
  readonly contact?: { readonly first_name?: string; readonly last_name?: string };
  readonly warnings: readonly { readonly code: string }[];
}

interface Delivered {
  readonly position: number;
  readonly status: string;
  readonly matched?: boolean;
}

const open = isToBeOpened();
const settings = ["--default-country", "US", "--json", eventsFile];

const folder = await mkdtemp(join(tmpdir(), "signal-apollo-demo-"));
const deadLettersFile = join(folder, "dead-letters.ndjson");
const sandbox = await startSandbox();
try {
  const deliver = () => run<Delivered>("deliver", "--dead-letters", deadLettersFile, "--no-journal", ...settings);
  const previewed = await run<Previewed>("preview", ...settings);
  const delivered = await deliver();
  const deadLetters = (await readFile(deadLettersFile, "utf8")).trim().split("\n");
  const lists = await listsBothWays();

  const outcomes = new Map(delivered.map((outcome) => [outcome.position, outcome]));
  const events = table(["", "event", "person", "what became of it"]);
  for (const { position, event, reason, contact, warnings } of previewed) {
    events.push([
      position,
      event ?? "",
      contact === undefined ? "" : `${contact.first_name ?? ""} ${contact.last_name ?? ""}`,
      [describe(outcomes.get(position), reason), ...warnings.map(({ code }) => `! ${code}`)].join("\n"),
    ]);
  }

  const contacts = table(["contact", "company, title", "lists"]);
  const listNames = new Map(sandbox.labels().map(({ id, name }) => [id, name]));
  for (const { name, email, organization_name, title, sanitized_phone, label_ids = [] } of sandbox.contacts()) {
    contacts.push([
      [name, email, sanitized_phone].filter(Boolean).join("\n"),
      [organization_name, title].filter(Boolean).join(", "),
      label_ids.map((id) => listNames.get(id) ?? id).join("\n"),
    ]);
  }

  print("What became of each event of examples/events/leads.ndjson", events.toString());
  print("The contacts that now stand in the sandbox", contacts.toString());
  print(
    `${sandbox.requests().length} requests were made. ${deadLetters.length} events were kept as dead letters, to be`,
    "looked at and sent again; dropped events are only counted. The second event of",
    "Tim Zheng updated his contact, and replaced its lists.",
    "A ! marks what was left out of a contact; the first command below says why.",
  );
  print("Tim Zheng's lists, if salespeople had put him on “Key accounts” before", lists.toString());
  print(
    "What to try next",
    "  npx signal-apollo preview --default-country US examples/events/leads.ndjson",
    "                            the requests, field by field",
    ...(open ? [] : ["  npm run demo -- --open    the same in the browser, and the sandbox stays"]),
    "  npx apollo-sandbox        a sandbox of your own, and how to deliver to it",
    "  README.md                 the client, the connector, every option",
  );

  if (open) process.exitCode = await stayOpen(deliver);
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true });
}

/** Delivers to a sandbox in which Tim Zheng is on a list of salespeople, with each of the two ways to treat lists. */
async function listsBothWays() {
  const rows = table(["--labels", "what becomes of lists", "lists"]);
  const ways = { replace: "replaced, in one call", add: "added to, in a second call" };
  for (const [labels, what] of Object.entries(ways)) {
    const other = await startSandbox();
    try {
      other.addContact({
        first_name: "Tim",
        last_name: "Zheng",
        email: "tim@apollo.io",
        label_names: ["Key accounts"],
      });
      const flags = ["--labels", labels, "--no-journal", "--dead-letters", join(folder, `${labels}.ndjson`)];
      await run<Delivered>("deliver", ...flags, "--base-url", other.url, ...settings);
      const tim = other.contacts().find(({ email }) => email === "tim@apollo.io");
      const names = other.labels().filter(({ id }) => tim?.label_ids.includes(id));
      rows.push([labels, what, names.map(({ name }) => name).join("\n")]);
    } finally {
      await other.close();
    }
  }
  return rows;
}

/** Whether `--open` is given; ends the process where something else is. */
function isToBeOpened(): boolean {
  try {
    return parseArgs({ options: { open: { type: "boolean", default: false } } }).values.open;
  } catch {
    console.error("npm run demo -- --open shows the sandbox's page in the browser. There is no other option.");
    process.exit(2);
  }
}

/** Runs the command line against the sandbox, and reads the JSON lines that it prints. */
async function run<Line>(...args: string[]): Promise<Line[]> {
  const child = spawn(process.execPath, [signalApollo, ...args], {
    env: { ...process.env, APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  // 1 says that there are dead letters, and this file has some on purpose.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`signal-apollo ${args.join(" ")} failed:\n${errors}`);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Shows the sandbox's page until the process is interrupted, and delivers again when asked to. Returns the exit code. */
async function stayOpen(deliver: () => Promise<readonly Delivered[]>): Promise<number> {
  print(
    `The sandbox's page: ${sandbox.pageUrl}`,
    "",
    process.stdin.isTTY ? "Enter delivers the events again." : "To deliver the events again, in another terminal:",
    ...(process.stdin.isTTY ? ["To deliver others, in another terminal:"] : []),
    `  APOLLO_API_KEY=${sandbox.apiKey} APOLLO_BASE_URL=${sandbox.url} \\`,
    "    npx signal-apollo deliver --no-journal --default-country US \\",
    "    examples/events/leads.ndjson",
    "",
    "Ctrl-C ends it, and what it holds is gone.",
  );
  openInBrowser(sandbox.pageUrl);

  const interrupted = new Promise<number>((resolve) => {
    process.once("SIGINT", () => {
      resolve(130);
    });
    process.once("SIGTERM", () => {
      resolve(143);
    });
  });
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  lines?.on("line", () => {
    void deliver().then(
      (outcomes) => {
        const updated = outcomes.filter(({ matched }) => matched === true).length;
        print(`Delivered again: ${updated} contacts updated.`);
      },
      (error: unknown) => {
        print(String(error));
      },
    );
  });
  const exitCode = await interrupted;
  lines?.close();
  return exitCode;
}

function describe(outcome: Delivered | undefined, reason: string | undefined): string {
  if (outcome?.status !== "delivered") return `${outcome?.status ?? ""}: ${reason ?? ""}`;
  return outcome.matched === true ? "contact updated" : "contact created";
}

function table(head: string[]) {
  const inColor = process.stdout.isTTY;
  return new Table({
    head,
    style: { head: inColor ? ["bold"] : [], border: inColor ? ["gray"] : [], compact: true },
  });
}

function print(...lines: string[]): void {
  console.log(["", ...lines].join("\n"));
}
