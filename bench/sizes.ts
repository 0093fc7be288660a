import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

/** Something that ends up in a browser, an edge function or a bundle. */
interface Bundle {
  readonly what: string;
  /** The code that a user would write. */
  readonly code: string;
  /** Modules that are left out, to see what they cost. */
  readonly without?: readonly string[];
  /** Modules that others stand in for. */
  readonly alias?: Readonly<Record<string, string>>;
}

const PLAN = `import { planDelivery } from "@datafly/signal-apollo-connector"; globalThis.plan = planDelivery;`;

/** What is measured, and held to the budget. */
export const BUNDLES = {
  client: {
    what: "the client",
    code: `import { createApolloClient } from "@datafly/apollo-client"; globalThis.create = createApolloClient;`,
  },
  plan: { what: "planDelivery for the browser", code: PLAN },
  planSmall: {
    what: "planDelivery with the phone numbers of three countries",
    code: PLAN,
    alias: { "libphonenumber-js/min": fileURLToPath(new URL("phone-of-three-countries.ts", import.meta.url)) },
  },
  planWithoutPhone: {
    what: "planDelivery without libphonenumber, to see what that costs",
    code: PLAN,
    without: ["libphonenumber-js"],
  },
} as const satisfies Record<string, Bundle>;

/** The name of a bundle. */
export type BundleName = keyof typeof BUNDLES;

/** How big something is, in bytes. */
export interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

/** Bundles and minifies what is published, as a user would. */
export async function bundle(name: BundleName): Promise<Uint8Array> {
  const { code, without = [], alias = {} }: Bundle = BUNDLES[name];
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    alias,
    external: without.flatMap((module) => [module, `${module}/*`]),
    // The sources' own short cuts must not get in: it is the built packages that are measured.
    tsconfigRaw: {},
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** Tells how big a bundle is. */
export async function sizeOf(name: BundleName): Promise<Size> {
  const bytes = await bundle(name);
  return { minified: bytes.byteLength, gzipped: gzipSync(bytes, { level: 9 }).byteLength };
}
