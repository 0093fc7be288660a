/**
 * To be put behind the names of tests that are skipped where something is missing: says why, and what to do about it. Nothing where all is
 * there.
 *
 * @throws {Error} where CI runs on Linux, on which all can be installed: there, nothing may go untested with everything green
 */
export function unless(isThere: boolean, reason: string, { env, platform }: Machine = process): string {
  if (isThere) return "";
  if (platform === "linux" && env.CI !== undefined) throw new Error(`CI would not test this: ${reason}`);
  return ` (skipped: ${reason})`;
}

type Machine = Pick<NodeJS.Process, "env" | "platform">;
