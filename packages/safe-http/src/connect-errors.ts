/** Where undici, the engine of Node's `fetch`, reports the error of each attempt to connect that failed. */
const CHANNEL = "undici:client:connectError";

interface DiagnosticsChannels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

interface Platform {
  readonly process?: { getBuiltinModule?(id: string): unknown };
}

const connectErrors = new WeakSet<object>();
let listening = false;

/**
 * Remembers from now on which errors are from connecting, TLS handshake included. The errors themselves do not say so: a wrong
 * version of TLS, or a connection that was reset, looks the same after the request was sent. Does nothing on other platforms.
 */
export function watchConnecting(): void {
  if (listening) return;
  listening = true;
  const { process } = globalThis as Platform;
  // Not imported, so that bundles for other platforms do not need it.
  const channels = process?.getBuiltinModule?.("node:diagnostics_channel") as DiagnosticsChannels | undefined;
  channels?.subscribe(CHANNEL, (message) => {
    const { error } = message as { error?: unknown };
    if (typeof error === "object" && error !== null) connectErrors.add(error);
  });
}

/** Whether an error was reported as one of connecting, so that the request was not sent. */
export function isConnectError(error: object): boolean {
  return connectErrors.has(error);
}
