import { Hono } from "hono";

import type { ServerEnv } from "./apollo-api.js";
import type { Controls } from "./controls.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject, type JsonObject } from "./json.js";
import { localOnly } from "./local-only.js";
import { pageFiles, shutIn } from "./page-files.js";
import { pageStream, type PageSource } from "./page-stream.js";
import { readBody } from "./request-body.js";
import { version } from "../package.json";

/** The sandbox's methods over HTTP, for programs in other processes, and the page that makes use of them. */
export function adminApi(controls: Controls, pageSource: PageSource, boundHost: string): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const usage = () => ({ usage: controls.usage(), listUsage: controls.usage("lists") });
  app.use(shutIn, localOnly(boundHost));
  app.route("/", pageFiles());
  app.get("/events", (context) => pageStream(context, pageSource));

  app.get("/health", (context) => context.json({ status: "ok", version }));
  app.get("/contacts", (context) => context.json({ contacts: controls.contacts() }));
  app.get("/labels", (context) => context.json({ labels: controls.labels() }));
  app.get("/requests", (context) => context.json({ requests: controls.requests() }));
  app.get("/requests/:number{[0-9]+}", (context) => {
    const request = pageSource.state().requests.get(Number(context.req.param("number")));
    if (request !== undefined) return context.json({ request });
    return context.json({ error: "This request does not exist, or has been forgotten." }, 404);
  });
  app.get("/usage", (context) => context.json(usage()));

  app.put("/plan", async (context) => {
    const { plan, endpoint } = await readObject(context.req.raw);
    controls.usePlan(plan, endpoint);
    return context.json(usage());
  });
  app.post("/faults", async (context) => {
    const { fault, times = 1, endpoint } = await readObject(context.req.raw);
    controls.failNext(fault, times, endpoint);
    return context.json(
      { fault: pageSource.keys.redact(fault), times, ...(endpoint !== undefined && { endpoint }) },
      201,
    );
  });
  app.put("/outage", async (context) => {
    const outage = await readObject(context.req.raw);
    controls.startOutage(outage);
    return context.json({ outage: pageSource.keys.redact(outage) });
  });
  app.delete("/outage", (context) => {
    controls.endOutage();
    return context.body(null, 204);
  });
  app.post("/contacts", async (context) => {
    const contact = controls.addContact(await readObject(context.req.raw));
    return context.json({ contact }, 201);
  });
  app.post("/reset", (context) => {
    controls.reset();
    return context.body(null, 204);
  });

  app.all("*", (context) => context.json({ error: "The admin API has no such path." }, 404));
  app.onError((error, context) => {
    // It may quote what was sent.
    const message = pageSource.keys.redactText(error.message);
    if (error instanceof InvalidInputError) return context.json({ error: message }, 400);
    return context.json({ error: "The sandbox itself failed." }, 500);
  });
  return app;
}

async function readObject(request: Request): Promise<JsonObject> {
  const body = await readBody(request);
  if (body.kind === "json" && isJsonObject(body.value)) return body.value;
  throw new InvalidInputError("The body must be a JSON object of at most 1 MiB, sent as application/json.");
}
