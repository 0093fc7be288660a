/** One line of the text format of Prometheus that is a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The grammar of the text format, version 0.0.4. */
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"/;
/** What Go's `ParseFloat` takes, which does not mind the case. */
const VALUE = /[+-]?(?:Inf|[Nn]a[Nn]|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/;
const SAMPLE = new RegExp(
  `^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(${LABEL.source}(?:,${LABEL.source})*)\\})? (${VALUE.source})(?: \\d+)?$`,
);
const COMMENT =
  /^# (?:HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+|TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (?:counter|gauge|histogram|summary))$/;

/** Reads the text format. Throws at a line that is not of it, and at a series that is there twice. */
export function parseExposition(body: string): Sample[] {
  if (!body.endsWith("\n")) throw new Error("The last line is not ended");
  const series = new Set<string>();
  const samples: Sample[] = [];
  for (const line of body.split("\n")) {
    if (line === "" || COMMENT.test(line)) continue;
    const [, name, labels = ""] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`Not of the text format: ${line}`);
    const key = `${name}{${labels}}`;
    if (series.has(key)) throw new Error(`Twice: ${key}`);
    series.add(key);
    samples.push({ name, labels: labelsOf(labels), value: Number(line.slice(line.lastIndexOf(" ") + 1)) });
  }
  return samples;
}

/** The types that the comments tell, by name of the metric. */
export function typesOf(body: string): Record<string, string> {
  return Object.fromEntries(
    [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]),
  );
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(new RegExp(LABEL, "g"))].map(([, name = "", value = ""]) => [name, value]),
  );
}
