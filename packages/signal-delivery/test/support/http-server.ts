import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { onTestFinished } from "vitest";

/**
 * A server that answers calls to create a contact, and checks of a key, as a test says; closed at the end of the test. For what the
 * sandbox does not do.
 *
 * @param answerCheck by default, there is no such path
 */
export async function serverForTest(
  answer: (response: ServerResponse, contact: Partial<Record<string, unknown>>) => void,
  answerCheck: (response: ServerResponse) => void = (response) => response.writeHead(404).end(),
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((incoming, response) => {
    if (incoming.method !== "POST") {
      answerCheck(response);
      return;
    }
    void json(incoming).then((contact) => {
      answer(response, contact as Partial<Record<string, unknown>>);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let closed: Promise<void> | undefined;
  const close = () =>
    (closed ??= new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    }));
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`, close };
}

/** Answers as Apollo does where it has written a contact. */
export function answerCreated(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ contact: { id: "66f1c0ffee0000000000a001" }, labels: [] }));
}

/** The address of a port of this machine on which nothing listens. */
export async function unreachableUrl(): Promise<string> {
  const { url, close } = await serverForTest(answerCreated);
  await close();
  return url;
}
