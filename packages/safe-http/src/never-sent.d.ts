/**
 * Whether an error of `fetch` proves that nothing was sent. Only what is known to prove it does; of anything else the
 * request may have gone out.
 */
export declare function neverSent(error: unknown, depth?: number): boolean;
//# sourceMappingURL=never-sent.d.ts.map
