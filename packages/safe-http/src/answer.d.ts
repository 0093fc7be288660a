import { type Deadline } from "./deadline.js";
/** An HTTP response, read to its end. */
export interface Answer {
  /** 0 if the response has no status that is a number. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whether the text breaks off before the response's end. */
  readonly brokenOff: boolean;
}
/** Whether a status says that the request was carried out. */
export declare function isSuccess(status: number): boolean;
/**
 * Reads a response to its end.
 *
 * If the status alone says that the call failed, a body that breaks off or takes too long does not matter. If it says success, the
 * body must be whole, and an error is thrown if it is not.
 */
export declare function readAnswer(response: Response, deadline: Deadline): Promise<Answer>;
//# sourceMappingURL=answer.d.ts.map
