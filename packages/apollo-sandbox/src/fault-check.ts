import { validateHeaderName, validateHeaderValue } from "node:http";

import { integerWithin, oneOrMore, yesOrNo, type Check } from "./check.js";
import { longestDelayMs } from "./clock.js";
import type { Fault, FaultKind } from "./fault.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJson, isJsonObject } from "./json.js";

const anyStatus = integerWithin(200, 599);
const redirectStatus = integerWithin(300, 399);
const delay = integerWithin(0, longestDelayMs);
/** The text of a header that Node can send. */
export const headerValue: Check = {
  fits: (value) => isHeader("name", value),
  what: "a valid header text",
};
/** These say where the body ends, which is Node's to say. */
const framingHeaders = ["content-length", "transfer-encoding", "trailer"];
const headers: Check = {
  fits: areHeaders,
  what: "an object of header names and texts, without content-length, transfer-encoding and trailer",
};
const body: Check = {
  fits: (value) => typeof value === "string" || (isJsonObject(value) && isJson(value)),
  what: "a string or a JSON object",
};

interface Members {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

/** What each fault must hold, and what it may. */
const members: Readonly<Record<FaultKind, Members>> = {
  status: {
    required: { status: anyStatus },
    optional: { body, contentType: headerValue, headers, written: yesOrNo },
  },
  html: { required: {}, optional: { status: anyStatus, written: yesOrNo } },
  garbage: { required: {}, optional: { written: yesOrNo } },
  empty: { required: {}, optional: { written: yesOrNo } },
  reset: { required: { written: yesOrNo }, optional: {} },
  stall: { required: {}, optional: { written: yesOrNo } },
  slow: { required: { delayMs: delay }, optional: {} },
  redirect: { required: { location: headerValue }, optional: { status: redirectStatus } },
};

/** Throws an `InvalidInputError` that says what is wrong, if the value is not a fault. */
export function assertFault(value: unknown): asserts value is Fault {
  if (!isJsonObject(value) || !isFaultKind(value.kind)) {
    throw new InvalidInputError(`A fault must be an object whose kind is one of ${Object.keys(members).join(", ")}.`);
  }
  const { kind, ...rest } = value;
  const { required, optional } = members[kind];
  const checks = { ...optional, ...required };
  for (const [name, check] of Object.entries(checks)) {
    const member = rest[name];
    if (member === undefined ? !Object.hasOwn(required, name) : check.fits(member)) continue;
    throw new InvalidInputError(`${name} of the fault "${kind}" must be ${check.what}.`);
  }
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw new InvalidInputError(`The fault "${kind}" has no ${unknown}.`);
}

/** Throws an `InvalidInputError` if the value is not a number of times, 1 or more. */
export function assertTimes(value: unknown): asserts value is number {
  if (!oneOrMore.fits(value)) throw new InvalidInputError(`times must be ${oneOrMore.what}.`);
}

function isFaultKind(value: unknown): value is FaultKind {
  return typeof value === "string" && Object.hasOwn(members, value);
}

function areHeaders(value: unknown): boolean {
  return isJsonObject(value) && Object.entries(value).every(([name, text]) => isHeader(name, text));
}

/** Node's own rules, which are stricter than those of `Headers`: what it cannot send would be another answer than planted. */
function isHeader(name: string, text: unknown): boolean {
  if (typeof text !== "string" || framingHeaders.includes(name.toLowerCase())) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return true;
  } catch {
    return false;
  }
}
