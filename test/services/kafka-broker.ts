import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

import { Kafka, logLevel, type Admin } from "kafkajs";

import { freePort } from "../../packages/signal-delivery/test/support/free-port.js";
import { unless } from "../../packages/signal-delivery/test/support/unless.js";
import { CLASS_PATH, missing } from "./kafka/jars.js";
import { ADD_SCRAM, secureListeners, type SecureListeners } from "./kafka/secure-listeners.js";

const run = promisify(execFile);

/** Whether there is a Kafka to test with. The first that asks has Maven fetch it. */
export const hasKafka = missing === undefined;

/** To be put behind the names of tests: says why they are skipped, and what to do about it. */
export const unlessKafka = unless(hasKafka, missing ?? "");

/** A Kafka of the test's own: one broker, which is its own controller. */
export interface KafkaForTest {
  /** Where it listens, `127.0.0.1:<port>`, to all who speak no TLS and give no password. */
  readonly brokers: string;
  /** Where it stores its logs: a folder for each partition, named `<topic>-<partition>`. */
  readonly data: string;
  /** Creates a topic. None comes by itself. */
  createTopic(name: string, partitions?: number, settings?: Record<string, string>): Promise<void>;
  /** Ends the process; what was stored stays. With `SIGKILL` the broker can make nothing ready for its end. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again, on the same port, with what was stored. */
  start(): Promise<void>;
  /** Keeps it from answering, with its connections open, until it is resumed. */
  pause(): void;
  resume(): void;
  /** Ends the process and removes its folder. */
  close(): Promise<void>;
}

export interface KafkaForTestOptions {
  /** Settings of the broker, by Kafka's names for them. */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
}

/** For a broker that is alone and starts often; Kafka's own defaults are for many that stay. */
const SETTINGS = {
  "process.roles": "broker,controller",
  "node.id": 1,
  "controller.listener.names": "CONTROLLER",
  "auto.create.topics.enable": false,
  "offsets.topic.num.partitions": 1,
  "offsets.topic.replication.factor": 1,
  "transaction.state.log.num.partitions": 1,
  "transaction.state.log.replication.factor": 1,
  "transaction.state.log.min.isr": 1,
  "group.initial.rebalance.delay.ms": 0,
  "group.min.session.timeout.ms": 1000,
  // A broker that was killed is let back in only when its session has ended.
  "broker.heartbeat.interval.ms": 200,
  "broker.session.timeout.ms": 1500,
};

const LOG_WARNINGS = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";

/** Sixteen bytes. */
const CLUSTER_ID = Buffer.from("a test's cluster").toString("base64url");

/** In the folder of a broker. */
const PROPERTIES = "server.properties";
const LOG = "kafka.log";

/** A JVM that is quick to start and small. */
const JAVA = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", LOG_WARNINGS, "-cp", CLASS_PATH];

/** Starts a Kafka that lets everybody in, on a free port of this machine. */
export async function startKafka({ config }: KafkaForTestOptions = {}): Promise<KafkaForTest> {
  return startBroker(await newFolder(), { config });
}

/** Starts a Kafka that listens to those too who log in, or speak TLS: each kind on a port of its own. */
export async function startSecureKafka({ config }: KafkaForTestOptions = {}): Promise<KafkaForTest & SecureListeners> {
  const folder = await newFolder();
  const { secure, listeners, settings } = await secureListeners(folder);
  const kafka = await startBroker(folder, { config: { ...settings, ...config }, listeners, formatting: ADD_SCRAM });
  return { ...kafka, ...secure };
}

interface BrokerOptions {
  readonly config: KafkaForTestOptions["config"] | undefined;
  /** Those besides the one for everybody. */
  readonly listeners?: readonly string[];
  /** More arguments for the formatting of the storage. */
  readonly formatting?: readonly string[];
}

async function startBroker(
  folder: string,
  { config, listeners = [], formatting = [] }: BrokerOptions,
): Promise<KafkaForTest> {
  const brokers = `127.0.0.1:${await freePort()}`;
  const data = join(folder, "data");
  const controller = `127.0.0.1:${await freePort()}`;
  const settings = {
    ...SETTINGS,
    "log.dirs": data,
    "controller.quorum.voters": `1@${controller}`,
    listeners: [`PLAINTEXT://${brokers}`, `CONTROLLER://${controller}`, ...listeners].join(","),
    ...config,
  };
  const properties = join(folder, PROPERTIES);
  let child: ChildProcess | undefined;

  const start = async () => {
    child = await spawnKafka(folder);
    for (let tries = 0; ; tries += 1) {
      try {
        await withAdmin(brokers, (admin) => admin.describeCluster());
        return;
      } catch (error) {
        if (tries < 600 && !hasEnded(child)) await setTimeout(50);
        else throw new Error(`Kafka did not start.\n${await readFile(join(folder, LOG), "utf8")}`, { cause: error });
      }
    }
  };
  const stop = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM") => {
    if (child === undefined || hasEnded(child)) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  const close = async () => {
    await stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };

  try {
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(properties, lines.join(""));
    const format = ["kafka.tools.StorageTool", "format", "--config", properties, "--cluster-id", CLUSTER_ID];
    await run("java", [...JAVA, ...format, ...formatting]);
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers,
    data,
    createTopic: async (topic, numPartitions = 1, settings = {}) => {
      const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
      await withAdmin(brokers, (admin) => admin.createTopics({ topics: [{ topic, numPartitions, configEntries }] }));
    },
    stop,
    start,
    pause: () => child?.kill("SIGSTOP"),
    resume: () => child?.kill("SIGCONT"),
    close,
  };
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "signal-apollo-kafka-"));
}

/** Starts the process, and one that ends it, and removes its folder, when the test's own has ended, however that was. */
async function spawnKafka(folder: string): Promise<ChildProcess> {
  const log = await open(join(folder, LOG), "a");
  const child = spawn("java", [...JAVA, "kafka.Kafka", join(folder, PROPERTIES)], {
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  // `read` ends when the pipe does, and the pipe ends with the test's process.
  const guard = spawn("sh", ["-c", 'read -r _; kill -9 "$0"; rm -rf "$1"', String(child.pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  child.once("exit", () => guard.kill("SIGKILL"));
  return child;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function withAdmin<T>(brokers: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}
