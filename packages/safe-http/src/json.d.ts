/** `undefined` for what is no JSON. */
export declare function parseJson(text: string | undefined): unknown;
/** Whether a value of JSON is an object. */
export declare function isObject(value: unknown): value is Partial<Record<string, unknown>>;
//# sourceMappingURL=json.d.ts.map
