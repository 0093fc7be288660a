/** One metric in an expression of PromQL, with what its labels are held to. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** What an expression of PromQL is about. */
export interface Expression {
  readonly selectors: readonly Selector[];
  /** The labels that series are put together or matched by. */
  readonly groupedBy: readonly string[];
}

const KEYWORDS = new Set(["and", "or", "unless", "bool", "offset"]);
const BEFORE_LABELS = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);

const TOKEN = /"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\d[\w.]*|[A-Za-z_:][\w:]*(?:\s*(?=[({]))?|\S/g;
const MATCHER = /([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;

/** Reads the names out of an expression. Whether it is right is for `promtool` to say. */
export function readExpression(text: string): Expression {
  const selectors: Selector[] = [];
  const groupedBy: string[] = [];
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token.trim());
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (!/^[A-Za-z_:]/.test(token) || KEYWORDS.has(token)) continue;
    const next = tokens[at + 1] ?? "";
    if (BEFORE_LABELS.has(token)) {
      const end = tokens.indexOf(")", at);
      groupedBy.push(...tokens.slice(at + 2, end).filter((one) => one !== ","));
      at = end;
    } else if (next !== "(" && !BEFORE_LABELS.has(next)) {
      // Not a function.
      selectors.push({ metric: token, matchers: next.startsWith("{") ? matchersOf(next) : [] });
    }
  }
  return { selectors, groupedBy };
}

function matchersOf(braces: string): Matcher[] {
  const matchers = [...braces.matchAll(MATCHER)].map(([, label = "", operator = "=", value = ""]) => ({
    label,
    operator: operator as Matcher["operator"],
    value,
  }));
  const rest = braces.replace(MATCHER, "").replace(/[{},\s]/g, "");
  if (rest !== "") throw new Error(`Cannot be read: ${braces}`);
  return matchers;
}
