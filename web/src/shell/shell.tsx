import { type ComponentChildren, render } from 'preact';

/** The app's pages, by their file names. */
export const PAGES = [
  {
    file: 'check',
    name: 'Check',
    about: 'Every kernel against float64, on your adapter: where does it err, and by how much?',
  },
  {
    file: 'bench',
    name: 'Bench',
    about: 'How fast is it here, beside a copy of the same bytes?',
  },
  {
    file: 'train',
    name: 'Train',
    about: 'A network learns digits in this tab; draw one, and see what it takes it for.',
  },
  {
    file: 'explain',
    name: 'Explain',
    about: 'From logits to probabilities, to the loss, to the gradient, on a handful of sliders.',
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
