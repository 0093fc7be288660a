import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { Verifier } from "@pact-foundation/pact";

import { CONTRACT_KEYS, STATE_HANDLERS } from "./states.js";

/** Starts a sandbox that knows the keys of the contracts. */
export function startContractSandbox(): Promise<Sandbox> {
  return startSandbox({ keys: CONTRACT_KEYS, matchDelayMs: 0 });
}

/**
 * Verifies contracts of `apollo-api` over real HTTP.
 *
 * @param sandbox where the states are brought about
 * @param pactFiles the paths of the contracts
 * @param providerBaseUrl what answers: the sandbox itself, unless something stands before it
 * @throws Error if an interaction is not what the contract says
 */
export async function verifyApolloApi(
  sandbox: Sandbox,
  pactFiles: readonly string[],
  providerBaseUrl = new URL(sandbox.url).origin,
): Promise<void> {
  const stateHandlers = Object.fromEntries(
    Object.entries(STATE_HANDLERS).map(([name, handler]) => [
      name,
      async (parameters: unknown) => {
        await handler(sandbox, parameters as Record<string, unknown>);
      },
    ]),
  );
  await new Verifier({
    provider: "apollo-api",
    providerBaseUrl,
    pactUrls: [...pactFiles],
    stateHandlers,
    beforeEach: () => {
      sandbox.reset();
      return Promise.resolve();
    },
    failIfNoPactsFound: true,
    logLevel: "error",
  }).verifyProvider();
}
