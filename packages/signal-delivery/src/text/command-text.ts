import type { Program } from "../program.js";

const COMMANDS = "(?:init|check|preview|deliver|consume|dead-letters|explain|schema|manifest|completion|help)";

/**
 * The same text, with the commands of this program as they are typed here. Where npm runs it, a shell does not find it by its name
 * alone; and out of npx's own cache, npm would look for a package of that name, which is none of ours.
 */
export function commandText(
  text: string,
  {
    env,
    program,
  }: { readonly env: Readonly<Partial<Record<string, string>>>; readonly program: Omit<Program, "version"> },
): string {
  if (env.npm_command === undefined) return text;
  const { name, packageName } = program;
  const isFetched = /[\\/]_npx[\\/]/.test(env.PATH ?? env.Path ?? "");
  const typed = isFetched ? `npx --package ${packageName} ${name}` : `npx ${name}`;
  return text
    .split(new RegExp(`(?<![\\w/@.-])${name.replace(/[^\w-]/g, "\\$&")} (?=${COMMANDS}\\b)`, "g"))
    .join(`${typed} `);
}
