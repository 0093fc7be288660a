/** What a value is like, without the value: a type, or the shapes of what is in it. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

/** Names that say something of a team's own data: ids of custom fields. */
const ID = /^[0-9a-f]{24}$/;

/** The shape of a value of JSON. Lists have the shapes of what is in them, each once. */
export function shapeOf(value: unknown): Shape {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    const shapes = value.map((one) => JSON.stringify(shapeOf(one)));
    return [...new Set(shapes)].sort().map((shape) => JSON.parse(shape) as Shape);
  }
  if (typeof value !== "object") return typeof value;
  const entries = Object.entries(value).map(([name, one]) => [ID.test(name) ? "<id>" : name, shapeOf(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The shape of a header's value. */
export function headerShapeOf(value: string): string {
  if (value === "") return "empty";
  return /^\d+$/.test(value) ? "integer" : "text";
}
