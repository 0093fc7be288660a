import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { agreedPacts } from "./pact-folder.js";

/** A contract, as far as the tests look into it. */
export interface PactFile {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly PactInteraction[];
}

/** One interaction of a contract: of HTTP, or a message. */
export interface PactInteraction {
  readonly type: string;
  readonly description: string;
  readonly providerStates?: readonly { readonly name: string }[];
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly query?: unknown;
    readonly body?: PactBody;
  };
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, readonly string[]>>;
    readonly body?: PactBody;
  };
}

/** A body: JSON as it is, anything else in base64. */
export interface PactBody {
  readonly content: unknown;
  readonly encoded: string | false;
}

/** A body as it goes over the wire. */
export function bodyText({ content, encoded }: PactBody): string {
  return encoded === "base64" ? Buffer.from(String(content), "base64").toString() : JSON.stringify(content);
}

/** The names of the files of all contracts. */
export function pactFileNames(folder = agreedPacts): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
}

/** The text of a contract. */
export function readPactText(name: string, folder = agreedPacts): string {
  return readFileSync(join(folder, name), "utf8");
}

/** A contract. */
export function readPact(name: string, folder = agreedPacts): PactFile {
  return JSON.parse(readPactText(name, folder)) as PactFile;
}
