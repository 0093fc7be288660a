import { createClient, ErrorReply } from "redis";

import { ConsentStoreError, type ConsentPurpose, type ConsentStore } from "@datafly/signal-connector-kit";

import { hasDuplicateNames } from "../json/consent-keys.js";
import { readStoredConsent, type ConsentPlace, type ReadConsent, type StoredEntry } from "./read-stored-consent.js";
import { redisErrorText, TimedOut } from "./redis-error-text.js";

/** How to reach Redis. */
export interface RedisConsentStoreOptions {
  /** `redis://` or, with TLS, `rediss://`: `rediss://user:password@host:6379/0`, all but the host optional. */
  readonly url: string;
  /** The password, where it does not stand in `url`. */
  readonly password?: string | undefined;
  /**
   * How long a check may take, to connect included, in milliseconds.
   *
   * @default 2000
   */
  readonly timeoutMs?: number | undefined;
}

/**
 * Consent in Redis: a JSON text under a key for each person, read by `GET`; the user needs no other right.
 *
 * Connects for the first check, and anew for the first check after the connection was lost. There is nothing that reconnects
 * in between, and no queue: while Redis is away, each check finds that out for itself, and the first one after it is back
 * works.
 */
export class RedisConsentStore implements ConsentStore {
  readonly #options: RedisConsentStoreOptions;
  readonly #timeoutMs: number;
  readonly #place: ConsentPlace;
  #connection: Connection | undefined;
  #closed = false;

  constructor(options: RedisConsentStoreOptions, place: ConsentPlace) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 2_000;
    this.#place = place;
  }

  check(event: unknown, purpose: ConsentPurpose): Promise<ReadConsent> {
    return readStoredConsent("redis", this.#place, { event, purpose }, (key) => this.#read(key));
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#drop(this.#connection);
    return Promise.resolve();
  }

  async #read(key: string): Promise<StoredEntry> {
    if (this.#closed) throw new ConsentStoreError("The consent store has been closed");
    const connection = (this.#connection ??= this.#connect());
    try {
      const text = await within(
        this.#timeoutMs,
        connection.ready.then(() => connection.client.get(key)),
      );
      return text === null ? { unusable: "no entry" } : parseEntry(text);
    } catch (error) {
      if (error instanceof ErrorReply && error.message.startsWith("WRONGTYPE")) {
        return { unusable: "the entry is not a string" };
      }
      // After a refusal, too: behind the same name there may be another server by now, or another password.
      this.#drop(connection);
      throw new ConsentStoreError(redisErrorText(error, this.#timeoutMs));
    }
  }

  #connect(): Connection {
    const client = newClient(this.#options, this.#timeoutMs);
    const connection: Connection = { client, ready: client.connect() };
    client.on("error", () => {
      this.#drop(connection);
    });
    return connection;
  }

  #drop(connection: Connection | undefined): void {
    if (connection === undefined) return;
    if (this.#connection === connection) this.#connection = undefined;
    connection.client.destroy();
    // A client that is destroyed while it connects would stay connected.
    connection.ready.then(
      () => {
        connection.client.destroy();
      },
      () => undefined,
    );
  }
}

type Client = ReturnType<typeof newClient>;

interface Connection {
  readonly client: Client;
  readonly ready: Promise<unknown>;
}

function newClient({ url, password }: RedisConsentStoreOptions, timeoutMs: number) {
  return createClient({
    url: withPassword(url, password),
    socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
    disableOfflineQueue: true,
    // Nothing beyond AUTH, SELECT and GET is sent: old servers, proxies, and users with few rights know no more.
    RESP: 2,
    disableClientInfo: true,
    maintNotifications: "disabled",
  });
}

function withPassword(url: string, password = ""): string {
  const whole = new URL(url);
  if (whole.password === "") whole.password = encodeURIComponent(password);
  return whole.href;
}

function parseEntry(text: string): StoredEntry {
  try {
    const value: unknown = JSON.parse(text);
    return hasDuplicateNames(text, []) ? { unusable: "a name is twice in the entry" } : { value };
  } catch {
    return { unusable: "the entry is not JSON" };
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimedOut());
    }, ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
