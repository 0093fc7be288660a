/** A line without so many digits in a row, and without an exponent of two digits, has no number that JavaScript would round. */
const MANY_DIGITS = /\d{16}|\de\+?\d\d/i;
/** Where a text begins or ends, what is escaped in one, and numbers. */
const TOKENS = /\\.|"|-?\d[\d.eE+-]*/gs;

/**
 * Parses JSON as `JSON.parse` does, except that a number beyond 2^53, which JavaScript would round, becomes a text of its digits as
 * they are. Takes linear time.
 *
 * @throws SyntaxError if it is not JSON
 */
export function parseExactly(json: string): unknown {
  // First, so that what is not JSON is not taken for it.
  const value: unknown = JSON.parse(json);
  const exact = withQuotedNumbers(json);
  return exact === json ? value : JSON.parse(exact);
}

/** Whether {@link parseExactly} makes texts of some numbers of a JSON text. */
export function hasInexactNumbers(json: string): boolean {
  return withQuotedNumbers(json) !== json;
}

function withQuotedNumbers(json: string): string {
  if (!MANY_DIGITS.test(json)) return json;
  let isInText = false;
  return json.replace(TOKENS, (token) => {
    if (token === '"') isInText = !isInText;
    const isNumber = !isInText && token !== '"' && !token.startsWith("\\");
    return isNumber && Math.abs(Number(token)) > Number.MAX_SAFE_INTEGER ? `"${token}"` : token;
  });
}
