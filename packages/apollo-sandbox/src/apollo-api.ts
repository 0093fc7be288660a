import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";

import { addToLists } from "./add-to-lists.js";
import { jsonAnswer, notFound, toResponse } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { checkKey } from "./check-key.js";
import { createContact } from "./create-contact.js";
import type { Endpoint } from "./endpoint.js";
import { isWritten } from "./fault.js";
import { faultDelivery, type Delivery } from "./fault-answer.js";
import type { KeyRing } from "./key-ring.js";
import { outageDelivery, type Outage } from "./outage.js";
import { readBody, type RequestBody } from "./request-body.js";
import { recordedAnswer } from "./recorded-answer.js";
import type { ArrivedRequest } from "./request-log.js";
import type { SandboxState } from "./sandbox-state.js";
import { showContact } from "./show-contact.js";

/** What the server hands to a route: Node's own request, of which a fault needs the socket. */
export interface ServerEnv {
  Bindings: HttpBindings;
}

type ApolloContext = Context<ServerEnv>;

/** What becomes of a request that a fault strikes before it is looked at. Its answer is never sent. */
const notProcessed: Processed = {
  answer: jsonAnswer(500, { error: "Something went wrong." }),
  progress: { outcome: "not_processed" },
};

/** Apollo's API: four operations, and 404 for all the rest. An outage takes all of it away. */
export function apolloApi(currentState: () => SandboxState, keys: KeyRing): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();

  app.post("/api/v1/contacts", (context) => write(context, "contacts", createContact));

  app.post("/api/v1/labels/add_entity_ids_to_label_names", (context) => write(context, "lists", addToLists));

  app.get("/api/v1/auth/health", async (context) => {
    const body = await readBody(context.req.raw);
    return respond(context, body, () => checkKey(apiRequest(context, body), keys));
  });

  app.get("/api/v1/contacts/:id", async (context) => {
    const body = await readBody(context.req.raw);
    return respond(context, body, () =>
      showContact(context.req.param("id"), apiRequest(context, body), currentState(), keys),
    );
  });

  // Without a handler Hono prints the error; the usual one is a caller who hung up in the middle of a body.
  app.onError((error) => toResponse(jsonAnswer(500, { error: `The sandbox itself failed: ${error.message}` })));

  app.notFound((context) => respond(context, undefined, () => refused(notFound)));

  /** Answers a request that writes, which faults can strike. */
  async function write(
    context: ApolloContext,
    endpoint: Endpoint,
    process: (request: ApiRequest, state: SandboxState, keys: KeyRing) => Processed | Promise<Processed>,
  ): Promise<Response> {
    const body = await readBody(context.req.raw);
    const state = currentState();
    const number = state.requests.arrive(arrivedRequest(context, body, keys));
    if (state.outage !== null) return away(state.outage, state, number, context);

    const fault = state.faults[endpoint].take();
    if (fault !== undefined) state.requests.update(number, { fault: fault.kind });
    const processed =
      fault === undefined || isWritten(fault) ? await process(apiRequest(context, body), state, keys) : notProcessed;
    if (fault === undefined) return answer(state, number, processed);
    state.requests.update(number, processed.progress);

    if (fault.kind === "slow") await state.clock.sleep(fault.delayMs);
    const delivery = faultDelivery(fault, processed.answer);
    return send(delivery, state, number, context);
  }

  /** Answers a request that no fault can strike. */
  function respond(context: ApolloContext, body: RequestBody | undefined, process: () => Processed): Response {
    const state = currentState();
    const number = state.requests.arrive(arrivedRequest(context, body, keys));
    return state.outage === null ? answer(state, number, process()) : away(state.outage, state, number, context);
  }

  /** An outage strikes before a request is looked at. */
  function away(outage: Outage, state: SandboxState, number: number, context: ApolloContext): Response {
    state.requests.update(number, { fault: "outage", outcome: "not_processed" });
    return send(outageDelivery(outage), state, number, context);
  }

  function send(delivery: Delivery, { requests }: SandboxState, number: number, context: ApolloContext): Response {
    if (delivery.kind === "reset") requests.answered(number, null, null);
    else requests.answered(number, delivery.answer.status, recordedAnswer(delivery.answer, keys));
    return deliver(delivery, context);
  }

  function answer({ requests }: SandboxState, number: number, { answer, progress }: Processed): Response {
    requests.update(number, progress);
    requests.answered(number, answer.status, recordedAnswer(answer, keys));
    return toResponse(answer);
  }

  return app;
}

function apiRequest({ req }: ApolloContext, body: RequestBody): ApiRequest {
  const { headers } = req.raw;
  return { apiKey: headers.get("x-api-key"), authorization: headers.get("authorization"), query: req.queries(), body };
}

function arrivedRequest({ req }: ApolloContext, body: RequestBody | undefined, keys: KeyRing): ArrivedRequest {
  const contentType = req.header("content-type");
  return {
    method: req.method,
    path: keys.redactText(req.path),
    contentType: contentType === undefined ? null : keys.redactText(contentType),
    body: body?.kind === "json" ? keys.redact(body.value) : null,
  };
}

function deliver(delivery: Delivery, context: ApolloContext): Response {
  switch (delivery.kind) {
    case "whole":
      return toResponse(delivery.answer);
    case "cut":
      return new Response(neverEnding(delivery.answer.body), delivery.answer);
    case "reset":
      context.env.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
  }
}

/** A body that begins and never ends; only closing the connection ends it. */
function neverEnding(beginning: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(beginning));
    },
  });
}
