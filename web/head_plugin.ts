import type { Plugin } from 'vite';

/** The start of every page's head, before the title. The policy comes early, so that it applies to everything after it. */
const FIRST = `
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />`;

/** The part after the title. The shared style precedes the page's own style. */
const BEHIND_TITLE = `
    <link rel="icon" href="./icon.svg" />
    <link rel="stylesheet" href="./src/shell/style.css" />`;

/** Inserts the shared parts of the pages' heads. */
export function head(): Plugin {
  return {
    name: 'gradfold-head',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace('<head>', `<head>${FIRST}`).replace('</title>', `</title>${BEHIND_TITLE}`),
    },
  };
}
