import { onTestFinished } from "vitest";

import { createApolloClient, type ApolloClient, type ApolloClientOptions } from "@datafly/apollo-client";
import { startSandbox, type Sandbox, type SandboxOptions } from "@datafly/apollo-sandbox";

/** A sandbox without limits and without delays, closed at the end of the test. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A client of the sandbox that does not wait between repeats, and the waits it would have made, in milliseconds. */
export function clientOf(
  sandbox: { url: string; apiKey: string },
  options: Partial<ApolloClientOptions> = {},
): { client: ApolloClient; waits: number[] } {
  const waits: number[] = [];
  const client = createApolloClient({
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.url,
    ...options,
    runtime: {
      random: () => 0.5,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
      ...options.runtime,
    },
  });
  return { client, waits };
}

/** The error that a promise rejects with; an assertion of its own if it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Expected a rejection");
}

export const ada = { first_name: "Ada", last_name: "Byron", email: "ada@analytical.example" } as const;
