import type { Io } from "../io.js";
import { PROGRAM } from "../program.js";

const { name, packageName } = PROGRAM;
const COMMAND = new RegExp(
  `(?<![\\w/@.-])${name} (?=(?:init|check|preview|deliver|consume|dead-letters|explain|completion|help)\\b)`,
  "g",
);

/**
 * The same text, with the commands of this program as they are typed here. Where npm runs it, a shell does not find it by its name
 * alone; and out of npx's own cache, npm would look for a package of that name, which is none of ours.
 */
export function commandText(text: string, env: Io["env"]): string {
  if (env.npm_command === undefined) return text;
  const isFetched = /[\\/]_npx[\\/]/.test(env.PATH ?? env.Path ?? "");
  const program = isFetched ? `npx --package ${packageName} ${name}` : `npx ${name}`;
  return text.replace(COMMAND, `${program} `);
}
