import { isJsonObject, type JsonObject } from "./json.js";
import type { RequestBody } from "./request-body.js";

/** The parameters of a request, or why there are none. A body that is not sent as JSON has no parameters. */
export function parametersOf(body: RequestBody): JsonObject | string {
  switch (body.kind) {
    case "json":
      return isJsonObject(body.value) ? body.value : "The request body must be a JSON object.";
    case "other":
      return {};
    case "broken":
      return "The request body is not valid JSON.";
    case "too_large":
      return "The request body is too large.";
  }
}
