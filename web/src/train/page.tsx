import { show } from '../shell/shell.tsx';
import { TroubleNotice, troubleOf } from '../shell/trouble.tsx';
import { TrainPage } from './train_page.tsx';

show(
  'train',
  <>
    <h1>A network learns digits, here</h1>
    <p class="lead">
      Sixty thousand handwritten digits, and ten thousand to be examined on. Choose a network and a loss, watch it learn
      on your own GPU, and draw a digit meanwhile.
    </p>
    {'gpu' in navigator ? <TrainPage /> : <TroubleNotice {...troubleOf(undefined)} />}
  </>,
);
