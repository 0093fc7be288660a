import { parseTree, printParseErrorCode, type Node, type ParseError, type ParseOptions } from "jsonc-parser";

/** Where a text stops being JSON, and what is wrong there. */
export interface JsonSyntaxError {
  /** How many characters (UTF-16 units) stand before it. */
  readonly offset: number;
  /** What is wrong, in words. Holds nothing of the text. */
  readonly message: string;
}

/** The tree of a text, or the first thing that is wrong with it. */
export type JsonSyntax =
  { readonly tree: Node; readonly error?: never } | { readonly tree?: never; readonly error: JsonSyntaxError };

/** Reads a text as JSON; what is welcome beyond JSON, comments for instance, is for the options to say. */
export function readJsonSyntax(text: string, options: ParseOptions): JsonSyntax {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, options);
  const [error] = errors;
  if (error === undefined && tree !== undefined) return { tree };
  const code = error === undefined ? "ValueExpected" : printParseErrorCode(error.error);
  return { error: { offset: error?.offset ?? 0, message: MESSAGES[code] ?? code } };
}

/** Line and column of a place in a text, both from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

const MESSAGES: Readonly<Partial<Record<string, string>>> = {
  InvalidSymbol: "something that JSON does not know (names and texts stand in double quotes)",
  InvalidNumberFormat: "a number that is none",
  PropertyNameExpected: "a name in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "there is more behind the end",
  InvalidCommentToken: "a comment; JSON has none",
  UnexpectedEndOfComment: "a comment without an end",
  UnexpectedEndOfString: "a text without an end",
  UnexpectedEndOfNumber: "a number without an end",
  InvalidUnicode: "a \\u without four hexadecimal digits",
  InvalidEscapeCharacter: "a backslash before a character that needs none",
  InvalidCharacter: "a control character in a text",
};
