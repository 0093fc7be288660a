import { readFile } from "node:fs/promises";

import { checkPlanSettings, SettingsError, type Blueprint, type Issue } from "@datafly/signal-apollo-connector";
import { findNodeAtLocation, getNodeValue, parse, type Node } from "jsonc-parser";

import { placeOf, readJsonSyntax } from "./json-syntax.js";
import { printable } from "./text/printable.js";
import { similarFileHint } from "./similar-file.js";
import { fileErrorReason, UsageError } from "./usage-error.js";

/**
 * Reads a blueprint: JSON, in which comments and commas at the end of a list are welcome.
 *
 * @throws UsageError that names the file, and line and column of each thing that is wrong; or says that it holds events
 */
export async function readBlueprintFile(file: string): Promise<Blueprint> {
  let text: string;
  try {
    text = (await readFile(file, "utf8")).replace(/^\u{feff}/u, "");
  } catch (error) {
    throw new UsageError(
      `Cannot read the blueprint ${file}: ${fileErrorReason(error)}.${await similarFileHint(file, error)}`,
    );
  }
  if (beginsWithEvent(text)) {
    throw new UsageError(`${file} holds events, and not a blueprint. \`signal-apollo init\` writes one to begin with.`);
  }
  const place = (offset: number) => {
    const { line, column } = placeOf(text, offset);
    return `${file}:${line}:${column}`;
  };

  const syntax = readJsonSyntax(text, { allowTrailingComma: true });
  if (syntax.error) throw new UsageError(`${place(syntax.error.offset)}: not JSON: ${syntax.error.message}`);
  const { tree } = syntax;
  try {
    const { blueprint } = checkPlanSettings({ blueprint: getNodeValue(tree) as unknown });
    if (blueprint !== undefined) return blueprint;
    throw new UsageError(`${place(0)}: a blueprint is missing`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.issues.map((issue) => wordsOf(issue, tree, place)).join("\n"));
  }
}

/** An event has a type, and a blueprint has none. Of a text with more behind it, the first value is looked at. */
function beginsWithEvent(text: string): boolean {
  const value: unknown = parse(text);
  if (typeof value !== "object" || value === null || "fields" in value) return false;
  return "type" in value && typeof value.type === "string";
}

function wordsOf({ path, message }: Issue, tree: Node, place: (offset: number) => string): string {
  const steps = path.split(".").slice(1);
  const where = steps.join(".");
  return `${place(nodeAt(tree, steps).offset)}: ${printable(where === "" ? message : `${where}: ${message}`)}`;
}

/** The node at a path, or the last one on the way to it, where something is missing. */
function nodeAt(tree: Node, steps: readonly string[]): Node {
  const [step, ...rest] = steps;
  if (step === undefined) return tree;
  const node = findNodeAtLocation(tree, [tree.type === "array" ? Number(step) : step]);
  return node === undefined ? tree : nodeAt(node, rest);
}
