/** The oldest Node that the packages support, and the newest of each line that is maintained. */
export const NODE_VERSIONS = ["20.19.0", "22", "24"] as const;

/** The oldest TypeScript that can read the packages' types, and the newest. */
export const TYPESCRIPT_VERSIONS = ["5.4", "7"] as const;

/** The npm package that holds Node itself, for this machine. */
export const nodePackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
