import type { Flags } from './changed-lines.ts'
import { badnessOfSplit, isNoWorse, type Split } from './split-badness.ts'

export type Lines = { readonly texts: readonly string[]; readonly ids: Int32Array }

/** git looks no farther for a better place. */
const farthestSlide = 100

/**
 * Where the line before a run of changed lines equals the last one of the run, the run may as well stand one line higher,
 * and so on. Of the equal diffs this chooses git's: beside a change of the other text, else where people would cut.
 * The same for deleted and then for added lines, in place.
 */
export function slideChanges(old: Lines, now: Lines, deleted: Flags, added: Flags): void {
  slideRuns(old, new Run(deleted, old.ids), new Run(added, now.ids))
  slideRuns(now, new Run(added, now.ids), new Run(deleted, old.ids))
}

/** `run` and `other` are always at the same place: behind equally many unchanged lines. */
function slideRuns(lines: Lines, run: Run, other: Run): void {
  do {
    if (!run.isEmpty) slide(lines, run, other)
    other.next()
  } while (run.next())
}

function slide(lines: Lines, run: Run, other: Run): void {
  let size: number
  let highestEnd: number
  let endBesideOther: number
  do {
    size = run.length
    while (run.moveUp()) other.previous()
    highestEnd = run.end
    endBesideOther = other.isEmpty ? -1 : run.end
    while (run.moveDown()) {
      other.next()
      if (!other.isEmpty) endBesideOther = run.end
    }
  } while (size !== run.length) // it met another run, and they are one now
  const end = endBesideOther === -1 ? bestEnd(lines.texts, run, highestEnd) : endBesideOther
  while (run.end > end && run.moveUp()) other.previous()
}

function bestEnd(texts: readonly string[], run: Run, highestEnd: number): number {
  if (run.end === highestEnd) return run.end
  let best: { readonly end: number; readonly split: Split } | null = null
  for (
    let end = Math.max(highestEnd, run.end - run.length - 1, run.end - farthestSlide);
    end <= run.end;
    end++
  ) {
    const [above, below] = [badnessOfSplit(texts, end - run.length), badnessOfSplit(texts, end)]
    const split = { indent: above.indent + below.indent, penalty: above.penalty + below.penalty }
    if (best === null || isNoWorse(split, best.split)) best = { end, split }
  }
  return best?.end ?? run.end
}

/** The changed lines, perhaps none, that stand before an unchanged line or at the end; moves from one to the next. */
class Run {
  start = 0
  /** The first line behind it. */
  end = 0
  readonly #changed: Flags
  readonly #ids: Int32Array

  constructor(changed: Flags, ids: Int32Array) {
    this.#changed = changed
    this.#ids = ids
    this.#growDown()
  }

  get length(): number {
    return this.end - this.start
  }

  get isEmpty(): boolean {
    return this.end === this.start
  }

  next(): boolean {
    if (this.end === this.#ids.length) return false
    this.start = this.end = this.end + 1
    this.#growDown()
    return true
  }

  previous(): void {
    if (this.start === 0) return
    this.end = this.start = this.start - 1
    this.#growUp()
  }

  /** One line up, if that leaves the text the same; swallows a run that it meets. */
  moveUp(): boolean {
    if (this.start === 0 || this.#ids[this.start - 1] !== this.#ids[this.end - 1]) return false
    this.#changed[--this.start] = 1
    this.#changed[--this.end] = 0
    this.#growUp()
    return true
  }

  moveDown(): boolean {
    if (this.end === this.#ids.length || this.#ids[this.start] !== this.#ids[this.end]) return false
    this.#changed[this.start++] = 0
    this.#changed[this.end++] = 1
    this.#growDown()
    return true
  }

  #growUp(): void {
    while (this.#changed[this.start - 1] === 1) this.start--
  }

  #growDown(): void {
    while (this.#changed[this.end] === 1) this.end++
  }
}
