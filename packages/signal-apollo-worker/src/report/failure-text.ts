import type { FailedOutcome } from "@datafly/signal-apollo-connector";

/** A failure in words, without Apollo's own: those can repeat the contact, and stand in the dead letter only. */
export function failureText({ message, apolloMessage }: FailedOutcome["error"]): string {
  return apolloMessage === undefined ? message : message.replace(`Apollo says: ${apolloMessage}`, "").trimEnd();
}
