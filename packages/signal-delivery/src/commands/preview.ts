import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { colorsFor } from "../report/color.js";
import { ExplainHint } from "../report/explain-hint.js";
import { Messages } from "../report/messages.js";
import { Output } from "../report/output.js";
import { previewJson, previewLines, previewTable, type PreviewedEvent } from "../report/preview-report.js";
import { terminalColumns } from "../report/terminal-columns.js";
import { UnmappedEvents } from "../report/unmapped-events.js";
import { openSource } from "../source/open-source.js";
import { StopRequest } from "../stop-request.js";
import { eventIdOf, unreadable } from "../stream/delivery-result.js";
import { plannerOf, type PlanFlags } from "./connector.js";
import { Disposables } from "./disposables.js";

/** The options of `preview`. */
export interface PreviewFlags extends PlanFlags {
  readonly json?: boolean | undefined;
  /** Whether an event that is rejected ends it with 1. */
  readonly strict?: boolean | undefined;
}

/** Says for each event what would be sent, or why nothing would. Sends nothing. */
export async function preview(file: string | undefined, flags: PreviewFlags, io: CommandIo): Promise<ExitCode> {
  const { planner } = await plannerOf(flags, io);
  const { vendor } = planner;
  const request = new StopRequest(io);
  const { stop } = request;
  const output = new Output(io.stdout, () => {
    stop.abort();
  });
  const colors = colorsFor(io.stdout, io.env);
  const counts = { deliver: 0, drop: 0, reject: 0 };
  const hint = new ExplainHint(vendor, io.program);
  const unmapped = new UnmappedEvents();
  const watchdog = io.startWatchdog();
  const disposables = new Disposables(() => {
    request.release();
    return watchdog.stop();
  });
  try {
    const source = await openSource(file, io, stop.signal);
    disposables.add(() => source.close());
    for await (const record of source.events()) {
      // The last line before a stop may be half of one.
      if (stop.signal.aborted) break;
      watchdog.planning(record);
      const decision: PreviewedEvent["decision"] =
        record.kind === "event" ? planner.plan(record.event) : rejectOf(record.message);
      watchdog.planned();
      counts[decision.action] += 1;
      if (decision.action === "deliver") hint.addWarnings(decision.warnings);
      else hint.addReason(decision.reason);
      const id = eventIdOf(record);
      unmapped.add(id.event, decision.action === "deliver" ? undefined : decision.reason);
      const nearMiss =
        record.kind === "event" && decision.action === "drop" ? planner.nearMiss?.(record.event) : undefined;
      const remark = decision.action === "deliver" ? planner.remark?.(decision) : undefined;
      const previewed = { position: record.position, ...id, decision, nearMiss, remark };
      const columns = terminalColumns(io.stdout);
      if (flags.json) await output.line(previewJson(previewed, vendor));
      else if (columns === undefined) await output.line(previewLines(previewed, vendor, colors));
      else {
        const mapping = record.kind === "event" ? (planner.trace?.(record.event) ?? []) : [];
        await output.line(previewTable(previewed, vendor, mapping, colors, columns));
      }
    }
  } finally {
    await disposables.close();
  }
  const { deliver, drop, reject } = counts;
  const total = deliver + drop + reject;
  // The reader has seen enough: a summary would tell of a part as if it were the whole.
  if (output.isGone) return ExitCode.done;
  const messages = new Messages(io);
  await messages.line(
    `${total === 1 ? "1 event" : `${total} events`}: ${deliver} would be delivered, ${drop} dropped, ${reject} rejected. Nothing was sent.`,
  );
  const dropped = unmapped.line(planner);
  if (dropped !== undefined) await messages.line(dropped);
  const whatToDo = hint.line();
  if (whatToDo !== undefined) await messages.line(whatToDo);
  const isWrong = flags.strict === true && reject > 0;
  return request.exitCode ?? (isWrong ? ExitCode.deadLetters : ExitCode.done);
}

function rejectOf(message: string): PreviewedEvent["decision"] {
  const { reason, issues } = unreadable(message);
  return { action: "reject", reason, issues };
}
