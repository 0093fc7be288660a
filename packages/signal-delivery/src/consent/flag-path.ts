import type { ConsentPurpose } from "@datafly/signal-connector-kit";

import { UsageError } from "../usage-error.js";

/** Where in an entry the consent to a purpose stands: the names to follow; none where the entry itself is the flag. */
export type FlagPath = (purpose: ConsentPurpose) => readonly string[];

/** Signal's canonical view of consent. */
export const DEFAULT_FLAG_PATH = "canonical.{purpose}";

const PURPOSE = "{purpose}";

/**
 * Reads a path in dots; `{purpose}` stands for the purpose asked for. An empty path is the entry itself.
 *
 * @throws UsageError if it is none
 */
export function parseFlagPath(path: string): FlagPath {
  if (path === "") return () => [];
  const names = path.split(".");
  if (names.some((name) => name === "" || /[{}]/.test(name.replaceAll(PURPOSE, "")))) {
    throw new UsageError(
      `Write --consent-path as names with dots between them, such as ${DEFAULT_FLAG_PATH}, or leave it empty where an entry is nothing but true or false.`,
    );
  }
  return (purpose) => names.map((name) => name.replaceAll(PURPOSE, purpose));
}
