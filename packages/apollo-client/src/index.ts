export type * from "./schemas.js";
