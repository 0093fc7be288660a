import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { LOG_FIELD_NAMES, type LogFields } from "../../src/observe/log-fields.js";
import { createLogger } from "../../src/observe/logger.js";
import { objectsOf } from "../support/run.js";
import { logOutput } from "./log-output.js";

const KEY = "MARKER-0123456789-key";
const EMAIL = "marker.person@lead.example";

/** A value with the key or an e-mail address somewhere in it. */
const secret = fc.oneof(
  fc.constantFrom<unknown>(KEY, EMAIL, new Error(EMAIL), { toJSON: () => EMAIL }, [KEY], new Map([[KEY, EMAIL]])),
  fc.record({
    headers: fc.record({ "x-api-key": fc.constant(KEY) }),
    traits: fc.record({ email: fc.constant(EMAIL) }),
  }),
);
const otherName = fc
  .oneof(
    fc.string(),
    fc.constantFrom(
      "err",
      "error",
      "msg",
      "message",
      "level",
      "time",
      "pid",
      "email",
      "toJSON",
      "__proto__",
      KEY,
      EMAIL,
    ),
  )
  .filter((name) => !LOG_FIELD_NAMES.some((allowed) => allowed === name));
const extras = fc.dictionary(otherName, fc.oneof(secret, fc.anything()), { maxKeys: 8 });

test.prop([extras, fc.nat(), fc.constantFrom("debug", "info", "warn", "error")])(
  "whatever else is in the fields never reaches the output",
  (extra, position, level) => {
    const { io, text } = logOutput();
    const fields: LogFields = { ...extra, position };

    createLogger(io, { level: "debug" })[level](fields, "An event is settled");

    expect(objectsOf(text())).toEqual([
      { level, time: "2026-02-25T14:30:00.000Z", message: "An event is settled", position },
    ]);
  },
);

test.prop([fc.constantFrom(...LOG_FIELD_NAMES), fc.oneof(fc.constant(EMAIL), fc.emailAddress(), fc.object())])(
  "an e-mail address or an object is left out of the fields that are allowed, too",
  (name, value) => {
    const { io, text } = logOutput();

    createLogger(io).info({ [name]: value }, "An event is settled");

    expect(objectsOf(text())).toEqual([
      { level: "info", time: "2026-02-25T14:30:00.000Z", message: "An event is settled" },
    ]);
  },
);

test.prop([extras])("nor does it where the logger is called directly", (extra) => {
  const { io, text } = logOutput();

  createLogger(io).info({ ...extra }, "An event is settled");

  expect(objectsOf(text())).toEqual([
    { level: "info", time: "2026-02-25T14:30:00.000Z", message: "An event is settled" },
  ]);
});
