import { ensure, withAdvice, type ConformanceCase } from "./conformance-case.js";
import type { DeliveryConformanceOptions, Lead } from "./delivery-options.js";
import { allLeads, killedDelivery, PEOPLE, type KilledDelivery } from "./killed-delivery.js";
import { SECRET } from "./suite.js";

/**
 * Makes the checks that a delivery program must pass: it delivers thirty events of six people to a server of the suite, is killed by
 * SIGKILL four times while calls are in flight, and is restarted each time. Nothing may be lost, doubled, or out of order.
 *
 * Returns one case for each promise, for your test runner. The program runs once, in the first case; give that one a minute or two.
 *
 * @example
 * ```ts
 * import { spawn } from "node:child_process";
 * import { test } from "node:test";
 *
 * import { deliveryConformance } from "@datafly/signal-connector-kit/testing";
 *
 * const cases = deliveryConformance({
 *   start: ({ file, baseUrl, secret }) =>
 *     spawn(process.execPath, ["bin/signal-acme.js", "deliver", file], {
 *       env: { ...process.env, ACME_URL: `${baseUrl}/v2`, ACME_TOKEN: secret },
 *     }),
 *   event: ({ person, step }) => ({
 *     type: "track",
 *     event: "Demo Requested",
 *     traits: { email: `person${person}@lead.example`, title: `Step ${step}` },
 *     context: { consent: { canonical: { marketing: true } } },
 *   }),
 *   leadOf: ({ body }) => {
 *     const [, person, step] = /person(\d+)@.*Step (\d+)/s.exec(body) ?? [];
 *     return person === undefined ? undefined : { person: Number(person), step: Number(step) };
 *   },
 *   server: { written: { status: 201, body: { id: "p_4711" } } },
 *   idempotent: true,
 * });
 * for (const { name, run } of cases) test(name, run);
 * ```
 */
export function deliveryConformance(options: DeliveryConformanceOptions): readonly ConformanceCase[] {
  let delivery: Promise<KilledDelivery> | undefined;
  const check = (look: (delivered: KilledDelivery) => void) => async () => {
    look(await (delivery ??= killedDelivery(options, SECRET)));
  };

  return [
    {
      name: "delivery: a program that is killed several times comes to its end when it is restarted",
      run: check(({ runs }) => {
        const exitCode = runs.at(-1)?.exitCode;
        ensure(
          runs.length > 1,
          "The program was not killed once: it made too few calls.",
          "start a delivery of the file",
        );
        ensure(
          exitCode === 0 || exitCode === 1,
          `The last run ended with ${exitCode ?? "a signal"}.`,
          "start the program itself, with its journal kept between runs, and exit 0, or 1 if there are dead letters",
        );
      }),
    },
    {
      name: "delivery: nothing is lost over kill -9 and restarts",
      run: check(({ runs, deadLetters }) => {
        const written = runs.flatMap((run) => run.sent.filter(({ isWritten }) => isWritten));
        const kept = new Set([...written, ...deadLetters].map(nameOf));
        const lost = allLeads()
          .map(nameOf)
          .filter((name) => !kept.has(name));
        ensure(
          lost.length === 0,
          `Neither written nor a dead letter: ${lost.join("; ")}.`,
          "settle an event only when its result is known, and begin after the highest event below which all are settled",
        );
      }),
    },
    {
      name: options.idempotent
        ? "delivery: no run sends anything twice"
        : "delivery: nothing is sent twice, not even by a run that follows a kill",
      run: check(({ runs }) => {
        const all = runs.flatMap((run) => run.sent.map(nameOf));
        for (const sent of options.idempotent ? runs.map((run) => run.sent.map(nameOf)) : [all]) {
          const twice = sent.filter((name, index) => sent.indexOf(name) !== index);
          ensure(
            twice.length === 0,
            `Sent twice: ${twice.join("; ")}.`,
            "write down the attempt before the call if a second one would do harm, and settle what has been answered",
          );
        }
      }),
    },
    {
      name: "delivery: each person's events arrive in their order",
      run: check(({ runs }) => {
        for (const { sent } of runs)
          for (let person = 0; person < PEOPLE; person += 1) {
            const steps = stepsOf(sent, person);
            ensure(
              steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)),
              `The steps of person ${person} were sent in the order ${steps.join(", ")}.`,
              "send the events of one person one at a time, and in the order of the file",
            );
          }
        for (let person = 0; person < PEOPLE; person += 1) {
          const steps = stepsOf(
            runs.flatMap((run) => run.sent),
            person,
          );
          ensure(
            steps.at(-1) === Math.max(...steps),
            `Of person ${person}, step ${steps.at(-1) ?? 0} was sent last, after step ${Math.max(...steps)}.`,
            "resume after what is settled: an earlier event that is sent last replaces the values of a later one",
          );
        }
      }),
    },
    {
      name: "delivery: a run after the end sends nothing",
      run: check(({ afterwards: { sent, exitCode } }) => {
        ensure(sent.length === 0, `It sent ${sent.map(nameOf).join("; ")}.`, "keep the journal when all is settled");
        ensure(
          exitCode === 0 || exitCode === 1,
          `It ended with ${exitCode ?? "a signal"}.`,
          "exit 0, or 1 if there are dead letters",
        );
      }),
    },
  ].map(withAdvice);
}

function nameOf({ person, step }: Lead): string {
  return `step ${step} of person ${person}`;
}

function stepsOf(sent: readonly Lead[], person: number): readonly number[] {
  return sent.filter((lead) => lead.person === person).map(({ step }) => step);
}
