import { REASON_OF_ERROR } from "@datafly/signal-apollo-connector";

import { docCommentsOf } from "./doc-comments.js";

const CLIENT_ERRORS = "packages/apollo-client/src/errors.ts";

/** The other errors that users meet, and where they are. */
const OTHER_ERRORS = {
  SettingsError: "packages/signal-connector-kit/src/connector/settings-error.ts",
  ConsentStoreError: "packages/signal-connector-kit/src/consent/consent-store.ts",
  InvalidInputError: "packages/apollo-sandbox/src/invalid-input-error.ts",
};

/** The errors of the client, each under a heading of its own, with what its class says of itself. */
export function clientErrors(): string {
  return Object.entries(REASON_OF_ERROR)
    .map(([name, reason]) => `${section(name, CLIENT_ERRORS)}\n\nReason of the outcome: [${reason}](#${reason}).`)
    .join("\n\n");
}

/** The errors of the other packages. */
export function otherErrors(): string {
  return Object.entries(OTHER_ERRORS)
    .map(([name, path]) => section(name, path))
    .join("\n\n");
}

function section(name: string, path: string): string {
  const comment = docCommentsOf(path).get(name);
  if (comment === undefined) throw new Error(`${path} says nothing of ${name}.`);
  return `### ${name}\n\n${comment}`;
}
