import { expect, test } from "vitest";

import { Standstill } from "../../src/observe/standstill.js";

const dropped = { attempts: 0 };
const sent = { attempts: 1 };

test("where nothing stands still, nothing ends", () => {
  expect(new Standstill().endsWith(sent)).toBe(false);
});

test("that calls are refused ends with a call, not with an event that needs none", () => {
  const standstill = new Standstill();
  standstill.refused();

  expect([dropped, sent, sent].map((event) => standstill.endsWith(event))).toEqual([false, true, false]);
});

test("that nothing can be written down ends with the next event, whatever becomes of it", () => {
  const standstill = new Standstill();
  standstill.stopped();

  expect([dropped, sent].map((event) => standstill.endsWith(event))).toEqual([true, false]);
});
