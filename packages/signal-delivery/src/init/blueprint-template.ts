import type { CommandIo } from "../io.js";

/** Where the schema is that editors complete a blueprint by: beside it, so that it is there without a network. */
export const SCHEMA_FILE = "blueprint.schema.json";

/** Returns Signal's own blueprint with comments, as JSON for `--blueprint`. */
export function blueprintTemplate({ definition, program }: CommandIo): string {
  const { vendor, blueprint } = definition;
  const { properties = {} } = blueprint.jsonSchema() as {
    readonly properties?: Readonly<Partial<Record<string, { readonly description?: string }>>>;
  };
  const comments = { ...blueprint.comments };
  const values = blueprint.default as Readonly<Record<string, unknown>>;
  // What has a comment and no value is shown for those who want it.
  const parts = [...new Set([...Object.keys(comments), ...Object.keys(values)])].map((name) => {
    const comment = comments[name] ?? [properties[name]?.description ?? ""].filter((line) => line !== "");
    return [...comment.map(commentLine), ...(name in values ? member(name, values[name]) : [])].join("\n");
  });
  return `// Which events of Signal become ${vendor.record}s in ${vendor.name}, under which consent, and with what in them.
// This is Signal's own blueprint; change it, and look at what it does:
//
//   ${program.name} preview --blueprint blueprint.jsonc leads.ndjson
//
{
${[...member("$schema", `./${SCHEMA_FILE}`), "", parts.join("\n\n")].join("\n")}
}
`;
}

function commentLine(text: string): string {
  return `  // ${text}`.trimEnd();
}

function member(name: string, value: unknown): string[] {
  const lines = `${JSON.stringify(name)}: ${json(value)},`.split("\n");
  return lines.map((line) => `  ${line}`);
}

/** What is short in one line, the rest with a line for each member: as a person would write it. */
function json(value: unknown): string {
  const line = JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, " ")
    .replace(/\[ | \]/g, (edge) => edge.trim());
  if (line.length <= MAX_LINE || typeof value !== "object" || value === null) return line;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((one) => json(one))
    : Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${json(part)}`);
  return [open, ...members.map((one) => `  ${one.replaceAll("\n", "\n  ")},`), close].join("\n");
}

const MAX_LINE = 90;
