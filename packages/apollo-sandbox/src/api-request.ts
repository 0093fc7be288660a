import type { Answer } from "./answer.js";
import type { JsonObject } from "./json.js";
import type { RequestBody } from "./request-body.js";
import type { RequestProgress } from "./request-log.js";

/** A request to Apollo's API, as far as Apollo looks at it. */
export interface ApiRequest {
  readonly apiKey: string | null;
  readonly authorization: string | null;
  readonly query: JsonObject;
  readonly body: RequestBody;
}

/** The answer to a request, and what became of it. */
export interface Processed {
  readonly answer: Answer;
  readonly progress: RequestProgress;
}

/** A request that is refused, with nothing written. */
export function refused(answer: Answer): Processed {
  return { answer, progress: { outcome: "refused" } };
}
