/**
 * Calls back when a signal is aborted. However many calls share a signal, it has one listener of ours: Node takes eleven for a
 * leak, and prints a warning.
 *
 * @returns a function that stops listening
 */
export declare function onAbort(signal: AbortSignal, callback: () => void): () => void;
//# sourceMappingURL=abort-listener.d.ts.map
