/**
 * Freezes a value with everything in it, so that who is given it cannot change it for others. For plain objects and lists.
 *
 * @__NO_SIDE_EFFECTS__
 */
export function deepFreeze<const T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
