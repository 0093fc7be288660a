import { ConsentStoreError, type ConsentPurpose, type Finding } from "@datafly/signal-connector-kit";

import { addressFinding, keyFinding, settingsFinding, troubleshootingRow } from "../check/findings.js";
import { givenAddress, readSettings, wordsOfTheShell } from "../connector-settings.js";
import { defaultPlanner } from "../default-planner.js";
import { openConsentStore, type ConsentFlags } from "../consent/open-consent-store.js";
import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { connectKafka } from "../kafka/kafkajs/connect.js";
import { Topics } from "../kafka/topics.js";
import { checkJson, checkLine } from "../report/check-report.js";
import { colorsFor } from "../report/color.js";
import { Messages } from "../report/messages.js";
import { Output } from "../report/output.js";
import { StopRequest } from "../stop-request.js";
import { UsageError } from "../usage-error.js";
import { connect, plannerOf, type PlanFlags, type PlannerWithSettings } from "./connector.js";

/** The options of `check`: those that say where things are and how events become records. */
export interface CheckFlags extends PlanFlags, Partial<ConsentFlags>, KafkaFlags {
  readonly json?: boolean | undefined;
  readonly probeScope?: boolean | undefined;
  readonly topic?: string | undefined;
  readonly deadLetterTopic?: string | undefined;
}

/**
 * Checks before the first lead whether everything is set up right. Writes nothing, to no place.
 *
 * @returns 0, or 3 if something is wrong
 */
export async function check(flags: CheckFlags, io: CommandIo): Promise<ExitCode> {
  const output = new Output(io.stdout);
  const colors = colorsFor(io.stdout, io.env);
  const request = new StopRequest(io);
  const { signal } = request.stop;
  let failed = 0;
  try {
    for await (const found of findings(flags, io, signal)) {
      if (signal.aborted) break;
      const finding = { ...found, message: wordsOfTheShell(found.message, io) };
      if (finding.result === "failed") failed += 1;
      await output.line(flags.json === true ? checkJson(finding) : checkLine(finding, colors));
    }
  } finally {
    request.release();
  }
  if (request.exitCode !== undefined) return request.exitCode;
  if (flags.json !== true) await new Messages(io).line(summaryOf(failed));
  return failed > 0 ? ExitCode.stopped : ExitCode.done;
}

function summaryOf(failed: number): string {
  if (failed === 0) return "No problem found.";
  return failed === 1 ? "1 problem. Fix it before you deliver." : `${failed} problems. Fix them before you deliver.`;
}

/** Finds out one thing after the other, so that a person sees what takes long. */
async function* findings(flags: CheckFlags, io: CommandIo, signal: AbortSignal): AsyncGenerator<Finding> {
  const { definition } = io;
  const planned = await plannerOf(flags, io).catch(complaintOf);
  if (typeof planned === "string") {
    yield { check: "settings", result: "failed", message: planned, row: troubleshootingRow(definition, "settings") };
  } else {
    yield settingsFinding(planned, flags.blueprint !== undefined, definition);
    yield* definition.words?.findings?.(planned.settings, planned.blueprint) ?? [];
  }

  yield* connectionFindings(planned, flags, io, signal);

  const { consentStore } = flags;
  if (consentStore !== undefined) {
    const { purpose } = typeof planned === "string" ? defaultPlanner(definition) : planned.planner;
    yield await consentStoreFinding({ ...flags, consentStore }, purpose, io);
  }
  if (flags.brokers !== undefined) yield await kafkaFinding(flags, io);
}

/** Where calls go, and whether they are taken. What is wrong with the blueprint says nothing of that. */
async function* connectionFindings(
  planned: PlannerWithSettings | string,
  flags: CheckFlags,
  io: CommandIo,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { definition } = io;
  const isPlanned = typeof planned !== "string";
  const settings = io.settings.filter(({ usedFor }) => isPlanned || usedFor === "sending");
  const connecting = async () => connect(readSettings(flags, io, settings), definition.blueprint.default, io);
  const connector = await connecting().catch(complaintOf);
  const address = givenAddress(flags, io);
  if (address !== undefined && URL.canParse(address)) yield addressFinding(address, io);
  let probed: readonly Finding[] | undefined;
  if (typeof connector === "string") {
    yield { check: "key", result: "failed", message: connector, row: troubleshootingRow(definition, "key") };
  } else {
    const found = await connector.check?.({ signal });
    if (found !== undefined) yield keyFinding(found, definition);
    // With a key that is not accepted there is nothing to ask.
    if (flags.probeScope === true && found?.status !== "failed") probed = await connector.probeScope?.({ signal });
  }
  yield* probed ?? [];
  const unknown = definition.words?.unknown?.(isPlanned ? planned.settings : {}) ?? [];
  yield* unknown.filter(({ check }) => probed?.some((asked) => asked.check === check) !== true);
}

async function consentStoreFinding(flags: ConsentFlags, purpose: ConsentPurpose, io: CommandIo): Promise<Finding> {
  const check = "consent_store";
  // Somebody who may or may not be in the store: what counts is that it answers.
  const nobody = `${io.program.name}-check`;
  try {
    const store = await openConsentStore(flags, io);
    try {
      await store.check({ anonymousId: nobody, userId: nobody, groupId: nobody }, purpose);
    } finally {
      await store.close();
    }
    return { check, result: "ok", message: "The consent store answers." };
  } catch (error) {
    const message = error instanceof ConsentStoreError ? `${error.message}.` : complaintOf(error);
    return { check, result: "failed", message, fix: "Until the consent store answers, events wait: none is sent." };
  }
}

async function kafkaFinding(flags: CheckFlags, io: CommandIo): Promise<Finding> {
  const { topic, deadLetterTopic = topic === undefined ? undefined : `${topic}-dlq` } = flags;
  const topics = [topic, deadLetterTopic].filter((name) => name !== undefined);
  try {
    const client = await connectKafka(await readKafkaSettings(flags, io.env), io.program, () => undefined);
    try {
      await new Topics(client).check(topics);
    } finally {
      await client.close();
    }
  } catch (error) {
    // What a broker does while it is asked is never a fault of this program.
    const message = error instanceof Error ? error.message : String(error);
    return { check: "kafka", result: "failed", message };
  }
  const there = topics.length === 0 ? "" : `, and has ${topics.join(" and ")}`;
  return { check: "kafka", result: "ok", message: `Kafka can be reached${there}.` };
}

/** @throws what is not about the command line, a setting or a file */
function complaintOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  throw error;
}
