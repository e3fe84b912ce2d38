import { expose } from 'comlink';
import { Trainer } from './trainer.ts';

// The page calls the constructor first; see connect.ts.
expose(Trainer);
