import { PassThrough } from "node:stream";

import type { Io } from "../../src/io.js";

/** A standard error that a test can read. */
export function logOutput({ terminal = false } = {}): {
  io: Pick<Io, "stderr" | "now">;
  stream: PassThrough;
  text: () => string;
} {
  const stream = new PassThrough();
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return {
    io: { stderr: Object.assign(stream, { isTTY: terminal }), now: () => Date.UTC(2026, 1, 25, 14, 30) },
    stream,
    text: () => text,
  };
}
