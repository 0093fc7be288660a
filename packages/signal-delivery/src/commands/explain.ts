import { Help } from "commander";

import { eventTopic, TOPIC_KINDS, topicsOf, type Topic } from "../explain/topic.js";
import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { colorsFor, type Colors } from "../report/color.js";
import { Output } from "../report/output.js";
import { printable } from "../text/printable.js";
import { fitted, table } from "../report/table.js";
import { terminalColumns } from "../report/terminal-columns.js";
import { similarTo } from "../similar.js";
import { UsageError } from "../usage-error.js";

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 100;
const NAME_WIDTH = 24;

/** Says what reasons, warnings, exit codes and errors mean, and what to do; lists all of them where none is named. */
export async function explain(names: readonly string[], io: CommandIo): Promise<ExitCode> {
  const output = new Output(io.stdout);
  const colors = colorsFor(io.stdout, io.env);
  const columns = terminalColumns(io.stdout);
  if (names.length === 0) {
    await output.line(listOf(io, colors, columns));
    return ExitCode.done;
  }
  const topics = names.map((name) => topicOf(name, io));
  const known = topics.filter((topic) => topic !== undefined);
  if (known.length > 0) {
    await output.line(known.map((topic) => explanationOf(topic, colors, columns)).join("\n\n"));
  }
  const unknown = names.filter((_, index) => topics[index] === undefined);
  if (unknown.length > 0) throw new UsageError(unknown.map((name) => unknownText(name, io)).join("\n"));
  return ExitCode.done;
}

function topicOf(typed: string, io: CommandIo): Topic | undefined {
  const wanted = typed.toLowerCase();
  return topicsOf(io).find(({ name }) => name.toLowerCase() === wanted) ?? eventTopic(typed, io);
}

function unknownText(typed: string, io: CommandIo): string {
  const similar = similarTo(
    typed,
    topicsOf(io).map(({ name }) => name),
  );
  return similar === undefined
    ? `There is nothing called ${printable(typed)}. \`${io.program.name} explain\` lists what there is.`
    : `There is nothing called ${printable(typed)}. Did you mean ${similar}?`;
}

function explanationOf({ name, kind, explanation }: Topic, colors: Colors, columns: number | undefined): string {
  const { meaning, whatToDo } = explanation;
  const what = kind === "warning" ? `The value ${meaning}.` : `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
  return [
    `${colors.bold(name)} ${colors.gray(`(${kind})`)}`,
    ...[what, whatToDo].map((text) => paragraph(text, columns)),
  ].join("\n");
}

function paragraph(text: string, columns: number | undefined): string {
  const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.min(columns, MAX_COLUMNS);
  return new Help()
    .boxWrap(text, width - INDENT.length)
    .split("\n")
    .map((line) => `${INDENT}${line}`)
    .join("\n");
}

const INDENT = "  ";

function listOf(io: CommandIo, colors: Colors, columns: number | undefined): string {
  const all = topicsOf(io);
  const headings = headingsOf(io);
  const groups = TOPIC_KINDS.filter((kind) => all.some((topic) => topic.kind === kind)).map((kind) => {
    const topics = all.filter((topic) => topic.kind === kind);
    const rows = topics.map(({ name, explanation }) => [name, explanation.meaning]);
    const lines =
      columns === undefined
        ? rows.map(([name = "", meaning = ""]) => `${name.padEnd(NAME_WIDTH)}  ${meaning}`)
        : table(rows, fitted(columns - INDENT.length, [NAME_WIDTH, undefined])).split("\n");
    return [colors.bold(headings[kind]), ...lines.map((line) => `${INDENT}${line}`)].join("\n");
  });
  return [...groups, `${io.program.name} explain NAME says what to do about it.`].join("\n\n");
}

function headingsOf({
  definition: { vendor, words },
}: CommandIo): Readonly<Record<(typeof TOPIC_KINDS)[number], string>> {
  return {
    reason: "Reasons: why an event was not delivered",
    "failure class": "Failure classes: what a failure asks for",
    warning: `Warnings: what was omitted from a ${vendor.record}; the value …`,
    "exit code": "Exit codes",
    "HTTP status": `HTTP statuses of ${vendor.name}`,
    error: words?.errors?.title ?? "Errors",
  };
}
