import { type Answer } from "./answer.js";
import { type Deadline } from "./deadline.js";
import { type NetworkError } from "./network-error.js";
/** The result of one attempt. */
export type Attempt = Success | Failure;
/** The server carried out the request, and its response proves it. */
export interface Success {
  readonly kind: "success";
  readonly answer: Answer;
  readonly data: unknown;
}
/** Why an attempt did not succeed. */
export type Failure =
  | {
      readonly kind: "refused" | "throttled" | "failed" | "unexpected";
      readonly answer: Answer;
    }
  | {
      readonly kind: "no_credential" | "never_sent" | "lost";
      readonly cause: NetworkError | undefined;
    }
  | {
      readonly kind: "aborted" | "not_started";
      readonly reason: unknown;
    }
  | {
      readonly kind: "timeout";
    };
/** The steps of an attempt. */
export interface AttemptSteps {
  /** Returns the credential that the request carries. */
  readonly authorize: () => string | Promise<string>;
  /** Sends the request and reads the whole response. */
  readonly send: (credential: string, deadline: Deadline) => Promise<Answer>;
  /** Whether the parsed body of a response proves success. */
  readonly proves: (body: unknown) => boolean;
}
/** Makes one attempt, under a deadline. */
export declare function makeAttempt(
  { authorize, send, proves }: AttemptSteps,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
): Promise<Attempt>;
//# sourceMappingURL=attempt.d.ts.map
