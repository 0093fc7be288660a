import { APOLLO_BASE_URL } from "@datafly/apollo-client";
import { ConsentStoreError, defaultBlueprint, type PlanSettings } from "@datafly/signal-apollo-connector";

import { addressFinding, keyFinding, UNKNOWN_FINDINGS } from "../check/apollo-findings.js";
import type { Finding } from "../check/finding.js";
import { settingsFindings } from "../check/settings-findings.js";
import { TROUBLESHOOTING } from "../check/troubleshooting.js";
import { openConsentStore, type ConsentFlags } from "../consent/open-consent-store.js";
import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { readKafkaSettings, type KafkaFlags } from "../kafka/kafka-settings.js";
import { connectKafka } from "../kafka/kafkajs/connect.js";
import { Topics } from "../kafka/topics.js";
import { readPlanSettings } from "../plan-settings.js";
import { checkJson, checkLine } from "../report/check-report.js";
import { colorsFor } from "../report/color.js";
import { Messages } from "../report/messages.js";
import { Output } from "../report/output.js";
import { StopRequest } from "../stop-request.js";
import { UsageError } from "../usage-error.js";
import { baseUrlOf, connectorOf, wordsOfTheShell, type ConnectorFlags } from "./connector.js";

/** The options of `signal-apollo check`: those that say where things are and how events become contacts. */
export interface CheckFlags extends ConnectorFlags, Partial<ConsentFlags>, KafkaFlags {
  readonly json?: boolean | undefined;
  readonly topic?: string | undefined;
  readonly deadLetterTopic?: string | undefined;
}

/**
 * Checks before the first lead whether everything is set up right. Writes nothing, to no place.
 *
 * @returns 0, or 3 if something is wrong
 */
export async function check(flags: CheckFlags, io: Io): Promise<ExitCode> {
  const output = new Output(io.stdout);
  const colors = colorsFor(io.stdout, io.env);
  const request = new StopRequest(io);
  const { signal } = request.stop;
  let failed = 0;
  try {
    for await (const found of findings(flags, io, signal)) {
      if (signal.aborted) break;
      const finding = { ...found, message: wordsOfTheShell(found.message) };
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
async function* findings(flags: CheckFlags, io: Io, signal: AbortSignal): AsyncGenerator<Finding> {
  const settings = await readPlanSettings(flags).catch(complaintOf);
  if (typeof settings === "string") {
    yield { check: "settings", result: "failed", message: settings, row: TROUBLESHOOTING.dropped };
  } else yield* settingsFindings(settings);

  // What is wrong with the blueprint says nothing of the key.
  const { dedupe, baseUrl } = flags;
  const connection = await connectorOf({ dedupe, baseUrl }, io).catch(complaintOf);
  const url = baseUrlOf(flags, io) ?? APOLLO_BASE_URL;
  if (URL.canParse(url)) yield addressFinding(url, (text) => withoutKey(text, io));
  if (typeof connection === "string") {
    yield { check: "key", result: "failed", message: connection, row: TROUBLESHOOTING.key };
  } else yield await keyFinding(connection.connector, signal);
  yield* UNKNOWN_FINDINGS;

  const { consentStore } = flags;
  if (consentStore !== undefined) {
    yield await consentStoreFinding({ ...flags, consentStore }, typeof settings === "string" ? {} : settings, io);
  }
  if (flags.brokers !== undefined) yield await kafkaFinding(flags, io);
}

/** Somebody who may or may not be in the store: what counts is that it answers. */
const NOBODY = { anonymousId: "signal-apollo-check", userId: "signal-apollo-check", groupId: "signal-apollo-check" };

async function consentStoreFinding(flags: ConsentFlags, { blueprint }: PlanSettings, io: Io): Promise<Finding> {
  const check = "consent_store";
  try {
    const store = await openConsentStore(flags, io);
    try {
      await store.check(NOBODY, (blueprint ?? defaultBlueprint).consent);
    } finally {
      await store.close();
    }
    return { check, result: "ok", message: "The consent store answers." };
  } catch (error) {
    const message = error instanceof ConsentStoreError ? `${error.message}.` : complaintOf(error);
    return { check, result: "failed", message, fix: "Until the consent store answers, events wait: none is sent." };
  }
}

async function kafkaFinding(flags: CheckFlags, io: Io): Promise<Finding> {
  const { topic, deadLetterTopic = topic === undefined ? undefined : `${topic}-dlq` } = flags;
  const topics = [topic, deadLetterTopic].filter((name) => name !== undefined);
  try {
    const client = await connectKafka(await readKafkaSettings(flags, io.env), () => undefined);
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

function withoutKey(text: string, { env }: Io): string {
  const key = env.APOLLO_API_KEY ?? "";
  return key === "" ? text : text.replaceAll(key, "[key]").replaceAll(key.toLowerCase(), "[key]");
}
