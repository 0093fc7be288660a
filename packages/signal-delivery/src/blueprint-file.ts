import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";

import { SettingsError, type ConnectorDefinition, type Issue } from "@datafly/signal-connector-kit";
import { findNodeAtLocation, getNodeValue, parse, type Node } from "jsonc-parser";

import type { Program } from "./program.js";
import { placeOf, readJsonSyntax } from "./json-syntax.js";
import { printable } from "./text/printable.js";
import { shellWord } from "./text/shell-word.js";
import { similarFileHint } from "./similar-file.js";
import { fileErrorReason, UsageError } from "./usage-error.js";

/** Whose blueprint is read, and by which program. */
export interface BlueprintReader {
  readonly definition: Pick<ConnectorDefinition, "blueprint">;
  readonly program: Pick<Program, "name">;
}

/**
 * Reads a blueprint: JSON, in which comments and commas at the end of a list are welcome.
 *
 * @throws UsageError that names the file, and line and column of each thing that is wrong; or says that it holds events, or is not UTF-8
 */
export async function readBlueprintFile(file: string, { definition, program }: BlueprintReader): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new UsageError(
      `Cannot read the blueprint ${file}: ${fileErrorReason(error)}.${await similarFileHint(file, error)}`,
    );
  }
  const text = textOf(bytes, file);
  if (beginsWithEvent(text)) {
    throw new UsageError(
      `${file} holds events, and not a blueprint. \`${program.name} init\` writes one to begin with.`,
    );
  }
  const place = (offset: number) => {
    const { line, column } = placeOf(text, offset);
    return `${file}:${line}:${column}`;
  };

  const syntax = readJsonSyntax(text, { allowTrailingComma: true });
  if (syntax.error) throw new UsageError(`${place(syntax.error.offset)}: not JSON: ${syntax.error.message}`);
  const { tree } = syntax;
  try {
    return definition.blueprint.check(getNodeValue(tree) as unknown);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.issues.map((issue) => wordsOf(issue, tree, place)).join("\n"));
  }
}

/** @throws UsageError if a character is lost, or would be: a text of the blueprint goes into the CRM as it is */
function textOf(bytes: Buffer, file: string): string {
  const text = bytes.toString().replace(/^\ufeff/, "");
  const at = text.indexOf("\ufffd");
  if (at === -1) return text;
  const { line, column } = placeOf(text, at);
  const place = `${printable(file)}:${line}:${column}`;
  if (isUtf8(bytes)) {
    throw new UsageError(`${place}: a character was lost in a conversion (U+FFFD is in its place). Write it again.`);
  }
  const { 0: first, 1: second } = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const path = shellWord(file);
  throw new UsageError(
    `${place}: not UTF-8. Save the file as UTF-8, or convert it:\n\n  iconv -f ${isUtf16 ? "UTF-16" : "WINDOWS-1252"} -t UTF-8 ${path} > ${shellWord(convertedPath(file))}\n`,
  );
}

function convertedPath(file: string): string {
  const extension = extname(file);
  return join(dirname(file), `${basename(file, extension)}.utf-8${extension}`);
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
