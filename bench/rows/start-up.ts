import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { demoRequested } from "../../examples/events/events.js";
import { compare } from "../compare.js";
import { runNode, startSandboxProcess, succeed } from "../processes.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { signalApollo } from "../signal-apollo.js";

const PACKAGES = ["apollo-client", "signal-apollo-connector", "signal-apollo-worker", "apollo-sandbox"] as const;

/** How long it takes until something happens, beside a Node that does nothing. */
export async function startUpRows({ quick, progress }: Effort): Promise<Row[]> {
  progress("start-up of the command line, and import of each package");
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-bench-"));
  const sandbox = await startSandboxProcess();
  try {
    const file = join(folder, "event.ndjson");
    await writeFile(file, `${JSON.stringify(demoRequested())}\n`);
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
    const ms = async (...args: string[]) => {
      return succeed(await runNode(args, { env })).tookMs;
    };
    const importOf = (name: string) => () =>
      ms("--input-type=module", "--eval", `await import(${JSON.stringify(import.meta.resolve(name))})`);
    const figures = await compare(quick ? 2 : 9, {
      node: () => ms("--eval", ""),
      module: () => ms("--input-type=module", "--eval", ""),
      version: () => ms(signalApollo, "--version"),
      deliver: () => ms(signalApollo, "deliver", "--no-journal", "--dead-letters", join(folder, "dead"), file),
      "apollo-client": importOf("@datafly/apollo-client"),
      "signal-apollo-connector": importOf("@datafly/signal-apollo-connector"),
      "signal-apollo-worker": importOf("@datafly/signal-apollo-worker"),
      "apollo-sandbox": importOf("@datafly/apollo-sandbox"),
    });
    const row = (id: string, what: string, against: string, ours: number[], theirs: number[]) => {
      const compared = rowOf({ id, what, unit: "ms", against }, ours, theirs);
      return { ...compared, note: `difference: ${Math.round(compared.ours.median - compared.theirs.median)} ms` };
    };
    const program = (id: string, what: string, ours: number[]) =>
      row(id, what, "node that does nothing", ours, figures.node);
    return [
      program("start.version", "signal-apollo --version, cold", figures.version),
      program("start.deliver", "signal-apollo deliver of one event, cold", figures.deliver),
      ...PACKAGES.map((name) =>
        row(
          `start.import.${name}`,
          `import of @datafly/${name}`,
          "an ES module that does nothing",
          figures[name],
          figures.module,
        ),
      ),
    ];
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}
