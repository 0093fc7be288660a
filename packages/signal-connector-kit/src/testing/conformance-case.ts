/** One check of a connector, to be run as one test by a runner of your choice. */
export interface ConformanceCase {
  /** What is checked, as a sentence. No two cases have the same name. */
  readonly name: string;
  /** Runs the check. Rejects with a {@link ConformanceError} that says what is wrong and how to fix it. */
  readonly run: () => Promise<void>;
}

/** A connector does not keep what the engine relies on. */
export class ConformanceError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "ConformanceError";
  /** What is wrong. */
  readonly problem: string;
  /** How to fix it, and why it matters. */
  readonly whatToDo: string;

  constructor(problem: string, whatToDo: string, options?: ErrorOptions) {
    super(`${problem}\nTo fix it: ${whatToDo}`, options);
    this.problem = problem;
    this.whatToDo = whatToDo;
  }
}

/**
 * Fails the case if a condition does not hold.
 *
 * @throws ConformanceError
 */
export function ensure(condition: boolean, problem: string, whatToDo: string): asserts condition {
  if (!condition) throw new ConformanceError(problem, whatToDo);
}

/** Returns a case that rejects with a {@link ConformanceError} whatever the connector throws. */
export function withAdvice({ name, run }: ConformanceCase): ConformanceCase {
  return {
    name,
    run: async () => {
      try {
        await run();
      } catch (cause) {
        if (cause instanceof ConformanceError) throw cause;
        throw new ConformanceError(
          `The connector threw: ${String(cause)}`,
          "let plan, trace, send and check throw nothing, and the factory only if its settings are wrong",
          { cause },
        );
      }
    },
  };
}
