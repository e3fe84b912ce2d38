import { type ComponentChildren, render } from 'preact';

/** The app's pages, by their file names. */
export const PAGES = [
  {
    file: 'check',
    name: 'Check',
    about: 'Every kernel compared with float64 on your adapter: how large are the errors?',
  },
  {
    file: 'bench',
    name: 'Bench',
    about: 'How fast is Gradfold on this machine, compared with a copy of the same bytes?',
  },
  {
    file: 'train',
    name: 'Train',
    about: 'A network learns digits in this tab. Draw one and see what the network recognizes.',
  },
  {
    file: 'explain',
    name: 'Explain',
    about: 'From logits to probabilities, to the loss, to the gradient, controlled with sliders.',
  },
] as const;

export type PageFile = (typeof PAGES)[number]['file'] | 'index';

function Shell({ current, children }: { readonly current: PageFile; readonly children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header>
        <a href="./index.html">Gradfold</a>
        <nav aria-label="Pages">
          <ul>
            {PAGES.map(({ file, name }) => (
              <li key={file}>
                <a href={`./${file}.html`} aria-current={file === current ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content">{children}</main>
      <footer>Everything here runs on your own GPU. Nothing is sent anywhere.</footer>
    </>
  );
}

/** Fills the document with a page. */
export function show(current: PageFile, content: ComponentChildren): void {
  render(<Shell current={current}>{content}</Shell>, document.body);
}
