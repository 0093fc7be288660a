import { expect, test } from "vitest";

import { ResponseBody } from "../../src/http/response-body.js";

/** A body of a connection that only notes what is asked of it. */
function bodyForTest() {
  const asked: string[] = [];
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    abort: () => void asked.push("abort"),
    pause: () => {
      controller.paused = true;
      asked.push("pause");
    },
    resume: () => {
      controller.paused = false;
      asked.push("resume");
    },
  };
  const body = new ResponseBody(controller);
  return { body, reader: body.getReader(), asked };
}

const part = (length: number) => new Uint8Array(length);

test("what came before a body broke off is read before its error", async () => {
  const { body, reader } = bodyForTest();
  body.push(part(3));
  body.fail(new Error("broken off"));

  expect(await reader.read()).toEqual({ done: false, value: part(3) });
  await expect(reader.read()).rejects.toThrow("broken off");
  await expect(reader.read()).rejects.toThrow("broken off");
});

test("what came before a body ended is read before its end", async () => {
  const { body, reader } = bodyForTest();
  body.push(part(3));
  body.end();

  expect(await reader.read()).toEqual({ done: false, value: part(3) });
  expect(await reader.read()).toEqual({ done: true });
});

test("a body that is not read pauses its connection, and resumes it when it is", async () => {
  const { body, reader, asked } = bodyForTest();
  body.push(part(40 * 1024));
  expect(asked).toEqual([]);
  body.push(part(40 * 1024));
  expect(asked).toEqual(["pause"]);

  await reader.read();

  expect(asked).toEqual(["pause", "resume"]);
});

test("only a body that has not come to its end lets go of its connection when it is cancelled", async () => {
  const [cancelled, ended, failed] = [bodyForTest(), bodyForTest(), bodyForTest()];
  ended.body.end();
  failed.body.fail(new Error("broken off"));

  for (const { reader } of [cancelled, ended, failed]) await reader.cancel();

  expect([cancelled, ended, failed].map(({ asked }) => asked)).toEqual([["abort"], [], []]);
});
