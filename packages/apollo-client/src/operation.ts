import type { paths } from "./generated/apollo.js";
import type { FetchInit } from "./options.js";

/** A request to Apollo and all that is particular about it; how it is sent and retried is the same for every operation. */
export interface Operation<Body> {
  readonly method: FetchInit["method"];
  /** A path of the spec, or this does not compile. */
  readonly path: keyof paths;
  /** JSON, written once: all attempts send the same bytes. */
  readonly body?: string;
  /** Whether Apollo writes something when it carries out the request. */
  readonly writes: boolean;
  /** Whether it does no harm if Apollo carries out the request twice, so that it may be retried even if the first was carried out. */
  readonly harmlessTwice: boolean;
  /** Whether the body of an answer proves success; the status alone does not. */
  readonly proves: (body: unknown) => body is Body;
  readonly words: OperationWords;
}

/** What errors and log lines say about an operation. */
interface OperationWords {
  /** A log line. */
  readonly success: string;
  /** What it means if Apollo may have carried out the request. */
  readonly maybeDelivered: string;
  /** What is wrong with an answer of 200 that does not prove success. */
  readonly unproven: string;
  /** What Apollo refuses with 400 or 422. */
  readonly refused: string;
  /** What to check then; may be empty. */
  readonly refusedAdvice: string;
}
