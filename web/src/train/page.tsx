import { show } from '../shell/shell.tsx';
import { TroubleNotice, troubleOf } from '../shell/trouble.tsx';
import { TrainPage } from './train_page.tsx';

show(
  'train',
  <>
    <h1>A network learns digits in this tab</h1>
    <p class="lead">
      Sixty thousand handwritten digits to learn from and ten thousand to test on. Choose a network and a loss, watch
      the network learn on your own GPU, and draw a digit meanwhile.
    </p>
    {'gpu' in navigator ? <TrainPage /> : <TroubleNotice {...troubleOf(undefined)} />}
  </>,
);
