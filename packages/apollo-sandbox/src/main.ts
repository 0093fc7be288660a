import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

import { InvalidInputError } from "./invalid-input-error.js";
import { defaultKeys, type KeyScopes } from "./key-ring.js";
import { planNames, type PlanName } from "./plan.js";
import type { Sandbox } from "./sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { version } from "../package.json";

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly plan: PlanName;
  readonly matchDelay: number;
  readonly apiKey: string;
  readonly planWithoutApi?: boolean;
}

const usageError = 2;

/** Exit codes by the signal that ends the sandbox: 128 plus the signal's number, as in shells. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The command line `apollo-sandbox`: runs a sandbox until it is interrupted.
 *
 * @param argv - The arguments, without those of Node itself.
 * @returns The exit code: 0 after `--help` and `--version`, 130 or 143 after a signal, 2 if it could not start.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = command();
  try {
    program.parse(argv, { from: "user" });
    const { apiKey, matchDelay, ...flags } = program.opts<Flags>();
    const { "sandbox-key": scopes, ...poorKeys } = defaultKeys;
    const otherKeys = Object.entries(poorKeys).filter(([key]) => key !== apiKey);
    const keys: Record<string, KeyScopes> = { [apiKey]: scopes, ...Object.fromEntries(otherKeys) };
    const sandbox = await startSandbox({ ...flags, matchDelayMs: matchDelay, keys });
    process.stdout.write(greeting(sandbox, flags.plan));
    const exitCode = await interrupted();
    await sandbox.close();
    return exitCode;
  } catch (error) {
    // Commander has already reported what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
    process.stderr.write(`error: ${explain(error, program.opts<Flags>())}\n`);
    return usageError;
  }
}

/** Describes the command line. */
export function command(): Command {
  return new Command("apollo-sandbox")
    .description("A local Apollo.io for trials and tests: contacts, keys, quotas, faults")
    .addOption(new Option("--port <port>", "port to listen on, 0 for any").default(4010).argParser(wholeNumber(65_535)))
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .addOption(new Option("--plan <plan>", "plan whose quota applies").default("professional").choices(planNames))
    .option("--plan-without-api", "plan without API access: requests for contacts get 403")
    .addOption(
      new Option("--match-delay <ms>", "milliseconds between the match lookup and the write")
        .default(10)
        .argParser(wholeNumber(60_000)),
    )
    .option("--api-key <key>", "key that may create contacts", "sandbox-key")
    .version(version)
    .configureOutput({ outputError: writeInOneLine })
    .exitOverride();
}

/** Writes an error and the option that was probably meant in one line, like all other errors. */
function writeInOneLine(error: string, write: (text: string) => void): void {
  write(error.replace("\n(Did", " (Did"));
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
}

function interrupted(): Promise<number> {
  return new Promise((resolve) => {
    const stop = (signal: keyof typeof exitCodes) => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      resolve(exitCodes[signal]);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
  });
}

function explain(error: unknown, { host, port }: Flags): string {
  if (error instanceof InvalidInputError) return error.message;
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use. Choose another one with --port.`;
    case "EACCES":
      return `Port ${port} on ${host} is not allowed for this user. Choose another one with --port.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is not an address of this machine. Choose another one with --host.`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** Names the worker's package: `npx signal-apollo` alone would run whatever a stranger publishes under that name, with the key. */
function greeting({ url, adminUrl, pageUrl, apiKey }: Sandbox, plan: PlanName): string {
  const key = `'${apiKey.replaceAll("'", "'\\''")}'`;
  const contact = '{"first_name":"Ada","last_name":"Byron","email":"ada@analytical.example","run_dedupe":true}';
  return `Apollo sandbox ${version}, plan ${plan}

  Page       ${pageUrl}
  Base URL   ${url}
  API key    ${apiKey}
  Admin API  ${adminUrl}

Deliver events to it:

  APOLLO_API_KEY=${key} APOLLO_BASE_URL=${url} \\
    npx --package @datafly/signal-apollo-worker signal-apollo deliver leads.ndjson

Or create a contact by hand:

  curl ${url}/contacts -H 'Content-Type: application/json' -H X-Api-Key:${key} -d '${contact}'

Press Ctrl-C to stop it; its data is then gone.
`;
}
