import type { MediaFacts } from '../../core/contract/media.ts';

/** Facts as far as the file states them; a duration that it does not state is `unknown`. */
export type ReadFacts = Omit<MediaFacts, 'durationSeconds'> & { readonly durationSeconds?: number };
