import { setImmediate } from "node:timers/promises";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import type { Deliver } from "../../src/kafka/batch-delivery.js";
import { GroupConsumer, type GroupConsumerOptions } from "../../src/kafka/group-consumer.js";
import { FakeClock } from "./fake-clock.js";
import { FakeKafka } from "./fake-kafka.js";

/** The session of a consumer for a test, in milliseconds. */
export const SESSION_TIMEOUT_MS = 10_000;

/** A stream that sends one message after another, and holds the one that the test names until it is told to go on. */
class FakeStream {
  readonly sent: number[] = [];
  /** The message that is in flight. */
  held: number | undefined;
  /** What ends each batch, if anything. */
  problem: string | undefined;
  /** Whether it is to take up nothing more, and whether it is to end what is in flight, too. */
  isStopped = false;
  wasAborted = false;
  #release: () => void = () => undefined;

  release(): Promise<void> {
    this.#release();
    return setImmediate();
  }

  readonly deliver: Deliver = async ({ events, journal, stop, abort }) => {
    stop.signal.addEventListener("abort", () => (this.isStopped = true));
    for await (const { position, endOffset } of events) {
      journal.begin(position, endOffset);
      if (journal.isSettled(position)) {
        journal.settle(position);
        continue;
      }
      try {
        if (position === this.held) {
          await new Promise<void>((resolve) => {
            this.#release = resolve;
            abort.addEventListener("abort", () => {
              this.wasAborted = true;
              resolve();
            });
          });
        }
        await journal.attempt(position);
      } catch {
        break;
      }
      this.sent.push(position);
      journal.settle(position);
    }
    return { problem: this.problem, settledThrough: journal.settledThrough, settledBeyond: [] };
  };
}

/** A consumer that has joined its group, and all around it. */
export async function consumerForTest(options: Partial<GroupConsumerOptions> = {}, kafka: FakeKafka = new FakeKafka()) {
  const clock = new FakeClock();
  const stream = new FakeStream();
  const said: string[] = [];
  const stop = new AbortController();
  const consumer = new GroupConsumer({
    client: kafka,
    topic: "delivery-apollo",
    groupId: "signal-apollo",
    vendor: APOLLO,
    deduplicate: true,
    io: clock,
    monotonicMs: clock.now,
    stop: stop.signal,
    abort: new AbortController().signal,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    say: (message) => said.push(message),
    drainTimeoutMs: 3_000,
    ...options,
  });
  const end: { problem?: unknown; isOver: boolean } = { isOver: false };
  void consumer.run(stream.deliver).then(
    () => {
      end.isOver = true;
    },
    (problem: unknown) => {
      Object.assign(end, { isOver: true, problem });
    },
  );
  kafka.listener?.joined([0]);
  await setImmediate();
  return { consumer, kafka, clock, stream, said, stop, end };
}
