import type { Socket } from "node:net";

import type { Connector } from "../connector/connector.js";
import type { SendResult } from "../connector/send-result.js";
import type { DeliverDecision } from "../decision/decision.js";
import { ensure } from "./conformance-case.js";
import { withServer, type HostileServer, type Respond } from "./hostile-server.js";
import { ensureResult } from "./result-form.js";
import { settled, type Suite } from "./suite.js";

/** A call that has been made. */
export interface Call<Payload> {
  readonly connector: Connector<Payload>;
  readonly decision: DeliverDecision<Payload>;
  readonly result: SendResult;
  readonly server: HostileServer;
}

/** How the server behaves during a call. */
export interface Behaviour {
  readonly respond: Respond;
  /** Is given each connection before anything of it is read. */
  readonly onConnection?: ((socket: Socket) => void) | undefined;
  /** The time-out that the connector is made with. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends the first example to a server of its own, looks at the result, and checks what holds for every call: it resolves with a result
 * and makes one request.
 *
 * @throws ConformanceError
 */
export async function sendOnce<Payload, T>(
  suite: Suite<Payload>,
  { respond, onConnection, timeoutMs }: Behaviour,
  look: (call: Call<Payload>) => T | Promise<T>,
): Promise<T> {
  return withServer(
    respond,
    async (server) => {
      const connector = await suite.connect(server.baseUrl, timeoutMs);
      const decision = suite.planned(connector);
      const result = await sent(connector, decision);
      const requests = Math.max(server.requests.length, onConnection ? server.connections() : 0);
      ensure(
        requests > 0,
        `send made no request to the server of the suite. Its result is ${JSON.stringify(result)}.`,
        "call the baseUrl that the factory is given",
      );
      ensure(
        requests === 1,
        `One send made ${requests} requests.`,
        "make one call per send, and no retries: the engine retries, and asks consent and quota again before each call",
      );
      return look({ connector, decision, result, server });
    },
    onConnection,
  );
}

/**
 * Sends, and takes a rejection for what it is: a connector that is broken.
 *
 * @throws ConformanceError
 */
export async function sent<Payload>(
  connector: Connector<Payload>,
  decision: DeliverDecision<Payload>,
  signal?: AbortSignal,
): Promise<SendResult> {
  const call = async () => connector.send(decision, ...(signal ? [{ signal }] : []));
  const result = await settled(
    call().catch((error: unknown) => {
      ensure(
        false,
        `send rejected: ${String(error)}`,
        "resolve with { status: 'failed', … } whatever the network or the vendor does: a rejection ends the worker",
      );
    }),
    "send",
  );
  ensureResult(connector, result);
  return result;
}
