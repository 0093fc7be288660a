import type { MatchersV3 } from "@pact-foundation/pact";

import type { ProviderState } from "../provider/states.js";

/** One request of a consumer, the answer that it relies on, and what it makes of it. */
export interface HttpInteraction {
  /** Unique within the contract. */
  readonly description: string;
  /** What must be the case at the provider. */
  readonly given: readonly ProviderState[];
  readonly request: {
    /** `POST` unless set. */
    readonly method?: "GET";
    /** `/api/v1/contacts` where nothing else is said. */
    readonly path?: string;
    /** Absent if the key is removed on the way. */
    readonly apiKey?: string;
    /** The whole body: a key more on the wire breaks the contract. Absent with `GET`. */
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string | MatchersV3.Matcher<string>>>;
    readonly body: JsonBody | TextBody;
  };
  /** Does what the consumer does, against a base URL. Resolves with what came of it, errors included. */
  readonly act: (baseUrl: string) => Promise<unknown>;
  /** What the consumer must make of the answer. */
  readonly result: object;
}

/** An answer in JSON. */
export interface JsonBody {
  /** Fixed values, and matchers of Pact's. */
  readonly json: unknown;
}

/** An answer in any other type, all of which must match a pattern: Pact has it match from end to end. */
export interface TextBody {
  readonly contentType: "text/plain" | "text/html";
  readonly example: string;
  readonly pattern: string;
}
