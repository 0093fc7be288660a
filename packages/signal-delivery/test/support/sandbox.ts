import { onTestFinished } from "vitest";

import { startSandbox, type Sandbox, type SandboxOptions } from "@datafly/apollo-sandbox";

/** A sandbox, and the environment with which the command line delivers to it. */
export interface SandboxForTest extends Sandbox {
  readonly env: Readonly<Record<"APOLLO_API_KEY" | "APOLLO_BASE_URL", string>>;
}

/** A sandbox without limits and without delays, closed at the end of the test. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<SandboxForTest> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return { ...sandbox, env: { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url } };
}
