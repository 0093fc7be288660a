import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { check, resolveConfig } from "prettier";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../pages.js";
import { packages, readManifest } from "./packages.js";

const changesets = createRequire(import.meta.url).resolve("@changesets/cli/bin.js");
const summary = "Contacts can be created more quickly.";

/** The repository as it stands here, in a folder of its own, where the next versions are made. */
let copy: string;
const copied = (folder: string) => folder.replace(root, copy);

/** What `changeset status` says will be released, before it is. */
interface Status {
  readonly releases: readonly { readonly name: string; readonly newVersion: string }[];
}
let status: Status;

beforeAll(() => {
  copy = join(mkdtempSync(join(tmpdir(), "signal-apollo-version-")), "/");
  const files = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
  for (const file of files.filter((name) => name !== "" && existsSync(join(root, name)))) {
    // What the changesets that wait here do must not be taken for what the one below does.
    if (!/^\.changeset\/.*\.md$/.test(file)) cpSync(join(root, file), join(copy, file), { recursive: true });
  }
  writeFileSync(
    join(copy, ".changeset/faster.md"),
    `---\n"@datafly/apollo-client": minor\n"@datafly/signal-connector-kit": minor\n---\n\n${summary}\n`,
  );
  git(copy, "init", "--quiet", "--initial-branch=main");
  git(copy, "add", "--all");
  git(copy, "commit", "--quiet", "--message=All of it");
  const changeset = (...args: readonly string[]) =>
    execFileSync(process.execPath, [changesets, ...args], { cwd: copy, stdio: "pipe" });
  changeset("status", "--output=status.json");
  status = JSON.parse(readFileSync(join(copy, "status.json"), "utf8")) as Status;
  changeset("version");
}, 60_000);

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

describe("changeset version, given a change of the client and of the kit", () => {
  test.each(packages)("gives $name a new version", ({ folder }) => {
    expect(readManifest(copied(folder)).version).not.toBe(readManifest(folder).version);
  });

  test("makes the versions that changeset status told before", () => {
    const told = status.releases.map(({ name, newVersion }) => `${name}@${newVersion}`);
    const made = packages.map(({ name, folder }) => `@datafly/${name}@${readManifest(copied(folder)).version}`);
    expect(told).toEqual(expect.arrayContaining(made));
  });

  test("tells of it in the changelog of the client", () => {
    const folder = join(copy, "packages/apollo-client");
    const changelog = readFileSync(join(folder, "CHANGELOG.md"), "utf8");
    expect(changelog).toContain(`## ${readManifest(folder).version}\n`);
    expect(changelog).toContain(summary);
  });

  test.each(packages.filter(({ folder }) => "@datafly/apollo-client" in (readManifest(folder).dependencies ?? {})))(
    "tells users of $name which client it needs now",
    ({ folder }) => {
      const { version } = readManifest(join(copy, "packages/apollo-client"));
      expect(readFileSync(join(copied(folder), "CHANGELOG.md"), "utf8")).toContain(`@datafly/apollo-client@${version}`);
    },
  );

  test.each(packages)("leaves $name with workspace ranges", ({ folder }) => {
    const ranges = (path: string) =>
      Object.entries(readManifest(path).dependencies ?? {}).filter(([name]) => name.startsWith("@datafly/"));
    expect(ranges(copied(folder))).toEqual(ranges(folder));
    expect(ranges(folder).filter(([, range]) => range !== "workspace:^")).toEqual([]);
  });

  test.each(["bench", "contracts", "examples"])("leaves %s alone, which is not published", (name) => {
    expect(readManifest(join(copy, name)).version).toBe("0.0.0");
    expect(existsSync(join(copy, name, "CHANGELOG.md"))).toBe(false);
  });

  test("leaves no changeset over", () => {
    expect(
      readdirSync(join(copy, ".changeset")).filter((name) => name.endsWith(".md") && name !== "README.md"),
    ).toEqual([]);
  });

  test.each(packages)("writes the files of $name in the format that the lint asks for", async ({ folder }) => {
    for (const name of ["CHANGELOG.md", "package.json"]) {
      const file = join(copied(folder), name);
      const options = { ...(await resolveConfig(file)), filepath: file };
      expect(await check(readFileSync(file, "utf8"), options)).toBe(true);
    }
  });
});

/** Runs git, whatever the settings of this machine, and as nobody in particular. */
function git(cwd: string, ...args: readonly string[]): string {
  const settings = ["user.name=Release test", "user.email=release@test.invalid", "commit.gpgsign=false"];
  return execFileSync("git", [...settings.flatMap((setting) => ["-c", setting]), ...args], { cwd, encoding: "utf8" });
}
