import { planDelivery } from "@datafly/signal-apollo-connector";

import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { readPlanSettings, type PlanFlags } from "../plan-settings.js";
import { colorsFor } from "../report/color.js";
import { Output } from "../report/output.js";
import { previewJson, previewLines, type PreviewedEvent } from "../report/preview-report.js";
import { openSource } from "../source/open-source.js";
import { StopRequest } from "../stop-request.js";
import { eventIdOf, unreadable } from "../stream/settled-event.js";

/** The options of `signal-apollo preview`. */
export interface PreviewFlags extends PlanFlags {
  readonly json?: boolean | undefined;
}

/** Says for each event what would be sent, or why nothing would. Sends nothing. */
export async function preview(file: string | undefined, flags: PreviewFlags, io: Io): Promise<ExitCode> {
  const settings = await readPlanSettings(flags);
  const request = new StopRequest(io);
  const { stop } = request;
  const output = new Output(io.stdout, () => {
    stop.abort();
  });
  const colors = colorsFor(io.stdout, io.env);
  const counts = { deliver: 0, drop: 0, reject: 0 };
  try {
    const source = await openSource(file, io, stop.signal);
    for await (const record of source.events()) {
      const decision: PreviewedEvent["decision"] =
        record.kind === "event" ? planDelivery(record.event, settings) : rejectOf(record.message);
      counts[decision.action] += 1;
      const previewed = { position: record.position, ...eventIdOf(record), decision };
      await output.line(flags.json ? previewJson(previewed) : previewLines(previewed, colors));
    }
  } finally {
    request.release();
  }
  const { deliver, drop, reject } = counts;
  const total = deliver + drop + reject;
  await new Output(io.stderr).line(
    `${total === 1 ? "1 event" : `${total} events`}: ${deliver} would be delivered, ${drop} dropped, ${reject} rejected. Nothing was sent.`,
  );
  return request.exitCode ?? ExitCode.done;
}

function rejectOf(message: string): PreviewedEvent["decision"] {
  const { reason, issues } = unreadable(message);
  return { action: "reject", reason, issues };
}
