import { MatchersV3, Pact } from "@pact-foundation/pact";
import { expect, test } from "vitest";

import type { HttpInteraction } from "../interactions/http-interaction.js";
import { madePacts } from "../pact-folder.js";

/** Runs each interaction against Pact's mock of the provider, which also writes it into the contract. */
export function testConsumer(consumer: string, interactions: readonly HttpInteraction[]): void {
  test.each(interactions)("$description", async ({ description, given, request, response, act, result }) => {
    const pact = new Pact({ consumer, provider: "apollo-api", dir: madePacts, logLevel: "error" });
    const interaction = given.reduce(
      (builder, { name, parameters }) => builder.given(name, parameters),
      pact.addInteraction(),
    );
    await interaction
      .uponReceiving(description)
      .withRequest(request.method ?? "POST", request.path ?? "/api/v1/contacts", (builder) => {
        builder.headers({
          ...(request.apiKey !== undefined && { "X-Api-Key": request.apiKey }),
          Accept: "application/json",
        });
        if (request.body !== undefined) builder.headers({ "Content-Type": "application/json" }).jsonBody(request.body);
      })
      .willRespondWith(response.status, (builder) => {
        const { body } = response;
        const contentType = "json" in body ? "application/json" : body.contentType;
        builder.headers({
          // A charset may follow.
          "Content-Type": MatchersV3.regex(`^${contentType}(;.*)?$`, contentType),
          ...response.headers,
        });
        if ("json" in body) {
          builder.jsonBody(body.json);
        } else {
          builder.body(body.contentType, Buffer.from(body.example));
          builder.matchingRules({ body: { path: "$", rules: [MatchersV3.regex(body.pattern, body.example)] } });
        }
      })
      .executeTest(async ({ url }) => {
        expect(await act(`${url}/api/v1`)).toMatchObject(result);
      });
  });
}
