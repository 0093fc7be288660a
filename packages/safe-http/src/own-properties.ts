/**
 * Copies the own properties of an object to one without a prototype: what a careless library defines on `Object.prototype` is not
 * an option of anybody's.
 */
export function ownProperties<T extends object>(value: T): T {
  return Object.assign(Object.create(null) as T, value);
}
