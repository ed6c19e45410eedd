import { compileWildcards } from './wildcards.ts'

/**
 * A pattern of a `.gitattributes` file, which speaks of paths below the file's folder. null where it can match nothing.
 * https://git-scm.com/docs/gitattributes: as in `.gitignore`, but a folder does not stand for what is in it.
 */
export function compileAttributePattern(pattern: string, folder: string): ((path: string) => boolean) | null {
  if (pattern === '' || pattern.endsWith('/')) return null
  const below = folder === '' ? '' : `${folder}/`
  const isName = !pattern.includes('/')
  const regex = compiled(pattern.replace(/^\//, ''))
  if (regex === null) return null
  return (path) => {
    if (!path.startsWith(below)) return false
    return regex.test(isName ? path.slice(path.lastIndexOf('/') + 1) : path.slice(below.length))
  }
}

/** What is no pattern matches nothing, as with git. */
function compiled(pattern: string): RegExp | null {
  try {
    return compileWildcards(pattern)
  } catch {
    return null
  }
}
