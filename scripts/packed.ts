import { pnpm } from "./pnpm.js";

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string;
  /** The path of its archive. */
  readonly filename: string;
  /** What is in the archive. */
  readonly files: readonly { readonly path: string }[];
}

/** pnpm's filter that omits the packages that are not published. */
const WITHOUT_PRIVATE = ["--filter", "!@datafly/safe-http"];

/** Packs all packages that are published, as they are built, into a folder. */
export async function packAll(folder: string): Promise<PackedPackage[]> {
  const stdout = await pnpm(
    "--filter",
    "./packages/*",
    ...WITHOUT_PRIVATE,
    "pack",
    "--json",
    "--pack-destination",
    folder,
  );
  return JSON.parse(stdout) as PackedPackage[];
}
