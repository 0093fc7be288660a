import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import type { LogFields } from "../../src/observe/log-fields.js";
import { createLogger } from "../../src/observe/logger.js";
import { objectsOf } from "../support/run.js";
import { logOutput } from "./log-output.js";

const everyField: Required<LogFields> = {
  partition: 3,
  position: 17,
  messageId: "message-17",
  event: "Demo Requested",
  status: "failed",
  reason: "timed_out",
  class: "transient",
  httpStatus: 504,
  attempts: 3,
  window: "hour",
  until: Date.UTC(2026, 1, 25, 15),
};

test("a line tells its level, the time, the message and the fields, and nothing else", () => {
  const { io, text } = logOutput();

  createLogger(io).warn(everyField, "An event is a dead letter");

  expect(objectsOf(text())).toEqual([
    { level: "warn", time: "2026-02-25T14:30:00.000Z", message: "An event is a dead letter", ...everyField },
  ]);
});

test("a line may have no fields, and an event no id", () => {
  const { io, text } = logOutput();
  const logger = createLogger(io);

  logger.info({}, "The worker begins");
  logger.info({ messageId: null, event: null, httpStatus: undefined }, "100% of what %s says");

  const common = { level: "info", time: "2026-02-25T14:30:00.000Z" };
  expect(objectsOf(text())).toEqual([
    { ...common, message: "The worker begins" },
    { ...common, message: "100% of what %s says", messageId: null, event: null },
  ]);
});

test("what matters less than the level is not written", () => {
  const { io, text } = logOutput();
  const logger = createLogger(io);
  logger.debug({}, "A call begins");
  expect(text()).toBe("");

  const verbose = logOutput();
  createLogger(verbose.io, { level: "debug" }).debug({}, "A call begins");
  expect(objectsOf(verbose.text())).toMatchObject([{ level: "debug" }]);
});

test("a terminal is left to the report for people", () => {
  const { io, text } = logOutput({ terminal: true });

  createLogger(io, { level: "debug" }).error(everyField, "The line has stopped");

  expect(text()).toBe("");
});

test("a terminal gets the log where it was asked for", () => {
  const { io, text } = logOutput({ terminal: true });

  createLogger(io, { terminal: true }).info({}, "The worker begins");

  expect(objectsOf(text())).toMatchObject([{ message: "The worker begins" }]);
});

test.each<{ field: string; value: unknown }>([
  { field: "messageId", value: "ada@lead.example" },
  { field: "messageId", value: "ada%40lead.example" },
  { field: "messageId", value: "x".repeat(201) },
  { field: "event", value: "Sent to ada@lead.example" },
  { field: "event", value: { name: "Ada" } },
  { field: "reason", value: "ada@lead.example" },
  { field: "reason", value: "invalid: Ada Byron" },
  { field: "position", value: ["ada"] },
  { field: "httpStatus", value: "200 Ada" },
  { field: "until", value: Number.NaN },
])("$field is left out where it is $value", ({ field, value }) => {
  const { io, text } = logOutput();

  createLogger(io).info({ [field]: value, attempts: 1 }, "An event is settled");

  expect(objectsOf(text())).toEqual([
    { level: "info", time: "2026-02-25T14:30:00.000Z", message: "An event is settled", attempts: 1 },
  ]);
});

test("a reader that goes away is no reason to end, and nothing more is written to it", async () => {
  const { io, stream, text } = logOutput();
  const logger = createLogger(io);
  logger.info({}, "before");

  stream.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  logger.info({}, "after");
  await setImmediate();

  expect(objectsOf(text())).toMatchObject([{ message: "before" }]);
});

test("a stream that has ended is no reason to end", async () => {
  const { io, stream } = logOutput();
  const logger = createLogger(io);
  stream.end();

  logger.info({}, "after");
  await setImmediate();
  logger.info({}, "after that");
  await setImmediate();

  expect(stream.destroyed).toBe(true);
});
