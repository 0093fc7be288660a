import { expect, test } from "vitest";

import { Health, type Readiness } from "../../src/observe/health.js";

/** A worker whose time and held events a test sets. */
class Worker {
  nowMs = Date.UTC(2026, 1, 25, 14, 30);
  held = 0;
  readonly health: Health;

  constructor(options: { readonly stalledAfterMs?: number } = {}) {
    this.health = new Health({ now: () => this.nowMs, held: () => this.held, ...options });
  }

  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
  }

  take(): void {
    this.health.took();
    this.held += 1;
  }

  settle(): void {
    this.health.progress();
    this.held -= 1;
  }

  wait(seconds: number): void {
    this.health.waiting(this.nowMs + seconds * 1000);
  }
}

const READY: Readiness = { ready: true };
const stalled = (reason: string): Readiness => ({ ready: false, reason });

test.each<{ state: string; given: (worker: Worker) => void; then: Readiness }>([
  { state: "a worker that has just begun", given: () => undefined, then: READY },
  {
    state: "a worker that has had nothing to do for a day",
    given: (worker) => {
      worker.pass(86_400);
    },
    then: READY,
  },
  {
    state: "an event held for less than a minute",
    given: (worker) => {
      worker.take();
      worker.pass(59.999);
    },
    then: READY,
  },
  {
    state: "an event held for a minute",
    given: (worker) => {
      worker.take();
      worker.pass(60);
    },
    then: stalled("1 event is held, and none was settled for 60 seconds"),
  },
  {
    state: "an event that comes after an idle hour",
    given: (worker) => {
      worker.take();
      worker.settle();
      worker.pass(3_600);
      worker.take();
      worker.pass(1);
    },
    then: READY,
  },
  {
    state: "events that keep coming, and are not settled",
    given: (worker) => {
      for (let i = 0; i < 10; i++) {
        worker.take();
        worker.pass(9.5);
      }
    },
    then: stalled("10 events are held, and none was settled for 95 seconds"),
  },
  {
    state: "events of which one was settled of late",
    given: (worker) => {
      worker.take();
      worker.take();
      worker.pass(59);
      worker.settle();
      worker.pass(59);
    },
    then: READY,
  },
  {
    state: "a known wait for the quota of an hour",
    given: (worker) => {
      worker.take();
      worker.wait(3_600);
      worker.pass(3_599);
    },
    then: READY,
  },
  {
    state: "a known wait that was over less than a minute ago",
    given: (worker) => {
      worker.take();
      worker.wait(3_600);
      worker.pass(3_659);
    },
    then: READY,
  },
  {
    state: "a known wait after which nothing went on",
    given: (worker) => {
      worker.take();
      worker.wait(3_600);
      worker.pass(3_660);
    },
    then: stalled("1 event is held, and none was settled for 60 seconds"),
  },
  {
    state: "a short wait told after a long one",
    given: (worker) => {
      worker.take();
      worker.wait(3_600);
      worker.wait(5);
      worker.pass(600);
    },
    then: READY,
  },
  {
    state: "a line that has stopped",
    given: (worker) => {
      worker.health.stopped("Apollo.io does not know the API key");
    },
    then: stalled("Apollo.io does not know the API key"),
  },
  {
    state: "a line that has stopped while calls in the air are settled, told of a second problem",
    given: (worker) => {
      worker.take();
      worker.health.stopped("Apollo.io does not know the API key");
      worker.health.stopped("there was no connection");
      worker.settle();
      worker.health.finished();
    },
    then: stalled("Apollo.io does not know the API key"),
  },
  {
    state: "a line that goes on after an hour",
    given: (worker) => {
      worker.take();
      worker.health.stopped("Apollo.io does not know the API key");
      worker.pass(3_600);
      worker.health.resumed();
      worker.pass(59);
    },
    then: READY,
  },
  {
    state: "a worker that has finished",
    given: (worker) => {
      worker.take();
      worker.health.finished();
      worker.pass(3_600);
    },
    then: READY,
  },
])("$state: ready is $then.ready", ({ given, then }) => {
  const worker = new Worker();

  given(worker);

  expect(worker.health.ready()).toEqual(then);
});

test("an idle time that was looked at does not count, even where nobody tells of what is taken up", () => {
  const worker = new Worker();
  worker.pass(3_600);
  expect(worker.health.ready()).toEqual(READY);

  worker.held = 1;
  worker.pass(59);

  expect(worker.health.ready()).toEqual(READY);
});

test("how long a lack of progress may last can be set", () => {
  const worker = new Worker({ stalledAfterMs: 5_000 });
  worker.take();

  worker.pass(5);

  expect(worker.health.ready()).toEqual(stalled("1 event is held, and none was settled for 5 seconds"));
});

test("a worker that was not ready is so again with the next event that is settled", () => {
  const worker = new Worker();
  worker.take();
  worker.take();
  worker.pass(600);
  expect(worker.health.ready().ready).toBe(false);

  worker.settle();

  expect(worker.health.ready()).toEqual(READY);
});
