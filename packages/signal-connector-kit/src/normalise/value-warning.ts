/** What the kit's own normalisers omit from a record, and why. The codes of its warnings. */
export type ValueWarning =
  | "invalid_email"
  | "hashed_email"
  | "invalid_phone"
  | "ambiguous_phone"
  | "phone_extension_dropped"
  | "invalid_website"
  | "social_profile"
  | "not_text"
  | "imprecise_number"
  | "placeholder"
  | "too_long";
