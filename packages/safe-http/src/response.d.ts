import type { Answer } from "./answer.js";
/** A successful response, read to its end, as openapi-fetch gets it in place of a `Response` of the platform. */
export declare class TransportResponse {
  #private;
  /** The parsed body. */
  readonly data: unknown;
  /** How often the request was sent. */
  readonly attempts: number;
  readonly ok = true;
  readonly status: number;
  readonly headers: Headers;
  constructor(
    answer: Answer,
    /** The parsed body. */
    data: unknown,
    /** How often the request was sent. */
    attempts: number,
  );
  text(): Promise<string>;
  json(): Promise<unknown>;
}
//# sourceMappingURL=response.d.ts.map
