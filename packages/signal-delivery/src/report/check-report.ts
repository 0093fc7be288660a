import type { Finding } from "@datafly/signal-connector-kit";

import { printable, printableJson } from "../text/printable.js";
import type { Colors } from "./color.js";

/** One finding as a JSON object in one line. */
export function checkJson({ check, result, message, reason, httpStatus, row, fix }: Finding): string {
  const { symptom, likelyCause, fix: fixOfRow } = row ?? {};
  return printableJson({ check, result, message, reason, httpStatus, symptom, likelyCause, fix: fixOfRow ?? fix });
}

/** One finding for a person: a line, and below it what to do, unless all is well. */
export function checkLine({ check, result, message, row, fix }: Finding, colors: Colors): string {
  const line = `${PAINTS[result](colors)(result.padEnd(7))}  ${check.padEnd(13)}  ${printable(message)}`;
  if (result === "ok" || (row === undefined && fix === undefined)) return line;
  const advice = row === undefined ? (fix ?? "") : `${row.symptom}: ${row.likelyCause}. ${row.fix}`;
  return `${line}\n${" ".repeat(9)}${printable(advice)}`;
}

const PAINTS: Readonly<Record<Finding["result"], (colors: Colors) => (text: string) => string>> = {
  ok: ({ green }) => green,
  note: ({ yellow }) => yellow,
  unknown: ({ yellow }) => yellow,
  failed: ({ red }) => red,
};
