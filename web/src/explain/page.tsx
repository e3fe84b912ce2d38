import { show } from '../shell/shell.tsx';
import { Explain } from './explain.tsx';

show('explain', <Explain />);
