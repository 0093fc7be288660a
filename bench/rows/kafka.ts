import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { Kafka, logLevel, type Admin, type Message } from "kafkajs";

import { hasKafka, startKafka, unlessKafka } from "../../test/services/kafka-broker.js";
import { compare } from "../compare.js";
import { leads, writeLeads } from "../leads.js";
import { runNode, startSandboxProcess, succeed } from "../processes.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { signalApollo } from "../signal-apollo.js";

const TOPIC = "delivery-apollo";
const PARTITIONS = 12;
const CONCURRENCY = 16;
/** So many messages go to the broker at once. */
const PRODUCED_AT_ONCE = 5_000;
const POLL_MS = 100;

/** One worker that reads a topic, from its start until the group has committed all there is, beside one that reads a file. */
export async function kafkaRows({ quick, progress }: Effort): Promise<Row[]> {
  if (!hasKafka) {
    progress(`no events through Kafka${unlessKafka}`);
    return [];
  }
  const events = quick ? 5_000 : 100_000;
  progress(`consume of ${events} events beside deliver`);
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-bench-"));
  const sandbox = await startSandboxProcess();
  const kafka = await startKafka();
  const client = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  try {
    await admin.connect();
    await kafka.createTopic(TOPIC, PARTITIONS);
    await kafka.createTopic(`${TOPIC}-dlq`);
    await produce(client, events);
    const file = await writeLeads(join(folder, "events.ndjson"), events);

    const audit = join(folder, "audit.ndjson");
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
    const flags = ["--json", "--audit", audit, "--concurrency", String(CONCURRENCY)];
    let groups = 0;
    const rateOf = async (deliverAll: () => Promise<number>) => {
      await rm(audit, { force: true });
      return (events / (await deliverAll())) * 1000;
    };
    const consume = async () => {
      groups += 1;
      const group = `group-${groups}`;
      const stop = new AbortController();
      const argv = [signalApollo, "consume", "--brokers", kafka.brokers, "--topic", TOPIC, "--group", group, ...flags];
      const startedAt = performance.now();
      const worker = runNode(argv, { env, stop: stop.signal });
      await Promise.race([allCommitted(admin, group, events), worker.then(succeed)]);
      const tookMs = performance.now() - startedAt;
      stop.abort();
      await worker;
      return tookMs;
    };
    const deliver = async () => {
      const argv = [signalApollo, "deliver", "--restart", ...flags, file];
      return succeed(await runNode(argv, { env })).tookMs;
    };
    const rates = await compare(quick ? 1 : 3, {
      ours: () => rateOf(consume),
      file: () => rateOf(deliver),
    });
    return [
      rowOf(
        {
          id: "kafka.file",
          what: `signal-apollo consume, ${events.toLocaleString("en")} events, ${PARTITIONS} partitions, audit on`,
          unit: "events/s",
          against: "signal-apollo deliver of the same events from a file",
        },
        rates.ours,
        rates.file,
      ),
    ];
  } finally {
    await admin.disconnect();
    await kafka.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}

/** Keyed by the person, as operators are told to. */
async function produce(client: Kafka, events: number): Promise<void> {
  const producer = client.producer();
  await producer.connect();
  let messages: Message[] = [];
  const send = async () => {
    await producer.send({ topic: TOPIC, messages });
    messages = [];
  };
  for (const { person, line } of leads(events)) {
    messages.push({ key: person, value: line });
    if (messages.length === PRODUCED_AT_ONCE) await send();
  }
  await send();
  await producer.disconnect();
}

async function allCommitted(admin: Admin, groupId: string, events: number): Promise<void> {
  for (;;) {
    const [ofTopic] = await admin.fetchOffsets({ groupId, topics: [TOPIC] });
    const committed = (ofTopic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    if (committed >= events) return;
    await setTimeout(POLL_MS);
  }
}
