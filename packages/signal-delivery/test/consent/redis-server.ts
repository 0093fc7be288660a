import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { createClient } from "redis";

import { freePort } from "../support/free-port.js";
import { unless } from "../support/unless.js";

/** Whether there is a Redis to test with. */
export const hasRedis = spawnSync("redis-server", ["--version"]).error === undefined;

/** To be put behind the names of tests: says why they are skipped, and what to do about it. */
export const unlessRedis = unless(hasRedis, "no redis-server on the PATH; apt-get install redis-server");

/** A Redis of the test's own. */
export interface RedisForTest {
  readonly port: number;
  readonly url: string;
  /** Runs a command and returns the answer. */
  command(...argv: string[]): Promise<unknown>;
  /** Ends the process; what was stored is gone. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Keeps it from answering, with its connections open, until it is resumed. */
  pause(): void;
  resume(): void;
  /** Ends the process and removes its folder. */
  close(): Promise<void>;
}

/** Starts a Redis that keeps nothing on disk, on a free port of this machine. */
export async function startRedis(password?: string): Promise<RedisForTest> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const connect = async () => {
    const socket = { reconnectStrategy: false } as const;
    const client = createClient({ url, socket, RESP: 2, ...(password !== undefined && { password }) });
    client.on("error", () => undefined);
    return client.connect();
  };
  let client: Awaited<ReturnType<typeof connect>> | undefined;
  const start = async () => {
    const address = ["--bind", "127.0.0.1", "--port", String(port)];
    const nothingKept = ["--save", "", "--appendonly", "no", "--dir", folder];
    const secret = password === undefined ? [] : ["--requirepass", password];
    child = spawn("redis-server", [...address, ...nothingKept, ...secret], { stdio: "ignore" });
    for (let tries = 0; ; tries += 1) {
      try {
        client = await connect();
        await client.ping();
        return;
      } catch (error) {
        if (tries > 100 || child.exitCode !== null) throw error;
        await setTimeout(50);
      }
    }
  };
  const stop = async () => {
    client?.destroy();
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };

  await start();
  return {
    port,
    url,
    command: async (...argv) => client?.sendCommand(argv),
    stop,
    start,
    pause: () => child?.kill("SIGSTOP"),
    resume: () => child?.kill("SIGCONT"),
    close,
  };
}
