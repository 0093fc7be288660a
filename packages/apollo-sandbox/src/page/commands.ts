import { button, element, type Child } from "./element.js";

const api = `${location.origin}/api/v1`;

/** The event of Signal's documentation. */
const event = {
  type: "track",
  event: "Demo Requested",
  properties: { lead_source: "Website demo form" },
  traits: {
    first_name: "Tim",
    last_name: "Zheng",
    email: "tim@apollo.io",
    company: "Apollo",
    title: "Head of Growth",
    phone: "+15553031234",
    website: "https://www.apollo.io/",
  },
  context: { consent: { canonical: { marketing: true } } },
};

const contact = { first_name: "Ada", last_name: "Byron", email: "ada@analytical.example", run_dedupe: true };

/** JSON on one line, with spaces where it may be wrapped. */
function spaced(value: object): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
}

/**
 * Delivers one event. The key is the one that everybody's sandbox has; the page never learns of another one. The package is
 * named, since npm has no `signal-apollo` of ours.
 */
export const deliverCommand = `echo '${spaced(event)}' |
  APOLLO_API_KEY=sandbox-key APOLLO_BASE_URL=${api} \\
  npx --package @datafly/signal-apollo-worker signal-apollo deliver -`;

/** Creates one contact with curl. */
export const curlCommand = `curl ${api}/contacts -H 'Content-Type: application/json' \\
  -H X-Api-Key:sandbox-key -d '${spaced(contact)}'`;

/** A command to be copied into a terminal. */
export function commandBlock(label: string, command: string, say: (text: string) => void): Child[] {
  return [
    element("div", { class: "command-head" }, element("span", {}, label), copyButton("Copy", command, say)),
    element("pre", { tabindex: "0", role: "region", "aria-label": label }, command),
  ];
}

/** A button that copies a command. */
export function copyButton(label: string, command: string, say: (text: string) => void): HTMLElement {
  return button({ class: "quiet" }, label, () => {
    navigator.clipboard.writeText(command).then(
      () => {
        say("Copied. Run it in a terminal.");
      },
      () => {
        say("The browser does not allow copying. Select the command and copy it yourself.");
      },
    );
  });
}
