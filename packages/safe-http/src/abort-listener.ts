interface Listeners {
  readonly callbacks: Set<() => void>;
  readonly notify: () => void;
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/**
 * Calls back when a signal is aborted. However many calls share a signal, it has one listener of ours: Node takes eleven for a
 * leak, and prints a warning.
 *
 * @returns a function that stops listening
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const callbacks = new Set<() => void>();
    const notify = () => {
      for (const one of callbacks) one();
    };
    listeners = { callbacks, notify };
    listenersOf.set(signal, listeners);
    signal.addEventListener("abort", notify, { once: true });
  }
  const { callbacks, notify } = listeners;
  // A callback that is given twice is called twice.
  const own = () => {
    callback();
  };
  callbacks.add(own);
  return () => {
    if (!callbacks.delete(own) || callbacks.size > 0) return;
    listenersOf.delete(signal);
    signal.removeEventListener("abort", notify);
  };
}
