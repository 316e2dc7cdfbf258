import { createReadStream } from 'node:fs';
import { sendByLibStorage } from '../lib-storage.ts';
import { serve } from './serve.ts';

serve((path, order) => sendByLibStorage(createReadStream(path), order));
