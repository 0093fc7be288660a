import { ApolloApiError } from "./apollo-api-error.js";

/** 404: the path is wrong, usually for want of the `/api` segment in `baseUrl`. */
export class NotFoundError extends ApolloApiError {
  override readonly name = "NotFoundError";
}
