import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { isLetter, letterOfMessage, omittedOf } from "../kafka/dead-letter-message.js";
import { connectKafka } from "../kafka/kafkajs/connect.js";
import { Topics } from "../kafka/topics.js";
import { deadLetterJson, deadLetterLine, noLetters } from "../report/dead-letter-report.js";
import { ExplainHint } from "../report/explain-hint.js";
import { Messages } from "../report/messages.js";
import { Output } from "../report/output.js";
import { printableJson } from "../text/printable.js";
import { UsageError } from "../usage-error.js";
import { runGroup, type GroupFlags } from "./run-group.js";

/** A topic of dead letters. */
export interface DeadLetterTopicFlags extends KafkaFlags {
  readonly topic: string;
  readonly group: string;
}

/** Says of each letter of a topic that no replay has taken yet which event it is, and why. No personal data. */
export async function listDeadLetterTopic(
  flags: DeadLetterTopicFlags & { readonly json?: boolean | undefined },
  io: CommandIo,
): Promise<ExitCode> {
  const { topic } = flags;
  const output = new Output(io.stdout);
  const messages = new Messages(io);
  const hint = new ExplainHint(io.definition.vendor, io.program);
  let count = 0;
  await withTopic(flags, io, (topics) =>
    topics.readFrom(topic, replayGroupOf(flags), async (message, partition) => {
      count += 1;
      const letter = letterOfMessage(message);
      hint.addReason(letter.reason);
      const numbered = { number: `${partition}:${message.offset}`, letter, omitted: omittedOf(letter) };
      await output.line(flags.json === true ? deadLetterJson(numbered) : deadLetterLine(numbered));
    }),
  );
  const whatToDo = hint.line();
  if (count === 0) await messages.line(noLetters(topic));
  else if (whatToDo !== undefined) await messages.line(whatToDo);
  return ExitCode.done;
}

/** Shows one letter of a topic, the event included: personal data. */
export async function showDeadLetterOfTopic(
  number: string,
  flags: DeadLetterTopicFlags,
  io: CommandIo,
): Promise<ExitCode> {
  const { topic } = flags;
  const [, partition, offset] = NUMBER.exec(number) ?? [];
  if (partition === undefined || offset === undefined) {
    throw new UsageError("A dead letter of a topic is named as list tells: by its partition and offset, such as 0:17.");
  }
  const place = { partition: Number(partition), offset: Number(offset) };
  const message = await withTopic(flags, io, (topics) => topics.message(topic, replayGroupOf(flags), place));
  if (message === undefined || !isLetter(message)) {
    throw new UsageError(
      `${topic} has no dead letter ${number}. \`${io.program.name} dead-letters list\` tells their numbers.`,
    );
  }
  await new Output(io.stdout).line(printableJson(letterOfMessage(message), 2));
  return ExitCode.done;
}

/** Partition and offset. */
const NUMBER = /^(\d{1,9}):(\d{1,15})$/;

async function withTopic<T>(
  flags: DeadLetterTopicFlags,
  io: CommandIo,
  read: (topics: Topics) => Promise<T>,
): Promise<T> {
  const settings = await readKafkaSettings(flags, io.env);
  const messages = new Messages(io);
  const client = await connectKafka(settings, io.program, (message) => void messages.line(message));
  const topics = new Topics(client);
  try {
    await topics.check([flags.topic]);
    return await read(topics);
  } finally {
    await client.close();
  }
}

/**
 * Sends the letters of a topic again, up to the end that it has now. What still fails is added to it anew: what a group has
 * come to is not read twice, so that nothing is lost and nothing stays in the way.
 */
export function replayDeadLetterTopic(flags: GroupFlags & DeadLetterTopicFlags, io: CommandIo): Promise<ExitCode> {
  const { topic } = flags;
  return runGroup(flags, io, { topic, groupId: replayGroupOf(flags), deadLetters: { topic } });
}

/** The group whose offsets say how far a topic of dead letters is replayed. */
function replayGroupOf({ group }: DeadLetterTopicFlags): string {
  return `${group}-replay`;
}
