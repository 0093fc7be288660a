#!/usr/bin/env node
import module from "node:module";
import { setTimeout } from "node:timers";

// Since Node 22: the next start need not compile again what this one has.
module.enableCompileCache?.();

/** A bug, or a broken installation. Node's own 1 would say that all events were looked at. */
const INTERNAL = 70;

let hasEnded = false;

function fail(words) {
  process.stderr.write(`${words.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{fffd}")}\n`);
  process.exitCode = INTERNAL;
}

process.once("beforeExit", () => {
  if (hasEnded) return;
  fail("An unexpected error: the program waits for nothing. This should not happen; please report it.");
});

// Not awaited at the top level: Node would end with a code of its own.
import("../dist/index.js")
  .then(
    async ({ main }) => {
      process.exitCode = await main(process.argv.slice(2));
    },
    (error) => {
      // No event has been read yet, so that the message holds none.
      fail(`signal-apollo cannot be loaded: ${error?.message ?? error}. Install it again, with its dependencies.`);
    },
  )
  .finally(() => {
    hasEnded = true;
    // What a library has left open is no reason to stay: after a broker has restarted, kafkajs sometimes forgets a connection.
    setTimeout(() => process.exit(), 3_000).unref();
  });
