import type { ErrorBody } from "@datafly/apollo-client";

import { invalidKey, jsonAnswer, textAnswer, type Answer, type HeaderFields } from "./answer.js";
import type { Fault } from "./fault.js";

type StatusFault = Extract<Fault, { kind: "status" }>;

/** How an answer reaches the caller: whole, cut off in the middle, or not at all. */
export type Delivery =
  | { readonly kind: "whole"; readonly answer: Answer }
  | { readonly kind: "cut"; readonly answer: Answer }
  | { readonly kind: "reset" };

const jsonType = { "content-type": "application/json; charset=utf-8" };
const brokenOff = '{"contact":{"id":"66f1c0ff';

/** What the caller gets of a request that a fault strikes. Only `slow` hands on the right answer. */
export function faultDelivery(fault: Fault, rightAnswer: Answer): Delivery {
  switch (fault.kind) {
    case "status":
      return whole(statusAnswer(fault, rightAnswer));
    case "html":
      return whole(gatewayPage(fault.status ?? 502));
    case "garbage":
      return whole({ status: 200, headers: jsonType, body: brokenOff });
    case "empty":
      return whole({ status: 200, headers: jsonType, body: "" });
    case "redirect":
      return whole({ status: fault.status ?? 302, headers: { location: fault.location }, body: "" });
    case "slow":
      return whole(rightAnswer);
    case "stall":
      return { kind: "cut", answer: { status: 200, headers: jsonType, body: brokenOff } };
    case "reset":
      return { kind: "reset" };
  }
}

function whole(answer: Answer): Delivery {
  return { kind: "whole", answer };
}

/** A page of whatever stands before Apollo. */
export function gatewayPage(status: number): Answer {
  return {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!doctype html><html><head><title>${status}</title></head><body><h1>${status}</h1><hr>gateway</body></html>\n`,
  };
}

interface UsualAnswer {
  readonly body: ErrorBody;
  readonly headers?: HeaderFields;
}

/** What Apollo would say with a status of which there is more to say than that something went wrong. */
const usualAnswers: Readonly<Partial<Record<number, UsualAnswer>>> = {
  403: {
    body: { error: "api/v1/contacts/create is not accessible with this api_key.", error_code: "API_INACCESSIBLE" },
  },
  404: { body: { error: "Not found" } },
  422: { body: { error: "Parameters misconfigured." } },
  429: {
    body: { message: "The maximum number of api calls allowed for api/v1/contacts has been reached." },
    headers: { "retry-after": "1" },
  },
};

function statusAnswer({ status, body, contentType, headers }: StatusFault, rightAnswer: Answer): Answer {
  const usual = usualAnswer(status, rightAnswer);
  const answer =
    body === undefined ? usual : typeof body === "string" ? textAnswer(status, body) : jsonAnswer(status, body);
  const type = contentType ?? answer.headers["content-type"];
  return {
    ...answer,
    headers: {
      ...(headers === undefined && usual.headers),
      ...(type !== undefined && { "content-type": type }),
      // Names as they may have been written would stand beside the ones above, not in their place.
      ...Object.fromEntries(new Headers(headers)),
    },
  };
}

/** What Apollo would send with a status: what it was about to send, if that has the status. */
function usualAnswer(status: number, rightAnswer: Answer): Answer {
  if (status === rightAnswer.status) return rightAnswer;
  if (status === 401) return invalidKey();
  const { body, headers } = usualAnswers[status] ?? { body: { error: "Something went wrong." } };
  return jsonAnswer(status, body, headers);
}
