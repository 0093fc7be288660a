import type { ServerResponse } from "node:http";
import { inspect } from "node:util";

import type { SendResult } from "../connector/send-result.js";
import { isObject } from "../object/is-object.js";
import { checkedBy } from "./check-cases.js";
import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { VendorAnswer } from "./conformance-options.js";
import { textsIn, valuePlaces } from "./event-parts.js";
import { readPath } from "../event/path.js";
import { answer, closedPort, withServer, type Respond } from "./hostile-server.js";
import { sendOnce, sent } from "./send-once.js";
import { snapshot } from "./snapshot.js";
import { leaks, SHORT_TIMEOUT_MS, type Suite } from "./suite.js";

const STATUSES = [200, 302, 400, 401, 403, 404, 422, 429, 500, 503];
/** Where texts are cut off, often. A secret that is cut off is no longer found by who looks for the whole of it. */
const CUTS = [64, 100, 128, 200, 250, 255, 256, 300, 400, 500, 512, 1_000, 1_024, 2_000, 2_048, 4_000, 4_096];
/** Shorter values are in many texts by chance. */
const TELLING_LENGTH = 4;

const REDACT =
  "replace the secret, in all its spellings, in every text that comes from outside, before you cut it to length";

/** Checks that no result and no text shows the secret, nor the person. */
export function secretCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { secret, server } = suite;
  const ensureSafe = (value: unknown, what: string) => {
    const text = [snapshot(value), inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value)].join("\n");
    ensure(!leaks(text, secret), `The secret is in ${what}.`, REDACT);
  };
  const echoed =
    (status: number, echo: string): Respond =>
    (response) => {
      if (status < 400) response.setHeader("location", `/login?key=${encodeURIComponent(secret)}`);
      response.statusMessage = echo.slice(0, 200);
      for (const name of ["x-request-id", "www-authenticate", "x-error"]) response.setHeader(name, echo);
      answer(response, {
        status,
        body: { error: echo, message: echo, detail: [echo], errors: [{ message: echo, code: echo }] },
      });
    };

  return [
    {
      name: "secrets: the connector itself does not show its secret",
      run: async () => {
        const connector = await suite.disconnected();
        ensureSafe(connector, "the connector, when it is logged");
      },
    },
    {
      name: "secrets: a server that repeats the secret does not get it into a result",
      run: async () => {
        const spellings = [secret, encodeURIComponent(secret), `Bearer ${secret}`];
        for (const status of STATUSES)
          for (const spelling of spellings)
            await sendOnce(suite, { respond: echoed(status, spelling) }, ({ result }) => {
              ensureSafe(result, `the result of a ${status} that repeats it`);
            });
      },
    },
    {
      name: "secrets: nor does a server that puts the secret in the place of every value of a good answer",
      run: () =>
        sendOnce(
          suite,
          {
            respond: (response) => {
              answer(response, replaced(server.written, secret));
            },
          },
          ({ result }) => {
            ensureSafe(
              result,
              "the result of an answer that has it in the place of values, the id of the record for instance",
            );
          },
        ),
    },
    {
      name: "secrets: nor is a part of it shown where a text is cut off",
      run: async () => {
        const lengths = CUTS.flatMap((cut) =>
          [cut - 60, cut - 50, cut - 40, cut - 32, cut - 24, cut - 16].filter((length) => length > 0),
        );
        let length = 0;
        const respond = (response: ServerResponse) => {
          const text = `${"x".repeat(length)}${secret}`;
          answer(response, { status: 422, body: { error: text, message: text } });
        };
        await withServer(respond, async ({ baseUrl }) => {
          const connector = await suite.connect(baseUrl);
          for (length of lengths)
            ensureSafe(
              await sent(connector, suite.planned(connector)),
              "the result of an answer that is cut off within it",
            );
        });
      },
    },
    {
      name: "secrets: it is in no result of a connection that fails",
      run: async () => {
        const refused = await suite.connect(await closedPort());
        ensureSafe(await sent(refused, suite.planned(refused)), "the result of a refused connection");
        const reset = { respond: ({ socket }: ServerResponse) => socket?.resetAndDestroy() };
        await sendOnce(suite, reset, ({ result }) => {
          ensureSafe(result, "the result of a lost connection");
        });
        const stalled = { respond: () => undefined, timeoutMs: SHORT_TIMEOUT_MS };
        await sendOnce(suite, stalled, ({ result }) => {
          ensureSafe(result, "the result of a call without an answer");
        });
      },
    },
    {
      name: "secrets: it is in no result of a check",
      run: async () => {
        for (const status of STATUSES)
          await withServer(echoed(status, secret), async ({ baseUrl }) => {
            const result = await checkedBy(await suite.connect(baseUrl));
            if (result !== undefined) ensureSafe(result, `the result of a check that is answered ${status}`);
          });
      },
    },
    {
      name: "personal data: what the vendor repeats of the event is in vendorMessage alone",
      run: async () => {
        for (const status of STATUSES) {
          const respond: Respond = (response, { body, path, headers }) => {
            const said = `${body} ${path.replaceAll("%40", "@")}`;
            const echo = { error: said, message: said, detail: [said], errors: [said], received: headers };
            answer(response, { status, body: echo });
          };
          await sendOnce(suite, { respond }, ({ result, decision }) => {
            const words = wordsOf(result);
            const values = valuesOf(suite, decision.payload);
            const found = values.find((value) => words.some((text) => text.includes(value)));
            ensure(
              found === undefined,
              `The answer was ${status}, and the message repeats a value of the event: ${found ?? ""}`,
              "put what the vendor says into vendorMessage, which goes into dead letters only, and write message yourself",
            );
          });
        }
      },
    },
  ];
}

/** The words of a result that go into logs. */
function wordsOf(result: SendResult): readonly string[] {
  const said = result.warnings.map(({ message }) => message);
  return (result.status === "failed" ? [...said, result.message] : said).map((text) => text.toLowerCase());
}

/** What of the first example is sent as it is, in lower case. */
function valuesOf<Payload>({ events }: Suite<Payload>, payload: unknown): readonly string[] {
  const sent = textsIn(payload).map((text) => text.toLowerCase());
  return valuePlaces(events[0])
    .map((place) => String(readPath(events[0], place)).trim().toLowerCase())
    .filter((value) => value.length >= TELLING_LENGTH && sent.some((text) => text.includes(value)));
}

/** The answer with a text in the place of every text in it. */
function replaced(answer: VendorAnswer, text: string): VendorAnswer {
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") return text;
    if (Array.isArray(value)) return value.map(replace);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replace(one)]));
  };
  return { ...answer, body: typeof answer.body === "string" ? text : replace(answer.body) };
}
