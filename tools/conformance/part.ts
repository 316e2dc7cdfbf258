/** What can be held against something that was not written for it, in the order in which it runs. */
export const PARTS = ['asl', 's3', 'permissions', 'media'] as const;

export type Part = (typeof PARTS)[number];

/** The names for people. */
export const TITLES: Readonly<Record<Part, string>> = {
  asl: 'ASL',
  s3: 'S3',
  permissions: 'Permissions',
  media: 'Media',
};

/** Takes lines for a person who waits. */
export type Say = (line: string) => void;

/** What one case showed. */
export type Outcome =
  | { readonly name: string; readonly state: 'agrees' }
  | { readonly name: string; readonly state: 'differs' | 'did not run'; readonly why: string };

/** One part's cases; or only their number, where agreeing ones have no names; or what was not there, so that nothing ran. */
export type Ran =
  | { readonly outcomes: readonly Outcome[] }
  | { readonly passed: number; readonly total: number; readonly differing: readonly string[] }
  | { readonly missing: readonly string[] };
