import type { ChangeSize } from '../generated-change.ts'

type Size = ChangeSize & { readonly name: string }

export const ordinary: Size = { name: '15 files', files: 15, additions: 420, deletions: 160 }
export const large: Size = { name: '151 files', files: 151, additions: 6_443, deletions: 2_280 }
export const veryLarge: Size = { name: '320 files', files: 320, additions: 18_000, deletions: 7_000 }
/** More than GitHub lists. */
export const enormous: Size = { name: '3,200 files', files: 3_200, additions: 76_800, deletions: 29_900 }

/** GitHub leaves out patches in very large pull requests; these are its documented limits for a diff. */
export const patchesEnd = { files: 300, lines: 20_000 }

/** So that all of it is reviewed, however large. */
export const unlimited = { 'max-tokens': '50000000', timeout: '3600' }

export function described({ name, additions, deletions }: Size): string {
  return `${name} (+${additions.toLocaleString('en')} −${deletions.toLocaleString('en')})`
}
