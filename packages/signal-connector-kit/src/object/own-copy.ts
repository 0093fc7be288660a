/**
 * Copies plain data, so that a later change of it has no effect. The copies inherit nothing: what somebody sets on
 * `Object.prototype` is not an entry of them.
 *
 * @param depth how many layers of objects and lists are copied; what is further inside stays as it is
 */
export function ownCopy(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, (one) => ownCopy(one, depth - 1));
  return withoutInherited(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, ownCopy(one, depth - 1)])),
  );
}

/** The own entries of an object alone. */
export function withoutInherited<T extends object>(value: T): T {
  return Object.assign(Object.create(null) as T, value);
}
