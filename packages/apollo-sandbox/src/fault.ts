/**
 * A fault of a request to create a contact. `written` says whether the request is processed first, including key, quota and
 * write, so that only its response is lost. The default is `false` unless stated otherwise.
 */
export type Fault =
  /**
   * Any status. Without a `body`, the one that Apollo would send with it; a 200 then needs `written`, because its body is the
   * contact.
   */
  | {
      readonly kind: "status";
      /** 200 to 599. */
      readonly status: number;
      /** Text is sent unchanged, an object as JSON. */
      readonly body?: string | Readonly<Record<string, unknown>>;
      /** By default `application/json` for an object, `text/plain` for text. */
      readonly contentType?: string;
      /** Replaces the headers that Apollo would send with the status, such as `retry-after: 1` with 429. */
      readonly headers?: Readonly<Record<string, string>>;
      readonly written?: boolean;
    }
  /** A gateway's page. The status is 502 by default. */
  | { readonly kind: "html"; readonly status?: number; readonly written?: boolean }
  /** A 200 with truncated JSON. `written` by default. */
  | { readonly kind: "garbage"; readonly written?: boolean }
  /** A 200 without a body. `written` by default. */
  | { readonly kind: "empty"; readonly written?: boolean }
  /** The connection is reset before the response begins. */
  | { readonly kind: "reset"; readonly written: boolean }
  /** The headers and part of the body arrive, then nothing more. `written` by default. */
  | { readonly kind: "stall"; readonly written?: boolean }
  /** The right response, `delayMs` milliseconds late. The request is processed immediately. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** A redirect to `location`. The status is 302 by default. */
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number };

/** The name of a fault in the request log. */
export type FaultKind = Fault["kind"];

const writtenByDefault: Readonly<Record<FaultKind, boolean>> = {
  status: false,
  html: false,
  garbage: true,
  empty: true,
  reset: false,
  stall: true,
  slow: true,
  redirect: false,
};

/** Whether the request is carried out before the fault strikes. */
export function isWritten(fault: Fault): boolean {
  return ("written" in fault ? fault.written : undefined) ?? writtenByDefault[fault.kind];
}
