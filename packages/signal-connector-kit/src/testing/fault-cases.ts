import type { ServerResponse } from "node:http";

import { ensure, type ConformanceCase } from "./conformance-case.js";
import type { StatusMeaning } from "./conformance-options.js";
import { faultsOf, STALLED_REFUSAL, statusMeanings } from "./fault.js";
import { answer, answerPage, closedPort, withServer } from "./hostile-server.js";
import { ensureMeans } from "./result-form.js";
import { sendOnce, sent } from "./send-once.js";
import { settled, SHORT_TIMEOUT_MS, type Suite } from "./suite.js";

/** The size of a body that nobody needs to read to its end: more than all buffers on the way hold. */
const HUGE_BYTES = 64 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, " ");

/** Checks the class of each failure, and whether it says right that the record may have been written. */
export function faultCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const meanings = statusMeanings(suite.statuses);
  const { written } = suite.server;

  return [
    {
      name: "faults: the connection is refused",
      run: async () => {
        const connector = await suite.connect(await closedPort());
        const result = await sent(connector, suite.planned(connector));
        const expected = { class: "transient", maybeDelivered: false, httpStatus: "none" } as const;
        ensureMeans(connector, result, expected, "Nothing was sent, since the connection was refused");
      },
    },
    ...faultsOf(written).map(({ name, expected, respond, onConnection, timesOut }) => ({
      name: `faults: ${name}`,
      run: () =>
        sendOnce(suite, { respond, onConnection, timeoutMs: timesOut && SHORT_TIMEOUT_MS }, ({ connector, result }) => {
          ensureMeans(connector, result, expected, `What happened: ${name}`);
        }),
    })),
    ...[...meanings].map(([status, meaning]) => ({
      name: `faults: the answer is ${status}`,
      run: async () => {
        await answered(suite, status, meaning, (response) => {
          answerPage(response, status, isRedirect(status) ? { location: "/elsewhere" } : {});
        });
        await answered(suite, status, meaning, (response) => {
          answer(response, { status, body: { error: "Something is wrong" } });
        });
        await answered(suite, status, meaning, (response) => {
          response.writeHead(status).end();
        });
      },
    })),
    {
      name: "faults: a redirect to another host is not followed",
      run: () =>
        withServer(
          (response) => {
            answer(response, written);
          },
          async (other) => {
            for (const status of [301, 302, 303, 307, 308].filter((one) => meanings.get(one) !== "delivered")) {
              const respond = (response: ServerResponse) => {
                answerPage(response, status, { location: `${other.baseUrl}/stolen` });
              };
              await sendOnce(suite, { respond }, () => {
                ensure(
                  other.requests.length === 0,
                  `A ${status} was followed to another host.`,
                  "do not follow redirects (redirect: 'manual' of fetch): the secret and the person's data would go along",
                );
              });
            }
          },
        ),
    },
    {
      name: "faults: a refusal whose body never ends is a refusal",
      run: () =>
        sendOnce(suite, STALLED_REFUSAL, ({ connector, result }) => {
          const meaning = meanings.get(422);
          if (meaning === undefined || meaning === "delivered") return;
          ensureMeans(
            connector,
            result,
            { ...meaning, httpStatus: 422 },
            "The vendor answered 422, with a body that never ends",
          );
        }),
    },
    {
      name: "faults: no more of a refusal is read than is needed",
      run: () => {
        let written = 0;
        const respond = (response: ServerResponse) => {
          response.writeHead(400, { "content-type": "text/plain" });
          const more = (): void => {
            while (written < HUGE_BYTES && !response.destroyed) {
              written += CHUNK.length;
              if (!response.write(CHUNK)) {
                response.once("drain", more);
                return;
              }
            }
            response.end();
          };
          more();
        };
        return sendOnce(suite, { respond }, () => {
          ensure(
            written < HUGE_BYTES,
            `All ${HUGE_BYTES / 1024 / 1024} MB of the body of a 400 were read.`,
            "bound what is read of a body, to a megabyte say, and cancel the rest: a server can send without end",
          );
        });
      },
    },
    {
      name: "faults: a call that is aborted before it begins sends nothing",
      run: () =>
        withServer(
          (response) => {
            answer(response, written);
          },
          async (server) => {
            const connector = await suite.connect(server.baseUrl);
            const result = await sent(connector, suite.planned(connector), AbortSignal.abort());
            ensure(server.requests.length === 0, "A request was sent.", "look at options.signal before you send");
            const expected = { class: "interrupted", maybeDelivered: false, httpStatus: "none" } as const;
            ensureMeans(connector, result, expected, "The signal was aborted before the call");
          },
        ),
    },
    {
      name: "faults: a call that is aborted in flight ends at once",
      run: () =>
        withServer(
          () => undefined,
          async (server) => {
            const connector = await suite.connect(server.baseUrl);
            const abort = new AbortController();
            const call = sent(connector, suite.planned(connector), abort.signal);
            await settled(Promise.race([server.firstRequest, call]), "The request");
            abort.abort();
            const expected = { class: "interrupted", maybeDelivered: true, httpStatus: "none" } as const;
            ensureMeans(connector, await call, expected, "The signal was aborted while the call was in flight");
          },
        ),
    },
  ];
}

async function answered<Payload>(
  suite: Suite<Payload>,
  status: number,
  meaning: StatusMeaning,
  respond: (response: ServerResponse) => void,
): Promise<void> {
  await sendOnce(suite, { respond }, ({ connector, result }) => {
    if (meaning !== "delivered") {
      ensureMeans(connector, result, { ...meaning, httpStatus: status }, `The vendor answered ${status}`);
      return;
    }
    ensure(
      result.status === "delivered",
      `The vendor answered ${status}, which means delivered, but the result is ${JSON.stringify(result)}.`,
      "return delivered, or change the meaning in statuses",
    );
  });
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
