import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const storyboard: Row = {
  id: 'storyboard',
  assumption:
    'Frame captures are named <destination>.<number>.jpg, so a ready video has a poster and a storyboard.',
  observe({ videos }) {
    const { upload, outputs } = videos.multipart;
    if (!upload?.playback || !outputs) return cutShort('multipart', videos.multipart);
    const named = (name: string) =>
      outputs.keys.filter((key) => new RegExp(`/${name}\\.\\d{7}\\.jpg$`).test(key));
    const images = named('storyboard');
    if (images.length === 0)
      return differs(`The storyboard has no pictures; the bucket has ${pictures(outputs.keys)}.`);
    if (named('poster').length === 0)
      return differs(`There is no poster; the bucket has ${pictures(outputs.keys)}.`);
    return asAssumed(`Poster and ${images.length} pictures of a storyboard exist.`);
  },
  followsIfDiffers:
    'Videos have no poster or no storyboard. Change the pattern of the names in core/playback/playback.ts to those that were seen.',
};

function pictures(keys: readonly string[]): string {
  const names = keys.filter((key) => key.endsWith('.jpg')).map((key) => key.split('/').at(-1));
  return names.join(', ') || 'no .jpg';
}
