import type { Socket } from "node:net";
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

import type { FailureClass } from "../connector/failure-class.js";
import type { StatusMeaning, VendorAnswer } from "./conformance-options.js";
import { answer, answerPage, bodyOf, type Respond } from "./hostile-server.js";
import type { Expected } from "./result-form.js";
import { SHORT_TIMEOUT_MS } from "./suite.js";

/** Something that goes wrong during a call, and what the result of the call then is. */
export interface Fault {
  /** What happens, as the beginning of a sentence. */
  readonly name: string;
  readonly expected: Expected;
  readonly respond: Respond;
  readonly onConnection?: (socket: Socket) => void;
  /** Whether the call ends by the connector's time-out. */
  readonly timesOut?: true;
}

/** The record may have been written, and a later attempt may succeed. */
const UNCERTAIN = { class: "transient", maybeDelivered: true } as const;
const nothing = () => undefined;

/** Uncompressed size of the body of a compressed bomb. */
const BOMB_BYTES = 32 * 1024 * 1024;

/**
 * Faults of the connection and of answers that say success.
 *
 * @param written the answer of a record that was written
 */
export function faultsOf(written: VendorAnswer): readonly Fault[] {
  const connection: readonly Fault[] = [
    {
      name: "the connection is reset before the request is read",
      // Whether anything was sent by then, only the client knows.
      expected: { class: "transient", httpStatus: "none" },
      respond: nothing,
      onConnection: (socket) => socket.resetAndDestroy(),
    },
    {
      name: "the connection is reset while the request is read",
      expected: { ...UNCERTAIN, httpStatus: "none" },
      respond: nothing,
      onConnection: (socket) => socket.once("data", () => socket.resetAndDestroy()),
    },
    {
      name: "the connection is reset after the request has been read",
      expected: { ...UNCERTAIN, httpStatus: "none" },
      respond: ({ socket }) => socket?.resetAndDestroy(),
    },
    {
      name: "the connection is closed without an answer",
      expected: { ...UNCERTAIN, httpStatus: "none" },
      respond: ({ socket }) => socket?.end(),
    },
    {
      name: "the answer is not HTTP",
      expected: { ...UNCERTAIN, httpStatus: "none" },
      respond: ({ socket }) => socket?.end("SSH-2.0-OpenSSH_9.6\r\n"),
    },
    {
      name: "no answer comes",
      expected: { ...UNCERTAIN, httpStatus: "none" },
      respond: nothing,
      timesOut: true,
    },
  ];
  const body = bodyOf(written);
  return body === undefined ? connection : [...connection, ...bodyFaults(written, body)];
}

function bodyFaults(written: VendorAnswer, body: string): readonly Fault[] {
  const { status, headers } = written;
  const json = { "content-type": "application/json", ...headers };
  const begin = (response: ServerResponse, more: Readonly<Record<string, number | string>> = {}) => {
    response.writeHead(status, { ...json, ...more });
  };
  const half = body.slice(0, Math.floor(body.length / 2));
  const garbage: Readonly<Record<string, string>> = {
    "is empty": "",
    "is an empty object": "{}",
    "is a list": "[]",
    "is null": "null",
    "is a text": '"ok"',
    "is cut off": half,
    "is not JSON": "OK",
    "reports an error": '{"error":"Something went wrong"}',
    "is of other bytes than UTF-8": "\u0000\ufffd\u0001",
  };
  return [
    {
      name: `half of the body of a ${status} comes, then the connection is reset`,
      expected: UNCERTAIN,
      respond: (response) => {
        begin(response, { "content-length": Buffer.byteLength(body) });
        response.write(half, () => response.socket?.resetAndDestroy());
      },
    },
    {
      name: `half of the body of a ${status} comes, then nothing`,
      expected: UNCERTAIN,
      respond: (response) => {
        begin(response);
        response.write(half);
      },
      timesOut: true,
    },
    {
      name: `a proxy answers ${status} with a page`,
      expected: UNCERTAIN,
      respond: (response) => {
        answerPage(response, status);
      },
    },
    ...Object.entries(garbage)
      .filter(([, text]) => text !== body)
      .map(([name, text]) => ({
        name: `the answer is ${status}, and its body ${name}`,
        expected: UNCERTAIN,
        respond: (response: ServerResponse) => {
          answer(response, { ...written, body: text });
        },
      })),
    {
      name: `the body of a ${status} is a compressed bomb`,
      expected: UNCERTAIN,
      respond: (response) => {
        begin(response, { "content-encoding": "gzip" });
        // Blanks before JSON are JSON. Only who reads all of them comes to the part that says success.
        response.end(gzipSync(" ".repeat(BOMB_BYTES) + body, { level: 1 }));
      },
    },
    {
      name: `the body of a ${status} is said to be compressed, and is not`,
      expected: UNCERTAIN,
      respond: (response) => {
        begin(response, { "content-encoding": "gzip" });
        response.end("not gzip");
      },
    },
  ];
}

const REFUSED = (failureClass: FailureClass) => ({ class: failureClass, maybeDelivered: false });

/** What statuses mean, unless the vendor gives one another meaning. */
const STATUSES: Readonly<Record<number, StatusMeaning>> = {
  ...entries([301, 302, 303, 307, 308, 401, 402, 403, 404], REFUSED("setup")),
  ...entries([400, 405, 406, 409, 410, 411, 413, 414, 415, 418, 422, 451], REFUSED("final")),
  ...entries([429], REFUSED("throttle")),
  ...entries([408, 500, 501, 502, 503, 504, 520, 529, 599], UNCERTAIN),
};

function entries(statuses: readonly number[], meaning: StatusMeaning): Record<number, StatusMeaning> {
  return Object.fromEntries(statuses.map((status) => [status, meaning]));
}

/** What each status means to this vendor. */
export function statusMeanings(
  own: Readonly<Partial<Record<number, StatusMeaning>>>,
): ReadonlyMap<number, StatusMeaning> {
  const all = new Map<number, StatusMeaning>();
  for (const table of [STATUSES, own])
    for (const [status, meaning] of Object.entries(table)) if (meaning) all.set(Number(status), meaning);
  return all;
}

/** A refusal whose body is never complete. Its status is the answer. */
export const STALLED_REFUSAL = {
  respond: (response: ServerResponse) => {
    response.writeHead(422, { "content-type": "application/json", "content-length": 1_000 });
    response.write('{"error":');
  },
  timeoutMs: SHORT_TIMEOUT_MS,
} as const;
