import { createServer, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createPelicanConnector } from "../../docs/own-connector/connector.js";

const event = {
  type: "track",
  event: "Newsletter Requested",
  properties: { topic: "Release notes" },
  traits: { first_name: " Ada ", email: "Ada@Analytical.Example", company: "" },
  context: { consent: { canonical: { marketing: true } } },
};

interface Received {
  readonly line: string;
  readonly body: unknown;
}

describe("the connector of “Write your own connector”", () => {
  let server: Server;
  let baseUrl: string;
  let received: Received[];
  let statuses: number[];
  let finish: (response: ServerResponse) => void;

  beforeEach(async () => {
    received = [];
    statuses = [];
    finish = (response) => void response.end();
    server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (part: string) => (text += part));
      request.on("end", () => {
        received.push({ line: `${request.method ?? ""} ${request.url ?? ""}`, body: JSON.parse(text) });
        finish(response.writeHead(statuses.shift() ?? 200));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const connect = () => createPelicanConnector({ baseUrl, apiKey: "key", sleep: () => Promise.resolve() });

  test("sends exactly one request, with the fields that have a value", async () => {
    expect(await connect().deliver(event)).toEqual({ status: "delivered", attempts: 1 });
    expect(received).toEqual([
      { line: "PUT /subscribers/ada%40analytical.example", body: { name: "Ada", topic: "Release notes" } },
    ]);
  });

  test.each([
    ["consent is denied", { ...event, context: { consent: { canonical: { marketing: false } } } }, "consent_denied"],
    ["consent is a text", { ...event, context: { consent: { canonical: { marketing: "true" } } } }, "consent_missing"],
    ["there is no consent", { ...event, context: {} }, "consent_missing"],
    ["it is another event", { ...event, event: "Product Viewed" }, "event_not_mapped"],
    ["it is no track event", { ...event, type: "page" }, "event_not_mapped"],
  ])("drops an event without a request where %s", async (_, given, reason) => {
    expect(await connect().deliver(given)).toEqual({ status: "dropped", reason });
    expect(received).toEqual([]);
  });

  test.each([
    ["that is none", null, "invalid_event"],
    ["without an address", { ...event, traits: { email: "ada at home" } }, "missing_email"],
  ])("rejects an event %s", async (_, given, reason) => {
    expect(await connect().deliver(given)).toEqual({ status: "rejected", reason });
    expect(received).toEqual([]);
  });

  test.each([503, 408])("sends again after a %i", async (status) => {
    statuses = [status, 201];
    expect(await connect().deliver(event)).toEqual({ status: "delivered", attempts: 2 });
    expect(received).toHaveLength(2);
  });

  test("lets go of an answer that never ends", async () => {
    const letGo = new Promise<void>((resolve) => {
      finish = (response) => {
        response.on("close", resolve);
        response.write("{");
      };
    });
    expect(await connect().deliver(event)).toEqual({ status: "delivered", attempts: 1 });
    await letGo;
  });

  test.each([
    [401, "setup"],
    [402, "setup"],
    [302, "setup"],
    [404, "setup"],
    [422, "final"],
  ])("does not repeat a %i, and says what it asks for: %s", async (status, failureClass) => {
    statuses = [status];
    const failed = { status: "failed", class: failureClass, httpStatus: status, attempts: 1 };
    expect(await connect().deliver(event)).toEqual(failed);
  });

  test("says that a refusal for the quota is one, after its last attempt", async () => {
    statuses = [429, 429, 429];
    const failed = { status: "failed", class: "throttle", httpStatus: 429, attempts: 3 };
    expect(await connect().deliver(event)).toEqual(failed);
  });

  test("fails after its last attempt where there is no server", async () => {
    server.close();
    await once(server, "close");
    expect(await connect().deliver(event)).toEqual({
      status: "failed",
      class: "transient",
      httpStatus: undefined,
      attempts: 3,
    });
  });
});
