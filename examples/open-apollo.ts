import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";

/** Where Apollo is, and a key for it. */
export interface Apollo {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The sandbox, if it is one, to have things go wrong in. */
  readonly sandbox?: Sandbox;
  readonly close: () => Promise<void>;
}

/**
 * The Apollo at `APOLLO_BASE_URL`, with the key in `APOLLO_API_KEY`. Without that address a sandbox is started, and is gone
 * when it is closed, so that no example writes to a real Apollo by accident.
 */
export async function openApollo(): Promise<Apollo> {
  const { APOLLO_BASE_URL: baseUrl, APOLLO_API_KEY: apiKey = "" } = process.env;
  if (baseUrl !== undefined) return { baseUrl, apiKey, close: () => Promise.resolve() };

  const sandbox = await startSandbox();
  return { baseUrl: sandbox.url, apiKey: sandbox.apiKey, sandbox, close: () => sandbox.close() };
}
