import { join } from "node:path";

import {
  Application,
  Converter,
  JSX,
  OptionDefaults,
  ReflectionKind,
  type DeclarationReflection,
  type DocumentReflection,
  type ProjectReflection,
  type Reflection,
  type TypeDocOptions,
} from "typedoc";
import ts from "typescript";

import { buildPlayground } from "../playground/build.js";
import { root } from "./root.js";

/** The packages, in the order of the navigation. */
const PACKAGES = [
  "apollo-client",
  "signal-connector-kit",
  "signal-delivery",
  "signal-apollo-connector",
  "signal-apollo-worker",
  "apollo-sandbox",
];

/** The pages, in the order of the navigation. The front page is `docs/README.md`. */
export const PAGES = [
  "getting-started",
  "concepts",
  "mapping",
  "apollo",
  "delivery",
  "operations",
  "errors",
  "cli",
  "own-connector",
  "prove-a-connector",
  "benchmarks",
  "faq",
];

/** What is used of markdown-it, which TypeDoc brings and hands over untyped. */
interface MarkdownParser {
  readonly renderer: { readonly rules: Record<string, (...args: readonly unknown[]) => string> };
}

const packageFolders = PACKAGES.map((name) => join(root, "packages", name));

const options = {
  name: "Signal → Apollo",
  entryPointStrategy: "packages",
  entryPoints: packageFolders,
  packageOptions: {
    entryPoints: ["src/index.ts"],
    // openapi-typescript writes the descriptions of the API in this tag.
    blockTags: [...OptionDefaults.blockTags, "@description"],
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    sort: ["source-order"],
  },
  readme: join(root, "docs/README.md"),
  projectDocuments: PAGES.map((name) => join(root, "docs", `${name}.md`)),
  customCss: join(root, "docs/tools/site.css"),
  favicon: join(root, "docs/tools/icon.svg"),
  // There is no public address yet that links to the sources could lead to.
  disableSources: true,
  // Apollo.io is a name here, and no link.
  markdownItOptions: { html: true, linkify: false },
  markdownItLoader: makeScrollable,
  includeHierarchySummary: false,
  navigation: { includeCategories: false, includeGroups: false, includeFolders: false },
  headings: { readme: false },
  searchInComments: true,
  searchInDocuments: true,
  sort: ["documents-first"],
  treatWarningsAsErrors: true,
  validation: {
    notExported: true,
    invalidLink: true,
    invalidPath: true,
    rewrittenLink: true,
    notDocumented: true,
    unusedMergeModuleWith: true,
  },
  packagesRequiringDocumentation: PACKAGES.map((name) => `@datafly/${name}`),
} satisfies TypeDocOptions;

/**
 * Builds the documentation site: the pages, the reference of all packages, the playground.
 *
 * @param outFolder where to; what is in it is removed first
 * @throws if something is to be mended first, a broken link or a public export without a comment. What it is has been printed by then
 */
export async function buildSite(outFolder: string): Promise<void> {
  compilePackages();
  const app = await Application.bootstrap({ ...options, logLevel: "Warn" });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, declaration) => {
    takeDescriptionAsSummary(declaration);
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    takeHeadingAsName(document);
  });
  app.renderer.hooks.on("sidebar.begin", ({ relativeURL }) =>
    JSX.createElement(
      "nav",
      { class: "site-playground", "aria-label": "Playground" },
      JSX.createElement("a", { href: relativeURL("playground/index.html") }, "Playground: try an event"),
    ),
  );

  const project = await app.convert();
  if (project === undefined) throw new Error("The packages cannot be read.");
  app.options.setValue("intentionallyNotDocumented", membersOfTypeLiterals(project));
  app.validate(project);
  await app.generateDocs(project, outFolder);
  await buildPlayground(join(outFolder, "playground"));
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("The warnings above are to be mended.");
}

/** Lets wide tables and long lines be scrolled, also with the keyboard. */
function makeScrollable({ renderer }: MarkdownParser): void {
  const { rules } = renderer;
  rules.table_open = () => '<div class="site-table" tabindex="0" role="region" aria-label="Table"><table>';
  rules.table_close = () => "</table></div>";
  const { fence } = rules;
  if (fence === undefined) return;
  rules.fence = (...args) => fence(...args).replace(/^<pre/, '<pre tabindex="0"');
}

/** TypeDoc reads a package that another one uses from its declarations. */
function compilePackages(): void {
  const host = ts.createSolutionBuilderHost(ts.sys, undefined, ({ messageText }) => {
    console.error(ts.flattenDiagnosticMessageText(messageText, "\n"));
  });
  const status = ts.createSolutionBuilder(host, packageFolders, {}).build();
  if (status !== ts.ExitStatus.Success) throw new Error("The packages do not compile.");
}

function takeDescriptionAsSummary({ comment }: DeclarationReflection): void {
  const description = comment?.getTag("@description");
  if (comment === undefined || description === undefined) return;
  comment.summary.push(...description.content);
  comment.removeTags("@description");
}

/** Pages are called by their heading; front matter would show on the pages of a repository. */
function takeHeadingAsName(document: DocumentReflection): void {
  const heading = /^# (.*)$/m.exec(document.content.map(({ text }) => text).join(""))?.[1];
  if (heading === undefined) throw new Error(`${document.name}.md has no heading.`);
  document.name = heading;
}

/** The properties of types without a name. What they mean is said where such a type is used. */
function membersOfTypeLiterals(project: ProjectReflection): string[] {
  const members = project
    .getReflectionsByKind(ReflectionKind.Property)
    .filter((member) => member.parent?.kindOf(ReflectionKind.TypeLiteral) === true && !member.hasComment())
    // Of parameters TypeDoc asks for no comment anyway.
    .filter((member) => !isWithin(ReflectionKind.Parameter, member))
    .map((member) => member.getFriendlyFullName());
  return [...new Set(members)];
}

function isWithin(kind: ReflectionKind, { parent }: Reflection): boolean {
  return parent !== undefined && (parent.kindOf(kind) || isWithin(kind, parent));
}
