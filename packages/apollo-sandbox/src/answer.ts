import type { AddToListsResponse, CreateContactResponse, ErrorBody, KeyHealth } from "@datafly/apollo-client";

/** Some headers, by their lower-case names. */
export type HeaderFields = Readonly<Record<string, string>>;

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: string;
}

/** An answer in JSON, of a form that the API's description knows. */
export function jsonAnswer(
  status: number,
  body: CreateContactResponse | AddToListsResponse | KeyHealth | ErrorBody,
  headers: HeaderFields = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

/** An answer in plain text. */
export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

/** Answers 401. Unlike all the others it is plain text, and says nothing of the quota. */
export function invalidKey(why = "Check the key in your Apollo settings."): Answer {
  return textAnswer(401, `Invalid API key. ${why}`);
}

/** Answers 404. A wrong path gets no hint of the right one, as at Apollo. */
export const notFound: Answer = jsonAnswer(404, { error: "Not found" });

/** `Response` throws if one of these is given a body. */
const withoutBody: readonly number[] = [204, 205, 304];

/** The answer as a `Response`. */
export function toResponse(answer: Answer): Response {
  return new Response(bodyOf(answer), answer);
}

/** The body that is sent; `null` if there is none with this status. */
export function bodyOf({ status, body }: Answer): string | null {
  return withoutBody.includes(status) ? null : body;
}
