import { nameOf } from '../paths.ts'

/**
 * The changed file that a model's path means: itself, or the only one that it can mean once prefixes, letter case and
 * missing folders are forgiven. Null when there is none, or more than one.
 */
export function resolvePath<File extends { readonly path: string; readonly previousPath: string | null }>(
  stated: string,
  files: readonly File[],
): File | null {
  const wanted = stated
    .trim()
    .replace(/^[`'"]+|(?<![`'"])[`'"]+$/g, '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
  if (wanted === '') return null
  const bare = wanted
    .replace(/^[ab]\//, '')
    .replace(/ \(was .*/s, '') // as we print a renamed file
    .replace(/:\d+(?:-\d+)?$/, '')
  const rules: ((file: File) => boolean)[] = [
    (file) => file.path === stated || file.path === wanted,
    (file) => file.path === bare,
    (file) => file.previousPath === wanted || file.previousPath === bare,
    (file) => file.path.endsWith(`/${bare}`) || bare.endsWith(`/${file.path}`),
    (file) => file.path.toLowerCase() === bare.toLowerCase(),
    (file) => nameOf(file.path) === nameOf(bare),
  ]
  for (const rule of rules) {
    const [first, second] = files.filter(rule)
    if (first !== undefined) return second === undefined ? first : null
  }
  return null
}
