import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const POM = join(import.meta.dirname, "pom.xml");

/** Named after what stands in pom.xml: a change of it fetches anew. */
const JARS = join(
  import.meta.dirname,
  "target",
  createHash("sha256").update(readFileSync(POM)).digest("hex").slice(0, 8),
);

/** What Java finds Kafka by. */
export const CLASS_PATH = join(JARS, "*");

/** Why there can be no Kafka here, and what to do about it; undefined if there can. */
export const missing = whatIsMissing();

function whatIsMissing(): string | undefined {
  if (process.platform === "win32") return "Kafka's brokers are not made for Windows";
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  const [, version = "0"] = /version "(\d+)/.exec(java.stderr) ?? [];
  if (Number(version) < 17) return "no Java 17 on the PATH; apt-get install openjdk-17-jre-headless";
  return existsSync(JARS) ? undefined : fetchJars();
}

/** Has Maven fetch the jars. They appear all at once, so that a fetch that was cut off, or another at the same time, does no harm. */
function fetchJars(): string | undefined {
  const folder = `${JARS}-${process.pid}`;
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`];
  const maven = spawnSync("mvn", ["--batch-mode", "--quiet", "--file", POM, ...goal], {
    encoding: "utf8",
    timeout: 300_000,
  });
  if (maven.error !== undefined && "code" in maven.error && maven.error.code === "ENOENT") {
    return "no Maven on the PATH to fetch Kafka with; apt-get install maven";
  }
  if (maven.status === 0 && !existsSync(JARS)) renameSync(folder, JARS);
  rmSync(folder, { recursive: true, force: true });
  if (maven.status === 0) return undefined;
  console.warn(maven.stdout);
  return "Maven could not fetch Kafka, and says above why";
}
