import { readFile } from "node:fs/promises";

import { checkPlanSettings, SettingsError, type Blueprint, type Issue } from "@datafly/signal-apollo-connector";
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from "jsonc-parser";

import { printable } from "./report/printable.js";
import { similarFileHint } from "./similar-file.js";
import { fileErrorReason, UsageError } from "./usage-error.js";

/**
 * Reads a blueprint: JSON, in which comments and commas at the end of a list are welcome.
 *
 * @throws UsageError that names the file, and line and column of each thing that is wrong
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
  const place = (offset: number) => `${file}:${positionOf(text, offset)}`;

  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const what = error === undefined ? "ValueExpected" : printParseErrorCode(error.error);
    throw new UsageError(`${place(error?.offset ?? 0)}: not JSON: ${SYNTAX_ERRORS[what] ?? what}`);
  }
  try {
    const { blueprint } = checkPlanSettings({ blueprint: getNodeValue(tree) as unknown });
    if (blueprint !== undefined) return blueprint;
    throw new UsageError(`${place(0)}: a blueprint is missing`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.issues.map((issue) => wordsOf(issue, tree, place)).join("\n"));
  }
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

function positionOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

const SYNTAX_ERRORS: Readonly<Partial<Record<string, string>>> = {
  InvalidSymbol: "something that JSON does not know (names and texts stand in double quotes)",
  InvalidNumberFormat: "a number that is none",
  PropertyNameExpected: "a name in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "there is more behind the end",
  InvalidCommentToken: "a comment that is none",
  UnexpectedEndOfComment: "a comment without an end",
  UnexpectedEndOfString: "a text without an end",
  UnexpectedEndOfNumber: "a number without an end",
  InvalidUnicode: "a \\u without four hexadecimal digits",
  InvalidEscapeCharacter: "a backslash before a character that needs none",
  InvalidCharacter: "a control character in a text",
};
