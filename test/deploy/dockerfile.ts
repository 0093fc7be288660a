import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../pages.js";

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** Such as `RUN`. */
  readonly keyword: string;
  readonly text: string;
}

/** One stage of a Dockerfile, from its FROM on. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** Reads `deploy/Dockerfile`: its instructions, each in one line, by stages. */
export function readStages(): Stage[] {
  const instructions = readFileSync(join(root, "deploy/Dockerfile"), "utf8")
    .replace(/^#.*$/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, keyword, text = ""] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
      return keyword === undefined ? [] : [{ keyword, text: text.replace(/\s+/g, " ").trim() }];
    });
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    const [, from, name] = /^(\S+) AS (\S+)$/.exec(instruction.keyword === "FROM" ? instruction.text : "") ?? [];
    if (from !== undefined && name !== undefined) stages.push({ name, from, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** The texts of the instructions of a kind. */
export function textsOf({ instructions }: Stage, keyword: string): string[] {
  return instructions.filter((one) => one.keyword === keyword).map(({ text }) => text);
}

/** The words of an instruction in the exec form, a JSON array: no shell stands between. */
export function execForm(text: string): string[] {
  return JSON.parse(text.slice(text.indexOf("["))) as string[];
}
