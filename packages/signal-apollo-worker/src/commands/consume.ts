import { performance } from "node:perf_hooks";

import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { DeadLetterTopic } from "../kafka/dead-letter-topic.js";
import { GroupConsumer } from "../kafka/group-consumer.js";
import { connectKafka } from "../kafka/kafka-connection.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { People } from "../kafka/people.js";
import { DeliverReport } from "../report/deliver-observer.js";
import { printable } from "../report/printable.js";
import { StopRequest } from "../stop-request.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import { UsageError } from "../usage-error.js";
import { Closers } from "./closers.js";
import { connectorOf, openPipeline, type PipelineFlags, type Pipeline } from "./pipeline.js";

/** The options of `signal-apollo consume`. */
export interface ConsumeFlags extends PipelineFlags, KafkaFlags {
  readonly topic?: string | undefined;
  readonly group: string;
  readonly deadLetterTopic?: string | undefined;
  /** A file in place of the topic. */
  readonly deadLetters?: string | undefined;
  /** In seconds. */
  readonly sessionTimeout: number;
  /** In seconds. */
  readonly probeInterval: number;
}

/** The longest that what is in the air may take when a partition is taken away: less than the group waits for a member. */
const MAX_REVOKE_DRAIN_MS = 45_000;

/** Delivers the events of a Kafka topic, as a member of a consumer group, until it is stopped. */
export async function consume(flags: ConsumeFlags, io: Io): Promise<ExitCode> {
  const { topic = "", group } = flags;
  if (topic === "") {
    throw new UsageError("Which topic? Give --topic (or KAFKA_TOPIC), such as delivery-apollo.");
  }
  const deadLetterTopic = flags.deadLetters === undefined ? (flags.deadLetterTopic ?? `${topic}-dlq`) : undefined;
  if (deadLetterTopic === topic) {
    throw new UsageError("The dead letters would go into the topic that is read. Choose another --dead-letter-topic.");
  }
  const report = new DeliverReport(io, flags);
  const say = (message: string) => void report.say(printable(message));
  const connector = await connectorOf(flags, io);
  const settings = await readKafkaSettings(flags, io.env);
  const request = new StopRequest(io, flags.drainTimeout * 1000, () => {
    say("Stopping: finishing what is in the air. Once more to stop at once.");
  });
  const closers = new Closers(() => {
    request.release();
    return Promise.resolve();
  });
  try {
    const connection = await connectKafka(settings, say);
    closers.add(() => connection.close());
    const topics = deadLetterTopic === undefined ? [topic] : [topic, deadLetterTopic];
    await connection.checkTopics(topics);
    const deadLetters =
      deadLetterTopic === undefined
        ? await openFile(flags.deadLetters ?? "", closers)
        : new DeadLetterTopic(deadLetterTopic, await connection.producer());

    const people = new People(([one, other]) => {
      say(
        `Events of one person come from partitions ${one} and ${other}: their order is not kept. Key the messages of ${topic} by the person.`,
      );
    });
    const opened: { pipeline?: Pipeline } = {};
    const consumer = new GroupConsumer({
      kafka: connection.kafka,
      admin: connection.admin,
      topic,
      groupId: group,
      deduplicate: flags.dedupe,
      io,
      monotonicMs: () => performance.now(),
      stop: request.stop.signal,
      abort: request.abort.signal,
      sessionTimeoutMs: flags.sessionTimeout * 1000,
      drainTimeoutMs: Math.min(flags.drainTimeout * 1000, MAX_REVOKE_DRAIN_MS),
      deliver: (source) => {
        if (opened.pipeline === undefined) throw new Error("Events before the pipeline was open");
        return opened.pipeline.deliver(source, deadLetters);
      },
      say,
    });
    opened.pipeline = await openPipeline(connector, flags, io, {
      report,
      closers,
      probeMs: flags.probeInterval * 1000,
      kafka: consumer,
      onPerson: (person, { origin }) => {
        if (origin !== undefined) people.seen(person, origin.partition);
      },
    });
    say(`Reading ${topic} as a member of the group ${group}. Ctrl-C stops.`);
    const problem = await consumer.run().then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    await report.say(`${report.tally.toString()}.`);
    if (problem !== undefined) {
      await report.say(`Stopped. ${printable(problem.message)}`);
      return ExitCode.stopped;
    }
    return request.exitCode ?? ExitCode.done;
  } finally {
    await closers.close();
  }
}

async function openFile(path: string, closers: Closers): Promise<DeadLetterFile> {
  const file = await DeadLetterFile.open(path);
  closers.add(() => file.close());
  return file;
}
