import type { Answer } from "./answer.js";
import { isObject, parseJson } from "./json.js";
import type { Redactor } from "./redactor.js";

const MAX_BODY = 4096;
const MAX_LINE = 500;

/** How deep to look for texts in an error, and how many to take: what is longer is not a message. */
const MAX_NESTING = 3;
const MAX_TEXTS = 10;

/** What an answer says in words: texts from outside, without secrets, bounded. They can repeat values of the request. */
export interface AnswerWords {
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
  /** The first 4,096 characters of the body. */
  readonly body: string;
  /** What the server says, in one line of at most 500 characters: a member `message`, `error` or `errors`, or a plain text. */
  readonly message: string | undefined;
}

/** Reads what an answer says in words. */
export function readWords({ headers, text, brokenOff }: Answer, redact: Redactor["redact"]): AnswerWords {
  const json = parseJson(text);
  const { message, error, errors } = isObject(json) ? json : {};
  const body = bounded(text, redact, brokenOff);
  const plain = /^text\/plain/i.test(headers.get("content-type") ?? "") ? body : undefined;
  const said = [message, error, errors, plain].map((one) => textOf(one)).find((one) => one !== "");
  return { json, body, message: said === undefined ? undefined : cleanLine(said, redact) };
}

/** The texts of an error, which may be a text, an object with one, or a list of either; empty if there is none. */
function textOf(error: unknown, nesting = 0): string {
  if (typeof error === "string") return error.trim();
  if (nesting === MAX_NESTING) return "";
  if (isObject(error)) return textOf(error.message, nesting + 1) || textOf(error.error, nesting + 1);
  if (!Array.isArray(error)) return "";
  const texts = error.slice(0, MAX_TEXTS).map((one) => textOf(one, nesting + 1));
  return texts.filter((text) => text !== "").join(", ");
}

/**
 * Texts from outside end up on terminals and in logs: no key, no line breaks, no escape sequences, not too long. The key goes
 * first, as long as it is whole.
 */
export function cleanLine(text: string, redact: Redactor["redact"]): string {
  const line = bounded(text, redact)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}

/** The first characters of a text, without the key, however the server cut it. */
function bounded(text: string, redact: Redactor["redact"], brokenOff = false): string {
  return redact(text.slice(0, MAX_BODY), brokenOff || text.length > MAX_BODY).slice(0, MAX_BODY);
}
