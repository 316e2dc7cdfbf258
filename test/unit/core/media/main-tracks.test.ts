import {
  picturesInOrder,
  soundsInOrder,
  type TrackHints,
} from '../../../../core/media/main-tracks.ts';

type Named = TrackHints & { readonly name: string };

const names = (tracks: readonly Named[]) => tracks.map(({ name }) => name);
const track = (name: string, hints: TrackHints = {}): Named => ({ name, ...hints });

describe('The main picture', () => {
  it.each<[rule: string, tracks: Named[], order: string[]]>([
    ['is the first among equals', [track('a'), track('b')], ['a', 'b']],
    ['is no empty track', [track('a', { samples: 0 }), track('b')], ['b']],
    [
      'is of the first program that is not encrypted',
      [track('a', { program: 1, encrypted: true }), track('b', { program: 2 })],
      ['b', 'a'],
    ],
    [
      'is not encrypted, however long an encrypted one is',
      [track('a', { durationSeconds: 1 }), track('b', { encrypted: true, durationSeconds: 9 })],
      ['a', 'b'],
    ],
    [
      'is encrypted if every one is',
      [track('a', { encrypted: true }), track('b', { encrypted: true })],
      ['a', 'b'],
    ],
    [
      'is no still image, however long it is shown',
      [track('cover', { samples: 1, durationSeconds: 99 }), track('film', { durationSeconds: 9 })],
      ['film', 'cover'],
    ],
    ['is a still image if there is nothing else', [track('cover', { samples: 1 })], ['cover']],
    [
      'is enabled, however long a disabled one is',
      [track('off', { enabled: false, durationSeconds: 99 }), track('on', { durationSeconds: 9 })],
      ['on', 'off'],
    ],
    [
      'is the longest',
      [
        track('a', { durationSeconds: 10 }),
        track('b', { durationSeconds: 30 }),
        track('c', { durationSeconds: 20 }),
      ],
      ['b', 'a', 'c'],
    ],
    [
      'is the first one where another is longer by 3 % or less',
      [track('a', { durationSeconds: 100 }), track('b', { durationSeconds: 103 })],
      ['a', 'b'],
    ],
    [
      'is another one that is longer by more than 3 %',
      [track('a', { durationSeconds: 100 }), track('b', { durationSeconds: 103.1 })],
      ['b', 'a'],
    ],
    [
      'belongs to the first program with a picture',
      [
        track('a', { program: 1, durationSeconds: 5 }),
        track('b', { program: 2, durationSeconds: 50 }),
      ],
      ['a', 'b'],
    ],
    ['is absent where there is none', [], []],
    ['is absent where all are empty', [track('a', { samples: 0 })], []],
  ])('%s', (_, tracks, order) => {
    expect(names(picturesInOrder(tracks))).toEqual(order);
  });
});

describe('The main sound', () => {
  it.each<[rule: string, tracks: Named[], program: number | undefined, order: string[]]>([
    ['is the first among equals', [track('a'), track('b')], undefined, ['a', 'b']],
    ['is the default', [track('a'), track('b', { default: true })], undefined, ['b', 'a']],
    [
      'is no disabled track, even if that is the default',
      [track('off', { enabled: false, default: true }), track('on')],
      undefined,
      ['on', 'off'],
    ],
    [
      'is no empty track',
      [track('a', { samples: 0, default: true }), track('b')],
      undefined,
      ['b'],
    ],
    [
      'belongs to the program of the picture',
      [track('a', { program: 1 }), track('b', { program: 2 })],
      2,
      ['b'],
    ],
    ['is of any program without a picture', [track('a', { program: 1 })], undefined, ['a']],
    ['is absent where there is none', [], undefined, []],
  ])('%s', (_, tracks, program, order) => {
    expect(names(soundsInOrder(tracks, program))).toEqual(order);
  });
});
