import { APOLLO_BASE_URL, type CreateContactRequest } from "@datafly/apollo-client";

import { jsonText } from "./json-text.js";

/** Where contacts are created. */
export const CONTACTS_URL = `${APOLLO_BASE_URL}/contacts`;

/**
 * The command that sends a contact to Apollo, for a POSIX shell. The key is not in it: the shell puts in that of its
 * `APOLLO_API_KEY`.
 */
export function curlCommand(contact: CreateContactRequest): string {
  return [
    `curl --request POST ${quote(CONTACTS_URL)}`,
    `--header "X-Api-Key: $APOLLO_API_KEY"`,
    `--header 'Content-Type: application/json'`,
    // Not --data, which takes a text that begins with @ for the name of a file.
    `--data-raw ${quote(jsonText(contact))}`,
  ].join(" \\\n  ");
}

/** Between single quotes nothing means anything to a shell, but a single quote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
