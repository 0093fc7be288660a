import { APOLLO_BASE_URL } from "@datafly/apollo-client";

/** Gives the address of a contact's page, by the contact's id. */
export type ContactLink = (contactId: string) => string;

/**
 * Links to contacts in Apollo's user interface.
 *
 * @param baseUrl where calls go; Apollo's own address if it is not given
 * @returns `undefined` if calls go elsewhere, to a sandbox say: Apollo has no such contact
 */
export function contactLink(baseUrl: string | undefined): ContactLink | undefined {
  const url = baseUrl === undefined || baseUrl === "" ? APOLLO_BASE_URL : baseUrl;
  const isApollo = URL.canParse(url) && new URL(url).origin === new URL(APOLLO_BASE_URL).origin;
  return isApollo ? (contactId) => `https://app.apollo.io/#/contacts/${contactId}` : undefined;
}
