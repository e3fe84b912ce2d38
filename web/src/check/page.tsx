import { show } from '../shell/shell.tsx';
import { CheckPage } from './check_page.tsx';

show('check', <CheckPage />);
