import type { ProgramIo } from "../io.js";
import { commandText } from "../text/command-text.js";
import { Output } from "./output.js";

/** What is said to a person on standard error. A command of this program stands in it as it is typed here. */
export class Messages {
  readonly #output: Output;
  readonly #io: Pick<ProgramIo, "env" | "program">;

  constructor(io: Pick<ProgramIo, "stderr" | "env" | "program">) {
    this.#output = new Output(io.stderr);
    this.#io = io;
  }

  /** Writes a line. Resolves when there is room for the next. */
  line(text: string): Promise<void> {
    return this.#output.line(commandText(text, this.#io));
  }
}
