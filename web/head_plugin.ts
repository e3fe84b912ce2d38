import type { Plugin } from 'vite';

/** What every page's head begins with, before the title: the policy first, so that it holds for all that follows. */
const FIRST = `
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />`;

/** What stands behind the title: before a page's own style, which comes after the shared one. */
const BEHIND_TITLE = `
    <link rel="icon" href="./icon.svg" />
    <link rel="stylesheet" href="./src/shell/style.css" />`;

/** Gives the pages what their heads have in common. */
export function head(): Plugin {
  return {
    name: 'gradfold-head',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace('<head>', `<head>${FIRST}`).replace('</title>', `</title>${BEHIND_TITLE}`),
    },
  };
}
