import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import { commandReference } from "./regions/command-reference.js";
import { clientErrors, otherErrors } from "./regions/error-classes.js";
import { contactFields, mappingTable } from "./regions/mapping.js";
import { exitCodes, reasons, warnings } from "./regions/reasons.js";
import { retryRules } from "./regions/retry-rules.js";
import { sourceFile } from "./regions/source-file.js";
import { placeholderWords, socialHosts, valueRules } from "./regions/value-rules.js";
import { root } from "./root.js";

/** What makes the Markdown of a region. It is given what stands behind the region's name. */
type Generator = (argument: string) => string;

/** What the generated regions of pages are made by: `<!-- begin generated: name argument -->` to `<!-- end generated -->`. */
export const GENERATORS: Readonly<Record<string, Generator>> = {
  "client-errors": clientErrors,
  "command-reference": commandReference,
  "contact-fields": contactFields,
  "exit-codes": exitCodes,
  "mapping-table": mappingTable,
  "other-errors": otherErrors,
  "placeholder-words": placeholderWords,
  reasons,
  "retry-rules": retryRules,
  "social-hosts": socialHosts,
  "source-file": sourceFile,
  "value-rules": valueRules,
  warnings,
};

const REGION = /^(<!-- begin generated: (\S+)(?: ([^>\n]+?))? -->)$.*?^(<!-- end generated -->)$/gms;

/** Makes all generated regions of a page anew. */
export async function regenerate(path: string, text: string): Promise<string> {
  const page = text.replace(REGION, (_, begin: string, name: string, argument: string | undefined, end: string) => {
    const generator = GENERATORS[name];
    if (generator === undefined) throw new Error(`${path} has a region that nothing makes: ${name}.`);
    const content = generator(argument ?? "").trim();
    if (content === "") throw new Error(`${path} has a region that comes out empty: ${name} ${argument ?? ""}.`);
    return [begin, content, end].join("\n\n");
  });
  const filepath = join(root, path);
  return format(page, { ...(await resolveConfig(filepath)), filepath });
}

/** The paths of the pages that have generated regions, from the root. */
export function generatedPages(): string[] {
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return [...pages.map((name) => `docs/${name}`), ...packages].filter((page) => regionsOf(page).length > 0);
}

/** The names of the regions of a page. */
export function regionsOf(page: string): string[] {
  return [...readFileSync(join(root, page), "utf8").matchAll(REGION)].map(([, , name = ""]) => name);
}
