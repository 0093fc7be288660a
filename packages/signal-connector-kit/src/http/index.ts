export {
  AuthenticationFailure,
  basic,
  bearer,
  headerKey,
  type Authentication,
  type Credentials,
  type Secret,
  type UnsignedRequest,
} from "./authentication.js";
export { HTTP_FAILURES, type HttpFailureReason } from "./failure.js";
export { hmac, type HmacOptions } from "./hmac.js";
export { createHttp, type Http } from "./http.js";
export type { HttpOptions } from "./http-options.js";
export type { HttpAnswer, HttpRequest, RecordAnswer } from "./http-request.js";
export type { QuotaHeaders } from "./quota.js";
export type { Fetch, FetchInit } from "@datafly/safe-http";
