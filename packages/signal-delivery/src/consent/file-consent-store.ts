import { readFile } from "node:fs/promises";

import { ConsentStoreError, type ConsentPurpose, type ConsentStore } from "@datafly/signal-connector-kit";

import { hasDuplicateNames } from "../json/consent-keys.js";
import { fileErrorReason } from "../usage-error.js";
import { readStoredConsent, type ConsentPlace, type ReadConsent, type StoredEntry } from "./read-stored-consent.js";

/**
 * Consent in a JSON file, to try things out: `{ "consent:abc": { "canonical": { "marketing": true } } }`.
 *
 * The file is read anew for each check, so that a change counts at once. Nothing is remembered: a time stamp and a size do not
 * tell two quick changes apart.
 */
export class FileConsentStore implements ConsentStore {
  readonly #file: string;
  readonly #place: ConsentPlace;

  constructor(file: string, place: ConsentPlace) {
    this.#file = file;
    this.#place = place;
  }

  check(event: unknown, purpose: ConsentPurpose): Promise<ReadConsent> {
    return readStoredConsent("file", this.#place, { event, purpose }, (key) => this.#read(key));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #read(key: string): Promise<StoredEntry> {
    const text = await this.#text();
    const entries = parseEntries(text);
    if (!Object.hasOwn(entries, key)) return { unusable: "no entry" };
    return hasDuplicateNames(text, [key]) ? { unusable: "a name is twice in the entry" } : { value: entries[key] };
  }

  async #text(): Promise<string> {
    try {
      return (await readFile(this.#file, "utf8")).replace(/^\u{feff}/u, "");
    } catch (error) {
      // Not the message of the system: it names the path, which may be an address with a slip in it.
      const { code = "unknown reason" } = error as NodeJS.ErrnoException;
      throw new ConsentStoreError(`The consent file cannot be read: ${fileErrorReason({ code, message: code })}`);
    }
  }
}

function parseEntries(text: string): Record<string, unknown> {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    // Perhaps only half written so far.
    throw new ConsentStoreError("The consent file is not JSON");
  }
  if (typeof entries === "object" && entries !== null && !Array.isArray(entries)) {
    return entries as Record<string, unknown>;
  }
  throw new ConsentStoreError("The consent file is not a JSON object, with an entry for each key");
}
