/** Something that a person should know of a decision before it is delivered. For previews. */
export interface Remark {
  /** The remark for programs: fields that the preview's JSON has beside its own, such as `{ matchedBy: "name" }`. */
  readonly fields: Readonly<Record<string, string>>;
  /** The remark in words, without a full stop. Holds no value of the event. */
  readonly message: string;
}
