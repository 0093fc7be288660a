// Stands in for libphonenumber-js/min in a bundle that needs the numbers of a few countries only: docs/benchmarks.md tells how.
import {
  getCountries as countriesIn,
  getCountryCallingCode as callingCodeIn,
  Metadata as MetadataOf,
  parsePhoneNumberFromString as parse,
  type MetadataJson,
} from "libphonenumber-js/core";

import metadata from "./phone-metadata.json";

const three = metadata as unknown as MetadataJson;

type Options = Exclude<Parameters<typeof parse>[1], string | MetadataJson | undefined>;

export class Metadata extends MetadataOf {
  constructor() {
    super(three);
  }
}
export const getCountryCallingCode = (country: Parameters<typeof callingCodeIn>[0]) => callingCodeIn(country, three);
export const getCountries = () => countriesIn(three);
export const parsePhoneNumberFromString = (text: string, options: Options) => parse(text, options, three);
