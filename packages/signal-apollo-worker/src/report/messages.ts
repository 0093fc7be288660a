import type { Io } from "../io.js";
import { commandText } from "../text/command-text.js";
import { Output } from "./output.js";

/** What is said to a person on standard error. A command of this program stands in it as it is typed here. */
export class Messages {
  readonly #output: Output;
  readonly #env: Io["env"];

  constructor({ stderr, env }: Pick<Io, "stderr" | "env">) {
    this.#output = new Output(stderr);
    this.#env = env;
  }

  /** Writes a line. Resolves when there is room for the next. */
  line(text: string): Promise<void> {
    return this.#output.line(commandText(text, this.#env));
  }
}
