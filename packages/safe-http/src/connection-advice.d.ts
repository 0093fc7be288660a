import { type NetworkError } from "./network-error.js";
/** Explains a network error; `undefined` if its code says it all, or nothing is known of it. */
export declare function connectionAdvice(error: NetworkError): string | undefined;
//# sourceMappingURL=connection-advice.d.ts.map
