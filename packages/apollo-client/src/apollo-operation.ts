import type { Operation } from "@datafly/safe-http";

/** All that is particular about an operation of Apollo's; how it is sent and retried is the same for each. */
export interface ApolloOperation extends Operation {
  /** What errors say about it. */
  readonly words: OperationWords;
}

interface OperationWords {
  /** What it means if Apollo may have carried out the request. */
  readonly maybeDelivered: (harmlessTwice: boolean) => string;
  /** What is wrong with a response of success that does not prove it. */
  readonly unproven: string;
  /** What Apollo refuses with 400 or 422. */
  readonly refused: string;
  /** What to check then, from the full stop behind the status on. */
  readonly refusedAdvice: string;
  /** What Apollo calls the endpoint that a key must grant. */
  readonly endpoint: string;
}
