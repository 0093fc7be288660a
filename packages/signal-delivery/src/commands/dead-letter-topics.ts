import type { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { isLetter, letterOfMessage, omittedOf } from "../kafka/dead-letter-message.js";
import { connectKafka } from "../kafka/kafkajs/connect.js";
import { Topics } from "../kafka/topics.js";
import { Messages } from "../report/messages.js";
import { UsageError } from "../usage-error.js";
import type { DeadLetterStore } from "./dead-letter-store.js";
import { runGroup, type GroupFlags } from "./run-group.js";

/** A topic of dead letters. */
export interface DeadLetterTopicFlags extends KafkaFlags {
  readonly topic: string;
  readonly group: string;
}

/** A topic of dead letters: those that no replay has taken yet. */
export function letterTopic(flags: DeadLetterTopicFlags, io: CommandIo): DeadLetterStore {
  const { topic } = flags;
  const group = replayGroupOf(flags);
  return {
    name: topic,
    isTable: false,
    readAll: async (each) => {
      await withTopic(flags, io, (topics) =>
        topics.readFrom(topic, group, (message, partition) => {
          const letter = letterOfMessage(message);
          return each({ number: `${partition}:${message.offset}`, letter, omitted: omittedOf(letter) });
        }),
      );
      return { others: [] };
    },
    find: async (number) => {
      const [, partition, offset] = NUMBER.exec(number) ?? [];
      if (partition === undefined || offset === undefined) {
        throw new UsageError(
          "A dead letter of a topic is named as list tells: by its partition and offset, such as 0:17.",
        );
      }
      const place = { partition: Number(partition), offset: Number(offset) };
      const message = await withTopic(flags, io, (topics) => topics.message(topic, group, place));
      return message === undefined || !isLetter(message) ? undefined : letterOfMessage(message);
    },
  };
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
