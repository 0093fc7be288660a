import type { Answer } from "./answer.js";

/** A successful response, read to its end, as openapi-fetch gets it in place of a `Response` of the platform. */
export class TransportResponse {
  readonly ok = true;
  readonly status: number;
  readonly headers: Headers;
  readonly #text: string;

  constructor(
    answer: Answer,
    /** The parsed body. */
    readonly data: unknown,
    /** How often the request was sent. */
    readonly attempts: number,
  ) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.#text = answer.text;
  }

  text(): Promise<string> {
    return Promise.resolve(this.#text);
  }

  json(): Promise<unknown> {
    return Promise.resolve(this.data);
  }
}
