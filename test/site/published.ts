/** Where the site of these tests is published: below the top of its host, as on GitHub Pages. */
export const PUBLISHED_URL = "https://docs.example/signal-apollo/";

/** Where the repository of these tests is. */
export const REPOSITORY = "https://code.example/datafly/signal-apollo";
