import { APOLLO_BASE_URL } from "@datafly/apollo-client";

/**
 * Links to contacts in Apollo's user interface.
 *
 * @param baseUrl where calls go; Apollo's own address if it is not given
 * @returns `undefined` if calls go elsewhere, to a sandbox say: Apollo has no such contact
 */
export function contactLink(baseUrl: string | undefined): ((contactId: string) => string) | undefined {
  const url = baseUrl === undefined || baseUrl === "" ? APOLLO_BASE_URL : baseUrl;
  const isApollo = URL.canParse(url) && new URL(url).origin === new URL(APOLLO_BASE_URL).origin;
  return isApollo ? (contactId) => `https://app.apollo.io/#/contacts/${contactId}` : undefined;
}
