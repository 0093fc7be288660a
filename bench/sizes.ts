import { gzipSync } from "node:zlib";

import { build } from "esbuild";

/** Something that ends up in a browser, an edge function or a bundle: what is imported, and what is left out of it. */
interface Bundle {
  readonly what: string;
  /** The code that a user would write. */
  readonly code: string;
  /** Modules that are left out, to see what they cost. */
  readonly without?: readonly string[];
}

const PLAN = `import { planDelivery } from "@datafly/signal-apollo-connector"; globalThis.plan = planDelivery;`;

/** What is measured, and held to the budget. */
export const BUNDLES = {
  client: {
    what: "the client",
    code: `import { createApolloClient } from "@datafly/apollo-client"; globalThis.create = createApolloClient;`,
  },
  plan: { what: "planDelivery for the browser", code: PLAN },
  planWithoutPhone: {
    what: "planDelivery, without libphonenumber and its metadata",
    code: PLAN,
    without: ["libphonenumber-js"],
  },
  planWithoutPhoneAndZod: {
    what: "planDelivery, without libphonenumber and zod",
    code: PLAN,
    without: ["libphonenumber-js", "zod"],
  },
} as const satisfies Record<string, Bundle>;

/** The name of a bundle. */
export type BundleName = keyof typeof BUNDLES;

/** How big something is, in bytes. */
export interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

/** Bundles and minifies what is published, and tells how big it is. */
export async function sizeOf(name: BundleName): Promise<Size> {
  const { code, without = [] }: Bundle = BUNDLES[name];
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    external: without.flatMap((module) => [module, `${module}/*`]),
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return { minified: bytes.byteLength, gzipped: gzipSync(bytes, { level: 9 }).byteLength };
}
