import { performance } from "node:perf_hooks";

import { wordsOfTheShell } from "../connector-settings.js";
import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { DeadLetterTopic } from "../kafka/dead-letter-topic.js";
import { GroupConsumer } from "../kafka/group-consumer.js";
import type { KafkaClient } from "../kafka/kafka-client.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { KeyDistributionCheck } from "../kafka/key-distribution-check.js";
import { RunReport } from "../report/run-report.js";
import { printable } from "../text/printable.js";
import { connectKafka } from "../kafka/kafkajs/connect.js";
import { Topics } from "../kafka/topics.js";
import { StopRequest } from "../stop-request.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import { Disposables } from "./disposables.js";
import { connectorOf } from "./connector.js";
import { openPipeline, type PipelineFlags } from "./pipeline.js";

/** The options of all commands that deliver what stands in Kafka. */
export interface GroupFlags extends PipelineFlags, KafkaFlags {
  readonly group: string;
  /** In seconds. */
  readonly sessionTimeout: number;
}

/** What a consumer group reads, and what becomes of what it cannot deliver. */
export interface GroupRun {
  readonly topic: string;
  readonly groupId: string;
  readonly deadLetters: { readonly topic: string } | { readonly file: string };
  /**
   * How often a call is tried while something has to be put right, in milliseconds. Without it, what stands in the topic now is
   * read to its end, and such a thing ends the run.
   */
  readonly probeMs?: number;
}

/** The longest that what is in the air may take when a partition is taken away: less than the group waits for a member. */
const MAX_REVOKE_DRAIN_MS = 45_000;

/** Delivers a topic as a member of a consumer group. */
export async function runGroup(flags: GroupFlags, io: CommandIo, group: GroupRun): Promise<ExitCode> {
  const { topic, groupId, probeMs } = group;
  const { connector, link } = await connectorOf(flags, io);
  const report = await RunReport.open(io, connector.vendor, { ...flags, link });
  const say = (message: string) => void report.say(printable(message));
  const settings = await readKafkaSettings(flags, io.env);
  const request = new StopRequest(io, flags.drainTimeout * 1000, () => {
    say("Stopping: finishing calls in flight. Press Ctrl-C again to stop immediately.");
  });
  request.abort.signal.addEventListener("abort", () => {
    report.letGo();
  });
  const disposables = new Disposables(() => {
    request.release();
    return Promise.resolve();
  });
  try {
    const client = await connectKafka(settings, io.program, say);
    disposables.add(() => client.close());
    const topics = new Topics(client);
    await topics.check("topic" in group.deadLetters ? [topic, group.deadLetters.topic] : [topic]);
    const deadLetters = await openDeadLetters(group.deadLetters, client, disposables);
    const until = probeMs === undefined ? await topics.ends(topic) : undefined;

    const keyDistribution = new KeyDistributionCheck(([one, other]) => {
      say(
        `Events of one person come from partitions ${one} and ${other}: their order is not kept. Key the messages of ${topic} by the person.`,
      );
    });
    const consumer = new GroupConsumer({
      client,
      topic,
      groupId,
      vendor: connector.vendor,
      deduplicate: connector.idempotent,
      io,
      say,
      monotonicMs: () => performance.now(),
      stop: request.stop.signal,
      abort: request.abort.signal,
      sessionTimeoutMs: flags.sessionTimeout * 1000,
      drainTimeoutMs: Math.min(flags.drainTimeout * 1000, MAX_REVOKE_DRAIN_MS),
      until,
    });
    const pipeline = await openPipeline(connector, flags, io, {
      report,
      disposables,
      probeMs,
      kafka: consumer,
      onPerson: (person, { origin }) => {
        if (origin !== undefined) keyDistribution.seen(person, origin.partition);
      },
    });
    // A worker may wait long for its first event; a wrong key must not.
    if (probeMs !== undefined) await pipeline.checkKey(request.stop.signal);
    say(`Reading ${topic} as a member of the group ${groupId}. Ctrl-C stops.`);
    const problem = await consumer
      .run((source) => pipeline.deliver(source, deadLetters))
      .then(
        () => undefined,
        (error: unknown) => error as Error,
      );
    if (problem === undefined || report.tally.total > 0) await report.say(`${report.tally.toString()}.`);
    const unmapped = report.unmapped.line(connector);
    if (unmapped !== undefined) await report.say(unmapped);
    const whatToDo = report.hint.line();
    if (whatToDo !== undefined) await report.say(whatToDo);
    if (problem !== undefined) {
      await report.say(`Stopped. ${printable(wordsOfTheShell(problem.message, io))}`, "error");
      return ExitCode.stopped;
    }
    if (request.exitCode !== undefined) return request.exitCode;
    return deadLetters.count > 0 ? ExitCode.deadLetters : ExitCode.done;
  } finally {
    await disposables.close();
  }
}

async function openDeadLetters(
  place: GroupRun["deadLetters"],
  client: KafkaClient,
  disposables: Disposables,
): Promise<DeadLetterTopic | DeadLetterFile> {
  if ("topic" in place) return new DeadLetterTopic(place.topic, await client.producer());
  const file = await DeadLetterFile.open(place.file);
  disposables.add(() => file.close());
  return file;
}
