/** What is wrong with a file. `inspectMedia` maps each to a reason code; none is an error of the service. */
export type Damage =
  /** The structure contradicts itself: lengths, nesting, counts. */
  | 'structure'
  /** The file ends before the data that its headers describe. */
  | 'truncated'
  /** The file refers to media outside of it. */
  | 'external'
  /** The tracks are encrypted. */
  | 'encrypted';

/** Thrown by the readers of a container; `inspectMedia` returns it as a rejection. */
export class DamagedMedia extends Error {
  override readonly name = 'DamagedMedia';
  readonly damage: Damage;

  /** `detail` is a sentence for the owner: what was found, and where in the file. */
  constructor(damage: Damage, detail: string) {
    super(detail);
    this.damage = damage;
  }
}
