import type { Warning } from "../decision/warning.js";

/** One request. */
export interface HttpRequest {
  /** The HTTP method. With `GET`, nothing is written, so that `maybeDelivered` is `false` in every case. */
  readonly method: "DELETE" | "GET" | "PATCH" | "POST" | "PUT";
  /** The parts of the path below `baseUrl`: `["people", email]`. They are encoded here; `.` and `..` are refused. */
  readonly path: readonly string[];
  /** The query. Encoded here. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** The body, which is sent as JSON. */
  readonly json?: unknown;
  /** Further headers. Those of the authentication replace them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What was omitted from the record. Becomes part of the result. */
  readonly warnings?: readonly Warning[] | undefined;
  /**
   * Reads an answer whose status is one of success (2xx). Returns what it says of the record, or `undefined` if it does not prove that
   * the request was carried out: a proxy may have answered in the vendor's place.
   *
   * @param body the parsed body; `undefined` if it is not JSON
   * @default the answer counts if its body is a JSON object or list, or its status is 204
   */
  readonly read?: ((body: unknown, answer: HttpAnswer) => RecordAnswer | undefined) | undefined;
}

/** What is known of an answer beside its body. */
export interface HttpAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The answer's headers. */
  readonly headers: Headers;
}

/** What an answer of success says of the record. */
export interface RecordAnswer {
  /** The vendor's id of the record. Omitted from the result unless it is a number, or 1 to 64 letters, digits and `-_.:`. */
  readonly recordId?: unknown;
  /** Whether a record that was there already was updated. */
  readonly matched?: boolean | undefined;
  /** What the vendor omitted from the record. */
  readonly warnings?: readonly Warning[] | undefined;
}

/** A request as it will be sent, except for its credentials. */
export interface WrittenRequest {
  readonly url: string;
  readonly method: HttpRequest["method"];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Writes a request. `undefined` if that is not possible: a part of the path leads elsewhere, or a value has no JSON. */
export function writeRequest(
  { base, headers }: { readonly base: string; readonly headers: Readonly<Record<string, string>> },
  request: HttpRequest,
): WrittenRequest | undefined {
  const { method, path, query, json } = request;
  if (!path.every(isPathPart)) return undefined;
  try {
    const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
    const url = [base, ...path.map((part) => encodeURIComponent(part))].join("/") + search;
    const body = json === undefined ? undefined : JSON.stringify(json);
    const all = new Headers({ accept: "application/json", ...headers, ...request.headers });
    if (body !== undefined) all.set("content-type", "application/json");
    return { url, method, headers: Object.fromEntries(all), body };
  } catch {
    return undefined;
  }
}

/** No encoding keeps a URL from reading dots as steps to another path. */
function isPathPart(part: unknown): boolean {
  return typeof part === "string" && !["", ".", ".."].includes(part);
}

/** Reads what an answer of success says of the record; `undefined` if it does not prove that the request was carried out. */
export function readRecord({ read }: HttpRequest, body: unknown, answer: HttpAnswer): RecordAnswer | undefined {
  if (read === undefined) return answer.status === 204 || (typeof body === "object" && body !== null) ? {} : undefined;
  try {
    return read(body, answer);
  } catch {
    // It does not have the form that was expected.
    return undefined;
  }
}
