import fc from "fast-check";

/** The part of JSON Schema that the description of a request uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/**
 * Makes values that fit a schema.
 *
 * @param root where references point into
 * @throws TypeError for a type that it does not know, rather than testing less than it seems to
 */
export function arbitraryOf(schema: Schema, root: object): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return arbitraryOf(resolve(schema.$ref, root), root);
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return fc.oneof(...types.map((type) => arbitraryOfType(type, schema, root)));
}

function arbitraryOfType(type: string, schema: Schema, root: object): fc.Arbitrary<unknown> {
  switch (type) {
    case "string":
      return schema.pattern === undefined
        ? fc.oneof(fc.string(), fc.string({ unit: "grapheme" }))
        : fc.stringMatching(new RegExp(schema.pattern));
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}, root), { maxLength: 5 });
    case "object": {
      const properties = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, arbitraryOf(one, root)]);
      const { additionalProperties, required = [] } = schema;
      const declared = fc.record(Object.fromEntries(properties) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys: [...required],
      });
      if (typeof additionalProperties !== "object") return declared;
      const more = fc.dictionary(fc.string(), arbitraryOf(additionalProperties, root), { maxKeys: 5 });
      return fc.tuple(more, declared).map(([others, own]) => ({ ...others, ...own }));
    }
    default:
      throw new TypeError(`There is no arbitrary for a schema of type ${type}.`);
  }
}

function resolve(reference: string, root: object): Schema {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], root) as Schema;
}
