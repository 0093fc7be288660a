/** One command of a block of shell: what runs, with which arguments and variables. */
export interface ShellCommand {
  /** The program, without `npx`: `signal-apollo`, `npm`, `curl`. Empty for an `export`. */
  readonly program: string;
  readonly args: readonly string[];
  /** The variables that it is given, or sets by `export`. */
  readonly env: Readonly<Record<string, string>>;
}

const WORD = /'[^']*'|"[^"]*"|[^\s'"|]+/g;

/** Reads the commands of a block of shell, as far as documentation goes: one a line, with pipes, variables and comments. */
export function shellCommands(block: string): ShellCommand[] {
  return block
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, ""))
    .flatMap((line) => splitAtPipes(line))
    .map((words) => toCommand(words))
    .filter(({ program, env }) => program !== "" || Object.keys(env).length > 0);
}

function splitAtPipes(line: string): string[][] {
  // A pipe within quotes is a part of its word.
  const parts = line.replace(/'[^']*'|"[^"]*"/g, (quoted) => quoted.replaceAll("|", "\0")).split("|");
  return parts.map((part) =>
    [...part.replaceAll("\0", "|").matchAll(WORD)].map(([word]) => word.replace(/^(['"])(.*)\1$/, "$2")),
  );
}

function toCommand(words: readonly string[]): ShellCommand {
  const rest = [...words];
  if (rest[0] === "export") rest.shift();
  const env: Record<string, string> = {};
  for (let assignment; (assignment = /^([A-Z_]+)=(.*)$/.exec(rest[0] ?? "")) !== null; rest.shift()) {
    env[assignment[1] ?? ""] = assignment[2] ?? "";
  }
  if (rest[0] === "npx" && rest[1] === "--package") rest.splice(0, 3);
  else if (rest[0] === "npx" && rest[1]?.startsWith("-") !== true) rest.shift();
  const [program = "", ...args] = rest;
  return { program, args, env };
}
