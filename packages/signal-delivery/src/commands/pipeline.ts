import type { Connector } from "@datafly/signal-connector-kit";

import { openConsentStore, type OpenConsentStore } from "../consent/open-consent-store.js";
import type { Io } from "../io.js";
import { OUTAGE_TIMEOUT_S } from "../options.js";
import { Health } from "../observe/health.js";
import type { KafkaMetricsSource } from "../observe/metrics.js";
import { HaltState } from "../observe/halt-state.js";
import { Pacer } from "../pace/pacer.js";
import { SteadyClock } from "../pace/steady-clock.js";
import type { RunReport } from "../report/run-report.js";
import { awayText } from "../report/away-text.js";
import { quotaProblem } from "../report/quota-text.js";
import type { EventSource } from "../stream/event-source.js";
import { Audit } from "../stream/audit.js";
import type { DeadLetters } from "../stream/dead-letter.js";
import { deliverStream, type StreamEnd } from "../stream/deliver-stream.js";
import { Lanes } from "../stream/lanes.js";
import { LateWrites } from "../stream/late-writes.js";
import { Outage, type ProbeResult } from "../stream/outage.js";
import { VendorContact } from "../stream/vendor-contact.js";
import { isAnswered, type DeliveryResult } from "../stream/delivery-result.js";
import { backoffMs, classOf, withVendorWords } from "../stream/retry-policy.js";
import type { Away, StreamObserver, StreamOptions } from "../stream/stream-options.js";
import type { Disposables } from "./disposables.js";
import type { PlanFlags } from "./connector.js";

/** The options of all commands that deliver, from whatever source. */
export interface PipelineFlags extends PlanFlags {
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly backoff: number;
  readonly drainTimeout: number;
  /** In seconds; 0 for no limit. Only where a run ends. */
  readonly outageTimeout?: number | undefined;
  readonly audit?: string | undefined;
  readonly consentStore?: string | undefined;
  readonly consentKey?: string | undefined;
  readonly consentPath?: string | undefined;
  readonly metricsPort?: number | undefined;
  readonly metricsHost?: string | undefined;
  readonly json?: boolean | undefined;
  readonly logJson?: boolean | undefined;
}

/** What differs between a run that ends and a worker that goes on for good. */
export interface PipelineOptions {
  readonly report: RunReport;
  readonly disposables: Disposables;
  /** How often a call is tried while something has to be put right; without it, such a thing ends the run. */
  readonly probeMs?: number | undefined;
  /** Is told which person an event is about. */
  readonly onPerson?: StreamOptions["onPerson"];
  /** What there is to be told of Kafka; not there for a file. */
  readonly kafka?: KafkaMetricsSource | undefined;
}

/** All that an event goes through, whatever it comes from: plan, consent, pace, dead letters, audit, metrics. */
export interface Pipeline {
  readonly health: Health;
  /** Checks the API key before the first event, and reports the result. An invalid key is a problem; delivery begins all the same. */
  checkKey(signal: AbortSignal): Promise<void>;
  /** Delivers a source to its end. Sources that are delivered at the same time share pace and metrics. */
  deliver(source: EventSource, deadLetters: DeadLetters): Promise<StreamEnd>;
}

/** How many events are held for each call that may be in the air: enough to find other people's behind one person's. */
const HELD_PER_CALL = 32;
/** How many bytes of events are held in all, as they came: in memory they take several times as much. One is always held. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** The statuses that say that nobody is there to answer. Any other may be about the path of the check. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);
/** So many refusals for the quota in a row, none of which says for how long, are worth a word: there may be no end to them. */
const MAX_BARE_REFUSALS = 3;

/** Opens what looks after the events: pace, consent, metrics, audit, reports. */
export async function openPipeline(
  connector: Connector,
  flags: PipelineFlags,
  io: Io,
  { report, disposables, probeMs, onPerson, kafka }: PipelineOptions,
): Promise<Pipeline> {
  const { vendor, purpose } = connector;
  const watchdog = io.startWatchdog({ json: flags.logJson === true });
  disposables.add(() => watchdog.stop());
  const allLanes = new Set<Lanes>();
  const held = () => [...allLanes].reduce((sum, lanes) => sum + lanes.held, 0);
  let lastConsentProblem: string | undefined;
  // Where nothing is held, nothing asks the store, and it is not known how it is.
  const consentProblem = () => (held() === 0 ? undefined : lastConsentProblem);
  const health = new Health({
    now: () => io.now(),
    // What waits in Kafka counts, too: a consumer that has silently stopped holds nothing.
    held: () => Math.max(held(), sumOf(kafka?.lags().values() ?? [])),
    problem: () =>
      kafka?.problem() ??
      awayText(away, vendor) ??
      consentProblem() ??
      refusedText() ??
      quotaProblem(pacer.gate, vendor, io.now()),
  });
  const pacer: Pacer = new Pacer(io, flags.concurrency, vendor.quotas, (wait) => {
    health.waiting(wait.until);
    report.waiting(wait);
  });
  let away: Away | undefined;
  let bareRefusals = 0;
  const refusedText = () =>
    bareRefusals < MAX_BARE_REFUSALS
      ? undefined
      : `${vendor.name} keeps refusing calls for the quota (429), and does not say for how long.`;
  const { metricsPort: port, metricsHost: host } = flags;
  // Nothing is counted, and what counts is not loaded, if nobody can look.
  const metrics =
    port === undefined
      ? undefined
      : new (await import("../observe/metrics.js")).Metrics({
          vendor,
          away: () => away !== undefined,
          gateOpen: () => pacer.gate === undefined,
          laneDepth: held,
          inFlight: () => pacer.inFlight,
          consentAvailable: flags.consentStore === undefined ? undefined : () => consentProblem() === undefined,
          kafka,
        });
  if (port !== undefined && metrics !== undefined) {
    const { startHealthServer } = await import("../observe/health-server.js");
    const server = await startHealthServer({ port, ...(host !== undefined && { host }), metrics, health });
    disposables.add(() => server.close());
    await report.say(`Metrics and health at ${server.url}/metrics, /healthz and /readyz.`);
  }
  const audit = flags.audit === undefined ? undefined : await Audit.open(flags.audit, vendor);
  if (audit) disposables.add(() => audit.close());
  const { consentStore } = flags;
  const store = consentStore === undefined ? undefined : await openConsentStore({ ...flags, consentStore }, io);
  if (store) disposables.add(() => store.close());
  const heardOfStore = (problem: string | undefined) => {
    lastConsentProblem = problem;
    report.consentUnavailable(problem);
  };
  const checkConsent = async (event: unknown, consent: OpenConsentStore) => {
    const checked = await consent.check(event, purpose);
    if (checked.unasked === undefined) heardOfStore(undefined);
    return checked;
  };

  const haltState = new HaltState();
  const stop = (problem: string) => {
    health.stopped(problem);
    metrics?.stopped();
  };
  const observer: StreamObserver = {
    settled: async (event) => {
      health.progress();
      if (haltState.endsWith(event)) {
        report.resumed();
        health.resumed();
        metrics?.resumed();
      }
      metrics?.settled(event);
      await report.settled(event);
    },
    called: (result, durationMs) => {
      const isRefused = result.status === "failed" && classOf(vendor, result.reason) === "throttle";
      if (!isRefused && isAnswered(result)) bareRefusals = 0;
      metrics?.called(result, durationMs);
      if (result.quota !== undefined) metrics?.quota(result.quota);
    },
    retried: (reason) => {
      metrics?.retried(reason);
    },
    away: (told) => {
      away = told;
      report.away(told);
    },
    recovered: () => {
      away = undefined;
      health.resumed();
      report.recovered();
    },
    throttled: (retryAfterMs, vendorMessage) => {
      if (retryAfterMs !== undefined) return;
      bareRefusals += 1;
      const problem = refusedText();
      if (bareRefusals === MAX_BARE_REFUSALS && problem !== undefined) report.refused(problem, vendorMessage);
    },
    consentUnavailable: heardOfStore,
    stopped: (problem) => {
      stop(problem);
      if (probeMs === undefined) return;
      haltState.stopped();
      report.stopped(problem);
    },
    refused: (problem) => {
      stop(problem);
      haltState.refused();
      report.stopped(problem);
    },
  };
  const probe = async (signal: AbortSignal): Promise<ProbeResult> => {
    const found = await connector.check?.({ signal });
    if (found === undefined) return { found: "unknown" };
    if (found.status === "ok") return { found: "there" };
    const { reason, httpStatus } = found;
    const isGone =
      httpStatus === undefined ? classOf(vendor, reason) === "transient" : GATEWAY_STATUSES.has(httpStatus);
    return { found: isGone ? "away" : "unknown", status: httpStatus };
  };
  const vendorContact = new VendorContact();
  const clock = new SteadyClock(io);
  const { outageTimeout = OUTAGE_TIMEOUT_S } = flags;
  const endless = probeMs !== undefined || outageTimeout === 0;
  const outage = new Outage(() => clock.now(), endless ? Number.POSITIVE_INFINITY : outageTimeout * 1000);
  const lateWrites = new LateWrites(io, (until) => {
    health.waiting(until);
  });
  return {
    health,
    checkKey: async (signal) => {
      const found = await connector.check?.({ signal });
      if (found === undefined) return;
      if (found.status === "ok") await report.say(`${vendor.name} accepts the API key.`);
      else if (vendor.failures[found.reason]?.isCertain === true) observer.refused(withVendorWords(found, vendor));
      // Any other answer may be about the path of the check: only a call can tell.
      else if (classOf(vendor, found.reason) !== "interrupted")
        await report.say(`The API key is not checked: ${withVendorWords(found, vendor)}`);
    },
    deliver: async (source, deadLetters) => {
      const lanes = new Lanes(flags.concurrency * HELD_PER_CALL, MAX_HELD_BYTES);
      allLanes.add(lanes);
      try {
        return await deliverStream(
          {
            ...source,
            connector,
            maxAttempts: flags.maxAttempts,
            backoffMs: (attempts) => backoffMs(attempts, Math.random, flags.backoff),
            pacer,
            deadLetters,
            onPerson: (person, record) => {
              health.took();
              onPerson?.(person, record);
            },
            checkConsent: store && ((event: unknown) => checkConsent(event, store)),
            record: audit && ((event: DeliveryResult) => audit.record(event, io.now())),
            io,
            watchdog,
            vendorContact,
            outage,
            probe,
            lateWrites,
            probeMs,
            observer,
          },
          lanes,
        );
      } finally {
        allLanes.delete(lanes);
      }
    },
  };
}

function sumOf(numbers: Iterable<number>): number {
  return [...numbers].reduce((sum, number) => sum + number, 0);
}
