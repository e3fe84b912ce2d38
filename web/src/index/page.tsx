import { PAGES, show } from '../shell/shell.tsx';

show(
  'index',
  <>
    <h1>Softmax, cross-entropy and batch-norm on your GPU</h1>
    <p class="lead">
      Forward and backward passes in WebGPU: accurate to the last digits, at memory speed. See for yourself, on your own
      machine.
    </p>
    <ul class="cards">
      {PAGES.map(({ file, name, about }) => (
        <li class="card" key={file}>
          <h2>
            <a href={`./${file}.html`}>{name}</a>
          </h2>
          <p>{about}</p>
        </li>
      ))}
    </ul>
  </>,
);
