import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { documentedPackages } from "../.vitepress/pages.js";
import { root } from "./root.js";

/** Returns the page of all changelogs: for each package, what is not released yet, and then its releases. */
export function changelog(): string {
  const waiting = waitingChanges();
  const packages = documentedPackages.map((folder) => {
    const name = `@datafly/${folder}`;
    const file = join(root, "packages", folder, "CHANGELOG.md");
    const releases = existsSync(file) ? readFileSync(file, "utf8").replace(/^# .*\n+/, "") : "";
    const unreleased = waiting.flatMap(({ names, text }) => (names.includes(name) ? [text] : []));
    const parts = [...(unreleased.length > 0 ? ["## Unreleased", ...unreleased] : []), releases];
    return [`## ${name}`, ...parts.map(demoted)].join("\n\n").trim();
  });
  const about = "Each package has a version of its own, by [semantic versioning](https://semver.org).";
  return `${["# Changelog", about, ...packages].join("\n\n")}\n`;
}

/** Headings one level lower: they are below the name of the package. */
function demoted(markdown: string): string {
  return markdown.replace(/^#/gm, "##");
}

/** Changesets that no release has taken up yet, with the names of the packages that they change. */
function waitingChanges(): { names: string[]; text: string }[] {
  const folder = join(root, ".changeset");
  const files = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
  return files.map((name) => {
    const [, front = "", text = ""] = /^---\n(.*?)^---\n(.*)$/ms.exec(readFileSync(join(folder, name), "utf8")) ?? [];
    return { names: [...front.matchAll(/^["']([^"']+)["']:/gm)].map(([, changed = ""]) => changed), text: text.trim() };
  });
}
