import { rm } from "node:fs/promises";
import { join } from "node:path";

import {
  Application,
  Converter,
  OptionDefaults,
  ReflectionKind,
  type DeclarationReflection,
  type ProjectReflection,
  type Reflection,
  type TypeDocOptions,
} from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import ts from "typescript";

import { documentedPackages, GENERATED_FOLDER } from "../.vitepress/pages.js";
import { root } from "./root.js";

const packageFolders = documentedPackages.map((name) => join(root, "packages", name));

/** The option of typedoc-vitepress-theme that says what the addresses in its sidebar begin at. Its package does not export the type. */
interface ThemeOptions {
  readonly docsRoot: string;
}

const options = {
  plugin: ["typedoc-plugin-markdown", "typedoc-vitepress-theme"],
  name: "API reference",
  entryPointStrategy: "packages",
  entryPoints: packageFolders,
  packageOptions: {
    entryPoints: ["src/index.ts"],
    // openapi-typescript writes the descriptions of the API in this tag.
    blockTags: [...OptionDefaults.blockTags, "@description"],
    // The site shows the READMEs as pages of their own.
    readme: "none",
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    sort: ["source-order"],
  },
  readme: "none",
  out: join(root, GENERATED_FOLDER),
  docsRoot: join(root, "docs"),
  router: "module",
  hideBreadcrumbs: true,
  excludeScopesInPaths: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "list",
  pageTitleTemplates: { index: "API reference" },
  disableSources: true,
  treatWarningsAsErrors: true,
  validation: {
    notExported: true,
    invalidLink: true,
    invalidPath: true,
    rewrittenLink: true,
    notDocumented: true,
    unusedMergeModuleWith: true,
  },
  packagesRequiringDocumentation: documentedPackages.map((name) => `@datafly/${name}`),
} satisfies TypeDocOptions & PluginOptions & ThemeOptions;

/**
 * Writes the API reference of all packages as Markdown, with its part of the sidebar.
 *
 * @throws if a link is broken or a public export has no comment. The details have been printed by then
 */
export async function writeReference(): Promise<void> {
  await rm(options.out, { recursive: true, force: true });
  compilePackages();
  const app = await Application.bootstrapWithPlugins({ ...options, logLevel: "Warn" });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, declaration) => {
    takeDescriptionAsSummary(declaration);
  });

  const project = await app.convert();
  if (project === undefined) throw new Error("The packages cannot be read.");
  app.options.setValue("intentionallyNotDocumented", membersOfTypeLiterals(project));
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("Fix the warnings above.");
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

/** Returns the properties of types without a name. The comment on what uses such a type explains them. */
function membersOfTypeLiterals(project: ProjectReflection): string[] {
  const packages = new Set<string>(options.packagesRequiringDocumentation);
  const members = project
    .getReflectionsByKind(ReflectionKind.Property)
    .filter((member) => member.parent?.kindOf(ReflectionKind.TypeLiteral) === true && !member.hasComment())
    // TypeDoc asks for no comment on those of parameters.
    .filter((member) => !isWithin(ReflectionKind.Parameter, member))
    // Nor on those of another origin, such as a mapped type.
    .filter((member) => packages.has(project.getSymbolIdFromReflection(member)?.packageName ?? ""))
    .map((member) => member.getFriendlyFullName());
  return [...new Set(members)];
}

function isWithin(kind: ReflectionKind, { parent }: Reflection): boolean {
  return parent !== undefined && (parent.kindOf(kind) || isWithin(kind, parent));
}
