import { getNodeValue } from "jsonc-parser";

import { placeOf, readJsonSyntax, type JsonSyntaxError } from "../../../packages/signal-delivery/src/json-syntax.js";
import { withoutAmbiguousConsent } from "../../../packages/signal-delivery/src/json/consent-keys.js";

/** Where a text stops being JSON, and what is wrong there. */
export interface JsonError extends JsonSyntaxError {
  /** The line, from 1. */
  readonly line: number;
  /** The column in that line, from 1. */
  readonly column: number;
}

/** A text as JSON: its value, or where it stops being JSON. */
export type ParsedJson =
  { readonly value: unknown; readonly error?: never } | { readonly value?: never; readonly error: JsonError };

/** Parses a text as JSON. The place of a mistake is looked for apart: what `JSON.parse` says differs from browser to browser. */
export function parseJson(text: string): ParsedJson {
  return guarded(() => {
    const value = tryParse(text);
    if (value === undefined) return { error: firstMistake(text) };
    // Others read it level by level. If there are too many of them for that, it is found out here.
    JSON.stringify(value);
    return { value };
  });
}

/** Parses a text as JSON in which comments and commas at the end of a list are welcome: a blueprint as `init` writes it. */
export function parseCommentedJson(text: string): ParsedJson {
  return guarded(() => {
    const { tree, error } = readJsonSyntax(text, { allowTrailingComma: true });
    return error ? { error: { ...error, ...placeOf(text, error.offset) } } : { value: getNodeValue(tree) as unknown };
  });
}

function guarded(parse: () => ParsedJson): ParsedJson {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return { error: { offset: 0, line: 1, column: 1, message: "nested too deeply" } };
    throw error;
  }
}

/** `undefined`, which no JSON is, if it is none. */
function tryParse(text: string): unknown {
  try {
    return withoutAmbiguousConsent(text, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function firstMistake(text: string): JsonError {
  const { error = { offset: 0, message: "it is not JSON" } } = readJsonSyntax(text, { disallowComments: true });
  return { ...error, ...placeOf(text, error.offset) };
}
