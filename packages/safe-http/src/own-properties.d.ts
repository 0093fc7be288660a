/**
 * Copies the own properties of an object to one without a prototype: what a careless library defines on `Object.prototype` is not
 * an option of anybody's.
 */
export declare function ownProperties<T extends object>(value: T): T;
//# sourceMappingURL=own-properties.d.ts.map
