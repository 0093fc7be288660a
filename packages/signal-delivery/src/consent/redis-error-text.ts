import { ConnectionTimeoutError, ErrorReply } from "redis";

/** There was no answer in time. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
}

const CONNECTION_REASONS: Readonly<Partial<Record<string, string>>> = {
  ECONNREFUSED: "nothing listens at its address",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "its host name cannot be looked up",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its network",
};

const REPLY_REASONS: Readonly<Partial<Record<string, string>>> = {
  NOAUTH: "it asks for a password",
  WRONGPASS: "it does not know this user or password",
  NOPERM: "its user is not allowed to read these entries",
  LOADING: "it is still loading its data",
  MASTERDOWN: "it is a replica that has lost its master",
  MOVED: "it is one node of a cluster",
  CLUSTERDOWN: "its cluster is down",
};

/**
 * Says why Redis cannot be asked, in own words: what Redis and the system say repeats addresses, arguments and keys.
 *
 * @param timeoutMs how long was waited, in milliseconds
 */
export function redisErrorText(error: unknown, timeoutMs: number): string {
  if (error instanceof TimedOut || error instanceof ConnectionTimeoutError) {
    return `Redis did not answer within ${timeoutMs} ms`;
  }
  if (error instanceof ErrorReply) {
    const code = codeOf(error.message.split(" ", 1)[0]) ?? "ERR";
    return `Redis refuses: ${REPLY_REASONS[code] ?? "it answers with an error"} (${code})`;
  }
  const code = codeOf((error as NodeJS.ErrnoException).code);
  if (code === undefined) return "Redis cannot be reached: the connection was lost";
  return `Redis cannot be reached: ${CONNECTION_REASONS[code] ?? "the connection failed"} (${code})`;
}

/** A code as it can be shown: a server that is no Redis can send anything. */
function codeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Z][A-Z_]{1,39}$/.test(text) ? text : undefined;
}
