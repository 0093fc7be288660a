/**
 * Does something while a property is set on `Object.prototype`, as a flaw in any other package of a process can set it. Takes it away
 * before anything else of the process runs.
 *
 * @param act is synchronous
 */
export function polluted<T>(name: string, value: unknown, act: () => T): T {
  if (Object.hasOwn(Object.prototype, name)) return act();
  Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
  try {
    return act();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}
