export { decodePicture, decodeSound, decodeStill } from './decode-check.ts';
export { makeMedia, type SyntheticMedia } from './synthetic-media.ts';
