/** What is wrong with the bytes themselves. Each is a reason code's ground, never a fault of the service. */
export type Damage =
  /** The structure contradicts itself: lengths, nesting, counts. */
  | 'structure'
  /** The file ends before what it announces. */
  | 'truncated'
  /** The file names media that stand outside of it. */
  | 'external'
  /** The tracks are encrypted. */
  | 'encrypted';

/** Thrown by the readers of a container; `inspectMedia` turns it into a rejection. */
export class DamagedMedia extends Error {
  override readonly name = 'DamagedMedia';
  readonly damage: Damage;

  /** `detail` is a sentence for a person: what was found, and where in the file. */
  constructor(damage: Damage, detail: string) {
    super(detail);
    this.damage = damage;
  }
}
